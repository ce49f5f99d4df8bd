//! How a type is spelled in Rust.

use super::{Use, Width};

/// The module that a type is spelled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// `types`, where types stand by their names.
    Types,
    /// Another module beside it.
    Beside,
}

/// The Rust spelling of a type where it is used; the one place that knows it.
pub(crate) fn spell(of: &Use, from: From) -> String {
    let inner = |of: &Use| spell(of, from);
    match of {
        Use::Named(name) => match from {
            From::Types => name.clone(),
            From::Beside => format!("types::{name}"),
        },
        Use::Text => "::std::string::String".to_owned(),
        Use::DateTime => "runtime::DateTime".to_owned(),
        Use::Date => "runtime::Date".to_owned(),
        Use::Integer(width) => width.name().to_owned(),
        Use::Number => "f64".to_owned(),
        Use::Boolean => "bool".to_owned(),
        Use::List(item) => format!("::std::vec::Vec<{}>", inner(item)),
        // Sorted, so that the same value is always the same text.
        Use::Map(value) => format!(
            "::std::collections::BTreeMap<::std::string::String, {}>",
            inner(value)
        ),
        Use::Optional(of) => format!("::std::option::Option<{}>", inner(of)),
        Use::Any => "::serde_json::Value".to_owned(),
        Use::Object => "::serde_json::Map<::std::string::String, ::serde_json::Value>".to_owned(),
        Use::Bytes => "::bytes::Bytes".to_owned(),
        Use::FilePart => "runtime::FilePart".to_owned(),
        Use::Stream => "runtime::Stream".to_owned(),
        Use::Answers(name) => format!("answers::{name}"),
        Use::Body(name) => format!("bodies::{name}"),
        Use::Nothing => "()".to_owned(),
    }
}

impl Width {
    /// The Rust type.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::I8 => "i8",
            Self::U8 => "u8",
            Self::I16 => "i16",
            Self::U16 => "u16",
            Self::I32 => "i32",
            Self::U32 => "u32",
            Self::I64 => "i64",
            Self::U64 => "u64",
        }
    }
}
