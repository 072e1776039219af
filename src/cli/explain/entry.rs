//! What is said of a name by the models: of an entry, of a call, a component or a function of the framework that entries
//! speak of, of a category of data, a recipient, or a name that needs no model. Knows the form of the models, and no API.

use std::fmt::Write as _;

use crate::base::text::Lang;
use crate::models::{
    About, Anchor, Authorization, CallPath, Category, ComponentAnchor, Effect, Gate, GateAnchor, Models, Recipient,
    Sink, Source, Step, neutral,
};
use crate::rules;

/// All that is known of a name; `None` where that is nothing.
pub fn explain(what: &str, lang: Lang) -> Option<String> {
    let models = Models::load(true, &[]).ok()?;
    let name = what.trim_end_matches("()").trim_start_matches('<').trim_end_matches('>');
    let mut pages = Pages { lang, models: &models, text: String::new() };
    let spoken_of = |id: &str, anchor: &Anchor| id == name || speaks_of(anchor, name);
    models.sources.iter().filter(|it| spoken_of(&it.id, &it.anchor)).for_each(|it| pages.source(it));
    models.sinks.iter().filter(|it| spoken_of(&it.id, &it.anchor)).for_each(|it| pages.sink(it));
    models.gates.iter().filter(|it| it.id == name || asks_at(&it.anchor, name)).for_each(|it| pages.gate(it));
    let steps = models.steps.iter().filter(|it| it.id == name || calls(&it.callees, name));
    steps.for_each(|it| pages.step(it, name));
    models.categories.iter().filter(|it| it.slug == name).for_each(|it| pages.category(it));
    let recipient = models.recipient(name).or_else(|| models.recipient_of_package(name));
    let recipient = recipient.or_else(|| models.recipient_of_host(name));
    recipient.into_iter().for_each(|it| pages.recipient(it));
    pages.neutral(what, name);
    (!pages.text.is_empty()).then_some(pages.text)
}

fn speaks_of(anchor: &Anchor, name: &str) -> bool {
    match anchor {
        Anchor::Call(paths) | Anchor::Read(paths) => calls(paths, name),
        Anchor::Component(component) => is_tag(component, name),
        Anchor::Parameter { of, .. } | Anchor::Returned { of } => of == name,
        Anchor::Text => false,
    }
}

fn asks_at(anchor: &GateAnchor, name: &str) -> bool {
    match anchor {
        GateAnchor::Call(paths) => calls(paths, name),
        GateAnchor::Component(component) => is_tag(component, name),
        _ => false,
    }
}

fn calls(paths: &[CallPath], name: &str) -> bool {
    paths.iter().any(|path| path.to_string() == name)
}

fn is_tag(component: &ComponentAnchor, name: &str) -> bool {
    component.tags.iter().any(|tag| tag == name)
}

struct Pages<'a> {
    lang: Lang,
    models: &'a Models,
    text: String,
}

impl Pages<'_> {
    fn is_zh(&self) -> bool {
        self.lang == Lang::Zh
    }

    /// The heading of an entry: its name, what it is, and what it gives or takes.
    fn head(&mut self, id: &str, (zh, en): (&str, &str), what: &str) {
        let _ = match (self.is_zh(), what.is_empty()) {
            (true, true) => writeln!(self.text, "{id}（{zh}）"),
            (true, false) => writeln!(self.text, "{id}（{zh}）：{what}"),
            (false, true) => writeln!(self.text, "{id} ({en})"),
            (false, false) => writeln!(self.text, "{id} ({en}): {what}"),
        };
    }

    fn line(&mut self, (zh, en): (&str, &str), value: &str) {
        let _ = if self.is_zh() { writeln!(self.text, "{zh}：{value}") } else { writeln!(self.text, "{en}: {value}") };
    }

    fn list(&self, parts: &[String]) -> String {
        parts.join(if self.is_zh() { "、" } else { ", " })
    }

    fn data(&self, slug: &str) -> String {
        rules::data_title(slug, self.models).get(self.lang).to_owned()
    }

    /// Where in WXML or in the framework an entry applies; calls are named by the heading as a rule.
    fn place(&mut self, anchor: &Anchor) {
        let Anchor::Component(component) = anchor else { return };
        let when = component.when.iter().map(|when| format!("{}=\"{}\"", when.attribute, when.values.join("|")));
        let event = component.event.iter().map(|event| format!("bind:{event}"));
        let tags = std::iter::once(component.tags.join("|"));
        let parts: Vec<String> = tags.chain(when).chain(event).chain(component.attributes.iter().cloned()).collect();
        let _ = writeln!(self.text, "  <{}>", parts.join(" "));
    }

    fn source(&mut self, source: &Source) {
        let mut data: Vec<&str> = source.outputs.iter().map(|output| output.data.as_str()).collect();
        data.sort_unstable();
        data.dedup();
        let titles: Vec<String> = data.into_iter().map(|slug| self.data(slug)).collect();
        self.head(&source.id, ("来源", "source"), &self.list(&titles));
        self.place(&source.anchor);
        for output in &source.outputs {
            let title = self.data(&output.data);
            let _ = writeln!(self.text, "  {}  {title}", output.port);
        }
        for change in &source.changes {
            let nothing = if self.is_zh() { "不再提供" } else { "no longer given" };
            let becomes = |new: &Option<String>| new.as_ref().map_or(nothing.to_owned(), |new| self.data(new));
            let data = change.data.iter().map(|(old, new)| format!("{} → {}", self.data(old), becomes(new)));
            let data = self.list(&data.collect::<Vec<_>>());
            self.line(("变更", "changed"), &format!("{}  {data}", change.from));
        }
        self.about(&source.about);
    }

    fn sink(&mut self, sink: &Sink) {
        self.head(&sink.id, ("去向", "sink"), rules::sink_title(&sink.kind).get(self.lang));
        self.place(&sink.anchor);
        for input in &sink.inputs {
            let _ = writeln!(self.text, "  {input}");
        }
        if let Some(recipient) = sink.recipient.as_deref().and_then(|id| self.models.recipient(id)) {
            self.line(("接收方", "recipient"), recipient.title.get(self.lang));
        }
        self.about(&sink.about);
    }

    fn gate(&mut self, gate: &Gate) {
        self.head(&gate.id, ("同意点", "consent gate"), "");
        for condition in &gate.granted {
            let value = condition.equals.as_ref().map_or(String::new(), |value| format!(" = {value}"));
            let _ = writeln!(self.text, "  {}{value}", condition.port);
        }
        self.about(&gate.about);
    }

    fn step(&mut self, step: &Step, name: &str) {
        let name = if step.id == name { &step.id } else { name };
        let clean = if self.is_zh() { "结果中不含传入的数据" } else { "nothing of what goes in comes out" };
        let says_nothing = step.flows.is_empty() && step.calls.is_empty() && step.makes.is_none();
        self.head(name, ("数据步骤", "step"), if says_nothing { clean } else { "" });
        for flow in &step.flows {
            let effect = effect(flow.effect, self.lang);
            let _ = writeln!(self.text, "  {} → {}  {effect}", flow.from, flow.to);
        }
        for port in &step.calls {
            let called = if self.is_zh() { "被调用" } else { "is called" };
            let _ = writeln!(self.text, "  {port}  {called}");
        }
        if let Some(ty) = &step.makes {
            self.line(("得到的对象", "makes"), ty);
        }
    }

    fn category(&mut self, category: &Category) {
        self.head(&category.slug, ("数据类别", "category of data"), category.title.get(self.lang));
        let key = category.privacy_key.as_ref();
        if let Some(ty) = key.and_then(|key| self.models.platform.privacy_type(key)) {
            let title = if self.is_zh() { &ty.zh } else { &ty.en };
            self.line(("指引中的信息类型", "type in the privacy guideline"), &format!("{} {title}", ty.key));
        }
        let gives = |source: &&Source| source.outputs.iter().any(|output| output.data == category.slug);
        let ids: Vec<String> = self.models.sources.iter().filter(gives).map(|source| source.id.clone()).collect();
        if !ids.is_empty() {
            let ids = self.list(&ids);
            self.line(("来源", "sources"), &ids);
        }
    }

    fn recipient(&mut self, recipient: &Recipient) {
        self.head(&recipient.id, ("接收方", "recipient"), recipient.title.get(self.lang));
        let lists = [("主机", "hosts", &recipient.hosts), ("软件包", "packages", &recipient.packages)];
        for (zh, en, list) in lists.into_iter().filter(|(_, _, list)| !list.is_empty()) {
            let list = self.list(list);
            self.line((zh, en), &list);
        }
    }

    /// Names that no model speaks of, and why: those of a class, of a call, or of a component.
    fn neutral(&mut self, what: &str, name: &str) {
        let is_meant = |own: &&String| {
            *own == what
                || *own == name
                || own.strip_prefix('<').is_some_and(|rest| rest.starts_with(&format!("{name}>")))
        };
        for reason in neutral() {
            let names: Vec<String> = reason.names.iter().filter(is_meant).cloned().collect();
            if !names.is_empty() {
                let title = if self.is_zh() { &reason.zh } else { &reason.en };
                self.head(&self.list(&names), ("不涉及个人信息", "no personal data"), title);
            }
        }
    }

    fn about(&mut self, about: &About) {
        if !about.clauses.is_empty() {
            let clauses = self.list(&about.clauses);
            self.line(("相关条款", "clauses"), &clauses);
        }
        let zh = self.is_zh();
        let authorization = about.privacy_authorization.map(|it| match it {
            Authorization::Direct => if zh { "调用时由平台询问" } else { "the platform asks at the call" }.to_owned(),
            Authorization::ThroughTrigger => {
                let triggers = self.list(&about.triggers);
                if zh { format!("由 {triggers} 触发时询问") } else { format!("the platform asks at {triggers}") }
            }
        });
        // A user's own entry may have one language only.
        let in_zh = |own: &Option<String>, other: &Option<String>| {
            if zh { own.clone().or_else(|| other.clone()) } else { other.clone() }
        };
        let (changed, note) = (in_zh(&about.deprecated_zh, &about.deprecated), in_zh(&about.note_zh, &about.note));
        let pairs = [
            ("权限", "permission", &about.scope),
            ("指引中的信息类型", "type in the privacy guideline", &about.privacy_type),
            ("须声明", "to be declared", &about.required_private_info),
            ("隐私授权", "privacy authorisation", &authorization),
            ("始于", "since", &about.since),
            ("变更", "changed", &changed),
            ("说明", "note", &note),
            ("依据", "rests on", &about.verified),
        ];
        for (zh_word, en_word, value) in pairs {
            if let Some(value) = value {
                self.line((zh_word, en_word), value);
            }
        }
    }
}

/// What becomes of data on its way through a step.
fn effect(effect: Effect, lang: Lang) -> &'static str {
    let (zh, en) = match effect {
        Effect::Value => ("原样", "as it is"),
        Effect::Taint => ("成为文本", "becomes a text"),
        Effect::Derive => ("一部分或由其算出", "a part, or computed from it"),
        Effect::Mask => ("脱敏", "masked"),
        Effect::Hash => ("哈希", "hashed"),
        Effect::Encrypt => ("加密", "encrypted"),
    };
    if lang == Lang::Zh { zh } else { en }
}
