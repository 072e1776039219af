//! Places that no program can write down, such as what a `Map` holds or what is stored: other steps fill and read them.
//! Knows the form of steps, and no type.

use wxray::models::{Access, Base, CallPath, Effect, Models, Port, Root, Segment, Step, StepFlow};

use crate::programs::{callee_of, instance};
use crate::value::{Call, KEY, Unmade};

/// The content that stands for the names of properties: they tell what is there, and are no data.
const NAME: &str = "key";

/// Such a place.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hidden {
    /// A content of a type's instances.
    Of { ty: String, content: String },
    /// A store outside the program.
    Store(String),
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

    fn hidden(self, port: &Port) -> Result<Option<Hidden>, Unmade> {
        let is_plain = |name: &str| matches!(name, "promise" | "error" | "each" | "yield");
        let ty = match &port.base {
            Base::Store(_) if matches!(port.accesses.last(), Some(Access::Content(content)) if content == NAME) => {
                return Err("a name in a store");
            }
            Base::Store(name) => return Ok(Some(Hidden::Store(name.clone()))),
            Base::This => self.ty(),
            Base::Return => self.step.makes.clone(),
            _ => return Ok(None),
        };
        match port.accesses.first() {
            Some(Access::Content(content)) if !is_plain(content) => {
                let is_deep = port.accesses.len() > 2;
                if is_deep || port.accesses[1..].iter().any(|access| matches!(access, Access::Content(_))) {
                    return Err("a place within a content");
                }
                let ty = ty.ok_or("a content of no type")?;
                Ok(Some(Hidden::Of { ty, content: content.clone() }))
            }
            _ => Ok(None),
        }
    }
}

/// Statements in which data goes through one flow of a step and arrives at the probe, if a hidden place lies at one of
/// its ends; `None` if none does.
pub fn through(models: &Models, callee: Callee<'_>, flow: &StepFlow) -> Result<Option<String>, Unmade> {
    let (from, to) = (callee.hidden(&flow.from)?, callee.hidden(&flow.to)?);
    if from.is_none() && to.is_none() {
        return Ok(None);
    }
    if callee.path.is_new && from.is_some() && flow.from.base == Base::This {
        return Err("what is made holds nothing yet");
    }
    let mut call = Call::default();
    keys(&mut call, flow)?;
    let mut text = String::new();
    let mut receiver = None;
    match &from {
        Some(hidden) => {
            text.push_str(&filled(models, hidden)?);
            receiver = matches!(hidden, Hidden::Of { .. }).then_some("o".to_owned());
        }
        None => call.give(&flow.from, "seed()")?,
    }
    match &to {
        Some(hidden) => {
            let holder = if flow.to.base == Base::This { "t" } else { "r" };
            call.then(&read(models, hidden, holder)?);
        }
        None => call.take(&flow.to, "probe({});")?,
    }
    if receiver.is_none()
        && let Root::Type(ty) = &callee.path.root
    {
        receiver = Some(instance(models, ty, 4).ok_or("nothing makes the type")?);
    }
    let is_method = matches!(callee.path.root, Root::Type(_));
    text.push_str(&call.text(&callee_of(callee.path)?, receiver.as_deref().filter(|_| is_method)));
    Ok(Some(text))
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

/// Statements that put data into a hidden place: of `o`, if it is one of an instance.
fn filled(models: &Models, hidden: &Hidden) -> Result<String, Unmade> {
    let fills = |callee: Callee<'_>, flow: &StepFlow| {
        let is_plain = matches!(flow.from.base, Base::Arg(_) | Base::ArgsFrom(_)) && keeps(flow);
        if !is_plain || callee.hidden(&flow.to).ok()?.as_ref() != Some(hidden) {
            return None;
        }
        let mut call = Call::default();
        keys(&mut call, flow).ok()?;
        call.give(&flow.from, "seed()").ok()?;
        if let Root::Type(ty) = &callee.path.root {
            let holder = instance(models, ty, 4)?;
            return Some(format!("const o = {holder}; {{ {} }} ", call.text(&callee_of(callee.path).ok()?, Some("o"))));
        }
        let text = call.text(&callee_of(callee.path).ok()?, None);
        match hidden {
            Hidden::Store(_) => Some(format!("{{ {text} }} ")),
            Hidden::Of { .. } => Some(format!("const make = function () {{ {text} return r; }}; const o = make(); ")),
        }
    };
    first(models, fills).ok_or("nothing fills the place")
}

/// Statements that read a hidden place of `holder` and give what is there to the probe.
fn read(models: &Models, hidden: &Hidden, holder: &str) -> Result<String, Unmade> {
    let reads = |callee: Callee<'_>, flow: &StepFlow| {
        // What `new` makes is another object.
        if callee.path.is_new || !keeps(flow) || callee.hidden(&flow.from).ok()?.as_ref() != Some(hidden) {
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
        Some(call.text(&callee_of(callee.path).ok()?, holder.as_deref()))
    };
    let text = first(models, reads).ok_or("nothing reads the place")?;
    Ok(match hidden {
        Hidden::Of { .. } => format!("const q = {holder}; {{ {text} }}"),
        Hidden::Store(_) => format!("{{ {text} }}"),
    })
}

fn keeps(flow: &StepFlow) -> bool {
    matches!(flow.effect, Effect::Value | Effect::Taint)
}

fn first(models: &Models, make: impl Fn(Callee<'_>, &StepFlow) -> Option<String>) -> Option<String> {
    let of_step = |step: &Step| {
        let path = step.callees.iter().find(|path| !is_symbol(path))?;
        step.flows.iter().find_map(|flow| make(Callee { step, path }, flow))
    };
    models.steps.iter().find_map(of_step)
}

fn is_symbol(path: &CallPath) -> bool {
    matches!(path.segments.last(), Some(Segment::Member(name)) if name.starts_with("@@"))
}
