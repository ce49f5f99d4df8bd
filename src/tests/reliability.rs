//! `docs/reliability.md`: its tables are made here, of the document and of the code that decides.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use crate::generated::ErrorCode;
use crate::generated::operations::ALL;
use crate::generated::runtime::{CodeResend, Operation, Resend, Status};
use crate::resend::{Budget, Decision, Outcome, decide, maybe_applied};
use crate::{delay, options};

const BACKOFF: Duration = Duration::from_millis(1);

/// What the table says of an outcome, in words.
fn words(operation: Resend, outcome: Outcome) -> &'static str {
    let budget = Budget {
        attempts: 1,
        max_attempts: 2,
        time: Duration::from_secs(1_000),
        backoff: BACKOFF,
    };
    let asked = match outcome {
        Outcome::Refused { wait, .. } | Outcome::Strange { wait, .. } => wait,
        _ => None,
    };
    match decide(operation, outcome, budget) {
        Decision::Again(wait) if Some(wait) == asked => "again, after the wait it asks for",
        Decision::Again(_) => "again, after backoff",
        Decision::Final => "no",
        Decision::Spent | Decision::TooLate(_) => "no",
    }
}

fn unknown(outcome: Outcome) -> &'static str {
    if maybe_applied(outcome) { "yes" } else { "no" }
}

fn heads() -> String {
    let mut head = "| what came back |".to_owned();
    let mut line = "|---|".to_owned();
    for operation in ALL {
        let resend = match operation.resend {
            Resend::Never => "never",
            Resend::Idempotent => "idempotent",
            Resend::Keyed => "keyed",
        };
        write!(head, " `{}` ({resend}) |", operation.id).expect("a string takes all");
        line.push_str("---|");
    }
    format!("{head} may have been applied |\n{line}---|\n")
}

fn row(name: &str, outcome: Outcome) -> String {
    let mut row = format!("| {name} |");
    for operation in ALL {
        write!(row, " {} |", words(operation.resend, outcome)).expect("a string takes all");
    }
    format!("{row} {} |\n", unknown(outcome))
}

fn transport() -> String {
    let strange = |status| Outcome::Strange { status, wait: None };
    let refused = |status, resend| Outcome::Refused {
        status,
        resend,
        wait: None,
        documented: true,
        exact: false,
    };
    let rows = [
        (
            "nothing left: DNS, connect, TLS, the proxy's tunnel",
            Outcome::NotSent,
        ),
        (
            "no answer, half an answer, an attempt that ran out of time",
            Outcome::Lost,
        ),
        (
            "a success that cannot be read, or is too large",
            strange(200),
        ),
        ("a redirect", strange(307)),
        ("a page with 400 to 499, but 408 and 429", strange(404)),
        ("a page with 408 or 429", strange(429)),
        ("a page with 500, 502, 503 or 504", strange(502)),
        ("a page with another 5xx", strange(501)),
        (
            "an error with a code that nobody knows, 429",
            refused(429, None),
        ),
        (
            "an error with a code that nobody knows, 503",
            refused(503, None),
        ),
        (
            "an error with a code that nobody knows, other 4xx",
            refused(422, None),
        ),
        (
            "an error with a code that nobody knows, other 5xx",
            refused(500, None),
        ),
        (
            "a known code that the document does not list there, 4xx",
            refused(422, Some(CodeResend::AfterDelay)),
        ),
        (
            "a known code that the document does not list there, 5xx",
            refused(500, Some(CodeResend::AfterDelay)),
        ),
    ];
    let rows: String = rows
        .into_iter()
        .map(|(name, outcome)| row(name, outcome))
        .collect();
    heads() + &rows
}

/// One row per documented error of each operation.
fn documented() -> String {
    let mut table =
        "| operation | status | code | sent again | what to do |\n|---|---|---|---|---|\n"
            .to_owned();
    for operation in ALL {
        for (status, code) in errors(operation) {
            let code = ErrorCode::from(code);
            let outcome = Outcome::Refused {
                status,
                resend: code.resend(),
                wait: (code.resend() == Some(CodeResend::AfterDelay)).then_some(BACKOFF * 2),
                documented: true,
                exact: true,
            };
            let words = words(operation.resend, outcome);
            let advice = code.advice().expect("every code has advice");
            writeln!(
                table,
                "| `{}` | {status} | `{code}` | {words} | {advice} |",
                operation.id
            )
            .expect("a string takes all");
        }
    }
    table
}

fn errors(operation: &Operation) -> impl Iterator<Item = (u16, &'static str)> {
    operation.answers.iter().flat_map(|answer| {
        let Status::Code(status) = answer.status else {
            panic!("every status of this document is listed itself");
        };
        answer.codes.iter().map(move |code| (status, *code))
    })
}

/// The waits and limits as they are.
fn schedule() -> String {
    let options = crate::CallOptions::new();
    let mut text = format!(
        "- the whole call: {} s; one attempt: {} s; a connection: {} s; attempts: {}\n- backoff, drawn evenly from nothing up to: ",
        options.call_time().as_secs(),
        options.attempt_time().as_secs(),
        crate::builder::CONNECT_TIMEOUT.as_secs(),
        options.attempts(),
    );
    let waits: Vec<_> = (1..=7)
        .map(|attempt| format!("{} s", delay::backoff(attempt, 1.0).as_secs_f64()))
        .collect();
    text.push_str(&waits.join(", "));
    text.push_str(", and so on\n");
    assert_eq!(options::HEADER, "idempotency-key");
    text
}

/// The text with what stands between two marks replaced.
fn with(text: &str, mark: &str, made: &str) -> String {
    let (begin, end) = (
        format!("<!-- {mark} -->\n"),
        format!("<!-- end of {mark} -->"),
    );
    let (before, rest) = text
        .split_once(&begin)
        .unwrap_or_else(|| panic!("no mark {begin}"));
    let (_, after) = rest
        .split_once(&end)
        .unwrap_or_else(|| panic!("no mark {end}"));
    format!("{before}{begin}{made}{end}{after}")
}

#[test]
fn the_document_of_reliability_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reliability.md");
    let text = std::fs::read_to_string(&path).expect("docs/reliability.md is there");
    let mut made = with(&text, "the table of answers", &transport());
    made = with(&made, "the table of codes", &documented());
    made = with(&made, "the limits", &schedule());
    if made != text && std::env::var_os("XQUIK_BLESS").is_some() {
        std::fs::write(&path, &made).expect("written");
        return;
    }
    assert!(
        made == text,
        "docs/reliability.md is not current; `cargo xtask bless` rewrites its tables"
    );
}
