//! The form of the document: its version, and the parts that are compiled.
//!
//! progenitor wants `openapi` to begin with `3.0.` as text (progenitor issue 762 is about 3.1; no issue
//! is known about `openapi: 3.0` and a number, which are refused as well), and its typed model refuses the whole document for a mistake in a part that no client is
//! made of (a tag, a security scheme, an example, an unknown member). Here the version becomes what
//! is meant, and everything that no code is made of is taken out, with a note where it would be called
//! or answered (another method, a server of its own, callbacks). A document of OpenAPI 3.1 or later
//! goes on as 3.0, which the pass `openapi_3_1` then makes of it.

use crate::document::{Mapping, Node, RemarkKind, Span, Value};

use super::{Lowering, METHODS};

/// What the generator is told.
const VERSION: &str = "3.0.3";

/// Members of a path item that are no methods.
const BESIDE_METHODS: &[&str] = &["$ref", "summary", "description", "servers", "parameters"];

/// Members of an operation that code is made of; extensions are kept beside them.
const OPERATION: &[&str] = &[
    "$ref",
    "operationId",
    "summary",
    "description",
    "deprecated",
    "parameters",
    "requestBody",
    "responses",
];

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let span = lowering.root.span;
    if lowering.root.as_mapping().is_none() {
        let kind = lowering.root.kind();
        lowering.unreadable(
            span,
            format!("an OpenAPI document is an object; this is {kind}"),
        );
        return;
    }
    version(lowering);
    twice(lowering);
    info(lowering);
    server(lowering);
    webhooks(lowering);
    paths(lowering);
    if let Some(root) = lowering.root.as_mapping_mut() {
        root.retain(|entry| {
            matches!(
                entry.key.name.as_str(),
                "openapi" | "info" | "paths" | "components" | "x-error-codes"
            )
        });
        if root
            .get("components")
            .is_some_and(|components| components.as_mapping().is_none())
        {
            root.remove("components");
        }
    }
    if let Some(components) = lowering
        .root
        .get_mut("components")
        .and_then(Node::as_mapping_mut)
    {
        // Everything but schemas is put where it is referred to.
        components
            .retain(|entry| entry.key.name == "schemas" && entry.value.as_mapping().is_some());
    }
}

fn version(lowering: &mut Lowering<'_>) {
    let root = lowering.document.root();
    let stated = root.get("openapi");
    let span = stated.map_or(root.span, |node| node.span);
    let text = stated
        .and_then(Node::scalar_text)
        .unwrap_or_default()
        .trim();
    if !text.starts_with("3.") && text != "3" {
        let found = if root.get("swagger").is_some() {
            "this is Swagger 2.0, which converters turn into OpenAPI 3.0".to_owned()
        } else if stated.is_some() {
            format!("found `{text}`")
        } else {
            "the member `openapi` is missing".to_owned()
        };
        lowering.unreadable(
            span,
            format!(
                "the document says with `openapi: 3.0.3` that it is OpenAPI 3.0 or 3.1; {found}"
            ),
        );
    }
    if let Some(root) = lowering.root.as_mapping_mut() {
        root.insert("openapi", Node::string(VERSION, span));
    }
}

/// Tells every key that its object has twice: in what code is made of, one of the two would be lost in
/// silence, an operation perhaps.
fn twice(lowering: &mut Lowering<'_>) {
    for remark in lowering.document.remarks() {
        let RemarkKind::DuplicateKey { name, first } = &remark.kind else {
            continue;
        };
        let message = format!(
            "`{name}` is a key of this object already, at line {}, and only one of the two can count",
            first.start.line
        );
        let pointer = lowering.document.pointer_of(remark.span);
        let so = "the last one is taken";
        if pointer.is_some_and(|pointer| is_code(pointer.tokens())) {
            lowering.wrong_so(remark.span, format!("{message}; keep one of them"), so);
        } else {
            lowering.note(remark.span, format!("{message}; {so}"));
        }
    }
}

/// Whether code is made of what stands there.
fn is_code(tokens: &[String]) -> bool {
    let mut before = "";
    let is_data = tokens.iter().any(|token| {
        let names = matches!(
            before,
            "properties" | "patternProperties" | "paths" | "schemas"
        );
        before = token;
        !names
            && (matches!(token.as_str(), "example" | "examples" | "default" | "enum")
                || token.starts_with("x-"))
    });
    let root = tokens.first().map_or("", String::as_str);
    !is_data && matches!(root, "openapi" | "paths" | "components")
}

/// The texts of `info` that documentation is made of.
fn info(lowering: &mut Lowering<'_>) {
    let info = lowering.document.root().get("info");
    let span = info.map_or(lowering.root.span, |info| info.span);
    let text = |name: &str| info?.get(name)?.scalar_text().map(str::to_owned);
    let mut lowered = Mapping::default();
    let title = text("title").unwrap_or_else(|| "the API".to_owned());
    lowered.insert("title", Node::string(title, span));
    for name in ["description", "termsOfService"] {
        if let Some(text) = text(name) {
            lowered.insert(name, Node::string(text, span));
        }
    }
    lowered.insert(
        "version",
        Node::string(text("version").unwrap_or_default(), span),
    );
    if let Some(root) = lowering.root.as_mapping_mut() {
        root.insert("info", Node::new(Value::Mapping(lowered), span));
    }
}

/// The URL of the first server, with the default of each of its variables.
fn server(lowering: &mut Lowering<'_>) {
    let servers = lowering.document.root().get("servers");
    let Some(server) = servers.and_then(|servers| servers.child("0")) else {
        return;
    };
    let Some((stated, span)) = server
        .get("url")
        .and_then(|url| Some((url.as_str()?, url.span)))
    else {
        return;
    };
    let value = |name: &str| {
        let variable = server.get("variables")?.get(name)?;
        // Without the default, which is required, the first of its values is as good as any.
        let value = variable.get("default");
        value
            .or_else(|| variable.get("enum")?.child("0"))?
            .scalar_text()
    };
    let mut url = String::new();
    let mut rest = stated;
    while let Some((before, name, after)) = rest.split_once('{').and_then(|(before, rest)| {
        let (name, after) = rest.split_once('}')?;
        Some((before, name, after))
    }) {
        let Some(value) = value(name) else {
            lowering.note(
                span,
                format!(
                    "the variable `{name}` of this URL has no default, so the client knows no server"
                ),
            );
            return;
        };
        url += before;
        url += value;
        rest = after;
    }
    lowering.plan.server_url = Some(url + rest);
}

fn webhooks(lowering: &mut Lowering<'_>) {
    let root = lowering.document.root().as_mapping();
    if let Some(webhooks) = root.and_then(|root| root.entry("webhooks"))
        && webhooks
            .value
            .as_mapping()
            .is_some_and(|webhooks| !webhooks.is_empty())
    {
        lowering.note(
            webhooks.key.span,
            "webhooks are what a service sends, so the client has none of them",
        );
    }
}

fn paths(lowering: &mut Lowering<'_>) {
    let span = lowering.root.span;
    let has_components =
        lowering.root.get("components").is_some() || lowering.root.get("webhooks").is_some();
    let (left_out, keep_going) = (lowering.left_out.clone(), lowering.keep_going);
    let mut wrong: Vec<(Span, String)> = Vec::new();
    let mut notes: Vec<(Span, String)> = Vec::new();
    let Some(root) = lowering.root.as_mapping_mut() else {
        return;
    };
    if root.get("paths").is_none()
        || root
            .get("paths")
            .is_some_and(|paths| paths.value == Value::Null)
    {
        if !has_components {
            wrong.push((
                span,
                "the document has no `paths`, which hold its operations".to_owned(),
            ));
        }
        root.insert("paths", Node::new(Value::Mapping(Mapping::default()), span));
    }
    let Some(paths) = root.get_mut("paths") else {
        return;
    };
    let (span, kind) = (paths.span, paths.kind());
    if paths.as_mapping().is_none() {
        paths.value = Value::Mapping(Mapping::default());
        wrong.push((
            span,
            format!("`paths` is an object with a member per path; this is {kind}"),
        ));
    }
    let Some(paths) = paths.as_mapping_mut() else {
        return;
    };
    paths.retain(|path| !path.key.name.starts_with("x-"));
    for path in paths.iter_mut() {
        let name = &mut path.key.name;
        if !name.starts_with('/') {
            let slash = if keep_going {
                "; one is put before it"
            } else {
                ""
            };
            let message = format!("a path begins with a slash; found `{name}`{slash}");
            wrong.push((path.key.span, message));
            name.insert(0, '/');
        }
    }
    for path in paths.iter_mut() {
        let name = path.key.name.clone();
        let before_query = name.split('?').next().unwrap_or_default();
        if let Some(dots) = before_query.split('/').find(|s| matches!(*s, "." | "..")) {
            notes.push((
                path.key.span,
                format!("no URL keeps the segment `{dots}`, so another path is called"),
            ));
        }
        let Some(item) = path.value.as_mapping_mut() else {
            continue;
        };
        let own = item.iter().filter_map(|member| member.value.get("servers"));
        for servers in own.chain(item.get("servers")) {
            if let Some(url) = servers.child("0").and_then(|server| server.get("url")) {
                let url = url.scalar_text().unwrap_or_default();
                notes.push((
                    servers.span,
                    format!(
                        "the server `{url}` is this one's own, and a client has one base URL: call \
                         it with a client for that server"
                    ),
                ));
            }
        }
        let unknown = item.iter().filter(|member| {
            let name = member.key.name.as_str();
            !BESIDE_METHODS.contains(&name) && !METHODS.contains(&name) && !name.starts_with("x-")
        });
        notes.extend(unknown.map(|member| {
            let name = &member.key.name;
            let message = format!("`{name}` is no method of OpenAPI 3.0, so it is left out");
            (member.key.span, message)
        }));
        item.retain(|member| {
            matches!(member.key.name.as_str(), "$ref" | "parameters")
                || METHODS.contains(&member.key.name.as_str())
                    && !left_out.contains(&(name.clone(), member.key.name.clone()))
        });
        for member in item.iter_mut() {
            notes.extend(prune(&mut member.value).map(|span| (span, CALLBACKS.to_owned())));
        }
    }
    for (span, message) in wrong {
        lowering.wrong(span, message);
    }
    for (span, message) in notes {
        lowering.note(span, message);
    }
}

/// What is said where an operation has callbacks.
pub(super) const CALLBACKS: &str =
    "callbacks are what a service sends, so the client has none of them";

/// Takes out of an operation what no code is made of, and tells where its callbacks stood.
pub(super) fn prune(operation: &mut Node) -> Option<Span> {
    let mut callbacks = None;
    if let Some(operation) = operation.as_mapping_mut() {
        operation.retain(|member| {
            if member.key.name == "callbacks"
                && let Some(stated) = member.value.as_mapping()
                && !stated.is_empty()
            {
                callbacks = Some(member.key.span);
            }
            OPERATION.contains(&member.key.name.as_str()) || member.key.name.starts_with("x-")
        });
        for name in ["summary", "description"] {
            if operation
                .get(name)
                .is_some_and(|text| text.as_str().is_none())
            {
                operation.remove(name);
            }
        }
        if operation
            .get("deprecated")
            .is_some_and(|flag| flag.as_bool().is_none())
        {
            operation.remove("deprecated");
        }
    }
    callbacks
}
