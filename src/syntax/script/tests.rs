//! Examples for the script parser; they know the tree of swc, and nothing behind it.

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
    assert_eq!(script.body.len(), 4);
    assert!(matches!(script.body[3], Stmt::Expr(_)));
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
fn probe() {
    let case = std::env::var("CASE").unwrap_or_default();
    let n: usize = std::env::var("N").unwrap_or_default().parse().unwrap_or(10);
    on_large_stack(move || {
        let text = match case.as_str() {
            "paren" => "(".repeat(n) + "1" + &")".repeat(n),
            "array" => "[".repeat(n) + &"]".repeat(n),
            "object" => "({a:".repeat(n) + "1" + &"})".repeat(n),
            "block" => "{".repeat(n) + &"}".repeat(n),
            "func" => "function f(){".repeat(n) + &"}".repeat(n),
            "arrow" => "(()=>{".repeat(n) + &"})()".repeat(n),
            "iff" => "if(a){".repeat(n) + &"}".repeat(n),
            "calln" => "a(".repeat(n) + &")".repeat(n),
            "tpl" => "`${".repeat(n) + "1" + &"}`".repeat(n),
            "arrowchain" => "a=>".repeat(n) + "1",
            "assign" => "a=".repeat(n) + "1",
            "cond" => "a?b:".repeat(n) + "1",
            "elseif" => "if(a){}else ".repeat(n) + "{}",
            "ifchain" => "if(a)".repeat(n) + "1",
            "member" => "a".to_string() + &".b".repeat(n),
            "call" => "a".to_string() + &"()".repeat(n),
            "bang" => "!".repeat(n) + "1",
            "typeof" => "typeof ".repeat(n) + "1",
            "plus" => "a+".repeat(n) + "1",
            "exp" => "a**".repeat(n) + "1",
            "pat" => "let ".to_string() + &"[".repeat(n) + "a" + &"]".repeat(n) + "=1",
            "label" => "a:".repeat(n) + "1",
            "new" => "new ".repeat(n) + "a",
            "types" => "let a:".to_string() + &"[".repeat(n) + &"]".repeat(n),
            other => panic!("{other}"),
        };
        let grammar = if case == "types" { Grammar::TypeScript } else { Grammar::Program };
        let at = std::time::Instant::now();
        let r = parse_as(grammar, &text);
        let t = at.elapsed();
        eprintln!("{case} {n} ok={} {:?} scan={:?}", r.is_ok(), t, depth::too_deep_at(&text).is_some());
        drop(r);
    });
}
