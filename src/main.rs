//! The program: hands over to the command line. Knows nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    wxray::cli::main()
}
