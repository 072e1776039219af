//! JavaScript, TypeScript and WXS through swc, with error recovery. Knows nothing of what the code means.

mod classes;
mod compiled;
mod evaluated;
mod helpers;
mod machines;
mod tree;
mod unused;

use swc_common::comments::Comments;
use swc_common::{BytePos, Span as SwcSpan, Spanned};
use swc_ecma_ast::{EsVersion, ModuleDecl, ModuleItem, Program, TsModuleRef};
use swc_ecma_parser::error::{Error, SyntaxError};
use swc_ecma_parser::{EsSyntax, Lexer, PResult, Parser, StringInput, Syntax, TsSyntax};

use self::helpers::Own;
use super::depth::Angles;
use super::{FIRST_POSITION, depth, span_of};
use crate::base::{FileId, FileKind, Level, Problem, Span, Text};

/// A script as a tree.
#[derive(Debug)]
pub struct Script {
    /// The tree; positions are byte offsets plus one.
    pub program: Program,
    /// Whether the file uses `import` or `export`.
    pub is_module: bool,
}

/// Parses a script (or `.wxs`). `None` where nothing could be saved; the problems say why.
pub fn parse(file: FileId, kind: FileKind, text: &str) -> (Option<Script>, Vec<Problem>) {
    parse_with(file, kind, text, false)
}

/// Parses a script for somebody who runs it: the helpers of compilers that stand in it are run like all else.
pub fn parse_to_run(file: FileId, kind: FileKind, text: &str) -> (Option<Script>, Vec<Problem>) {
    parse_with(file, kind, text, true)
}

fn parse_with(file: FileId, kind: FileKind, text: &str, keeps_helpers: bool) -> (Option<Script>, Vec<Problem>) {
    if let Some(at) = too_deep_at(text, attempts(kind)[0]) {
        return (None, vec![nesting_problem(file, text, at)]);
    }
    let (best, fatal) = best_of(attempts(kind), text);
    if let Some((mut program, errors)) = best {
        evaluated::inline(&mut program, text);
        let own = if keeps_helpers { Own::of(&program) } else { Own::default() };
        compiled::restore(&mut program, text);
        machines::restore(&mut program, text, &own);
        classes::restore(&mut program, text, &own);
        let is_module = is_module(&program);
        let problems = errors.iter().map(|error| problem(file, text, Level::Warning, error)).collect();
        return (Some(Script { program, is_module }), problems);
    }
    (None, fatal.iter().map(|error| problem(file, text, Level::Error, error)).collect())
}

/// The grammars that a file of this kind may be written in, the likeliest first.
fn attempts(kind: FileKind) -> &'static [Grammar] {
    match kind {
        FileKind::TypeScript => &[Grammar::TypeScript, Grammar::Tsx],
        FileKind::Wxs => &[Grammar::Script, Grammar::Program],
        _ => &[Grammar::Program, Grammar::Script, Grammar::TypeScript, Grammar::Tsx],
    }
}

/// Parses a script for the sake of its comments.
pub(super) fn parse_for_comments(kind: FileKind, text: &str, comments: &dyn Comments) {
    // A comment that a second attempt reads again is the same comment.
    let fit = |grammar: &&Grammar| too_deep_at(text, **grammar).is_none();
    let _ = attempts(kind).iter().take_while(fit).find(|grammar| parse_as(**grammar, text, Some(comments)).is_ok());
}

/// Where a script is too deep for a grammar.
fn too_deep_at(text: &str, grammar: Grammar) -> Option<usize> {
    depth::too_deep_at(text, grammar.angles())
}

/// The tree with the fewest errors, the first one of several, and what the first attempt without a tree said. Most
/// files are clean at the first attempt; types in a `.js` file are errors that the plain grammar may well get over.
fn best_of(attempts: &[Grammar], text: &str) -> (Option<(Program, Vec<Error>)>, Option<Error>) {
    let mut best: Option<(Program, Vec<Error>)> = None;
    let mut fatal = None;
    // The first one was looked at.
    let fit = |&(at, grammar): &(usize, &Grammar)| at == 0 || too_deep_at(text, *grammar).is_none();
    for (_, &grammar) in attempts.iter().enumerate().take_while(fit) {
        match parse_as(grammar, text, None) {
            Ok(read) if read.1.is_empty() => return (Some(read), None),
            Ok(read) if best.as_ref().is_none_or(|best| read.1.len() < best.1.len()) => best = Some(read),
            Ok(_) => {}
            Err(error) => fatal = fatal.or(Some(error)),
        }
    }
    (best, fatal)
}

/// The problem of code that nests deeper than [`depth`] allows, `at` a byte of `text`.
pub(super) fn nesting_problem(file: FileId, text: &str, at: usize) -> Problem {
    let message = Text::new(
        "代码嵌套过深或表达式过长，未作分析；请排除该文件，或改用未经打包、混淆的源码",
        "the code nests too deep, or an expression is too long, to be analysed; exclude it, or scan the original source",
    );
    let start = text.floor_char_boundary(at);
    let end = text.ceil_char_boundary(at + 1);
    Problem::at(Level::Error, "nesting-too-deep", Span::new(file, start as u32, end as u32), message)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Grammar {
    /// A module or a script, as the content says.
    Program,
    Script,
    TypeScript,
    /// TypeScript with markup, which makes `<T>x` no cast.
    Tsx,
}

impl Grammar {
    fn angles(self) -> Angles {
        match self {
            Self::Program | Self::Script => Angles::Comparison,
            Self::TypeScript => Angles::Types,
            Self::Tsx => Angles::Tags,
        }
    }

    fn syntax(self) -> Syntax {
        match self {
            Self::Program | Self::Script => Syntax::Es(EsSyntax {
                decorators: true,
                decorators_before_export: true,
                export_default_from: true,
                import_attributes: true,
                allow_super_outside_method: true,
                allow_return_outside_function: true,
                auto_accessors: true,
                explicit_resource_management: true,
                ..EsSyntax::default()
            }),
            Self::TypeScript | Self::Tsx => {
                Syntax::Typescript(TsSyntax { tsx: self == Self::Tsx, decorators: true, ..TsSyntax::default() })
            }
        }
    }
}

/// The tree and the errors that the parser got over.
fn parse_as(grammar: Grammar, text: &str, comments: Option<&dyn Comments>) -> PResult<(Program, Vec<Error>)> {
    let code = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut parser = parser(grammar.syntax(), code, text.len() - code.len(), comments);
    let program = match grammar {
        Grammar::Script => Program::Script(parser.parse_script()?),
        Grammar::Program | Grammar::TypeScript | Grammar::Tsx => parser.parse_program()?,
    };
    let mut errors = parser.take_errors();
    // Only the plain grammar has a switch for this one.
    errors.retain(|error| !is_return_outside(error));
    Ok((program, errors))
}

fn is_return_outside(error: &Error) -> bool {
    matches!(error.kind(), SyntaxError::ReturnNotAllowed)
}

/// A parser for `code`, which begins at byte `offset` of its file; it hands comments on.
pub(super) fn parser<'a>(
    syntax: Syntax,
    code: &'a str,
    offset: usize,
    comments: Option<&'a dyn Comments>,
) -> Parser<Lexer<'a>> {
    let start = offset as u32 + FIRST_POSITION;
    let input = StringInput::new(code, BytePos(start), BytePos(start + code.len() as u32));
    Parser::new_from(Lexer::new(syntax, EsVersion::latest(), input, comments))
}

fn is_module(program: &Program) -> bool {
    let Program::Module(module) = program else { return false };
    module.body.iter().any(|item| match item {
        // `import a = b.c` names a part of a namespace and brings in no file.
        ModuleItem::ModuleDecl(ModuleDecl::TsImportEquals(import)) => {
            import.is_export || matches!(import.module_ref, TsModuleRef::TsExternalModuleRef(_))
        }
        ModuleItem::ModuleDecl(_) => true,
        ModuleItem::Stmt(_) => false,
    })
}

fn problem(file: FileId, text: &str, level: Level, error: &Error) -> Problem {
    let said = error.kind().msg();
    let message = match level {
        Level::Error => Text::new(
            format!("语法错误，文件未作分析（解析器提示：{said}）"),
            format!("syntax error, the file is not analysed: {said}"),
        ),
        _ => Text::new(
            format!("语法错误，已跳过并继续（解析器提示：{said}）"),
            format!("syntax error, read on behind it: {said}"),
        ),
    };
    Problem::at(level, "syntax-error", error_span(file, text, error.span()), message)
}

/// The span of an error, held within the text and on character boundaries: the parser points behind the end at times.
pub(super) fn error_span(file: FileId, text: &str, span: SwcSpan) -> Span {
    let span = span_of(file, span);
    let start = text.floor_char_boundary(span.start as usize);
    let end = text.ceil_char_boundary((span.end as usize).max(start));
    Span::new(file, start as u32, end as u32)
}

#[cfg(test)]
mod tests;
