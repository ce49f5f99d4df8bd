//! From a request's path to an operation.

use std::collections::BTreeMap;

use http::Method;
use percent_encoding::percent_decode_str;

use crate::document::{Document, Operation, Segment};

/// Where a request leads.
pub(crate) enum Route<'d> {
    Operation {
        operation: &'d Operation,
        /// The path's parameters: decoded, or `None` where that is impossible.
        parameters: BTreeMap<String, Option<String>>,
    },
    /// The path is known, the method is another: these are allowed.
    OtherMethod(Vec<Method>),
    Nowhere,
}

impl Document {
    /// Whether this path is one of the document's, with whatever method.
    pub(crate) fn has(&self, method: &Method, path: &str) -> bool {
        !matches!(self.route(method, path), Route::Nowhere)
    }

    pub(crate) fn route(&self, method: &Method, path: &str) -> Route<'_> {
        let Some(path) = path
            .strip_prefix(self.base.as_str())
            .and_then(|path| path.strip_prefix('/'))
        else {
            return Route::Nowhere;
        };
        let pieces: Vec<&str> = path.split('/').collect();
        let mut allowed = Vec::new();
        let mut found: Option<(&Operation, _)> = None;
        for operation in &self.operations {
            let Some(parameters) = fits(operation, &pieces) else {
                continue;
            };
            if operation.method != *method {
                if !allowed.contains(&operation.method) {
                    allowed.push(operation.method.clone());
                }
                continue;
            }
            // A path that is written out goes before one with a parameter, as OpenAPI says.
            let fewer = |other: &(&Operation, BTreeMap<_, _>)| parameters.len() < other.1.len();
            if found.as_ref().is_none_or(fewer) {
                found = Some((operation, parameters));
            }
        }
        match found {
            Some((operation, parameters)) => Route::Operation {
                operation,
                parameters,
            },
            None if allowed.is_empty() => Route::Nowhere,
            None => Route::OtherMethod(allowed),
        }
    }
}

fn fits(operation: &Operation, pieces: &[&str]) -> Option<BTreeMap<String, Option<String>>> {
    if operation.segments.len() != pieces.len() {
        return None;
    }
    let mut parameters = BTreeMap::new();
    for (segment, piece) in operation.segments.iter().zip(pieces) {
        let decoded = decoded(piece);
        match segment {
            Segment::Literal(literal) => {
                if decoded.as_deref() != Some(literal) {
                    return None;
                }
            }
            Segment::Parameter(name) => {
                // An empty piece is no id, and one of dots is a step along the path, however it is written.
                if matches!(decoded.as_deref(), Some("" | "." | "..")) {
                    return None;
                }
                parameters.insert(name.clone(), decoded);
            }
        }
    }
    Some(parameters)
}

/// One piece of a path, decoded; `None` if a `%` is not followed by two hexadecimal digits or the bytes are no
/// UTF-8.
pub(crate) fn decoded(piece: &str) -> Option<String> {
    let bytes = piece.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
        if *byte == b'%' && !(digit(at + 1) && digit(at + 2)) {
            return None;
        }
    }
    percent_decode_str(piece)
        .decode_utf8()
        .ok()
        .map(|text| text.into_owned())
}
