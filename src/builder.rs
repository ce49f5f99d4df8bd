//! How a client is put together.

use std::ffi::OsString;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::base_url::BaseUrl;
use crate::client::Client;
use crate::connection::EndInTime;
use crate::credential::Credential;
use crate::environment::{self, Environment};
use crate::error::Error;
use crate::event::{Event, Observer};
use crate::generated;
use crate::options::CallOptions;
use crate::redact::Redactor;
use crate::send::{CallContext, Shared};
use crate::tls::{self, Root};

/// The bound of an answer's body: the documented ones have a few hundred bytes.
const MAX_BODY: usize = 1024 * 1024;

/// The time for a connection, TLS included.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Puts a [`Client`] together.
///
/// A finished `reqwest::Client` cannot be given: nothing tells whether it follows redirects, keeps
/// cookies, sends again on its own or adds headers, and a client with a credential must not. What
/// one is usually wanted for is here: [`root_certificates`](Self::root_certificates),
/// [`proxy`](Self::proxy) and [`connect_timeout`](Self::connect_timeout).
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
    roots: Vec<Root>,
    proxy: Option<String>,
    no_proxy: bool,
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

    /// Trusts these certificate authorities too, beside those of the platform: one or more, as PEM.
    ///
    /// # Errors
    ///
    /// When it is no PEM, or holds no certificate that can be trusted.
    pub fn root_certificates(mut self, pem: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.roots.extend(tls::roots(pem.as_ref())?);
        Ok(self)
    }

    /// Goes through this proxy (`http://` or `https://`), instead of the one that the environment
    /// names (`HTTPS_PROXY`, with `NO_PROXY`).
    ///
    /// The proxy sees where a request goes and nothing of it, since it tunnels TLS. That is why a
    /// client with a plain http base URL is refused one.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Goes through no proxy, whatever the environment names.
    pub fn no_proxy(mut self) -> Self {
        self.no_proxy = true;
        self
    }

    /// Puts it together. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When there is no credential, or the base URL is none that a credential may be sent to, or a
    /// setting is one that no client can keep to.
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
        self.defaults.check()?;
        if self.defaults.key().is_some() {
            return Err(Error::invalid_request(
                "an idempotency key belongs to one call; as a default it would make every other \
                 update look like a repetition of the first",
            ));
        }
        let connect_timeout = self.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        if connect_timeout.is_zero() {
            return Err(Error::invalid_request(
                "the time for a connection is 0, in which none can be made",
            ));
        }
        if self.proxy.is_some() && self.no_proxy {
            return Err(Error::invalid_request(
                "a proxy was given, and that none is to be used; give one of the two",
            ));
        }
        let mut redactor = Redactor::new();
        redactor.add(credential.expose());
        let mut proxies = Redactor::new();
        let mut way = String::new();
        let mut http = reqwest::Client::builder()
            .user_agent(user_agent(self.user_agent.as_deref())?)
            .tls_backend_preconfigured(tls::config(!base_url.is_plain_http(), self.roots)?)
            .connector_layer(EndInTime)
            .connect_timeout(connect_timeout)
            // A credential must not follow a redirect, and an attempt is an attempt.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            // Features of reqwest that another crate of the same program may have switched on.
            .http1_only()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .no_hickory_dns();
        if base_url.is_plain_http() || self.no_proxy {
            // Only this machine is spoken to without TLS, and no proxy is asked about that.
            http = http.no_proxy();
        } else {
            let variables = |name: &str| std::env::var_os(name);
            for secret in environment::proxy_secrets(&variables) {
                proxies.add(&secret);
            }
            if let Some(name) = environment::proxy_name(&variables) {
                way = format!(" ({name} names a proxy)");
            }
        }
        if let Some(proxy) = &self.proxy {
            if base_url.is_plain_http() {
                return Err(Error::invalid_request(
                    "a proxy would see the credential, because the base URL is plain http; use https \
                     or no proxy",
                ));
            }
            let (proxy, address) = proxy_of(proxy, &mut proxies)?;
            http = http.proxy(proxy);
            way = format!(" through the proxy {address}");
        }
        let http = http
            .build()
            .map_err(|error| Error::invalid_request(crate::attempt::describe(&error, "")))?;
        let context = CallContext {
            shared: Arc::new(Shared {
                http: http.clone(),
                origin: base_url.origin(),
                credential,
                redactor,
                proxies,
                way,
                max_body: self.max_body.unwrap_or(MAX_BODY),
                random: Mutex::new(
                    self.seed
                        .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed),
                ),
                observer: self.observer,
            }),
            options: self.defaults,
            report: Arc::default(),
        };
        Ok(Client::new(generated::Client::new_with_client(
            base_url.as_str(),
            http,
            context,
        )))
    }
}

/// The value of `User-Agent`: the caller's product, if there is one, and this crate.
fn user_agent(product: Option<&str>) -> Result<String, Error> {
    let own = concat!("xquik-rust/", env!("CARGO_PKG_VERSION"));
    let Some(product) = product else {
        return Ok(own.to_owned());
    };
    let plain = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if product.trim() != product || product.is_empty() || !product.bytes().all(plain) {
        return Err(Error::invalid_request(
            "the user agent is a product and its version in visible ASCII, such as `backup/1.2`",
        ));
    }
    Ok(format!("{product} {own}"))
}

/// A proxy by its URL, and its address. What it is given to log in is a secret too.
fn proxy_of(url: &str, redactor: &mut Redactor) -> Result<(reqwest::Proxy, String), Error> {
    // The text is repeated nowhere: it may hold a password.
    let refuse = |what: &str| Err(Error::invalid_request(format!("the proxy's URL {what}")));
    let Ok(parsed) = url::Url::parse(url) else {
        return refuse("is no URL");
    };
    if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() {
        return refuse("is an http or https URL with a host");
    }
    for secret in environment::login(&parsed) {
        redactor.add(&secret);
    }
    match reqwest::Proxy::all(url) {
        Ok(proxy) => {
            let host = parsed.host_str().unwrap_or_default();
            let port = parsed.port_or_known_default().unwrap_or_default();
            Ok((proxy, format!("{host}:{port}")))
        }
        Err(_) => refuse("cannot be used"),
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
