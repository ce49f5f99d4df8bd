//! That a document is one that can be compared: its version, and references that lead somewhere.

use std::collections::HashMap;

use xquik_document::{Document, Node, Pointer, Value};

use super::side::Unreadable;

/// Refuses what is not OpenAPI 3.0 or 3.1; says whether it is 3.1.
pub(crate) fn version(root: &Node) -> Result<bool, Unreadable> {
    let refuse = |node: &Node, found: String| {
        Err(Unreadable {
            message: format!("expected an OpenAPI 3.0 document, found {found}"),
            span: node.span,
        })
    };
    if root.as_mapping().is_none() {
        return refuse(root, root.kind().to_owned());
    }
    let Some(version) = root.get("openapi") else {
        return match root.get("swagger") {
            Some(node) => refuse(
                node,
                format!("Swagger {}", node.scalar_text().unwrap_or("2")),
            ),
            None => refuse(root, "an object without `openapi`".to_owned()),
        };
    };
    match version.scalar_text() {
        Some(text) if text == "3.0" || text.starts_with("3.0.") => Ok(false),
        Some(text) if text == "3.1" || text.starts_with("3.1.") => Ok(true),
        Some(text) => refuse(version, format!("version `{text}`")),
        None => refuse(version, format!("a version that is {}", version.kind())),
    }
}

/// Where the references of a document lead.
#[derive(Debug, Default)]
pub(crate) struct Targets<'d> {
    /// The node that a reference names, which may be a reference again.
    next: HashMap<&'d str, &'d Node>,
    /// What the chain of references ends at.
    end: HashMap<&'d str, &'d Node>,
}

impl<'d> Targets<'d> {
    /// The node that a reference names.
    pub(crate) fn next(&self, reference: &str) -> Option<&'d Node> {
        self.next.get(reference).copied()
    }

    /// The node that its chain of references ends at.
    pub(crate) fn end(&self, reference: &str) -> Option<&'d Node> {
        self.end.get(reference).copied()
    }
}

/// The target of every reference of the document.
pub(crate) fn targets(document: &Document) -> Result<Targets<'_>, Unreadable> {
    let mut found = Vec::new();
    collect(document.root(), Kind::Object, &mut found);
    let mut targets = Targets::default();
    let mut places = Places {
        document,
        members: HashMap::new(),
    };
    for (reference, node) in &found {
        if targets.next.contains_key(reference) {
            continue;
        }
        let refuse = |message: String| Unreadable {
            message,
            span: node.span,
        };
        if !reference.starts_with('#') {
            return Err(refuse(format!(
                "`$ref: {reference}` leads out of this document; bundle it into one file first"
            )));
        }
        let pointer = Pointer::from_reference(reference)
            .ok_or_else(|| refuse(format!("`$ref: {reference}` is no JSON pointer")))?;
        let target = places
            .at(&pointer)
            .ok_or_else(|| refuse(format!("`$ref: {reference}` leads to nothing")))?;
        targets.next.insert(*reference, target);
    }
    // A chain that comes back to itself has no value at its end either.
    for (reference, node) in &found {
        let mut way = Vec::new();
        let mut current = *reference;
        let end = loop {
            if let Some(end) = targets.end(current) {
                break Some(end);
            }
            way.push(current);
            let next = targets.next(current);
            match next.and_then(Node::reference) {
                None => break next,
                Some(_) if way.len() > targets.next.len() => {
                    return Err(Unreadable {
                        message: format!("`$ref: {reference}` leads back to itself"),
                        span: node.span,
                    });
                }
                Some(further) => current = further,
            }
        };
        if let Some(end) = end {
            targets
                .end
                .extend(way.into_iter().map(|reference| (reference, end)));
        }
    }
    Ok(targets)
}

/// The nodes of a document by their pointers: the members of what holds many of them are counted once.
struct Places<'d> {
    document: &'d Document,
    members: HashMap<Vec<String>, HashMap<&'d str, &'d Node>>,
}

impl<'d> Places<'d> {
    fn at(&mut self, pointer: &Pointer) -> Option<&'d Node> {
        let Some((last, above)) = pointer.tokens().split_last() else {
            return Some(self.document.root());
        };
        let members = self.members.entry(above.to_vec()).or_insert_with(|| {
            let above = self.document.at(&Pointer::new(above.to_vec()));
            let mapping = above.and_then(Node::as_mapping);
            let entries = mapping.into_iter().flatten();
            entries
                .map(|entry| (entry.key.name.as_str(), &entry.value))
                .collect()
        });
        match members.get(last.as_str()) {
            Some(node) => Some(node),
            // An item of a list, or nothing.
            None => self.document.at(pointer),
        }
    }
}

/// What the names of a mapping mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// They are OpenAPI's own.
    Object,
    /// They are the author's: properties, paths, components.
    Names,
}

/// Finds every `$ref` that is one: not those in examples, defaults and extensions, which are data.
fn collect<'d>(node: &'d Node, kind: Kind, found: &mut Vec<(&'d str, &'d Node)>) {
    match &node.value {
        Value::Sequence(items) => {
            for item in items {
                collect(item, Kind::Object, found);
            }
        }
        Value::Mapping(mapping) => {
            if kind == Kind::Object
                && let Some(target) = mapping.get("$ref")
                && let Some(reference) = target.as_str()
            {
                found.push((reference, target));
            }
            for entry in mapping {
                let name = entry.key.name.as_str();
                let inner = match kind {
                    Kind::Names => Kind::Object,
                    Kind::Object => match name {
                        "example" | "default" | "enum" | "value" | "const" => continue,
                        "mapping" => {
                            discriminated(&entry.value, found);
                            continue;
                        }
                        _ if name.starts_with("x-") => continue,
                        // A list of bare values in a 3.1 schema, a map of Example Objects elsewhere.
                        "examples" if entry.value.as_sequence().is_some() => continue,
                        "properties" | "patternProperties" | "paths" | "responses"
                        | "parameters" | "schemas" | "headers" | "examples" | "links"
                        | "callbacks" | "content" | "encoding" | "securitySchemes"
                        | "requestBodies" | "variables" | "scopes" | "$defs"
                        | "dependentSchemas" | "webhooks" | "pathItems" => Kind::Names,
                        _ => Kind::Object,
                    },
                };
                collect(&entry.value, inner, found);
            }
        }
        _ => {}
    }
}

/// A discriminator's mapping refers by plain strings; one that starts with `#` is no bare name.
fn discriminated<'d>(mapping: &'d Node, found: &mut Vec<(&'d str, &'d Node)>) {
    for entry in mapping.as_mapping().into_iter().flatten() {
        if let Some(reference) = entry.value.as_str().filter(|text| text.starts_with('#')) {
            found.push((reference, &entry.value));
        }
    }
}
