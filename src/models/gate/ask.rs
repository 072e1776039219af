//! Gates as the analysis asks for them: a gate that names a permission becomes one for each permission of the platform.
//! Knows what the parts of a gate come to, not where in a program they hold.

use super::{Condition, Coverage, Gate, GateAnchor, GateRole};
use crate::base::pattern::Pattern;
use crate::models::platform::{Platform, Scope};
use crate::models::{Access, Anchor, Port};

/// A place where people are asked for consent.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The gate that it is of.
    pub id: String,
    /// A call, or an event of a component whose handler runs only after consent.
    pub anchor: Anchor,
    /// Functions that the call calls only after consent, and the promise that then resolves.
    pub granted: Vec<Port>,
    /// Values that say whether there is consent.
    pub results: Vec<AskResult>,
    /// What the consent is to.
    pub covers: Covers,
    /// It asks only if the text at one of these ports matches.
    pub when: Vec<(Port, Pattern)>,
    /// It asks nothing where the value at one of these ports is nothing but this truth value.
    pub tells_when: Vec<(Port, bool)>,
    /// Of a component: what its own text must match.
    pub says: Option<Pattern>,
    /// Of a component: what the text beside it must match, where its own need not.
    pub beside: Option<Pattern>,
    /// Of a component: what its text, and that beside it, must not match.
    pub unless: Option<Pattern>,
    /// Of a component: what the template around it must match somewhere.
    pub page: Option<Pattern>,
}

/// A value that says whether there is consent.
#[derive(Clone, Debug)]
pub struct AskResult {
    /// Where it is.
    pub port: Port,
    /// The truth value that means consent.
    pub is: bool,
    /// The text that it is then, or is not; without one its truth alone counts.
    pub text: Option<String>,
}

/// What a consent is to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covers {
    /// Whatever the program collects.
    All,
    /// What the platform's own privacy authorisation is for.
    Platform,
    /// These categories of data.
    Data(Vec<String>),
    /// Nothing: no user is there.
    Nobody,
}

/// What the analysis has to ask of all gates.
pub(in crate::models) fn asks(gates: &[Gate], platform: &Platform) -> Vec<Ask> {
    let asking = gates.iter().filter(|gate| matches!(gate.role, GateRole::Consent | GateRole::Trial));
    asking.flat_map(|gate| of_gate(gate, platform)).collect()
}

fn of_gate(gate: &Gate, platform: &Platform) -> Vec<Ask> {
    let anchor = match &gate.anchor {
        GateAnchor::Call(paths) => Anchor::Call(paths.clone()),
        GateAnchor::Component(component) if component.event.is_some() => Anchor::Component(component.clone()),
        _ => return Vec::new(),
    };
    let ask = Ask {
        id: gate.id.clone(),
        anchor,
        granted: gate.granted.iter().filter(|it| it.equals.is_none()).map(|it| it.port.clone()).collect(),
        results: results(gate),
        covers: if gate.role == GateRole::Trial { Covers::Nobody } else { covers(&gate.covers, platform) },
        when: gate.when.clone(),
        tells_when: gate
            .notice_when
            .iter()
            .filter_map(|it| Some((it.port.clone(), it.equals.as_ref()?.as_bool()?)))
            .collect(),
        says: gate.says.clone(),
        beside: gate.beside.clone(),
        unless: gate.unless.clone(),
        page: gate.page.clone(),
    };
    let scopes = platform.scopes.iter().filter(|scope| !scope.data.is_empty());
    if let Some(port) = &gate.covers.scope_at {
        return scopes.map(|scope| named(&ask, port, scope)).collect();
    }
    if gate.covers.scope_key {
        return scopes.map(|scope| keyed(&ask, scope)).collect();
    }
    vec![ask]
}

fn results(gate: &Gate) -> Vec<AskResult> {
    let is_told = |condition: &Condition, is_granted: bool| {
        let (is, text) = match condition.equals.as_ref()? {
            serde_json::Value::Bool(is) => (*is, None),
            serde_json::Value::String(text) => (true, Some(text.clone())),
            _ => return None,
        };
        Some(AskResult { port: condition.port.clone(), is: is == is_granted, text })
    };
    let granted = gate.granted.iter().filter_map(|it| is_told(it, true));
    let refused = gate.refused.iter().filter_map(|it| is_told(it, false));
    let mut all: Vec<AskResult> = Vec::new();
    for result in granted.chain(refused) {
        if all.iter().all(|known| known.port != result.port || known.text != result.text) {
            all.push(result);
        }
    }
    all
}

fn covers(coverage: &Coverage, platform: &Platform) -> Covers {
    if coverage.guarded || *coverage == Coverage::default() {
        return Covers::All;
    }
    if coverage.privacy_types {
        return Covers::Platform;
    }
    let of_scope = |scope: &&Scope| coverage.scopes.iter().any(|wanted| wanted == "*" || *wanted == scope.scope);
    let of_scopes = platform.scopes.iter().filter(of_scope).flat_map(|scope| scope.data.iter().cloned());
    Covers::Data(coverage.data.iter().cloned().chain(of_scopes).collect())
}

/// The same where an argument names the permission.
fn named(ask: &Ask, port: &Port, scope: &Scope) -> Ask {
    let pattern = Pattern::of_short_texts(format!("^{}$", regex::escape(&scope.scope)));
    let covers = Covers::Data(scope.data.clone());
    Ask { when: vec![(port.clone(), pattern)], covers, ..ask.clone() }
}

/// The same where the permission is the key of a result.
fn keyed(ask: &Ask, scope: &Scope) -> Ask {
    let key = |access: &Access| match access {
        Access::Element => Access::Property(scope.scope.clone()),
        other => other.clone(),
    };
    let at_key = |port: &Port| Port { base: port.base.clone(), accesses: port.accesses.iter().map(key).collect() };
    let results = ask.results.iter().map(|result| AskResult { port: at_key(&result.port), ..result.clone() });
    Ask { results: results.collect(), covers: Covers::Data(scope.data.clone()), ..ask.clone() }
}
