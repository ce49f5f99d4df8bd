//! Syntax: the text, before anything is known of OpenAPI.

pub(in crate::lint) mod ambiguous_scalar;
pub(in crate::lint) mod broken_syntax;
pub(in crate::lint) mod complex_key;
pub(in crate::lint) mod duplicate_key;
pub(in crate::lint) mod merge_key;
pub(in crate::lint) mod not_utf8;
pub(in crate::lint) mod several_documents;
pub(in crate::lint) mod tab_indentation;
pub(in crate::lint) mod too_large;
pub(in crate::lint) mod unquoted_status;
pub(in crate::lint) mod unquoted_text;
pub(in crate::lint) mod unreadable_file;
pub(in crate::lint) mod yaml_tag;
