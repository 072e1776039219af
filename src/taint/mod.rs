//! The flow graph and the models become [`Flow`]s with a witness each. Knows neither clauses nor formats.

mod carried;
mod destination;
pub mod feature;
mod names;
mod origins;
mod search;
mod solve;
pub mod trace;
mod witness;
mod written;

pub use destination::common as common_destination;
pub use solve::solve;

use crate::base::Span;
use crate::graph::InstId;
use crate::models::Confidence;

/// What the data looks like when it arrives.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// As it came, or encoded.
    Raw,
    /// A part of it, or something computed from it.
    Derived,
    /// Partly hidden (`138****0000`).
    Masked,
    /// A digest of it.
    Hashed,
    /// Encrypted.
    Encrypted,
}

impl Form {
    /// All forms, the least protected first.
    pub const ALL: [Self; 5] = [Self::Raw, Self::Derived, Self::Masked, Self::Hashed, Self::Encrypted];
}

/// One way of personal data from a source to a sink.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Category slug.
    pub data: String,
    /// What it looks like at the sink.
    pub form: Form,
    /// Where it came in.
    pub source: SourceEnd,
    /// Where it goes out.
    pub sink: SinkEnd,
    /// The way, source and sink included, in order.
    pub steps: Vec<Step>,
    /// Marks to filter and rank by: `via-json`, `via-storage`, `via-unknown-call`, `broadened`, `any-key` (a property whose
    /// name is not known), `absent-component`, `destination-of-several`, `unreachable`.
    pub features: Vec<&'static str>,
}

/// The beginning of a flow.
#[derive(Clone, Debug)]
pub struct SourceEnd {
    /// Id of the model.
    pub model: String,
    /// The call, attribute or parameter; for data that a name tells, the read of it.
    pub span: Span,
    /// How sure it is that the data is of its category.
    pub confidence: Confidence,
}

/// The end of a flow.
#[derive(Clone, Debug)]
pub struct SinkEnd {
    /// Id of the model.
    pub model: String,
    /// `network`, `storage`, `display` and so on.
    pub kind: String,
    /// URL or key, with `…` for what is not known; of several what they have in common.
    pub destination: Option<String>,
    /// All that the destination may be, where that is several texts, sorted; `…` alone is one that is not known.
    pub destinations: Vec<String>,
    /// The call or the binding.
    pub span: Span,
    /// The path inside the value that goes out, where it is a part of it (`data.user.phone`).
    pub path: Option<String>,
    /// Whether the data is part of the destination itself: in a URL.
    pub in_destination: bool,
    /// Whether it stands in the head of a request.
    pub in_header: bool,
    /// The function instances in which it is reached.
    pub contexts: Vec<InstId>,
}

/// One step of a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The code that does it.
    pub span: Span,
    /// What it is.
    pub kind: StepKind,
    /// Whether a reader needs it to follow the path.
    pub key: bool,
    /// The name that matters (a field, a function, a storage key), or empty.
    pub note: String,
}

/// What a step of a witness is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// The source itself.
    Source,
    /// A variable or an expression takes the value.
    Assign,
    /// Into or out of a field.
    Field,
    /// An argument goes into a function of the program.
    Call,
    /// A function's result comes back.
    Return,
    /// A callback gets it from code that is not the program's.
    Callback,
    /// Out of a promise.
    Await,
    /// Into a closure.
    Capture,
    /// An exception carries it.
    Throw,
    /// A WXML event carries it.
    Event,
    /// A WXML binding shows or passes it.
    Binding,
    /// A page is opened with it.
    Navigate,
    /// Into or out of storage.
    Storage,
    /// A modelled call.
    Step,
    /// A call to code that is not known.
    Unknown,
    /// The sink itself.
    Sink,
}
