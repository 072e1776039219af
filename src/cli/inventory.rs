//! `wxray inventory` and `wxray init`: what a program does with personal data, as a list and as settings to begin with.
//! Knows the report, and not how a list looks.

use std::io;
use std::path::Path;

use super::analyse::{Analysed, analyse};
use super::args::{Args, Common, Init, Inventory, InventoryFormat, ModelFiles};
use super::cannot_print;
use super::config::{self, Given, InForce};
use super::models;
use super::output;
use super::settings;
use super::status::{Outcome, there_already};
use crate::report::inventory::render;
use crate::report::{Look, View, html};

/// Runs `wxray inventory …`.
pub fn run(args: &Args, inventory: &Inventory) -> Outcome {
    try_run(args, inventory).unwrap_or_else(|outcome| outcome)
}

fn try_run(args: &Args, inventory: &Inventory) -> Result<Outcome, Outcome> {
    let (in_force, analysed) = analyse_one(args, &inventory.common, &inventory.path)?;
    let look =
        Look { lang: settings::lang(in_force.lang), with_suppressed: true, prefix: &analysed.prefix, fail_on: None };
    let view = View::new(&analysed.report, &analysed.project.files, look);
    let bytes = match inventory.format {
        _ if inventory.guideline => Ok(render::guideline(&view).into_bytes()),
        InventoryFormat::Text => Ok(render::text(&view).into_bytes()),
        InventoryFormat::Csv => render::csv(&view),
        InventoryFormat::Json => render::json(&view).map_err(io::Error::other),
        InventoryFormat::Html => html::inventory(&view).map(String::into_bytes).map_err(io::Error::other),
        InventoryFormat::Markdown => Ok(render::markdown(&view).into_bytes()),
    };
    bytes.and_then(|bytes| output::print(&bytes)).map_err(|error| cannot_print(&error))?;
    let count = analysed.report.inventory.data.len();
    let word = if count == 1 { "category" } else { "categories" };
    Ok(analysed.unseen.map_or_else(|| Outcome::success(format!("{count} {word} of data")), Outcome::not_analysed))
}

/// A program under the settings in force.
pub fn analyse_one(args: &Args, common: &Common, path: &Path) -> Result<(InForce, Analysed), Outcome> {
    let in_force = InForce::new(args, Given::common(common), path)?;
    let models = models::load_for(args, &in_force)?;
    let analysed = analyse(&[path.to_owned()], &in_force, &models, None, false, &mut |_| Ok(()))?;
    Ok((in_force, analysed))
}

/// Runs `wxray init …`.
pub fn init(args: &Args, init: &Init) -> Outcome {
    try_init(args, init).unwrap_or_else(|outcome| outcome)
}

fn try_init(args: &Args, init: &Init) -> Result<Outcome, Outcome> {
    let target = init.path.join(config::NAME);
    if target.exists() && !init.force {
        return Err(there_already(&target));
    }
    let defaults = InForce::built_in(args, ModelFiles::default());
    let models = models::load_for(args, &defaults)?;
    let analysed = analyse(std::slice::from_ref(&init.path), &defaults, &models, None, false, &mut |_| Ok(()))?;
    let text = config::init::text(&analysed.report, &analysed.project.files, settings::lang(args.lang));
    output::write_file(&target, text.as_bytes()).map_err(|error| output::cannot_write(&target, &error))?;
    Ok(Outcome::success(format!("{} written", target.display())))
}
