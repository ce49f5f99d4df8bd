//! Starting and stopping a sandbox, and looking into it.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use crate::browser;
use crate::clock::Clock;
use crate::document::Document;
use crate::engine::{Engine, Listener};
use crate::fault::Fault;
use crate::filter::{Expectation, Filter, Unmet};
use crate::handle::State;
use crate::magic;
use crate::record::Recorded;
use crate::serve::{self, Stop};
use crate::state::World;
use crate::state_file::StateFile;

/// How many requests fit into a window, and how long a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests that fit into one window.
    pub requests: u32,
    /// The length of a window; `None` takes each operation's length from the document.
    pub window: Option<Duration>,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            requests: magic::WINDOW_REQUESTS,
            window: None,
        }
    }
}

pub(crate) struct Options {
    pub(crate) addr: SocketAddr,
    /// Whether to listen at the other loopback address, too.
    pub(crate) localhost: bool,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) seed: Option<u64>,
    pub(crate) latency: Duration,
    pub(crate) fault_rate: f64,
    pub(crate) state_file: Option<PathBuf>,
    pub(crate) allow_remote: bool,
    pub(crate) cors: Vec<String>,
    pub(crate) clock: Clock,
    pub(crate) listener: Option<Listener>,
    pub(crate) document: Option<String>,
    pub(crate) verify_on_drop: bool,
}

/// Settings of a sandbox that is to start. Made by [`Sandbox::builder`].
#[must_use = "a sandbox runs once `start` was called and awaited"]
pub struct Builder {
    options: Options,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("addr", &self.options.addr)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// Where to listen. Without it a free port of 127.0.0.1; port 0 picks a free one.
    pub fn addr(mut self, addr: SocketAddr) -> Self {
        self.options.addr = addr;
        self.options.localhost = false;
        self
    }

    /// Listens at 127.0.0.1 and, where the machine has IPv6, at `::1`, on the same port: whatever `localhost` stands
    /// for, it is found there. Port 0 picks one that is free at both.
    pub fn localhost(mut self, port: u16) -> Self {
        self.options.addr = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        self.options.localhost = true;
        self
    }

    /// Windows of this kind, or none at all. Without it 60 requests in the document's time.
    pub fn rate_limit(mut self, limit: Option<RateLimit>) -> Self {
        self.options.rate_limit = limit;
        self
    }

    /// Lifts the rate limit.
    pub fn no_rate_limit(self) -> Self {
        self.rate_limit(None)
    }

    /// Windows of this length instead of the document's.
    pub fn window(mut self, length: Duration) -> Self {
        let limit = self.options.rate_limit.get_or_insert_default();
        limit.window = Some(length);
        self
    }

    /// Makes ids, times and drawn faults the same in every run with the same requests.
    pub fn seed(mut self, seed: u64) -> Self {
        self.options.seed = Some(seed);
        self
    }

    /// Every answer of an operation comes this much later.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.options.latency = latency;
        self
    }

    /// The share of requests, from 0 to 1, that meet a fault: a documented failure that passes, or a connection
    /// that ends before or after the request is carried out.
    pub fn fault_rate(mut self, share: f64) -> Self {
        self.options.fault_rate = share;
        self
    }

    /// Keeps the state in a file, also across restarts. The file is whole at any moment; an answer is sent once
    /// the file holds what it says.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.state_file = Some(path.into());
        self
    }

    /// Allows an address that is not loopback.
    pub fn allow_remote(mut self, allowed: bool) -> Self {
        self.options.allow_remote = allowed;
        self
    }

    /// Lets in the pages of this origin (such as `https://app.example`) when a browser asks for them. Pages of this
    /// machine, such as `http://localhost:3000`, are let in anyway.
    pub fn cors(mut self, origin: impl Into<String>) -> Self {
        self.options.cors.push(origin.into());
        self
    }

    /// The clock that expiry and windows follow.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.options.clock = clock;
        self
    }

    /// Is told of every request, on the sandbox's own thread, before its answer leaves.
    pub fn on_request(mut self, listener: impl Fn(&Recorded) + Send + Sync + 'static) -> Self {
        self.options.listener = Some(Arc::new(listener));
        self
    }

    /// Another OpenAPI 3.0 document (YAML or JSON) than the shipped one. An operation that the sandbox has no
    /// behaviour for is answered from its examples.
    pub fn document(mut self, text: impl Into<String>) -> Self {
        self.options.document = Some(text.into());
        self
    }

    /// Whether a sandbox that goes away panics, and so fails its test, if something that was expected did not come or
    /// a scripted fault never happened. It does unless this says otherwise, and unless the test is failing already.
    pub fn verify_on_drop(mut self, verify: bool) -> Self {
        self.options.verify_on_drop = verify;
        self
    }

    /// Starts the sandbox, on a thread of its own: it works in whatever runtime the caller has, and in none.
    ///
    /// # Errors
    /// The address cannot be listened on (it is taken, or is not loopback and [`allow_remote`](Self::allow_remote)
    /// was not given), the state file cannot be read or written, or the document cannot be read. The message says
    /// which and what to do.
    pub async fn start(self) -> io::Result<Sandbox> {
        self.start_now()
    }

    /// As [`start`](Self::start), for callers that are not asynchronous.
    ///
    /// # Errors
    /// As `start`.
    pub fn start_now(self) -> io::Result<Sandbox> {
        let mut options = self.options;
        let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidInput, message);
        if !options.addr.ip().is_loopback() && !options.allow_remote {
            return Err(invalid(format!(
                "{} is not a loopback address; the sandbox listens there only if remote access is allowed",
                options.addr
            )));
        }
        if !(0.0..=1.0).contains(&options.fault_rate) {
            return Err(invalid(format!(
                "the fault rate is {}, expected a share from 0 to 1",
                options.fault_rate
            )));
        }
        if options
            .rate_limit
            .is_some_and(|limit| limit.window == Some(Duration::ZERO))
        {
            return Err(invalid(
                "the window has no length, expected one above zero".to_owned(),
            ));
        }
        for given in &mut options.cors {
            *given = browser::origin(given).map_err(invalid)?;
        }
        let document = match &options.document {
            None => Document::shipped(),
            Some(text) => Arc::new(
                Document::read(text).map_err(|error| invalid(format!("the document: {error}")))?,
            ),
        };
        let fresh = World::new(options.seed);
        let (file, world) = match &options.state_file {
            None => (None, fresh),
            Some(path) => {
                let (file, world) = StateFile::open(path, fresh)?;
                (Some(file), world)
            }
        };
        let listeners = if options.localhost {
            listen_on_localhost(options.addr)?
        } else {
            vec![listen(options.addr)?]
        };
        let addr = listeners[0].local_addr()?;
        let verify_on_drop = options.verify_on_drop;
        let engine = Arc::new(Engine::new(options, addr, document, world, file));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = watch::channel(Stop::Not);
        let (ended, end) = oneshot::channel();
        let served = engine.clone();
        let thread = std::thread::Builder::new()
            .name("xquik-mock".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    // From std, so that a port that is taken was an error of `start`.
                    let listeners = listeners.into_iter();
                    let listeners = listeners.map(tokio::net::TcpListener::from_std);
                    if let Ok(listeners) = listeners.collect::<io::Result<Vec<_>>>() {
                        serve::serve(listeners, served, stopped).await;
                    }
                });
                drop(runtime);
                let _ = ended.send(());
            })?;
        Ok(Sandbox {
            addr,
            engine,
            stop,
            end: Some(end),
            thread: Some(thread),
            verify_on_drop,
        })
    }
}

/// Where this machine finds an address; one that stands for all addresses is found on loopback.
pub(crate) fn origin(addr: SocketAddr) -> String {
    let mut addr = addr;
    if addr.ip().is_unspecified() {
        addr.set_ip(match addr {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{addr}")
}

/// Ports that are tried until one is free at both addresses.
const TRIES: usize = 32;

/// At the IPv4 address, and at `::1` if the machine has it.
fn listen_on_localhost(four: SocketAddr) -> io::Result<Vec<std::net::TcpListener>> {
    let mut tries = 0;
    loop {
        tries += 1;
        let first = listen(four)?;
        let port = first.local_addr()?.port();
        match listen(SocketAddr::from((Ipv6Addr::LOCALHOST, port))) {
            Ok(second) => return Ok(vec![first, second]),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                // Whoever asks for `localhost` would find the other program.
                if four.port() != 0 || tries == TRIES {
                    return Err(error);
                }
            }
            // A machine without IPv6.
            Err(_) => return Ok(vec![first]),
        }
    }
}

fn listen(addr: SocketAddr) -> io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(addr).map_err(|error| {
        let message = match error.kind() {
            io::ErrorKind::AddrInUse => {
                format!(
                    "{addr} is taken by another program; choose another port, or 0 for a free one"
                )
            }
            io::ErrorKind::PermissionDenied => {
                format!("{addr} may not be listened on; choose a port above 1023")
            }
            io::ErrorKind::AddrNotAvailable => format!("this machine has no address {}", addr.ip()),
            _ => format!("{addr} cannot be listened on: {error}"),
        };
        io::Error::new(error.kind(), message)
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// A running sandbox. It stops when this is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let sandbox = xquik_mock::Sandbox::start().await?;
/// assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
/// // … point a client at `sandbox.base_url()`, then ask what it sent:
/// assert!(sandbox.requests().is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    addr: SocketAddr,
    engine: Arc<Engine>,
    stop: watch::Sender<Stop>,
    end: Option<oneshot::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
    verify_on_drop: bool,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("addr", &self.addr)
            .finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Starts a sandbox on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// A sandbox with other settings than the usual ones.
    pub fn builder() -> Builder {
        Builder {
            options: Options {
                addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                localhost: false,
                rate_limit: Some(RateLimit::default()),
                seed: None,
                latency: Duration::ZERO,
                fault_rate: 0.0,
                state_file: None,
                allow_remote: false,
                cors: Vec::new(),
                clock: Clock::system(),
                listener: None,
                document: None,
                verify_on_drop: true,
            },
        }
    }

    /// Where a client finds the API: `http://127.0.0.1:PORT/api/v1`, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}{}", origin(self.addr), self.engine.document.base)
    }

    /// Where a browser finds the sandbox's page: `http://127.0.0.1:PORT/`.
    #[must_use]
    pub fn page_url(&self) -> String {
        format!("{}/", origin(self.addr))
    }

    /// The address that it listens on; of two, the one of IPv4.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.engine.clock
    }

    /// Its state, to be read and set.
    #[must_use]
    pub fn state(&self) -> State<'_> {
        State::new(&self.engine)
    }

    /// The requests that it received, the oldest first; of very many only the newest. Credentials and email
    /// codes are blanked.
    #[must_use]
    pub fn requests(&self) -> Vec<Arc<Recorded>> {
        self.engine.log().all()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.engine.log().clear();
    }

    /// The requests that fit, the oldest first.
    #[must_use]
    pub fn requests_that(&self, filter: &Filter) -> Vec<Arc<Recorded>> {
        let mut requests = self.requests();
        requests.retain(|request| filter.fits(request));
        requests
    }

    /// Expects requests from now on: [`verify`](Self::verify) fails as long as they have not come.
    pub fn expect(&self, expectation: Expectation) {
        self.engine.expected().add(expectation);
    }

    /// Whether all that was expected came, and each scripted fault happened at least once.
    ///
    /// # Errors
    /// What did not.
    pub fn verify(&self) -> Result<(), Unmet> {
        match self.engine.unmet() {
            all if all.is_empty() => Ok(()),
            all => Err(Unmet { all }),
        }
    }

    /// Every answer of an operation comes this much later from now on.
    pub fn set_latency(&self, latency: Duration) {
        self.engine
            .change_settings(|settings| settings.latency = latency);
    }

    /// The share of requests that meet a fault from now on; what is not from 0 to 1 is cut to it.
    pub fn set_fault_rate(&self, share: f64) {
        let share = if share.is_nan() {
            0.0
        } else {
            share.clamp(0.0, 1.0)
        };
        self.engine
            .change_settings(|settings| settings.fault_rate = share);
    }

    /// Windows of this kind from now on, or none at all.
    pub fn set_rate_limit(&self, limit: Option<RateLimit>) {
        self.engine
            .change_settings(|settings| settings.rate_limit = limit);
    }

    /// Has a fault happen.
    pub fn script(&self, fault: Fault) {
        self.engine.script().add(fault);
    }

    /// Forgets the faults that have not happened yet.
    pub fn clear_script(&self) {
        self.engine.script().clear();
    }

    /// Everything as it was at start: state, settings, requests, faults, expectations. The clock goes on.
    pub fn reset(&self) {
        // A file that cannot be written shows at the next request.
        let _ = self.engine.reset();
    }

    /// Expects nothing any more.
    pub fn clear_expectations(&self) {
        self.engine.expected().clear();
    }

    /// Stops: no new connections, and requests that are under way are answered, within five seconds.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(Stop::Gracefully);
        if let Some(end) = self.end.take() {
            // An error says that the thread is gone, which is what is waited for.
            let _ = end.await;
        }
    }

    /// Waits until the process is asked to stop, by SIGINT (Ctrl-C) or SIGTERM. From when this is first polled such a
    /// signal ends nothing by itself.
    ///
    /// # Errors
    /// The signals cannot be listened to.
    pub async fn until_signal() -> io::Result<()> {
        crate::signal::wait().await
    }

    /// Serves until the process is asked to stop, by SIGINT (Ctrl-C) or SIGTERM, then stops gracefully.
    ///
    /// # Errors
    /// The signals cannot be listened to, or something that was expected did not come.
    pub async fn serve_until_signal(mut self) -> io::Result<()> {
        Self::until_signal().await?;
        self.verify_on_drop = false;
        let verified = self.verify();
        self.shutdown().await;
        verified.map_err(io::Error::other)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.send_replace(Stop::Now);
        if let Some(thread) = self.thread.take() {
            // It ends at once, and the port is free when this returns.
            let _ = thread.join();
        }
        if self.verify_on_drop
            && !std::thread::panicking()
            && let Err(unmet) = self.verify()
        {
            panic!("the sandbox was not used as the test expected: {unmet}");
        }
    }
}
