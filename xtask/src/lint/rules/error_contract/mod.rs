//! The error contract: for documents that carry the registry of codes.

pub(in crate::lint) mod code_without_example;
pub(in crate::lint) mod error_without_example;
pub(in crate::lint) mod error_without_schema;
pub(in crate::lint) mod extensible_enum_in_request;
pub(in crate::lint) mod foreign_code;
pub(in crate::lint) mod invalid_extensible_enum;
pub(in crate::lint) mod invalid_registry;
pub(in crate::lint) mod missing_idempotency_key;
pub(in crate::lint) mod missing_retry_after;
pub(in crate::lint) mod misspelt_extension;
pub(in crate::lint) mod operation_without_401;
pub(in crate::lint) mod unregistered_code;
pub(in crate::lint) mod unused_code;
