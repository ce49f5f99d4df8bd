//! `xquik errors`: what a code means and what to do, from the document.

use clap::Args;
use xquik::ErrorCode;
use xquik::generated::operations;
use xquik::generated::runtime::CodeResend;

use crate::exit::Exit;
use crate::screen::{Line, Look};
use crate::session::Session;

/// Explain the codes that the service answers with, and what to do about them.
#[derive(Args)]
#[command(after_help = "Examples:\n  xquik errors insufficient_credits\n  xquik errors 429")]
pub(crate) struct Arguments {
    /// One code, or all of a status [default: all of them]
    code: Option<String>,
}

pub(crate) fn run(session: &mut Session<'_>, arguments: &Arguments) -> Exit {
    match &arguments.code {
        None => {
            for code in ErrorCode::ALL {
                list(session, code);
            }
            session.written(Exit::Done)
        }
        Some(name) if name.parse::<u16>().is_ok() => of_status(session, name),
        Some(name) => match ErrorCode::from(name.as_str()) {
            ErrorCode::Unknown(_) => {
                unknown(session, name);
                Exit::Refused
            }
            code => {
                explain(session, &code);
                session.written(Exit::Done)
            }
        },
    }
}

/// The codes that come with a status.
fn of_status(session: &Session<'_>, status: &str) -> Exit {
    let has = |code: &ErrorCode| code.statuses().iter().any(|one| one.to_string() == status);
    let codes: Vec<_> = ErrorCode::ALL.iter().filter(|code| has(code)).collect();
    for code in &codes {
        list(session, code);
    }
    if codes.is_empty() {
        unknown(session, status);
        return Exit::Refused;
    }
    session.written(Exit::Done)
}

fn list(session: &Session<'_>, code: &ErrorCode) {
    let statuses: Vec<String> = code.statuses().iter().map(u16::to_string).collect();
    session.out.line(
        &Line::new()
            .look(Look::Strong, code.as_str())
            .look(Look::Faint, format!(" ({})", statuses.join(", "))),
    );
    if let Some(advice) = code.advice() {
        session.out.line(&Line::labelled("do").text(advice));
    }
}

fn explain(session: &Session<'_>, code: &ErrorCode) {
    let out = &session.out;
    out.line(&Line::new().look(Look::Strong, code.as_str()));
    for operation in operations::ALL {
        for answer in operation.answers {
            if !answer.codes.contains(&code.as_str()) {
                continue;
            }
            let xquik::generated::runtime::Status::Code(status) = answer.status else {
                continue;
            };
            let with = format!("{status} of {} {}", operation.method, operation.path);
            out.line(&Line::labelled("with").text(with).with_paths());
            out.line(&Line::labelled("").look(Look::Faint, answer.description));
        }
    }
    if let Some(advice) = code.advice() {
        out.line(&Line::labelled("do").text(advice));
    }
    let again = match code.resend() {
        Some(CodeResend::Never) => "not before something else has changed",
        Some(CodeResend::AfterDelay) => "after the delay that the answer states",
        Some(CodeResend::Backoff) => "after a delay that grows with each attempt",
        None => return,
    };
    out.line(&Line::labelled("again").text(again));
}

fn unknown(session: &Session<'_>, name: &str) {
    let err = &session.err;
    err.line(
        &Line::new()
            .look(Look::Bad, "error")
            .text(format!(": the document knows no code `{name}`")),
    );
    let near: Vec<_> = ErrorCode::KNOWN
        .iter()
        .filter(|known| {
            let name = name.to_lowercase();
            !name.is_empty() && (known.contains(&name) || name.contains(**known))
        })
        .copied()
        .collect();
    if near.is_empty() {
        err.line(&Line::labelled("do").text("xquik errors lists them all"));
    } else {
        err.line(&Line::labelled("near").text(near.join(", ")));
    }
}
