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

use std::collections::{HashMap, HashSet};

use crate::document::{Document, Mapping, Node, Pointer, Span, Value};
use crate::names as rust_names;

use super::schema::anything;
use super::{Lowering, METHODS, Order, form, media_types};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    path_items(lowering);
    lowering.each_operation(|lowering, operation, _| parts(lowering, operation));
    let mut references = References::default();
    for entry in lowering.schemas() {
        references.taken.insert(entry.key.name.clone());
    }
    lowering.each_schema_in(Order::OuterFirst, |lowering, schema, _| {
        references.settle(lowering, schema);
    });
    // Targets inside of something refer on, until all of them have become components.
    while let Some((name, mut schema)) = references.found.pop() {
        lowering.visit_schema(
            Order::OuterFirst,
            &mut schema,
            super::Slot::Component(&name),
            &mut |lowering, schema, _| references.settle(lowering, schema),
        );
        lowering.add_schema(&name, schema);
    }
}

/// What a reference leads to in the text as its author wrote it, through any number of references.
fn target<'d>(lowering: &Lowering<'d>, reference: &str) -> Result<&'d Node, Reason> {
    let mut reference = reference;
    let mut seen = HashSet::new();
    while seen.insert(reference) {
        let pointer = pointer_to(lowering, reference)?;
        let node = at(lowering.document, &pointer).ok_or(Reason::Nothing)?;
        match node.reference() {
            Some(next) => reference = next,
            None => return Ok(node),
        }
    }
    Err(Reason::Circle)
}

/// The place that a reference names, by its pointer or (OpenAPI 3.1) by its `$anchor`.
fn pointer_to(lowering: &Lowering<'_>, reference: &str) -> Result<Pointer, Reason> {
    if let Some(pointer) = Pointer::from_reference(reference) {
        return Ok(pointer);
    }
    let anchor = reference.strip_prefix('#').ok_or(Reason::Elsewhere)?;
    let anchors = lowering.anchors.get_or_init(|| {
        let mut anchors = HashMap::new();
        anchors_in(lowering.document.root(), &mut Vec::new(), &mut anchors);
        anchors
    });
    anchors.get(anchor).cloned().ok_or(Reason::Nothing)
}

/// Finds every schema that has an anchor.
fn anchors_in(node: &Node, path: &mut Vec<String>, found: &mut HashMap<String, Pointer>) {
    for word in ["$anchor", "$dynamicAnchor"] {
        if let Some(anchor) = node.get(word).and_then(Node::as_str) {
            found
                .entry(anchor.to_owned())
                .or_insert_with(|| Pointer::new(path.clone()));
        }
    }
    let mut inside = |token: String, node: &Node| {
        path.push(token);
        anchors_in(node, path, found);
        path.pop();
    };
    match &node.value {
        Value::Mapping(mapping) => mapping
            .iter()
            .for_each(|entry| inside(entry.key.name.clone(), &entry.value)),
        Value::Sequence(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| inside(index.to_string(), item)),
        _ => {}
    }
}

/// The node at a pointer; where one on the way is a reference, it goes on in its target.
fn at<'d>(document: &'d Document, pointer: &Pointer) -> Option<&'d Node> {
    let mut node = document.root();
    for token in pointer.tokens() {
        let mut seen = HashSet::new();
        while node.child(token).is_none()
            && let Some(next) = node.reference()
            && seen.insert(next)
        {
            node = document.at(&Pointer::from_reference(next)?)?;
        }
        node = node.child(token)?;
    }
    Some(node)
}

#[derive(Clone, Copy)]
enum Reason {
    Nothing,
    Elsewhere,
    Circle,
}

impl Reason {
    fn message(self, reference: &str) -> String {
        match self {
            Self::Nothing => {
                format!("the reference `{reference}` leads to nothing in this document")
            }
            Self::Elsewhere => format!(
                "the reference `{reference}` leads out of this document; bundle the documents into \
                 one first"
            ),
            Self::Circle => format!("the reference `{reference}` goes in a circle"),
        }
    }
}

fn place_of(node: &Node) -> Span {
    node.get("$ref").map_or(node.span, |target| target.span)
}

/// What becomes of a reference to nothing, where it costs only itself.
const ANY: &str = "any value is taken";

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
    *node = target(lowering, reference)
        .map_err(|reason| (place_of(node), reason.message(reference)))?
        .clone();
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
        contents(lowering, parameter);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        if !replace(lowering, body, ANY) {
            *body = any_json(body.span);
        }
        contents(lowering, body);
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
    }
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

/// A reference of JSON Schema that depends on the way to it becomes the plain one that it is where
/// nobody extends its schema: `$dynamicRef` leads to its anchor, and `$recursiveRef` (2019-09) to the
/// schema around it that says `$recursiveAnchor`, or else to the component that it stands in.
fn static_reference(lowering: &Lowering<'_>, schema: &mut Node) {
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    if mapping.get("$ref").is_some() {
        return;
    }
    if let Some(dynamic) = mapping.remove("$dynamicRef") {
        mapping.insert("$ref", dynamic);
        return;
    }
    let Some(recursive) = mapping.remove("$recursiveRef") else {
        return;
    };
    let pointer = lowering.document.pointer_of(recursive.span);
    let tokens = pointer.as_ref().map_or(&[][..], Pointer::tokens);
    let around = |length: usize| Pointer::new(tokens[..length].to_vec());
    let anchored = (0..tokens.len()).rev().map(around).find(|pointer| {
        let node = at(lowering.document, pointer);
        let anchor = node.and_then(|node| node.get("$recursiveAnchor"));
        anchor.and_then(Node::as_bool) == Some(true)
    });
    let target = match anchored {
        Some(anchored) => format!("#{anchored}"),
        None if tokens.len() > 3 && tokens[0] == "components" && tokens[1] == "schemas" => {
            format!("#{}", around(3))
        }
        None => "#".to_owned(),
    };
    mapping.insert("$ref", Node::string(target, recursive.span));
}

/// References to schemas.
#[derive(Default)]
struct References {
    /// Component names that are taken.
    taken: HashSet<String>,
    /// Pointers that became components, and their names.
    known: HashMap<String, String>,
    /// Their names.
    made: HashSet<String>,
    /// Components still to be added.
    found: Vec<(String, Node)>,
}

impl References {
    fn settle(&mut self, lowering: &mut Lowering<'_>, schema: &mut Node) {
        static_reference(lowering, schema);
        self.mapping(lowering, schema);
        let Some(reference) = schema.reference().map(str::to_owned) else {
            return;
        };
        // A component that was made here is no part of the text as its author wrote it.
        if super::component_name(schema).is_some_and(|name| self.made.contains(name)) {
            return;
        }
        let span = place_of(schema);
        let name = match target(lowering, &reference) {
            Ok(_) => pointer_to(lowering, &reference)
                .ok()
                .and_then(|pointer| self.name(lowering, &pointer)),
            Err(reason) => {
                lowering.wrong_so(span, reason.message(&reference), ANY);
                None
            }
        };
        let Some(name) = name else {
            *schema = anything(span);
            return;
        };
        let Some(mapping) = schema.as_mapping_mut() else {
            return;
        };
        // What stands beside it is for another pass to judge.
        if let Some(Node {
            value: Value::String(target),
            ..
        }) = mapping.get_mut("$ref")
        {
            *target = format!("#/components/schemas/{name}");
        }
    }

    /// The name of the component that a pointer leads to, made if there is none.
    fn name(&mut self, lowering: &Lowering<'_>, pointer: &Pointer) -> Option<String> {
        if let [components, schemas, name] = pointer.tokens()
            && components == "components"
            && schemas == "schemas"
        {
            return Some(name.clone());
        }
        let key = pointer.to_string();
        if let Some(name) = self.known.get(&key) {
            return Some(name.clone());
        }
        let node = at(lowering.document, pointer)?;
        // What only refers on is what it refers to; that it ends was seen when it was followed.
        if let Some(next) = node.reference()
            && node.as_mapping().is_some_and(|node| node.len() == 1)
        {
            let pointer = pointer_to(lowering, next).ok()?;
            return self.name(lowering, &pointer);
        }
        let words: Vec<&str> = pointer
            .tokens()
            .iter()
            .map(String::as_str)
            .filter(|token| !GENERIC.contains(token))
            .collect();
        let wanted = rust_names::pascal(&words[words.len().saturating_sub(3)..].join("-"));
        let mut name = wanted.clone();
        let mut number = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{wanted}{number}");
            number += 1;
        }
        self.known.insert(key, name.clone());
        self.made.insert(name.clone());
        self.found.push((name.clone(), node.clone()));
        Some(name)
    }

    /// The targets of a discriminator, which are references or names of components.
    fn mapping(&mut self, lowering: &mut Lowering<'_>, schema: &mut Node) {
        let Some(discriminator) = schema.get_mut("discriminator") else {
            return;
        };
        if let Some(name) = discriminator.as_str().map(str::to_owned) {
            // As Swagger 2.0 had it.
            let span = discriminator.span;
            *discriminator = Node::object([("propertyName", Node::string(name, span))], span);
        }
        let Some(mapping) = discriminator
            .get_mut("mapping")
            .and_then(Node::as_mapping_mut)
        else {
            return;
        };
        let mut gone = Vec::new();
        for entry in mapping.iter_mut() {
            let Some(text) = entry.value.as_str().map(str::to_owned) else {
                gone.push(entry.key.name.clone());
                continue;
            };
            let reference = if text.starts_with('#') {
                text.clone()
            } else {
                format!(
                    "#{}",
                    Pointer::root()
                        .join("components")
                        .join("schemas")
                        .join(&text)
                )
            };
            // A name as it stands, or a reference, which may lead out of the document.
            let leads_out = !text.starts_with('#') && (text.contains('#') || text.contains('/'));
            let found = target(lowering, &reference)
                .ok()
                .and_then(|_| pointer_to(lowering, &reference).ok())
                .and_then(|pointer| self.name(lowering, &pointer));
            match found {
                Some(name) => {
                    entry.value =
                        Node::string(format!("#/components/schemas/{name}"), entry.value.span);
                }
                None => {
                    gone.push(entry.key.name.clone());
                    let reason = match leads_out {
                        true => Reason::Elsewhere,
                        false => Reason::Nothing,
                    };
                    let so = "this value is left out";
                    lowering.wrong_so(entry.value.span, reason.message(&text), so);
                }
            }
        }
        mapping.retain(|entry| !gone.contains(&entry.key.name));
    }
}

/// Tokens of pointers that name nothing.
const GENERIC: &[&str] = &[
    "paths",
    "components",
    "schemas",
    "schema",
    "properties",
    "content",
    "responses",
    "requestBody",
    "requestBodies",
    "parameters",
    "application/json",
    "items",
    "allOf",
    "oneOf",
    "anyOf",
    "$defs",
    "definitions",
    "additionalProperties",
];
