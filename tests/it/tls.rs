//! TLS by real handshakes: whose certificates are believed, and whose are not.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use xquik::{Client, Credential, Error, ErrorKind};

use crate::faults::{OPERATIONS, Operation};
use crate::server::{self, KEY, Server, json};
use crate::wire::DONE;

/// A certificate authority of a test's own.
pub(crate) struct Authority {
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

pub(crate) fn authority() -> Authority {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).expect("a certificate");
    Authority {
        pem: certificate.pem(),
        issuer: Issuer::new(params, key),
    }
}

pub(crate) fn for_host(host: &str) -> CertificateParams {
    CertificateParams::new([host.to_owned()]).expect("a host")
}

fn acceptor(certificate: &CertificateDer<'static>, key: &KeyPair) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .expect("a pair");
    TlsAcceptor::from(Arc::new(config))
}

impl Authority {
    pub(crate) fn sign(&self, params: &CertificateParams) -> TlsAcceptor {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("signed");
        acceptor(certificate.der(), &key)
    }
}

fn client(server: &Server, root: &str) -> Result<Client, Error> {
    Client::builder()
        .credential(Credential::api_key(KEY)?)
        .base_url(server.base_url())
        .defaults(server::patient().max_attempts(1))
        .root_certificates(root)?
        .no_proxy()
        .build()
}

#[tokio::test]
async fn a_certificate_of_a_given_root_is_believed() {
    let authority = authority();
    let server = Server::tls(authority.sign(&for_host("localhost")), json(200, DONE)).await;
    let client = client(&server, &authority.pem).expect("a client");
    for _ in 0..2 {
        let done = Operation::Disconnect.call(&client, server::patient()).await;
        done.expect("disconnected");
    }
    assert_eq!(server.connections(), 1, "the connection is kept");
    assert_eq!(server.requests()[0].header("x-api-key"), Some(KEY));
}

#[tokio::test]
async fn without_roots_of_the_callers_the_platforms_judge() {
    let server = Server::tls(authority().sign(&for_host("localhost")), json(200, DONE)).await;
    let client = server.builder().no_proxy().build().expect("a client");
    for operation in OPERATIONS {
        let once = server::patient().max_attempts(1);
        let error = operation.call(&client, once).await;
        let error = error.expect_err("a root that nobody knows");
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
        assert!(error.to_string().contains("certificate"), "{error}");
        assert!(!error.maybe_applied());
    }
    assert!(server.requests().is_empty(), "nothing was sent");
}

/// On Linux the platform's roots are those of a file that the environment can name.
#[cfg(target_os = "linux")]
#[test]
fn a_certificate_of_a_root_of_the_platforms_is_believed() {
    const URL: &str = "XQUIK_TEST_URL";
    let test = "tls::a_certificate_of_a_root_of_the_platforms_is_believed";
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if let Ok(url) = std::env::var(URL) {
        let client = Client::builder()
            .credential(Credential::api_key(KEY).expect("a key"))
            .base_url(url)
            .no_proxy()
            .build()
            .expect("a client");
        let call = Operation::Disconnect.call(&client, server::patient());
        runtime.block_on(call).expect("disconnected");
        return;
    }
    let authority = authority();
    let acceptor = authority.sign(&for_host("localhost"));
    let server = runtime.block_on(Server::tls(acceptor, json(200, DONE)));
    let mut roots = tempfile::NamedTempFile::new().expect("a file");
    std::io::Write::write_all(&mut roots, authority.pem.as_bytes()).expect("written");
    let path = roots.path().to_str().expect("a plain path");
    let variables = [("SSL_CERT_FILE", path), (URL, &*server.base_url())];
    assert!(!crate::load::alone_with(test, &variables));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_to_plain_http_is_not_followed() {
    let authority = authority();
    let plain = Server::answering(json(200, DONE)).await;
    let to = format!("{}/x/accounts/3", plain.base_url());
    let redirect = server::answer(307, &[("location", &to)], "");
    let server = Server::tls(authority.sign(&for_host("localhost")), redirect).await;
    let client = client(&server, &authority.pem).expect("a client");
    for operation in OPERATIONS {
        let error = operation.call(&client, server::patient()).await;
        assert_eq!(error.expect_err("a redirect").status(), Some(307));
    }
    assert_eq!((server.requests().len(), plain.connections()), (3, 0));
}

#[tokio::test]
async fn several_roots_may_stand_in_one_file() {
    let (one, other) = (authority(), authority());
    let server = Server::tls(other.sign(&for_host("localhost")), json(200, DONE)).await;
    let both = format!("# two roots\n{}\n{}", one.pem, other.pem);
    let client = client(&server, &both).expect("a client");
    let done = Operation::Disconnect.call(&client, server::patient()).await;
    done.expect("disconnected");
}

#[tokio::test]
async fn any_other_certificate_is_refused_before_anything_is_sent() {
    let authority = authority();
    let self_signed = {
        let key = KeyPair::generate().expect("a key");
        let certificate = for_host("localhost").self_signed(&key).expect("signed");
        acceptor(certificate.der(), &key)
    };
    let mut expired = for_host("localhost");
    expired.not_before = date_time_ymd(2001, 1, 1);
    expired.not_after = date_time_ymd(2002, 1, 1);
    let mut early = for_host("localhost");
    early.not_before = date_time_ymd(2800, 1, 1);
    early.not_after = date_time_ymd(2900, 1, 1);
    for (name, acceptor) in [
        ("self-signed", self_signed),
        ("expired", authority.sign(&expired)),
        ("not valid yet", authority.sign(&early)),
        (
            "for another host",
            authority.sign(&for_host("other.example")),
        ),
        (
            "of another root",
            self::authority().sign(&for_host("localhost")),
        ),
    ] {
        let server = Server::tls(acceptor, json(200, DONE)).await;
        let client = client(&server, &authority.pem).expect("a client");
        for operation in OPERATIONS {
            // Nothing has left, so that any operation may be tried again.
            let error = operation
                .call(&client, server::patient().max_attempts(2))
                .await;
            let error = error.expect_err(name);
            assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
            assert_eq!(error.attempts(), 2, "{name}: {error}");
            assert!(error.to_string().contains("certificate"), "{name}: {error}");
            assert!(!error.maybe_applied(), "{name}");
        }
        assert!(server.requests().is_empty(), "{name}: nothing was sent");
    }
}

#[tokio::test]
async fn plain_http_where_tls_is_expected_is_no_answer() {
    let server = Server::answering(json(200, DONE)).await;
    let client = Client::builder()
        .credential(Credential::api_key(KEY).expect("a key"))
        .base_url(format!("https://127.0.0.1:{}", server.addr.port()))
        .root_certificates(authority().pem)
        .expect("a root")
        .no_proxy()
        .build()
        .expect("a client");
    // The raw server reads a TLS hello until the client gives up.
    let error = Operation::Submit
        .call(&client, server::impatient().max_attempts(1))
        .await;
    let error = error.expect_err("no TLS");
    assert!(!error.maybe_applied(), "{error}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn what_is_no_root_is_refused() {
    for (pem, told) in [
        ("", "no certificate"),
        ("no PEM", "no certificate"),
        (
            "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
            "PEM",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "cannot be used",
        ),
    ] {
        let error = Client::builder().root_certificates(pem).expect_err(told);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(told), "{pem:?}: {error}");
    }
}
