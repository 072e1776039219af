//! The container of a package: an index of names, offsets and sizes, and the files behind it.
//! Knows bytes only, and nothing of what the files say. Nothing in it is trusted.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::base::{Level, Problem, Text};

/// The first byte of a package.
const FIRST_MARK: u8 = 0xBE;
/// The byte between header and index.
const LAST_MARK: u8 = 0xED;
/// Length of the header up to the index; the index begins with the number of files.
const HEADER: usize = 14;
/// How the packages of the desktop client begin, which are encrypted.
const ENCRYPTED: &[u8] = b"V1MMWX";
/// No path of a mini-program is longer, in bytes.
const MAX_NAME: usize = 1024;
/// How many problems of one package are told one by one; the others are counted.
const MAX_TOLD: usize = 100;

/// A file in a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path within the package, without `/` at its start: no part of it is `..`, `.` or empty.
    pub name: String,
    /// Where its bytes lie in the package.
    pub range: Range<usize>,
}

/// What a package holds.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The files, by name.
    pub entries: Vec<Entry>,
    /// Files that cannot be had, and what else is wrong.
    pub problems: Vec<Problem>,
}

/// Whether bytes look like a package, encrypted or not.
pub fn is_package(bytes: &[u8]) -> bool {
    bytes.starts_with(ENCRYPTED) || (bytes.first() == Some(&FIRST_MARK) && bytes.get(HEADER - 1) == Some(&LAST_MARK))
}

/// Reads the index of the package at `path`; a problem says why there is none.
///
/// Memory is bounded by the length of the package: files may not share bytes.
pub fn read(path: &str, bytes: &[u8]) -> Result<Contents, Problem> {
    let fail =
        |zh: String, en: String| Err(Problem::of_path(Level::Error, "package-unreadable", path, Text::new(zh, en)));
    if bytes.starts_with(ENCRYPTED) {
        return fail(
            "小程序包被桌面版微信加密，无法读取；请先用其 AppID 解密，或从 Android 设备取得未加密的包".to_owned(),
            "the package is encrypted by the desktop client; decrypt it with its app id first, or take one from an \
             Android device, where packages are plain"
                .to_owned(),
        );
    }
    let mut cursor = Cursor { bytes, at: 0 };
    let Some(header) = Header::read(&mut cursor) else {
        return fail("文件太短，不是小程序包".to_owned(), "too short to be a package".to_owned());
    };
    if header.marks != [FIRST_MARK, LAST_MARK] {
        return fail("不是小程序包：缺少标记字节".to_owned(), "not a package: the marks are missing".to_owned());
    }
    let index_end = HEADER.saturating_add(header.index);
    if bytes.len() < index_end {
        return fail(
            format!("索引长度 {} 超出文件末尾（第 5 字节）", header.index),
            format!("the index of {} bytes goes beyond the end of the file (byte 5)", header.index),
        );
    }
    let mut reader =
        Reader { path, bytes, index_end, names: BTreeSet::new(), contents: Contents::default(), n_more: 0 };
    if bytes.len() != index_end.saturating_add(header.body) {
        reader.warn(
            9,
            &format!("文件长度与包头不符（包头 {}，实际 {}）", index_end.saturating_add(header.body), bytes.len()),
            &format!("the header says {} bytes, the file has {}", index_end.saturating_add(header.body), bytes.len()),
        );
    }
    cursor.bytes = &bytes[..index_end];
    reader.entries(&mut cursor);
    Ok(reader.finish())
}

struct Header {
    marks: [u8; 2],
    index: usize,
    body: usize,
}

impl Header {
    fn read(cursor: &mut Cursor) -> Option<Self> {
        let first = cursor.byte()?;
        cursor.number()?;
        let (index, body) = (cursor.number()?, cursor.number()?);
        Some(Self { marks: [first, cursor.byte()?], index, body })
    }
}

/// Takes numbers and bytes from the front; never beyond the end.
struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Cursor<'b> {
    fn take(&mut self, n: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(n)?)?;
        self.at += n;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    fn number(&mut self) -> Option<usize> {
        let bytes = self.take(4)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(bytes)).ok()
    }
}

struct Reader<'b> {
    path: &'b str,
    bytes: &'b [u8],
    index_end: usize,
    names: BTreeSet<String>,
    contents: Contents,
    /// Problems that are not told one by one.
    n_more: usize,
}

impl Reader<'_> {
    fn entries(&mut self, cursor: &mut Cursor) {
        let Some(count) = cursor.number() else {
            return self.warn(HEADER, "索引为空", "the index is empty");
        };
        // The count is only believed as far as the index goes.
        for number in 0..count {
            let at = cursor.at;
            if !self.entry(cursor, at) {
                let (zh, en) = (
                    format!("索引在第 {number} 个文件处中断（共 {count} 个）"),
                    format!("the index ends at file {number} of {count}"),
                );
                return self.warn(at, &zh, &en);
            }
        }
    }

    /// Reads one entry; `false` if the index ends in it.
    fn entry(&mut self, cursor: &mut Cursor, at: usize) -> bool {
        let read = (|| {
            let n = cursor.number()?;
            Some((cursor.take(n)?, cursor.number()?, cursor.number()?))
        })();
        let Some((name, start, size)) = read else { return false };
        let Some(name) = checked_name(name) else {
            let shown = String::from_utf8_lossy(&name[..name.len().min(MAX_NAME)]).into_owned();
            self.warn(
                at,
                &format!("文件名“{shown}”不安全，已略过"),
                &format!("the name `{shown}` is not safe: left out"),
            );
            return true;
        };
        let range = start..start.saturating_add(size);
        if self.bytes.len() < range.end || (size > 0 && start < self.index_end) {
            let (zh, en) = (
                format!("“{name}”的数据不在文件之内（偏移 {start}，长度 {size}），已略过"),
                format!("`{name}` lies outside of the data (offset {start}, {size} bytes): left out"),
            );
            self.warn(at, &zh, &en);
        } else if self.names.insert(name.clone()) {
            self.contents.entries.push(Entry { name, range });
        } else {
            self.warn(at, &format!("“{name}”重复出现，已略过"), &format!("`{name}` is there twice: left out"));
        }
        true
    }

    fn warn(&mut self, byte: usize, zh: &str, en: &str) {
        let message = Text::new(format!("第 {byte} 字节：{zh}"), format!("byte {byte}: {en}"));
        if self.contents.problems.len() < MAX_TOLD {
            self.contents.problems.push(Problem::of_path(Level::Error, "package-entry", self.path, message));
        } else {
            self.n_more += 1;
        }
    }

    /// Files that share bytes with one before them are left out: a small package could stand for any amount of data.
    fn finish(mut self) -> Contents {
        let mut entries = std::mem::take(&mut self.contents.entries);
        entries.sort_by(|a, b| (a.range.start, a.range.end, &a.name).cmp(&(b.range.start, b.range.end, &b.name)));
        let mut end = 0;
        for entry in entries {
            if entry.range.is_empty() || end <= entry.range.start {
                end = end.max(entry.range.end);
                self.contents.entries.push(entry);
            } else {
                let (name, start) = (&entry.name, entry.range.start);
                let (zh, en) = (
                    format!("“{name}”与另一个文件的数据重叠，已略过"),
                    format!("`{name}` shares its bytes with another file: left out"),
                );
                self.warn(start, &zh, &en);
            }
        }
        self.contents.entries.sort_by(|a, b| a.name.cmp(&b.name));
        if 0 < self.n_more {
            let n = self.n_more;
            let message = Text::new(format!("另有 {n} 处类似问题"), format!("{n} more of the kind"));
            self.contents.problems.push(Problem::of_path(Level::Error, "package-entry", self.path, message));
        }
        self.contents
    }
}

/// The name as a path that stays in the folder it is put into, on every system.
fn checked_name(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_NAME)?;
    let path = text.strip_prefix('/').unwrap_or(text);
    let is_safe = |part: &str| !matches!(part, "" | "." | "..");
    let has_drive = path.as_bytes().get(1) == Some(&b':');
    let is_odd = |c: char| c.is_control() || c == '\\';
    (!has_drive && !path.chars().any(is_odd) && path.split('/').all(is_safe)).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: usize) -> [u8; 4] {
        u32::try_from(value).expect("a small number").to_be_bytes()
    }

    /// A package with these entries: name, offset behind the index, size.
    fn package(entries: &[(&[u8], usize, usize)], body: &[u8]) -> Vec<u8> {
        let index_len = 4 + entries.iter().map(|(name, ..)| 12 + name.len()).sum::<usize>();
        let mut bytes = vec![FIRST_MARK];
        for part in [0, index_len, body.len()] {
            bytes.extend(number(part));
        }
        bytes.push(LAST_MARK);
        bytes.extend(number(entries.len()));
        for (name, offset, size) in entries {
            bytes.extend(number(name.len()));
            bytes.extend(*name);
            bytes.extend(number(HEADER + index_len + offset));
            bytes.extend(number(*size));
        }
        bytes.extend(body);
        bytes
    }

    fn names(bytes: &[u8]) -> (Vec<String>, usize) {
        let contents = read("p", bytes).expect("a package");
        (contents.entries.into_iter().map(|entry| entry.name).collect(), contents.problems.len())
    }

    #[test]
    fn files_have_their_bytes() {
        let bytes = package(&[(b"/b.js", 2, 3), (b"/a/a.js", 0, 2)], b"aabbb");
        assert!(is_package(&bytes));
        let contents = read("p", &bytes).expect("a package");
        assert!(contents.problems.is_empty());
        let of = |at: usize| &bytes[contents.entries[at].range.clone()];
        assert_eq!((contents.entries[0].name.as_str(), of(0)), ("a/a.js", &b"aa"[..]));
        assert_eq!((contents.entries[1].name.as_str(), of(1)), ("b.js", &b"bbb"[..]));
    }

    #[test]
    fn names_that_lead_out_are_left_out() {
        let long = vec![b'a'; MAX_NAME + 1];
        let evil: [&[u8]; 10] =
            [b"/../a", b"a/../../b", b"//a", b"C:\\a", b"c:/a", b"a\0b", b"\xFF\xFE", b"", b"/", &long];
        for name in evil {
            let bytes = package(&[(name, 0, 1), (b"/good", 1, 1)], b"xy");
            assert_eq!(names(&bytes), (vec!["good".to_owned()], 1), "{name:?}");
        }
    }

    #[test]
    fn files_outside_of_the_data_twice_or_in_each_other_are_left_out() {
        let all = |entries: &[(&[u8], usize, usize)]| names(&package(entries, b"0123456789"));
        assert_eq!(all(&[(b"a", 5, 6), (b"b", 0, 1)]), (vec!["b".into()], 1));
        assert_eq!(all(&[(b"a", 0, usize::try_from(u32::MAX).unwrap())]).1, 1);
        assert_eq!(all(&[(b"a", 0, 1), (b"/a", 1, 1)]), (vec!["a".into()], 1));
        assert_eq!(all(&[(b"a", 0, 4), (b"b", 3, 4), (b"c", 4, 2)]), (vec!["a".into(), "c".into()], 1));
        assert_eq!(all(&[(b"a", 0, 4), (b"b", 2, 0)]), (vec!["a".into(), "b".into()], 0));
        let mut inside = package(&[(b"a", 0, 1)], b"x");
        inside[23..27].copy_from_slice(&number(0));
        assert_eq!(names(&inside), (Vec::new(), 1));
    }

    #[test]
    fn wrong_headers_are_told_of() {
        let good = package(&[(b"a", 0, 1)], b"x");
        for len in 0..good.len() {
            // However it is cut off, there is an answer, and no file that is not all there.
            if let Ok(contents) = read("p", &good[..len]) {
                assert!(!contents.problems.is_empty() && contents.entries.is_empty(), "{len}");
            }
        }
        let said = |bytes: &[u8]| read("p", bytes).expect_err("no package").message.en;
        assert!(said(b"V1MMWX and so on").contains("encrypted"));
        assert!(said(b"PK\x03\x04 and all that follows").contains("marks"));
        let mut counted = good.clone();
        counted[14..18].copy_from_slice(&number(usize::try_from(u32::MAX).unwrap()));
        let contents = read("p", &counted).expect("a package");
        assert_eq!((contents.entries.len(), contents.problems.len()), (1, 1));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_have_an_answer(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200), patch in 0..80_usize) {
            let mut package = package(&[(b"/a.js", 0, 3), (b"/b.js", 3, 3)], b"aaabbb");
            for (at, byte) in bytes.iter().enumerate() {
                if let Some(old) = package.get_mut(patch + at) {
                    *old = *byte;
                }
            }
            for bytes in [&bytes, &package] {
                if let Ok(contents) = read("p", bytes) {
                    let total: usize = contents.entries.iter().map(|entry| entry.range.len()).sum();
                    proptest::prop_assert!(total <= bytes.len());
                }
            }
        }
    }
}
