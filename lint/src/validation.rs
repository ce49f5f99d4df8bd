//! Every example, default and enum value against its schema, by a JSON Schema validator.
//!
//! A Schema Object of 3.0 is an extended subset of JSON Schema's draft 4: it is translated
//! (`nullable`, and `readOnly` and `writeOnly` by the direction of the data), and whatever other
//! rules already call wrong is left out, so that one defect does not become a finding at every
//! example. All values of a document are judged at once: one schema with a member for each, so that
//! each component is compiled once.

use std::collections::{HashMap, HashSet, VecDeque};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, PatternOptions, ValidationError};
use serde_json::{Map, Value as Json, json};
use xquik_document::{Node, Value};

use super::context::{Context, Target};
use super::description::{Kind, TYPES};
use super::model::{Direction, Site};
use super::schema;

/// What kind of value it is that a schema refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Example,
    Default,
    EnumValue,
}

/// A value that its schema refuses, or a part of one.
#[derive(Debug)]
pub(crate) struct Verdict<'d> {
    pub(crate) source: Source,
    /// The member that is refused.
    pub(crate) node: &'d Node,
    /// Whether its key is meant: it lacks something, or should not be there at all.
    pub(crate) at_key: bool,
    /// Whether only the format is not met.
    pub(crate) format: bool,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// More definitions than any real document reaches; what lies beyond is not checked. The validator
/// takes time with the square of a chain of them.
const MAX_DEFINITIONS: usize = 10_000;

/// So many references may follow each other from a value's schema.
const MAX_CHAIN: usize = 200;

/// How many steps a validation may take. A hostile document (each of two alternatives has two
/// alternatives, and so on) would take more than a lifetime. What lies beyond is not judged.
const MAX_STEPS: u64 = 5_000_000;

/// What a step costs within alternatives, by each level of them: the validator keeps what is wrong
/// with each until it knows that none fits.
const ALTERNATIVE: u64 = 2;

struct Case<'d> {
    source: Source,
    node: &'d Node,
    schema: &'d Node,
    direction: Direction,
}

/// What the schemas of a document refuse.
pub(crate) fn verdicts<'d>(cx: &Context<'d>) -> Vec<Verdict<'d>> {
    let cases = cases(cx);
    if cases.is_empty() {
        return Vec::new();
    }
    let mut translator = Translator::new(cx);
    let mut budget = Budget::new(cx);
    let mut properties = Map::new();
    let mut instance = Map::new();
    for (index, case) in cases.iter().enumerate() {
        if !budget.affords(case.schema, case.node) {
            continue;
        }
        let translated = match case.source {
            Source::EnumValue => translator.without_enum(case.schema, case.direction),
            _ => translator.schema(case.schema, case.direction),
        };
        properties.insert(index.to_string(), translated);
        instance.insert(index.to_string(), case.node.to_json());
    }
    let definitions = translator.definitions();
    let schema = json!({ "definitions": definitions, "properties": properties });
    let instance = Json::Object(instance);
    let options = jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .with_format("date", is_date)
        .with_format("uuid", is_uuid)
        .with_format("byte", is_base64)
        .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(100_000));
    let Ok(validator) = options.build(&schema) else {
        // The translation leaves out whatever the validator refuses; a test is to see where it fails.
        if cfg!(test) {
            panic!("{:?}", options.build(&schema).err());
        }
        return Vec::new();
    };
    let mut verdicts = Vec::new();
    for error in validator.iter_errors(&instance) {
        judge(&cases, &error, &mut verdicts);
    }
    verdicts
}

fn cases<'d>(cx: &Context<'d>) -> Vec<Case<'d>> {
    let mut cases = Vec::new();
    for site in cx.model.of(Kind::Schema) {
        let mut push = |source, node| {
            cases.push(Case {
                source,
                node,
                schema: site.node,
                direction: site.direction,
            });
        };
        if let Some(node) = site.node.get("example") {
            push(Source::Example, node);
        }
        if let Some(node) = site.node.get("default") {
            push(Source::Default, node);
        }
        if schema::constrains_beyond_enum(site.node)
            && schema::contradicted_type(site.node).is_none()
            && let Some(values) = site.node.get("enum").and_then(Node::as_sequence)
        {
            for node in values {
                push(Source::EnumValue, node);
            }
        }
    }
    for kind in [Kind::MediaType, Kind::Parameter, Kind::Header] {
        for site in cx.model.of(kind) {
            let Some(schema) = site.node.get("schema") else {
                continue;
            };
            for node in examples(cx, site.node) {
                if is_comparable(cx, site, schema, node) {
                    cases.push(Case {
                        source: Source::Example,
                        node,
                        schema,
                        direction: site.direction,
                    });
                }
            }
        }
    }
    cases
}

/// The values of `example` and `examples`.
pub(crate) fn examples<'d>(cx: &Context<'d>, node: &'d Node) -> Vec<&'d Node> {
    let single = node.get("example").into_iter();
    let named = super::context::members(node, "examples").filter_map(|(_, example)| {
        cx.get(cx.resolve(example)?, "value")
            .or(cx.resolve(example)?.get("value"))
    });
    single.chain(named).collect()
}

/// Whether an example is the data itself, and not its serialised form.
fn is_comparable<'d>(cx: &Context<'d>, site: &Site<'d>, schema: &'d Node, example: &Node) -> bool {
    if example.as_str().is_none() {
        return site.kind != Kind::MediaType || !is_xml(site.name);
    }
    let kind = cx
        .resolve(schema)
        .and_then(|schema| schema.get("type"))
        .and_then(Node::as_str);
    match site.kind {
        Kind::MediaType if is_json(site.name) => true,
        Kind::MediaType => site.name.starts_with("text/") && kind == Some("string"),
        // `a,b` is how an array looks in a URL.
        _ => matches!(kind, Some("string" | "integer" | "number" | "boolean")),
    }
}

fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Whether a media type's examples are written as what they are.
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json")
}

fn is_xml(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence.ends_with("/xml") || essence.ends_with("+xml")
}

// ---------------------------------------------------------------- from schemas to JSON Schema

type Identity = (*const Node, Direction);

struct Translator<'c, 'd> {
    cx: &'c Context<'d>,
    names: HashMap<Identity, String>,
    waiting: VecDeque<(String, &'d Node, Direction, usize)>,
    /// How many references lead to the schema that is being translated.
    chain: usize,
    endless: HashSet<*const Node>,
    patterns: HashMap<&'d str, bool>,
    broken: schema::Broken,
}

impl<'c, 'd> Translator<'c, 'd> {
    fn new(cx: &'c Context<'d>) -> Self {
        Self {
            cx,
            names: HashMap::new(),
            waiting: VecDeque::new(),
            chain: 0,
            endless: schema::endless_in_place(cx),
            patterns: HashMap::new(),
            broken: schema::Broken::new(cx),
        }
    }

    fn definitions(mut self) -> Map<String, Json> {
        let mut definitions = Map::new();
        while let Some((name, node, direction, chain)) = self.waiting.pop_front() {
            self.chain = chain;
            let translated = self.schema(node, direction);
            definitions.insert(name, translated);
        }
        definitions
    }

    fn schema(&mut self, node: &'d Node, direction: Direction) -> Json {
        self.translate(node, direction, true)
    }

    fn without_enum(&mut self, node: &'d Node, direction: Direction) -> Json {
        self.translate(node, direction, false)
    }

    fn reference(&mut self, reference: &str, direction: Direction) -> Json {
        let Target::Here(target) = self.cx.target(reference) else {
            return json!({});
        };
        if self.endless.contains(&std::ptr::from_ref(target)) {
            return json!({});
        }
        let count = self.names.len();
        let identity = (std::ptr::from_ref(target), direction);
        if let Some(name) = self.names.get(&identity) {
            return json!({ "$ref": format!("#/definitions/{name}") });
        }
        if count >= MAX_DEFINITIONS || self.chain >= MAX_CHAIN {
            return json!({});
        }
        let name = format!("s{count}");
        self.names.insert(identity, name.clone());
        self.waiting
            .push_back((name.clone(), target, direction, self.chain + 1));
        json!({ "$ref": format!("#/definitions/{name}") })
    }

    fn translate(&mut self, node: &'d Node, direction: Direction, with_enum: bool) -> Json {
        if let Some(reference) = node.reference() {
            return self.reference(reference, direction);
        }
        let Some(mapping) = node.as_mapping() else {
            return json!({});
        };
        if schema::is_impossible(self.cx, node) {
            return json!({});
        }
        let mut out = Map::new();
        let mut choice = self.choice(node, direction);
        // What is no boolean is told as such, and likely meant as true.
        let nullable = node
            .get("nullable")
            .is_some_and(|nullable| nullable.as_bool() != Some(false));
        let crossed = schema::crossed_bounds(node);
        let no_multiple = schema::multiple_out_of_bounds(node).is_some();
        let is_crossed = |name: &str| {
            crossed.iter().any(|c| c.low == name || c.high == name)
                || (no_multiple && matches!(name, "minimum" | "maximum" | "multipleOf"))
        };
        // Of members that cannot be read it is not known which may be there, and which way they go.
        let members_known = node
            .get("properties")
            .is_none_or(|properties| properties.as_mapping().is_some());
        for entry in mapping {
            let name = entry.key.name.as_str();
            let value = &entry.value;
            match name {
                "additionalProperties" | "required" if !members_known => {}
                "type" => {
                    let Some(kind) = value.as_str().filter(|kind| TYPES.contains(kind)) else {
                        continue;
                    };
                    if with_enum && schema::enum_contradicts_type(node) {
                        continue;
                    }
                    let kind = if nullable {
                        json!([kind, "null"])
                    } else {
                        json!(kind)
                    };
                    out.insert(name.to_owned(), kind);
                }
                "enum" if with_enum => {
                    let mut values: Vec<Json> = Vec::new();
                    for value in value.as_sequence().unwrap_or_default() {
                        values.push(value.to_json());
                    }
                    if nullable {
                        values.push(Json::Null);
                    }
                    // Draft 4 wants each value once.
                    dedup(&mut values);
                    if !values.is_empty() {
                        out.insert(name.to_owned(), Json::Array(values));
                    }
                }
                "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties"
                | "maxProperties" => {
                    if let Some(count) = schema::count(value)
                        && !is_crossed(name)
                    {
                        out.insert(name.to_owned(), json!(count));
                    }
                }
                "minimum" | "maximum" | "multipleOf" => {
                    if let Some(number) = json_number(value)
                        && !is_crossed(name)
                        && (name != "multipleOf" || number.as_f64().is_some_and(|n| n > 0.0))
                    {
                        out.insert(name.to_owned(), Json::Number(number));
                    }
                }
                "exclusiveMinimum" | "exclusiveMaximum" => {
                    let bound = if name == "exclusiveMinimum" {
                        "minimum"
                    } else {
                        "maximum"
                    };
                    // Draft 4 wants the bound beside it.
                    if value.as_bool() == Some(true)
                        && node
                            .get(bound)
                            .is_some_and(|bound| json_number(bound).is_some())
                        && !is_crossed(bound)
                    {
                        out.insert(name.to_owned(), Json::Bool(true));
                    }
                }
                "uniqueItems" => {
                    if let Some(unique) = value.as_bool() {
                        out.insert(name.to_owned(), Json::Bool(unique));
                    }
                }
                "pattern" => {
                    if let Some(pattern) = value.as_str()
                        && self.can_match(pattern)
                    {
                        out.insert(name.to_owned(), json!(pattern));
                    }
                }
                "format" => {
                    if let Some(format) = value.as_str() {
                        out.insert(name.to_owned(), json!(format));
                        self.integer_range(node, format, &mut out);
                    }
                }
                "required" => {
                    let mut names: Vec<Json> = Vec::new();
                    let mut known = HashSet::new();
                    for name in value.as_sequence().unwrap_or_default() {
                        if let Some(name) = name.as_str()
                            && known.insert(name)
                            && !self.is_other_way(node, name, direction)
                            && !schema::is_forbidden(self.cx, node, name)
                            && !schema::is_undescribed(node, name)
                        {
                            names.push(json!(name));
                        }
                    }
                    if !names.is_empty() {
                        out.insert(name.to_owned(), Json::Array(names));
                    }
                }
                "properties" => {
                    let properties: Map<String, Json> = value
                        .as_mapping()
                        .into_iter()
                        .flatten()
                        .map(|entry| {
                            let schema = self.schema(&entry.value, direction);
                            (entry.key.name.clone(), schema)
                        })
                        .collect();
                    out.insert(name.to_owned(), Json::Object(properties));
                }
                "additionalProperties" => {
                    let translated = match &value.value {
                        Value::Bool(allowed) => Json::Bool(*allowed),
                        Value::Mapping(_) => self.schema(value, direction),
                        _ => continue,
                    };
                    out.insert(name.to_owned(), translated);
                }
                "items" | "not" if value.as_mapping().is_some() => {
                    let translated = self.schema(value, direction);
                    out.insert(name.to_owned(), translated);
                }
                "oneOf" | "anyOf" if choice.is_some() => {}
                "allOf" | "oneOf" | "anyOf" => {
                    let members: Vec<Json> = value
                        .as_sequence()
                        .unwrap_or_default()
                        .iter()
                        .map(|member| self.schema(member, direction))
                        .collect();
                    // An alternative of which something is not known may seem to fit as well.
                    let broken = name == "oneOf" && self.broken.reaches(self.cx, value);
                    let name = if broken { "anyOf" } else { name };
                    let taken = broken && node.get(name).is_some();
                    if !taken && !members.is_empty() {
                        out.insert(name.to_owned(), Json::Array(members));
                    }
                }
                _ => {}
            }
        }
        // That these are required and forbidden is told.
        if schema::is_closed(node) {
            let forbidden = schema::required_names(node)
                .map(|(_, name)| name)
                .filter(|name| schema::is_forbidden(self.cx, node, name));
            for name in forbidden {
                let properties = out.entry("properties").or_insert_with(|| json!({}));
                if let Json::Object(properties) = properties {
                    properties.insert(name.to_owned(), json!({}));
                }
            }
        }
        if let Some(choice) = choice.take() {
            let all = out.entry("allOf").or_insert_with(|| json!([]));
            if let Json::Array(all) = all {
                all.extend(choice);
            }
        }
        // Without a `type` beside it `nullable` has no effect by the letter; those who write it
        // mean that null is allowed, and a rule of its own tells them.
        if nullable && !out.contains_key("type") && !out.is_empty() {
            return json!({ "anyOf": [{ "type": "null" }, out] });
        }
        Json::Object(out)
    }

    /// The alternatives of a schema by the discriminator beside them, where it tells all of them
    /// apart: a value is judged by the one that it names, and by no other.
    fn choice(&mut self, node: &'d Node, direction: Direction) -> Option<Vec<Json>> {
        let discriminator = node.get("discriminator")?;
        let name = discriminator.get("propertyName")?.as_str()?;
        let alternatives = match (node.get("oneOf"), node.get("anyOf")) {
            (Some(alternatives), None) | (None, Some(alternatives)) => {
                alternatives.as_sequence()?
            }
            _ => return None,
        };
        let mut values: HashMap<*const Node, Vec<&'d str>> = HashMap::new();
        for (value, target) in super::context::members(discriminator, "mapping") {
            let target = schema::mapped(self.cx, target.as_str()?)?;
            let target = std::ptr::from_ref(self.cx.resolve(target)?);
            values.entry(target).or_default().push(value);
        }
        let mut named = Vec::new();
        let mut required = true;
        for alternative in alternatives {
            alternative.reference()?;
            let target = self.cx.resolve(alternative)?;
            if self.endless.contains(&std::ptr::from_ref(target)) || schema::is_nullable(target) {
                return None;
            }
            let own = values.remove(&std::ptr::from_ref(target)).or_else(|| {
                let tag = self.cx.get(target.get("properties")?, name)?;
                let values = schema::enum_values(tag);
                let values: Vec<&str> = values.iter().filter_map(Node::as_str).collect();
                (!values.is_empty()).then_some(values)
            })?;
            required &= schema::required_names(target).any(|(_, required)| required == name);
            named.push((own, alternative));
        }
        // A value that maps to another schema is no business of these alternatives.
        if !values.is_empty() || named.is_empty() {
            return None;
        }
        let all: Vec<&str> = named.iter().flat_map(|(own, _)| own.clone()).collect();
        if (1..all.len()).any(|index| all[..index].contains(&all[index])) {
            return None;
        }
        let kind = if schema::is_nullable(node) {
            json!(["object", "null"])
        } else {
            json!("object")
        };
        let mut whole = json!({ "type": kind, "properties": { name: { "enum": all } } });
        if required && let Some(whole) = whole.as_object_mut() {
            whole.insert("required".to_owned(), json!([name]));
        }
        let mut choice = vec![whole];
        for (own, alternative) in named {
            let is_other = json!({ "not": {
                "description": CHOICE,
                "type": "object",
                "required": [name],
                "properties": { name: { "enum": own } },
            } });
            let alternative = self.schema(alternative, direction);
            choice.push(json!({ "anyOf": [is_other, alternative] }));
        }
        Some(choice)
    }

    /// `int32` and `int64` are ranges, where the author gives no others.
    fn integer_range(&self, node: &Node, format: &str, out: &mut Map<String, Json>) {
        if node.get("type").and_then(Node::as_str) != Some("integer") || format != "int32" {
            return;
        }
        if node.get("minimum").is_none() {
            out.insert("minimum".to_owned(), json!(i32::MIN));
        }
        if node.get("maximum").is_none() {
            out.insert("maximum".to_owned(), json!(i32::MAX));
        }
    }

    /// Whether a member never goes this way, although it is required.
    fn is_other_way(&self, node: &'d Node, name: &str, direction: Direction) -> bool {
        let Some(property) = node
            .get("properties")
            .and_then(|properties| properties.get(name))
        else {
            return false;
        };
        let is = |flag| {
            [Some(property), self.cx.resolve(property)]
                .into_iter()
                .flatten()
                .any(|schema| schema.get(flag).and_then(Node::as_bool) == Some(true))
        };
        match direction {
            Direction::Request => is("readOnly"),
            Direction::Response => is("writeOnly"),
            Direction::Either => is("readOnly") || is("writeOnly"),
        }
    }

    /// Whether the validator's engine can take a pattern; a wrong one has a rule of its own.
    fn can_match(&mut self, pattern: &'d str) -> bool {
        *self.patterns.entry(pattern).or_insert_with(|| {
            !super::pattern::is_excessive(pattern)
                && super::pattern::defect(pattern).is_none()
                && jsonschema::options()
                    .with_draft(Draft::Draft4)
                    .build(&json!({ "pattern": pattern }))
                    .is_ok()
        })
    }
}

fn dedup(values: &mut Vec<Json>) {
    let mut seen = HashSet::new();
    values.retain(|value| seen.insert(value.to_string()));
}

fn json_number(node: &Node) -> Option<serde_json::Number> {
    match &node.value {
        Value::Number(number) => number.value.clone(),
        _ => None,
    }
}

/// Marks a choice by a discriminator in what the validator gets.
const CHOICE: &str = "the discriminator has not this value";

fn is_choice(error: &ValidationError<'_>) -> bool {
    match error.kind() {
        ValidationErrorKind::Not { schema } => {
            schema.get("description").and_then(Json::as_str) == Some(CHOICE)
        }
        _ => false,
    }
}

// ---------------------------------------------------------------- from errors to verdicts

fn judge<'d>(cases: &[Case<'d>], error: &ValidationError<'_>, verdicts: &mut Vec<Verdict<'d>>) {
    let path = error.instance_path().as_str();
    let mut tokens = path.split('/').skip(1);
    let Some(case) = tokens
        .next()
        .and_then(|index| index.parse::<usize>().ok())
        .and_then(|index| cases.get(index))
    else {
        return;
    };
    describe(case, error, verdicts);
}

fn describe<'d>(case: &Case<'d>, error: &ValidationError<'_>, verdicts: &mut Vec<Verdict<'d>>) {
    let tokens = steps_to(error);
    let Some(node) = tokens
        .iter()
        .try_fold(case.node, |node, token| node.child(token))
    else {
        return;
    };
    let shown = || shown(node);
    let mut verdict = Verdict {
        source: case.source,
        node,
        at_key: false,
        format: false,
        message: String::new(),
        help: None,
    };
    verdict.message = match error.kind() {
        ValidationErrorKind::Type { kind } => {
            let expected = type_names(kind);
            verdict.help = type_help(node, &expected);
            format!("expected {}, found {}", expected.join(" or "), shown())
        }
        ValidationErrorKind::Required { property } => {
            verdict.at_key = true;
            let name = property.as_str().unwrap_or_default();
            format!("lacks `{name}`, which its schema requires")
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for name in unexpected {
                if let Some(node) = node.get(name) {
                    verdicts.push(Verdict {
                        node,
                        at_key: true,
                        message: format!("`{name}` is no member that its schema allows"),
                        help: None,
                        ..verdict
                    });
                }
            }
            return;
        }
        ValidationErrorKind::Enum { options } => {
            let options: Vec<String> = options
                .as_array()
                .into_iter()
                .flatten()
                .map(|option| {
                    option
                        .as_str()
                        .map_or_else(|| option.to_string(), str::to_owned)
                })
                .collect();
            verdict.help = node
                .as_str()
                .and_then(|text| {
                    super::suggestion::nearest(text, options.iter().map(String::as_str))
                })
                .map(|nearest| format!("did you mean `{nearest}`?"));
            format!("{} is none of {}", shown(), list(&options))
        }
        ValidationErrorKind::MinLength { limit } => {
            format!("{} is shorter than minLength {limit}", shown())
        }
        ValidationErrorKind::MaxLength { limit } => {
            format!("{} is longer than maxLength {limit}", shown())
        }
        ValidationErrorKind::Minimum { limit } => format!("{} is below {limit}", shown()),
        ValidationErrorKind::Maximum { limit } => format!("{} is above {limit}", shown()),
        ValidationErrorKind::ExclusiveMinimum { limit } => {
            format!("{} is not above {limit}", shown())
        }
        ValidationErrorKind::ExclusiveMaximum { limit } => {
            format!("{} is not below {limit}", shown())
        }
        ValidationErrorKind::MultipleOf { multiple_of } => {
            format!("{} is no multiple of {multiple_of}", shown())
        }
        ValidationErrorKind::MinItems { limit } => {
            format!("has fewer items than minItems {limit}")
        }
        ValidationErrorKind::MaxItems { limit } => format!("has more items than maxItems {limit}"),
        ValidationErrorKind::MinProperties { limit } => {
            format!("has fewer members than minProperties {limit}")
        }
        ValidationErrorKind::MaxProperties { limit } => {
            format!("has more members than maxProperties {limit}")
        }
        ValidationErrorKind::UniqueItems => {
            let mut seen = HashSet::new();
            let items = node.as_sequence().unwrap_or_default();
            let again = items
                .iter()
                .find(|item| !seen.insert(item.to_json().to_string()));
            verdict.node = again.unwrap_or(node);
            "has an item more than once".to_owned()
        }
        ValidationErrorKind::Pattern { pattern } => {
            format!("{} does not match `{pattern}`", shown())
        }
        ValidationErrorKind::Format { format } => {
            verdict.format = true;
            format!("{} is no `{format}`", shown())
        }
        ValidationErrorKind::Not { .. } => format!("{} is what `not` excludes", shown()),
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            "fits more than one schema of `oneOf`, which takes exactly one".to_owned()
        }
        ValidationErrorKind::OneOfNotValid { context } => {
            if descend(case, context, &tokens, "oneOf", verdicts) {
                return;
            }
            format!("{} fits no schema of `oneOf`", shown())
        }
        ValidationErrorKind::AnyOf { context } => {
            if let [tag, errors] = context.as_slice()
                && tag.iter().any(is_choice)
            {
                for error in errors {
                    describe(case, error, verdicts);
                }
                return;
            }
            if descend(case, context, &tokens, "anyOf", verdicts) {
                return;
            }
            format!("{} fits no schema of `anyOf`", shown())
        }
        // Nothing can be said about a pattern that is too expensive to match.
        ValidationErrorKind::BacktrackLimitExceeded { .. }
        | ValidationErrorKind::RegexEngineFailure { .. } => return,
        _ => error.to_string(),
    };
    verdicts.push(verdict);
}

/// Of several alternatives that all fail, the one that was meant: of those that take the value's own
/// type the one whose single-valued members (`kind: {enum: [cat]}`) are met, then the one that misses
/// the fewest required members, then the one with the fewest complaints. Where that tells no two
/// apart, the place is told at which all complain, if it lies deeper than the value.
fn descend<'d>(
    case: &Case<'d>,
    alternatives: &[Vec<ValidationError<'static>>],
    here: &[String],
    composition: &str,
    verdicts: &mut Vec<Verdict<'d>>,
) -> bool {
    // The first step of a path is the number of the case.
    let depth = |error: &ValidationError<'_>| {
        let steps = error.instance_path().as_str().split('/').count();
        steps.saturating_sub(2).saturating_sub(here.len())
    };
    let is_of_other_type = |error: &ValidationError<'_>| {
        depth(error) == 0 && matches!(error.kind(), ValidationErrorKind::Type { .. })
    };
    let is_of_other_kind = |error: &&ValidationError<'_>| match error.kind() {
        ValidationErrorKind::Enum { options } => {
            depth(error) == 1 && options.as_array().is_some_and(|options| options.len() == 1)
        }
        _ => false,
    };
    let is_missing = |error: &&ValidationError<'_>| {
        depth(error) == 0 && matches!(error.kind(), ValidationErrorKind::Required { .. })
    };
    let complaints = |error: &ValidationError<'_>| match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected.len(),
        _ => 1,
    };
    let ranked: Vec<_> = alternatives
        .iter()
        .filter(|errors| !errors.is_empty() && !errors.iter().any(is_of_other_type))
        .map(|errors| {
            let rank = (
                errors.iter().filter(is_of_other_kind).count(),
                errors.iter().filter(is_missing).count(),
                errors.iter().map(complaints).sum::<usize>(),
            );
            (rank, errors)
        })
        .collect();
    let Some(best) = ranked.iter().map(|(rank, _)| *rank).min() else {
        return false;
    };
    let meant: Vec<_> = ranked
        .iter()
        .filter(|(rank, _)| *rank == best)
        .map(|(_, errors)| *errors)
        .collect();
    let is_inside = |error: &ValidationError<'_>| {
        depth(error) > 0
            || matches!(
                error.kind(),
                ValidationErrorKind::Required { .. }
                    | ValidationErrorKind::AdditionalProperties { .. }
            )
    };
    match meant.as_slice() {
        [only] if ranked.len() == 1 || only.iter().any(is_inside) => {
            for error in only.iter() {
                describe(case, error, verdicts);
            }
            true
        }
        several => {
            let mut paths = several
                .iter()
                .flat_map(|errors| errors.iter())
                .map(steps_to);
            let Some(first) = paths.next() else {
                return false;
            };
            let shared = paths.fold(first, |mut shared, path| {
                let same = shared.iter().zip(&path).take_while(|(a, b)| a == b);
                let same = same.count();
                shared.truncate(same);
                shared
            });
            let node = shared
                .iter()
                .try_fold(case.node, |node, step| node.child(step));
            match node {
                Some(node) if shared.len() > here.len() => {
                    verdicts.push(Verdict {
                        source: case.source,
                        node,
                        at_key: false,
                        format: false,
                        message: format!("{} fits no schema of `{composition}`", shown(node)),
                        help: None,
                    });
                    true
                }
                _ => false,
            }
        }
    }
}

/// The names and indices that lead from a case's value to the part that an error is about.
fn steps_to(error: &ValidationError<'_>) -> Vec<String> {
    error
        .instance_path()
        .as_str()
        .split('/')
        .skip(2)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect()
}

fn type_names(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(kind) => vec![kind.to_string()],
        TypeKind::Multiple(kinds) => kinds
            .iter()
            .map(|kind| kind.to_string())
            .filter(|kind| kind != "null")
            .collect(),
    }
}

fn type_help(node: &Node, expected: &[String]) -> Option<String> {
    let expects = |kind: &str| expected.iter().any(|expected| expected == kind);
    match &node.value {
        Value::Number(_) | Value::Bool(_) if expects("string") => {
            Some(format!("write '{}' in quotes", node.scalar_text()?))
        }
        Value::Null => Some("null needs `nullable: true` in the schema".to_owned()),
        Value::String(text)
            if (expects("integer") && text.parse::<i64>().is_ok())
                || (expects("number") && text.parse::<f64>().is_ok())
                || (expects("boolean") && matches!(text.as_str(), "true" | "false")) =>
        {
            Some("take the quotes away".to_owned())
        }
        _ => None,
    }
}

/// A value in a message: short, on one line.
pub(crate) fn shown(node: &Node) -> String {
    match &node.value {
        Value::Mapping(_) | Value::Sequence(_) => node.kind().to_owned(),
        Value::String(text) if text.chars().count() > 40 => {
            let start: String = text.chars().take(37).collect();
            format!("\"{}…\"", start.escape_debug())
        }
        Value::String(text) => format!("\"{}\"", text.escape_debug()),
        _ => node.scalar_text().unwrap_or_default().to_owned(),
    }
}

fn list(options: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = options
        .iter()
        .take(SHOWN)
        .map(|option| format!("`{option}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if options.len() > SHOWN {
        text.push_str(&format!(" and {} more", options.len() - SHOWN));
    }
    text
}

// ---------------------------------------------------------------- formats

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return false;
    }
    let number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse::<u32>().ok())
            .flatten()
    };
    let (Some(year), Some(month), Some(day)) = (number(year), number(month), number(day)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len() - body.len() <= 2
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/-_\r\n".contains(&byte))
}

// ---------------------------------------------------------------- the bound

/// Counts the steps that validations will take, before they take them.
struct Budget<'c, 'd> {
    cx: &'c Context<'d>,
    left: u64,
    known: HashMap<(*const Node, *const Node), u64>,
}

impl<'c, 'd> Budget<'c, 'd> {
    fn new(cx: &'c Context<'d>) -> Self {
        Self {
            cx,
            left: MAX_STEPS,
            known: HashMap::new(),
        }
    }

    fn affords(&mut self, schema: &'d Node, instance: &'d Node) -> bool {
        let steps = self.steps(schema, instance);
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    fn steps(&mut self, schema: &'d Node, instance: &'d Node) -> u64 {
        let Some(schema) = self.cx.resolve(schema) else {
            return 1;
        };
        let pair = (std::ptr::from_ref(schema), std::ptr::from_ref(instance));
        if let Some(&steps) = self.known.get(&pair) {
            return steps;
        }
        // A circle in place is cut by the translation.
        self.known.insert(pair, 1);
        let mut steps: u64 = 1;
        let mut add = |more: u64| steps = steps.saturating_add(more);
        for name in ["allOf", "oneOf", "anyOf"] {
            for member in schema
                .get(name)
                .and_then(Node::as_sequence)
                .unwrap_or_default()
            {
                let steps = self.steps(member, instance);
                add(match name {
                    "allOf" => steps,
                    _ => steps.saturating_mul(ALTERNATIVE),
                });
            }
        }
        if let Some(member) = schema.get("not") {
            add(self.steps(member, instance));
        }
        match &instance.value {
            Value::Mapping(members) => {
                let properties = schema.get("properties");
                let others = schema
                    .get("additionalProperties")
                    .filter(|others| others.as_mapping().is_some());
                for entry in members {
                    let property = properties
                        .and_then(|properties| properties.get(&entry.key.name))
                        .or(others);
                    if let Some(property) = property {
                        add(self.steps(property, &entry.value));
                    }
                }
            }
            Value::Sequence(items) => {
                if let Some(item) = schema.get("items") {
                    for each in items {
                        add(self.steps(item, each));
                    }
                }
            }
            _ => {}
        }
        self.known.insert(pair, steps);
        steps
    }
}
