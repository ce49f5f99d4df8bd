//! Makes the model of a lowered document.

use std::collections::{BTreeSet, HashMap};

use serde_json::Number;

use super::graph::Graph;
use super::{
    BodyForm, Content, Enum, Kind, Model, Operation, Presence, Property, Record, Side, Text, Type,
    Union, Use, Values, Variant, Width,
};
use crate::document::{Node, Value};
use crate::lower::bodies::{BYTES, FILE_PART, STREAM};
use crate::lower::component_name;
use crate::names;
use crate::plan::Plan;

/// The model of a lowered document; what lowering took out of the document is in its plan.
pub(crate) fn build(root: &Node, plan: Plan) -> Model {
    let schemas: Vec<(&str, &Node)> = root
        .get("components")
        .and_then(|components| components.get("schemas"))
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
        .map(|entry| (entry.key.name.as_str(), &entry.value))
        .filter(|(name, _)| !plan.sides.contains(*name) && builtin(name).is_none())
        .collect();
    let reader = Schemas { plan: &plan };
    let mut types: Vec<Type> = schemas
        .iter()
        .map(|(name, schema)| Type {
            name: (*name).to_owned(),
            description: text(schema, "description"),
            is_deprecated: flag(schema, "deprecated"),
            kind: reader.kind(name, schema),
            is_sent: false,
            is_answered: false,
            limits: plan.limits.get(*name).cloned().unwrap_or_default(),
            is_component: plan.written.contains_key(*name),
            schema: (*schema).clone(),
        })
        .collect();
    types.sort_by(|a, b| a.name.cmp(&b.name));
    let numbers: HashMap<String, usize> = types
        .iter()
        .enumerate()
        .map(|(number, of)| (of.name.clone(), number))
        .collect();
    let mut operations = plan.operations.clone();
    let nodes = operation_nodes(root);
    for operation in &mut operations {
        if let Some(node) = nodes.get(operation.method_name.as_str()) {
            reader.complete(operation, node);
        }
    }
    direct(&mut types, &numbers, &operations);
    settle(&mut types, &numbers, &mut operations);
    order_by_value(&mut types, &numbers);
    nulls(&mut types, &numbers);
    Model {
        types,
        numbers,
        operations,
        server_url: plan.server_url,
        secrets: plan.secret_members.into_iter().collect(),
        registry: plan.registry,
    }
}

fn text(schema: &Node, name: &str) -> Option<String> {
    schema.get(name).and_then(Node::as_str).map(str::to_owned)
}

fn flag(schema: &Node, name: &str) -> bool {
    schema.get(name).and_then(Node::as_bool) == Some(true)
}

/// What the components are that lowering made for what is no JSON.
fn builtin(name: &str) -> Option<Use> {
    match name {
        FILE_PART => Some(Use::FilePart),
        BYTES => Some(Use::Bytes),
        STREAM => Some(Use::Stream),
        _ => None,
    }
}

/// The operations of the lowered document by their methods' names.
fn operation_nodes(root: &Node) -> HashMap<&str, &Node> {
    let paths = root.get("paths").and_then(Node::as_mapping);
    let items = paths.into_iter().flatten();
    items
        .flat_map(|path| path.value.as_mapping().into_iter().flatten())
        .filter_map(|operation| {
            let id = operation.value.get("operationId")?.as_str()?;
            Some((id, &operation.value))
        })
        .collect()
}

/// Reads lowered schemas.
struct Schemas<'p> {
    plan: &'p Plan,
}

impl Schemas<'_> {
    /// What the type of a component is.
    fn kind(&self, name: &str, schema: &Node) -> Kind {
        if let Some(union) = self.plan.unions.get(name)
            && let Some(members) = schema.get("oneOf").and_then(Node::as_sequence)
        {
            let variants = union.variants.iter().zip(members);
            return Kind::Union(Union {
                variants: variants
                    .map(|(name, member)| Variant {
                        name: name.clone(),
                        of: self.of(member),
                        is_boxed: false,
                    })
                    .collect(),
                any: union.any,
                tag: union.tag.clone(),
            });
        }
        if component_name(schema).is_some() || flag(schema, "nullable") {
            return Kind::Alias(self.of(schema));
        }
        if schema.get("properties").is_some() {
            return Kind::Record(self.record(schema));
        }
        // What is secret is shown nowhere, whatever else is said of it.
        match (limited_text(schema), values(schema)) {
            (Some(text), _) if text.is_secret => Kind::Text(text),
            (_, Some(values)) => Kind::Enum(values),
            (Some(text), None) => Kind::Text(text),
            (None, None) => Kind::Alias(self.of(schema)),
        }
    }

    fn record(&self, schema: &Node) -> Record {
        let required: BTreeSet<&str> = schema
            .get("required")
            .and_then(Node::as_sequence)
            .into_iter()
            .flatten()
            .filter_map(Node::as_str)
            .collect();
        let further = schema
            .get("additionalProperties")
            .filter(|further| further.as_mapping().is_some())
            .map(|further| ("extra".to_owned(), self.of(further)));
        let properties = schema.get("properties").and_then(Node::as_mapping);
        let properties: Vec<&crate::document::Entry> = properties.into_iter().flatten().collect();
        let names: Vec<&str> = properties
            .iter()
            .map(|property| property.key.name.as_str())
            .collect();
        let fields = fields(&names, further.as_ref().map(|(field, _)| field.as_str()));
        let properties = properties
            .into_iter()
            .zip(fields)
            .map(|(property, field)| {
                let of = self.of(&property.value);
                let is_required = required.contains(property.key.name.as_str());
                // What may be null in itself says so where it stands; what its type says comes later.
                let (of, presence) = match (of, is_required) {
                    (Use::Optional(of), true) => (*of, Presence::Nullable),
                    (Use::Optional(of), false) => (*of, Presence::Either),
                    (of, true) => (of, Presence::Required),
                    (of, false) => (of, Presence::Optional),
                };
                Property {
                    name: property.key.name.clone(),
                    field,
                    of,
                    presence,
                    is_boxed: false,
                    description: text(&property.value, "description"),
                    is_deprecated: flag(&property.value, "deprecated"),
                }
            })
            .collect();
        Record {
            properties,
            further,
        }
    }

    /// The type of a schema where it is used.
    fn of(&self, schema: &Node) -> Use {
        let of = self.of_value(schema);
        match (flag(schema, "nullable"), of) {
            (true, of @ (Use::Optional(_) | Use::Any)) => of,
            (true, of) => Use::Optional(Box::new(of)),
            (false, of) => of,
        }
    }

    fn of_value(&self, schema: &Node) -> Use {
        if let Some(name) = component_name(schema) {
            let name = self.plan.aliases.get(name).map_or(name, String::as_str);
            return builtin(name).unwrap_or_else(|| Use::Named(name.to_owned()));
        }
        if let Some([only]) = schema.get("allOf").and_then(Node::as_sequence) {
            return self.of(only);
        }
        let word = |name: &str| schema.get(name).and_then(Node::as_str);
        match word("type") {
            Some("string") => match word("format") {
                Some("date-time") => Use::DateTime,
                Some("date") => Use::Date,
                _ => Use::Text,
            },
            Some("integer") => Use::Integer(width(schema)),
            Some("number") => Use::Number,
            Some("boolean") => Use::Boolean,
            Some("array") => {
                let item = schema.get("items").map_or(Use::Any, |items| self.of(items));
                Use::List(Box::new(item))
            }
            Some("object") => match schema
                .get("additionalProperties")
                .filter(|further| further.as_mapping().is_some())
            {
                Some(further) => match self.of(further) {
                    Use::Any => Use::Object,
                    of => Use::Map(Box::new(of)),
                },
                None => Use::Object,
            },
            _ => Use::Any,
        }
    }

    /// Gives an operation the types of its parameters, its body and its answers, which the tree has.
    fn complete(&self, operation: &mut Operation, node: &Node) {
        operation.summary = text(node, "summary");
        operation.description = text(node, "description");
        operation.is_deprecated = flag(node, "deprecated");
        let parameters = node.get("parameters").and_then(Node::as_sequence);
        let parameters = parameters.unwrap_or_default();
        for (parameter, node) in operation.parameters.iter_mut().zip(parameters) {
            parameter.description = text(node, "description");
            if flag(node, "deprecated") {
                let description = parameter.description.take().unwrap_or_default();
                parameter.description = Some(format!("**Deprecated.** {description}"));
            }
            parameter.of = match node.get("schema").map(|schema| self.of(schema)) {
                // There is nothing that null could be in a parameter.
                Some(Use::Optional(of)) => *of,
                Some(of) => of,
                None => Use::Text,
            };
        }
        if let (Some(body), Some(node)) = (&mut operation.body, node.get("requestBody")) {
            body.description = text(node, "description");
            if body.of == Use::Nothing {
                body.of = json_schema(node).map_or(Use::Any, |schema| self.of(schema));
            }
        }
        for (side, is_success) in [
            (&mut operation.success, true),
            (&mut operation.error, false),
        ] {
            let responses = node.get("responses").and_then(Node::as_mapping);
            let mut schemas = responses
                .into_iter()
                .flatten()
                .filter(|response| response.key.name.starts_with('2') == is_success)
                .filter_map(|response| json_schema(&response.value));
            let of = schemas.next().map_or(Use::Any, |schema| self.of(schema));
            if side.type_name.is_none() {
                for answer in &mut side.answers {
                    if let Content::Json(held) = &mut answer.content {
                        *held = of.clone();
                    }
                }
            }
        }
    }
}

/// The schema of a body or an answer in JSON.
fn json_schema(holder: &Node) -> Option<&Node> {
    let content = holder.get("content")?.as_mapping()?;
    content.iter().next()?.value.get("schema")
}

/// A field for each of these names, all different.
fn fields(names: &[&str], further: Option<&str>) -> Vec<String> {
    let mut taken: BTreeSet<String> = further.into_iter().map(str::to_owned).collect();
    let mut fields = vec![String::new(); names.len()];
    // Names that are fields already keep them.
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&index| names::snake(names[index]) != names[index]);
    for index in order {
        let wanted = names::snake(names[index]);
        let mut field = wanted.clone();
        let mut number = 2;
        while !taken.insert(field.clone()) {
            field = names::snake(&format!("{}{number}", wanted.trim_end_matches('_')));
            number += 1;
        }
        fields[index] = field;
    }
    fields
}

/// The values of an enum; whether it is open is told later, by where it goes.
fn values(schema: &Node) -> Option<Enum> {
    let stated = schema.get("type").and_then(Node::as_str);
    if let Some(known) = schema.get("x-extensible-enum").and_then(Node::as_sequence) {
        let known = known.iter().filter_map(Node::as_str).map(str::to_owned);
        return Some(Enum::of_strings(known.collect(), Some("Unknown")));
    }
    let listed = schema.get("enum").and_then(Node::as_sequence)?;
    match stated {
        Some("integer") => {
            let numbers: Vec<Number> = listed
                .iter()
                .filter_map(|value| match &value.value {
                    Value::Number(number) => number.value.clone(),
                    _ => None,
                })
                .collect();
            let names = schema
                .get("x-enum-varnames")
                .or_else(|| schema.get("x-enumNames"))
                .and_then(Node::as_sequence)
                .filter(|names| names.len() == numbers.len());
            let names: Vec<String> = match names {
                Some(names) => names
                    .iter()
                    .map(|name| name.scalar_text().unwrap_or_default().to_owned())
                    .collect(),
                None => numbers
                    .iter()
                    .map(|number| match number.as_i64() {
                        Some(negative @ ..0) => format!("minus-{}", negative.unsigned_abs()),
                        _ => format!("value-{number}"),
                    })
                    .collect(),
            };
            Some(Enum {
                variants: names::variants(&names, &["Unknown"]),
                values: Values::Integers(width(schema), numbers),
                other: None,
            })
        }
        Some("boolean") => {
            let listed: Vec<bool> = listed.iter().filter_map(Node::as_bool).collect();
            let names: Vec<String> = listed.iter().map(bool::to_string).collect();
            Some(Enum {
                variants: names::variants(&names, &["Unknown"]),
                values: Values::Booleans(listed),
                other: None,
            })
        }
        _ => {
            let listed = listed.iter().filter_map(Node::as_str).map(str::to_owned);
            Some(Enum::of_strings(listed.collect(), None))
        }
    }
}

impl Enum {
    pub(crate) fn of_strings(values: Vec<String>, other: Option<&'static str>) -> Self {
        Self {
            variants: names::variants(&values, &["Unknown"]),
            values: Values::Strings(values),
            other,
        }
    }
}

/// A text with limits of its own, or one that is shown nowhere.
fn limited_text(schema: &Node) -> Option<Text> {
    let word = |name: &str| schema.get(name).and_then(Node::as_str);
    if word("type") != Some("string") || matches!(word("format"), Some("date" | "date-time")) {
        return None;
    }
    let number = |name: &str| schema.get(name).and_then(Node::as_u64);
    let text = Text {
        min_length: number("minLength"),
        max_length: number("maxLength"),
        pattern: text(schema, "pattern"),
        is_secret: word("format") == Some("password"),
    };
    let is_limited =
        text.min_length.is_some() || text.max_length.is_some() || text.pattern.is_some();
    (is_limited || text.is_secret).then_some(text)
}

/// The width of an integer: what its format says, unless its bounds say that this is mistaken.
fn width(schema: &Node) -> Width {
    let bound = |name: &str| match schema.get(name).map(|node| &node.value) {
        Some(Value::Number(number)) => number.value.as_ref().and_then(Number::as_f64),
        _ => None,
    };
    let (min, max) = (bound("minimum"), bound("maximum"));
    let stated = match schema.get("format").and_then(Node::as_str) {
        Some("int8") => Some((Width::I8, -128.0, 127.0)),
        Some("uint8") => Some((Width::U8, 0.0, 255.0)),
        Some("int16") => Some((Width::I16, -32768.0, 32767.0)),
        Some("uint16") => Some((Width::U16, 0.0, 65535.0)),
        Some("int32") => Some((Width::I32, f64::from(i32::MIN), f64::from(i32::MAX))),
        Some("uint32") => Some((Width::U32, 0.0, f64::from(u32::MAX))),
        Some("int64") => Some((Width::I64, -9.3e18, 9.3e18)),
        Some("uint64") => Some((Width::U64, 0.0, 1.9e19)),
        _ => None,
    };
    let fits = |(_, low, high): &(Width, f64, f64)| {
        min.is_none_or(|min| min >= *low) && max.is_none_or(|max| max <= *high)
    };
    match stated.filter(fits) {
        Some((width, ..)) => width,
        None if min == Some(0.0) => Width::U64,
        None if max.is_some_and(|max| max > 9.3e18) && min.is_some_and(|min| min >= 0.0) => {
            Width::U64
        }
        None => Width::I64,
    }
}

/// Says of each type whether requests and answers may hold it, and opens what is answered: a value that
/// is new today is data, and none that the reader may refuse.
fn direct(types: &mut [Type], numbers: &HashMap<String, usize>, operations: &[Operation]) {
    let graph = Graph::new(
        types
            .iter()
            .map(|of| {
                let mut edges = Vec::new();
                for used in of.kind.uses() {
                    used.each_name(&mut |name| edges.extend(numbers.get(name)));
                }
                edges
            })
            .collect(),
    );
    let number = |of: &Use, found: &mut Vec<usize>| {
        of.each_name(&mut |name| found.extend(numbers.get(name)));
    };
    let (mut sent, mut answered) = (Vec::new(), Vec::new());
    for operation in operations {
        for parameter in &operation.parameters {
            number(&parameter.of, &mut sent);
        }
        if let Some(body) = &operation.body {
            number(&body.of, &mut sent);
            for alternative in &body.alternatives {
                if let BodyForm::Json { of }
                | BodyForm::Form { of, .. }
                | BodyForm::Multipart { of, .. } = &alternative.form
                {
                    number(of, &mut sent);
                }
            }
        }
        for answer in operation.answers() {
            if let Content::Json(of) = &answer.content {
                number(of, &mut answered);
            }
        }
    }
    let (sent, answered) = (graph.reached(sent), graph.reached(answered));
    for (number, of) in types.iter_mut().enumerate() {
        of.is_sent = sent[number];
        // What no operation speaks of is read, if anything is done with it.
        of.is_answered = answered[number] || !sent[number];
        if let (Kind::Enum(of), true) = (&mut of.kind, of.is_answered) {
            of.other = Some("Unknown");
        }
        if let Kind::Text(text) = &of.kind
            && !of.is_sent
            && !text.is_secret
        {
            of.kind = Kind::Alias(Use::Text);
        }
    }
}

/// Takes what an alias stands for where nobody but lowering named it.
fn settle(types: &mut [Type], numbers: &HashMap<String, usize>, operations: &mut [Operation]) {
    // An alias that holds itself through aliases is a type of its own.
    let edges = types
        .iter()
        .map(|of| match &of.kind {
            Kind::Alias(used) => {
                let mut edges: Vec<usize> = Vec::new();
                used.each_name(&mut |name| edges.extend(numbers.get(name)));
                edges.retain(|&number| matches!(types[number].kind, Kind::Alias(_)));
                edges
            }
            _ => Vec::new(),
        })
        .collect();
    let graph = Graph::new(edges);
    let circles = graph.circles();
    for (number, of) in types.iter_mut().enumerate() {
        if graph.is_in_circle(&circles, number)
            && let Kind::Alias(used) = &of.kind
        {
            of.kind = Kind::Wrapper(used.clone());
        }
    }
    let aliases: HashMap<String, Use> = types
        .iter()
        .filter_map(|of| match &of.kind {
            Kind::Alias(used) if !of.is_component => Some((of.name.clone(), used.clone())),
            _ => None,
        })
        .collect();
    let settle = |of: &mut Use| replace(of, &aliases);
    for of in types.iter_mut() {
        match &mut of.kind {
            Kind::Record(record) => {
                for property in &mut record.properties {
                    settle(&mut property.of);
                    // What the alias says of null is said of the property.
                    if let Use::Optional(inner) = &property.of {
                        let inner = (**inner).clone();
                        property.presence = match property.presence {
                            Presence::Required | Presence::Nullable => Presence::Nullable,
                            _ => Presence::Either,
                        };
                        property.of = inner;
                    }
                }
                if let Some((_, of)) = &mut record.further {
                    settle(of);
                }
            }
            Kind::Union(union) => {
                for variant in &mut union.variants {
                    settle(&mut variant.of);
                }
            }
            Kind::Alias(of) | Kind::Wrapper(of) => settle(of),
            Kind::Enum(_) | Kind::Text(_) => {}
        }
    }
    for operation in operations {
        for parameter in &mut operation.parameters {
            settle(&mut parameter.of);
        }
        if let Some(body) = &mut operation.body {
            settle(&mut body.of);
            for alternative in &mut body.alternatives {
                if let BodyForm::Json { of }
                | BodyForm::Form { of, .. }
                | BodyForm::Multipart { of, .. } = &mut alternative.form
                {
                    settle(of);
                }
            }
        }
        let Operation { success, error, .. } = operation;
        for answer in [success, error]
            .into_iter()
            .flat_map(|side: &mut Side| &mut side.answers)
        {
            if let Content::Json(of) = &mut answer.content {
                settle(of);
            }
        }
    }
}

fn replace(of: &mut Use, aliases: &HashMap<String, Use>) {
    match of {
        Use::Named(name) => {
            if let Some(used) = aliases.get(name) {
                *of = used.clone();
                // Aliases are no circle, so this ends.
                replace(of, aliases);
            }
        }
        Use::List(inner) | Use::Map(inner) | Use::Optional(inner) => replace(inner, aliases),
        _ => {}
    }
}

/// Puts behind a pointer what would otherwise hold itself.
fn order_by_value(types: &mut [Type], numbers: &HashMap<String, usize>) {
    let by_value = |of: &Use| -> Option<usize> {
        match of {
            Use::Named(name) => numbers.get(name).copied(),
            Use::Optional(inner) => match &**inner {
                Use::Named(name) => numbers.get(name).copied(),
                _ => None,
            },
            _ => None,
        }
    };
    // Variants first: what people match on is theirs to take apart, and most circles go through a union.
    for only_unions in [true, false] {
        let edges = types.iter().map(|of| match &of.kind {
            Kind::Record(record) => {
                let properties = record.properties.iter();
                let inline = properties.filter(|property| !property.is_boxed);
                inline
                    .filter_map(|property| by_value(&property.of))
                    .collect()
            }
            Kind::Union(union) => {
                let variants = union.variants.iter();
                let inline = variants.filter(|variant| !variant.is_boxed);
                inline.filter_map(|variant| by_value(&variant.of)).collect()
            }
            kind => kind.uses().into_iter().filter_map(by_value).collect(),
        });
        let circles = Graph::new(edges.collect()).circles();
        for number in 0..types.len() {
            let is_boxed = |of: &Use| by_value(of).is_some_and(|of| circles[of] == circles[number]);
            match &mut types[number].kind {
                Kind::Record(record) if !only_unions => {
                    for property in &mut record.properties {
                        property.is_boxed |= is_boxed(&property.of);
                    }
                }
                Kind::Union(union) if only_unions => {
                    for variant in &mut union.variants {
                        variant.is_boxed |= is_boxed(&variant.of);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Says of properties that may be left out whether their type has a place for null.
fn nulls(types: &mut [Type], numbers: &HashMap<String, usize>) {
    let mut takes = vec![false; types.len()];
    fn takes_null(of: &Use, numbers: &HashMap<String, usize>, known: &[bool]) -> bool {
        match of {
            Use::Optional(_) | Use::Any => true,
            Use::Named(name) => numbers.get(name).is_some_and(|&number| known[number]),
            _ => false,
        }
    }
    // Whoever holds one that takes null may take it as well; a circle alone takes none.
    loop {
        let more: Vec<usize> = (0..types.len())
            .filter(|&number| {
                !takes[number]
                    && match &types[number].kind {
                        Kind::Alias(of) | Kind::Wrapper(of) => takes_null(of, numbers, &takes),
                        Kind::Union(union) => union
                            .variants
                            .iter()
                            .any(|variant| takes_null(&variant.of, numbers, &takes)),
                        _ => false,
                    }
            })
            .collect();
        if more.is_empty() {
            break;
        }
        for number in more {
            takes[number] = true;
        }
    }
    for of in types {
        if let Kind::Record(record) = &mut of.kind {
            for property in &mut record.properties {
                if property.presence == Presence::Optional
                    && takes_null(&property.of, numbers, &takes)
                {
                    property.presence = Presence::Present;
                }
            }
        }
    }
}
