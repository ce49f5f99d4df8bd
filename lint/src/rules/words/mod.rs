//! Words: names and texts for people.

pub(crate) mod broken_markdown;
pub(crate) mod casing;
pub(crate) mod dead_link;
pub(crate) mod markdown;
pub(crate) mod missing_description;
pub(crate) mod missing_operation_id;
pub(crate) mod missing_summary;
pub(crate) mod operation_id_style;
pub(crate) mod property_casing;
pub(crate) mod repeated_summary;
pub(crate) mod space_in_name;
pub(crate) mod undeclared_tag;
pub(crate) mod unused_tag;
