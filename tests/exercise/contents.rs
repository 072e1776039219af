//! Places that no program can write down, such as what a `Map` holds or what is stored: other steps fill and read them.
//! Knows the form of steps, and no type.

use wxray::models::{Access, Base, CallPath, Effect, Models, Port, Root, Segment, Step, StepFlow};

use crate::programs::{callee_of, instance};
use crate::value::{Call, KEY, Unmade, Value};

/// The content that stands for the names of properties: they tell what is there, and are no data.
const NAME: &str = "key";

/// Such a place.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hidden {
    /// A content of a type's instances.
    Of { ty: String, content: String },
    /// A store outside the program.
    Store(String),
    /// The names under which things lie in a store.
    Names(String),
}

/// A step seen from one of its callees.
#[derive(Clone, Copy)]
pub struct Callee<'a> {
    pub step: &'a Step,
    pub path: &'a CallPath,
}

impl Callee<'_> {
    fn ty(self) -> Option<String> {
        match (&self.path.root, self.path.is_new) {
            (Root::Type(ty), _) => Some(ty.clone()),
            (_, true) => self.step.makes.clone(),
            _ => None,
        }
    }

    /// The hidden place that a port begins with.
    fn hidden(self, port: &Port) -> Option<Hidden> {
        let is_plain = |name: &str| matches!(name, "promise" | "error" | "each" | "yield");
        let is_name = |access: &Access| matches!(access, Access::Content(content) if content == NAME);
        let ty = match &port.base {
            Base::Store(name) if port.accesses.first().is_some_and(is_name) => {
                return Some(Hidden::Names(name.clone()));
            }
            Base::Store(name) => return Some(Hidden::Store(name.clone())),
            Base::This | Base::Arg(_) => self.ty()?,
            Base::Return => self.step.makes.clone()?,
            _ => return None,
        };
        match port.accesses.first() {
            Some(Access::Content(content)) if !is_plain(content) => Some(Hidden::Of { ty, content: content.clone() }),
            _ => None,
        }
    }
}

/// Statements in which data goes through one flow of a step and arrives at the probe, if a hidden place lies at one of
/// its ends; `None` if none does.
pub fn through(models: &Models, callee: Callee<'_>, flow: &StepFlow) -> Result<Option<String>, Unmade> {
    let (from, to) = (callee.hidden(&flow.from), callee.hidden(&flow.to));
    let is_made = callee.path.is_new && flow.from.base == Base::This;
    let mut call = Call::default();
    keys(&mut call, flow)?;
    let mut before = None;
    if let Some(hidden) = &from {
        let way = &flow.from.accesses;
        if is_made {
            if let Some(text) = value_behind(way, 1).and_then(|what| put_into(models, hidden, &what, "r")) {
                call.then(&text);
                before = Some(String::new());
            }
        } else {
            before = filled(models, hidden, way);
        }
    }
    let holder = if flow.to.base == Base::This { "t" } else { "r" };
    let is_called = goes_through_calls(&flow.to);
    let to = to.filter(|_| !is_called);
    let after = to.as_ref().and_then(|hidden| read(models, hidden, holder));
    let handed = to.as_ref().filter(|_| after.is_none()).and_then(|hidden| called_there(models, hidden, holder));
    let listening = if before.is_none() && is_called { listened(models, callee, flow) } else { None };
    if before.is_none() && after.is_none() && handed.is_none() && listening.is_none() {
        return Ok(None);
    }
    let is_other = matches!(flow.from.base, Base::Arg(_)) && before.is_some();
    if is_other {
        let whole = Port { base: flow.from.base.clone(), accesses: Vec::new() };
        call.give(&whole, "o")?;
    } else if before.is_none() {
        let function = handed.as_ref().map(|(function, _)| function.as_str());
        let base = if is_made { Base::Return } else { flow.from.base.clone() };
        call.give(&Port { base, ..flow.from.clone() }, function.unwrap_or("seed()"))?;
    }
    match (after, handed) {
        (Some(after), _) => call.then(&after),
        (None, Some((_, after))) => call.then(&after),
        (None, None) if listening.is_none() => call.take(&flow.to, "probe({});")?,
        (None, None) => {}
    }
    let has_instance = matches!(from, Some(Hidden::Of { .. })) && before.is_some() && !is_other && !is_made;
    let receiver = match &callee.path.root {
        Root::Type(_) if has_instance => Some("o".to_owned()),
        Root::Type(_) if listening.is_some() && call.needs_this() => {
            Some(format!("Object.assign(o, {})", call.this.text()))
        }
        Root::Type(_) if listening.is_some() => Some("o".to_owned()),
        Root::Type(ty) => Some(instance(models, ty, 4).ok_or("nothing makes the type")?),
        _ => None,
    };
    let mut text = before.or(listening).unwrap_or_default();
    text.push_str(&call.text(&callee_of(callee.path), receiver.as_deref()));
    Ok(Some(text))
}

/// Whether a way leads through calls of functions.
fn goes_through_calls(port: &Port) -> bool {
    let is_of_call =
        |access: &Access| matches!(access, Access::Param(_) | Access::Receiver | Access::Return | Access::Arg(_));
    port.accesses.iter().any(is_of_call)
}

/// What must be put at the first `n` accesses of a way, so that data lies at its end.
fn value_behind(way: &[Access], n: usize) -> Option<String> {
    let mut value = Value::default();
    value.give(way.get(n..)?, "seed()").ok()?;
    Some(value.text())
}

/// Statements that make an instance `o` with a function in the place that the flow calls: it hands its parameter to the
/// probe.
fn listened(models: &Models, callee: Callee<'_>, flow: &StepFlow) -> Option<String> {
    let at = flow.to.accesses.iter().position(|access| matches!(access, Access::Param(_) | Access::Receiver))?;
    let place = Port { base: flow.to.base.clone(), accesses: flow.to.accesses[..at].to_vec() };
    let function = Port { base: Base::Arg(0), accesses: flow.to.accesses[at..].to_vec() };
    let mut handler = Call::default();
    handler.take(&function, "probe({});").ok()?;
    put(models, &callee.hidden(&place)?, &handler.argument(0), at)
}

/// A function for a hidden place whose contents are called, and statements that have it called with data.
fn called_there(models: &Models, hidden: &Hidden, holder: &str) -> Option<(String, String)> {
    first(models, |callee, flow| {
        let at = flow.to.accesses.iter().position(|access| matches!(access, Access::Param(_)))?;
        let is_plain = matches!(flow.from.base, Base::Arg(_)) && keeps(flow) && !callee.path.is_new;
        if !is_plain || flow.to.base != Base::This || callee.hidden(&flow.to).as_ref() != Some(hidden) {
            return None;
        }
        let mut call = Call::default();
        keys(&mut call, flow).ok()?;
        call.give(&flow.from, "seed()").ok()?;
        let mut handler = Call::default();
        handler.take(&Port { base: Base::Arg(0), accesses: flow.to.accesses[at..].to_vec() }, "probe({});").ok()?;
        let text = call.text(&callee_of(callee.path), Some("q"));
        Some((handler.argument(0), format!("const q = {holder}; {{ {text} }}")))
    })
}

/// Constants for the keys that ports name.
pub fn keys(call: &mut Call, flow: &StepFlow) -> Result<(), Unmade> {
    let computed = flow.from.accesses.iter().chain(&flow.to.accesses).filter_map(|access| match access {
        Access::Computed(port) => Some(&**port),
        _ => None,
    });
    for key in computed.filter(|key| matches!(key.base, Base::Arg(_))) {
        call.give(key, &format!("'{KEY}'"))?;
    }
    Ok(())
}

/// Statements that put data at the end of a way that begins with a hidden place: of `o`, if it is one of an instance.
/// What lies deeper than where other steps put things is put there with what holds it.
fn filled(models: &Models, hidden: &Hidden, way: &[Access]) -> Option<String> {
    // Names of properties of what lies there are no names that a program writes.
    if way.iter().skip(1).any(|access| matches!(access, Access::Content(content) if content == NAME)) {
        return None;
    }
    let depths = (1..=way.len()).rev();
    let mut ways = depths.filter_map(|depth| put(models, hidden, &value_behind(way, depth)?, depth));
    let is_whole = way.len() == 1 || !matches!(hidden, Hidden::Of { .. });
    ways.next().or_else(|| put(models, hidden, "seed()", 0).filter(|_| is_whole))
}

/// The same for an expression, by a step that puts things as deep; however deep, where that is 0.
fn put(models: &Models, hidden: &Hidden, what: &str, depth: usize) -> Option<String> {
    first(models, |callee, flow| {
        let is_as_deep = depth == 0 || flow.to.accesses.len() == depth;
        if !keeps(flow) || !is_as_deep || goes_through_calls(&flow.to) || !puts_into(callee, flow, hidden) {
            return None;
        }
        let mut call = Call::default();
        keys(&mut call, flow).ok()?;
        let mut before = String::new();
        match (&flow.from.base, hidden) {
            (_, Hidden::Names(_)) => {
                let computed = flow.to.accesses.iter().find_map(|access| match access {
                    Access::Computed(port) => Some(&**port),
                    _ => None,
                });
                call.give(computed?, what).ok()?;
            }
            (Base::Arg(_) | Base::ArgsFrom(_), _) => call.give(&flow.from, what).ok()?,
            (Base::Store(store), Hidden::Of { .. }) if what == "seed()" => {
                before = put(models, &Hidden::Store(store.clone()), what, 0)?;
            }
            _ => return None,
        }
        if let Root::Type(ty) = &callee.path.root {
            let holder = instance(models, ty, 4)?;
            let is_own = flow.to.base == Base::This;
            let text = call.text(&callee_of(callee.path), Some(if is_own { "o" } else { &holder }));
            return Some(if is_own {
                format!("{before}const o = {holder}; {{ {text} }} ")
            } else {
                format!("{before}const make = function () {{ {text} return r; }}; const o = make(); ")
            });
        }
        let text = call.text(&callee_of(callee.path), None);
        match hidden {
            Hidden::Store(_) | Hidden::Names(_) => Some(format!("{{ {text} }} ")),
            Hidden::Of { .. } => {
                Some(format!("{before}const make = function () {{ {text} return r; }}; const o = make(); "))
            }
        }
    })
}

fn puts_into(callee: Callee<'_>, flow: &StepFlow, hidden: &Hidden) -> bool {
    match (hidden, &flow.to.base) {
        (Hidden::Names(store), Base::Store(name)) => store == name,
        _ => callee.hidden(&flow.to).as_ref() == Some(hidden),
    }
}

/// Statements in which a method of `holder` puts an expression into a hidden place of it.
fn put_into(models: &Models, hidden: &Hidden, what: &str, holder: &str) -> Option<String> {
    first(models, |callee, flow| {
        let is_method = matches!(callee.path.root, Root::Type(_)) && flow.to.base == Base::This && keeps(flow);
        if !is_method || !matches!(flow.from.base, Base::Arg(_)) || callee.hidden(&flow.to).as_ref() != Some(hidden) {
            return None;
        }
        let mut call = Call::default();
        keys(&mut call, flow).ok()?;
        call.give(&flow.from, what).ok()?;
        let text = call.text(&callee_of(callee.path), Some("h"));
        Some(format!("const h = {holder}; {{ {text} }}"))
    })
}

/// Statements that read a hidden place of `holder` and give what is there to the probe.
fn read(models: &Models, hidden: &Hidden, holder: &str) -> Option<String> {
    let reads = |callee: Callee<'_>, flow: &StepFlow| {
        let is_deep = goes_through_calls(&flow.from) || flow.from.accesses.iter().skip(1).any(is_content);
        // What `new` makes is another object.
        if callee.path.is_new || !keeps(flow) || is_deep || callee.hidden(&flow.from).as_ref() != Some(hidden) {
            return None;
        }
        let mut call = Call::default();
        keys(&mut call, flow).ok()?;
        call.take(&flow.to, "probe({});").ok()?;
        let holder = match (&callee.path.root, hidden) {
            (Root::Type(_), Hidden::Of { .. }) => Some("q".to_owned()),
            (Root::Type(ty), Hidden::Store(_)) => Some(instance(models, ty, 4)?),
            _ => None,
        };
        Some(call.text(&callee_of(callee.path), holder.as_deref()))
    };
    let text = first(models, reads)?;
    Some(match hidden {
        Hidden::Of { .. } => format!("const q = {holder}; {{ {text} }}"),
        Hidden::Store(_) | Hidden::Names(_) => format!("{{ {text} }}"),
    })
}

fn is_content(access: &Access) -> bool {
    matches!(access, Access::Content(_))
}

fn keeps(flow: &StepFlow) -> bool {
    matches!(flow.effect, Effect::Value | Effect::Taint)
}

fn first<T>(models: &Models, make: impl Fn(Callee<'_>, &StepFlow) -> Option<T>) -> Option<T> {
    let of_step = |step: &Step| {
        let path = step.callees.iter().find(|path| !is_symbol(path))?;
        step.flows.iter().find_map(|flow| make(Callee { step, path }, flow))
    };
    models.steps.iter().find_map(of_step)
}

fn is_symbol(path: &CallPath) -> bool {
    matches!(path.segments.last(), Some(Segment::Member(name)) if name.starts_with("@@"))
}
