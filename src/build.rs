//! Tells cargo that the models are compiled in: a new or changed file rebuilds the crate.

fn main() {
    for folder in ["sources", "sinks", "src/models/steps", "src/models/gates"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
