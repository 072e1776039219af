//! The shape of one file becomes the normal form; every mistake in it is collected.
//! Knows the meaning of the keys, not other files and not what is built in.

use std::ops::Range;

use super::cursor::NotationError;
use super::port::parse_accesses;
use super::raw::{
    RawCategory, RawChange, RawComponent, RawFile, RawFlow, RawLibrary, RawName, RawOut, RawPromise, RawRecipient,
    RawSink, RawSource, RawStep,
};
use super::spanned::{Many, Spanned};
use super::{
    Access, Anchor, Base, CallPath, Category, Change, ComponentAnchor, Effect, Library, ModelError, Models, NameEntry,
    Output, Port, Recipient, Sink, Source, Step, StepFlow, When,
};
use crate::base::Text;
use crate::base::pattern::Pattern;

type Word = Spanned<String>;

/// Turns a file into its part of the models. `file` names it in errors, and its stem is the family of last resort.
/// Patterns of what is built in are known to be some, and are compiled when they are asked for.
pub(super) fn normalize(file: &str, is_built_in: bool, raw: RawFile) -> (Models, Vec<ModelError>) {
    let family = raw.family.unwrap_or_else(|| stem(file).to_owned());
    let mut context = Context { file, is_built_in, family, errors: Vec::new() };
    let models = Models {
        runtime: super::Runtime::default(),
        platform: super::Platform::default(),
        categories: raw.categories.0.into_iter().map(category).collect(),
        sources: raw.sources.0.into_iter().filter_map(|source| context.source(source)).collect(),
        sinks: raw.sinks.0.into_iter().filter_map(|sink| context.sink(sink)).collect(),
        steps: raw.steps.0.into_iter().map(|step| context.step(step)).collect(),
        recipients: raw.recipients.0.into_iter().map(|recipient| context.recipient(recipient)).collect(),
        libraries: raw.libraries.0.into_iter().map(library).collect(),
        names: raw.names.0.into_iter().map(|name| context.name(name)).collect(),
        name_words: raw.name_words,
        asks: Vec::new(),
        gates: raw.gates.0.into_iter().filter_map(|gate| context.gate(gate)).collect(),
        clearing_properties: raw.clearing_properties,
    };
    (models, context.errors)
}

fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.split('.').next().unwrap_or(name)
}

fn category(raw: RawCategory) -> Category {
    Category {
        slug: raw.slug,
        title: Text::new(raw.zh, raw.en),
        privacy_key: raw.privacy_key,
        sensitivity: raw.sensitivity,
        writing: raw.writing,
    }
}

fn library(raw: RawLibrary) -> Library {
    Library {
        package: raw.package,
        copies: raw.copies.0,
        is_complete: raw.complete,
        components: raw.components.0,
        tags: raw.tags,
        told: raw.told.0,
        followed: raw.followed.0,
    }
}

pub(super) fn component(raw: RawComponent) -> ComponentAnchor {
    ComponentAnchor {
        tags: raw.tag.0,
        when: raw.when.into_iter().map(|(attribute, values)| When::new(attribute, values.0)).collect(),
        event: raw.event,
        attributes: raw.attribute.0,
        within: raw.within,
        is_absent: raw.absent,
    }
}

pub(super) fn property(name: &str) -> Access {
    Access::Property(name.to_owned())
}

pub(super) fn promise_port() -> Port {
    Port::of(Base::Return).then([Access::Content("promise".to_owned())])
}

fn option_port(name: &str) -> Port {
    Port::of(Base::Arg(0)).then([property(name), Access::Param(0)])
}

/// The file at hand and what is wrong with it.
pub(super) struct Context<'a> {
    file: &'a str,
    is_built_in: bool,
    pub(super) family: String,
    errors: Vec<ModelError>,
}

impl Context<'_> {
    fn name(&mut self, raw: RawName) -> NameEntry {
        for word in &raw.names.0 {
            let is_plain =
                word.value.bytes().all(|byte| byte == b' ' || byte.is_ascii_lowercase() || byte.is_ascii_digit());
            if !is_plain || word.value.trim().is_empty() {
                let message = Text::new(
                    "名称须为小写字母与数字，词间以空格分开，例如 `id card`",
                    "a name has small letters and digits, with spaces between its words: `id card`",
                );
                self.complain(&word.range, message);
            }
        }
        for label in raw.labels.0.iter().chain(&raw.shown.0).filter(|label| label.value.is_empty()) {
            self.complain(&label.range, Text::new("文字不能为空", "the label is empty"));
        }
        let texts = |words: Many<Word>| words.0.into_iter().map(|word| word.value).collect();
        let lowercase = |words: Many<Word>| words.0.into_iter().map(|word| word.value.to_lowercase()).collect();
        NameEntry {
            data: raw.data.map(|word| word.value),
            names: texts(raw.names),
            labels: lowercase(raw.labels),
            shown: lowercase(raw.shown),
            is_whole: raw.whole,
            confidence: raw.confidence,
            of: raw.of.0,
            of_person: raw.of_person,
            not_of: raw.not_of.0,
            suffixes: raw.suffixes.0,
        }
    }

    fn source(&mut self, mut raw: RawSource) -> Option<Source> {
        let about = raw.take_about();
        let mistakes = self.errors.len();
        let outputs = self.outputs(&mut raw);
        let says_nothing = outputs.is_empty() && self.errors.len() == mistakes;
        let places: Vec<_> = outputs.iter().map(|(range, output)| (range.clone(), output.port.base.clone())).collect();
        let anchors = [
            self.calls(&raw.call).map(Anchor::Call),
            self.calls(&raw.read).map(Anchor::Read),
            raw.component.map(component).map(Anchor::Component),
            raw.parameter.map(|parameter| Anchor::Parameter { of: parameter.of.value, index: parameter.index }),
        ];
        let anchor = self.one_anchor(&raw.id.range, anchors, "call, read, component, parameter")?;
        self.check_bases(&anchor, places);
        if says_nothing && raw.role == super::SourceRole::Source {
            self.complain(&raw.id.range, Text::new("来源没有给出任何数据", "the source gives no data"));
        }
        let is_at_event = |it: &ComponentAnchor| it.event.is_some();
        if matches!(&anchor, Anchor::Component(it) if raw.role.gives_data() && !is_at_event(it)) {
            let message =
                Text::new("组件缺少 `event`：数据随哪个事件而来", "the component has no `event` that brings the data");
            self.complain(&raw.id.range, message);
        }
        let family = raw.family.unwrap_or_else(|| self.family.clone());
        let given = raw.given.and_then(|word| self.port(&word));
        let changes = raw.changes.into_iter().map(|change| self.change(change)).collect();
        let outputs = outputs.into_iter().map(|(_, output)| output).collect();
        let (id, role, takes) = (raw.id.value, raw.role, raw.takes);
        Some(Source { id, family, anchor, outputs, given, role, takes, changes, about })
    }

    fn change(&mut self, raw: RawChange) -> Change {
        self.check_day(&raw.from);
        Change { from: raw.from.value, note: raw.note, data: raw.data.into_iter().collect() }
    }

    fn sink(&mut self, mut raw: RawSink) -> Option<Sink> {
        let about = raw.take_about();
        let inputs = self.inputs(&raw);
        let is_call = !raw.call.0.is_empty();
        let anchors = [
            self.calls(&raw.call).map(Anchor::Call),
            raw.component.map(component).map(Anchor::Component),
            raw.returned.map(|returned| Anchor::Returned { of: returned.of.value }),
            raw.text.then_some(Anchor::Text),
        ];
        let anchor = self.one_anchor(&raw.id.range, anchors, "call, component, returned, text")?;
        self.check_bases(&anchor, inputs.iter().map(|(range, port)| (range.clone(), port.base.clone())).collect());
        if is_call && raw.args.0.is_empty() {
            let message =
                Text::new("去向缺少 `args`：哪些参数会流出", "the sink has no `args`: which arguments go out");
            self.complain(&raw.id.range, message);
        }
        if matches!(&anchor, Anchor::Component(it) if it.attributes.is_empty()) {
            let message =
                Text::new("组件缺少 `attribute`：哪些属性会流出", "the component has no `attribute`: what goes out");
            self.complain(&raw.id.range, message);
        }
        if raw.kind.is_none() && raw.fetched.is_none() {
            self.complain(&raw.id.range, Text::new("缺少 `kind`", "`kind` is missing"));
        }
        let (fetched, destination) = (raw.fetched, raw.destination.and_then(|word| self.port(&word)));
        let family = raw.family.unwrap_or_else(|| self.family.clone());
        Some(Sink {
            id: raw.id.value,
            family,
            anchor,
            is_only_fetched: raw.kind.is_none(),
            kind: raw.kind.or_else(|| fetched.clone()).map(|word| word.value).unwrap_or_default(),
            fetched: fetched.map(|word| word.value),
            inputs: inputs.into_iter().map(|(_, port)| port).collect(),
            destination,
            recipient: raw.recipient.map(|word| word.value),
            about,
        })
    }

    fn recipient(&mut self, raw: RawRecipient) -> Recipient {
        for host in raw.hosts.0.iter().filter(|host| host.value.is_empty() || host.value.contains(['/', ':', '*', ' ']))
        {
            let message =
                Text::new("此处应为主机名，例如 example.com", "expected the name of a host, such as example.com");
            self.complain(&host.range, message);
        }
        Recipient {
            id: raw.id,
            title: Text::new(raw.zh, raw.en),
            kind: raw.kind,
            hosts: raw.hosts.0.into_iter().map(|host| host.value.to_ascii_lowercase()).collect(),
            packages: raw.packages.0,
            verified: raw.verified,
        }
    }

    fn step(&mut self, raw: RawStep) -> Step {
        let callees = self.calls(&raw.call).unwrap_or_default();
        let first = || callees.first().map(ToString::to_string).unwrap_or_default();
        let effect = raw.effect;
        Step {
            id: raw.id.unwrap_or_else(first),
            family: self.family.clone(),
            makes: raw.makes,
            exact: raw.exact,
            flows: raw.flow.into_iter().filter_map(|flow| self.flow(flow, effect)).collect(),
            calls: raw.calls.0.iter().filter_map(|word| self.port(word)).collect(),
            callees,
        }
    }

    fn flow(&mut self, raw: RawFlow, default: Effect) -> Option<StepFlow> {
        let (from, to) = (self.port(&raw.from), self.port(&raw.to));
        let ends = [(&raw.from, &from), (&raw.to, &to)];
        let ends = ends.into_iter().filter_map(|(word, port)| Some((word.range.clone(), port.as_ref()?.base.clone())));
        let ends = ends.collect();
        self.check_bases(&Anchor::Call(Vec::new()), ends);
        let mask_when = raw.mask_when.and_then(|mask| {
            let port = self.port(&mask.port);
            let regex = self.regex(&mask.matches);
            port.zip(regex)
        });
        let unless_given = raw.unless_given.and_then(|word| self.port(&word));
        let unless_called = raw.unless_called.and_then(|word| self.port(&word));
        let unless_held = raw.unless_held.and_then(|word| self.port(&word));
        let effect = raw.effect.unwrap_or(default);
        Some(StepFlow { from: from?, to: to?, effect, unless_given, unless_called, unless_held, mask_when })
    }

    /// The ports at which a source gives data, from all the ways to say it, with the place of the saying.
    fn outputs(&mut self, raw: &mut RawSource) -> Vec<(Range<usize>, Output)> {
        let mut outputs = Vec::new();
        let promise = raw.promise.take();
        let has_promise = promise.as_ref().is_none_or(|promise| matches!(promise.value, RawPromise::Flag(true)));
        if let Some(Spanned { range, value: RawPromise::Out(out) }) = promise {
            self.out(&[promise_port()], &range, &out, &mut outputs);
        }
        let mut success = vec![option_port("success"), option_port("complete")];
        if has_promise {
            success.push(promise_port());
        }
        let listener = Port::of(Base::Arg(0)).then([Access::Param(0)]);
        let places = [
            (raw.returns.take(), vec![Port::of(Base::Return)]),
            (raw.success.take(), success),
            (raw.listener.take(), vec![listener]),
            (raw.detail.take(), vec![Port::of(Base::Detail)]),
            (raw.param.take(), vec![Port::of(Base::Param)]),
        ];
        for (out, ports) in places {
            if let Some(out) = out {
                self.out(&ports, &out.range, &out.value, &mut outputs);
            }
        }
        for output in &raw.outputs {
            if let Some(port) = self.port(&output.port) {
                outputs.push((output.port.range.clone(), Output { port, data: self.category(&output.data) }));
            }
        }
        outputs
    }

    /// Adds what a value at each of `ports` holds.
    fn out(&mut self, ports: &[Port], range: &Range<usize>, out: &RawOut, outputs: &mut Vec<(Range<usize>, Output)>) {
        let mut places = Vec::new();
        if let Some(data) = &out.data {
            let path = out.path.as_ref().map_or(Some(Vec::new()), |path| self.accesses(path));
            places.extend(path.map(|path| (path, data)));
        } else if out.fields.is_empty() {
            self.complain(range, Text::new("缺少 `data` 或 `fields`", "`data` or `fields` is missing"));
        }
        for (path, data) in &out.fields {
            places.extend(self.accesses(path).map(|path| (path, data)));
        }
        let places: Vec<(Vec<Access>, String)> =
            places.into_iter().map(|(path, data)| (path, self.category(data))).collect();
        for port in ports {
            let at = |(path, data): &(Vec<Access>, String)| Output {
                port: port.clone().then(path.iter().cloned()),
                data: data.clone(),
            };
            outputs.extend(places.iter().map(|place| (range.clone(), at(place))));
        }
    }

    /// What data is called: something, in any case.
    fn category(&mut self, data: &Word) -> String {
        if data.value.trim().is_empty() {
            self.complain(&data.range, Text::new("信息类型不能为空", "the category of data is empty"));
        }
        data.value.clone()
    }

    /// The ports that go out, with where they are named: `args` of a call, `paths` of a returned value.
    fn inputs(&mut self, raw: &RawSink) -> Vec<(Range<usize>, Port)> {
        let mut inputs = Vec::new();
        for word in &raw.args.0 {
            let port = match word.value.as_str() {
                "all" => Some(Port::of(Base::ArgsFrom(0))),
                _ => self.port(word),
            };
            inputs.extend(port.map(|port| (word.range.clone(), port)));
        }
        for path in &raw.paths.0 {
            let port = self.accesses(path).map(|way| Port::of(Base::Return).then(way));
            inputs.extend(port.map(|port| (path.range.clone(), port)));
        }
        if raw.returned.is_some() && inputs.is_empty() {
            inputs.push((raw.id.range.clone(), Port::of(Base::Return)));
        }
        inputs
    }

    /// Complains of ports that begin where nothing is at such an anchor.
    fn check_bases(&mut self, anchor: &Anchor, ports: Vec<(Range<usize>, Base)>) {
        let (zh, en, bases) = match anchor {
            Anchor::Call(_) => ("调用", "a call", "arg[…], this, return, throw, store(…), callee"),
            Anchor::Read(_) => ("读取的属性", "a property that is read", "return"),
            Anchor::Component(_) => ("组件", "a component", "detail"),
            Anchor::Parameter { .. } => ("参数", "a parameter", "param"),
            Anchor::Returned { .. } | Anchor::Text => ("返回值", "a returned value", "return"),
        };
        let fits = |base: &Base| match anchor {
            Anchor::Call(_) => !matches!(base, Base::Detail | Base::Param),
            Anchor::Component(_) => *base == Base::Detail,
            Anchor::Parameter { .. } => *base == Base::Param,
            Anchor::Read(_) | Anchor::Returned { .. } | Anchor::Text => *base == Base::Return,
        };
        for (range, base) in ports.into_iter().filter(|(_, base)| !fits(base)) {
            let base = Port::of(base);
            let message = Text::new(
                format!("{zh}没有 `{base}`，可用：{bases}"),
                format!("there is no `{base}` at {en}, which has {bases}"),
            );
            if self.errors.last().is_none_or(|last| last.span != range) {
                self.complain(&range, message);
            }
        }
    }

    /// The one anchor that an entry has; complains of none and of several. `words` lists the keys.
    pub(super) fn one_anchor<T, const N: usize>(
        &mut self,
        range: &Range<usize>,
        anchors: [Option<T>; N],
        words: &str,
    ) -> Option<T> {
        let mut given = anchors.into_iter().flatten();
        let first = given.next();
        if first.is_none() || given.next().is_some() {
            let message = Text::new(format!("须且只须给出其中一项：{words}"), format!("give exactly one of: {words}"));
            self.complain(range, message);
        }
        first
    }

    /// The callee paths of an entry, if it has any.
    pub(super) fn calls(&mut self, words: &Many<Word>) -> Option<Vec<CallPath>> {
        let paths = words.0.iter().filter_map(|word| {
            let path = word.value.parse();
            self.checked(word, path)
        });
        let paths: Vec<_> = paths.collect();
        (!words.0.is_empty()).then_some(paths)
    }

    pub(super) fn port(&mut self, word: &Word) -> Option<Port> {
        let port = word.value.parse();
        self.checked(word, port)
    }

    pub(super) fn accesses(&mut self, word: &Word) -> Option<Vec<Access>> {
        let accesses = parse_accesses(&word.value);
        self.checked(word, accesses)
    }

    pub(super) fn regex(&mut self, word: &Word) -> Option<Pattern> {
        let pattern = Pattern::of_short_texts(word.value.clone());
        match if self.is_built_in { Ok(()) } else { pattern.check() } {
            Ok(()) => Some(pattern),
            Err(error) => {
                let message =
                    Text::new(format!("正则表达式有误：{error}"), format!("invalid regular expression: {error}"));
                self.complain(&word.range, message);
                None
            }
        }
    }

    /// What was read from `word`, or a complaint at the byte where the reading stopped.
    fn checked<T>(&mut self, word: &Word, result: Result<T, NotationError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                let range = place_in_literal(word, error.offset);
                self.complain(&range, error.message);
                None
            }
        }
    }

    pub(super) fn check_day(&mut self, word: &Word) {
        if !super::dates::is_day(&word.value) {
            let message = Text::new("日期应写作 2023-10-17 的样子", "a day is written like 2023-10-17");
            self.complain(&word.range, message);
        }
    }

    pub(super) fn complain(&mut self, range: &Range<usize>, message: Text) {
        self.errors.push(ModelError { file: self.file.to_owned(), span: range.clone(), message });
    }
}

/// The bytes of a string literal from `offset` in its value on; all of it where escapes shift the offsets.
fn place_in_literal(word: &Word, offset: usize) -> Range<usize> {
    let has_escapes = word.range.len() != word.value.len() + 2;
    if has_escapes || offset >= word.value.len() {
        return word.range.clone();
    }
    word.range.start + 1 + offset..word.range.end - 1
}
