//! Regular expressions on texts that are known.

use regex::Regex;

use super::machine::Machine;
use super::regex_syntax::compile;
use super::value::{Key, Prop, Value};

/// Regular expressions that are kept.
const MAX_KEPT: usize = 1_000;

impl Machine<'_> {
    /// The first match in `text` from character `from` on, as `{ index, end, list, groups }`, or null; something unknown where
    /// that is not known.
    pub(super) fn match_text(&self, args: &[Value]) -> Value {
        let (Some(Value::Str(source)), Some(Value::Str(flags)), Some(Value::Str(text)), Some(Value::Num(from))) =
            (args.first(), args.get(1), args.get(2), args.get(3))
        else {
            return self.mixed(args);
        };
        self.charge_text(text.len());
        let Some(regex) = self.regex(source, flags) else { return self.mixed(args) };
        let Some((from, _)) = text.char_indices().chain([(text.len(), ' ')]).nth(*from as usize) else {
            return Value::Null;
        };
        let Some(found) = regex.captures_at(text, from) else { return Value::Null };
        let group = |range: Option<regex::Match<'_>>| range.map_or(Value::Undefined, |part| Value::str(part.as_str()));
        let at = |bytes: usize| Value::Num(text[..bytes].chars().count() as f64);
        let (start, end) = found.get(0).map_or((0, 0), |all| (all.start(), all.end()));
        let groups = if regex.capture_names().flatten().next().is_some() {
            let groups = self.plain();
            for name in regex.capture_names().flatten() {
                self.define(groups, Key::str(name), Prop::data(group(found.name(name))));
            }
            Value::Obj(groups)
        } else {
            Value::Undefined
        };
        let list = self.array(found.iter().map(group).collect());
        self.object_of([("index", at(start)), ("end", at(end)), ("list", list), ("groups", groups)])
    }

    fn regex(&self, source: &str, flags: &str) -> Option<Regex> {
        let key = format!("{flags}/{source}");
        if let Some(regex) = self.record.borrow().regexes.get(&key) {
            return regex.clone();
        }
        let regex = compile(source, flags);
        let kept = &mut self.record.borrow_mut().regexes;
        if kept.len() < MAX_KEPT {
            kept.insert(key, regex.clone());
        }
        regex
    }
}
