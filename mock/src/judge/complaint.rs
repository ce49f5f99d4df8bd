//! What is wrong with a request, in words that never repeat what was sent.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use crate::document::{Parameter, Place};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// Whether it is about the path, whose ids have an error code of their own.
    pub(crate) in_path: bool,
    /// A fragment such as `` `email_code` is shorter than 4 characters ``.
    pub(crate) text: String,
}

impl Complaint {
    pub(crate) fn parameter(parameter: &Parameter, reason: String) -> Self {
        let place = match parameter.place {
            Place::Path => "in the path",
            Place::Query => "in the query",
            Place::Header => "in the headers",
            Place::Cookie => "in the cookies",
        };
        Self {
            in_path: parameter.place == Place::Path,
            text: format!("`{}` {place} {reason}", parameter.name),
        }
    }

    pub(crate) fn body(text: impl Into<String>) -> Self {
        Self {
            in_path: false,
            text: text.into(),
        }
    }

    /// From what the validator says about a body.
    pub(crate) fn schema(error: &ValidationError<'_>, hide_names: bool) -> Vec<Self> {
        let at = error.instance_path().to_string();
        let member = at.trim_start_matches('/').replace('/', ".");
        let inner = |name: &str| match member.as_str() {
            "" => format!("`{name}`"),
            member => format!("`{member}.{name}`"),
        };
        let texts = match error.kind() {
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                vec![format!("{} is missing", inner(name))]
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
                .iter()
                .map(|name| match hide_names && !is_plain_name(name) {
                    true => "a member is not known".to_owned(),
                    false => format!("{} is not known", inner(&shown_name(name))),
                })
                .collect(),
            _ if member.is_empty() => vec![format!("the body {}", reason(error))],
            _ => vec![format!("`{}` {}", shown_name(&member), reason(error))],
        };
        texts.into_iter().map(Self::body).collect()
    }
}

/// Whether a name is one that a person gives to a member, rather than a value that landed in the wrong place.
pub(crate) fn is_plain_name(name: &str) -> bool {
    name.len() <= 40
        && name
            .chars()
            .all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '-'))
}

/// A name of the sender's, short and without control characters.
pub(crate) fn shown_name(name: &str) -> String {
    let mut shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    shown
}

/// The text that a pattern asks for at the beginning, if it asks for nothing else.
fn beginning(pattern: &str) -> Option<&str> {
    let text = pattern.strip_prefix('^')?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ':' | '/' | '-' | '_' | '@' | '#');
    (!text.is_empty() && text.chars().all(plain)).then_some(text)
}

/// What the validator found, without the value that it found it in.
pub(crate) fn reason(error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;
    let characters = |count: &u64| match count {
        1 => "1 character".to_owned(),
        count => format!("{count} characters"),
    };
    match error.kind() {
        Kind::MinLength { limit: 1 } => "is empty".to_owned(),
        Kind::MinLength { limit } => format!("is shorter than {}", characters(limit)),
        Kind::MaxLength { limit } => format!("is longer than {}", characters(limit)),
        Kind::Pattern { pattern } => match beginning(pattern) {
            Some(text) => format!("does not begin with {text}"),
            None => format!("does not match the pattern {pattern}"),
        },
        Kind::Format { format } => format!("is no valid {format}"),
        Kind::Enum { options } => match options.as_array() {
            Some(options) => {
                let options: Vec<String> = options.iter().map(Value::to_string).collect();
                format!("is none of {}", options.join(", "))
            }
            None => "is none of the documented values".to_owned(),
        },
        Kind::Type { kind } => {
            let found = match error.instance().as_ref() {
                Value::Null => "null",
                Value::Bool(_) => "a boolean",
                Value::Number(_) => "a number",
                Value::String(_) => "a string",
                Value::Array(_) => "an array",
                Value::Object(_) => "an object",
            };
            let expected = match kind {
                TypeKind::Single(one) => one.to_string(),
                TypeKind::Multiple(several) => {
                    let names: Vec<String> = several.iter().map(|one| one.to_string()).collect();
                    names.join(" or ")
                }
            };
            format!("is {found}, expected {expected}")
        }
        Kind::Minimum { limit } => format!("is less than {limit}"),
        Kind::Maximum { limit } => format!("is greater than {limit}"),
        Kind::MinItems { limit } => format!("has fewer than {limit} items"),
        Kind::MaxItems { limit } => format!("has more than {limit} items"),
        Kind::MinProperties { limit: 1 } => "is empty".to_owned(),
        Kind::MinProperties { limit } => format!("has fewer than {limit} members"),
        Kind::MaxProperties { limit } => format!("has more than {limit} members"),
        Kind::UniqueItems => "has an item twice".to_owned(),
        Kind::Required { property } => match property.as_str() {
            Some(name) => format!("lacks `{name}`"),
            None => "lacks a member".to_owned(),
        },
        Kind::OneOfNotValid { .. } | Kind::AnyOf { .. } => {
            "has none of the documented forms".to_owned()
        }
        other => format!("breaks the rule `{}` of its schema", other.keyword()),
    }
}
