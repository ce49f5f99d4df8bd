//! References: what they lead to, and what leads nowhere.

pub(in crate::lint) mod circular_reference;
pub(in crate::lint) mod endless_schema;
pub(in crate::lint) mod link_parameter;
pub(in crate::lint) mod link_target;
pub(in crate::lint) mod reference_kind;
pub(in crate::lint) mod reference_siblings;
pub(in crate::lint) mod remote_reference;
pub(in crate::lint) mod runtime_expression;
pub(in crate::lint) mod unresolved_reference;
pub(in crate::lint) mod unused_component;
