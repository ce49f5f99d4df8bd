//! The error contract: for documents that carry the registry of codes.

pub(crate) mod code_without_example;
pub(crate) mod error_without_example;
pub(crate) mod error_without_schema;
pub(crate) mod extensible_enum_in_request;
pub(crate) mod foreign_code;
pub(crate) mod invalid_extensible_enum;
pub(crate) mod invalid_registry;
pub(crate) mod missing_idempotency_key;
pub(crate) mod missing_retry_after;
pub(crate) mod misspelt_extension;
pub(crate) mod operation_without_401;
pub(crate) mod unregistered_code;
pub(crate) mod unused_code;
