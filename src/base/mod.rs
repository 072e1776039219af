//! What every step shares: file ids, spans, where texts come from, bilingual text, problems and the file-system trait.
//! Nothing here knows a mini-program, JavaScript or a report format.

pub mod date;
pub mod files;
pub mod fs;
pub mod json;
pub mod origin;
pub mod pattern;
pub mod problem;
pub mod text;

pub use date::{Date, NO_DAY};
pub use files::{FileId, FileKind, Files, LineColumn, SourceFile, Span};
pub use fs::{Entry, FileSystem};
pub use origin::{Draft, Origin};
pub use problem::{Level, Problem};
pub use text::Text;
