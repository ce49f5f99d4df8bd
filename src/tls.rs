//! TLS: rustls with ring, certificates judged by the platform's roots and the caller's own.
//!
//! The provider is given explicitly, so that neither a process-wide default nor a second provider
//! in the dependency tree decides about it.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::{BuilderVerifierExt, Verifier};

use crate::error::Error;

/// A certificate authority that the caller trusts beside the platform's.
pub(crate) type Root = CertificateDer<'static>;

/// Reads certificates in PEM form; at least one has to be there.
pub(crate) fn roots(pem: &[u8]) -> Result<Vec<Root>, Error> {
    let roots: Vec<Root> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| {
            Error::invalid_request(format!("the root certificate is not PEM: {error}"))
        })?;
    if roots.is_empty() {
        return Err(Error::invalid_request(
            "the root certificate is PEM, but no certificate is in it",
        ));
    }
    // Tried now, so that the error names what was given and not the setting up of TLS.
    let mut store = RootCertStore::empty();
    for root in &roots {
        store.add(root.clone()).map_err(|error| {
            Error::invalid_request(format!("the root certificate cannot be used: {error}"))
        })?;
    }
    Ok(roots)
}

/// The configuration for a base URL.
pub(crate) fn config(needed: bool, roots: Vec<Root>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(refused)?;
    if !needed {
        // Plain http to this machine: reading the platform's roots would only cost time, and a
        // client that trusts nobody cannot be led to an https server.
        return Ok(builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth());
    }
    if roots.is_empty() {
        return Ok(builder
            .with_platform_verifier()
            .map_err(refused)?
            .with_no_client_auth());
    }
    let verifier = Verifier::new_with_extra_roots(roots, provider).map_err(refused)?;
    Ok(builder
        // rustls calls every verifier that it did not make itself dangerous; this is the platform's
        // own, with more roots.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

fn refused(error: rustls::Error) -> Error {
    Error::invalid_request(format!("TLS cannot be set up: {error}"))
}
