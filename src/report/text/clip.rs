//! One line of source text is made fit for a terminal: cut down around its marks, and without control characters.
//! Knows widths, and neither files nor reports.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::base::text;

/// The least room (columns) for a mark and what stands around it, however many marks a line has.
const MIN_ROOM: usize = 32;
/// What stands for text that is left out.
const ELLIPSIS: char = '…';

/// A line as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub struct Clipped {
    /// The text, without a line break.
    pub text: String,
    /// Where the marks are in it, in bytes, in the order in which they were given.
    pub marks: Vec<Range<usize>>,
}

/// Makes `line` fit to be shown in so many columns, and says where `marks` (bytes in the line) are then.
pub fn clip(line: &str, marks: &[Range<usize>], columns: usize) -> Clipped {
    let windows = windows(line, marks, columns);
    let mut text = String::new();
    // Where each character that is kept went to, and the end of each window.
    let mut kept: Vec<(usize, usize)> = Vec::new();
    let mut end = 0;
    for window in windows {
        if end < window.start {
            text.push(ELLIPSIS);
        }
        for (at, character) in line[window.clone()].char_indices() {
            kept.push((window.start + at, text.len()));
            text.push(visible(character));
        }
        kept.push((window.end, text.len()));
        end = window.end;
    }
    if end < line.len() {
        text.push(ELLIPSIS);
    }
    let place = |at: usize| kept.get(kept.partition_point(|&(from, _)| from < at)).map_or(text.len(), |&(_, to)| to);
    let marks = marks.iter().map(|mark| place(mark.start)..place(mark.end.min(end_of_window(&kept, mark.start, line))));
    Clipped { marks: marks.collect(), text }
}

/// Where the characters that are kept from `start` on without a gap end.
fn end_of_window(kept: &[(usize, usize)], start: usize, line: &str) -> usize {
    let from = kept.partition_point(|&(at, _)| at < start);
    let is_gap = |pair: &[(usize, usize)]| {
        let [(at, _), (next, _)] = pair else { return false };
        line[*at..*next].chars().nth(1).is_some()
    };
    let length = kept[from..].windows(2).position(is_gap);
    length.map_or(kept.last(), |length| kept.get(from + length)).map_or(line.len(), |&(at, _)| at)
}

/// The parts of a line that are shown, in order and apart from each other.
fn windows(line: &str, marks: &[Range<usize>], columns: usize) -> Vec<Range<usize>> {
    let whole = forward(line, 0, columns);
    if whole == line.len() {
        return vec![0..whole];
    }
    if marks.is_empty() {
        return vec![0..whole];
    }
    let room = (columns / marks.len()).max(MIN_ROOM);
    let mut windows: Vec<Range<usize>> = marks.iter().map(|mark| window(line, mark, room)).collect();
    windows.sort_by_key(|window| (window.start, window.end));
    windows.dedup_by(|next, last| {
        let touches = next.start <= last.end;
        if touches {
            last.end = last.end.max(next.end);
        }
        touches
    });
    windows
}

/// The mark, or its beginning where it is long, with as much around it as there is room for.
fn window(line: &str, mark: &Range<usize>, room: usize) -> Range<usize> {
    let end = forward(line, mark.start, room * 2 / 3).min(mark.end).max(mark.start);
    let used: usize = line[mark.start..end].chars().map(width).sum();
    let around = room.saturating_sub(used) / 2;
    backward(line, mark.start, around)..forward(line, end, around)
}

/// The offset up to which `columns` columns from `at` on reach.
fn forward(line: &str, at: usize, columns: usize) -> usize {
    let mut sum = 0;
    let rest = &line[at..];
    let over = rest.char_indices().find(|(_, character)| {
        sum += width(*character);
        columns < sum
    });
    at + over.map_or(rest.len(), |(offset, _)| offset)
}

/// The offset down to which `columns` columns before `at` reach.
fn backward(line: &str, at: usize, columns: usize) -> usize {
    let mut sum = 0;
    let before = line[..at].char_indices().rev().take_while(|(_, character)| {
        sum += width(*character);
        sum <= columns
    });
    before.last().map_or(at, |(offset, _)| offset)
}

/// Columns of a character as it is shown; a tab counts as the most that it can take, a mark without width as one, so that
/// no number of them passes for a short line.
fn width(character: char) -> usize {
    match character {
        '\t' => super::frame::TAB_WIDTH,
        other => visible(other).width().unwrap_or(1).max(1),
    }
}

/// A text for a single line without anything that a terminal would act on.
pub fn clean(text: &str) -> String {
    text.chars().map(|character| if character == '\t' { ' ' } else { visible(character) }).collect()
}

/// The character, or a picture of it where it would move the cursor, hide or reorder text.
fn visible(character: char) -> char {
    match character {
        '\t' => '\t',
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7F}' => '\u{2421}',
        hidden if text::is_hidden(hidden) => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: usize = 160;

    fn shown(clipped: &Clipped) -> Vec<&str> {
        clipped.marks.iter().map(|mark| &clipped.text[mark.clone()]).collect()
    }

    #[test]
    fn a_short_line_stays_as_it_is() {
        let clipped = clip("let 手机 = x;", &[4..10], COLUMNS);
        assert_eq!((clipped.text.as_str(), shown(&clipped)), ("let 手机 = x;", vec!["手机"]));
    }

    #[test]
    fn a_long_line_is_cut_around_its_marks() {
        let line = format!("{}first{}second{}", "a".repeat(500), "b".repeat(500), "手".repeat(500));
        let clipped = clip(&line, &[500..505, 1005..1011], COLUMNS);
        assert_eq!(shown(&clipped), ["first", "second"]);
        assert!(clipped.text.starts_with("…a") && clipped.text.contains("b…b") && clipped.text.ends_with("手…"));
        assert!(clipped.text.chars().map(width).sum::<usize>() <= COLUMNS + 3);
    }

    #[test]
    fn a_long_mark_ends_where_its_text_is_cut() {
        let line = format!("{}{}", "x".repeat(200), "y".repeat(4000));
        let clipped = clip(&line, &[200..4200, 3000..3004], COLUMNS);
        assert_eq!(shown(&clipped)[1], "yyyy");
        assert!(shown(&clipped)[0].starts_with("yyy") && !shown(&clipped)[0].contains(ELLIPSIS));
    }

    #[test]
    fn what_a_terminal_would_act_on_becomes_a_picture() {
        let clipped = clip("a\u{1b}[31mb\u{202e}c", &[1..2, 6..10], COLUMNS);
        assert_eq!((clipped.text.as_str(), shown(&clipped)), ("a␛[31mb\u{fffd}c", vec!["␛", "b\u{fffd}"]));
        assert_eq!(clean("x\r\n\ty\u{7f}"), "x␍␊ y␡");
    }
}
