//! What a check is given: the program, its flows, what is known of consent and of the operator. Knows no check.

use crate::base::{Date, FileId, FileKind, Span};
use crate::consent::{Consent, Judged, Status};
use crate::models::{Anchor, Confidence, Lexicon, Models, Said, Sensitivity, SourceRole, When};
use crate::project::Project;
use crate::taint::{Flow, Form, StepKind, feature};

use super::hosts::Recipient;
use super::operator::Operator;
use super::parties::Party;
use super::words::words;

/// The id of sources that names in data from a server make.
pub const SERVER_DATA: &str = "server-data";

/// What is judged.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The program.
    pub project: &'a Project,
    /// The models in force.
    pub models: &'a Models,
    /// All flows.
    pub flows: &'a [Flow],
    /// What is known of consent; its flows stand in the order of `flows`.
    pub consent: &'a Judged,
    /// What the operator says.
    pub operator: &'a Operator,
    /// The day of the release; none is the present.
    pub release: Option<Date>,
    /// The present day, for statements that expire; without one nothing does.
    pub today: Option<Date>,
    /// Packs of further rules that are asked for.
    pub packs: &'a [String],
    /// Files of which nothing, or only a part, could be analysed.
    pub n_unseen: usize,
}

/// The input with what checks ask for again and again.
pub struct Case<'a> {
    input: Input<'a>,
    /// Every text without its comments.
    pub texts: Vec<Source>,
    /// Third parties whose code or hosts stand in the program.
    pub parties: Vec<Party>,
    lexicon: Lexicon<'a>,
    unknown: Consent,
}

/// A text without its comments; places are those of the file.
pub struct Source {
    /// The file.
    pub file: FileId,
    /// What it is.
    pub kind: FileKind,
    /// The text.
    pub text: String,
    /// Whether it is shipped to users: code of the cloud is not.
    pub is_shipped: bool,
}

impl<'a> std::ops::Deref for Case<'a> {
    type Target = Input<'a>;

    fn deref(&self) -> &Input<'a> {
        &self.input
    }
}

impl<'a> Case<'a> {
    pub fn new(input: Input<'a>) -> Self {
        let cloud = input.project.cloud_root.as_deref();
        let is_cloud = |path: &str| cloud.is_some_and(|root| path.starts_with(&format!("{root}/")));
        let texts = input.project.files.iter().map(|(file, source)| Source {
            file,
            kind: source.kind,
            text: super::text::without_comments(source.kind, &source.text),
            is_shipped: !is_cloud(&source.path),
        });
        let texts: Vec<Source> = texts.collect();
        let parties = super::parties::parties(input.project, input.models, &texts);
        let lexicon = Lexicon::new(&input.models.names, &input.models.name_words);
        Self { input, texts, parties, lexicon, unknown: Consent::default() }
    }

    /// What was given, for as long as that lives.
    pub fn input(&self) -> Input<'a> {
        self.input
    }

    /// What is known of the consent to a flow.
    pub fn consent_to(&self, flow: usize) -> &Consent {
        self.consent.flows.get(flow).unwrap_or(&self.unknown)
    }

    /// Whether a flow is asked for by the program itself.
    pub fn is_gated(&self, flow: usize) -> bool {
        self.consent_to(flow).status == Status::Gated
    }

    /// Whether a flow can happen with a user.
    pub fn is_met(&self, index: usize, flow: &Flow) -> bool {
        Self::is_live(flow) && !self.consent_to(index).is_trial
    }

    /// How much harm a leak of a category does.
    pub fn sensitivity(&self, data: &str) -> Sensitivity {
        let category = self.models.categories.iter().find(|category| category.slug == data);
        category.map_or(Sensitivity::Low, |category| category.sensitivity)
    }

    /// Whether a category is one that the models describe; others are a user's own, of which nobody knows what they say.
    pub fn is_described(&self, data: &str) -> bool {
        self.models.categories.iter().any(|category| category.slug == data && category.title.zh != data)
    }

    /// Whether a category says something of a person, and not only of an account or a device.
    pub fn is_personal(&self, data: &str) -> bool {
        self.is_described(data)
            && Self::UNPERSONAL.iter().all(|other| *other != data)
            && self.sensitivity(data) != Sensitivity::Low
    }

    const UNPERSONAL: [&'static str; 11] = [
        "openid",
        "unionid",
        "login-code",
        "credential",
        "verification-code",
        "order-info",
        "published-content",
        "third-party-profile",
        "secret-key",
        "password",
        "file",
    ];

    /// The model of a flow's source.
    pub fn source(&self, flow: &Flow) -> Option<&'a crate::models::Source> {
        self.input.models.sources.iter().find(|source| source.id == flow.source.model)
    }

    /// Whether what is shown goes out, since the device asks for it with the data in the query.
    pub fn is_fetched(&self, flow: &Flow) -> bool {
        let sink = self.input.models.sinks.iter().find(|sink| sink.id == flow.sink.model);
        sink.is_some_and(|sink| sink.fetched.is_some() && (sink.is_only_fetched || sink.kind != flow.sink.kind))
    }

    /// All that the destination of a flow may be; nothing where nothing is known of it. What begins with a hole that
    /// another of them fills says no more than that one.
    pub fn destinations(flow: &Flow) -> Vec<&str> {
        let several = &flow.sink.destinations;
        let is_filled = |to: &str| {
            let rest = to.strip_prefix('…').filter(|rest| !rest.is_empty());
            rest.is_some_and(|rest| several.iter().any(|other| other.contains("://") && other.ends_with(rest)))
        };
        match several.as_slice() {
            [] => flow.sink.destination.as_deref().into_iter().collect(),
            several => several.iter().map(String::as_str).filter(|to| !is_filled(to)).collect(),
        }
    }

    /// Whether something holds of all that the destination of a flow may be.
    pub fn leads_to(flow: &Flow, is_it: impl Fn(&str) -> bool) -> bool {
        let all = Self::destinations(flow);
        !all.is_empty() && all.into_iter().all(is_it)
    }

    /// Who may receive the data of a flow, each once.
    pub fn recipients(&self, flow: &Flow) -> Vec<Recipient> {
        let of = |to: Option<&str>| super::hosts::recipient(&flow.sink.model, to, self.operator, self.models);
        let mut found: Vec<Recipient> = Vec::new();
        for recipient in Self::destinations(flow).into_iter().map(|to| of(Some(to))) {
            if !found.contains(&recipient) {
                found.push(recipient);
            }
        }
        if found.is_empty() { vec![of(None)] } else { found }
    }

    /// Who receives the data of a flow; nobody who could be named where it may be one or the other.
    pub fn recipient(&self, flow: &Flow) -> Recipient {
        match <[Recipient; 1]>::try_from(self.recipients(flow)) {
            Ok([one]) => one,
            Err(_) => Recipient::Nobody,
        }
    }

    /// Whether the user typed the data or chose it in the view.
    pub fn is_typed(&self, flow: &Flow) -> bool {
        self.source(flow).is_some_and(|source| {
            matches!(source.anchor, Anchor::Component(_)) && source.about.privacy_authorization.is_none()
        })
    }

    /// Whether the data arrives in a form that still says what it said.
    pub fn is_plain(flow: &Flow) -> bool {
        matches!(flow.form, Form::Raw | Form::Derived)
    }

    /// Whether only a few characters of the data arrive, which do not say what all of it said.
    pub fn is_short_part(&self, flow: &Flow) -> bool {
        Self::is_plain(flow) && flow.steps.iter().any(|step| words("short_part").are_in(self.slice(step.span)))
    }

    /// Whether a flow can happen.
    pub fn is_live(flow: &Flow) -> bool {
        !flow.features.contains(&feature::UNREACHABLE)
    }

    /// Whether a flow rests on the code alone: on no name, on no code that is not known or not there, on no element of
    /// which the name is not known, not on call paths that were put together, and not on an object where an address is
    /// expected.
    pub fn is_certain(flow: &Flow) -> bool {
        let coarse = [feature::BROADENED, feature::UNKNOWN_CALL, feature::ANY_KEY, feature::ABSENT_COMPONENT];
        let is_coarse = coarse.iter().any(|feature| flow.features.contains(feature));
        let is_any = flow.steps.iter().any(|step| step.kind == StepKind::Field && step.note == "*");
        let is_inside = |path: &String| flow.sink.in_destination || path.matches('*').count() > 1;
        let is_odd = flow.sink.path.as_ref().is_some_and(is_inside);
        flow.source.confidence == Confidence::High
            && flow.source.model != SERVER_DATA
            && !is_coarse
            && !is_any
            && !is_odd
    }

    /// Whether call paths, or objects, were put together on the way of a flow.
    pub fn is_broadened(flow: &Flow) -> bool {
        flow.features.contains(&feature::BROADENED)
    }

    /// Whether call paths were put together on the way from an input of some sort (for passwords, for ID cards), and the
    /// tag that it begins at is not of that sort as it is written: another use of the same component is.
    pub fn is_of_another_use(&self, flow: &Flow) -> bool {
        let Some(source) = self.source(flow).filter(|_| Self::is_broadened(flow)) else { return false };
        let Anchor::Component(component) = &source.anchor else { return false };
        let is_by_sort = source.outputs.iter().any(|output| output.data == flow.data) && !component.when.is_empty();
        let tag = self.slice(flow.source.span);
        let mut written = tag.to_owned();
        words("bound_attribute").find_all(tag).into_iter().rev().for_each(|range| written.replace_range(range, ""));
        let says = |when: &When| {
            let mut values = when.values.iter().filter(|value| !value.is_empty());
            values.any(|value| written.contains(if value == "*" { &when.attribute } else { value }))
        };
        is_by_sort && !component.when.iter().any(says)
    }

    /// Whether a flow goes both through code that is not known and through call paths that were put together: then it
    /// says too little to trouble a reviewer with.
    pub fn is_vague(flow: &Flow) -> bool {
        [feature::BROADENED, feature::UNKNOWN_CALL].iter().all(|feature| flow.features.contains(feature))
    }

    /// Whether what is typed is told by a text for people, or by the sort of the input, and not by a name in the code.
    pub fn is_labelled(&self, flow: &Flow) -> bool {
        let source = self.source(flow);
        let by_sort = source.is_some_and(|source| source.outputs.iter().any(|output| output.data == flow.data));
        let by_name =
            !by_sort && source.is_some_and(|source| matches!(source.role, SourceRole::Labelled | SourceRole::Form));
        let texts = self.lines(flow.source.span).split(['<', '>', '"', '\n', '=']);
        let says =
            |text: &str| matches!(self.lexicon.label(text.trim()), Said::Data(meaning) if meaning.data == flow.data);
        // One of several may be typed where the label names several.
        let is_one = |text: &&str| !text.trim().is_empty() && !words("alternatives").are_in(text);
        !by_name || texts.filter(is_one).any(says)
    }

    /// Whether what stands at a sink names the data of the flow, or only other data; nothing where it names none.
    pub fn names_its_data(&self, flow: &Flow) -> Option<bool> {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let mut names = self.slice(flow.sink.span).split(|c| !is_part(c)).filter(|name| !name.is_empty());
        let mut names_other = false;
        let is_it = names.any(|name| match self.lexicon.name(None, name) {
            Said::Data(meaning) => {
                names_other = true;
                meaning.data == flow.data
            }
            Said::Nothing | Said::Other => false,
        });
        (is_it || names_other).then_some(is_it)
    }

    /// Whether a tag speaks of a category of data, by a label or by a name.
    pub fn speaks_of(&self, tag: &str, data: &str) -> bool {
        let means = |said: Said<'_>| matches!(said, Said::Data(meaning) if meaning.data == data);
        let texts = tag.split(['"', '{', '}', '.']).map(str::trim).filter(|text| !text.is_empty());
        texts.into_iter().any(|text| means(self.lexicon.label(text)) || means(self.lexicon.name(None, text)))
    }

    /// Whether something is looked for with what is typed.
    pub fn is_search(&self, flow: &Flow) -> bool {
        words("search_box").are_in(self.lines(flow.source.span))
    }

    /// The text at a place.
    pub fn slice(&self, span: Span) -> &'a str {
        self.input.project.files.slice(span)
    }

    /// The text of the lines that a place lies on, and of the one before.
    pub fn lines(&self, span: Span) -> &'a str {
        let file = self.input.project.files.get(span.file);
        let (first, last) = (file.line_index(span.start), file.line_index(span.end));
        let range = file.line_range(first.saturating_sub(1)).start..file.line_range(last).end;
        file.text.get(range).unwrap_or_default()
    }

    /// Where the configuration of the app begins; the first file where there is none.
    pub fn config_place(&self) -> Span {
        Span::file_start(self.project.app_config.unwrap_or(FileId(0)))
    }

    /// The route or path of a file without its extension.
    pub fn path(&self, file: FileId) -> &'a str {
        &self.input.project.files.get(file).path
    }
}
