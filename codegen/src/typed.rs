//! From the lowered tree to the typed document that progenitor takes.
//!
//! `openapiv3` says of a document that it does not understand little more than "no variant
//! matched". The pieces are therefore made typed one by one first, so that an error names the
//! component or operation that it is about.

use openapiv3::{OpenAPI, ReferenceOr, Schema};
use serde::de::DeserializeOwned;

use crate::diagnostic::Diagnostic;
use crate::document::{Document, Node};

/// Makes a lowered document typed.
pub(crate) fn typed(document: &Document, root: &Node) -> Result<OpenAPI, Vec<Diagnostic>> {
    serde_json::from_value(root.to_json()).map_err(|whole: serde_json::Error| {
        let mut diagnostics = Vec::new();
        let schemas = root
            .get("components")
            .and_then(|components| components.get("schemas"))
            .and_then(Node::as_mapping);
        for entry in schemas.into_iter().flatten() {
            check::<ReferenceOr<Schema>>(document, &entry.value, "schema", &mut diagnostics);
        }
        for entry in root
            .get("paths")
            .and_then(Node::as_mapping)
            .into_iter()
            .flatten()
        {
            check::<ReferenceOr<openapiv3::PathItem>>(
                document,
                &entry.value,
                "path item",
                &mut diagnostics,
            );
        }
        if diagnostics.is_empty() {
            diagnostics.push(Diagnostic::error(document, root.span, whole.to_string()));
        }
        diagnostics
    })
}

fn check<T: DeserializeOwned>(
    document: &Document,
    node: &Node,
    what: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Err(error) = serde_json::from_value::<T>(node.to_json()) {
        let message = format!("this {what} is not what OpenAPI 3.0 allows: {error}");
        diagnostics.push(Diagnostic::error(document, node.span, message));
    }
}
