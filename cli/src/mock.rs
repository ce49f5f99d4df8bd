//! `xquik mock`: serves the sandbox until interrupted.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
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
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4010", value_parser = address)]
    addr: SocketAddr,
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
    /// Listen on an address that other machines can reach, too
    #[arg(long)]
    allow_remote: bool,
}

/// An address and a port; this machine may be called by its name.
fn address(text: &str) -> Result<SocketAddr, String> {
    let by_name = || {
        let (host, port) = text.rsplit_once(':')?;
        let here = host.eq_ignore_ascii_case("localhost");
        let port = port.parse().ok().filter(|_| here)?;
        Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    };
    let address = text.parse().ok().or_else(by_name);
    Ok(address.ok_or("expected ADDRESS:PORT, such as 127.0.0.1:4010")?)
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
    if !arguments.addr.ip().is_loopback() && !arguments.allow_remote {
        return Err(Failure::Refused(format!(
            "{} is not a loopback address, so other machines can reach it; give --allow-remote if they may",
            arguments.addr
        )));
    }
    let mut builder = Sandbox::builder()
        .addr(arguments.addr)
        .allow_remote(arguments.allow_remote);
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
    if session.global.verbose {
        let err = session.err.clone();
        builder = builder.on_request(move |request| log(&err, request));
    }
    let sandbox = builder.start().await.map_err(|error| match error.kind() {
        // A value that was given, and not the machine.
        ErrorKind::InvalidInput => Failure::Refused(error.to_string()),
        _ => Failure::Local(error.to_string()),
    })?;
    session
        .out
        .raw(&format!("listening on {}\n", sandbox.base_url()));
    if !session.global.quiet {
        let err = &session.err;
        err.line(&Line::labelled("page").text(sandbox.page_url()));
        err.line(&Line::labelled("key").text("any xq_… of 4 or more characters"));
        err.line(&Line::labelled("stop").text("Ctrl-C"));
    }
    let stopped = sandbox.serve_until_signal().await;
    stopped.map_err(|error| Failure::Local(format!("signals cannot be listened to: {error}")))
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
