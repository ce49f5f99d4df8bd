//! Schemas: what values there are.

pub(crate) mod contradictory_all_of;
pub(crate) mod contradictory_not;
pub(crate) mod crossed_bounds;
pub(crate) mod discriminator_mapping;
pub(crate) mod discriminator_property;
pub(crate) mod discriminator_value;
pub(crate) mod duplicate_enum_value;
pub(crate) mod duplicate_required;
pub(crate) mod enum_against_schema;
pub(crate) mod enum_without_null;
pub(crate) mod forbidden_required;
pub(crate) mod ignored_keyword;
pub(crate) mod invalid_default;
pub(crate) mod optional_discriminator;
pub(crate) mod read_and_write_only;
pub(crate) mod required_default;
pub(crate) mod undescribed_required;
pub(crate) mod unnamed_alternative;
