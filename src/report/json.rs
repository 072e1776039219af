//! A report as JSON. The shape is that of [`Report`]; this knows only how to write it.

use super::Report;

/// The report as indented JSON with a line break at its end.
pub fn render(report: &Report) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(report)?;
    bytes.push(b'\n');
    Ok(bytes)
}
