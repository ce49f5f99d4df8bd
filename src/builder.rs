//! How a client is put together.

use std::ffi::OsString;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::base_url::BaseUrl;
use crate::client::Client;
use crate::connection::NoteProgress;
use crate::credential::Credential;
use crate::environment::Environment;
use crate::error::Error;
use crate::generated;
use crate::options::CallOptions;
use crate::redact::Redactor;
use crate::send::{CallContext, Event, Observer, Shared};
use crate::tls;

/// The bound of an answer's body: the documented ones have a few hundred bytes.
const MAX_BODY: usize = 1024 * 1024;

/// The time for a connection, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Puts a [`Client`] together.
#[derive(Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder {
    credential: Option<Credential>,
    base_url: Option<String>,
    defaults: CallOptions,
    connect_timeout: Option<Duration>,
    max_body: Option<usize>,
    user_agent: Option<String>,
    seed: Option<u64>,
    observer: Option<Observer>,
}

impl ClientBuilder {
    /// Reads the credential and the base URL that the environment holds: one of `XQUIK_API_KEY`,
    /// `XQUIK_BEARER_TOKEN` and `XQUIK_SESSION_COOKIE`, and `XQUIK_BASE_URL`.
    ///
    /// What was set before by hand stays; an empty variable counts as not set.
    ///
    /// # Errors
    ///
    /// When two credentials are set, or a value is none (its value is not repeated).
    pub fn environment(self) -> Result<Self, Error> {
        self.environment_from(&|name| std::env::var_os(name))
    }

    /// The same, through a look-up of your own instead of the process's environment.
    ///
    /// # Errors
    ///
    /// As [`environment`](Self::environment).
    pub fn environment_from(
        mut self,
        look_up: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Error> {
        let found = Environment::read(look_up)?;
        self.credential = self.credential.or(found.credential);
        self.base_url = self.base_url.or(found.base_url);
        Ok(self)
    }

    /// What to authenticate with.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Where the operations are. Default: the server that the document names.
    ///
    /// https, or http to this machine itself (`localhost`, 127.0.0.0/8, `::1`).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The options of calls that set none themselves.
    pub fn defaults(mut self, options: CallOptions) -> Self {
        self.defaults = options;
        self
    }

    /// The time for a connection, TLS included. Default: 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// The largest body of an answer, in bytes. Default: 1 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }

    /// What `User-Agent` names beside this crate: your product and its version.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// Makes the waits of backoff repeatable.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sees what leaves, what comes back, and what is waited for; secrets are blanked.
    pub fn observer(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Puts it together. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When there is no credential, or the base URL is none that a credential may be sent to.
    pub fn build(self) -> Result<Client, Error> {
        let credential = self.credential.ok_or_else(|| {
            Error::invalid_request(format!(
                "no credential: set one of {}, or give one to the builder",
                Environment::credential_names()
            ))
        })?;
        let base_url = match &self.base_url {
            Some(url) => BaseUrl::parse(url)?,
            None => BaseUrl::document()?,
        };
        let own = concat!("xquik-rust/", env!("CARGO_PKG_VERSION"));
        let user_agent = match &self.user_agent {
            Some(product) => format!("{product} {own}"),
            None => own.to_owned(),
        };
        let mut http = reqwest::Client::builder()
            .user_agent(user_agent)
            .tls_backend_preconfigured(tls::config(!base_url.is_plain_http())?)
            .connector_layer(NoteProgress)
            .connect_timeout(self.connect_timeout.unwrap_or(CONNECT_TIMEOUT))
            // A credential must not follow a redirect, and an attempt is an attempt.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never());
        if base_url.is_plain_http() {
            // Only this machine is spoken to without TLS, and no proxy is asked about that.
            http = http.no_proxy();
        }
        let http = http
            .build()
            .map_err(|error| Error::invalid_request(crate::send::describe(&error)))?;
        let mut redactor = Redactor::new();
        redactor.add(credential.expose());
        let context = CallContext {
            shared: Arc::new(Shared {
                credential,
                max_body: self.max_body.unwrap_or(MAX_BODY),
                random: Mutex::new(
                    self.seed
                        .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed),
                ),
                observer: self.observer,
            }),
            options: self.defaults,
            redactor: Arc::new(redactor),
            report: Arc::default(),
        };
        Ok(Client::new(generated::Client::new_with_client(
            base_url.as_str(),
            http,
            context,
        )))
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A base URL can hold a password until it has been judged.
        f.debug_struct("ClientBuilder")
            .field("credential", &self.credential)
            .field("defaults", &self.defaults)
            .finish_non_exhaustive()
    }
}
