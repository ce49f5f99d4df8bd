//! What schemas are made of: questions that several passes ask.

use std::collections::{HashMap, HashSet};

use crate::document::{Mapping, Node, Span, Value};

use super::Lowering;

/// Keywords that say something about a schema without changing what it holds.
pub(crate) const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "nullable",
    "default",
    "example",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "externalDocs",
    "xml",
    "discriminator",
    "$comment",
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$recursiveAnchor",
    "$vocabulary",
    "$defs",
    "definitions",
];

/// Whether a keyword says something about what a schema holds.
pub(crate) fn is_structural(keyword: &str) -> bool {
    !ANNOTATIONS.contains(&keyword)
        && (!keyword.starts_with("x-") || keyword == "x-extensible-enum")
}

/// The name of the component that a schema refers to.
pub(crate) fn component_name(schema: &Node) -> Option<&str> {
    schema.reference()?.strip_prefix("#/components/schemas/")
}

/// The component that a schema refers to, also where the reference carries a description, as
/// `allOf` of one.
pub(crate) fn referred(schema: &Node) -> Option<&str> {
    if let Some(name) = component_name(schema) {
        return Some(name);
    }
    let mapping = schema.as_mapping()?;
    let [only] = mapping.get("allOf")?.as_sequence()? else {
        return None;
    };
    if mapping
        .iter()
        .any(|entry| entry.key.name != "allOf" && is_structural(&entry.key.name))
    {
        return None;
    }
    component_name(only)
}

/// A reference to a component, at the place of what it stands for.
pub(crate) fn reference_to(name: &str, span: Span) -> Node {
    let target = Node::string(format!("#/components/schemas/{name}"), span);
    Node::object([("$ref", target)], span)
}

/// The empty schema, which holds any value.
pub(crate) fn anything(span: Span) -> Node {
    Node::new(Value::Mapping(Mapping::default()), span)
}

/// Makes a schema hold any value, and keeps what is said about it.
pub(crate) fn generalise(schema: &mut Node) {
    let span = schema.span;
    match schema.as_mapping_mut() {
        Some(mapping) => mapping.retain(|entry| {
            matches!(
                entry.key.name.as_str(),
                "description" | "deprecated" | "readOnly" | "writeOnly"
            )
        }),
        None => *schema = anything(span),
    }
}

/// Whether a schema says that a value may be null.
pub(crate) fn is_nullable(schema: &Node) -> bool {
    schema.get("nullable").and_then(Node::as_bool) == Some(true)
}

/// Says that a value may be null.
pub(crate) fn set_nullable(schema: &mut Node) {
    let span = schema.span;
    if let Some(name) = component_name(schema).map(str::to_owned) {
        let reference = Node::new(Value::Sequence(vec![reference_to(&name, span)]), span);
        *schema = Node::object(
            [("nullable", Node::bool(true, span)), ("allOf", reference)],
            span,
        );
    } else if let Some(mapping) = schema.as_mapping_mut() {
        mapping.insert("nullable", Node::bool(true, span));
    }
}

/// The `type` of a schema.
pub(crate) fn type_of(schema: &Node) -> Option<&str> {
    schema.get("type").and_then(Node::as_str)
}

/// The type of a schema, from its keywords where it does not say it.
pub(crate) fn implied_type(schema: &Node) -> Option<&str> {
    if let Some(stated) = type_of(schema) {
        return Some(stated);
    }
    let has = |names: &[&str]| names.iter().any(|name| schema.get(name).is_some());
    if has(&[
        "properties",
        "additionalProperties",
        "required",
        "patternProperties",
    ]) {
        Some("object")
    } else if has(&["items", "prefixItems", "minItems", "maxItems"]) {
        Some("array")
    } else if has(&["pattern", "minLength", "maxLength", "x-extensible-enum"]) {
        Some("string")
    } else if has(&["minimum", "maximum", "multipleOf"]) {
        Some("number")
    } else {
        match schema.get("format").and_then(Node::as_str)? {
            "int32" | "int64" => Some("integer"),
            "float" | "double" => Some("number"),
            _ => Some("string"),
        }
    }
}

/// Why a pattern cannot be checked, if so.
pub(crate) fn refused_pattern(pattern: &str) -> Option<String> {
    let error = regress::Regex::with_flags(pattern, "u").err()?;
    Some(error.to_string())
}

/// Whether a text is a name rather than a sentence.
pub(crate) fn is_name(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (1..=4).contains(&words) && text.len() <= 40 && text.chars().any(char::is_alphabetic)
}

/// A word for what a schema is, to tell it apart from its neighbours.
pub(crate) fn kind_name(schema: &Node, index: usize) -> String {
    if let Some(name) = referred(schema) {
        return name.to_owned();
    }
    if schema.get("x-extensible-enum").is_some() {
        return "Code".to_owned();
    }
    if let Some([only]) = schema.get("enum").and_then(Node::as_sequence)
        && let Some(text) = only.as_str()
    {
        return crate::names::pascal(text);
    }
    match implied_type(schema) {
        None | Some("string") if schema.get("enum").is_some() => "Value".to_owned(),
        Some("string") => "String".to_owned(),
        Some("integer") => "Integer".to_owned(),
        Some("number") => "Number".to_owned(),
        Some("boolean") => "Boolean".to_owned(),
        Some("array") => "Array".to_owned(),
        Some("object") => constant_member(schema).unwrap_or_else(|| "Object".to_owned()),
        _ => format!("Variant{index}"),
    }
}

/// The value of the first member of an object that can have one value only.
fn constant_member(schema: &Node) -> Option<String> {
    let properties = schema.get("properties")?.as_mapping()?;
    properties.iter().find_map(|property| {
        let values = property.value.get("enum")?.as_sequence()?;
        match values {
            [only] => Some(crate::names::pascal(only.as_str()?)),
            _ => None,
        }
    })
}

/// The component schemas as they stand, to look at while others are changed.
pub(crate) struct Schemas {
    by_name: HashMap<String, Node>,
}

impl Schemas {
    pub(crate) fn of(lowering: &Lowering<'_>) -> Self {
        Self {
            by_name: lowering
                .schemas()
                .map(|entry| (entry.key.name.clone(), entry.value.clone()))
                .collect(),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.by_name.get(name)
    }

    /// All of them, by name, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        let all = self.by_name.iter();
        all.map(|(name, schema)| (name.as_str(), schema))
    }

    /// Whether a flag is set on a schema, or on one that it refers to.
    pub(crate) fn says(&self, schema: &Node, flag: &str) -> bool {
        let mut schema = schema;
        let mut seen = HashSet::new();
        loop {
            if schema.get(flag).and_then(Node::as_bool) == Some(true) {
                return true;
            }
            let next = referred(schema).filter(|name| seen.insert(*name));
            match next.and_then(|name| self.get(name)) {
                Some(target) => schema = target,
                None => return false,
            }
        }
    }

    /// A schema, or what it refers to, through descriptions and chains.
    pub(crate) fn resolve<'n>(&'n self, schema: &'n Node) -> &'n Node {
        let mut schema = schema;
        let mut seen = HashSet::new();
        while let Some(name) = referred(schema)
            && seen.insert(name)
            && let Some(target) = self.get(name)
        {
            schema = target;
        }
        schema
    }
}
