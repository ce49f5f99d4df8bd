//! Several request media types, and multipart, become bytes with a `Content-Type`.
//!
//! progenitor panics where a body has two media types and refuses `multipart/form-data`. It does
//! send an `application/octet-stream` body, and a header parameter named `Content-Type` wins over
//! the one that it would set; so every body that is not just JSON is lowered to that pair. What a
//! person gives is rendered from the plan: a typed body with a variant per media type, which makes
//! these bytes in memory, with a known length, so that they can be sent again.

use crate::document::{Mapping, Node, Value};
use crate::names;
use crate::plan::{Body, BodyAlternative, BodyForm};

use super::{Lowering, Place, entry, limits, reference_to};

/// The component that stands for a file in a form; rendering gives it its Rust type.
pub(crate) const FILE_PART: &str = "FilePart";

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_operation(lower);
}

fn lower(lowering: &mut Lowering<'_>, operation: &mut Node, place: Place<'_>) {
    let Some(body) = operation.get_mut("requestBody") else {
        return;
    };
    let span = body.span;
    let required = body.get("required").and_then(Node::as_bool) == Some(true);
    let Some(content) = body.get_mut("content").and_then(Node::as_mapping_mut) else {
        lowering.error(span, "a request body has a `content` with its media types");
        return;
    };
    if content.is_empty() {
        remove_body(operation);
        return;
    }
    let only_json = content.len() == 1
        && content.iter().all(|entry| {
            entry.key.name == "application/json" && entry.value.get("schema").is_some()
        });
    if only_json && required {
        for media_type in content.iter_mut() {
            // Encodings say nothing about JSON, and progenitor panics on them.
            if let Some(media_type) = media_type.value.as_mapping_mut() {
                media_type.remove("encoding");
            }
        }
        return;
    }

    let builder = lowering.plan.operations[place.index].builder_name.clone();
    let mut alternatives: Vec<BodyAlternative> = Vec::new();
    for media_type in content.iter_mut() {
        let name = media_type.key.name.clone();
        let variant = variant_of(&name, &alternatives);
        let form = form(lowering, &name, &mut media_type.value, &builder, &variant);
        alternatives.push(BodyAlternative {
            variant,
            media_type: name,
            form,
        });
    }
    let type_name = names::unique(&mut lowering.plan.type_names, &format!("{builder}Body"));
    lowering.plan.operations[place.index].body = Some(Body {
        type_name,
        required,
        alternatives,
    });

    if let Some(body) = body.as_mapping_mut() {
        let bytes = Node::object(
            [
                ("type", Node::string("string", span)),
                ("format", Node::string("binary", span)),
            ],
            span,
        );
        let media_type = Node::object([("schema", bytes)], span);
        body.insert(
            "content",
            Node::object([("application/octet-stream", media_type)], span),
        );
    }
    let parameter = Node::object(
        [
            ("name", Node::string("Content-Type", span)),
            ("in", Node::string("header", span)),
            ("required", Node::bool(required, span)),
            (
                "schema",
                Node::object([("type", Node::string("string", span))], span),
            ),
        ],
        span,
    );
    if let Some(operation) = operation.as_mapping_mut() {
        match operation
            .get_mut("parameters")
            .and_then(Node::as_sequence_mut)
        {
            Some(parameters) => parameters.push(parameter),
            None => {
                operation.insert(
                    "parameters",
                    Node::new(Value::Sequence(vec![parameter]), span),
                );
            }
        }
    }
}

fn remove_body(operation: &mut Node) {
    if let Some(operation) = operation.as_mapping_mut() {
        operation.remove("requestBody");
    }
}

fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

fn variant_of(media_type: &str, taken: &[BodyAlternative]) -> String {
    let essence = essence(media_type);
    let wanted = match essence.as_str() {
        "application/json" => "Json".to_owned(),
        "multipart/form-data" => "Multipart".to_owned(),
        "application/x-www-form-urlencoded" => "Form".to_owned(),
        "text/plain" => "Text".to_owned(),
        "application/octet-stream" | "*/*" => "Bytes".to_owned(),
        other => names::pascal(other.strip_prefix("application/").unwrap_or(other)),
    };
    let mut taken = taken.iter().map(|other| other.variant.clone()).collect();
    names::unique(&mut taken, &wanted)
}

fn form(
    lowering: &mut Lowering<'_>,
    media_type: &str,
    value: &mut Node,
    builder: &str,
    variant: &str,
) -> BodyForm {
    let essence = essence(media_type);
    let encoding = value.get("encoding").cloned();
    let is_json = essence == "application/json" || essence.ends_with("+json");
    let Some(schema) = value.get_mut("schema") else {
        return if essence.starts_with("text/") {
            BodyForm::Text
        } else {
            BodyForm::Bytes
        };
    };
    let hint = format!("{builder}{variant}Body");
    if is_json {
        return BodyForm::Json {
            type_name: lowering.name_schema(schema, &hint),
        };
    }
    let is_object = lowering
        .resolve(schema)
        .is_some_and(|schema| schema.get("properties").is_some());
    match essence.as_str() {
        "multipart/form-data" if is_object => multipart(lowering, schema, &hint, encoding.as_ref()),
        "application/x-www-form-urlencoded" if is_object => BodyForm::Form {
            type_name: lowering.name_schema(schema, &hint),
        },
        other if other.starts_with("text/") => BodyForm::Text,
        _ => BodyForm::Bytes,
    }
}

/// A form whose files have a type of their own: bytes with a name and a content type.
fn multipart(
    lowering: &mut Lowering<'_>,
    schema: &mut Node,
    hint: &str,
    encoding: Option<&Node>,
) -> BodyForm {
    let stated = limits::of_members(schema);
    let type_name = lowering.name_schema(schema, hint);
    if !stated.is_empty() {
        lowering.plan.limits.insert(type_name.clone(), stated);
    }
    let mut content_types = Vec::new();
    for part in encoding.and_then(Node::as_mapping).into_iter().flatten() {
        let Some(list) = part.value.get("contentType").and_then(Node::as_str) else {
            continue;
        };
        let list: Vec<_> = list.split(',').map(|item| item.trim().to_owned()).collect();
        if let [only] = &list[..]
            && !only.contains('*')
        {
            content_types.push((part.key.name.clone(), only.clone()));
        }
        let members = lowering.plan.limits.entry(type_name.clone()).or_default();
        match members
            .iter_mut()
            .find(|member| member.member == part.key.name)
        {
            Some(member) => member.limits.content_types = list,
            None => members.push(crate::plan::MemberLimits {
                member: part.key.name.clone(),
                limits: crate::plan::Limits {
                    content_types: list,
                    ..Default::default()
                },
            }),
        }
    }
    let component = schema_component(lowering, &type_name);
    let mut found_file = false;
    if let Some(properties) = component
        .and_then(|schema| schema.get_mut("properties"))
        .and_then(Node::as_mapping_mut)
    {
        for property in properties.iter_mut() {
            found_file |= replace_file(&mut property.value);
            if let Some(items) = property.value.get_mut("items") {
                found_file |= replace_file(items);
            }
        }
    }
    if found_file {
        add_file_part(lowering);
    }
    BodyForm::Multipart {
        type_name,
        content_types,
    }
}

fn schema_component<'n>(lowering: &'n mut Lowering<'_>, type_name: &str) -> Option<&'n mut Node> {
    lowering
        .root
        .get_mut("components")?
        .get_mut("schemas")?
        .as_mapping_mut()?
        .iter_mut()
        .find(|entry| names::pascal(&entry.key.name) == type_name)
        .map(|entry| &mut entry.value)
}

fn replace_file(schema: &mut Node) -> bool {
    let is_file = schema.get("format").and_then(Node::as_str) == Some("binary");
    if is_file {
        *schema = reference_to(FILE_PART, schema.span);
    }
    is_file
}

fn add_file_part(lowering: &mut Lowering<'_>) {
    if lowering.plan.type_names.insert(FILE_PART.to_owned()) {
        let span = lowering.root.span;
        let members = [
            entry("description", Node::string("A file in a form.", span)),
            entry("type", Node::string("string", span)),
            entry("format", Node::string("binary", span)),
        ];
        let schema = Node::new(
            Value::Mapping(members.into_iter().collect::<Mapping>()),
            span,
        );
        lowering.add_schema(FILE_PART, schema);
    }
}
