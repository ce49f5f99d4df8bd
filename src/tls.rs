//! TLS: rustls with ring, certificates judged by the platform's roots.
//!
//! The provider is given explicitly, so that neither a process-wide default nor a second provider
//! in the dependency tree decides about it.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::error::Error;

/// The configuration for a base URL.
pub(crate) fn config(needed: bool) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(refused)?;
    if needed {
        Ok(builder
            .with_platform_verifier()
            .map_err(refused)?
            .with_no_client_auth())
    } else {
        // Plain http to this machine: reading the platform's roots would only cost time, and a
        // client that trusts nobody cannot be led to an https server.
        Ok(builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth())
    }
}

fn refused(error: rustls::Error) -> Error {
    Error::invalid_request(format!("TLS cannot be set up: {error}"))
}
