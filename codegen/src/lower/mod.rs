//! Lowering: from the document that people write to the one that progenitor can take.
//!
//! A pass takes one thing away that progenitor cannot take, and writes down in the [`Plan`] what
//! rendering needs to keep its meaning. Passes work on the tree, where every node knows its place,
//! and know nothing of each other; [`PASSES`] is the one place that says their order and why.

mod all_of;
mod answers;
pub(crate) mod bodies;
mod components;
mod directions;
mod discriminators;
mod enums;
mod extensions;
mod form;
mod limits;
mod media_types;
mod named;
mod names;
mod openapi_3_1;
mod operations;
mod parameters;
mod references;
mod registry;
mod resolver;
mod schema;
mod secrets;
mod shapes;
mod shared;
mod unions;
mod walk;

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;

use crate::diagnostic::Diagnostic;
use crate::document::{Document, Entry, Key, Mapping, Node, Pointer, Span, Style, Value};
use crate::names as rust_names;
use crate::plan::Plan;

pub(crate) use schema::{component_name, reference_to};
pub(crate) use walk::{Order, Slot};

/// One step of lowering.
pub(crate) struct Pass {
    /// The name of its file.
    pub(crate) name: &'static str,
    /// Its source, whose first paragraphs say what it is for.
    source: &'static str,
    run: fn(&mut Lowering<'_>),
}

impl Pass {
    /// What it takes away from a document, why, and how the meaning is kept.
    pub(crate) fn about(&self) -> String {
        self.source
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// A pass by the module that it is.
macro_rules! pass {
    ($module:ident) => {
        Pass {
            name: stringify!($module),
            source: include_str!(concat!(stringify!($module), ".rs")),
            run: $module::run,
        }
    };
}

/// The passes, in order.
///
/// 1. The form: `form` leaves what is compiled, `references` puts everything but schemas where it is
///    referred to, `openapi_3_1` makes OpenAPI 3.0 of newer words, `extensions` leaves those words of ours that mean
///    something, and `names` gives every component its Rust name; all later passes see one form only.
/// 2. The operations: `registry`, `limits` and `operations` read what later passes replace;
///    `parameters`, `answers` and `bodies` rewrite their parts of each operation and give names to
///    schemas.
/// 3. The schemas: `discriminators` turns inheritance into unions before `all_of` merges the
///    inheritors; then only unions, enums and plain shapes are left. `enums` comes before `unions`,
///    which joins unions of enums, and `shapes` after both, since it keeps one kind of keyword per
///    schema; `directions` looks at the properties of plain objects.
/// 4. Names again: `secrets` lists the names under which secrets go, and `named` gives a name to every
///    inline schema that becomes a type, so that nothing is left to name. The model is made of what is
///    left.
pub(crate) const PASSES: &[Pass] = &[
    pass!(form),
    pass!(references),
    pass!(openapi_3_1),
    pass!(extensions),
    pass!(names),
    pass!(registry),
    pass!(limits),
    pass!(operations),
    pass!(parameters),
    pass!(answers),
    pass!(bodies),
    pass!(discriminators),
    pass!(all_of),
    pass!(enums),
    pass!(unions),
    pass!(shapes),
    pass!(directions),
    pass!(secrets),
    pass!(named),
];

/// A document on its way down.
pub(crate) struct Lowering<'d> {
    pub(crate) document: &'d Document,
    pub(crate) root: Node,
    pub(crate) plan: Plan,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether it is no document that the passes could go through.
    is_unreadable: bool,
    /// Whether a bad place costs only itself.
    pub(crate) keep_going: bool,
    /// Operations (path and method) that are not compiled.
    pub(crate) left_out: BTreeSet<(String, String)>,
    /// Whether the plan lists the operations.
    listed: bool,
    /// The operation that is visited.
    current: Option<(String, String)>,
    /// How many schemas are around the one that is visited.
    schema_depth: usize,
    /// Where the schemas are that are referred to by an anchor, once one is.
    anchors: OnceCell<HashMap<String, resolver::Anchor>>,
}

/// The methods of a path item, in the order in which progenitor visits them.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

impl<'d> Lowering<'d> {
    /// A document before its first pass; these operations are not compiled.
    pub(crate) fn new(
        document: &'d Document,
        keep_going: bool,
        left_out: BTreeSet<(String, String)>,
    ) -> Self {
        Self {
            document,
            root: document.root().clone(),
            plan: Plan::default(),
            diagnostics: Vec::new(),
            is_unreadable: false,
            keep_going,
            left_out,
            listed: false,
            current: None,
            schema_depth: 0,
            anchors: OnceCell::new(),
        }
    }

    /// Whether the document says that it is OpenAPI 3.0, and so not a later one.
    pub(crate) fn is_3_0(&self) -> bool {
        let version = self.document.root().get("openapi");
        let version = version.and_then(Node::scalar_text).map(str::trim);
        version.is_some_and(|version| version == "3.0" || version.starts_with("3.0."))
    }

    /// Lowers the document: all passes, in order; `after` looks on after each, and says whether to go on.
    pub(crate) fn run(&mut self, mut after: impl FnMut(&Pass, &Self) -> ControlFlow<()>) {
        for pass in PASSES {
            (pass.run)(self);
            // What cannot be read at all cannot be judged further.
            if after(pass, self).is_break() || self.is_unreadable {
                return;
            }
        }
    }

    /// Whether something was found that cannot be compiled.
    pub(crate) fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == crate::Severity::Error)
    }

    /// Something that cannot be compiled. In an operation it costs that operation only, if so asked.
    pub(crate) fn error(&mut self, span: Span, message: impl Into<String>) {
        match &self.current {
            Some(operation) if self.keep_going => {
                let message = format!(
                    "`{} {}` is left out: {}",
                    operation.1.to_uppercase(),
                    operation.0,
                    message.into()
                );
                self.left_out.insert(operation.clone());
                self.note(span, message);
            }
            _ => {
                let diagnostic = Diagnostic::error(self.document, span, message);
                self.push(diagnostic);
            }
        }
    }

    /// Why the document cannot be judged any further.
    pub(crate) fn unreadable(&mut self, span: Span, message: impl Into<String>) {
        self.is_unreadable = true;
        let diagnostic = Diagnostic::error(self.document, span, message);
        self.push(diagnostic);
    }

    /// Something wrong that a value of any shape can stand for: an error, or a note if so asked.
    pub(crate) fn wrong(&mut self, span: Span, message: impl Into<String>) {
        if self.keep_going {
            self.note(span, message);
        } else {
            let diagnostic = Diagnostic::error(self.document, span, message);
            self.push(diagnostic);
        }
    }

    /// The same, where a note also has to say what becomes of the place.
    pub(crate) fn wrong_so(&mut self, span: Span, message: impl Into<String>, so: &str) {
        let message = message.into();
        let message = match self.keep_going {
            true => format!("{message}; {so}"),
            false => message,
        };
        self.wrong(span, message);
    }

    /// Something that is not kept as precise as it was written.
    pub(crate) fn note(&mut self, span: Span, message: impl Into<String>) {
        let diagnostic = Diagnostic::note(self.document, span, message);
        self.push(diagnostic);
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        // A shared place is visited once per use, and said once.
        if !self
            .diagnostics
            .iter()
            .rev()
            .take(64)
            .any(|d| *d == diagnostic)
        {
            self.diagnostics.push(diagnostic);
        }
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

    /// The component schema of this name.
    pub(crate) fn component(&self, name: &str) -> Option<&Node> {
        self.root.get("components")?.get("schemas")?.get(name)
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
        let mut seen = HashSet::new();
        while let Some(reference) = node.reference() {
            // It goes in a circle.
            if !seen.insert(reference) {
                return None;
            }
            node = self.target(reference)?;
        }
        Some(node)
    }

    /// Gives a schema a name: that of the component it refers to, or one of its own.
    ///
    /// The schema becomes a reference to the component that now holds it.
    pub(crate) fn name_schema(&mut self, schema: &mut Node, hint: &str) -> String {
        if let Some(name) = component_name(schema) {
            return name.to_owned();
        }
        let name = self.type_name(hint);
        let span = schema.span;
        let owned = std::mem::replace(schema, reference_to(&name, span));
        self.add_schema(&name, owned);
        name
    }

    /// A name for a type that is still free.
    pub(crate) fn type_name(&mut self, hint: &str) -> String {
        // `ErrorErrorCode` says no more than `ErrorCode`, where that is free.
        let wanted = rust_names::pascal(hint);
        let short = rust_names::without_repetition(&wanted);
        let wanted = if self.plan.type_names.contains(&short) {
            wanted
        } else {
            short
        };
        self.settled_name(&wanted)
    }

    /// A name for a type that is this one as far as that is possible.
    pub(crate) fn settled_name(&mut self, name: &str) -> String {
        let mut wanted = rust_names::pascal(name);
        if rust_names::RESERVED_TYPES.contains(&wanted.as_str()) {
            wanted = format!("{}Type", wanted.trim_end_matches('_'));
        }
        rust_names::unique(&mut self.plan.type_names, &wanted)
    }

    /// What the document calls the component of this name.
    pub(crate) fn written_as(&self, name: &str) -> String {
        let written = self.plan.written.get(name);
        written.cloned().unwrap_or_else(|| name.to_owned())
    }

    /// Adds a component under a name that [`Self::type_name`] gave.
    pub(crate) fn add_schema(&mut self, name: &str, schema: Node) {
        let span = schema.span;
        let mut holder = &mut self.root;
        for member in ["components", "schemas"] {
            let Some(mapping) = holder.as_mapping_mut() else {
                return;
            };
            if mapping.get(member).and_then(Node::as_mapping).is_none() {
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
                    // Operations may have moved under other paths since they were listed.
                    let is = |index: usize, id: &str| {
                        let plan = self.plan.operations.get(index);
                        plan.is_some_and(|plan| plan.method_name == id)
                    };
                    if self.listed
                        && let Some(id) = operation.get("operationId").and_then(Node::as_str)
                        && !is(index, id)
                        && let Some(listed) = self
                            .plan
                            .operations
                            .iter()
                            .position(|plan| plan.method_name == id)
                    {
                        index = listed;
                    }
                    let place = Place {
                        path: &name,
                        path_span: path.key.span,
                        method,
                        index,
                    };
                    // Paths are rewritten on the way; people know the one that they wrote.
                    let written = self
                        .plan
                        .operations
                        .get(index)
                        .map(|plan| plan.path.clone());
                    self.current =
                        Some((written.unwrap_or_else(|| name.clone()), method.to_owned()));
                    visit(self, operation, place);
                    self.current = None;
                    index += 1;
                }
            }
        }
        if let Some(root) = self.root.as_mapping_mut() {
            root.insert("paths", paths);
        }
    }
}

/// Which operation is visited.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'p> {
    pub(crate) path: &'p str,
    /// Where the path is written.
    pub(crate) path_span: Span,
    /// Lower case, as in the document.
    pub(crate) method: &'static str,
    /// Its number among all operations, and so in the plan.
    pub(crate) index: usize,
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
