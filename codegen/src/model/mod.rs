//! The model: the truth about every type and every operation, decided once and then only read.
//!
//! [`build`](build::build) makes it of the lowered document; what progenitor is given and all that is
//! rendered comes from it.

mod build;
mod graph;
mod operation;
mod spell;

use std::collections::HashMap;

use crate::document::Node;

pub(crate) use build::build;
pub(crate) use operation::{
    Answer, Body, BodyAlternative, BodyForm, Code, CodeResend, Content, Limits, MemberLimits,
    MemberStyle, Operation, Parameter, ParameterStyle, Resend, Side, Status,
};
pub(crate) use spell::{From, spell};

/// All types and operations of a document, in its order.
#[derive(Debug, Default)]
pub(crate) struct Model {
    /// By name.
    pub(crate) types: Vec<Type>,
    numbers: HashMap<String, usize>,
    pub(crate) operations: Vec<Operation>,
    /// The URL of the first server, if the document names one.
    pub(crate) server_url: Option<String>,
    /// The names of the properties and parameters that hold secrets.
    pub(crate) secrets: Vec<String>,
    /// What the error codes mean, if the document has a registry.
    pub(crate) registry: Vec<Code>,
}

impl Model {
    /// The type of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Type> {
        self.numbers.get(name).map(|&number| &self.types[number])
    }
}

/// A type that has a name.
#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) is_deprecated: bool,
    pub(crate) kind: Kind,
    /// Whether a request may hold it.
    pub(crate) is_sent: bool,
    /// Whether an answer may hold it.
    pub(crate) is_answered: bool,
    /// The limits that the document states for its properties.
    pub(crate) limits: Vec<MemberLimits>,
    /// Whether it is a component of the document, and not named by lowering.
    pub(crate) is_component: bool,
    /// Its lowered schema.
    pub(crate) schema: Node,
}

/// What a type is.
#[derive(Debug)]
pub(crate) enum Kind {
    /// An object with properties of its own.
    Record(Record),
    /// A set of strings, integers or truth values.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// A text with limits, or one that is shown nowhere.
    Text(Text),
    /// Another name of what has one already, or needs none.
    Alias(Use),
    /// What would be an alias, but holds itself.
    Wrapper(Use),
}

/// An object with properties of its own.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) properties: Vec<Property>,
    /// The field and type of the properties that have no schema of their own.
    pub(crate) further: Option<(String, Use)>,
}

/// A property of a record.
#[derive(Debug)]
pub(crate) struct Property {
    /// As it is on the wire.
    pub(crate) name: String,
    /// As Rust has it.
    pub(crate) field: String,
    pub(crate) of: Use,
    pub(crate) presence: Presence,
    /// Whether it has to be behind a pointer.
    pub(crate) is_boxed: bool,
    pub(crate) description: Option<String>,
    pub(crate) is_deprecated: bool,
}

/// Whether a property is there, and may be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It is there.
    Required,
    /// It is there and may be null.
    Nullable,
    /// It may be left out.
    Optional,
    /// It may be left out; its type has a place for null itself.
    Present,
    /// It may be left out and may be null, which are two things to say.
    Either,
}

/// A set of values of one kind.
#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) values: Values,
    /// A variant for each value.
    pub(crate) variants: Vec<String>,
    /// The variant that holds other values, if there may be any.
    pub(crate) other: Option<&'static str>,
}

/// The values of an enum.
#[derive(Debug)]
pub(crate) enum Values {
    Strings(Vec<String>),
    Integers(Width, Vec<serde_json::Number>),
    Booleans(Vec<bool>),
}

/// One of several types, or, for `anyOf`, at least one.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) variants: Vec<Variant>,
    /// Whether several may hold at once.
    pub(crate) any: bool,
    /// What tells them apart.
    pub(crate) tag: Option<Tag>,
}

/// One type of a union.
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) of: Use,
    /// Whether it has to be behind a pointer.
    pub(crate) is_boxed: bool,
}

/// The property that tells the variants of a union apart.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) property: String,
    /// Each value that is known, as text, and the variants (by number) that it may stand for.
    pub(crate) values: Vec<(String, Vec<usize>)>,
    /// The variant of every other value, if the document names one.
    pub(crate) default: Option<usize>,
}

/// A text with limits, or one that is shown nowhere.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) min_length: Option<u64>,
    pub(crate) max_length: Option<u64>,
    pub(crate) pattern: Option<String>,
    pub(crate) is_secret: bool,
}

/// A type where it is used.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Use {
    /// A type of the model.
    Named(String),
    Text,
    DateTime,
    Date,
    Integer(Width),
    Number,
    Boolean,
    List(Box<Use>),
    /// Values by name.
    Map(Box<Use>),
    Optional(Box<Use>),
    /// Any JSON value.
    Any,
    /// Any JSON object.
    Object,
    Bytes,
    /// A file in a form.
    FilePart,
    /// A body that is read as it comes.
    Stream,
    /// What an operation answers, by the name of its enum.
    Answers(String),
    /// What an operation takes, by the name of its enum.
    Body(String),
    /// Nothing.
    Nothing,
}

/// How many bits an integer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
}

impl Use {
    /// The names of the types that it speaks of.
    pub(crate) fn each_name<'u>(&'u self, visit: &mut impl FnMut(&'u str)) {
        match self {
            Self::Named(name) => visit(name),
            Self::List(inner) | Self::Map(inner) | Self::Optional(inner) => inner.each_name(visit),
            _ => {}
        }
    }
}

impl Kind {
    /// The uses of types that it is made of.
    pub(crate) fn uses(&self) -> Vec<&Use> {
        match self {
            Self::Record(record) => {
                let properties = record.properties.iter().map(|property| &property.of);
                properties
                    .chain(record.further.iter().map(|(_, of)| of))
                    .collect()
            }
            Self::Union(union) => union.variants.iter().map(|variant| &variant.of).collect(),
            Self::Alias(of) | Self::Wrapper(of) => vec![of],
            Self::Enum(_) | Self::Text(_) => Vec::new(),
        }
    }
}
