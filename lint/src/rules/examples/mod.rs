//! Examples: values that their schemas refuse.

pub(crate) mod invalid_example;
pub(crate) mod value_format;
pub(crate) mod wrong_way_member;
