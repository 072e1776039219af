//! Random programs that are run for real: what arrives at a sink in an interpreter is the truth.
//! Knows JavaScript as text, and nothing of the engine.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;

/// A source's line and the line of a sink that its data arrives at.
pub type Arrival = (usize, usize);

/// Which statements programs are made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Style {
    /// Values of one function: texts, literals, fields, elements.
    Local,
    /// All the rest as well: aliases, closures, methods, maps, calls that write.
    Shared,
}

/// Variables of each sort; a variable keeps its sort, so that no program throws.
const HEAD: &str = "const same = x => x, second = (x, y) => y, make = (x, y) => ({ x, y })
const put = (o, v) => { o.x = v }, copy = o => ({ ...o }), each = (l, f) => l.map(f)
class Box { constructor(v) { this.v = v } get() { return this.v } set(v) { this.v = v; return this } }
let s0 = source()
let s1 = source(), s2 = 'c'
let o0 = { x: 'a', y: 'b' }, o1 = { x: 'c', y: 'd' }
let l0 = ['a', 'b'], l1 = ['c', 'd']
let f0 = x => x, f1 = x => 'e'
let m0 = new Map([['k', 'a']]), m1 = new Map([['j', 'b']])
let b0 = new Box('a'), b1 = new Box('b')
";

/// Statements with places for variables: `S` a text, `O` an object, `L` a list, `F` a function, `M` a map, `B` a box.
const LOCAL: [&str; 26] = [
    "S = source()",
    "S = source()",
    "S = 'n'",
    "S = S",
    "S = S + S",
    "S = `<${S}>`",
    "S = same(S)",
    "S = second(S, S)",
    "S = make(S, S).y",
    "S = { x: S, y: S }.x",
    "S = [S, S][1]",
    "S = O.x",
    "S = O.y",
    "S = L[0]",
    "S = L[1]",
    "O.x = S",
    "O.y = S",
    "O = { x: S, y: S }",
    "O = { ...O, y: S }",
    "O = { x: O.y, y: O.x }",
    "L = [S, S]",
    "L[0] = S",
    "[S, S] = [S, S]",
    "S = L.join('')",
    "delete O.y",
    "{ const { x: p, ...rest } = O; S = String(rest.y) + p }",
];

const SHARED: [&str; 34] = [
    "O = O",
    "L = L",
    "F = F",
    "B = B",
    "M = M",
    "O = make(S, S)",
    "O = copy(O)",
    "put(O, S)",
    "Object.assign(O, { x: S })",
    "O = JSON.parse(JSON.stringify(O))",
    "O = Object.fromEntries(Object.entries(O))",
    "for (const k in O) O[k] = O[k] + S",
    "S = Object.values(O).join('')",
    "L.push(S)",
    "L = L.slice()",
    "L = L.map(F)",
    "L = each(L, v => v + S)",
    "L = L.concat([S]).reverse()",
    "S = L.reduce((a, v) => a + v, '')",
    "for (const v of L) S = v",
    "S = F(S)",
    "F = x => x",
    "F = x => 'f'",
    "{ const t = S; F = x => t }",
    "F = x => S",
    "F = x => { S = x; return 'g' }",
    "F = second.bind(null, S)",
    "M.set('k', S)",
    "M.set('j', S)",
    "S = String(M.get('k'))",
    "B = new Box(S)",
    "B.set(S)",
    "S = B.get()",
    "try { throw S } catch (e) { S = e }",
];

const SINKS: [&str; 8] =
    ["sink(S)", "sink(S)", "sink(O.x)", "sink(O.y)", "sink(L[0])", "sink(O)", "sink(M.get('k'))", "sink(B.get())"];

/// Programs without branches.
pub fn programs(style: Style) -> impl Strategy<Value = String> {
    let (n_kinds, n_sinks) = match style {
        Style::Local => (LOCAL.len(), 5),
        Style::Shared => (LOCAL.len() + SHARED.len(), SINKS.len()),
    };
    let statement = (0..n_kinds, prop::collection::vec(0_usize..6, 4));
    let sink = (0..n_sinks, prop::collection::vec(0_usize..6, 4));
    (prop::collection::vec(statement, 3..14), prop::collection::vec(sink, 2..6)).prop_map(|(statements, sinks)| {
        let mut text = HEAD.to_owned();
        for (kind, picks) in statements {
            let pattern = LOCAL.iter().chain(&SHARED).nth(kind).expect("a kind");
            let _ = writeln!(text, ";{}", filled(pattern, &picks));
        }
        for (kind, picks) in sinks {
            let _ = writeln!(text, ";{}", filled(SINKS[kind], &picks));
        }
        text
    })
}

/// A pattern with variables in it.
fn filled(pattern: &str, picks: &[usize]) -> String {
    let mut text = String::new();
    let mut picks = picks.iter().cycle();
    let mut before = ' ';
    let mut chars = pattern.chars().peekable();
    while let Some(char) = chars.next() {
        let is_alone = !before.is_alphanumeric() && chars.peek().is_none_or(|next| !next.is_alphanumeric());
        let n_variables = match char {
            'S' => 3,
            'O' | 'L' | 'F' | 'M' | 'B' => 2,
            _ => 0,
        };
        if is_alone && n_variables > 0 {
            let pick = picks.next().expect("a cycle has no end");
            let _ = write!(text, "{}{}", char.to_ascii_lowercase(), pick % n_variables);
        } else {
            text.push(char);
        }
        before = char;
    }
    text
}

/// Runs a program: what arrives where.
pub fn run(text: &str) -> BTreeSet<Arrival> {
    let mut code = String::from(
        "const arrived = [], source = n => `<<${n}>>`
         const sink = (line, value) => {
           const text = JSON.stringify(value) || ''
           for (const [, n] of text.matchAll(/<<(\\d+)>>/g)) arrived.push(`${n} ${line}`)
         }\n",
    );
    for (at, line) in text.lines().enumerate() {
        let line = line.replace("source()", &format!("source({})", at + 1));
        let _ = writeln!(code, "{}", line.replace("sink(", &format!("sink({}, ", at + 1)));
    }
    code.push_str("\n;arrived.join(',')");
    let runtime = rquickjs::Runtime::new().expect("an interpreter");
    let context = rquickjs::Context::full(&runtime).expect("a context");
    let arrived: String =
        context.with(|it| it.eval(code.as_bytes())).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    let numbers = |pair: &str| {
        let (source, sink) = pair.split_once(' ')?;
        Some((source.parse().ok()?, sink.parse().ok()?))
    };
    arrived.split(',').filter_map(numbers).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_is_known_by_line() {
        let text = "let a = source()\nlet b = 'x'\nsink(a)\nsink(b)\nsink({ a, b })";
        assert_eq!(run(text), BTreeSet::from([(1, 3), (1, 5)]));
    }

    #[test]
    fn variables_keep_their_sort() {
        assert_eq!(filled("S = O.x", &[4, 3]), "s1 = o1.x");
        assert_eq!(filled("B = new Box(S)", &[0, 2]), "b0 = new Box(s2)");
    }
}
