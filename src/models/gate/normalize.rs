//! The shape of a gate becomes its normal form. Knows the meaning of the keys, not other gates.

use crate::base::Text;
use crate::models::normalize::{Context, component, promise_port, property};
use crate::models::raw::RawGate;
use crate::models::spanned::Spanned;
use crate::models::{Access, Base, Port};

use super::raw::{RawAnswer, RawCoverage, RawElsewhere, RawTexts};
use super::{Condition, Coverage, Gate, GateAnchor, Texts};

type Word = Spanned<String>;

/// A path of which nothing is left out, and a value for it.
type Place<'a> = (Port, &'a Spanned<serde_json::Value>);

impl Context<'_> {
    pub(in crate::models) fn gate(&mut self, mut raw: RawGate) -> Option<Gate> {
        let about = raw.take_about();
        let anchors = [
            self.calls(&raw.call).map(GateAnchor::Call),
            raw.component.map(component).map(GateAnchor::Component),
            raw.setting.map(|raw| GateAnchor::Setting { files: raw.file.0, keys: raw.key.0 }),
            raw.texts.map(|raw| GateAnchor::Texts(Box::new(self.texts(raw)))),
            raw.elsewhere.map(|place| match place {
                RawElsewhere::Covered => GateAnchor::Covered,
                RawElsewhere::Outside => GateAnchor::Outside,
            }),
        ];
        let words = "call, component, setting, texts, elsewhere";
        let anchor = self.one_anchor(&raw.id.range, anchors, words)?;
        for date in [&raw.from, &raw.until].into_iter().flatten() {
            self.check_day(date);
        }
        Some(Gate {
            family: raw.family.unwrap_or_else(|| self.family.clone()),
            granted: self.answer(&raw.granted),
            refused: self.answer(&raw.refused),
            notice_when: self.values(raw.notice_when.iter().collect(), None),
            when: raw.when.iter().filter_map(|it| self.port(&it.port).zip(self.regex(&it.matches))).collect(),
            says: raw.says.and_then(|word| self.regex(&word)),
            beside: raw.beside.and_then(|word| self.regex(&word)),
            unless: raw.unless.and_then(|word| self.regex(&word)),
            page: raw.page.and_then(|word| self.regex(&word)),
            covers: self.coverage(raw.covers),
            id: raw.id.value,
            role: raw.role,
            asks: raw.asks,
            from: raw.from.map(|date| date.value),
            until: raw.until.map(|date| date.value),
            anchor,
            about,
        })
    }

    fn answer(&mut self, raw: &RawAnswer) -> Vec<Condition> {
        let option = |name: &str| Port::of(Base::Arg(0)).then([property(name)]);
        let argument = |name: &str| option(name).then([Access::Param(0)]);
        let error = || Port::of(Base::Return).then([Access::Content("error".to_owned())]);
        let mut all = Vec::new();
        let places = [
            (&raw.success, vec![(option("success"), argument("success")), (promise_port(), promise_port())]),
            (&raw.fail, vec![(option("fail"), argument("fail")), (error(), error())]),
            (&raw.detail, vec![(Port::of(Base::Detail), Port::of(Base::Detail))]),
        ];
        for (values, ports) in places {
            let Some(values) = values else { continue };
            for (reached, start) in ports {
                if values.is_empty() {
                    all.push(Condition { port: reached, equals: None });
                } else {
                    all.extend(self.values(values.iter().collect(), Some(&start)));
                }
            }
        }
        all.extend(self.values(raw.ports.iter().collect(), None));
        all
    }

    /// Conditions on values: at paths from `start`, or at whole ports.
    fn values(&mut self, raw: Vec<(&Word, &Spanned<serde_json::Value>)>, start: Option<&Port>) -> Vec<Condition> {
        let mut all = Vec::new();
        for (word, value) in raw {
            let port = match start {
                Some(start) => self.accesses(word).map(|path| start.clone().then(path)),
                None => self.port(word),
            };
            all.extend(port.and_then(|port| self.condition((port, value))));
        }
        all
    }

    fn condition(&mut self, (port, value): Place<'_>) -> Option<Condition> {
        if value.value.is_array() || value.value.is_object() {
            let message = Text::new(
                "此处应为 true、false、数字、文字，或以 null 表示任意值",
                "expected true, false, a number or a text, or null for any value",
            );
            self.complain(&value.range, message);
            return None;
        }
        let equals = (!value.value.is_null()).then(|| value.value.clone());
        Some(Condition { port, equals })
    }

    fn coverage(&mut self, raw: RawCoverage) -> Coverage {
        Coverage {
            scope_at: raw.scope_at.and_then(|word| self.port(&word)),
            data: raw.data.0,
            scopes: raw.scopes.0,
            scope_key: raw.scope_key,
            privacy_types: raw.privacy_types,
            result: raw.result,
            guarded: raw.guarded,
        }
    }

    fn texts(&mut self, raw: RawTexts) -> Texts {
        let mut regex = |word: Option<Word>| word.and_then(|word| self.regex(&word));
        Texts {
            label: regex(raw.label),
            agree: regex(raw.agree),
            refuse: regex(raw.refuse),
            flag: regex(raw.flag),
            page: regex(raw.page),
            request: regex(raw.request),
            tags: raw.tag.0,
        }
    }
}
