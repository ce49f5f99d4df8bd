//! Puts parameters, bodies, answers, headers and path items where they are referred to, and makes
//! every reference to a schema one to a component of its own.
//!
//! progenitor follows references to parameters, bodies and answers, but refuses path items that are
//! references, knows none to operations, to `content` or to a media type, and takes the last word of any reference for the name of a component, so that
//! `#/paths/…/schema` or `#/components/schemas/A/properties/b` end in a panic (no issue is known;
//! progenitor issue 228 is about references to other files). Afterwards only
//! schemas are referred to, and only by component; what a reference points to inside of something
//! becomes a component of its own. A reference to nothing, into another file, or in a circle is an
//! error at its place.
//!
//! What is put where it is referred to is still one thing: the inline schemas of a shared answer, body or
//! parameter that become types are components of its name, and so are those that stand in several
//! operations (the parameters of a path, what a YAML alias repeats), so that they are one type there.

use crate::document::{Entry, Mapping, Node, Span, Value};

use super::components::Components;
use super::resolver::target;
use super::schema::anything;
use super::{Lowering, METHODS, Order, form, media_types};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    path_items(lowering);
    lowering.each_operation(|lowering, operation, _| parts(lowering, operation));
    let mut components = Components::of(lowering);
    lowering.each_schema_in(Order::OuterFirst, |lowering, schema, _| {
        components.settle(lowering, schema);
    });
    components.add(lowering);
    components.shared(lowering);
    components.wherever(lowering);
}

pub(super) fn place_of(node: &Node) -> Span {
    node.get("$ref").map_or(node.span, |target| target.span)
}

/// What becomes of a reference to nothing, where it costs only itself.
pub(super) const ANY: &str = "any value is taken";

/// Puts the target of a reference in its place; what leads to nothing is told and gives false.
fn replace(lowering: &mut Lowering<'_>, node: &mut Node, so: &str) -> bool {
    match followed(lowering, node) {
        Ok(()) => true,
        Err((span, message)) => {
            lowering.wrong_so(span, message, so);
            false
        }
    }
}

/// Puts the target of a reference in its place, or says where and why it leads to nothing.
fn followed(lowering: &Lowering<'_>, node: &mut Node) -> Result<(), (Span, String)> {
    let Some(reference) = node.reference() else {
        return Ok(());
    };
    let target = target(lowering, reference)
        .map_err(|reason| (place_of(node), reason.message(reference)))?;
    let own = std::mem::replace(node, target.node.clone());
    // Since OpenAPI 3.1 the place may say better what is there.
    if !lowering.is_3_0()
        && let Some(node) = node.as_mapping_mut()
    {
        for word in ["summary", "description"] {
            if let Some(text) = own.get(word).filter(|text| text.as_str().is_some()) {
                node.insert(word, text.clone());
            }
        }
    }
    Ok(())
}

/// What stood beside a reference adds to what it led to.
fn beside(node: &mut Node, own: &Node) {
    let (Some(node), Some(own)) = (node.as_mapping_mut(), own.as_mapping()) else {
        return;
    };
    for member in own {
        if member.key.name != "$ref" && node.get(&member.key.name).is_none() {
            node.insert(member.key.name.clone(), member.value.clone());
        }
    }
}

/// Path items: what they refer to, and the parameters that all their operations share.
fn path_items(lowering: &mut Lowering<'_>) {
    let Some(mut paths) = lowering
        .root
        .as_mapping_mut()
        .and_then(|root| root.remove("paths"))
    else {
        return;
    };
    let mut removed = Vec::new();
    for path in paths
        .as_mapping_mut()
        .into_iter()
        .flat_map(Mapping::iter_mut)
    {
        let own = path.value.reference().map(|_| path.value.clone());
        if !replace(lowering, &mut path.value, "the path is left out") {
            removed.push(path.key.name.clone());
            continue;
        }
        if let Some(own) = own {
            beside(&mut path.value, &own);
        }
        let Some(item) = path.value.as_mapping_mut() else {
            if path.value.value != Value::Null {
                let kind = path.value.kind();
                lowering.wrong_so(
                    path.value.span,
                    format!(
                        "a path item is an object with an operation per method; this is {kind}"
                    ),
                    "the path is left out",
                );
            }
            removed.push(path.key.name.clone());
            continue;
        };
        let name = &path.key.name;
        item.retain(|member| {
            member.key.name == "parameters"
                || METHODS.contains(&member.key.name.as_str())
                    && !lowering
                        .left_out
                        .contains(&(name.clone(), member.key.name.clone()))
        });
        let mut shared = item.remove("parameters");
        for parameter in shared
            .iter_mut()
            .filter_map(Node::as_sequence_mut)
            .flatten()
        {
            replace(lowering, parameter, "the parameter is left out");
            // Where no operation takes it up, nobody else would look.
            check(lowering, parameter);
        }
        for operation in item.iter_mut() {
            if operation.value.reference().is_some() {
                let own = operation.value.clone();
                if let Err((span, message)) = followed(lowering, &mut operation.value) {
                    lowering.current = Some((name.clone(), operation.key.name.clone()));
                    lowering.error(span, message);
                    lowering.current = None;
                    continue;
                }
                beside(&mut operation.value, &own);
            }
            let (span, kind) = (operation.value.span, operation.value.kind());
            if operation.value.as_mapping().is_none() {
                lowering.wrong_so(
                    span,
                    format!("an operation is an object; this is {kind}"),
                    "it is left out",
                );
                continue;
            }
            if let Some(span) = form::prune(&mut operation.value) {
                lowering.note(span, form::CALLBACKS);
            }
            let own = operation.value.as_mapping_mut().and_then(|operation| {
                operation.remove("$ref");
                operation.remove("parameters")
            });
            let mut parameters: Vec<Node> = Vec::new();
            if let Some(own) = own {
                match own.value {
                    Value::Sequence(items) => parameters = items,
                    Value::Null => {}
                    _ => {
                        lowering.wrong_so(own.span, "`parameters` is an array", "they are left out")
                    }
                }
            }
            parameters
                .retain_mut(|parameter| replace(lowering, parameter, "the parameter is left out"));
            let shared = shared
                .as_ref()
                .and_then(Node::as_sequence)
                .into_iter()
                .flatten();
            let mut inherited: Vec<Node> = Vec::new();
            for parameter in shared {
                let identity = |node: &Node| {
                    let text = |name| node.get(name).and_then(Node::as_str).map(str::to_owned);
                    (text("name"), text("in"))
                };
                if parameter.reference().is_none()
                    && !parameters
                        .iter()
                        .any(|own| identity(own) == identity(parameter))
                {
                    inherited.push(parameter.clone());
                }
            }
            inherited.extend(parameters);
            if let Some(operation) = operation.value.as_mapping_mut() {
                operation.insert("parameters", Node::new(Value::Sequence(inherited), span));
            }
        }
    }
    if let Some(paths) = paths.as_mapping_mut() {
        paths.retain(|path| !removed.contains(&path.key.name));
    }
    if let Some(root) = lowering.root.as_mapping_mut() {
        root.insert("paths", paths);
    }
}

/// Tells every reference to nothing in the schemas of a part that may be used nowhere.
fn check(lowering: &mut Lowering<'_>, node: &Node) {
    if let Some(reference) = node.reference()
        && let Err(reason) = target(lowering, reference)
    {
        lowering.wrong(place_of(node), reason.message(reference));
    }
    // A discriminator names schemas by their references, too.
    let mapping = node
        .get("discriminator")
        .and_then(|node| node.get("mapping"));
    for entry in mapping.and_then(Node::as_mapping).into_iter().flatten() {
        if let Some(reference) = entry.value.as_str()
            && reference.starts_with("#/")
            && let Err(reason) = target(lowering, reference)
        {
            lowering.wrong(entry.value.span, reason.message(reference));
        }
    }
    for entry in node.as_mapping().into_iter().flatten() {
        let is_data = matches!(
            entry.key.name.as_str(),
            "example" | "examples" | "default" | "enum" | "const"
        );
        if !is_data && !entry.key.name.starts_with("x-") {
            check(lowering, &entry.value);
        }
    }
    for item in node.as_sequence().into_iter().flatten() {
        check(lowering, item);
    }
}

/// The parameters, the body and the answers of an operation.
fn parts(lowering: &mut Lowering<'_>, operation: &mut Node) {
    for parameter in operation
        .get_mut("parameters")
        .and_then(Node::as_sequence_mut)
        .into_iter()
        .flatten()
    {
        direct(lowering, parameter);
        contents(lowering, parameter);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        if !replace(lowering, body, ANY) {
            *body = any_json(body.span);
        }
        contents(lowering, body);
        media_types::unread(lowering, body, true);
    }
    for response in operation
        .get_mut("responses")
        .and_then(Node::as_mapping_mut)
        .into_iter()
        .flat_map(Mapping::iter_mut)
    {
        if !replace(lowering, &mut response.value, ANY) {
            response.value = any_json(response.value.span);
        }
        contents(lowering, &mut response.value);
        media_types::unread(lowering, &response.value, false);
    }
}

/// Keywords of a schema that stood in the parameter itself in Swagger 2.0.
const DIRECT: &[&str] = &[
    "type",
    "format",
    "items",
    "enum",
    "default",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "multipleOf",
];

/// A parameter without a schema that has its keywords itself, as in Swagger 2.0, has them in a schema.
fn direct(lowering: &mut Lowering<'_>, parameter: &mut Node) {
    let span = parameter.span;
    let Some(mapping) = parameter.as_mapping_mut() else {
        return;
    };
    let is_direct = |entry: &Entry| DIRECT.contains(&entry.key.name.as_str());
    let Some(first) = mapping.iter().find(|entry| is_direct(entry)) else {
        return;
    };
    let (place, word) = (first.key.span, first.key.name.clone());
    let has_schema = mapping.get("schema").is_some() || mapping.get("content").is_some();
    if !has_schema {
        let schema: Mapping = mapping
            .iter()
            .filter(|entry| is_direct(entry))
            .cloned()
            .collect();
        mapping.insert("schema", Node::new(Value::Mapping(schema), span));
    }
    mapping.retain(|entry| !is_direct(entry));
    let so = match has_schema {
        true => "left out",
        false => "taken from here",
    };
    lowering.note(
        place,
        format!("a parameter has its `{word}` in its `schema`; it is {so}"),
    );
}

/// The media types of a parameter, a body or an answer, all of them or each of which may be referred to.
fn contents(lowering: &mut Lowering<'_>, holder: &mut Node) {
    let Some(content) = holder.get_mut("content") else {
        return;
    };
    if !replace(lowering, content, ANY) {
        *content = any_content(content.span);
    }
    media_types::settle(lowering, content);
    for media_type in content
        .as_mapping_mut()
        .into_iter()
        .flat_map(Mapping::iter_mut)
    {
        if !replace(lowering, &mut media_type.value, ANY) {
            let span = media_type.value.span;
            media_type.value = Node::object([("schema", anything(span))], span);
        }
    }
}

/// A body or an answer that is JSON of any shape.
fn any_json(span: Span) -> Node {
    Node::object([("content", any_content(span))], span)
}

fn any_content(span: Span) -> Node {
    let media_type = Node::object([("schema", anything(span))], span);
    Node::object([("application/json", media_type)], span)
}
