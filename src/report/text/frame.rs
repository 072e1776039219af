//! The lines of code that a block shows, as codespan wants them: only those that carry a mark, each fit for a terminal,
//! under their true line and column numbers. Knows no report.

use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::files::{self, Error};

use super::clip::{clean, clip};
use crate::base::{FileId, Files, SourceFile};

/// Columns from one tab stop to the next.
pub const TAB_WIDTH: usize = 4;

/// The files of one block, each cut down to the lines that are shown.
#[derive(Debug)]
pub struct Frame {
    views: Vec<View>,
}

#[derive(Debug)]
struct View {
    name: String,
    text: String,
    /// Where each line is in `text`, by its true index.
    lines: BTreeMap<usize, Range<usize>>,
    /// True column of each offset at which a mark begins.
    columns: BTreeMap<usize, usize>,
}

/// A line wider than this is cut down around its marks on any screen.
const MAX_ROOM: usize = 160;
/// Less room than this makes no sense of a line.
const MIN_ROOM: usize = 40;
/// Columns between a line number and the line, and for what tells that text is left out on either side of it.
const RULE: usize = 5;

/// A mark in a file: its number among all marks, the index of its line, and its bytes in the line.
type LineMark = (usize, Range<usize>);

impl Frame {
    /// The frame around some places, and where each place is in it: the index of its file, and its bytes there. The prefix
    /// stands before the paths; lines are cut to what fits on a screen of so many columns.
    ///
    /// Of a place that goes over several lines the first line is marked.
    pub fn new(
        files: &Files,
        prefix: &str,
        places: &[(FileId, Range<usize>)],
        columns: Option<usize>,
    ) -> (Self, Vec<(usize, Range<usize>)>) {
        let room = columns.map_or(MAX_ROOM, |columns| room(files, places, columns));
        let mut order: Vec<FileId> = Vec::new();
        let mut shown = vec![(0, 0..0); places.len()];
        let mut views = Vec::new();
        for (file, _) in places {
            if !order.contains(file) {
                order.push(*file);
                let own = places.iter().enumerate().filter(|(_, place)| place.0 == *file);
                let marks: Vec<LineMark> = own.map(|(number, place)| (number, place.1.clone())).collect();
                let index = views.len();
                let name = format!("{prefix}{}", files.get(*file).path);
                views.push(View::new(name, files.get(*file), &marks, room, &mut |number, range| {
                    shown[number] = (index, range);
                }));
            }
        }
        (Self { views }, shown)
    }

    fn view(&self, id: usize) -> Result<&View, Error> {
        self.views.get(id).ok_or(Error::FileMissing)
    }
}

impl View {
    fn new(
        name: String,
        file: &SourceFile,
        marks: &[LineMark],
        room: usize,
        place: &mut dyn FnMut(usize, Range<usize>),
    ) -> Self {
        let mut view =
            Self { name: clean(&name), text: String::new(), lines: BTreeMap::new(), columns: BTreeMap::new() };
        for (index, marks) in by_line(file, marks) {
            let line = file.line_range(index);
            let local: Vec<Range<usize>> = marks.iter().map(|(_, mark)| within(file, &line, mark)).collect();
            let clipped = clip(&file.text[line], &local, room);
            let start = view.text.len();
            for ((number, mark), range) in marks.iter().zip(clipped.marks) {
                let range = start + range.start..start + range.end;
                let column = file.line_column(mark.start as u32).column as usize;
                view.columns.entry(range.start).or_insert(column);
                place(*number, range);
            }
            view.text.push_str(&clipped.text);
            view.lines.insert(index, start..view.text.len());
            view.text.push('\n');
        }
        view
    }

    fn line(&self, index: usize) -> Result<&Range<usize>, Error> {
        self.lines.get(&index).ok_or(Error::LineTooLarge { given: index, max: self.lines.len() })
    }
}

/// Columns for a line beside the largest of the line numbers.
fn room(files: &Files, places: &[(FileId, Range<usize>)], columns: usize) -> usize {
    let number = |(file, range): &(FileId, Range<usize>)| files.get(*file).line_index(range.start as u32) + 1;
    let digits = places.iter().map(number).max().unwrap_or(1).to_string().len();
    columns.saturating_sub(digits + RULE).clamp(MIN_ROOM, MAX_ROOM)
}

/// The marks by the line in which they begin, with an empty entry for a single line between two others, which is shown.
fn by_line(file: &SourceFile, marks: &[LineMark]) -> BTreeMap<usize, Vec<LineMark>> {
    let mut lines: BTreeMap<usize, Vec<LineMark>> = BTreeMap::new();
    for mark in marks {
        lines.entry(file.line_index(mark.1.start as u32)).or_default().push(mark.clone());
    }
    let marked: Vec<usize> = lines.keys().copied().collect();
    for pair in marked.windows(2) {
        if pair[0] + 2 == pair[1] {
            lines.entry(pair[0] + 1).or_default();
        }
    }
    lines
}

/// The part of a mark that lies in the line, counted from the start of the line, on whole characters.
fn within(file: &SourceFile, line: &Range<usize>, mark: &Range<usize>) -> Range<usize> {
    let boundary = |at: usize| file.text.floor_char_boundary(at.clamp(line.start, line.end)) - line.start;
    let start = boundary(mark.start);
    start..boundary(mark.end).max(start)
}

impl<'a> files::Files<'a> for Frame {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.view(id)?.name)
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.view(id)?.text)
    }

    fn line_index(&'a self, id: usize, byte: usize) -> Result<usize, Error> {
        let lines = &self.view(id)?.lines;
        let line = lines.iter().take_while(|(_, range)| range.start <= byte).last();
        Ok(line.map_or(0, |(index, _)| *index))
    }

    fn line_range(&'a self, id: usize, index: usize) -> Result<Range<usize>, Error> {
        Ok(self.view(id)?.line(index)?.clone())
    }

    fn column_number(&'a self, id: usize, _index: usize, byte: usize) -> Result<usize, Error> {
        Ok(self.view(id)?.columns.get(&byte).copied().unwrap_or(1))
    }
}
