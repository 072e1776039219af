//! Bytes become text: UTF-8, UTF-16 with a byte-order mark, GB18030, or what can be saved of it.
//! Knows encodings only, and nothing of what the text says.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use crate::base::{FileId, Level, Problem, Span, Text};

/// How a file was encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// UTF-16 with a byte-order mark.
    Utf16,
    /// GB18030 (GBK, GB2312).
    Gb18030,
    /// None of these: some characters were replaced.
    Unknown,
}

/// The text of a file and how it was encoded. A UTF-8 byte-order mark stays, so that offsets are those of the file.
pub(super) fn decode(bytes: Vec<u8>) -> (String, Encoding) {
    let utf16 = match bytes.as_slice() {
        [0xFF, 0xFE, ..] => Some(UTF_16LE),
        [0xFE, 0xFF, ..] => Some(UTF_16BE),
        _ => None,
    };
    if let Some(encoding) = utf16 {
        return (encoding.decode_with_bom_removal(&bytes).0.into_owned(), Encoding::Utf16);
    }
    match String::from_utf8(bytes) {
        Ok(text) => (text, Encoding::Utf8),
        Err(error) => {
            let bytes = error.as_bytes();
            match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
                Some(text) => (text.into_owned(), Encoding::Gb18030),
                None => (String::from_utf8_lossy(bytes).into_owned(), Encoding::Unknown),
            }
        }
    }
}

/// A note for a file that is not UTF-8.
pub(super) fn problem(file: FileId, encoding: Encoding) -> Option<Problem> {
    let (zh, en) = match encoding {
        Encoding::Utf8 => return None,
        Encoding::Utf16 => ("文件按 UTF-16 读取，建议改用 UTF-8", "read as UTF-16; UTF-8 is expected"),
        Encoding::Gb18030 => ("文件按 GB18030 读取，建议改用 UTF-8", "read as GB18030; UTF-8 is expected"),
        Encoding::Unknown => {
            ("文件编码无法识别，部分字符已被替换", "the encoding is not known, some characters were replaced")
        }
    };
    Some(Problem::at(Level::Note, "encoding", Span::file_start(file), Text::new(zh, en)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_told_apart() {
        assert_eq!(decode("\u{feff}手机".into()), ("\u{feff}手机".into(), Encoding::Utf8));
        assert_eq!(decode(vec![0xFF, 0xFE, 0x4B, 0x62]), ("手".into(), Encoding::Utf16));
        assert_eq!(decode(vec![0xFE, 0xFF, 0x62, 0x4B]), ("手".into(), Encoding::Utf16));
        assert_eq!(decode(vec![0xCA, 0xD6, 0xBB, 0xFA]), ("手机".into(), Encoding::Gb18030));
        assert_eq!(decode(vec![b'a', 0xFF, b'b']), ("a\u{fffd}b".into(), Encoding::Unknown));
        assert!(problem(FileId(0), Encoding::Utf8).is_none());
    }
}
