//! A path on the command line becomes a loaded project with a root. Knows the disk, and not what a project is made of.

use std::path::{Path, PathBuf};

use super::os_fs::{OsFs, why};
use super::{packages, settings};
use crate::base::{FileKind, FileSystem, Problem, Text};
use crate::package;
use crate::project::{self, Project};

/// What marks the folder of a project.
const MARKS: [&str; 3] = ["project.config.json", "package.json", ".git"];

/// Things that were not read of which the reason speaks at most.
const MAX_TOLD: usize = 3;

/// What lies at a path.
#[derive(Debug)]
pub struct Loaded {
    /// The program.
    pub project: Project,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The name of the root, to which the paths of files are relative; `.` where the path as it was given has none.
    pub root: String,
    /// What leads from where the program was started to the root: empty, or a folder with `/` at its end.
    pub prefix: String,
    /// Where the root is.
    pub folder: PathBuf,
}

/// The paths as programs: a main package and others are one, everything else is one for itself.
pub fn programs(paths: &[PathBuf]) -> Vec<Vec<PathBuf>> {
    let (packages, others): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| packages::is_named_so(path) && path.is_file());
    if packages.len() < 2 || 1 < packages.iter().filter(|path| packages::is_main(path)).count() {
        return paths.iter().map(|path| vec![path.clone()]).collect();
    }
    std::iter::once(packages).chain(others.into_iter().map(|path| vec![path])).collect()
}

/// Loads the program at these paths, which is one path or several packages; the error is a reason for the user.
pub fn load_all(paths: &[PathBuf]) -> Result<Loaded, Text> {
    match paths {
        [path] => load(path),
        _ => load_packages(paths, paths.first().and_then(|path| path.parent()).unwrap_or(Path::new("."))),
    }
}

/// Loads what lies at `path`; the error is a reason for the user.
pub fn load(path: &Path) -> Result<Loaded, Text> {
    if path.is_file() && packages::is_named_so(path) {
        return load_packages(&[path.to_owned()], path);
    }
    if path.is_file() {
        return load_file(path);
    }
    // Devices and pipes may have no end, and nobody knows what is in them.
    if path.exists() && !path.is_dir() {
        return Err(about(path, &Text::new("既不是文件也不是目录", "neither a file nor a folder")));
    }
    if let Some(loaded) = load_packed_folder(path) {
        return loaded;
    }
    let (project, problems) = load_from(path, "").map_err(|reason| about(path, &reason))?;
    Ok(Loaded { project, problems, root: name(path), prefix: prefix(path), folder: path.to_owned() })
}

/// Loads what packages hold together.
fn load_packages(paths: &[PathBuf], shown: &Path) -> Result<Loaded, Text> {
    let (project, problems) = packages::load(paths).map_err(|reason| about(shown, &reason))?;
    Ok(Loaded { project, problems, root: name(shown), prefix: prefix(shown), folder: folder_of(shown) })
}

/// Loads a folder of packages, or of what was in one; `None` if it is neither.
fn load_packed_folder(path: &Path) -> Option<Result<Loaded, Text>> {
    let fs = OsFs::new(path).ok()?;
    if package::is_unpacked(&fs) {
        let loaded = packages::load_unpacked(&fs).map_err(|reason| about(path, &reason));
        return Some(loaded.map(|(project, mut problems)| {
            problems.extend(fs.problems());
            Loaded { project, problems, root: name(path), prefix: prefix(path), folder: path.to_owned() }
        }));
    }
    let found = packages::in_folder(path);
    // Beside source code packages are what was built of it.
    let has_code = || fs.walk("", &|_| false).is_ok_and(|entries| entries.iter().any(|entry| is_script(&entry.path)));
    let found = if found.is_empty() || has_code() { Vec::new() } else { found };
    (!found.is_empty()).then(|| load_packages(&found, path))
}

fn is_script(path: &str) -> bool {
    FileKind::of(path).is_some_and(FileKind::is_script)
}

/// The folder in which settings for a path are looked for.
fn folder_of(path: &Path) -> PathBuf {
    if path.is_dir() { path.to_owned() } else { path.parent().unwrap_or(Path::new("")).to_owned() }
}

/// Loads a script and what it requires.
///
/// The script may reach to all of the project around it. The root is the nearest folder that holds what it reaches: the
/// paths in a report do not depend on where a script that stands for itself lies.
fn load_file(path: &Path) -> Result<Loaded, Text> {
    let real = path.canonicalize().map_err(|error| about(path, &why(&error)))?;
    let project = project_around(&real);
    let wide = load_from(&project, &inside(&project, &real)?).map_err(|reason| about(path, &reason))?;
    let root = project.join(common_folder(&wide.0));
    let inside = inside(&root, &real)?;
    let (project, problems) =
        if root == project { wide } else { load_from(&root, &inside).map_err(|reason| about(path, &reason))? };
    let shown = path.ancestors().nth(inside.split('/').count());
    let name = shown.map_or_else(|| ".".to_owned(), name);
    Ok(Loaded { project, problems, root: name, prefix: prefix(&root), folder: root })
}

fn load_from(root: &Path, inside: &str) -> Result<(Project, Vec<Problem>), Text> {
    let fs = OsFs::new(root).map_err(|error| why(&error))?;
    let loaded = project::load(&fs, inside);
    let withheld = fs.problems();
    let (project, mut problems) = loaded.map_err(|error| because_of(error.message(), &withheld))?;
    problems.extend(withheld);
    Ok((project, problems))
}

/// Why nothing can be analysed, with what the disk withholds: that may be all there is.
fn because_of(reason: Text, withheld: &[Problem]) -> Text {
    let told = |of: fn(&Text) -> &str| {
        let one = |problem: &Problem| format!("{}: {}", problem.path.as_deref().unwrap_or("."), of(&problem.message));
        withheld.iter().take(MAX_TOLD).map(one).collect::<Vec<_>>().join("; ")
    };
    match withheld.len() {
        0 => reason,
        n => Text::new(
            format!("{}（另有 {n} 处未能读取：{}）", reason.zh, told(|text| &text.zh)),
            format!("{} ({n} not read: {})", reason.en, told(|text| &text.en)),
        ),
    }
}

/// A reason with the path that cannot be analysed for it.
pub fn about(path: &Path, reason: &Text) -> Text {
    let path = path.display();
    Text::new(format!("无法分析 {path}：{}", reason.zh), format!("cannot analyse {path}: {}", reason.en))
}

/// What leads to a folder from where the program was started; nothing where it does not lie below.
fn prefix(folder: &Path) -> String {
    let real = folder.canonicalize().ok();
    let inner = real.zip(settings::current_folder()).and_then(|(real, here)| {
        let inner = real.strip_prefix(here).ok()?;
        inner.iter().map(|part| part.to_str()).collect::<Option<Vec<&str>>>().map(|parts| parts.join("/"))
    });
    inner.filter(|inner| !inner.is_empty()).map_or_else(String::new, |inner| inner + "/")
}

/// The nearest folder around a file that is marked as a project, else the folder of the file.
fn project_around(file: &Path) -> PathBuf {
    let is_project = |folder: &&Path| MARKS.iter().any(|mark| folder.join(mark).exists());
    let folders = file.ancestors().skip(1);
    let own = file.parent().unwrap_or(file);
    folders.clone().find(is_project).unwrap_or(own).to_owned()
}

/// The path of a file in a folder around it, with `/`.
fn inside(folder: &Path, file: &Path) -> Result<String, Text> {
    let inner = file.strip_prefix(folder).unwrap_or(file);
    let parts: Option<Vec<&str>> = inner.iter().map(|part| part.to_str()).collect();
    parts
        .map(|parts| parts.join("/"))
        .ok_or_else(|| about(file, &Text::new("文件名不是有效的 Unicode", "its name is not Unicode")))
}

/// The deepest folder that all files of a project lie in.
fn common_folder(project: &Project) -> String {
    let folder = |path: &str| path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned());
    let folders = project.files.iter().map(|(_, file)| folder(&file.path));
    folders.reduce(|a, b| common(&a, &b)).unwrap_or_default()
}

fn common(a: &str, b: &str) -> String {
    let same = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b);
    same.map(|(part, _)| part).collect::<Vec<_>>().join("/")
}

/// The last part of a path as given, or `.` where it has none.
fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| ".".to_owned(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_have_whole_names_in_common() {
        assert_eq!(common("a/bc/d", "a/b/d"), "a");
        assert_eq!(common("a/b", "a/b"), "a/b");
        assert_eq!(common("", "a"), "");
    }
}
