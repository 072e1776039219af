//! What has to happen when a node turns out to be some object.

use crate::graph::NodeId;
use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::program::FuncId;
use crate::graph::solver::Solver;
use crate::graph::solver::listed::{Listed, Member};
use crate::graph::symbols::{Sym, Symbols};
use crate::ir::content;

/// A rule attached to a node; it is applied once to each object that the node may be.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// The node's field goes to `dst`.
    Load { dst: NodeId, field: Field },
    /// The node's content as an object to write into, made where there is none, goes to `dst`.
    Open { dst: NodeId, content: Sym },
    /// `src` goes into the node's field.
    Store { src: NodeId, field: Field, at: Option<u32> },
    /// The node is the object of an access whose key is a value: an index into the accesses.
    AccessObject(u32),
    /// The node is the key of such an access.
    AccessKey(u32),
    /// The node is the key of a property that is copied under its own name: an index into the copies.
    CopyKey(u32),
    /// The node is a name under which a callee keeps something: an index into the keyed calls.
    Name(u32),
    /// The node holds such a name, and what the callee keeps under it.
    NameHeld { call: u32, field: Sym },
    /// The node is the name that such an object holds.
    NameOfPair { call: u32, pair: ObjId },
    /// The node is what an object has under names that are not known: one of these goes to `dst`.
    Unnamed { dst: NodeId },
    /// The node is the callee of a call: an index into the calls.
    Callee(u32),
    /// The node is the receiver of a method: an index into the dispatches.
    Receiver(u32),
    /// The node is what `receiver` has under the name of such a method.
    MethodOf { dispatch: u32, receiver: ObjId },
    /// The node is the name under which `dst` is read of `src`, by a method of something from elsewhere.
    NameRead { src: NodeId, dst: NodeId },
    /// What the node resolves to goes to `dst`.
    Await { dst: NodeId },
    /// The node goes into the promises of another: an index into the pairs.
    ResolveInto(u32),
    /// The node is the promise of such a pair.
    ResolvePromise(u32),
    /// The node's elements go to `dst`.
    Iterate { dst: NodeId },
    /// The node goes to `dst` unless it is a list.
    Single { dst: NodeId },
    /// The node goes to `dst` unless it is this function.
    Except { dst: NodeId, func: FuncId },
    /// The node goes on as far as a test of a property lets it: an index into the refinements.
    Refine(u32),
    /// The node is the property that such a test is about: an index into the objects that were asked.
    Asked(u32),
    /// The node's properties go into the objects of another: an index into the pairs; and the other side of it.
    CopyFrom(u32),
    /// See `CopyFrom`.
    CopyInto(u32),
    /// What the node's properties resolve to goes into the objects of another: an index into the pairs; and the other
    /// side of it.
    AwaitFrom(u32),
    /// See `AwaitFrom`.
    AwaitInto(u32),
    /// All that the node holds makes up `dst`.
    Deep { dst: NodeId, effect: crate::models::Effect, via: crate::graph::Via },
    /// The node becomes a text or a number, which makes up `dst`: of objects only those count that say what theirs is.
    Converted { dst: NodeId, effect: crate::models::Effect },
    /// Like `Deep`, for a field of an object whose own contents are asked for.
    DeepPart { dst: NodeId, field: Field },
    /// The node is a pair of a name and a value, to be a property of an object.
    Pair { into: ObjId },
    /// The node is the handler of a proxy: an index into the traps.
    Trap(u32),
    /// The node is an operand of a text: an index into the texts.
    Operand(u32),
    /// The node is tested: an index into the tests that are watched.
    Test(u32),
    /// The node is what a proxy stands before, of which a property is read that may have a getter.
    Received { proxy: ObjId, name: Sym },
    /// The node is a getter that a read calls.
    Accessor { dst: NodeId, receiver: ObjId },
    /// The node is a function that the framework calls: an index into what is wired then.
    Hook(u32),
    /// The node is a part of what a constructor is given: an index into the wirings.
    Wire(u32),
    /// The node holds changes of a state: an index into the pairs; and the instance concerned.
    Changes(u32),
    /// See `Changes`.
    Changed(u32),
    /// The node is a function whose result goes out: an index into the returns.
    Lifecycle(u32),
    /// The node is what components send to a handler: an index into the receivers.
    Sent(u32),
    /// The node is a URL that a page is opened with.
    Url(u32),
    /// The node is the name of a template that a call renders.
    TemplateName(u32),
    /// The node is the name of a function that runs elsewhere: an index into the remote calls.
    RemoteName(u32),
    /// The node is what the module system is asked for: an index into the calls.
    Request(u32),
    /// The node is a name of a route: an index into the routes.
    RouteName(u32),
    /// The node is what events ask such a route for.
    RouteAsked(u32),
    /// The node's properties may be named by paths, and are written where these lead, too.
    Paths,
    /// The node holds listeners of a channel: an index into the listeners.
    Listeners(u32),
    /// The node is a selector: an index into the selections.
    Selector(u32),
    /// The node is a function or the name of a method of `this`.
    Method { this: NodeId, dst: NodeId },
    /// The node may be the name of a property of what is at `of`.
    Named { of: NodeId, dst: NodeId },
    /// The node is a text that a method reads: of what was written down as JSON that is all its contents.
    Written { dst: NodeId },
    /// The node says what a property of a component is: its type, or an object with the value that it has at first and who
    /// is told of changes.
    Property { dst: NodeId, observer: NodeId },
    /// The node is the type of a property of a component.
    TypeOfProperty { dst: NodeId },
    /// The node holds the handlers of a relation to all that `target` may be.
    Relation { instance: ObjId, target: NodeId },
}

impl Solver<'_> {
    /// What a rule at a node does with an object that the node may be.
    pub(in crate::graph) fn apply(&mut self, node: NodeId, rule: Rule, obj: ObjId) {
        match rule {
            Rule::Load { dst, field } => self.load_from(obj, field, dst),
            Rule::Open { dst, content } => self.open(obj, content, dst),
            Rule::Store { src, field, at } => self.store_into(obj, field, src, at),
            Rule::AccessObject(access) => self.access_object(access, obj),
            Rule::AccessKey(access) => self.access_key(access, obj),
            Rule::Sent(id) => self.event_sent(id, obj),
            Rule::Unnamed { dst } => self.add_object(dst, self.plain),
            Rule::Name(id) => self.name_given(id, obj),
            Rule::NameHeld { call, field } => self.pair_given(call, obj, field),
            Rule::NameOfPair { call, pair } => self.name_of_pair(call, pair, obj),
            Rule::CopyKey(copy) => self.copy_named(copy, obj),
            Rule::NameRead { src, dst } => self.name_read(src, obj, dst),
            Rule::Callee(call) => self.invoke(call, obj),
            Rule::Receiver(dispatch) => self.receiver_is(dispatch, obj),
            Rule::MethodOf { dispatch, receiver } => self.method_is(dispatch, receiver, obj),
            Rule::Await { dst } => self.await_object(obj, dst),
            Rule::ResolveInto(pair) => self.resolve_value(pair, obj),
            Rule::ResolvePromise(pair) => self.resolve_promise(pair, obj),
            Rule::Iterate { dst } => self.iterate_object(obj, dst),
            Rule::Single { dst } => self.single_object(obj, dst),
            Rule::Except { dst, func: except } => {
                if !matches!(self.objects.kind(obj), Object::Closure { func, .. } if func == except) {
                    self.add_object(dst, obj);
                }
            }
            Rule::Refine(id) => self.refine_object(id, obj),
            Rule::Asked(id) => self.property_is(id, obj),
            Rule::CopyFrom(pair) => self.copy_from(pair, obj),
            Rule::CopyInto(pair) => self.copy_into(pair, obj),
            Rule::AwaitFrom(pair) => self.await_from(pair, obj),
            Rule::AwaitInto(pair) => self.await_into(pair, obj),
            Rule::Deep { dst, effect, via } => self.deep_object(obj, dst, effect, via),
            Rule::DeepPart { dst, field } => self.deep_part(obj, dst, field),
            Rule::Pair { into } => self.store_pair(obj, into),
            Rule::Trap(trap) => self.trap_with(trap, obj),
            Rule::Operand(text) => {
                // Of what is no text only that there is something matters.
                if self.is_text(obj) || self.first_beside_texts(node) == Some(obj) {
                    self.fold_text(text);
                }
            }
            Rule::Hook(id) => self.hooked(id, node),
            Rule::Wire(wiring) => self.wire_object(wiring, obj),
            Rule::Changes(pair) => self.changes_object(pair, obj),
            Rule::Changed(pair) => self.changed_object(pair, obj),
            Rule::Written { dst } => self.written_text(obj, dst),
            Rule::Converted { dst, effect } => self.convert_own(obj, dst, effect),
            Rule::Property { dst, observer } => self.property_begins(obj, dst, observer),
            Rule::TypeOfProperty { dst } => self.property_is_of(obj, dst),
            Rule::Lifecycle(at) => self.lifecycle_is(at, obj),
            Rule::Url(url) => self.url_object(url, obj),
            Rule::TemplateName(call) => self.template_named(call, obj),
            Rule::RemoteName(call) => self.remote_named(call, obj),
            Rule::Request(call) => self.requested(call, obj),
            Rule::RouteName(id) => self.route_named(id, obj),
            Rule::RouteAsked(id) => self.route_asked(id, obj),
            Rule::Paths => self.unfold_paths(obj),
            Rule::Listeners(id) => self.listeners_object(id, obj),
            Rule::Selector(id) => self.selected(id, obj),
            Rule::Method { this, dst } => self.method_named(this, obj, dst),
            Rule::Named { of, dst } => self.property_named(of, obj, dst),
            Rule::Relation { instance, target } => self.relation_object(instance, obj, target),
            Rule::Test(id) => self.test_object(id, obj),
            Rule::Received { proxy, name } => self.received(obj, proxy, name),
            Rule::Accessor { dst, receiver } => self.call_getter(node, obj, receiver, dst),
        }
    }
}

/// An access `obj[key]` whose key is a value.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    /// The object.
    pub obj: NodeId,
    /// The key.
    pub key: NodeId,
    /// Where the field goes, or where the new value comes from.
    pub other: NodeId,
    /// Whether the field is written.
    pub is_store: bool,
    /// Where it is written.
    pub at: Option<u32>,
    /// Whether the key is what an object says its text is: that is no object again.
    pub is_text: bool,
}

/// `obj[key] = src[key]`
#[derive(Clone, Copy, Debug)]
pub struct KeyCopy {
    /// Where it comes from.
    pub src: NodeId,
    /// Where it goes.
    pub dst: NodeId,
    /// Whether all properties are copied already.
    pub is_whole: bool,
}

/// The number of the empty list of names.
pub const NO_EXCEPTIONS: u32 = 0;

/// Two nodes of which every pair of objects matters.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Where it comes from.
    pub src: NodeId,
    /// Where it goes.
    pub dst: NodeId,
    /// Which exceptions hold, for copied properties.
    pub except: u32,
}

/// A text put together from parts.
#[derive(Clone, Debug)]
pub struct TextOf {
    /// The parts.
    pub parts: Vec<NodeId>,
    /// The text.
    pub dst: NodeId,
    /// Whether parts that are not known are holes; before that they are waited for.
    pub is_open: bool,
    /// Whether there are too many texts that it may be, or they are too long, and nothing more can be told.
    pub is_given_up: bool,
}

impl Member for ObjId {
    const NONE: Self = Self(u32::MAX);

    fn number(self) -> u32 {
        self.0
    }
}

/// The set of objects that a node may be, and how far they were seen to.
#[derive(Debug, Default)]
pub struct ObjSet {
    all: Listed<ObjId>,
    /// How many of them were handled.
    pub seen: u32,
    /// How many of them are text constants.
    pub n_texts: u32,
}

impl ObjSet {
    /// Adds an object; whether it is new.
    pub fn insert(&mut self, obj: ObjId) -> bool {
        self.all.insert(obj)
    }

    /// Adds an object that is not in the set.
    pub fn push(&mut self, obj: ObjId) {
        self.all.push(obj);
    }

    /// Whether an object is in the set.
    #[inline]
    pub fn contains(&self, obj: ObjId) -> bool {
        self.all.contains(obj)
    }

    /// The objects, in the order of their discovery.
    #[inline]
    pub fn list(&self) -> &[ObjId] {
        self.all.list()
    }
}

/// Names that the solver itself gives a meaning to.
#[derive(Clone, Copy, Debug)]
pub struct WellKnown {
    /// Content: the prototype.
    pub proto: Sym,
    /// Content: what a promise resolves to.
    pub promise: Sym,
    /// Content: what a promise is rejected with.
    pub error: Sym,
    /// Content: what an iterator yields.
    pub yielded: Sym,
    /// Content: what a generator returns.
    pub returned: Sym,
    /// Content: what is thrown into a generator.
    pub thrown: Sym,
    /// Content: what is sent into a generator.
    pub sent: Sym,
    /// Content: the module itself, as a default import sees it.
    pub commonjs: Sym,
    /// Content: data that was used as the name of a property.
    pub key: Sym,
    /// Content: elements of an array behind those that it was made with.
    pub tail: Sym,
    /// Content: any element of what is used as a list.
    pub element: Sym,
    /// Content: how a value is iterated, for all but arrays and texts.
    pub iterator: Sym,
    /// Content: what an object of the program's own becomes as a text or number.
    pub primitive: Sym,
    /// Content: what an object with a `then` of its own resolves to.
    pub thenable: Sym,
    /// Content: the `next` of an iterator that the program makes itself.
    pub next: Sym,
    /// Content: what an object that is used as a list holds.
    pub listed: Sym,
    /// Content: the object itself where what it holds is its own.
    pub own: Sym,
    /// Content: the properties of an object that is given to code that is not known, but those for answers.
    pub options: Sym,
    /// Content: those of them that are callbacks for answers.
    pub answers: Sym,
    /// Content: crowds whose properties were copied into the object.
    pub copied: Sym,
    /// Content: properties as pairs of name and value.
    pub pair: Sym,
    /// `prototype`
    pub prototype: Sym,
    /// `constructor`
    pub constructor: Sym,
    /// The name of `Symbol.toStringTag`.
    pub to_string_tag: Sym,
    /// `exports`
    pub exports: Sym,
    /// `require`
    pub require: Sym,
    /// Type names.
    pub ty_object: Sym,
    /// See above.
    pub ty_array: Sym,
    /// See above.
    pub ty_promise: Sym,
    /// See above.
    pub ty_iterator: Sym,
    /// Errors.
    pub ty_error: Sym,
    /// `message`
    pub message: Sym,
    /// Objects that stand before others.
    pub ty_proxy: Sym,
    /// Iterators of either kind.
    pub ty_iterators: [Sym; 2],
    /// See above.
    pub ty_function: Sym,
    /// See above.
    pub ty_string: Sym,
    /// `Number`
    pub ty_number: Sym,
    /// A value from outside of which nothing is known but that it is one.
    pub ty_opaque: Sym,
    /// Bytes, of whatever width.
    pub ty_bytes: Sym,
    /// Text that stands for a value and keeps its fields (JSON).
    pub ty_json: Sym,
    /// `call`, `apply`, `bind`
    pub call: Sym,
    /// See above.
    pub apply: Sym,
    /// See above.
    pub bind: Sym,
}

impl WellKnown {
    /// Interns them.
    pub fn new(symbols: &mut Symbols) -> Self {
        let mut sym = |text: &str| symbols.intern(text);
        Self {
            proto: sym("proto"),
            promise: sym("promise"),
            error: sym("error"),
            yielded: sym("yield"),
            returned: sym("returned"),
            thrown: sym("thrown"),
            sent: sym("sent"),
            commonjs: sym("commonjs"),
            key: sym("key"),
            tail: sym(content::TAIL),
            element: sym(content::ELEMENT),
            iterator: sym(content::ITERATOR),
            primitive: sym("primitive"),
            thenable: sym("thenable"),
            next: sym(content::NEXT),
            listed: sym("listed"),
            own: sym(content::OWN),
            options: sym(content::OPTIONS),
            answers: sym(content::ANSWERS),
            copied: sym("copied"),
            pair: sym("pair"),
            prototype: sym("prototype"),
            constructor: sym("constructor"),
            to_string_tag: sym("@@toStringTag"),
            exports: sym("exports"),
            require: sym("require"),
            ty_object: sym("Object"),
            ty_array: sym("Array"),
            ty_promise: sym("Promise"),
            ty_iterator: sym("Iterator"),
            ty_error: sym("Error"),
            message: sym("message"),
            ty_proxy: sym("Proxy"),
            ty_iterators: [sym("Iterator"), sym("AsyncIterator")],
            ty_function: sym("Function"),
            ty_string: sym("String"),
            ty_number: sym("Number"),
            ty_opaque: sym("Opaque"),
            ty_bytes: sym("TypedArray"),
            ty_json: sym("Json"),
            call: sym("call"),
            apply: sym("apply"),
            bind: sym("bind"),
        }
    }
}
