//! Parameters in any style become ones that progenitor takes; how they are sent is rendered.
//!
//! progenitor knows `form` in the query and `simple` elsewhere, of one value each (progenitor issue 692
//! is about lists; no issue is known about the rest); it refuses the
//! other styles, cookies and `content`, keeps one of two parameters that share a name, calls
//! `to_string` on objects and lists, and panics where a path and its parameters disagree or an
//! optional parameter is an object. Here each parameter gets a name that no other of its operation
//! has, a cookie is passed like a header, the style goes into the plan, and the encoding in the
//! generated function is rendered from it.

use std::collections::BTreeSet;

use crate::document::{Mapping, Node, Span, Value};
use crate::names;
use crate::plan::{Parameter, ParameterStyle};

use super::schema::{anything, implied_type, reference_to, referred};
use super::{Lowering, entry, limits};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let mut paths: Vec<String> = Vec::new();
    lowering.each_operation(|lowering, operation, place| {
        let path = lower(
            lowering,
            operation,
            place.path,
            place.path_span,
            place.index,
        );
        paths.push(path);
    });
    rewrite_paths(lowering, &paths);
}

fn lower(
    lowering: &mut Lowering<'_>,
    operation: &mut Node,
    path: &str,
    path_span: Span,
    index: usize,
) -> String {
    let parameters = operation
        .as_mapping_mut()
        .and_then(|operation| operation.remove("parameters"));
    let mut found: Vec<(Parameter, Node)> = Vec::new();
    let template = template(path);
    let Ok(template) = template else {
        lowering.error(
            path_span,
            format!("the path `{path}` has a brace without its partner"),
        );
        return path.to_owned();
    };
    for parameter in parameters.iter().filter_map(Node::as_sequence).flatten() {
        let Some((plan, schema)) = read(lowering, parameter) else {
            continue;
        };
        if plan.location == "path" && !template.contains(&plan.name) {
            lowering.note(
                parameter.span,
                format!(
                    "the path `{path}` has no `{{{}}}`, so this parameter is left out",
                    plan.name
                ),
            );
            continue;
        }
        if plan.location == "header"
            && matches!(
                plan.name.to_ascii_lowercase().as_str(),
                "accept" | "content-type"
            )
        {
            let name = &plan.name;
            lowering.note(
                parameter.span,
                format!(
                    "OpenAPI ignores the parameter `{name}`, since the media types say it, so it is \
                     left out"
                ),
            );
            continue;
        }
        if let Some(same) = found
            .iter()
            .position(|(other, _)| other.name == plan.name && other.location == plan.location)
        {
            lowering.note(
                parameter.span,
                format!(
                    "the parameter `{}` is there twice; the last one counts",
                    plan.name
                ),
            );
            found.remove(same);
        }
        found.push((plan, schema));
    }
    for name in &template {
        if !found
            .iter()
            .any(|(plan, _)| plan.location == "path" && plan.name == *name)
        {
            lowering.note(
                path_span,
                format!("the path parameter `{name}` is declared nowhere, so it is a string"),
            );
            let schema = Node::object([("type", Node::string("string", path_span))], path_span);
            let plan = plan(name, "path", ParameterStyle::Simple);
            found.push((plan, schema));
        }
    }

    let mut taken: BTreeSet<String> = names::RESERVED_PARAMETERS
        .iter()
        .map(|&name| name.to_owned())
        .collect();
    // Where one name stands in several places, the path keeps it.
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|&index| match found[index].0.location.as_str() {
        "path" => 0,
        "query" => 1,
        "header" => 2,
        _ => 3,
    });
    for index in order {
        let plan = &mut found[index].0;
        let wanted = names::snake(&plan.name);
        plan.ident = if taken.insert(wanted.clone()) {
            wanted
        } else {
            let placed = names::snake(&format!("{}-{wanted}", plan.location));
            if taken.contains(&placed) {
                let mut number = 2;
                while taken.contains(&names::snake(&format!("{placed}{number}"))) {
                    number += 1;
                }
                let numbered = names::snake(&format!("{placed}{number}"));
                taken.insert(numbered.clone());
                numbered
            } else {
                taken.insert(placed.clone());
                placed
            }
        };
    }

    let builder = lowering.plan.operations[index].builder_name.clone();
    let mut lowered: Vec<Node> = Vec::new();
    for (plan, mut schema) in found {
        let span = schema.span;
        let stated = stated(&parameters, &plan);
        let description = stated
            .and_then(|stated| stated.get("description")?.as_str())
            .map(str::to_owned);
        let is_deprecated = stated
            .and_then(|stated| stated.get("deprecated")?.as_bool())
            .unwrap_or_default();
        plain(
            lowering,
            &mut schema,
            &format!("{builder}{}", names::pascal(&plan.ident)),
        );
        let location = match plan.location.as_str() {
            "cookie" => "header",
            other => other,
        };
        let mut members = vec![
            entry("name", Node::string(plan.ident.clone(), span)),
            entry("in", Node::string(location, span)),
            entry("required", Node::bool(plan.required, span)),
        ];
        if let Some(description) = description {
            members.push(entry("description", Node::string(description, span)));
        }
        if is_deprecated {
            members.push(entry("deprecated", Node::bool(true, span)));
        }
        members.push(entry("schema", schema));
        lowered.push(Node::new(
            Value::Mapping(members.into_iter().collect()),
            span,
        ));
        lowering.plan.operations[index].parameters.push(plan);
    }
    let span = operation.span;
    if let Some(operation) = operation.as_mapping_mut()
        && !lowered.is_empty()
    {
        operation.insert("parameters", Node::new(Value::Sequence(lowered), span));
    }
    renamed_path(path, &lowering.plan.operations[index].parameters)
}

fn plan(name: &str, location: &str, style: ParameterStyle) -> Parameter {
    Parameter {
        name: name.to_owned(),
        ident: String::new(),
        location: location.to_owned(),
        style,
        explode: style == ParameterStyle::Form,
        allow_reserved: false,
        is_text: true,
        required: location == "path",
        limits: crate::plan::Limits::default(),
        description: None,
        of: crate::plan::Use::Nothing,
    }
}

/// Reads one parameter and its schema.
fn read(lowering: &mut Lowering<'_>, parameter: &Node) -> Option<(Parameter, Node)> {
    let span = parameter.span;
    let text = |name: &str| parameter.get(name).and_then(Node::scalar_text);
    let Some(name) = text("name").filter(|name| !name.is_empty()) else {
        lowering.error(span, "a parameter has a `name`");
        return None;
    };
    let Some(location @ ("path" | "query" | "header" | "cookie")) = text("in") else {
        let found = text("in").map_or("none".to_owned(), |found| format!("`{found}`"));
        lowering.error(
            span,
            format!("the parameter `{name}` says with `in` where it is: `path`, `query`, `header` or `cookie`; found {found}"),
        );
        return None;
    };
    let default = match location {
        "query" | "cookie" => ParameterStyle::Form,
        _ => ParameterStyle::Simple,
    };
    let mut style = match text("style") {
        Some("simple") => ParameterStyle::Simple,
        Some("label") => ParameterStyle::Label,
        Some("matrix") => ParameterStyle::Matrix,
        Some("form") => ParameterStyle::Form,
        Some("spaceDelimited") => ParameterStyle::SpaceDelimited,
        Some("pipeDelimited") => ParameterStyle::PipeDelimited,
        Some("deepObject") => ParameterStyle::DeepObject,
        _ => default,
    };
    let fits = match location {
        "path" => matches!(
            style,
            ParameterStyle::Simple | ParameterStyle::Label | ParameterStyle::Matrix
        ),
        "header" => style == ParameterStyle::Simple,
        "cookie" => style == ParameterStyle::Form,
        _ => !matches!(
            style,
            ParameterStyle::Simple | ParameterStyle::Label | ParameterStyle::Matrix
        ),
    };
    if !fits {
        lowering.note(
            span,
            format!(
                "the parameter `{name}` is in the {location}, which has no style `{}`; it is sent in \
                 the usual one",
                text("style").unwrap_or_default()
            ),
        );
        style = default;
    }
    let flag = |name: &str| parameter.get(name).and_then(Node::as_bool);
    let mut schema = parameter.get("schema").cloned();
    let mut other_media_type = None;
    if schema.is_none()
        && let Some(content) = parameter.get("content").and_then(Node::as_mapping)
        && let Some(first) = content.iter().next()
    {
        let essence = first
            .key
            .name
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        schema = Some(
            first
                .value
                .get("schema")
                .cloned()
                .unwrap_or_else(|| anything(span)),
        );
        if essence == "application/json" || essence.ends_with("+json") {
            style = ParameterStyle::Json;
        } else {
            other_media_type = Some(essence);
        }
    }
    let schema =
        schema.unwrap_or_else(|| Node::object([("type", Node::string("string", span))], span));
    let resolved = lowering.resolve(&schema);
    let limits = resolved.map(limits::of).unwrap_or_default();
    let holds = resolved.and_then(implied_type);
    let unwritten = other_media_type.filter(|_| matches!(holds, Some("object" | "array")));
    let is_text = style != ParameterStyle::Json
        && resolved.is_some_and(|schema| {
            let plain = ["oneOf", "anyOf", "allOf"]
                .iter()
                .all(|word| schema.get(word).is_none());
            plain
                && schema.get("format").and_then(Node::as_str) != Some("password")
                && matches!(implied_type(schema), Some("string" | "integer" | "boolean"))
        });
    if let Some(media_type) = unwritten {
        lowering.note(
            span,
            format!(
                "the parameter `{name}` is `{media_type}`, of which the client makes none: it is sent \
                 as one without `content` would be"
            ),
        );
    }
    let mut plan = plan(name, location, style);
    plan.required = location == "path" || flag("required") == Some(true);
    plan.explode = flag("explode").unwrap_or(style == ParameterStyle::Form);
    plan.allow_reserved = flag("allowReserved") == Some(true);
    plan.limits = limits;
    plan.is_text = is_text;
    Some((plan, schema))
}

/// Makes of a parameter's schema one whose type progenitor can take.
fn plain(lowering: &mut Lowering<'_>, schema: &mut Node, hint: &str) {
    without_null(schema);
    if let Some(mapping) = schema.as_mapping_mut() {
        mapping.remove("default");
    }
    let Some(resolved) = lowering.resolve(schema).cloned() else {
        return;
    };
    let target = referred(&resolved).and_then(|name| lowering.component(name));
    let resolved = target.cloned().unwrap_or(resolved);
    let is_object = matches!(implied_type(&resolved), Some("object"))
        || ["allOf", "oneOf", "anyOf"]
            .iter()
            .any(|word| resolved.get(word).is_some());
    let takes_null = super::schema::is_nullable(&resolved)
        || values_of(&resolved).any(|value| value.value == Value::Null);
    if !is_object && !takes_null {
        return;
    }
    if takes_null && !is_object {
        *schema = resolved;
        without_null(schema);
        return;
    }
    // progenitor panics on an optional parameter that has a builder; under another name it has none.
    let span = schema.span;
    let name = match referred(schema) {
        Some(name) => name.to_owned(),
        None => lowering.name_schema(schema, hint),
    };
    let alias = lowering.type_name(&format!("{name}Parameter"));
    let all_of = Node::new(Value::Sequence(vec![reference_to(&name, span)]), span);
    lowering.add_schema(&alias, Node::object([("allOf", all_of)], span));
    lowering.plan.aliases.insert(alias.clone(), name);
    *schema = reference_to(&alias, span);
}

/// The values of an enum.
fn values_of(schema: &Node) -> impl Iterator<Item = &Node> {
    let values = schema.get("enum").and_then(Node::as_sequence);
    values.into_iter().flatten()
}

/// An optional parameter is absent; there is nothing else that null could be.
fn without_null(schema: &mut Node) {
    let is_null_alone = values_of(schema).all(|value| value.value == Value::Null);
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    mapping.remove("nullable");
    if is_null_alone {
        mapping.remove("enum");
    } else if let Some(values) = mapping.get_mut("enum").and_then(Node::as_sequence_mut) {
        values.retain(|value| value.value != Value::Null);
    }
}

/// A parameter as the document states it.
fn stated<'n>(parameters: &'n Option<Node>, plan: &Parameter) -> Option<&'n Node> {
    parameters
        .as_ref()?
        .as_sequence()?
        .iter()
        .rev()
        .find(|parameter| {
            parameter.get("name").and_then(Node::scalar_text) == Some(&plan.name)
                && parameter.get("in").and_then(Node::as_str) == Some(&plan.location)
        })
}

/// The names between braces.
fn template(path: &str) -> Result<Vec<String>, ()> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(start) = rest.find(['{', '}']) {
        if rest[start..].starts_with('}') {
            return Err(());
        }
        let inner = &rest[start + 1..];
        let end = inner.find(['{', '}']).ok_or(())?;
        if inner[end..].starts_with('{') || inner[..end].contains('/') {
            return Err(());
        }
        let name = inner[..end].to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
        rest = &inner[end + 1..];
    }
    Ok(names)
}

/// The path with the names that its parameters have in Rust.
fn renamed_path(path: &str, parameters: &[Parameter]) -> String {
    let mut renamed = String::new();
    let mut rest = path;
    while let Some(start) = rest.find('{') {
        let (before, inner) = rest.split_at(start + 1);
        renamed.push_str(before);
        let end = inner.find('}').unwrap_or(inner.len());
        let name = &inner[..end];
        let ident = parameters
            .iter()
            .find(|parameter| parameter.location == "path" && parameter.name == name)
            .map_or(name, |parameter| parameter.ident.as_str());
        renamed.push_str(ident);
        rest = &inner[end..];
    }
    renamed + rest
}

/// Moves each operation under its path with the new names; operations of one path may differ in them.
fn rewrite_paths(lowering: &mut Lowering<'_>, paths: &[String]) {
    let Some(root) = lowering.root.as_mapping_mut() else {
        return;
    };
    let Some(old) = root.remove("paths") else {
        return;
    };
    let span = old.span;
    let mut new = Mapping::default();
    let mut index = 0;
    if let Value::Mapping(old) = old.value {
        for path in old {
            let mut item = path.value;
            for method in super::METHODS {
                let Some(operation) = item.as_mapping_mut().and_then(|item| {
                    item.get(method)?.as_mapping()?;
                    item.remove(method)
                }) else {
                    continue;
                };
                let name = paths
                    .get(index)
                    .cloned()
                    .unwrap_or_else(|| path.key.name.clone());
                index += 1;
                match new.get_mut(&name).and_then(Node::as_mapping_mut) {
                    Some(item) => {
                        item.insert(method, operation);
                    }
                    None => {
                        let mut item = Mapping::default();
                        item.insert(method, operation);
                        let value = Node::new(Value::Mapping(item), path.key.span);
                        new.insert(name, value);
                    }
                }
            }
        }
    }
    root.insert("paths", Node::new(Value::Mapping(new), span));
}
