//! What a value may be: allocations, functions, constants, things from outside.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::api::ApiId;
use super::program::FuncId;
use super::symbols::Sym;
use super::{InstId, NodeId};

/// An abstract object; an index into [`Objects`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjId(pub u32);

/// The kinds of abstract object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Object {
    /// Something of which nothing is known.
    Unknown,
    /// Any of the objects that came to a place of a module where too many are to be told apart.
    Crowd(u32),
    /// What was written to any of them.
    CrowdWrites(u32),
    /// Some text, number or other value without fields.
    Plain,
    /// `true`, or what counts as false: `false` and `null`.
    Truth(bool),
    /// A text; `\u{FFFC}` stands for a part that is not known.
    Text(Sym),
    /// Code or data that is not the program's.
    Api(ApiId),
    /// What an instruction of a function instance makes; the number is the value, or one of [`role`].
    Alloc { inst: InstId, val: u32, ty: Sym },
    /// What `new` makes at a call, per constructor.
    New { inst: InstId, val: u32, class: ObjId },
    /// A function of the program with its surroundings.
    Closure { func: FuncId, env: Option<InstId> },
    /// The `prototype` that every function has.
    Prototype { of: ObjId },
    /// A function with a bound receiver and first arguments; the number is the call of `bind`.
    Bound { call: u32 },
    /// `call`, `apply` and `bind` of functions.
    Method(FunctionMethod),
    /// A page, a component or the app: which, and the number of the instance.
    Unit {
        /// The unit's number.
        unit: u32,
        /// The instance's.
        number: u32,
    },
    /// An object of the runtime's own.
    Made(u32),
    /// An object that must be where a path leads through: the number is the node's.
    Implicit {
        /// The node.
        node: u32,
    },
    /// A method that every instance has.
    Instance(crate::models::runtime::MethodRole),
    /// The `module` object of a file.
    Module(u32),
    /// The `exports` object that a module begins with.
    Exports(u32),
    /// What a JSON file holds, by the number of the file.
    Json(u32),
    /// The global object.
    Global,
    /// What an object holds as a content that is made of parts: the entries of a map.
    Content { of: ObjId, name: Sym },
    /// What a copy of properties holds on its way: the number is the pair's.
    Copy {
        /// The pair.
        pair: u32,
    },
    /// What objects made at one place in the text hold on their way into copies: the pair is that of the first.
    Meeting {
        /// The pair.
        pair: u32,
        /// The function in which they are made.
        func: FuncId,
        /// The value that they are there.
        val: u32,
    },
    /// A place outside the program that models name.
    Store(Sym),
}

/// Methods of functions that the call graph itself has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FunctionMethod {
    /// `f.call(this, a, b)`
    Call,
    /// `f.apply(this, [a, b])`
    Apply,
    /// `f.bind(this, a)`
    Bind,
    /// A method of an object of which nothing is known, whose name a built-in type has too.
    Unknown,
}

/// Values that instances have without an instruction.
pub mod role {
    /// The promise of an async function.
    pub const PROMISE: u32 = u32::MAX;
    /// The iterator of a generator.
    pub const ITERATOR: u32 = u32::MAX - 1;
    /// The array of a rest parameter.
    pub const REST: u32 = u32::MAX - 2;
    /// The `arguments` object.
    pub const ARGUMENTS: u32 = u32::MAX - 3;
    /// What `new` makes of a class from outside.
    pub const MADE: u32 = u32::MAX - 4;
    /// Objects that the solver itself makes count down from here.
    pub const MADE_HERE: u32 = u32::MAX - 16;

    /// Whether an instruction makes the value: these count up, the others down.
    pub fn is_of_instruction(val: u32) -> bool {
        val <= MADE_HERE / 2
    }
}

/// The name of a field of an abstract object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// A property or index.
    Named(Sym),
    /// A property or element whose name is not known.
    Any,
    /// A content that is no property.
    Content(Sym),
}

impl Field {
    /// The field as one number: there are far fewer than 2^30 names.
    pub fn number(self) -> u32 {
        match self {
            Self::Any => 0,
            Self::Named(name) => name.0 << 2 | 1,
            Self::Content(name) => name.0 << 2 | 2,
        }
    }

    /// The field of such a number.
    pub fn of_number(number: u32) -> Self {
        match number & 3 {
            1 => Self::Named(Sym(number >> 2)),
            2 => Self::Content(Sym(number >> 2)),
            _ => Self::Any,
        }
    }
}

/// Someone who wants to know of every property of an object, those to come included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subscriber {
    /// Every property's value goes to a node.
    All(NodeId),
    /// The same, for callbacks for answers alone, or for all but these.
    Options {
        /// The node.
        dst: NodeId,
        /// Which.
        are_answers: bool,
    },
    /// The value of every property whose name may be one of which the beginning is known goes to a node.
    Begun {
        /// The name, with holes.
        asked: Sym,
        /// The node.
        dst: NodeId,
    },
    /// Every property goes to the property of the same name of an object; the number names the exceptions.
    Copy(ObjId, u32),
    /// Every property declares a property of an instance.
    Property(ObjId),
    /// Every property is an observer of an instance.
    Observer(ObjId),
    /// Properties with certain names are functions that the framework calls: an index into the wirings.
    Lifecycle(u32),
    /// Every property computes a part of an instance's state.
    Computed {
        /// The instance.
        instance: ObjId,
        /// What it is computed of.
        of: NodeId,
    },
    /// Every property is a method of an instance, called on a store.
    Action {
        /// The instance.
        instance: ObjId,
        /// The store, at a node.
        of: NodeId,
    },
    /// Every property is a change of a state.
    Change(ObjId),
    /// Every property is a listener of a channel: an index into the listeners.
    Listener(u32),
    /// Every property is a relation of an instance.
    Relation(ObjId),
    /// What every property resolves to goes to the property of the same name of an object, or to that field of an
    /// object there.
    Await(ObjId, Option<Sym>),
    /// The names of all properties go to a node.
    Names(NodeId),
    /// Every property goes to a node as a pair of name and value.
    Pairs(NodeId),
    /// Every property is a parameter that a page is opened with.
    Query {
        /// The parameters.
        query: ObjId,
        /// Where the page is opened.
        place: Option<u32>,
    },
    /// Every property and content makes up the object's deep contents.
    Deep,
}

/// Fields of an object, in the order of their discovery.
pub type Fields = SmallVec<[(Field, NodeId); 2]>;

/// The same of all objects that have many, by [`key`].
type Index = FxHashMap<u64, NodeId>;

/// What is known of one object, beside what it is.
#[derive(Debug, Default)]
pub struct ObjInfo {
    /// Its fields, in the order of their discovery.
    pub fields: Fields,
    /// What reading its fields may give.
    pub lookups: Fields,
    /// Who wants to know of new fields.
    pub subscribers: Vec<Subscriber>,
    /// The node of all that it holds, once someone asked.
    pub deep: Option<NodeId>,
    /// The node at which one of the runtime's own was first seen.
    pub first: Option<NodeId>,
}

/// All abstract objects.
#[derive(Debug, Default)]
pub struct Objects {
    /// What they are, apart from the rest: it is asked for all the time.
    kinds: Vec<Object>,
    infos: Vec<ObjInfo>,
    ids: FxHashMap<Object, ObjId>,
    /// Texts by their number.
    texts: Vec<Option<ObjId>>,
    /// Fields of objects that have many.
    index: Index,
    /// The same of what reading them may give.
    lookups: Index,
}

/// From this many fields on an object's fields are found by hash.
const INDEXED_FROM: usize = 12;

impl Objects {
    /// The id of an object.
    pub fn intern(&mut self, object: Object) -> ObjId {
        let Object::Text(text) = object else {
            if let Some(&id) = self.ids.get(&object) {
                return id;
            }
            let id = self.add(object);
            self.ids.insert(object, id);
            return id;
        };
        let at = text.0 as usize;
        if let Some(&Some(id)) = self.texts.get(at) {
            return id;
        }
        let id = self.add(object);
        if self.texts.len() <= at {
            self.texts.resize(at + 1, None);
        }
        self.texts[at] = Some(id);
        id
    }

    /// The id of an object that is there already; texts are not looked for.
    pub fn find(&self, object: Object) -> Option<ObjId> {
        self.ids.get(&object).copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.infos.len()
    }

    fn add(&mut self, object: Object) -> ObjId {
        let id = ObjId(self.kinds.len() as u32);
        self.kinds.push(object);
        self.infos.push(ObjInfo::default());
        id
    }

    /// What an object is.
    #[inline]
    pub fn kind(&self, id: ObjId) -> Object {
        self.kinds[id.0 as usize]
    }

    /// What else is known of an object.
    #[inline]
    pub fn get(&self, id: ObjId) -> &ObjInfo {
        &self.infos[id.0 as usize]
    }

    /// The same, to change.
    #[inline]
    pub fn get_mut(&mut self, id: ObjId) -> &mut ObjInfo {
        &mut self.infos[id.0 as usize]
    }

    /// The node of a field that exists.
    pub fn field(&self, id: ObjId, field: Field) -> Option<NodeId> {
        find(&self.infos[id.0 as usize].fields, &self.index, id, field)
    }

    /// The node of what reading a field may give, if somebody read it.
    pub fn lookup(&self, id: ObjId, field: Field) -> Option<NodeId> {
        find(&self.infos[id.0 as usize].lookups, &self.lookups, id, field)
    }

    /// Remembers that node.
    pub fn add_lookup(&mut self, id: ObjId, field: Field, node: NodeId) {
        add(&mut self.infos[id.0 as usize].lookups, &mut self.lookups, id, field, node);
    }

    /// All nodes of what reading a field of an object may give.
    pub fn lookups_of(&self, id: ObjId) -> Vec<(Field, NodeId)> {
        self.infos[id.0 as usize].lookups.to_vec()
    }

    /// Adds a field.
    pub fn add_field(&mut self, id: ObjId, field: Field, node: NodeId) {
        add(&mut self.infos[id.0 as usize].fields, &mut self.index, id, field, node);
    }
}

/// A field of an object as one number.
fn key(id: ObjId, field: Field) -> u64 {
    u64::from(id.0) << u32::BITS | u64::from(field.number())
}

#[inline]
fn find(fields: &Fields, index: &Index, id: ObjId, field: Field) -> Option<NodeId> {
    if fields.len() < INDEXED_FROM {
        return fields.iter().find(|(known, _)| *known == field).map(|&(_, node)| node);
    }
    index.get(&key(id, field)).copied()
}

fn add(fields: &mut Fields, index: &mut Index, id: ObjId, field: Field, node: NodeId) {
    fields.push((field, node));
    if fields.len() == INDEXED_FROM {
        index.extend(fields.iter().map(|&(field, node)| (key(id, field), node)));
    } else if fields.len() > INDEXED_FROM {
        index.insert(key(id, field), node);
    }
}

impl Object {
    /// Whether it has fields of its own.
    pub fn has_fields(self) -> bool {
        !matches!(
            self,
            Self::Unknown | Self::Plain | Self::Truth(_) | Self::Text(_) | Self::Method(_) | Self::Instance(_)
        )
    }

    /// Whether what it holds is data that goes where it goes: plain objects do, functions and modules do not.
    pub fn holds_data(self) -> bool {
        matches!(
            self,
            Self::Alloc { .. }
                | Self::New { .. }
                | Self::Exports(_)
                | Self::Json(_)
                | Self::Made(_)
                | Self::Implicit { .. }
                | Self::Content { .. }
                | Self::Crowd(_)
                | Self::CrowdWrites(_)
        )
    }
}
