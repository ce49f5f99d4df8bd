//! `xquik mock`: serves the sandbox until interrupted.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use xquik_mock::{Recorded, Sandbox};

use crate::drive;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::{Line, Look, Screen};
use crate::session::Session;

/// Serve the sandbox until interrupted.
///
/// It answers the three operations as the document says, keeps state, and plays every documented answer
/// on demand. Its page, for a browser, is at the root of the address.
#[derive(Args)]
#[command(after_help = "\
Examples:
  xquik mock --addr 127.0.0.1:0
  XQUIK_API_KEY=xq_test XQUIK_BASE_URL=http://127.0.0.1:4010/api/v1 xquik account disconnect 3")]
pub(crate) struct Arguments {
    /// Where to listen; a port alone is one of localhost; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "localhost:4010", value_parser = address)]
    addr: Address,
    /// The port at localhost
    #[arg(long, value_name = "N", conflicts_with = "addr")]
    port: Option<u16>,
    /// Let any number of requests through
    #[arg(long)]
    no_rate_limit: bool,
    /// Keep the state in this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Make ids and times repeatable
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Answer this many milliseconds later
    #[arg(long, value_name = "MS", allow_negative_numbers = true, value_parser = millis)]
    latency: Option<u64>,
    /// Let this share of requests meet a fault, from 0 to 1
    #[arg(long, value_name = "P", allow_negative_numbers = true, value_parser = share)]
    fault_rate: Option<f64>,
    /// Let pages of this origin call it, too; may be given more than once
    #[arg(long, value_name = "ORIGIN")]
    cors: Vec<String>,
    /// Listen on an address that other machines can reach, too
    #[arg(long)]
    allow_remote: bool,
}

/// Where to listen.
#[derive(Clone, Copy)]
enum Address {
    /// Wherever the name leads.
    Localhost(u16),
    At(SocketAddr),
}

/// An address and a port; this machine may be called by its name, or not at all.
fn address(text: &str) -> Result<Address, String> {
    if let Ok(addr) = text.parse() {
        return Ok(Address::At(addr));
    }
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let here = host.is_empty() || host.eq_ignore_ascii_case("localhost");
    match port.parse() {
        Ok(port) if here => Ok(Address::Localhost(port)),
        _ => Err("expected ADDRESS:PORT, such as 127.0.0.1:4010, or a port alone".to_owned()),
    }
}

fn millis(text: &str) -> Result<u64, String> {
    let millis = text.parse();
    millis.map_err(|_| "expected a whole number of milliseconds, such as 250".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok();
    let share = share.filter(|share| (0.0..=1.0).contains(share));
    Ok(share.ok_or("expected a share from 0 to 1, such as 0.1")?)
}

pub(crate) fn run(session: &mut Session<'_>, arguments: &Arguments) -> Exit {
    match drive::block_on(serve(session, arguments)) {
        Ok(()) => Exit::Done,
        Err(failure) => {
            crate::report::failure(session, &failure);
            failure.exit()
        }
    }
}

async fn serve(session: &Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.port.map_or(arguments.addr, Address::Localhost);
    let mut builder = Sandbox::builder()
        .allow_remote(arguments.allow_remote)
        .verify_on_drop(false);
    let mut reached_from_elsewhere = None;
    builder = match address {
        Address::Localhost(port) => builder.localhost(port),
        Address::At(addr) => {
            if !addr.ip().is_loopback() {
                reached_from_elsewhere = Some(addr.ip());
            }
            builder.addr(addr)
        }
    };
    if let Some(ip) = reached_from_elsewhere
        && !arguments.allow_remote
    {
        return Err(Failure::Refused(format!(
            "{ip} is not a loopback address, so other machines can reach it; give --allow-remote if they may"
        )));
    }
    if arguments.no_rate_limit {
        builder = builder.no_rate_limit();
    }
    if let Some(path) = &arguments.state {
        builder = builder.state_file(path);
    }
    if let Some(seed) = arguments.seed {
        builder = builder.seed(seed);
    }
    if let Some(latency) = arguments.latency {
        builder = builder.latency(Duration::from_millis(latency));
    }
    if let Some(share) = arguments.fault_rate {
        builder = builder.fault_rate(share);
    }
    for origin in &arguments.cors {
        builder = builder.cors(origin);
    }
    // A person who sees it start wants to see what comes.
    let watched = session.err.is_terminal() && !session.global.quiet;
    if session.global.verbose || watched {
        let err = session.err.clone();
        builder = builder.on_request(move |request| log(&err, request));
    }
    let sandbox = builder.start().await.map_err(|error| match error.kind() {
        // A value that was given, and not the machine.
        ErrorKind::InvalidInput => Failure::Refused(error.to_string()),
        _ => Failure::Local(error.to_string()),
    })?;
    let mut stop = std::pin::pin!(Sandbox::until_signal());
    let unheard = |error| Failure::Local(format!("signals cannot be listened to: {error}"));
    // Listened to before anybody knows that it runs, and so before anybody stops it.
    tokio::select! {
        biased;
        stopped = stop.as_mut() => return stopped.map_err(unheard),
        () = std::future::ready(()) => {}
    }
    session
        .out
        .raw(&format!("listening on {}\n", sandbox.base_url()));
    if !session.global.quiet {
        let err = &session.err;
        if let Some(ip) = reached_from_elsewhere {
            let port = sandbox.addr().port();
            let at = match ip.is_unspecified() {
                true => format!("at every address of this machine, on port {port}"),
                false => format!("at {}", sandbox.addr()),
            };
            err.line(&Line::labelled("open").look(
                Look::Bad,
                format!(
                    "other machines reach it {at}; they need no key of yours, and see what was sent"
                ),
            ));
        }
        err.line(&Line::labelled("page").text(sandbox.page_url()));
        let control = format!("{}__sandbox/openapi.yaml", sandbox.page_url());
        err.line(&Line::labelled("admin").text(control));
        err.line(&Line::labelled("key").text("any xq_… of 4 or more characters"));
        err.line(&Line::labelled("stop").text("Ctrl-C"));
    }
    stop.await.map_err(unheard)?;
    let verified = sandbox.verify();
    sandbox.shutdown().await;
    verified.map_err(|unmet| Failure::Local(unmet.to_string()))
}

/// A request as a line of a log.
fn log(err: &Screen, request: &Recorded) {
    let status = request.answer.status;
    let look = if status < 400 { Look::Good } else { Look::Bad };
    err.line(
        &Line::new()
            .look(Look::Faint, format!("{} ", request.number))
            .text(format!("{} {} ", request.method, request.target()))
            .look(look, status.to_string())
            .look(Look::Faint, format!(" {} ms", request.took.as_millis())),
    );
    if let Some(fault) = &request.fault {
        err.line(&Line::labelled("fault").text(fault));
    }
    for problem in &request.problems {
        err.line(&Line::labelled("wrong").text(problem));
    }
    for remark in &request.remarks {
        err.line(&Line::labelled("note").text(remark));
    }
}
