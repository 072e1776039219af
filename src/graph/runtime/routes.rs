//! Routers inside functions that run elsewhere: the handlers of the route that an event asks for share a context, and
//! what they leave in it is the answer. Knows nothing of how the event came.

use super::super::calls::CallSite;
use super::super::objects::{Field, ObjId, Object};
use super::super::solver::Solver;
use super::super::solver::constraints::Rule;
use super::super::symbols::Sym;
use super::super::{InstId, NodeId, Via};
use crate::base::Span;
use crate::models::runtime::Router;

/// Contents of a router: the event, the context that all handlers share, the answer. The steps of the models name them
/// too.
const EVENT: &str = "event";
const CONTEXT: &str = "context";
const ANSWER: &str = "answer";

/// A route with its handlers.
#[derive(Clone, Debug)]
pub(super) struct Route {
    inst: InstId,
    place: Option<Span>,
    router: NodeId,
    /// Which of the runtime's routers.
    kind: usize,
    handlers: Vec<NodeId>,
    /// Names that it goes by and names that events ask for; `None` where one is not known.
    names: Vec<Option<Sym>>,
    asked: Vec<Option<Sym>>,
    is_taken: bool,
}

impl Solver<'_> {
    /// Functions are added to a router: for every event, or for those that ask for a name.
    pub(super) fn add_handlers(&mut self, site: &CallSite, kind: usize, is_route: bool) {
        let Some(router) = site.this else { return };
        let names = self.models.runtime.routers[kind].clone();
        let context = self.shared_context(router, &names);
        if !is_route {
            for &(handler, _) in &site.args {
                self.handle(site.inst, site.place, handler, context);
            }
            return;
        }
        let id = self.runtime.routes.len() as u32;
        self.runtime.routes.push(Route {
            inst: site.inst,
            place: site.place,
            router,
            kind,
            handlers: site.args.iter().skip(1).map(|&(handler, _)| handler).collect(),
            names: Vec::new(),
            asked: Vec::new(),
            is_taken: false,
        });
        let asked = self.passage();
        let event = self.content_of(router, EVENT);
        let key = Field::Named(self.symbols.intern(&names.key));
        self.attach(event, Rule::Load { dst: asked, field: key });
        self.attach(asked, Rule::RouteAsked(id));
        if let Some(&(name, _)) = site.args.first() {
            self.attach(name, Rule::RouteName(id));
        }
    }

    fn content_of(&mut self, router: NodeId, content: &str) -> NodeId {
        let node = self.passage();
        let field = Field::Content(self.symbols.intern(content));
        self.attach(router, Rule::Load { dst: node, field });
        node
    }

    /// The context of a router, with the event in it.
    fn shared_context(&mut self, router: NodeId, names: &Router) -> NodeId {
        let event = self.content_of(router, EVENT);
        let request = self.made_with(&names.event, event);
        let request = self.holder(request);
        let context = self.passage();
        let held = self.symbols.intern(CONTEXT);
        self.attach(router, Rule::Open { dst: context, content: held });
        let field = Field::Named(self.symbols.intern(&names.request));
        self.attach(context, Rule::Store { src: request, field, at: None });
        context
    }

    fn handle(&mut self, inst: InstId, place: Option<Span>, handler: NodeId, context: NodeId) {
        let next = self.passage();
        self.add_object(next, self.unknown);
        let call = self.runtime_call(inst, handler, None, vec![context, next], place);
        self.attach(handler, Rule::Callee(call));
    }

    /// A name of a route turns out to be `name`, or one of the elements of it.
    pub fn route_named(&mut self, id: u32, name: ObjId) {
        if let Object::Alloc { ty, .. } = self.objects.kind(name)
            && ty == self.known.ty_array
        {
            let element = self.passage();
            self.load_from(name, Field::Any, element);
            self.attach(element, Rule::RouteName(id));
            return;
        }
        let name = self.known_text(name);
        self.runtime.routes[id as usize].names.push(name);
        self.take_route(id);
    }

    /// The event turns out to ask for `name`.
    pub fn route_asked(&mut self, id: u32, name: ObjId) {
        let name = self.known_text(name);
        self.runtime.routes[id as usize].asked.push(name);
        self.take_route(id);
    }

    /// Runs the handlers once an event asks for the route.
    fn take_route(&mut self, id: u32) {
        let route = &self.runtime.routes[id as usize];
        let mut pairs = route.names.iter().flat_map(|name| route.asked.iter().map(move |asked| (*name, *asked)));
        let is_asked = pairs.any(|(name, asked)| name.is_none() || asked.is_none() || name == asked);
        if route.is_taken || !is_asked {
            return;
        }
        let route = route.clone();
        self.runtime.routes[id as usize].is_taken = true;
        let names = self.models.runtime.routers[route.kind].clone();
        // A context of its own, so that the answer is told from that of other routes; the shared one shows through.
        let own = self.made();
        let shared = self.shared_context(route.router, &names);
        let proto = self.field_node(own, Field::Content(self.known.proto));
        self.flow(shared, proto, Via::Assign, None, None);
        let context = self.holder(own);
        for handler in &route.handlers {
            self.handle(route.inst, route.place, *handler, context);
        }
        let field = Field::Named(self.symbols.intern(&names.answer));
        let answer = self.field_node(own, field);
        let field = Field::Content(self.symbols.intern(ANSWER));
        self.attach(route.router, Rule::Store { src: answer, field, at: None });
    }
}
