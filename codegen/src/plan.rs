//! What lowering took out of the document and rendering puts back.
//!
//! Lowering makes a document that progenitor can take; what progenitor cannot express is written
//! down here, in words of OpenAPI and HTTP, and rendering turns it into Rust beside progenitor's.

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use crate::model::{
    Answer, Body, BodyAlternative, BodyForm, Code, CodeResend, Content, Limits, MemberLimits,
    MemberStyle, Operation, Parameter, ParameterStyle, Resend, Side, Status, Tag, Use,
};

/// The whole plan, in the order of the document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    /// The URL of the first server, if the document names one.
    pub(crate) server_url: Option<String>,
    /// Every operation that is compiled.
    pub(crate) operations: Vec<Operation>,
    /// Schemas by type name of which one of several holds.
    pub(crate) unions: BTreeMap<String, Union>,
    /// Names that stand for a type whose builder progenitor must not see, and that type.
    pub(crate) aliases: BTreeMap<String, String>,
    /// Components of the lowered document whose Rust type is rendered from the operations.
    pub(crate) sides: BTreeSet<String>,
    /// What the document calls the components of these names.
    pub(crate) written: BTreeMap<String, String>,
    /// The names of the members and parameters that hold such values.
    pub(crate) secret_members: BTreeSet<String>,
    /// Limits that the document states for members of object types, by type name.
    pub(crate) limits: BTreeMap<String, Vec<MemberLimits>>,
    /// What the codes mean, if the document has a registry.
    pub(crate) registry: Vec<Code>,
    /// Every type name that is taken.
    pub(crate) type_names: BTreeSet<String>,
}

/// Several schemas of which one holds, or, for `anyOf`, at least one.
#[derive(Debug, Clone)]
pub(crate) struct Union {
    /// A variant per schema, in the order of the lowered `oneOf`.
    pub(crate) variants: Vec<String>,
    /// Whether several may hold at once.
    pub(crate) any: bool,
    /// What tells them apart.
    pub(crate) tag: Option<Tag>,
}
