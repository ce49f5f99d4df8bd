//! Words: names and texts for people.

pub(in crate::lint) mod broken_markdown;
pub(in crate::lint) mod casing;
pub(in crate::lint) mod dead_link;
pub(in crate::lint) mod markdown;
pub(in crate::lint) mod missing_description;
pub(in crate::lint) mod missing_operation_id;
pub(in crate::lint) mod missing_summary;
pub(in crate::lint) mod operation_id_style;
pub(in crate::lint) mod property_casing;
pub(in crate::lint) mod repeated_summary;
pub(in crate::lint) mod space_in_name;
pub(in crate::lint) mod undeclared_tag;
pub(in crate::lint) mod unused_tag;
