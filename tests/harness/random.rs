//! Random small programs, and a naive solver for them that is short enough to be believed.
//! Knows JavaScript as text, and nothing of the engine.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;

const VARIABLES: [&str; 4] = ["a", "b", "c", "d"];

/// What stands before every program: helpers that callers must not be mixed up in, and the variables.
const HEAD: &str = "const same = x => x
const second = (x, y) => y
const box = (x, y) => ({ x, y })
function main() {
  let a = 'a', b = 'b', c = 'c', d = 'd'
";

/// A statement; variables are indices.
#[derive(Clone, Debug)]
pub enum Stmt {
    /// `a = …`
    Set(usize, Expr),
    /// `sink(a)`, with its position among all sinks of the program.
    Sink(usize, usize),
    /// `if (Math.random() < 0.5) { … } else { … }`
    If(Vec<Stmt>, Vec<Stmt>),
    /// `while (Math.random() < 0.5) { … }`
    While(Vec<Stmt>),
}

/// What a variable is set to.
#[derive(Clone, Copy, Debug)]
pub enum Expr {
    /// `source()`
    Source,
    /// A text.
    Text,
    /// Another variable.
    Variable(usize),
    /// `a + b`
    Sum(usize, usize),
    /// `same(a)`
    Same(usize),
    /// `second(a, b)`
    Second(usize, usize),
    /// `{ x: a, y: b }.x`
    Field(usize, usize),
    /// `box(a, b).y`
    Boxed(usize, usize),
    /// `[a, b][0]`
    Element(usize, usize),
    /// `a.length`
    Length(usize),
}

/// Programs of a few statements.
pub fn programs() -> impl Strategy<Value = Vec<Stmt>> {
    let variable = 0..VARIABLES.len();
    let set = (variable.clone(), expressions()).prop_map(|(to, from)| Stmt::Set(to, from));
    let sink = variable.prop_map(|variable| Stmt::Sink(variable, 0));
    let leaf = prop_oneof![3 => set, 1 => sink];
    let statement = leaf.prop_recursive(3, 24, 4, |inner| {
        let block = prop::collection::vec(inner, 0..4);
        let branch = (block.clone(), block.clone()).prop_map(|(yes, no)| Stmt::If(yes, no));
        prop_oneof![branch, block.prop_map(Stmt::While)]
    });
    prop::collection::vec(statement, 1..12).prop_map(|mut program| {
        program.extend((0..VARIABLES.len()).map(|variable| Stmt::Sink(variable, 0)));
        number(&mut program, &mut 0);
        program
    })
}

fn expressions() -> impl Strategy<Value = Expr> {
    let one = || 0..VARIABLES.len();
    prop_oneof![
        2 => Just(Expr::Source),
        1 => Just(Expr::Text),
        2 => one().prop_map(Expr::Variable),
        1 => (one(), one()).prop_map(|(x, y)| Expr::Sum(x, y)),
        1 => one().prop_map(Expr::Same),
        1 => (one(), one()).prop_map(|(x, y)| Expr::Second(x, y)),
        1 => (one(), one()).prop_map(|(x, y)| Expr::Field(x, y)),
        1 => (one(), one()).prop_map(|(x, y)| Expr::Boxed(x, y)),
        1 => (one(), one()).prop_map(|(x, y)| Expr::Element(x, y)),
        1 => one().prop_map(Expr::Length),
    ]
}

fn number(statements: &mut [Stmt], next: &mut usize) {
    for statement in statements {
        match statement {
            Stmt::Sink(_, position) => {
                *position = *next;
                *next += 1;
            }
            Stmt::If(yes, no) => {
                number(yes, next);
                number(no, next);
            }
            Stmt::While(body) => number(body, next),
            Stmt::Set(..) => {}
        }
    }
}

/// The program as text; the sinks stand in it in the order of their positions, each on a line of its own.
pub fn text(program: &[Stmt]) -> String {
    let mut text = HEAD.to_owned();
    block(program, 1, &mut text);
    text.push_str("}\nmain()\n");
    text
}

fn block(statements: &[Stmt], depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    for statement in statements {
        let _ = match statement {
            Stmt::Set(to, from) => writeln!(text, "{indent}{} = {}", VARIABLES[*to], expression(*from)),
            Stmt::Sink(variable, _) => writeln!(text, "{indent}sink({})", VARIABLES[*variable]),
            Stmt::If(yes, no) => {
                let _ = writeln!(text, "{indent}if (Math.random() < 0.5) {{");
                block(yes, depth + 1, text);
                let _ = writeln!(text, "{indent}}} else {{");
                block(no, depth + 1, text);
                writeln!(text, "{indent}}}")
            }
            Stmt::While(body) => {
                let _ = writeln!(text, "{indent}while (Math.random() < 0.5) {{");
                block(body, depth + 1, text);
                writeln!(text, "{indent}}}")
            }
        };
    }
}

fn expression(expression: Expr) -> String {
    let name = |variable: usize| VARIABLES[variable];
    match expression {
        Expr::Source => "source()".to_owned(),
        Expr::Text => "'text'".to_owned(),
        Expr::Variable(x) => name(x).to_owned(),
        Expr::Sum(x, y) => format!("{} + {}", name(x), name(y)),
        Expr::Same(x) => format!("same({})", name(x)),
        Expr::Second(x, y) => format!("second({}, {})", name(x), name(y)),
        Expr::Field(x, y) => format!("({{ x: {}, y: {} }}).x", name(x), name(y)),
        Expr::Boxed(x, y) => format!("box({}, {}).y", name(x), name(y)),
        Expr::Element(x, y) => format!("[{}, {}][0]", name(x), name(y)),
        Expr::Length(x) => format!("{}.length", name(x)),
    }
}

/// Positions of the sinks that data can reach.
pub fn solve(program: &[Stmt]) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    run(program, [false; VARIABLES.len()], &mut reached);
    reached
}

type State = [bool; VARIABLES.len()];

fn run(statements: &[Stmt], mut state: State, reached: &mut BTreeSet<usize>) -> State {
    for statement in statements {
        match statement {
            Stmt::Set(to, from) => state[*to] = holds(*from, state),
            Stmt::Sink(variable, position) if state[*variable] => {
                reached.insert(*position);
            }
            Stmt::Sink(..) => {}
            Stmt::If(yes, no) => state = join(run(yes, state, reached), run(no, state, reached)),
            Stmt::While(body) => loop {
                let after = join(state, run(body, state, reached));
                if after == state {
                    break;
                }
                state = after;
            },
        }
    }
    state
}

fn holds(expression: Expr, state: State) -> bool {
    match expression {
        Expr::Source => true,
        Expr::Text | Expr::Length(_) => false,
        Expr::Variable(x) | Expr::Same(x) | Expr::Field(x, _) | Expr::Element(x, _) => state[x],
        Expr::Second(_, y) | Expr::Boxed(_, y) => state[y],
        Expr::Sum(x, y) => state[x] || state[y],
    }
}

fn join(left: State, right: State) -> State {
    std::array::from_fn(|at| left[at] || right[at])
}

/// Lines (from 1) of the sinks in a text, in order.
pub fn sink_lines(text: &str) -> Vec<usize> {
    let lines = text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with("sink("));
    lines.map(|(index, _)| index + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_naive_solver_knows_order_branches_and_loops() {
        let mut program = vec![
            Stmt::Set(0, Expr::Source),
            Stmt::If(vec![Stmt::Set(0, Expr::Text)], vec![]),
            Stmt::Sink(0, 0),
            Stmt::Set(0, Expr::Length(0)),
            Stmt::Sink(0, 0),
            Stmt::While(vec![Stmt::Sink(1, 0), Stmt::Set(1, Expr::Variable(2)), Stmt::Set(2, Expr::Source)]),
            Stmt::Set(3, Expr::Second(1, 0)),
            Stmt::Sink(3, 0),
        ];
        number(&mut program, &mut 0);
        assert_eq!(solve(&program), BTreeSet::from([0, 2]));
        let text = text(&program);
        assert_eq!(sink_lines(&text).len(), 4, "{text}");
    }
}
