//! Examples for the script parser; they know the tree of swc, and nothing behind it.

use proptest::prelude::*;
use swc_common::Spanned;
use swc_ecma_ast::{Ident, Stmt};
use swc_ecma_visit::{Visit, VisitWith};

use super::*;

const FILE: FileId = FileId(3);

fn read(kind: FileKind, text: &str) -> Script {
    let (script, problems) = parse(FILE, kind, text);
    assert_eq!(problems, [], "{text}");
    script.expect("a tree")
}

/// Where each identifier stands in the text, by the spans of the tree.
fn names<'t>(program: &Program, text: &'t str) -> Vec<&'t str> {
    #[derive(Default)]
    struct Names(Vec<Span>);
    impl Visit for Names {
        fn visit_ident(&mut self, ident: &Ident) {
            self.0.push(span_of(FILE, ident.span));
        }
    }
    let mut names = Names::default();
    program.visit_with(&mut names);
    names.0.iter().map(|span| &text[span.range()]).collect()
}

#[test]
fn spans_are_exact_behind_a_mark_a_first_line_and_wide_characters() {
    for text in [
        "let alpha = beta",
        "\u{feff}let alpha = beta",
        "#!/usr/bin/env node\r\nlet alpha = '手机'; beta",
        "\u{feff}#!/x\r\n// 号\r\nlet /* 😀 */ alpha\r\n= beta\r\n",
    ] {
        let script = read(FileKind::JavaScript, text);
        assert_eq!(names(&script.program, text), ["alpha", "beta"], "{text:?}");
        assert!(!script.is_module);
    }
    let text = "const 电话 = `号${号码}`";
    assert_eq!(names(&read(FileKind::JavaScript, text).program, text), ["电话", "号码"]);
}

#[test]
fn the_content_says_what_a_module_is() {
    for (text, is_module) in [("", false), ("a", false), ("import a from './a'", true), ("export const a = 1", true)] {
        assert_eq!(read(FileKind::JavaScript, text).is_module, is_module, "{text}");
        assert_eq!(read(FileKind::TypeScript, text).is_module, is_module, "{text}");
    }
    assert!(read(FileKind::TypeScript, "import fs = require('fs')").is_module);
    assert!(!read(FileKind::TypeScript, "namespace A { export const b = 1 } import b = A.b").is_module);
    assert!(read(FileKind::JavaScript, "export default from './a'").is_module);
}

#[test]
fn plain_scripts_may_be_sloppy() {
    for text in ["return 1", "with (a) b", "var await = 1", "var a = 010", "@dec class A {}", "if (a) return\nb()"] {
        read(FileKind::JavaScript, text);
    }
    read(FileKind::Wxs, "var a = 1; module.exports = { a: a };");
    read(FileKind::TypeScript, "if (a) return");
}

#[test]
fn typescript_is_read_in_ts_and_in_typed_js() {
    let text = "enum A { B = 1 } namespace N { export const c = 1 } @dec class D { constructor(private e: string) {} \
                @prop() f!: number } import g = N.c; const h = <any>i; let j = k as unknown satisfies L; function m<T>(this: T) {}";
    read(FileKind::TypeScript, text);
    read(FileKind::JavaScript, "let a: string = b as string");
    read(FileKind::TypeScript, "const a = <view>{b}</view>");
}

#[test]
fn a_slip_keeps_the_tree_and_a_break_does_not() {
    let (script, problems) = parse(FILE, FileKind::JavaScript, "let a = 1\nlet c = 2 let d;\nb(a)");
    let Some(Script { program: Program::Script(script), .. }) = script else { panic!("a script") };
    assert!(matches!(script.body.last(), Some(Stmt::Expr(_))));
    assert_eq!((problems[0].level, problems[0].code), (Level::Warning, "syntax-error"));
    assert_eq!(problems[0].span, Some(Span::new(FILE, 20, 23)));

    let text = "let 号 = (";
    let (script, problems) = parse(FILE, FileKind::JavaScript, text);
    assert!(script.is_none());
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].level, problems[0].code), (Level::Error, "syntax-error"));
    let span = problems[0].span.expect("a place");
    assert!(text.get(span.range()).is_some(), "{span:?}");
}

#[test]
fn the_tree_begins_where_the_first_word_does() {
    let Program::Script(script) = read(FileKind::JavaScript, "\u{feff}  ab").program else { panic!("a script") };
    assert_eq!(span_of(FILE, script.body[0].span()), Span::new(FILE, 5, 7));
}

/// On a stack as large as that of a worker.
fn on_large_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 << 20).spawn(work).expect("a thread").join().expect("no overflow");
}

#[test]
fn what_the_limits_let_through_fits_the_stack() {
    on_large_stack(|| {
        let brackets = depth::MAX_BRACKETS;
        let chain = depth::MAX_CHAIN as usize - 10;
        for text in [
            "[".repeat(brackets) + &"]".repeat(brackets),
            "a".to_string() + &".b".repeat(chain),
            "!".repeat(chain) + "a",
            "a+".repeat(chain) + "a",
            "typeof ".repeat(chain) + "a",
            "a=>".repeat(chain / 2) + "a",
            "if(a)".repeat(chain / 3) + "a",
        ] {
            read(FileKind::JavaScript, &text);
        }
    });
}

#[test]
fn what_is_too_deep_is_refused() {
    for text in ["[".repeat(10_000), "a+".repeat(1 << 20), "a\n.b()".repeat(1 << 20), "if(a)\n".repeat(1 << 20)] {
        let (script, problems) = parse(FILE, FileKind::JavaScript, &text);
        assert!(script.is_none());
        assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["nesting-too-deep"]);
    }
}

#[test]
fn a_decorator_before_the_end_is_a_problem() {
    let (script, problems) = parse(FILE, FileKind::TypeScript, "@enum class ${");
    assert!(script.is_some() || !problems.is_empty());
}

#[test]
fn helpers_that_only_machines_need_are_emptied_unless_they_are_to_be_run() {
    let text = "function __generator(self, step) { return _run(step) } function _run(step) { return step }
        function f() { return __generator(this, function (_a) { switch (_a.label) { case 0: return [2, 1] } }) }";
    let n_runs = |script: &Script| names(&script.program, text).iter().filter(|name| **name == "_run").count();
    assert_eq!(n_runs(&read(FileKind::JavaScript, text)), 1);
    let (script, _) = parse_to_run(FILE, FileKind::JavaScript, text);
    assert_eq!(script.as_ref().map(n_runs), Some(2));
    let used = format!("{text}\nexports.run = _run, exports.turn = __generator");
    let (script, _) = parse(FILE, FileKind::JavaScript, &used);
    let found = script.map(|script| names(&script.program, &used).iter().filter(|name| **name == "_run").count());
    assert_eq!(found, Some(3));
}

proptest! {
    #[test]
    fn any_pieces_of_script_are_read_without_a_panic(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "let ", "a", "=", "(", ")", "{", "}", "[", "]", "`", "${", "'", "\"", "\\", "/", "//", "/*", "*/", "\n", "\r\n",
                "号", "😀", "\u{feff}", "#!", "=>", "class ", "async ", "await ", "import ", "export ", "default ", "<", ">",
                ":", ";", ",", ".", "?", "@", "#", "0x", "1", "\\u{", "enum ", "type ", "\u{2028}",
            ]),
            0..30,
        )
    ) {
        let text = pieces.concat();
        for kind in [FileKind::JavaScript, FileKind::TypeScript, FileKind::Wxs] {
            let (script, problems) = parse(FILE, kind, &text);
            prop_assert!(script.is_some() || !problems.is_empty());
            for span in problems.iter().filter_map(|problem| problem.span) {
                prop_assert!(text.get(span.range()).is_some());
            }
        }
    }
}
