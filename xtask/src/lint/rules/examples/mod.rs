//! Examples: values that their schemas refuse.

pub(in crate::lint) mod invalid_example;
pub(in crate::lint) mod value_format;
pub(in crate::lint) mod wrong_way_member;
