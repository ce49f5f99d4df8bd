//! The OpenAPI document as data: what the sandbox judges requests by and answers from.

mod answer;
mod operation;
mod schema;
mod yaml;

use std::sync::{Arc, OnceLock};

use serde_json::Value;

pub(crate) use answer::{Documented, Example, code_of};
pub(crate) use operation::{Media, Operation, Parameter, Place, Segment};

use self::operation::Reader;

/// The document that the sandbox ships; a test keeps it equal to the one at the repository's root.
pub(crate) const SHIPPED: &str = include_str!("../../openapi.yaml");

/// One OpenAPI 3.0 document, read.
#[derive(Debug)]
pub(crate) struct Document {
    /// As it was written.
    pub(crate) text: String,
    /// As data.
    pub(crate) tree: Value,
    /// The path of the first server, without a slash at its end: where the operations live.
    pub(crate) base: String,
    pub(crate) operations: Vec<Operation>,
    pub(crate) credentials: Vec<Scheme>,
}

/// One way to authenticate.
#[derive(Clone, Debug)]
pub(crate) struct Scheme {
    pub(crate) name: String,
    pub(crate) kind: SchemeKind,
}

#[derive(Clone, Debug)]
pub(crate) enum SchemeKind {
    Header(String),
    Query(String),
    Cookie(String),
    /// `Authorization: <scheme> …`, the scheme in lower case.
    Authorization(String),
}

impl Document {
    /// The shipped document, read once however many sandboxes run.
    pub(crate) fn shipped() -> Arc<Self> {
        static READ: OnceLock<Arc<Document>> = OnceLock::new();
        READ.get_or_init(|| {
            Arc::new(Self::read(SHIPPED).expect("a test reads the shipped document"))
        })
        .clone()
    }

    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let tree = yaml::read(text)?;
        let version = tree.get("openapi").and_then(Value::as_str).unwrap_or("");
        if !version.starts_with("3.0") {
            return Err(format!(
                "expected `openapi: 3.0.x`, found `{version}`: the sandbox reads OpenAPI 3.0"
            ));
        }
        let base = base(&tree);
        let reader = Reader { tree: &tree };
        let operations = reader.operations()?;
        let credentials = schemes(&tree, &reader);
        Ok(Self {
            text: text.to_owned(),
            base,
            operations,
            credentials,
            tree,
        })
    }

    #[cfg(test)]
    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// What the registry says about a code, if it has it: `(resend, advice)`.
    pub(crate) fn registered(&self, code: &str) -> Option<(&str, &str)> {
        let entry = self.tree.get("x-error-codes")?.get(code)?;
        Some((
            entry.get("resend")?.as_str()?,
            entry.get("advice")?.as_str()?,
        ))
    }

    /// The windows that its operations count in, and the seconds of each.
    pub(crate) fn windows(&self) -> impl Iterator<Item = (&str, u64)> {
        let mut seen = Vec::new();
        let windows = self.operations.iter().filter_map(|one| one.window.as_ref());
        windows.filter_map(move |(name, seconds)| {
            let first = !seen.contains(&name);
            seen.push(name);
            first.then_some((name.as_str(), *seconds))
        })
    }

    /// What a reference leads to, or the node itself.
    pub(crate) fn resolved<'d>(&'d self, node: &'d Value) -> &'d Value {
        Reader { tree: &self.tree }.resolve(node)
    }

    pub(crate) fn title(&self) -> &str {
        self.tree
            .pointer("/info/title")
            .and_then(Value::as_str)
            .unwrap_or("API")
    }
}

/// The path of the first server. The host is dropped: the sandbox stands in for it.
fn base(tree: &Value) -> String {
    let url = tree
        .pointer("/servers/0/url")
        .and_then(Value::as_str)
        .unwrap_or("");
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
        None => url,
    };
    path.trim_end_matches('/').to_owned()
}

fn schemes<'t>(tree: &'t Value, reader: &Reader<'t>) -> Vec<Scheme> {
    let Some(schemes) = tree
        .pointer("/components/securitySchemes")
        .and_then(Value::as_object)
    else {
        return Vec::new();
    };
    schemes
        .iter()
        .filter_map(|(name, scheme)| {
            let scheme = reader.resolve(scheme);
            let text = |member: &str| scheme.get(member).and_then(Value::as_str);
            let kind = match (text("type")?, text("in")) {
                ("apiKey", Some("header")) => SchemeKind::Header(text("name")?.to_owned()),
                ("apiKey", Some("query")) => SchemeKind::Query(text("name")?.to_owned()),
                ("apiKey", Some("cookie")) => SchemeKind::Cookie(text("name")?.to_owned()),
                ("http", _) => SchemeKind::Authorization(text("scheme")?.to_lowercase()),
                ("oauth2" | "openIdConnect", _) => SchemeKind::Authorization("bearer".to_owned()),
                _ => return None,
            };
            Some(Scheme {
                name: name.clone(),
                kind,
            })
        })
        .collect()
}
