//! A request body becomes one type, with a variant per media type where it has several.
//!
//! progenitor panics where a body has two media types and refuses `multipart/form-data` (progenitor
//! issues 402 and 518). Here every body that is not just JSON gets a type of its own, of which progenitor is
//! told no more than its name; it makes bytes in memory, with a known length, so that they can be sent again.

use std::collections::HashMap;

use crate::document::{Mapping, Node, Value};
use crate::names;
use crate::plan::{Body, BodyAlternative, BodyForm, MemberStyle, ParameterStyle, Use};

use super::schema::{implied_type, referred};
use super::{Lowering, Place, component_name, entry, limits, reference_to};

/// The component that stands for a file in a form; rendering gives it its Rust type.
pub(crate) const FILE_PART: &str = "FilePart";

/// The component that stands for bytes as they are; rendering gives it its Rust type.
pub(crate) const BYTES: &str = "BinaryBody";

/// The component that stands for a body that is read as it comes.
pub(crate) const STREAM: &str = "StreamBody";

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let mut forms = Forms::default();
    forms.count(&lowering.root, false);
    lowering.each_operation(|lowering, operation, place| {
        lower(lowering, operation, place, &mut forms);
    });
}

/// The forms that were made of components, so that one that many operations take is one type.
#[derive(Default)]
struct Forms {
    /// By the component and the content types of its parts.
    made: HashMap<(String, ContentTypes), String>,
    /// How often each component is referred to, and how often as the schema of a form.
    uses: HashMap<String, (usize, usize)>,
}

/// The content types that each part may have.
type ContentTypes = Vec<(String, Vec<String>)>;

fn lower(lowering: &mut Lowering<'_>, operation: &mut Node, place: Place<'_>, forms: &mut Forms) {
    let Some(body) = operation.get_mut("requestBody") else {
        return;
    };
    let span = body.span;
    let required = body.get("required").and_then(Node::as_bool) == Some(true);
    let Some(content) = body.get_mut("content").and_then(Node::as_mapping_mut) else {
        lowering.wrong(span, "a request body has a `content` with its media types");
        remove_body(operation);
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
    if only_json {
        lowering.plan.operations[place.index].body = Some(Body {
            of: Use::Nothing,
            required,
            description: None,
            alternatives: Vec::new(),
        });
        return;
    }

    let builder = lowering.plan.operations[place.index].builder_name.clone();
    let mut alternatives: Vec<BodyAlternative> = Vec::new();
    for media_type in content.iter_mut() {
        let name = media_type.key.name.clone();
        let variant = variant_of(&name, &alternatives);
        let hint = format!("{builder}{variant}Body");
        let form = form(lowering, &name, &mut media_type.value, &hint, forms);
        alternatives.push(BodyAlternative {
            variant,
            media_type: name,
            form,
        });
    }
    let type_name = lowering.body_name(&builder);
    lowering.plan.operations[place.index].body = Some(Body {
        of: Use::Body(type_name),
        required,
        description: None,
        alternatives,
    });
}

fn remove_body(operation: &mut Node) {
    if let Some(operation) = operation.as_mapping_mut() {
        operation.remove("requestBody");
    }
}

pub(super) fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// Whether a media type is JSON, by its own name or by its suffix.
pub(super) fn is_json(essence: &str) -> bool {
    matches!(
        essence,
        "application/json" | "text/json" | "application/x-json" | "text/x-json"
    ) || essence.ends_with("+json")
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
    hint: &str,
    forms: &mut Forms,
) -> BodyForm {
    let essence = essence(media_type);
    let encoding = value.get("encoding").cloned();
    let is_json = is_json(&essence);
    let Some(schema) = value.get_mut("schema") else {
        return if essence.starts_with("text/") {
            BodyForm::Text
        } else {
            BodyForm::Bytes
        };
    };
    if is_json {
        return BodyForm::Json {
            of: Use::Named(lowering.name_schema(schema, hint)),
        };
    }
    match essence.as_str() {
        of if of.starts_with("multipart/") && is_object(lowering, schema) => {
            multipart(lowering, schema, hint, encoding.as_ref(), forms)
        }
        "application/x-www-form-urlencoded" if is_object(lowering, schema) => BodyForm::Form {
            of: Use::Named(lowering.name_schema(schema, hint)),
            styles: styles(lowering, encoding.as_ref()),
        },
        other if other.starts_with("text/") => {
            let format = lowering
                .resolve(schema)
                .and_then(|schema| schema.get("format"));
            match format.and_then(Node::as_str) {
                Some("binary") => BodyForm::Bytes,
                _ => BodyForm::Text,
            }
        }
        _ => BodyForm::Bytes,
    }
}

/// Whether a form can be made of a schema's values: they have members.
fn is_object(lowering: &Lowering<'_>, schema: &Node) -> bool {
    let Some(mut schema) = lowering.resolve(schema) else {
        return false;
    };
    if let Some(name) = referred(schema) {
        let Some(target) = lowering.target(&format!("#/components/schemas/{name}")) else {
            return false;
        };
        schema = target;
    }
    ["allOf", "oneOf", "anyOf"]
        .iter()
        .any(|word| schema.get(word).is_some())
        || implied_type(schema) == Some("object")
}

/// A form whose files have a type of their own: bytes with a name and a content type.
fn multipart(
    lowering: &mut Lowering<'_>,
    schema: &mut Node,
    hint: &str,
    encoding: Option<&Node>,
    forms: &mut Forms,
) -> BodyForm {
    let mut content_types = Vec::new();
    let mut lists = ContentTypes::new();
    for part in encoding.and_then(Node::as_mapping).into_iter().flatten() {
        // `Content-Type` is said by `contentType`, as OpenAPI has it.
        let headers = part.value.get("headers").and_then(Node::as_mapping);
        if let Some(header) = headers
            .into_iter()
            .flatten()
            .find(|header| !header.key.name.eq_ignore_ascii_case("content-type"))
        {
            lowering.note(
                header.key.span,
                format!(
                    "the part `{}` is sent without the headers that it may have",
                    part.key.name
                ),
            );
        }
        let Some(list) = part.value.get("contentType").and_then(Node::as_str) else {
            continue;
        };
        let list: Vec<_> = list.split(',').map(|item| item.trim().to_owned()).collect();
        if let [only] = &list[..]
            && !only.contains('*')
        {
            content_types.push((part.key.name.clone(), only.clone()));
        }
        lists.push((part.key.name.clone(), list));
    }
    // A schema that is no form elsewhere keeps its texts; in a form its files are files.
    let mut form = lowering
        .resolve(schema)
        .cloned()
        .unwrap_or_else(|| schema.clone());
    let is_file = |name: &str| {
        lists
            .iter()
            .any(|(part, list)| part == name && list.iter().any(|of| is_binary(of)))
    };
    let found_file = replace_files(lowering, &mut form, &is_file, 0);
    if found_file {
        add_file_part(lowering);
    }
    let stated = limits::of_members(lowering.resolve(schema).unwrap_or(schema));
    let type_name = match referred(schema) {
        // The component itself becomes the form, unless something else refers to it too.
        Some(name) if found_file && forms.only(name) => {
            let name = name.to_owned();
            if let Some(component) = schema_component(lowering, &name) {
                *component = form;
            }
            name
        }
        Some(name) if !found_file => name.to_owned(),
        Some(name) => {
            let key = (name.to_owned(), lists.clone());
            let span = schema.span;
            match forms.made.get(&key) {
                Some(made) => *schema = reference_to(made, span),
                None => *schema = form,
            }
            let made = lowering.name_schema(schema, &format!("{}Form", key.0));
            forms.made.insert(key, made.clone());
            made
        }
        None => {
            *schema = form;
            lowering.name_schema(schema, hint)
        }
    };
    let limits = lowering.plan.limits.entry(type_name.clone()).or_default();
    for member in stated {
        if !limits.iter().any(|known| known.member == member.member) {
            limits.push(member);
        }
    }
    for (part, list) in lists {
        match limits.iter_mut().find(|member| member.member == part) {
            Some(member) => member.limits.content_types = list,
            None => limits.push(crate::plan::MemberLimits {
                member: part,
                limits: crate::plan::Limits {
                    content_types: list,
                    ..Default::default()
                },
            }),
        }
    }
    if limits.is_empty() {
        lowering.plan.limits.remove(&type_name);
    }
    // OpenAPI 3.0 counts styles in the other kind of forms only.
    let styles = match lowering.is_3_0() {
        true => Vec::new(),
        false => styles(lowering, encoding),
    };
    BodyForm::Multipart {
        of: Use::Named(type_name),
        content_types,
        styles,
    }
}

/// The members that are sent as a parameter of the query would be: those whose encoding says one of the
/// words that such a parameter has. The others are text, or JSON where they are objects.
fn styles(lowering: &mut Lowering<'_>, encoding: Option<&Node>) -> Vec<MemberStyle> {
    let mut styles = Vec::new();
    for member in encoding.and_then(Node::as_mapping).into_iter().flatten() {
        let said = |word: &str| member.value.get(word);
        if ["style", "explode", "allowReserved"]
            .iter()
            .all(|word| said(word).is_none())
        {
            continue;
        }
        let style = match said("style").and_then(Node::as_str) {
            Some("form") | None => ParameterStyle::Form,
            Some("spaceDelimited") => ParameterStyle::SpaceDelimited,
            Some("pipeDelimited") => ParameterStyle::PipeDelimited,
            Some("deepObject") => ParameterStyle::DeepObject,
            Some(other) => {
                lowering.note(
                    member.value.span,
                    format!(
                        "`{}` is a member of a form, which has no style `{other}`; it is sent in the \
                         usual one",
                        member.key.name
                    ),
                );
                ParameterStyle::Form
            }
        };
        let explode = said("explode").and_then(Node::as_bool);
        styles.push(MemberStyle {
            member: member.key.name.clone(),
            style,
            explode: explode.unwrap_or(style == ParameterStyle::Form),
            allow_reserved: said("allowReserved").and_then(Node::as_bool) == Some(true),
        });
    }
    styles
}

/// Whether a part of this content type is bytes rather than text.
fn is_binary(content_type: &str) -> bool {
    let essence = essence(content_type);
    !(essence.starts_with("text/")
        || is_json(&essence)
        || essence.is_empty()
        || essence.ends_with("xml")
        || essence == "application/x-www-form-urlencoded")
}

/// Puts the type of files where a form has bytes; follows references and members of `allOf`.
fn replace_files(
    lowering: &Lowering<'_>,
    schema: &mut Node,
    is_file: &dyn Fn(&str) -> bool,
    depth: usize,
) -> bool {
    let mut found = false;
    for word in ["allOf", "oneOf", "anyOf"] {
        for member in schema
            .get_mut(word)
            .and_then(Node::as_sequence_mut)
            .into_iter()
            .flatten()
        {
            if depth < 8 {
                let mut inner = lowering
                    .resolve(member)
                    .cloned()
                    .unwrap_or_else(|| member.clone());
                if replace_files(lowering, &mut inner, is_file, depth + 1) {
                    *member = inner;
                    found = true;
                }
            }
        }
    }
    for property in schema
        .get_mut("properties")
        .and_then(Node::as_mapping_mut)
        .into_iter()
        .flat_map(Mapping::iter_mut)
    {
        let named = is_file(&property.key.name);
        found |= replace_file(lowering, &mut property.value, named, 0);
    }
    if let Some(further) = schema.get_mut("additionalProperties") {
        found |= replace_file(lowering, further, false, 0);
    }
    found
}

/// A part, or each of several, that is bytes.
fn replace_file(lowering: &Lowering<'_>, schema: &mut Node, named: bool, depth: usize) -> bool {
    let Some(resolved) = lowering.resolve(schema) else {
        return false;
    };
    let is_string = implied_type(resolved) == Some("string") && resolved.get("enum").is_none();
    // `byte` is text, also where its content type is that of bytes.
    let format = resolved.get("format").and_then(Node::as_str);
    if is_string && (format == Some("binary") || named && format != Some("byte")) {
        let span = schema.span;
        let mut members = vec![];
        for name in ["description", "nullable"] {
            if let Some(value) = schema.get(name) {
                members.push(entry(name, value.clone()));
            }
        }
        *schema = reference_to(FILE_PART, span);
        if !members.is_empty() {
            let all_of = Node::new(Value::Sequence(vec![reference_to(FILE_PART, span)]), span);
            members.push(entry("allOf", all_of));
            *schema = Node::new(Value::Mapping(members.into_iter().collect()), span);
        }
        return true;
    }
    if depth > 4 {
        return false;
    }
    let mut found = false;
    if resolved.get("items").is_some() {
        let mut owned = resolved.clone();
        if let Some(items) = owned.get_mut("items") {
            found |= replace_file(lowering, items, named, depth + 1);
        }
        if found {
            *schema = owned;
        }
        return found;
    }
    for word in ["allOf", "oneOf", "anyOf"] {
        for member in schema
            .get_mut(word)
            .and_then(Node::as_sequence_mut)
            .into_iter()
            .flatten()
        {
            found |= replace_file(lowering, member, named, depth + 1);
        }
    }
    found
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

impl Lowering<'_> {
    /// A name for the body of an operation.
    fn body_name(&mut self, builder: &str) -> String {
        self.type_name(&format!("{builder}Body"))
    }
}

impl Forms {
    /// Whether a component is used nowhere but as the schema of forms.
    fn only(&self, name: &str) -> bool {
        let uses = self.uses.get(name);
        uses.is_none_or(|(all, in_forms)| all == in_forms)
    }

    /// Counts what is referred to.
    fn count(&mut self, node: &Node, in_form: bool) {
        if let Some(name) = component_name(node) {
            let (all, in_forms) = self.uses.entry(name.to_owned()).or_default();
            *all += 1;
            *in_forms += usize::from(in_form);
            return;
        }
        match &node.value {
            Value::Mapping(mapping) => {
                for member in mapping {
                    let is_form = essence(&member.key.name).starts_with("multipart/")
                        || in_form && member.key.name == "schema";
                    self.count(&member.value, is_form);
                }
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.count(item, false)),
            _ => {}
        }
    }
}

/// Adds a component that stands for bytes.
pub(super) fn add_placeholder(lowering: &mut Lowering<'_>, name: &str) {
    if lowering
        .target(&format!("#/components/schemas/{name}"))
        .is_none()
    {
        let span = lowering.root.span;
        let schema = Node::object(
            [
                ("type", Node::string("string", span)),
                ("format", Node::string("binary", span)),
            ],
            span,
        );
        lowering.add_schema(name, schema);
    }
}

fn add_file_part(lowering: &mut Lowering<'_>) {
    if lowering
        .target(&format!("#/components/schemas/{FILE_PART}"))
        .is_some()
    {
        return;
    }
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
