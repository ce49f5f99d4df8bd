//! A document as it was meant: what stands under a misspelt field stands under the field.
//!
//! A misspelt `component` would otherwise be told again at every reference into it, and what is wrong
//! inside it would not be told at all.

use std::collections::{HashMap, HashSet};

use xquik_document::{Document, Node, Span, Value};

use super::description::{Kind, Shape};
use super::model::{DefectKind, Model};

/// A field that was written under another name.
#[derive(Debug)]
pub(crate) struct Misspelt {
    /// Where the name is written.
    pub(crate) key: Span,
    /// What is written.
    pub(crate) name: String,
    /// What was meant.
    pub(crate) field: &'static str,
    /// The object that has the field.
    pub(crate) object: Kind,
}

/// What is misspelt may hold what is misspelt, this deep.
const MOST_ROUNDS: usize = 6;

/// The document with its misspelt fields under the names that were meant, where there are any.
///
/// `model` is the document's own.
pub(crate) fn corrected(
    document: &Document,
    model: &Model<'_>,
) -> Option<(Document, Vec<Misspelt>)> {
    let mut misspelt = Vec::new();
    let mut corrected: Option<Document> = None;
    for _ in 0..MOST_ROUNDS {
        let current = corrected.as_ref().unwrap_or(document);
        let names = match &corrected {
            None => meant(model),
            Some(corrected) => meant(&Model::new(corrected.root())),
        };
        if names.is_empty() {
            break;
        }
        let mut root = current.root().clone();
        rename(current.root(), &mut root, &names, &mut misspelt);
        corrected = Some(current.with_root(root));
    }
    corrected.map(|document| (document, misspelt))
}

type Names = HashMap<*const Node, (&'static str, Kind)>;

/// Which values stand under a misspelt field, with the field that was meant.
fn meant(model: &Model<'_>) -> Names {
    let mut names = Names::new();
    let mut taken: HashSet<(*const Node, &str)> = HashSet::new();
    for defect in &model.defects {
        let DefectKind::UnknownField {
            name,
            object,
            around,
        } = defect.kind
        else {
            continue;
        };
        if super::rules::structure::unknown_field::moved(object, name).is_some() {
            continue;
        }
        let fields = object.object().fields;
        let Some(field) = super::suggestion::field(name, fields.iter().map(|field| field.name))
            .and_then(|nearest| fields.iter().find(|field| field.name == nearest))
        else {
            continue;
        };
        // A suggestion may be a guess; what is judged as another field should not be one.
        let distance =
            strsim::damerau_levenshtein(&name.to_lowercase(), &field.name.to_lowercase());
        let near = distance <= if name.len() < 8 { 1 } else { 2 }
            || super::suggestion::is_shortened(name, field.name);
        if near
            && fits(&field.shape, defect.node)
            && around.get(field.name).is_none()
            && taken.insert((std::ptr::from_ref(around), field.name))
        {
            names.insert(std::ptr::from_ref(defect.node), (field.name, object));
        }
    }
    names
}

/// Whether a value is of a kind that a field of this shape takes.
fn fits(shape: &Shape, node: &Node) -> bool {
    matches!(
        (shape, &node.value),
        (Shape::Any, _)
            | (
                Shape::Bool | Shape::Exclusive | Shape::BoolOrSchema,
                Value::Bool(_)
            )
            | (
                Shape::Number | Shape::Positive | Shape::Count | Shape::Exclusive,
                Value::Number(_)
            )
            | (
                Shape::Object(_) | Shape::OrReference(_) | Shape::Map(..) | Shape::BoolOrSchema,
                Value::Mapping(_),
            )
            | (Shape::List(_) | Shape::Some(_), Value::Sequence(_))
            | (
                Shape::Text
                    | Shape::Name
                    | Shape::MediaTypes
                    | Shape::Markdown
                    | Shape::Url
                    | Shape::Email
                    | Shape::Pattern
                    | Shape::Word(_)
                    | Shape::TypeName,
                Value::String(_),
            )
    )
}

/// Gives the members of a copy the names that were meant.
fn rename(written: &Node, copy: &mut Node, names: &Names, misspelt: &mut Vec<Misspelt>) {
    match (&written.value, &mut copy.value) {
        (Value::Mapping(written), Value::Mapping(copy)) => {
            for (written, copy) in written.iter().zip(copy.iter_mut()) {
                if let Some(&(field, object)) = names.get(&std::ptr::from_ref(&written.value)) {
                    let name = std::mem::replace(&mut copy.key.name, field.to_owned());
                    misspelt.push(Misspelt {
                        key: copy.key.span,
                        name,
                        field,
                        object,
                    });
                }
                rename(&written.value, &mut copy.value, names, misspelt);
            }
        }
        (Value::Sequence(written), Value::Sequence(copy)) => {
            for (written, copy) in written.iter().zip(copy) {
                rename(written, copy, names, misspelt);
            }
        }
        _ => {}
    }
}
