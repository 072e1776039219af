//! Examples and properties of the WXML parser.

use proptest::prelude::*;
use swc_common::Spanned;

use super::*;
use crate::syntax::span_of;

const FILE: FileId = FileId(1);

fn read(text: &str) -> Document {
    let (document, problems) = parse(FILE, text);
    assert_eq!(problems, [], "{text}");
    document
}

/// The tree in short: names, attributes and texts as the spans cut them from the text.
fn show(text: &str, nodes: &[Node]) -> String {
    nodes.iter().map(|node| show_node(text, node)).collect::<Vec<_>>().join(" ")
}

fn show_node(text: &str, node: &Node) -> String {
    let element = match node {
        Node::Text(value) => return show_value(text, value),
        Node::Element(element) => element,
    };
    assert_eq!(element.tag, text[element.tag_span.range()]);
    assert!(text[element.span.range()].starts_with('<'));
    let mut shown = vec![element.tag.clone()];
    for attribute in &element.attributes {
        assert_eq!(attribute.name, text[attribute.name_span.range()]);
        let value = attribute.value.as_ref().map(|value| format!("={}", show_value(text, value)));
        shown.push(attribute.name.clone() + &value.unwrap_or_default());
    }
    shown.extend(element.raw.map(|raw| format!("raw:{}", &text[raw.range()])));
    shown.extend(element.children.iter().map(|node| show_node(text, node)));
    format!("({})", shown.join(" "))
}

/// Literal text in quotes, an expression by its kind and the text under its span.
fn show_value(text: &str, value: &Value) -> String {
    let parts = value.parts.iter().map(|part| match part {
        Part::Text(span) => format!("'{}'", &text[span.range()]),
        Part::Expression(Binding { expr: None, span }) => format!("<broken {}>", &text[span.range()]),
        Part::Expression(Binding { expr: Some(expr), span }) => {
            let object = if expr.is_object() { "object " } else { "" };
            let place = span_of(FILE, expr.span());
            // An object without braces of its own has ours, those of the text.
            assert!(span.contains(place) || expr.is_object());
            format!("<{object}{}>", &text[place.range()])
        }
    });
    format!("[{}]", parts.collect::<String>())
}

fn shown(text: &str) -> String {
    show(text, &read(text).nodes)
}

fn codes(text: &str) -> (String, Vec<&'static str>) {
    let (document, problems) = parse(FILE, text);
    (show(text, &document.nodes), problems.iter().map(|problem| problem.code).collect())
}

#[test]
fn tags_attributes_and_texts() {
    assert_eq!(shown("\u{feff}<view>\r\n  <text/>号<!-- <a> --> b\n</view>"), "(view (text) ['号'] [' b\n'])");
    assert_eq!(
        shown("<a-b bind:tap=\"go\" hidden wx:if = '{{c}}' d=e f={{ g > 1 }} h=\"\"/>"),
        "(a-b bind:tap=['go'] hidden wx:if=[<c>] d=['e'] f=[<g > 1>] h=[])"
    );
    assert_eq!(shown("<a>1 < 2 & <3</a>"), "(a ['1 < 2 & <3'])");
}

#[test]
fn bindings_hold_quotes_braces_and_tags() {
    assert_eq!(shown("<a b=\"x{{c ? 'd' : \"e}}\"}}y{{f}}\" g/>"), "(a b=['x'<c ? 'd' : \"e}}\">'y'<f>] g)");
    assert_eq!(shown("{{ a <b && c>d }}<e>{{'</e>'}}</e>"), "[<a <b && c>d>] (e [<'</e>'>])");
    assert_eq!(shown("<a b='{{ {c: {d: 1}} }}' e='{{{f:1}}}'/>"), "(a b=[<object {c: {d: 1}}>] e=[<object {f:1}>])");
}

#[test]
fn objects_need_no_braces() {
    assert_eq!(shown("<a b='{{c, d: 号, ...e}}'/>"), "(a b=[<object {c, d: 号, ...e}>])");
    assert_eq!(shown("<a b='{{...c}}'/>"), "(a b=[<object {...c}>])");
    assert_eq!(shown("<a b='{{(c, d)}}'/>"), "(a b=[<(c, d)>])");
}

#[test]
fn inside_spans_are_those_of_the_file() {
    let text = "<a b='号{{c, d: x.y}}'/>";
    let document = read(text);
    let Node::Element(element) = &document.nodes[0] else { panic!("an element") };
    let Part::Expression(binding) = &element.attributes[0].value.as_ref().expect("a value").parts[1] else {
        panic!("a binding")
    };
    assert_eq!(&text[binding.span.range()], "c, d: x.y");
    let object = binding.expr.as_ref().and_then(|expr| expr.as_object()).expect("an object");
    let places: Vec<_> = object.props.iter().map(|prop| &text[span_of(FILE, prop.span()).range()]).collect();
    assert_eq!(places, ["c", "d: x.y"]);
    assert_eq!(&text[element.attributes[0].span.range()], "b='号{{c, d: x.y}}'");
}

#[test]
fn scripts_are_raw() {
    assert_eq!(
        shown("<wxs module='m'>if (a < b) '</view>'</wxs><wxs src='./a.wxs'/><b/>"),
        "(wxs module=['m'] raw:if (a < b) '</view>') (wxs src=['./a.wxs']) (b)"
    );
    assert_eq!(codes("<wxs>a</wxsx>").1, ["wxml-unclosed-tag"]);
}

#[test]
fn what_does_not_match_is_a_problem_and_the_rest_is_read() {
    for (text, tree, problems) in [
        ("<a><b>c</a><d/>", "(a (b ['c'])) (d)", &["wxml-unclosed-tag"][..]),
        ("<a></b>c</a>", "(a ['c'])", &["wxml-unexpected-end-tag"]),
        ("<a><b", "(a (b))", &["wxml-unclosed-tag"; 3]),
        ("<a b=\"c>d</a>", "(a b=['c'] ['d'])", &["wxml-unclosed-tag"]),
        ("<a <b/></a>", "(a (b))", &["wxml-unclosed-tag"]),
        ("<a>{{ b </a>c }}", "(a ['{{ b ']) ['c }}']", &["wxml-expression"]),
        ("<a b='{{c' d='{{e}}'/>", "(a b=['{{c'] d=[<e>])", &["wxml-expression"]),
        ("{{ a + }}{{b}}", "[<broken  a + ><b>]", &["wxml-expression"]),
        ("{{a) + (b}}", "[<broken a) + (b>]", &["wxml-expression"]),
        ("{{ it's }}{{b}}", "[<broken  it's ><b>]", &["wxml-expression"]),
        ("a<!-- b", "['a']", &["wxml-unclosed-comment"]),
    ] {
        assert_eq!(codes(text), (tree.to_owned(), problems.to_vec()), "{text}");
    }
}

#[test]
fn deep_tags_become_siblings_and_nothing_is_lost() {
    let text = "<a b='{{c}}'>d".repeat(10_000) + &"</a>".repeat(10_000);
    let (document, problems) = parse(FILE, &text);
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["nesting-too-deep"]);
    assert_eq!(count(&document.nodes), 20_000);
    let Node::Element(outermost) = &document.nodes[0] else { panic!("an element") };
    assert_eq!(outermost.span.range(), 0..text.len());
}

fn count(nodes: &[Node]) -> usize {
    let below = |node: &Node| match node {
        Node::Element(element) => count(&element.children),
        Node::Text(_) => 0,
    };
    nodes.iter().map(|node| 1 + below(node)).sum()
}

/// All spans lie in the text, and the parts of a value make up its whole.
fn check(text: &str, nodes: &[Node]) {
    for node in nodes {
        match node {
            Node::Text(value) => check_value(text, value),
            Node::Element(element) => {
                for attribute in &element.attributes {
                    assert!(element.span.contains(attribute.span) && attribute.span.contains(attribute.name_span));
                    attribute.value.iter().for_each(|value| check_value(text, value));
                }
                assert!(text.get(element.span.range()).is_some() && element.span.contains(element.tag_span));
                check(text, &element.children);
            }
        }
    }
}

fn check_value(text: &str, value: &Value) {
    let whole: String = value
        .parts
        .iter()
        .map(|part| match part {
            Part::Text(span) => text[span.range()].to_owned(),
            Part::Expression(binding) => format!("{{{{{}}}}}", &text[binding.span.range()]),
        })
        .collect();
    assert_eq!(whole, text[value.span.range()]);
}

proptest! {
    #[test]
    fn any_text_gives_spans_in_it(text in "\\PC{0,60}") {
        let (document, problems) = parse(FILE, &text);
        check(&text, &document.nodes);
        for span in problems.iter().filter_map(|problem| problem.span) {
            prop_assert!(text.get(span.range()).is_some());
        }
    }

    #[test]
    fn any_pieces_of_markup_give_spans_in_them(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "<", ">", "/>", "</", "<a", "</a>", "<wxs>", "</wxs>", " b", "=", "\"", "'", "`", "{{", "}}", "{", "}",
                "\\", "号", "😀", "\n", "\r", "<!--", "-->", "c, d: e", "...f", "(", ")", "1 < 2", "\u{feff}", "//", "/*",
            ]),
            0..40,
        )
    ) {
        let text = pieces.concat();
        let (document, problems) = parse(FILE, &text);
        check(&text, &document.nodes);
        for span in problems.iter().filter_map(|problem| problem.span) {
            prop_assert!(text.get(span.range()).is_some());
        }
    }
}
