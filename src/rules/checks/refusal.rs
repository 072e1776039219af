//! Which answer leads to a place in a script: what the conditions and callbacks around it say. Knows brackets, and no
//! more of the language.

use std::ops::Range;

use super::super::words::words;

/// How far back a question is looked for, in bytes.
const BEFORE: usize = 4000;

/// The answer that leads to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The user agreed.
    Agreed,
    /// The user refused, or an API failed.
    Refused {
        /// Whether it is the platform that was refused, as its result tells.
        by_result: bool,
    },
}

impl Answer {
    fn not(self) -> Self {
        match self {
            Self::Agreed => Self::Refused { by_result: false },
            Self::Refused { .. } => Self::Agreed,
        }
    }
}

/// The answer that leads to what stands at `at`; the innermost question around it counts.
pub(super) fn answer(text: &str, at: usize) -> Option<Answer> {
    let mut at = at;
    let stop = at.saturating_sub(BEFORE);
    if let Some(found) = of_statement(text, at) {
        return Some(found);
    }
    while let Some((open, bracket)) = opening(text, at).filter(|(open, _)| stop <= *open) {
        let head = text[..open].trim_end();
        let found = match bracket {
            b'{' => of_block(text, head),
            _ => of_name(last_word(head)),
        };
        if found.is_some() {
            return found;
        }
        if let Some(found) = of_statement(text, start_of_head(text, head)) {
            return Some(found);
        }
        at = open;
    }
    None
}

/// The part of a script whose failure leads to what stands at `at`: the call with the callback around it, the block or the
/// chain that is caught. The innermost one counts.
pub(super) fn refused_part(text: &str, at: usize) -> Option<Range<usize>> {
    let mut at = at;
    let stop = at.saturating_sub(BEFORE);
    while let Some((open, bracket)) = opening(text, at).filter(|(open, _)| stop <= *open) {
        let head = text[..open].trim_end();
        let found = match bracket {
            b'{' => part_before(text, head),
            b'(' => head.strip_suffix(".catch").map(|before| chain(text, before.len())),
            _ => None,
        };
        // An arrow without braces: `fail: () => again()`.
        let found = found.or_else(|| {
            let arrow = open + text[open..at].rfind("=>").filter(|arrow| !text[open + arrow..at].contains(','))?;
            (key_before(text, text[..arrow].trim_end()) == "fail").then(|| call_around(text, arrow))?
        });
        if found.is_some() {
            return found;
        }
        at = open;
    }
    None
}

/// What fails where the block with this head runs.
fn part_before(text: &str, head: &str) -> Option<Range<usize>> {
    let caught = head.strip_suffix("catch").or_else(|| {
        let open = head.ends_with(')').then(|| opening_of(text, head.len() - 1)).flatten()?;
        text[..open].trim_end().strip_suffix("catch").filter(|before| before.trim_end().ends_with('}'))
    });
    if let Some(before) = caught {
        let before = before.trim_end();
        let open = before.ends_with('}').then(|| opening_of(text, before.len() - 1)).flatten()?;
        return Some(open..before.len());
    }
    let key = if let Some(before) = head.strip_suffix("=>") {
        key_before(text, before.trim_end())
    } else {
        let open = head.ends_with(')').then(|| opening_of(text, head.len() - 1)).flatten()?;
        let before = text[..open].trim_end();
        if last_word(before) == "function" { key_before_word(before, "function") } else { last_word(before) }
    };
    (key == "fail").then(|| call_around(text, head.len())).flatten()
}

/// The call that has the options in which `end` stands, up to there.
fn call_around(text: &str, end: usize) -> Option<Range<usize>> {
    let mut at = end;
    while let Some((open, bracket)) = opening(text, at) {
        if bracket == b'(' {
            let callee = text[..open].rfind(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$' | '.'));
            return Some(callee.map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8))..end);
        }
        at = open;
    }
    None
}

/// The expression that ends at `end`, over all calls of a chain.
fn chain(text: &str, end: usize) -> Range<usize> {
    let (mut depth, mut start) = (0_usize, end);
    for (at, byte) in structure(text, 0..end).into_iter().rev() {
        let between = &text[at + 1..start];
        if depth == 0
            && let Some(ended) = between.rfind(';')
        {
            return at + 1 + ended + 1..end;
        }
        match byte {
            b')' | b'}' | b']' => depth += 1,
            _ if depth == 0 => return at + 1..end,
            _ => depth -= 1,
        }
        start = at;
    }
    0..end
}

/// A condition without braces, or with `&&` or `||`, right before a place.
fn of_statement(text: &str, at: usize) -> Option<Answer> {
    let head = text[..at].trim_end();
    if let Some(before) = head.strip_suffix("&&") {
        return of_condition(operand(before));
    }
    if let Some(before) = head.strip_suffix("||") {
        return of_condition(operand(before)).map(Answer::not);
    }
    if let Some(before) = head.strip_suffix("=>") {
        return of_name(key_before(text, before.trim_end()));
    }
    if head.ends_with(')') {
        let open = opening_of(text, head.len() - 1)?;
        return (last_word(&text[..open]) == "if").then(|| of_condition(&text[open..head.len()])).flatten();
    }
    if last_word(head) == "else" { of_else(text, head) } else { None }
}

/// What the head of a block says: a condition, the other branch of one, the name of a callback.
fn of_block(text: &str, head: &str) -> Option<Answer> {
    if last_word(head) == "else" {
        return of_else(text, head);
    }
    if let Some(before) = head.strip_suffix("=>") {
        return of_name(key_before(text, before.trim_end()));
    }
    if !head.ends_with(')') {
        return None;
    }
    let open = opening_of(text, head.len() - 1)?;
    let before = text[..open].trim_end();
    match last_word(before) {
        "if" => of_condition(&text[open..head.len()]),
        "function" => of_name(key_before_word(before, "function")),
        name => of_name(name),
    }
}

/// The other branch of the condition before `else`.
fn of_else(text: &str, head: &str) -> Option<Answer> {
    let before = head.strip_suffix("else")?.trim_end();
    let before =
        if before.ends_with('}') { text[..opening_of(text, before.len() - 1)?].trim_end() } else { return None };
    let open = before.ends_with(')').then(|| opening_of(text, before.len() - 1)).flatten()?;
    of_condition(&text[open..before.len()]).map(Answer::not)
}

fn of_condition(condition: &str) -> Option<Answer> {
    if words("refused_result").are_in(condition) {
        return Some(Answer::Refused { by_result: true });
    }
    if words("refused_test").are_in(condition) {
        return Some(Answer::Refused { by_result: false });
    }
    words("agreed_test").are_in(condition).then_some(Answer::Agreed)
}

fn of_name(name: &str) -> Option<Answer> {
    matches!(name, "fail" | "catch").then_some(Answer::Refused { by_result: false })
}

/// Where the head of a block begins: before the parameters of an arrow.
fn start_of_head(text: &str, head: &str) -> usize {
    let Some(before) = head.strip_suffix("=>").map(str::trim_end) else { return head.len() };
    if before.ends_with(')') {
        opening_of(text, before.len() - 1).unwrap_or(0)
    } else {
        before.len() - last_word(before).len()
    }
}

/// The key or the callee that a function with these parameters belongs to: `fail: (e)`, `.catch(e`.
fn key_before<'t>(text: &'t str, parameters: &str) -> &'t str {
    let start = if parameters.ends_with(')') {
        opening_of(text, parameters.len() - 1).unwrap_or(0)
    } else {
        parameters.len() - last_word(parameters).len()
    };
    key_of(&text[..start])
}

fn key_before_word<'t>(before: &'t str, word: &str) -> &'t str {
    key_of(before.strip_suffix(word).unwrap_or(before))
}

fn key_of(before: &str) -> &str {
    let before = before.trim_end();
    let before = before.strip_suffix("async").unwrap_or(before).trim_end();
    before.strip_suffix([':', '(']).map_or("", |before| last_word(before.trim_end()))
}

fn last_word(text: &str) -> &str {
    let text = text.trim_end();
    let start = text.rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
    &text[start.map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8))..]
}

/// The expression at the end of a text, up to where it begins.
fn operand(text: &str) -> &str {
    let start = text.rfind([';', '{', '}', '\n', ',', '=']).map_or(0, |at| at + 1);
    &text[start..]
}

/// The bracket around a place that is not closed before it.
fn opening(text: &str, at: usize) -> Option<(usize, u8)> {
    let mut depth = 0_usize;
    for (at, byte) in structure(text, 0..at).into_iter().rev() {
        match byte {
            b')' | b'}' | b']' => depth += 1,
            _ if depth == 0 => return Some((at, byte)),
            _ => depth -= 1,
        }
    }
    None
}

/// The bracket that the one at `close` closes.
fn opening_of(text: &str, close: usize) -> Option<usize> {
    opening(text, close).map(|(at, _)| at)
}

/// The brackets in a part of a text that stand in no quotes.
fn structure(text: &str, range: Range<usize>) -> Vec<(usize, u8)> {
    let mut quote = None;
    let mut found = Vec::new();
    let mut is_escaped = false;
    let start = range.end.saturating_sub(2 * BEFORE).max(range.start);
    // From the beginning of a line on, unless that is far: quotes seldom go over one.
    let before = &text.as_bytes()[start.saturating_sub(BEFORE)..start];
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(start, |at| start - before.len() + at + 1);
    for (at, byte) in text.bytes().enumerate().take(range.end).skip(start) {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if byte == b'\\' => is_escaped = true,
            Some(open) if byte == open || (byte == b'\n' && open != b'`') => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'' | b'`') => quote = Some(byte),
            None if matches!(byte, b'(' | b')' | b'{' | b'}' | b'[' | b']') => found.push((at, byte)),
            None => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Answer> {
        answer(text, text.find("END").expect("a place"))
    }

    #[test]
    fn conditions_tell_the_answer() {
        let refused = Some(Answer::Refused { by_result: false });
        assert_eq!(at("m({ success: r => { if (r.confirm) END() } })"), Some(Answer::Agreed));
        assert_eq!(at("m({ cancelText: 'x', success(r) { if (!r.confirm) { END() } } })"), refused);
        assert_eq!(at("if (r.confirm) { a({ b: '}' }) } else { END() }"), refused);
        assert_eq!(at("if (r.cancel) END()"), refused);
        assert_eq!(at("r.confirm || END()"), refused);
        assert_eq!(at("r.confirm && END()"), Some(Answer::Agreed));
        assert_eq!(at("wx.a({ fail: () => { END() } })"), refused);
        assert_eq!(at("wx.a({ fail(e) { END() } })"), refused);
        assert_eq!(at("wx.a({ fail: function (e) { END() } })"), refused);
        assert_eq!(at("wx.a({ fail: () => END() })"), refused);
        assert_eq!(at("p().catch(e => END())"), refused);
        assert_eq!(at("f() { m({ success() { END() } }) }"), None);
    }

    #[test]
    fn what_was_refused_is_told_by_what_is_around() {
        let part =
            |text: &str| refused_part(text, text.find("END").expect("a place")).map(|part| text[part].to_owned());
        assert_eq!(part("a(); wx.f({ fail: () => { END() } })").as_deref(), Some("wx.f({ fail: () =>"));
        assert_eq!(
            part("a(); wx.f({ success() {}, fail() { END() } })").as_deref(),
            Some("wx.f({ success() {}, fail()")
        );
        assert_eq!(part("wx.f({ fail: () => END() })").as_deref(), Some("wx.f({ fail: () "));
        assert_eq!(part("try { await f() } catch (e) { END() }").as_deref(), Some("{ await f() }"));
        assert_eq!(part("a(); f().then(x => { y() }).catch(() => END())").as_deref(), Some(" f().then(x => { y() })"));
        assert_eq!(part("wx.f({ success: () => { END() } })"), None);
    }

    #[test]
    fn a_result_of_the_platform_is_an_answer_to_it() {
        let refused = Some(Answer::Refused { by_result: true });
        assert_eq!(at("f(e) { if (!e.detail.code) { m({ success() { END() } }); return } }"), refused);
        assert_eq!(at("if (e.detail.errMsg.indexOf('deny') > -1) { END() }"), refused);
        assert!(at("if (e.detail.errMsg === 'getPhoneNumber:ok') { a() } else { END() }").is_some());
    }
}
