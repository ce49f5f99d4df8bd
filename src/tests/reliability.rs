//! `docs/reliability.md`: its tables are made here, of the document and of the code that decides.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::attempt::{Answer, Attempt, Fault};
use crate::delay;
use crate::generated::ErrorCode;
use crate::generated::operations::ALL;
use crate::generated::runtime::{CodeResend, Operation, Resend, Status};
use crate::judge::judge;
use crate::resend::{Budget, Decision, Outcome, Record, decide, maybe_applied};

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

/// What came back, by how it is judged.
type Came = Box<dyn Fn() -> Attempt>;

fn row(name: &str, came: &Came) -> String {
    let mut row = format!("| {name} |");
    let mut told = BTreeSet::new();
    for operation in ALL {
        let judgement = judge(&came(), Some(operation), SystemTime::UNIX_EPOCH);
        let words = words(operation.resend, judgement.outcome);
        write!(row, " {words} |").expect("a string takes all");
        told.insert(unknown(judgement.outcome));
    }
    // One word for all operations: a row that has two is two rows.
    assert_eq!(told.len(), 1, "{name}: {told:?}");
    format!("{row} {} |\n", Vec::from_iter(told).concat())
}

fn transport() -> String {
    let failed = |nothing_left| -> Came {
        Box::new(move || Attempt::Failed {
            nothing_left,
            timed_out: false,
            reason: String::new(),
            source: None,
        })
    };
    let broken = |status, fault| -> Came {
        Box::new(move || Attempt::Broken {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::new(),
            fault,
            reason: String::new(),
        })
    };
    let answer = |status, body: &str| -> Came {
        let body = Bytes::copy_from_slice(body.as_bytes());
        Box::new(move || {
            Attempt::Answered(Answer {
                status: StatusCode::from_u16(status).expect("a status"),
                headers: HeaderMap::new(),
                body: body.clone(),
            })
        })
    };
    let error = |status, code: &str| answer(status, &format!(r#"{{"error":"{code}"}}"#));
    let with = |resend| {
        let mut codes = ErrorCode::ALL.iter();
        let found =
            codes.find(|code| code.resend() == Some(resend) && !code.statuses().contains(&503));
        found.expect("the registry has such a code").as_str()
    };
    let mut codes = ErrorCode::ALL.iter();
    let everywhere = codes.find(|code| {
        let mut answers = ALL.iter().filter_map(|operation| operation.answer(503));
        answers.all(|answer| answer.codes.contains(&code.as_str()))
    });
    let everywhere = everywhere
        .expect("every documented 503 has one code")
        .as_str();
    let new = "a_code_of_tomorrow";
    let rows = [
        (
            "nothing left: DNS, connect, TLS, the proxy's tunnel",
            failed(true),
        ),
        ("no answer, an attempt that ran out of time", failed(false)),
        (
            "half a success, half a failure of the server's (5xx)",
            broken(200, Fault::Cut),
        ),
        (
            "half a refusal (4xx, but 408 and 429) or redirect",
            broken(404, Fault::Cut),
        ),
        ("half a 408 or 429", broken(429, Fault::Cut)),
        (
            "an answer that is too large, with a success",
            broken(200, Fault::TooLarge),
        ),
        (
            "an answer that is too large, with 408 or 429",
            broken(429, Fault::TooLarge),
        ),
        (
            "an answer that is too large, with 500, 502, 503 or 504",
            broken(503, Fault::TooLarge),
        ),
        (
            "another success than the documented ones",
            answer(206, "{}"),
        ),
        ("a redirect, but 303", answer(307, "")),
        (
            "a 303, which leads to what became of a request",
            answer(303, ""),
        ),
        (
            "a page with 400 to 499, but 408 and 429",
            answer(404, "<html>"),
        ),
        ("a page with 408 or 429", answer(429, "<html>")),
        ("a page with 500, 502, 503 or 504", answer(502, "<html>")),
        ("a page with another 5xx", answer(501, "<html>")),
        (
            "the service's own word for 503, documented there or not",
            error(503, everywhere),
        ),
        (
            "an error with a code that nobody knows, 429",
            error(429, new),
        ),
        (
            "an error with a code that nobody knows, 503",
            error(503, new),
        ),
        (
            "an error with a code that nobody knows, other 4xx",
            error(422, new),
        ),
        (
            "an error with a code that nobody knows, other 5xx",
            error(500, new),
        ),
        (
            "a known code that the document does not list there, 4xx",
            error(422, with(CodeResend::AfterDelay)),
        ),
        (
            "a known code that the document does not list there, 5xx",
            error(500, with(CodeResend::AfterDelay)),
        ),
    ];
    let rows: String = rows.iter().map(|(name, came)| row(name, came)).collect();
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
                record: Record::default(),
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
