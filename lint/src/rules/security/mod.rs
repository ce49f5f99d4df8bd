//! Security: who may call, and what gives secrets away.

pub(crate) mod key_in_query;
pub(crate) mod oauth_without_flow;
pub(crate) mod operation_without_security;
pub(crate) mod plain_http;
pub(crate) mod scopes_without_oauth;
pub(crate) mod secret_example;
pub(crate) mod undefined_scope;
pub(crate) mod undefined_security_scheme;

use xquik_document::Node;

use crate::context::{Context, members};

/// The security schemes by name, references followed where they can be.
fn schemes<'d>(cx: &Context<'d>) -> Vec<(&'d str, &'d Node)> {
    cx.document
        .root()
        .get("components")
        .into_iter()
        .flat_map(|components| members(components, "securitySchemes"))
        .map(|(name, scheme)| (name, cx.resolve(scheme).unwrap_or(scheme)))
        .collect()
}
