//! Security: who may call, and what gives secrets away.

pub(in crate::lint) mod key_in_query;
pub(in crate::lint) mod oauth_without_flow;
pub(in crate::lint) mod operation_without_security;
pub(in crate::lint) mod plain_http;
pub(in crate::lint) mod scopes_without_oauth;
pub(in crate::lint) mod secret_example;
pub(in crate::lint) mod undefined_scope;
pub(in crate::lint) mod undefined_security_scheme;

use xquik_document::Node;

use crate::lint::context::{Context, members};

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
