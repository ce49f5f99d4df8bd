//! Lowering: from the document that people write to the one that progenitor can take.
//!
//! A pass takes one thing away that progenitor cannot take, and writes down in the [`Plan`] what
//! rendering needs to keep its meaning. Passes work on the tree, where every node knows its place,
//! and know nothing of each other; [`PASSES`] is the one place that says their order and why.

mod answers;
pub(crate) mod bodies;
mod extensible_enums;
mod limits;
mod operations;
mod parameters;
mod references;
mod registry;
mod secrets;

use crate::diagnostic::Diagnostic;
use crate::document::{Document, Entry, Key, Mapping, Node, Pointer, Span, Style, Value};
use crate::names;
use crate::plan::Plan;

/// One step of lowering.
pub(crate) struct Pass {
    /// What docs call it.
    #[allow(dead_code, reason = "read by the docs of the pipeline")]
    pub(crate) name: &'static str,
    run: fn(&mut Lowering<'_>),
}

/// The passes, in order.
///
/// `references` is first, so that every later pass sees parameters, bodies and answers in full.
/// `registry` and `operations` only read, and `answers` asks them which codes and operations there
/// are; `limits` reads members before passes replace them. `bodies` and `answers` give names to schemas, so they come before the passes that replace
/// named schemas: `extensible_enums` and `secrets`. `parameters` is last, since `bodies` may add one.
pub(crate) const PASSES: &[Pass] = &[
    Pass {
        name: "references",
        run: references::run,
    },
    Pass {
        name: "registry",
        run: registry::run,
    },
    Pass {
        name: "limits",
        run: limits::run,
    },
    Pass {
        name: "operations",
        run: operations::run,
    },
    Pass {
        name: "answers",
        run: answers::run,
    },
    Pass {
        name: "bodies",
        run: bodies::run,
    },
    Pass {
        name: "extensible enums",
        run: extensible_enums::run,
    },
    Pass {
        name: "secrets",
        run: secrets::run,
    },
    Pass {
        name: "parameters",
        run: parameters::run,
    },
];

/// A document on its way down.
pub(crate) struct Lowering<'d> {
    pub(crate) document: &'d Document,
    pub(crate) root: Node,
    pub(crate) plan: Plan,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The methods of a path item, in the order in which progenitor visits them.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

impl<'d> Lowering<'d> {
    /// Lowers a document: all passes, in order.
    pub(crate) fn run(document: &'d Document) -> Self {
        let mut lowering = Self {
            document,
            root: document.root().clone(),
            plan: Plan::default(),
            diagnostics: Vec::new(),
        };
        lowering.take_type_names();
        for pass in PASSES {
            (pass.run)(&mut lowering);
        }
        lowering
    }

    fn take_type_names(&mut self) {
        let names: Vec<_> = self
            .schemas()
            .map(|entry| names::pascal(&entry.key.name))
            .collect();
        self.plan.type_names.extend(names);
    }

    pub(crate) fn error(&mut self, span: Span, message: impl Into<String>) {
        let diagnostic = Diagnostic::error(self.document, span, message);
        self.diagnostics.push(diagnostic);
    }

    #[allow(
        dead_code,
        reason = "the passes to come say what they had to generalise"
    )]
    pub(crate) fn note(&mut self, span: Span, message: impl Into<String>) {
        let diagnostic = Diagnostic::note(self.document, span, message);
        self.diagnostics.push(diagnostic);
    }

    /// The schemas of the document's components.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = &Entry> {
        self.root
            .get("components")
            .and_then(|components| components.get("schemas"))
            .and_then(Node::as_mapping)
            .into_iter()
            .flatten()
    }

    /// The node that a `$ref` of this document leads to, in the tree as it stands now.
    pub(crate) fn target(&self, reference: &str) -> Option<&Node> {
        let pointer = Pointer::from_reference(reference)?;
        pointer
            .tokens()
            .iter()
            .try_fold(&self.root, |node, token| node.child(token))
    }

    /// The node itself, or what it leads to if it is a reference, through any number of them.
    pub(crate) fn resolve<'n>(&'n self, node: &'n Node) -> Option<&'n Node> {
        let mut node = node;
        // A chain of references longer than this goes in a circle.
        for _ in 0..32 {
            match node.reference() {
                Some(reference) => node = self.target(reference)?,
                None => return Some(node),
            }
        }
        None
    }

    /// Gives a schema a name: that of the component it refers to, or one of its own.
    ///
    /// The schema becomes a reference to the component that now holds it.
    pub(crate) fn name_schema(&mut self, schema: &mut Node, hint: &str) -> String {
        if let Some(name) = component_name(schema) {
            return names::pascal(name);
        }
        let name = names::unique(&mut self.plan.type_names, &names::pascal(hint));
        let span = schema.span;
        let owned = std::mem::replace(schema, reference_to(&name, span));
        self.add_schema(&name, owned);
        name
    }

    /// Adds a component under a name that [`names::unique`] gave.
    pub(crate) fn add_schema(&mut self, name: &str, schema: Node) {
        let span = schema.span;
        let mut holder = &mut self.root;
        for member in ["components", "schemas"] {
            let Some(mapping) = holder.as_mapping_mut() else {
                return;
            };
            if mapping.get(member).is_none() {
                mapping.insert(member, Node::new(Value::Mapping(Mapping::default()), span));
            }
            let Some(next) = mapping.get_mut(member) else {
                return;
            };
            holder = next;
        }
        if let Some(mapping) = holder.as_mapping_mut() {
            mapping.insert(name, schema);
        }
    }

    /// Visits every operation with its path and method; the visitor may change all of it.
    pub(crate) fn each_operation(
        &mut self,
        mut visit: impl FnMut(&mut Self, &mut Node, Place<'_>),
    ) {
        // Taken out while it is visited, so that the visitor may add components meanwhile.
        let Some(mut paths) = self
            .root
            .as_mapping_mut()
            .and_then(|root| root.remove("paths"))
        else {
            return;
        };
        let mut index = 0;
        for path in paths
            .as_mapping_mut()
            .into_iter()
            .flat_map(Mapping::iter_mut)
        {
            let name = path.key.name.clone();
            for method in METHODS {
                if let Some(operation) = path.value.get_mut(method)
                    && operation.as_mapping().is_some()
                {
                    let place = Place {
                        path: &name,
                        method,
                        index,
                    };
                    visit(self, operation, place);
                    index += 1;
                }
            }
        }
        if let Some(root) = self.root.as_mapping_mut() {
            root.insert("paths", paths);
        }
    }

    /// Visits every schema of the document from the outside in.
    pub(crate) fn each_schema(&mut self, mut visit: impl FnMut(&mut Self, &mut Node, Slot<'_>)) {
        let components = self
            .root
            .get_mut("components")
            .and_then(|components| components.as_mapping_mut())
            .and_then(|components| components.remove("schemas"));
        if let Some(mut schemas) = components {
            for entry in schemas
                .as_mapping_mut()
                .into_iter()
                .flat_map(Mapping::iter_mut)
            {
                let name = names::pascal(&entry.key.name);
                visit(self, &mut entry.value, Slot::Component(&name));
                self.visit_members(&mut entry.value, &name, &mut visit);
            }
            // What the visitor added meanwhile stands in a new mapping.
            let added = self
                .root
                .get_mut("components")
                .and_then(|components| components.as_mapping_mut())
                .and_then(|components| components.remove("schemas"));
            if let (Some(Value::Mapping(added)), Some(all)) =
                (added.map(|node| node.value), schemas.as_mapping_mut())
            {
                for entry in added {
                    all.insert(entry.key.name, entry.value);
                }
            }
            if let Some(components) = self
                .root
                .get_mut("components")
                .and_then(|components| components.as_mapping_mut())
            {
                components.insert("schemas", schemas);
            }
        }
        self.each_operation(|lowering, operation, _| {
            let name = operation
                .get("operationId")
                .and_then(Node::as_str)
                .map(names::pascal)
                .unwrap_or_default();
            for parameter in operation
                .get_mut("parameters")
                .and_then(Node::as_sequence_mut)
                .into_iter()
                .flatten()
            {
                let hint = parameter
                    .get("name")
                    .and_then(Node::as_str)
                    .unwrap_or_default();
                let hint = names::pascal(&format!("{name}-{hint}"));
                if let Some(schema) = parameter.get_mut("schema") {
                    lowering.visit_schema(schema, &hint, &mut visit);
                }
            }
            if let Some(body) = operation.get_mut("requestBody") {
                lowering.visit_content(body, &format!("{name}Body"), &mut visit);
            }
            for response in operation
                .get_mut("responses")
                .and_then(Node::as_mapping_mut)
                .into_iter()
                .flat_map(Mapping::iter_mut)
            {
                let hint = format!("{name}Response{}", names::pascal(&response.key.name));
                lowering.visit_content(&mut response.value, &hint, &mut visit);
            }
        });
    }

    fn visit_content(
        &mut self,
        holder: &mut Node,
        hint: &str,
        visit: &mut impl FnMut(&mut Self, &mut Node, Slot<'_>),
    ) {
        for media_type in holder
            .get_mut("content")
            .and_then(Node::as_mapping_mut)
            .into_iter()
            .flat_map(Mapping::iter_mut)
        {
            if let Some(schema) = media_type.value.get_mut("schema") {
                self.visit_schema(schema, hint, visit);
            }
        }
    }

    fn visit_schema(
        &mut self,
        schema: &mut Node,
        hint: &str,
        visit: &mut impl FnMut(&mut Self, &mut Node, Slot<'_>),
    ) {
        visit(self, schema, Slot::Inline(hint));
        self.visit_members(schema, hint, visit);
    }

    fn visit_members(
        &mut self,
        schema: &mut Node,
        hint: &str,
        visit: &mut impl FnMut(&mut Self, &mut Node, Slot<'_>),
    ) {
        let Some(mapping) = schema.as_mapping_mut() else {
            return;
        };
        for entry in mapping.iter_mut() {
            match entry.key.name.as_str() {
                "properties" => {
                    for property in entry
                        .value
                        .as_mapping_mut()
                        .into_iter()
                        .flat_map(Mapping::iter_mut)
                    {
                        let hint = format!("{hint}{}", names::pascal(&property.key.name));
                        self.visit_schema(&mut property.value, &hint, visit);
                    }
                }
                "items" => self.visit_schema(&mut entry.value, &format!("{hint}Item"), visit),
                "additionalProperties" | "not" => {
                    self.visit_schema(&mut entry.value, &format!("{hint}Value"), visit);
                }
                "oneOf" | "anyOf" | "allOf" => {
                    for (index, member) in entry
                        .value
                        .as_sequence_mut()
                        .into_iter()
                        .flatten()
                        .enumerate()
                    {
                        self.visit_schema(member, &format!("{hint}Variant{index}"), visit);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Where a visited schema stands.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slot<'s> {
    /// It is the component of this type name.
    Component(&'s str),
    /// It stands inside something else; this type name would suit it.
    Inline(&'s str),
}

/// Which operation is visited.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'p> {
    pub(crate) path: &'p str,
    /// Lower case, as in the document.
    pub(crate) method: &'static str,
    /// Its number among all operations, and so in the plan.
    pub(crate) index: usize,
}

/// The name of the component that a schema refers to.
pub(crate) fn component_name(schema: &Node) -> Option<&str> {
    schema.reference()?.strip_prefix("#/components/schemas/")
}

/// A reference to a component, at the place of what it stands for.
pub(crate) fn reference_to(name: &str, span: Span) -> Node {
    let target = Node::string(format!("#/components/schemas/{name}"), span);
    Node::object([("$ref", target)], span)
}

/// A member that a rewrite adds.
pub(crate) fn entry(name: &str, value: Node) -> Entry {
    Entry {
        key: Key {
            name: name.to_owned(),
            span: value.span,
            style: Style::SingleQuoted,
        },
        value,
    }
}
