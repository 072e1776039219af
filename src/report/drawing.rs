//! A part of the flow graph as nodes and edges with names and places, and as DOT, JSON or GraphML.
//! Knows the graph's outside, and nothing of how it was built.

use std::fmt::Write;
use std::io;

use fixedbitset::FixedBitSet;
use petgraph::visit::EdgeRef;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde::Serialize;

use super::model::Location;
use super::places::Places;
use super::text::clean;
use crate::base::Files;
use crate::graph::objects::Field;
use crate::graph::{FlowGraph, Node, NodeId};

/// A label is no longer than this (characters).
const MAX_LABEL: usize = 60;

/// A part of the graph.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Drawing {
    /// In the order of their numbers.
    pub nodes: Vec<DrawnNode>,
    /// In the order of their ends.
    pub edges: Vec<DrawnEdge>,
}

/// A node.
#[derive(Clone, Debug, Serialize)]
pub struct DrawnNode {
    /// Its number in the whole graph.
    pub id: usize,
    /// `value`, `cell`, `result`, `field`, `lookup`, `deep` or `place`.
    pub kind: &'static str,
    /// Its text, or the name of its field.
    pub label: String,
    /// Its place, if it has one.
    pub location: Option<Location>,
}

/// An edge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DrawnEdge {
    /// The number of the node from which the value comes.
    pub from: usize,
    /// The number of the node to which it goes.
    pub to: usize,
    /// How it gets there.
    pub via: String,
    /// The property concerned, if there is one.
    pub field: Option<String>,
}

/// The nodes of a part, and the edges between them.
pub fn draw(graph: &FlowGraph, files: &Files, part: &FixedBitSet) -> Drawing {
    let places = Places::new(files);
    let nodes = part.ones().map(|index| node(graph, files, &places, index));
    let inside = |node: NodeId| part.contains(node.index());
    let edges = graph.graph.edge_references().filter(|edge| inside(edge.source()) && inside(edge.target()));
    let mut edges: Vec<DrawnEdge> = edges
        .map(|edge| DrawnEdge {
            from: edge.source().index(),
            to: edge.target().index(),
            via: format!("{:?}", edge.weight().via).to_ascii_lowercase(),
            field: edge.weight().field().map(|field| field_name(graph, field)),
        })
        .collect();
    edges.sort();
    edges.dedup();
    Drawing { nodes: nodes.collect(), edges }
}

fn node(graph: &FlowGraph, files: &Files, places: &Places, index: usize) -> DrawnNode {
    let id = NodeId::new(index);
    let (kind, field) = match graph.graph[id] {
        Node::Value { .. } => ("value", None),
        Node::Cell { .. } => ("cell", None),
        Node::Result { .. } => ("result", None),
        Node::Field { field, .. } => ("field", Some(field)),
        Node::Lookup { field, .. } => ("lookup", Some(field)),
        Node::Deep { .. } => ("deep", None),
        Node::Place { .. } => ("place", None),
    };
    let span = graph.place(id);
    let text = span.map(|span| files.slice(span).lines().next().unwrap_or_default());
    let label = field.map(|field| format!(".{}", field_name(graph, field)));
    let label = label.or_else(|| text.map(str::to_owned)).unwrap_or_else(|| kind.to_owned());
    let label = clean(&label.chars().take(MAX_LABEL).collect::<String>());
    DrawnNode { id: index, kind, label, location: span.map(|span| places.location(span)) }
}

fn field_name(graph: &FlowGraph, field: Field) -> String {
    match field {
        Field::Named(name) | Field::Content(name) => graph.symbols.text(name).to_owned(),
        Field::Any => "*".to_owned(),
    }
}

impl DrawnNode {
    fn place(&self) -> String {
        let at = self.location.as_ref();
        at.map_or_else(String::new, |at| format!("{}:{}:{}", clean(&at.file), at.start.line, at.start.column))
    }
}

impl DrawnEdge {
    fn label(&self) -> String {
        self.field.as_ref().map_or_else(|| self.via.clone(), |field| format!("{} .{}", self.via, clean(field)))
    }
}

impl Drawing {
    /// For Graphviz.
    pub fn dot(&self) -> String {
        let mut out = String::from("digraph wxray {\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];\n");
        for node in &self.nodes {
            let label = quoted(format!("{}\n{}", node.label, node.place()).trim_end());
            let _ = writeln!(out, "  n{} [label={label}];", node.id);
        }
        for edge in &self.edges {
            let _ = writeln!(out, "  n{} -> n{} [label={}];", edge.from, edge.to, quoted(&edge.label()));
        }
        out.push_str("}\n");
        out
    }

    /// For programs.
    pub fn json(&self) -> serde_json::Result<Vec<u8>> {
        super::json::indented(self)
    }

    /// For graph editors.
    pub fn graphml(&self) -> io::Result<Vec<u8>> {
        let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let root = xml.create_element("graphml").with_attribute(("xmlns", "http://graphml.graphdrawing.org/xmlns"));
        root.write_inner_content(|xml| {
            for (id, of) in [("label", "node"), ("kind", "node"), ("place", "node"), ("via", "edge")] {
                let key = [("id", id), ("for", of), ("attr.name", id), ("attr.type", "string")];
                xml.create_element("key").with_attributes(key).write_empty()?;
            }
            let graph = xml.create_element("graph").with_attributes([("id", "wxray"), ("edgedefault", "directed")]);
            graph.write_inner_content(|xml| {
                self.nodes.iter().try_for_each(|node| graphml_node(node, xml))?;
                self.edges.iter().try_for_each(|edge| graphml_edge(edge, xml))
            })?;
            Ok(())
        })?;
        let mut bytes = xml.into_inner();
        bytes.push(b'\n');
        Ok(bytes)
    }
}

fn graphml_node(node: &DrawnNode, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let id = format!("n{}", node.id);
    xml.create_element("node").with_attribute(("id", id.as_str())).write_inner_content(|xml| {
        data("label", &node.label, xml)?;
        data("kind", node.kind, xml)?;
        data("place", &node.place(), xml)
    })?;
    Ok(())
}

fn graphml_edge(edge: &DrawnEdge, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let (from, to) = (format!("n{}", edge.from), format!("n{}", edge.to));
    let ends = [("source", from.as_str()), ("target", to.as_str())];
    xml.create_element("edge").with_attributes(ends).write_inner_content(|xml| data("via", &edge.label(), xml))?;
    Ok(())
}

fn data(key: &str, text: &str, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
    xml.create_element("data").with_attribute(("key", key)).write_text_content(BytesText::new(text))?;
    Ok(())
}

/// A string of DOT.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
