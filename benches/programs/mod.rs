//! Mini-programs of any size for the benches: the same numbers, the same bytes. Written as people write them, and
//! nothing of them is anybody's. Knows nothing of the analysis.

mod bundle;
mod library;
mod pages;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Texts by path.
pub type Files = BTreeMap<String, String>;

/// The name of a program, and what makes it.
pub type Recipe = (&'static str, fn() -> Files);

/// The programs of the table.
pub const PROGRAMS: [Recipe; 5] = [
    ("small", || shop(Size { pages: 8, ..Size::default() })),
    ("2 MB with packages", || shop(Size { pages: 40, packages: 1_800_000, ..Size::default() })),
    ("20 MB with subpackages", || shop(Size { pages: 700, subpackages: 20, packages: 18_000_000 })),
    ("5 MB bundle", || one("bundle.js", bundle::bundle(5_000_000))),
    ("300 pages", || shop(Size { pages: 300, ..Size::default() })),
];

/// How large a program is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    /// How many pages it has.
    pub pages: usize,
    /// How many subpackages they lie in; none is the main package.
    pub subpackages: usize,
    /// Bytes of code in its packages of components and helpers.
    pub packages: usize,
}

/// A shop: pages that list, show, order and ask for an address, and what they share.
pub fn shop(size: Size) -> Files {
    let mut files = pages::shared();
    let places: Vec<String> = (0..size.pages)
        .map(|at| match size.subpackages {
            0 => format!("pages/p{at}/p{at}"),
            many => format!("sub{}/pages/p{at}/p{at}", at % many),
        })
        .collect();
    for (at, place) in places.iter().enumerate() {
        pages::page(&mut files, place, at);
    }
    if size.packages > 0 {
        library::packages(&mut files, size.packages);
    }
    files.insert("app.json".to_owned(), app_json(&places, size.subpackages));
    files
}

/// Pages without a source: there is nothing to follow.
pub fn silent(pages: usize) -> Files {
    let mut files = shop(Size { pages, ..Size::default() });
    for text in files.values_mut() {
        for source in ["wx.getLocation", "wx.chooseAddress", "wx.getUserProfile", "wx.getClipboardData"] {
            *text = text.replace(source, "wx.getBatteryInfo");
        }
        *text = text.replace("<input", "<view").replace("<textarea", "<view");
    }
    files
}

/// One file with so many flows, each through a few functions and objects of its own.
pub fn flows(many: usize) -> Files {
    one("flows.js", pages::flows(many))
}

fn one(name: &str, text: String) -> Files {
    Files::from([(name.to_owned(), text)])
}

fn app_json(places: &[String], subpackages: usize) -> String {
    let quoted = |places: Vec<&str>| places.iter().map(|at| format!("\"{at}\"")).collect::<Vec<_>>().join(", ");
    if subpackages == 0 {
        return format!("{{ \"pages\": [{}] }}\n", quoted(places.iter().map(String::as_str).collect()));
    }
    let own = |root: &str| {
        let inside = places.iter().filter_map(|place| place.strip_prefix(root)?.strip_prefix('/'));
        format!("{{ \"root\": \"{root}\", \"pages\": [{}] }}", quoted(inside.collect()))
    };
    let all: Vec<String> = (0..subpackages).map(|at| own(&format!("sub{at}"))).collect();
    format!("{{ \"pages\": [], \"subPackages\": [{}] }}\n", all.join(",\n"))
}

/// Writes a program into a folder.
pub fn write(files: &Files, folder: &Path) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}
