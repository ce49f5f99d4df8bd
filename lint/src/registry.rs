//! The error contract: the registry of codes, and which response speaks of which code.

use std::collections::HashMap;

use xquik_document::Node;

use super::context::Context;

/// The root extension that holds the registry.
pub(crate) const REGISTRY: &str = "x-error-codes";

/// The registry of a document that has one.
#[derive(Debug)]
pub(crate) struct Registry<'d> {
    /// The codes with what is said about each.
    pub(crate) codes: HashMap<&'d str, &'d Node>,
    pub(crate) node: &'d Node,
}

/// A code that a schema lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed<'d> {
    /// None where the list holds something else than text.
    pub(crate) code: Option<&'d str>,
    pub(crate) node: &'d Node,
}

impl Registry<'_> {
    /// Whether a list holds nothing but codes that are registered; what else it holds is told.
    pub(crate) fn has_all(&self, listed: &[Listed<'_>]) -> bool {
        let has = |code: &str| self.codes.contains_key(code);
        listed.iter().all(|listed| listed.code.is_some_and(has))
    }
}

impl<'d> Context<'d> {
    /// The registry, where the document has one.
    pub(crate) fn registry(&self) -> Option<&Registry<'d>> {
        self.registry
            .get_or_init(|| {
                let node = self.document.root().get(REGISTRY)?;
                let codes = node
                    .as_mapping()?
                    .iter()
                    .map(|entry| (entry.key.name.as_str(), &entry.value))
                    .collect();
                Some(Registry { codes, node })
            })
            .as_ref()
    }

    /// The codes that a schema of an error's body lists: the values of `enum` and
    /// `x-extensible-enum` of its `error` (or of that object's `code`) or of its `code`.
    pub(crate) fn listed_codes(&self, schema: &'d Node) -> Vec<Listed<'d>> {
        let mut listed = Vec::new();
        self.codes_in_body(schema, &mut listed, 0);
        listed
    }

    fn codes_in_body(&self, schema: &'d Node, listed: &mut Vec<Listed<'d>>, depth: usize) {
        let Some(schema) = self.resolve(schema) else {
            return;
        };
        if depth > 8 {
            return;
        }
        for member in super::schema::in_place(schema) {
            self.codes_in_body(member, listed, depth + 1);
        }
        if let Some(properties) = schema.get("properties") {
            for name in ["error", "code"] {
                if let Some(property) = properties.get(name) {
                    self.codes_in_value(property, listed, depth + 1);
                }
            }
        }
    }

    fn codes_in_value(&self, schema: &'d Node, listed: &mut Vec<Listed<'d>>, depth: usize) {
        let Some(schema) = self.resolve(schema) else {
            return;
        };
        if depth > 8 {
            return;
        }
        for name in ["enum", "x-extensible-enum"] {
            for node in schema
                .get(name)
                .and_then(Node::as_sequence)
                .unwrap_or_default()
            {
                let code = node.as_str();
                listed.push(Listed { code, node });
            }
        }
        for member in super::schema::in_place(schema) {
            self.codes_in_value(member, listed, depth + 1);
        }
        if let Some(code) = schema
            .get("properties")
            .and_then(|members| members.get("code"))
        {
            self.codes_in_value(code, listed, depth + 1);
        }
    }
}

/// The code that the body of an error holds, with the node that says it.
pub(crate) fn code_of(body: &Node) -> Option<(&str, &Node)> {
    let code = |node: &'_ Node| node.as_str().is_some();
    let error = body.get("error");
    let node = match error {
        Some(node) if code(node) => node,
        Some(node) => node.get("code")?,
        None => body.get("code")?,
    };
    Some((node.as_str()?, node))
}

/// Whether a status is that of an error.
pub(crate) fn is_error_status(status: &str) -> bool {
    status.starts_with(['4', '5']) && super::model::is_status(status)
}
