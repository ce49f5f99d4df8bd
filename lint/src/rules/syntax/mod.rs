//! Syntax: the text, before anything is known of OpenAPI.

pub(crate) mod ambiguous_scalar;
pub(crate) mod broken_syntax;
pub(crate) mod complex_key;
pub(crate) mod duplicate_key;
pub(crate) mod merge_key;
pub(crate) mod not_utf8;
pub(crate) mod several_documents;
pub(crate) mod tab_indentation;
pub(crate) mod too_large;
pub(crate) mod unquoted_status;
pub(crate) mod unquoted_text;
pub(crate) mod unreadable_file;
pub(crate) mod yaml_tag;
