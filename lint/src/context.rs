//! What a rule gets to see.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use xquik_document::{
    Diagnostic, Document, Mapping, Node, Pointer, RemarkKind, Span, SyntaxError, Value,
};

use super::block::Lines;
use super::compiler::Asked;
use super::correction::Misspelt;
use super::description::Kind;
use super::description::METHODS;
use super::external::{External, Files};
use super::model::{Defect, DefectKind, Model, Reference, Site};
use super::registry::Registry;
use super::validation::Verdict;

/// A document, seen as OpenAPI, with its references resolved.
#[derive(Debug)]
pub(crate) struct Context<'d> {
    pub(crate) document: &'d Document,
    /// The fields that the document, as it was written, has under other names.
    pub(crate) misspelt: &'d [Misspelt],
    /// What kept the text from being read; the document is then what could be saved.
    pub(crate) syntax: &'d [SyntaxError],
    pub(crate) model: Model<'d>,
    files: &'d Files,
    targets: HashMap<&'d str, Target<'d>>,
    compiler: &'d Asked<'d>,
    endless: OnceCell<HashSet<*const Node>>,
    lines: OnceCell<Lines<'d>>,
    kinds: OnceCell<HashMap<*const Node, Kind>>,
    hides_uses: OnceCell<bool>,
    pub(super) verdicts: OnceCell<Vec<Verdict<'d>>>,
    pub(super) registry: OnceCell<Option<Registry<'d>>>,
}

/// Where a reference leads.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target<'d> {
    /// To a node of this document.
    Here(&'d Node),
    /// To a node of another file, which is not looked at any further than for its kind, where that can
    /// be told.
    Elsewhere(Option<Kind>),
    /// To a value of another file that is no object.
    NoObject,
    /// To a file outside of the document's folder, where nobody looks.
    Outside,
    /// To nothing.
    Nowhere(Lack),
    /// To a network, where nobody looks.
    Remote,
}

/// Why a reference leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// The document has no such node.
    Node,
    /// The text is no reference.
    Form,
    /// There is no such file.
    File,
    /// The file cannot be read as YAML or JSON.
    Unreadable,
    /// The file has no such node.
    NodeOfFile,
}

/// An operation with the path and the method that it stands under.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation<'d> {
    pub(crate) node: &'d Node,
    pub(crate) path: &'d str,
    pub(crate) method: &'d str,
    pub(crate) path_item: &'d Node,
    /// Whether it is one that the service calls.
    pub(crate) callback: bool,
}

impl Operation<'_> {
    /// What people call it: `GET /pets`.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }
}

impl<'d> Context<'d> {
    pub(crate) fn new(
        document: &'d Document,
        model: Model<'d>,
        misspelt: &'d [Misspelt],
        syntax: &'d [SyntaxError],
        files: &'d Files,
        compiler: &'d Asked<'d>,
    ) -> Self {
        let components = document
            .root()
            .get("components")
            .and_then(Node::as_mapping)
            .map(index_components)
            .unwrap_or_default();
        let mut targets = HashMap::new();
        let mut resolve = |target: &'d str| {
            targets
                .entry(target)
                .or_insert_with(|| resolve(document, files, &components, target));
        };
        for reference in &model.references {
            resolve(reference.target);
        }
        for site in model.of(Kind::PathItem) {
            if let Some(target) = site.node.reference() {
                resolve(target);
            }
        }
        Self {
            document,
            misspelt,
            syntax,
            model,
            files,
            targets,
            compiler,
            endless: OnceCell::new(),
            lines: OnceCell::new(),
            kinds: OnceCell::new(),
            hides_uses: OnceCell::new(),
            verdicts: OnceCell::new(),
            registry: OnceCell::new(),
        }
    }

    /// Where a reference that the walk has seen leads.
    pub(crate) fn target(&self, reference: &str) -> Target<'d> {
        self.targets
            .get(reference)
            .copied()
            .unwrap_or(Target::Nowhere(Lack::Form))
    }

    /// Follows references to the object itself; none where they lead away, nowhere or in a circle.
    pub(crate) fn resolve(&self, node: &'d Node) -> Option<&'d Node> {
        let mut node = node;
        for _ in 0..32 {
            let Some(reference) = node.reference() else {
                return Some(node);
            };
            match self.targets.get(reference) {
                Some(Target::Here(target)) => node = target,
                Some(_) => return None,
                None => node = self.look_up(reference)?,
            }
        }
        None
    }

    /// The member of that name, references followed.
    pub(crate) fn get(&self, node: &'d Node, name: &str) -> Option<&'d Node> {
        self.resolve(node.get(name)?)
    }

    /// The values that their schemas refuse.
    pub(crate) fn verdicts(&self) -> &[Verdict<'d>] {
        self.verdicts
            .get_or_init(|| super::validation::verdicts(self))
    }

    /// The schemas that no finite value satisfies.
    pub(crate) fn endless(&self) -> &HashSet<*const Node> {
        self.endless.get_or_init(|| super::schema::endless(self))
    }

    /// Where a byte of a block scalar's text is written; none for a scalar of another style.
    pub(crate) fn place_within(&self, node: &Node, at: usize) -> Option<Span> {
        self.lines
            .get_or_init(|| Lines::new(self.document))
            .place(node, at)
    }

    /// What the compiler says about the document; waits for it where it was already asked.
    pub(crate) fn compiler(&self) -> &[Diagnostic] {
        self.compiler.about(self.document)
    }

    fn look_up(&self, reference: &str) -> Option<&'d Node> {
        self.document.at(&Pointer::from_reference(reference)?)
    }

    /// What stands at each place that the walk has seen.
    pub(crate) fn kinds(&self) -> &HashMap<*const Node, Kind> {
        self.kinds.get_or_init(|| self.model.kinds())
    }

    /// Whether a reference leads to another kind of object than belongs there, which is told.
    pub(crate) fn is_of_wrong_kind(&self, reference: &Reference<'d>) -> bool {
        let Target::Here(target) = self.target(reference.target) else {
            return false;
        };
        match self.kinds().get(&std::ptr::from_ref(target)) {
            Some(kind) => *kind != reference.expected,
            None => target.as_mapping().is_none(),
        }
    }

    /// Whether a part of the document that may use components, codes and tags was lost to a mistake that
    /// is told: what nothing else uses may be used there.
    pub(crate) fn hides_uses(&self) -> bool {
        *self.hides_uses.get_or_init(|| {
            let mut operations = self.model.of(Kind::Operation);
            let mut remarks = self.document.remarks().iter();
            operations.any(|site| site.node.reference().is_some())
                || remarks.any(|remark| matches!(remark.kind, RemarkKind::DuplicateKey { .. }))
                || self.model.defects.iter().any(loses_uses)
        })
    }

    /// Whether, besides, a reference leads nowhere or astray: what stands at its end is not known.
    pub(crate) fn hides_codes(&self) -> bool {
        let lost = |reference: &Reference<'d>| {
            !matches!(self.target(reference.target), Target::Here(_))
                || self.is_of_wrong_kind(reference)
        };
        self.hides_uses()
            || self
                .model
                .references
                .iter()
                .filter(|reference| matches!(reference.expected, Kind::Response | Kind::Schema))
                .any(lost)
            || self
                .model
                .defects
                .iter()
                .any(|defect| matches!(defect.kind, DefectKind::BadStatus { .. }))
    }

    /// The operations in the order of the document, callbacks included; a reference in the place of
    /// one is told, and is none.
    pub(crate) fn all_operations(&self) -> impl Iterator<Item = Operation<'d>> {
        let written = |site: &&Site<'d>| site.node.reference().is_none();
        self.model
            .of(Kind::Operation)
            .filter(written)
            .filter_map(|site| {
                let item = self.model.parent(site)?;
                Some(Operation {
                    node: site.node,
                    path: item.name,
                    method: site.field,
                    path_item: item.node,
                    callback: self
                        .model
                        .parent(item)
                        .is_some_and(|around| around.kind == Kind::Callback),
                })
            })
    }

    /// The operations that clients call, in the order of the document.
    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'d>> {
        self.all_operations()
            .filter(|operation| !operation.callback)
    }

    /// The parameters of an operation, those of its path item included, references followed. An
    /// operation's own parameter takes the place of the path item's.
    pub(crate) fn parameters(&self, operation: &Operation<'d>) -> Vec<&'d Node> {
        let list = |node: &'d Node| {
            node.get("parameters")
                .and_then(Node::as_sequence)
                .unwrap_or_default()
                .iter()
                .filter_map(|parameter| self.resolve(parameter))
        };
        let mut parameters: Vec<&Node> = list(operation.node).collect();
        let own = parameters.len();
        for shared in list(operation.path_item) {
            let identity = parameter_identity(shared);
            if !parameters[..own]
                .iter()
                .any(|own| parameter_identity(own) == identity)
            {
                parameters.push(shared);
            }
        }
        parameters
    }

    /// Whether every parameter of an operation could be looked at, and says where it stands.
    pub(crate) fn parameters_known(&self, operation: &Operation<'d>) -> bool {
        let known = |parameter: &'d Node| {
            self.resolve(parameter).is_some_and(|parameter| {
                let text = |name: &str| parameter.get(name).and_then(Node::as_str);
                text("name").is_some()
                    && matches!(text("in"), Some("path" | "query" | "header" | "cookie"))
            })
        };
        [operation.node, operation.path_item]
            .into_iter()
            .filter_map(|node| node.get("parameters"))
            .all(|list| {
                list.as_sequence()
                    .is_some_and(|list| list.iter().all(known))
            })
    }

    /// The responses of an operation by status, references followed.
    pub(crate) fn responses(
        &self,
        operation: &Operation<'d>,
    ) -> impl Iterator<Item = (&'d str, &'d Node)> {
        operation
            .node
            .get("responses")
            .and_then(Node::as_mapping)
            .into_iter()
            .flatten()
            .filter(|entry| !entry.key.name.starts_with("x-"))
            .filter_map(|entry| Some((entry.key.name.as_str(), self.resolve(&entry.value)?)))
            // A reference to another kind of object is told as such.
            .filter(|(_, response)| {
                let kind = self.kinds().get(&std::ptr::from_ref(*response));
                kind.is_none_or(|kind| *kind == Kind::Response)
            })
    }

    /// The media types of a request body or a response.
    pub(crate) fn content(&self, node: &'d Node) -> impl Iterator<Item = (&'d str, &'d Node)> {
        members(node, "content")
    }

    /// A file that the document refers to exists and was read.
    pub(crate) fn has_file(&self, reference: &str) -> bool {
        self.files.exists(reference)
    }

    /// What the files that the document refers to refer to in the document itself.
    pub(crate) fn referred_from_files(&self) -> Vec<String> {
        self.files.references_to(self.document.name())
    }

    /// What an operation of this path item is called in messages.
    pub(crate) fn site_title(&self, site: &Site<'d>) -> String {
        let mut at = Some(site);
        while let Some(site) = at {
            if site.kind == Kind::Operation
                && let Some(item) = self.model.parent(site)
            {
                return format!("{} {}", site.field.to_uppercase(), item.name);
            }
            at = self.model.parent(site);
        }
        site.kind.object().name.to_owned()
    }
}

/// Whether a mistake takes away a part of the document that may hold references, codes and tags.
fn loses_uses(defect: &Defect<'_>) -> bool {
    match defect.kind {
        DefectKind::WrongType { expected } => {
            matches!(expected, "an object" | "an array" | "a boolean or a schema")
        }
        DefectKind::MissingField { field, .. } => {
            matches!(field, "responses" | "content" | "paths")
        }
        DefectKind::UnknownField { object, .. } => {
            object == Kind::PathItem && matches!(defect.node.value, Value::Mapping(_))
        }
        _ => false,
    }
}

/// `in` and `name` of a parameter; names of headers have no case.
pub(crate) fn parameter_identity(parameter: &Node) -> (Option<&str>, Option<String>) {
    let place = parameter.get("in").and_then(Node::as_str);
    let name = parameter.get("name").and_then(Node::as_str).map(|name| {
        if place == Some("header") {
            name.to_ascii_lowercase()
        } else {
            name.to_owned()
        }
    });
    (place, name)
}

/// The members of a map-valued field, extensions left out.
pub(crate) fn members<'d>(
    node: &'d Node,
    field: &str,
) -> impl Iterator<Item = (&'d str, &'d Node)> {
    node.get(field)
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
        .map(|entry| (entry.key.name.as_str(), &entry.value))
}

/// The operations of a path item by method.
pub(crate) fn methods(item: &Node) -> impl Iterator<Item = &'static str> {
    METHODS
        .iter()
        .copied()
        .filter(|method| item.get(method).is_some())
}

type Components<'d> = HashMap<(&'d str, &'d str), &'d Node>;

/// Components by section and name, since most references lead there and a document has thousands.
fn index_components<'d>(components: &'d Mapping) -> Components<'d> {
    let mut index = HashMap::new();
    for section in components {
        for entry in section.value.as_mapping().into_iter().flatten() {
            index.insert(
                (section.key.name.as_str(), entry.key.name.as_str()),
                &entry.value,
            );
        }
    }
    index
}

fn resolve<'d>(
    document: &'d Document,
    files: &Files,
    components: &Components<'d>,
    target: &str,
) -> Target<'d> {
    if !target.starts_with('#') {
        return match files.look_up(target) {
            External::Remote => Target::Remote,
            // A pointer without its `#`.
            External::Outside
                if Pointer::from_reference(&format!("#{target}"))
                    .is_some_and(|pointer| document.at(&pointer).is_some()) =>
            {
                Target::Nowhere(Lack::Form)
            }
            External::Outside => Target::Outside,
            External::Found(kind) => Target::Elsewhere(kind),
            External::NoObject => Target::NoObject,
            External::Lacks(lack) => Target::Nowhere(lack),
        };
    }
    let Some(pointer) = Pointer::from_reference(target) else {
        return Target::Nowhere(Lack::Form);
    };
    let node = match pointer.tokens() {
        [first, section, name] if first == "components" => {
            let all = document.root().get("components");
            let is_known = |node: &Node| node.as_mapping().is_some();
            if all.is_some_and(|all| {
                !is_known(all) || all.get(section).is_some_and(|members| !is_known(members))
            }) {
                // What should hold the target is told to be no object.
                return Target::Elsewhere(None);
            }
            components.get(&(section.as_str(), name.as_str())).copied()
        }
        _ => document.at(&pointer),
    };
    node.map_or(Target::Nowhere(Lack::Node), Target::Here)
}
