//! References: what they lead to, and what leads nowhere.

pub(crate) mod circular_reference;
pub(crate) mod endless_schema;
pub(crate) mod link_parameter;
pub(crate) mod link_target;
pub(crate) mod reference_kind;
pub(crate) mod reference_siblings;
pub(crate) mod remote_reference;
pub(crate) mod runtime_expression;
pub(crate) mod unresolved_reference;
pub(crate) mod unused_component;
