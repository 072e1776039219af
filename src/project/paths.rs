//! Paths with `/` that are relative to the scanned root and never leave it.
//! Knows strings only, and nothing of files that exist.

/// `relative` seen from the folder `base`, with `.`, `..` and doubled `/` resolved; `None` if it climbs out of the root.
/// A leading `/` has no meaning here: the caller chooses the base.
pub(super) fn join(base: &str, relative: &str) -> Option<String> {
    let relative = relative.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(relative.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder that holds `path`; `""` for what lies in the root.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of `path`.
pub(super) fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// `path` without the extension of its last part.
pub(super) fn stem(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => stem,
        _ => path,
    }
}

/// `path` seen from `folder`; `None` if it does not lie in it.
pub(super) fn strip<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// The folder and those above it, up to the root.
pub(super) fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| parent(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_paths_never_leave_the_root() {
        assert_eq!(join("a/b", "../c//./d/").as_deref(), Some("a/c/d"));
        assert_eq!(join("a", "..\\b").as_deref(), Some("b"));
        assert_eq!(join("a", "../../b"), None);
    }

    #[test]
    fn ancestors_end_at_the_root() {
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(ancestors("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn a_dot_in_a_folder_is_no_extension() {
        assert_eq!(stem("a.b/c"), "a.b/c");
        assert_eq!(stem("a/c.wxml"), "a/c");
        assert_eq!(strip("ab/c", "a"), None);
    }
}
