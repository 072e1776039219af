//! Sources that are no program yet: a framework has to build one of them. Knows their names, and nothing of what is in
//! them.

use std::sync::LazyLock;

use crate::base::{Entry, FileKind, Level, Problem, Text};

use super::paths;

/// Files that a framework makes programs of, by their ends.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Framework {
    extension: String,
    framework: String,
}

static FRAMEWORKS: LazyLock<Vec<Framework>> =
    LazyLock::new(|| serde_json::from_str(include_str!("frameworks.json")).unwrap_or_default());

/// Sources that only become a program when a framework builds it; an error where there is no other program, and they are
/// the larger part.
pub(super) fn unbuilt(entries: &[Entry], has_program: bool) -> Option<Problem> {
    let framework = |path: &str| {
        let (_, extension) = paths::name(path).rsplit_once('.')?;
        FRAMEWORKS.iter().find(|it| it.extension == extension)
    };
    let files = || entries.iter().filter(|entry| !entry.is_dir).map(|entry| entry.path.as_str());
    let found: Vec<(&str, &Framework)> = files().filter_map(|path| Some((path, framework(path)?))).collect();
    let (first, made_by) = found.first().map(|(path, made_by)| (*path, &made_by.framework))?;
    let n_scripts = files().filter(|path| FileKind::of(path).is_some_and(FileKind::is_script)).count();
    let is_most = !has_program && n_scripts <= 2 * found.len();
    let level = if is_most { Level::Error } else { Level::Warning };
    let n = found.len();
    let message = Text::new(
        format!("有 {n} 个 {made_by} 源文件未被分析：请先构建，再扫描构建产物（如 dist/build/mp-weixin）"),
        format!(
            "source files of {made_by} are not analysed ({n} in all): build the program first, and scan what was built (dist/build/mp-weixin, say)"
        ),
    );
    Some(Problem::of_path(level, "unbuilt-sources", first, message))
}
