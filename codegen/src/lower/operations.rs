//! Lists the operations: their names, whether they may be sent again, and their own extensions.
//!
//! progenitor wants an `operationId` of each operation and every one once (progenitor issue 1105); ids that become the same
//! identifier give two methods of one name. Here an operation without an id is named after its
//! method and path, and each gets a name that no other has. progenitor tells its hooks the id of an
//! operation and nothing else; the client that surrounds the generated code needs the rest, and gets
//! it as data. Two operations of one method on paths of one shape are one to a server, so they are an
//! error.

use std::collections::{BTreeSet, HashMap};

use crate::document::{Node, Span, Value};
use crate::names;
use crate::plan::{Operation, Resend, Side};

use super::{Lowering, Place};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    // Ids as written come first: a made-up name never takes one of theirs.
    let mut written: BTreeSet<String> = BTreeSet::new();
    lowering.each_operation(|_, node, _| {
        written.extend(id_of(node).map(|id| names::snake(&id)));
    });
    let mut taken = Taken::default();
    let mut shapes: HashMap<(String, &'static str), String> = HashMap::new();
    let mut ids: HashMap<String, Span> = HashMap::new();
    lowering.each_operation(|lowering, node, place| {
        if let Some(other) = shapes.insert((shape(place.path), place.method), place.path.to_owned())
        {
            lowering.error(
                place.path_span,
                format!(
                    "`{} {}` and the same method on `{other}` are one operation to a server, since \
                     the names of path parameters tell nothing apart; keep one of them",
                    place.method.to_uppercase(),
                    place.path
                ),
            );
        }
        let stated = id_of(node);
        if let Some(id) = &stated
            && ids.insert(id.clone(), node.span).is_some()
        {
            let span = node.get("operationId").map_or(node.span, |id| id.span);
            lowering.note(
                span,
                format!(
                    "the `operationId` `{id}` is not the only one, so this method has a number"
                ),
            );
        }
        let id = stated.clone().unwrap_or_else(|| made_up(&place));
        let wanted = names::snake(&id);
        let wanted = match stated {
            None if written.contains(&wanted) => {
                names::snake(&format!("{wanted}-{}", place.method))
            }
            _ => wanted,
        };
        let (method_name, builder_name) = taken.names(&wanted);
        let resend = resend(lowering, node);
        let mut extensions = Vec::new();
        if let Value::Mapping(mapping) = &mut node.value {
            for entry in mapping.iter() {
                if entry.key.name.starts_with("x-") && entry.key.name != "x-resend" {
                    extensions.push((entry.key.name.clone(), entry.value.to_json().to_string()));
                }
            }
            // Some extensions mean something to progenitor; none of ours may.
            mapping.retain(|entry| !entry.key.name.starts_with("x-"));
            let span = node.span;
            mapping.insert("operationId", Node::string(method_name.clone(), span));
        }
        lowering.plan.operations.push(Operation {
            method_name,
            builder_name,
            method: place.method.to_uppercase(),
            path: place.path.to_owned(),
            id,
            summary: None,
            description: None,
            is_deprecated: false,
            resend,
            extensions,
            parameters: Vec::new(),
            body: None,
            success: Side::default(),
            error: Side::default(),
        });
    });
    lowering.listed = true;
}

fn id_of(node: &Node) -> Option<String> {
    let id = node.get("operationId")?.scalar_text()?.trim();
    (!id.is_empty()).then(|| id.to_owned())
}

/// A name from the method and the path: `GET /users/{id}/keys` is `getUsersByIdKeys`.
fn made_up(place: &Place<'_>) -> String {
    let mut words = vec![place.method.to_owned()];
    for segment in place.path.split('/').filter(|segment| !segment.is_empty()) {
        for piece in segment.split_inclusive(['{', '}']) {
            if let Some(name) = piece.strip_suffix('}') {
                words.push(format!("by-{name}"));
            } else {
                words.push(piece.trim_end_matches('{').to_owned());
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words.join("-")
}

/// A path without the names of its parameters.
fn shape(path: &str) -> String {
    let mut shape = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '{' => {
                inside = true;
                shape.push_str("{}");
            }
            '}' => inside = false,
            c if !inside => shape.push(c),
            _ => {}
        }
    }
    shape
}

/// Names of methods and builders that are taken.
#[derive(Default)]
struct Taken {
    methods: BTreeSet<String>,
    builders: BTreeSet<String>,
}

impl Taken {
    /// A method and a builder that are both free.
    fn names(&mut self, wanted: &str) -> (String, String) {
        for number in 1.. {
            let numbered = match number {
                1 => wanted.to_owned(),
                _ => format!("{}{number}", wanted.trim_end_matches('_')),
            };
            let mut method = names::snake(&numbered);
            let mut builder = names::builder(&method);
            if names::RESERVED_METHODS.contains(&method.as_str())
                || names::RESERVED_BUILDERS.contains(&builder.as_str())
                || names::RESERVED_TYPES.contains(&builder.as_str())
            {
                method = names::snake(&format!("call-{numbered}"));
                builder = names::builder(&method);
            }
            if !self.methods.contains(&method) && !self.builders.contains(&builder) {
                self.methods.insert(method.clone());
                self.builders.insert(builder.clone());
                return (method, builder);
            }
        }
        unreachable!("there are more numbers than operations")
    }
}

fn resend(lowering: &mut Lowering<'_>, node: &Node) -> Resend {
    match node.get("x-resend").map(|node| (node, node.as_str())) {
        None | Some((_, Some("never"))) => Resend::Never,
        Some((_, Some("idempotent"))) => Resend::Idempotent,
        Some((_, Some("keyed"))) => Resend::Keyed,
        Some((node, _)) => {
            lowering.error(
                node.span,
                "`x-resend` says how an operation may be sent again: `never`, `idempotent` or \
                 `keyed`",
            );
            Resend::Never
        }
    }
}
