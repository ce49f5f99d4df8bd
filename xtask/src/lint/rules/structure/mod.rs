//! Structure: what the specification says of each object.

pub(in crate::lint) mod duplicate_tag;
pub(in crate::lint) mod empty_list;
pub(in crate::lint) mod empty_responses;
pub(in crate::lint) mod encoding_property;
pub(in crate::lint) mod exclusive_fields;
pub(in crate::lint) mod ignored_field;
pub(in crate::lint) mod invalid_component_name;
pub(in crate::lint) mod invalid_email;
pub(in crate::lint) mod invalid_header_name;
pub(in crate::lint) mod invalid_media_type;
pub(in crate::lint) mod invalid_pattern;
pub(in crate::lint) mod invalid_status;
pub(in crate::lint) mod invalid_url;
pub(in crate::lint) mod invalid_value;
pub(in crate::lint) mod missing_field;
pub(in crate::lint) mod newer_keyword;
pub(in crate::lint) mod nullable_without_type;
pub(in crate::lint) mod numeric_bound;
pub(in crate::lint) mod one_content;
pub(in crate::lint) mod openapi_version;
pub(in crate::lint) mod server_variable;
pub(in crate::lint) mod style_of_place;
pub(in crate::lint) mod type_format;
pub(in crate::lint) mod unknown_field;
pub(in crate::lint) mod unused_server_variable;
pub(in crate::lint) mod wrong_type;
