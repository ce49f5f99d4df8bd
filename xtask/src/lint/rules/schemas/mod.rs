//! Schemas: what values there are.

pub(in crate::lint) mod contradictory_all_of;
pub(in crate::lint) mod contradictory_not;
pub(in crate::lint) mod crossed_bounds;
pub(in crate::lint) mod discriminator_mapping;
pub(in crate::lint) mod discriminator_property;
pub(in crate::lint) mod discriminator_value;
pub(in crate::lint) mod duplicate_enum_value;
pub(in crate::lint) mod duplicate_required;
pub(in crate::lint) mod enum_against_schema;
pub(in crate::lint) mod enum_without_null;
pub(in crate::lint) mod forbidden_required;
pub(in crate::lint) mod ignored_keyword;
pub(in crate::lint) mod invalid_default;
pub(in crate::lint) mod optional_discriminator;
pub(in crate::lint) mod read_and_write_only;
pub(in crate::lint) mod required_default;
pub(in crate::lint) mod undescribed_required;
pub(in crate::lint) mod unnamed_alternative;
