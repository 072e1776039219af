//! Places as SARIF has them: a relative URI and a region. Knows nothing of findings.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::report::View;
use crate::report::model::Location;

/// The name of the folder that URIs are relative to.
pub const ROOT: &str = "%SRCROOT%";

/// File and region.
pub fn physical(view: &View, location: &Location) -> Value {
    let (start, end) = (location.start, location.end);
    json!({
        "artifactLocation": { "uri": uri(&view.path(location)), "uriBaseId": ROOT },
        "region": {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
            "byteOffset": start.offset,
            "byteLength": end.offset.saturating_sub(start.offset),
        },
    })
}

/// A location that says nothing of its place.
pub fn unnamed(view: &View, location: &Location) -> Value {
    json!({ "physicalLocation": physical(view, location) })
}

/// A path as a relative reference: what has a meaning in URIs is encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn what_has_a_meaning_in_uris_is_encoded() {
        assert_eq!(uri("pages/我的 a:b?#%.js"), "pages/%E6%88%91%E7%9A%84%20a%3Ab%3F%23%25.js");
        assert_eq!(uri("../a-b_c~d.wxml"), "../a-b_c~d.wxml");
    }
}
