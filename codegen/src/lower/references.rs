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

use std::collections::{HashMap, HashSet};

use crate::document::{Entry, Mapping, Node, Pointer, Span, Value};
use crate::names as rust_names;

use super::schema::{anything, is_structural, reference_to};
use super::{Lowering, METHODS, Order, form, media_types};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    path_items(lowering);
    lowering.each_operation(|lowering, operation, _| parts(lowering, operation));
    let mut references = References::default();
    for entry in lowering.schemas() {
        // Neither the name nor the one that it is going to have.
        references.taken.insert(entry.key.name.clone());
        references.taken.insert(rust_names::pascal(&entry.key.name));
    }
    references.shared(lowering);
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

/// A place in the text as its author wrote it.
struct Target<'d> {
    /// Where the node is, without going through a reference.
    pointer: Pointer,
    node: &'d Node,
}

/// What a reference leads to, through any number of references.
fn target<'d>(lowering: &Lowering<'d>, reference: &str) -> Result<Target<'d>, Reason> {
    let mut target = step(lowering, reference)?;
    let mut seen = HashSet::new();
    while let Some(next) = target.node.reference() {
        if !seen.insert(next) {
            return Err(Reason::Circle);
        }
        target = step(lowering, next)?;
    }
    Ok(target)
}

/// A schema as its author wrote it, or what it refers to.
pub(super) fn resolved<'n>(lowering: &Lowering<'n>, schema: &'n Node) -> Option<&'n Node> {
    match schema.reference() {
        Some(reference) => target(lowering, reference).ok().map(|target| target.node),
        None => Some(schema),
    }
}

/// What a reference names, which may be a reference again.
fn step<'d>(lowering: &Lowering<'d>, reference: &str) -> Result<Target<'d>, Reason> {
    at(lowering, &pointer_to(lowering, reference)?, 0)
}

/// The place that a reference names, by its pointer or (OpenAPI 3.1) by its `$anchor`.
fn pointer_to(lowering: &Lowering<'_>, reference: &str) -> Result<Pointer, Reason> {
    if let Some(pointer) = Pointer::from_reference(reference) {
        return Ok(pointer);
    }
    let anchor = reference.strip_prefix('#').ok_or(Reason::Elsewhere)?;
    let anchors = anchors(lowering);
    let anchor = anchors.get(anchor).ok_or(Reason::Nothing)?;
    Ok(anchor.pointer.clone())
}

/// How often a pointer may go through a reference whose own pointer goes through another.
const MAX_DETOURS: usize = 32;

/// The node at a pointer; where one on the way is a reference, it goes on in its target.
fn at<'d>(
    lowering: &Lowering<'d>,
    pointer: &Pointer,
    detours: usize,
) -> Result<Target<'d>, Reason> {
    let mut found = Target {
        pointer: Pointer::root(),
        node: lowering.document.root(),
    };
    for token in pointer.tokens() {
        let mut seen = HashSet::new();
        while found.node.child(token).is_none()
            && let Some(next) = found.node.reference()
        {
            if detours == MAX_DETOURS || !seen.insert(next) {
                return Err(Reason::Circle);
            }
            found = at(lowering, &pointer_to(lowering, next)?, detours + 1)?;
        }
        found = Target {
            pointer: found.pointer.join(token),
            node: found.node.child(token).ok_or(Reason::Nothing)?,
        };
    }
    Ok(found)
}

/// A name that schemas are referred to by.
pub(super) struct Anchor {
    /// The first schema that has it.
    pointer: Pointer,
    /// How many have it as a `$dynamicAnchor`.
    dynamic: usize,
}

fn anchors<'l>(lowering: &'l Lowering<'_>) -> &'l HashMap<String, Anchor> {
    lowering.anchors.get_or_init(|| {
        let mut anchors = HashMap::new();
        anchors_in(lowering.document.root(), &mut Vec::new(), &mut anchors);
        anchors
    })
}

/// Finds every schema that has an anchor.
fn anchors_in(node: &Node, path: &mut Vec<String>, found: &mut HashMap<String, Anchor>) {
    for (word, dynamic) in [("$anchor", 0), ("$dynamicAnchor", 1)] {
        if let Some(name) = node.get(word).and_then(Node::as_str) {
            let anchor = found.entry(name.to_owned()).or_insert_with(|| Anchor {
                pointer: Pointer::new(path.clone()),
                dynamic: 0,
            });
            anchor.dynamic += dynamic;
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
        media_types::unread(lowering, body);
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
        media_types::unread(lowering, &response.value);
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

/// A reference of JSON Schema that depends on the way to it becomes the plain one that it is where
/// nobody extends its schema: `$dynamicRef` leads to its anchor, unless other schemas have one of that
/// name, of which whoever refers to this one chooses; and `$recursiveRef` (2019-09) to the
/// schema around it that says `$recursiveAnchor`, or else to the component that it stands in.
fn static_reference(lowering: &mut Lowering<'_>, schema: &mut Node) {
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    if mapping.get("$ref").is_some() {
        return;
    }
    if let Some(dynamic) = mapping.remove("$dynamicRef") {
        let anchor = dynamic.as_str().and_then(|text| text.strip_prefix('#'));
        let anchor = anchor.unwrap_or_default();
        let found = anchors(lowering).get(anchor);
        if found.is_none_or(|found| found.dynamic < 2) {
            mapping.insert("$ref", dynamic);
            return;
        }
        lowering.note(
            dynamic.span,
            format!(
                "several schemas have the `$dynamicAnchor` `{anchor}`, and whoever refers to this one \
                 chooses; {ANY}"
            ),
        );
        return;
    }
    let Some(recursive) = mapping.remove("$recursiveRef") else {
        return;
    };
    let pointer = lowering.document.pointer_of(recursive.span);
    let tokens = pointer.as_ref().map_or(&[][..], Pointer::tokens);
    let around = |length: usize| Pointer::new(tokens[..length].to_vec());
    let anchored = (0..tokens.len()).rev().map(around).find(|pointer| {
        let node = lowering.document.at(pointer);
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
    /// Schemas of a shared part (its pointer, and each schema as JSON) that became components, and their
    /// names.
    alike: HashMap<(Pointer, String), String>,
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
        let name = match self.name(lowering, &reference) {
            Ok(name) => name,
            Err(reason) => {
                lowering.wrong_so(span, reason.message(&reference), ANY);
                *schema = anything(span);
                return;
            }
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

    /// The name of the component that a reference leads to, made if there is none.
    fn name(&mut self, lowering: &Lowering<'_>, reference: &str) -> Result<String, Reason> {
        // That it ends is seen first, and where.
        target(lowering, reference)?;
        let mut found = step(lowering, reference)?;
        // What only refers on is what it refers to, unless it is a component.
        while !is_component(&found.pointer)
            && let Some(next) = found.node.reference()
            && found.node.as_mapping().is_some_and(|node| node.len() == 1)
        {
            found = step(lowering, next)?;
        }
        Ok(self.component(lowering, &found.pointer, found.node))
    }

    /// The name of the component for what stands at a pointer, made if there is none.
    fn component(&mut self, lowering: &Lowering<'_>, pointer: &Pointer, node: &Node) -> String {
        if is_component(pointer) {
            return pointer.tokens()[2].clone();
        }
        let key = pointer.to_string();
        if let Some(name) = self.known.get(&key) {
            return name.clone();
        }
        // What one answer holds in two media types is one type.
        let holder = holder_of(pointer).map(|holder| (holder, node.to_json().to_string()));
        if let Some(name) = holder.as_ref().and_then(|holder| self.alike.get(holder)) {
            return name.clone();
        }
        let name = self.free(wanted(lowering, pointer));
        if let Some(holder) = holder {
            self.alike.insert(holder, name.clone());
        }
        self.known.insert(key, name.clone());
        self.made.insert(name.clone());
        self.found.push((name.clone(), node.clone()));
        name
    }

    /// The first of these names that is free, or else the last with a number.
    fn free(&mut self, wanted: Vec<String>) -> String {
        let mut last = String::from("X");
        for name in wanted {
            if self.taken.insert(name.clone()) {
                return name;
            }
            last = name;
        }
        let mut number = 2;
        loop {
            let name = format!("{last}{number}");
            if self.taken.insert(name.clone()) {
                return name;
            }
            number += 1;
        }
    }

    /// Makes components of the inline schemas of operations that are shared.
    fn shared(&mut self, lowering: &mut Lowering<'_>) {
        let mut places: HashMap<Span, usize> = HashMap::new();
        lowering.each_operation(|_, operation, _| {
            each_place(operation, &mut |schema, _| {
                each_type(schema, &mut |schema| {
                    *places.entry(schema.span).or_default() += 1;
                });
            });
        });
        lowering.each_operation(|lowering, operation, _| {
            each_place(operation, &mut |schema, is_parameter| {
                each_type(schema, &mut |schema| {
                    // What is copied keeps the place where it is written, so one place is one thing.
                    let Some(pointer) = lowering.document.pointer_of(schema.span) else {
                        return;
                    };
                    let is_repeated = places.get(&schema.span).is_some_and(|&count| count > 1);
                    if is_repeated || shelf_of(&pointer).is_some() {
                        let is_nullable = take_null(schema);
                        // Null is said where it may come, and an absent parameter is none.
                        let pointer = match is_nullable {
                            true => pointer.join("not null"),
                            false => pointer,
                        };
                        let name = self.component(lowering, &pointer, schema);
                        let span = schema.span;
                        let reference = reference_to(&name, span);
                        *schema = match is_nullable && !is_parameter {
                            true => nullable(reference),
                            false => reference,
                        };
                    }
                });
            });
        });
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
            match self.name(lowering, &reference) {
                Ok(name) => {
                    entry.value =
                        Node::string(format!("#/components/schemas/{name}"), entry.value.span);
                }
                Err(_) => {
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

/// Whether a pointer is that of a component schema.
fn is_component(pointer: &Pointer) -> bool {
    matches!(pointer.tokens(), [components, schemas, _] if components == "components" && schemas == "schemas")
}

/// The shelves of components that are put where they are referred to, and what one of them is.
const SHELVES: &[(&str, &str)] = &[
    ("responses", "Response"),
    ("requestBodies", "Body"),
    ("parameters", "Parameter"),
    ("headers", "Header"),
];

/// What kind of component a place is in, where that is one that is put where it is referred to.
fn shelf_of(pointer: &Pointer) -> Option<&'static str> {
    let [components, shelf, _, ..] = pointer.tokens() else {
        return None;
    };
    let (_, kind) = SHELVES.iter().find(|(name, _)| name == shelf)?;
    (components == "components").then_some(kind)
}

/// The answer, body or parameter that has this schema in one of its media types.
fn holder_of(pointer: &Pointer) -> Option<Pointer> {
    let tokens = pointer.tokens();
    let content = tokens.iter().position(|token| token == "content")?;
    let schema = tokens.get(content + 2)?;
    (schema == "schema").then(|| Pointer::new(tokens[..content].to_vec()))
}

/// Visits the schemas of an operation's parameters, body and answers, and says whether it is a
/// parameter's.
fn each_place(operation: &mut Node, visit: &mut impl FnMut(&mut Node, bool)) {
    for parameter in operation
        .get_mut("parameters")
        .and_then(Node::as_sequence_mut)
        .into_iter()
        .flatten()
    {
        if let Some(schema) = parameter.get_mut("schema") {
            visit(schema, true);
        }
        each_content(parameter, &mut |schema| visit(schema, true));
    }
    if let Some(body) = operation.get_mut("requestBody") {
        each_content(body, &mut |schema| visit(schema, false));
    }
    for response in operation
        .get_mut("responses")
        .and_then(Node::as_mapping_mut)
        .into_iter()
        .flat_map(Mapping::iter_mut)
    {
        each_content(&mut response.value, &mut |schema| visit(schema, false));
    }
}

fn each_content(holder: &mut Node, visit: &mut impl FnMut(&mut Node)) {
    let content = holder.get_mut("content").and_then(Node::as_mapping_mut);
    for media_type in content.into_iter().flat_map(Mapping::iter_mut) {
        if let Some(schema) = media_type.value.get_mut("schema") {
            visit(schema);
        }
    }
}

/// Visits the outermost schemas that become types with a name: the schema itself, or those of its
/// items and of the members of any name.
fn each_type(schema: &mut Node, visit: &mut impl FnMut(&mut Node)) {
    if schema.reference().is_some() {
        return;
    }
    if is_type(schema) {
        return visit(schema);
    }
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    for entry in mapping.iter_mut() {
        match (entry.key.name.as_str(), &mut entry.value) {
            ("items" | "additionalProperties", inner) if inner.as_mapping().is_some() => {
                each_type(inner, visit);
            }
            // A choice between null and one other is that other.
            ("oneOf" | "anyOf", members) => {
                let members = members.as_sequence_mut().into_iter().flatten();
                members.for_each(|member| each_type(member, visit));
            }
            _ => {}
        }
    }
}

/// Whether a schema becomes a type that has a name.
fn is_type(schema: &Node) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| schema.get(word).is_some());
    let members = |word| schema.get(word).and_then(Node::as_sequence);
    let is_choice = ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(members)
        .any(|of| {
            let values = of.iter().filter(|member| !is_null(member));
            values.count() > 1
        });
    // A reference with something said about its place is no type of its own.
    let says = |member: &&Node| {
        let words = member.as_mapping().into_iter().flatten();
        words.map(|word| word.key.name.as_str()).any(is_structural)
    };
    let is_merge = members("allOf").is_some_and(|of| {
        let mut merged = of.iter().filter(says);
        let first = merged.next();
        merged.next().is_some() || first.is_some_and(|first| first.reference().is_none())
    });
    let is_text = |value: &Node| value.as_str().is_some();
    let is_set = members("enum").is_some_and(|values| values.iter().any(is_text))
        || schema.get("const").is_some_and(is_text);
    let is_secret = schema.get("format").and_then(Node::as_str) == Some("password");
    is_choice
        || is_merge
        || is_set
        || is_secret
        || has(&[
            "properties",
            "patternProperties",
            "x-extensible-enum",
            "pattern",
            "minLength",
            "maxLength",
        ])
}

/// Whether nothing but null fits a schema.
fn is_null(schema: &Node) -> bool {
    let node = schema.get("type");
    node.is_some_and(|node| node.value == Value::Null || node.as_str() == Some("null"))
}

/// Takes out that a schema may be null, and says whether it might.
fn take_null(schema: &mut Node) -> bool {
    let Some(mapping) = schema.as_mapping_mut() else {
        return false;
    };
    let flag = mapping.remove("nullable");
    let mut found = flag.and_then(|flag| flag.as_bool()) == Some(true);
    for word in ["type", "oneOf", "anyOf"] {
        let Some(items) = mapping.get_mut(word).and_then(Node::as_sequence_mut) else {
            continue;
        };
        let before = items.len();
        items.retain(|item| match word {
            "type" => item.scalar_text() != Some("null"),
            _ => !is_null(item),
        });
        found |= items.len() < before;
    }
    found
}

/// A schema that is this one or null, in the words of any version.
fn nullable(schema: Node) -> Node {
    let span = schema.span;
    let null = Node::object([("type", Node::string("null", span))], span);
    let members = Node::new(Value::Sequence(vec![schema, null]), span);
    Node::object([("anyOf", members)], span)
}

/// What a component is called that stands at a pointer, the best name first.
fn wanted(lowering: &Lowering<'_>, pointer: &Pointer) -> Vec<String> {
    let tokens = pointer.tokens();
    let text = |length: usize, word: &str| {
        let node = lowering
            .document
            .at(&Pointer::new(tokens[..length].to_vec()))?;
        node.get(word)?.scalar_text()
    };
    let kind = shelf_of(pointer);
    let operation = (0..tokens.len()).rev().find_map(|length| {
        let id = text(length, "operationId")?;
        Some((length, id))
    });
    // The parameter whose number is the last of this many tokens.
    let parameter = (1..tokens.len())
        .find(|&at| tokens[at - 1] == "parameters" && text(at + 1, "in").is_some());
    let (base, inside) = match (kind, operation, parameter) {
        (Some(_), ..) => (rust_names::pascal(&tokens[2]), 3),
        (None, operation, Some(at)) => {
            let of = match operation {
                Some((_, id)) => id.to_owned(),
                None => tokens.get(1).cloned().unwrap_or_default(),
            };
            let name = text(at + 1, "name").unwrap_or_default();
            (rust_names::pascal(&format!("{of}-{name}")), at + 1)
        }
        (None, Some((length, id)), None) => match &tokens[length..] {
            [responses, status, ..] if responses == "responses" => {
                let name = format!("{id}-status-{status}");
                (rust_names::pascal(&name), length + 2)
            }
            [body, ..] if body == "requestBody" => {
                (rust_names::pascal(&format!("{id}-body")), length + 1)
            }
            _ => return vec![last_words(tokens)],
        },
        (None, None, None) => return vec![last_words(tokens)],
    };
    let mut inside = &tokens[inside..];
    let mut media_type = String::new();
    if let [content, name, rest @ ..] = inside
        && content == "content"
    {
        // One that is JSON needs no word, nor the only one.
        let holder = holder_of(pointer).and_then(|holder| lowering.document.at(&holder));
        let content = holder.and_then(|holder| holder.get("content")?.as_mapping());
        let is_main = content.is_none_or(|content| {
            content.len() == 1
                || name == "application/json"
                || content.get("application/json").is_none()
                    && content
                        .iter()
                        .next()
                        .is_some_and(|first| first.key.name == *name)
        });
        if !is_main {
            let short = name.split_once('/').map_or(name.as_str(), |(_, name)| name);
            media_type = rust_names::pascal(short);
        }
        inside = rest;
    }
    let mut tail = String::new();
    let mut inside = inside.iter().peekable();
    while let Some(token) = inside.next() {
        match token.as_str() {
            "items" => tail += "Item",
            "additionalProperties" => tail += "Value",
            "properties" => {
                let name = inside.next().map(String::as_str).unwrap_or_default();
                tail += &rust_names::pascal(name);
            }
            "oneOf" | "anyOf" | "allOf" => {
                inside.next();
            }
            _ => {}
        }
    }
    let mut names = vec![format!("{base}{media_type}{tail}")];
    names.extend(kind.map(|kind| format!("{base}{kind}{media_type}{tail}")));
    names
}

/// A name made of the last words of a pointer that say something.
fn last_words(tokens: &[String]) -> String {
    let words: Vec<&str> = tokens
        .iter()
        .map(String::as_str)
        .filter(|token| !GENERIC.contains(token))
        .collect();
    rust_names::pascal(&words[words.len().saturating_sub(3)..].join("-"))
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
