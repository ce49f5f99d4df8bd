//! What people read at the end: what happened, and what to do next.

use std::time::Duration;

use xquik::generated::runtime::CodeResend;
use xquik::generated::types::{AvatarUpdate, WriteActionCredits};
use xquik::{Error, ErrorCode, ErrorKind};

use crate::failure::{Failure, key_of};
use crate::outcome::{Outcome, What};
use crate::screen::{Line, Look, Screen};
use crate::session::Session;

/// Tells what a call came to.
pub(crate) fn outcome(session: &Session<'_>, outcome: &Outcome) {
    let clean = |text: &str| session.secrets.clean(text);
    let out = &session.out;
    let done = |word: &str| Line::new().look(Look::Good, word);
    match &outcome.what {
        What::Connected(account) => {
            let country = account.login_country.as_deref();
            let country = country.map(|country| format!(", logged in from {country}"));
            out.line(&done("connected").text(clean(&format!(
                " @{} as account {} ({}, {}{})",
                account.x_username,
                account.id,
                account.status,
                account.health,
                country.unwrap_or_default()
            ))));
            next(
                out,
                &clean(&format!(
                    "xquik avatar update --account {} --file PATH",
                    shell(&account.x_username)
                )),
            );
        }
        What::CodeRequired(challenge) => {
            let who = challenge
                .username
                .as_deref()
                .map(|name| format!(" for @{name}"));
            out.line(
                &Line::new()
                    .look(Look::Strong, "another code")
                    .text(clean(&format!(
                        " is wanted{}, before {}",
                        who.unwrap_or_default(),
                        challenge.expires_at
                    ))),
            );
            if let Some(message) = &challenge.message {
                out.line(&Line::labelled("says").text(clean(message)));
            }
            next(
                out,
                &clean(&format!("xquik challenge submit {}", shell(&challenge.id))),
            );
        }
        What::Disconnected { id } => {
            out.line(&done("disconnected").text(clean(&format!(" account {id}"))));
            out.line(&Line::labelled("note").text(
                "The id is gone; connecting the X account again gives a new one. Monitors stay.",
            ));
        }
        What::AvatarUpdated { account, record } => {
            out.line(&done("updated").text(clean(&format!(
                " the avatar of {account}{}",
                record.as_deref().map(charge).unwrap_or_default()
            ))));
        }
        What::AvatarPending {
            account,
            record,
            idempotency_key,
        } => {
            let status = record.status.as_ref();
            out.line(
                &Line::new()
                    .look(Look::Strong, "under way")
                    .text(clean(&format!(
                        ": the avatar of {account} is {}{}",
                        status.map_or("not done yet", |status| status.as_str()),
                        charge(record)
                    ))),
            );
            if let Some(message) = record.message.value() {
                out.line(&Line::labelled("says").text(clean(message)));
            }
            if let Some(id) = &record.write_action_id {
                out.line(&Line::labelled("id").text(clean(id)));
            }
            let after = record
                .poll_after_ms
                .value()
                .and_then(|millis| u64::try_from(*millis).ok())
                .map(|millis| format!("after {}, ", duration(Duration::from_millis(millis))));
            match record.status_url.value() {
                Some(address) => out.line(&Line::labelled("next").text(clean(&format!(
                    "{}GET {} with the same credential says how it ended",
                    after.unwrap_or_default(),
                    session.absolute(address)
                )))),
                None => out
                    .line(&Line::labelled("note").text("The service names no address to ask at.")),
            }
            if let Some(key) = idempotency_key {
                out.line(&Line::labelled("key").text(clean(&format!(
                    "{}; under it the update is neither carried out nor paid twice",
                    shell(key)
                ))));
            }
        }
    }
    if outcome.attempts > 1 {
        let attempts = outcome.attempts;
        out.line(&Line::labelled("note").text(format!("It took {attempts} attempts.")));
    }
}

/// What a record says about its price.
fn charge(record: &AvatarUpdate) -> String {
    match (&record.charged, &record.charged_credits) {
        (Some(false), _) => ", nothing charged".to_owned(),
        (_, Some(WriteActionCredits::Integer(credits))) => format!(", {credits} credits charged"),
        (_, Some(WriteActionCredits::String(credits))) => format!(", {credits} credits charged"),
        (_, None) => String::new(),
    }
}

fn next(out: &Screen, command: &str) {
    out.line(&Line::labelled("next").look(Look::Strong, command));
}

/// Tells why a command failed.
pub(crate) fn failure(session: &Session<'_>, failure: &Failure) {
    let clean = |text: &str| session.secrets.clean(text);
    let err = &session.err;
    let line = |text: &str| {
        err.line(
            &Line::new()
                .look(Look::Bad, "error")
                .text(format!(": {}", clean(text))),
        );
    };
    match failure {
        Failure::Call(error) => {
            line(&error.to_string());
            for advice in advice(error) {
                err.line(&advice.cleaned(&session.secrets));
            }
            let unreached = matches!(error.kind(), ErrorKind::Transport | ErrorKind::Timeout)
                && error.status().is_none()
                && !error.maybe_applied();
            if unreached {
                next(err, "xquik check");
            }
        }
        Failure::Refused(message) | Failure::Local(message) => line(message),
        Failure::Interrupted(interruption) => {
            err.line(&Line::new().look(Look::Bad, interruption.stop.word()));
            if interruption.maybe_applied {
                err.line(&Line::labelled("note").text(
                    "The request had left; the service may have acted on it, or may do so yet.",
                ));
            } else {
                err.line(&Line::labelled("note").text("The service has not acted on anything."));
            }
            match &interruption.idempotency_key {
                Some(key) => again_under(err, &clean(key)),
                None if interruption.maybe_applied => err.line(&again(interruption.retryable)),
                None => {}
            }
        }
    }
}

/// What to do about an error, as labelled lines.
pub(crate) fn advice(error: &Error) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(advice) = error.advice() {
        lines.push(Line::labelled("do").text(advice));
    }
    // Of what is not over after the wait it would only be misleading.
    let never = error.code().and_then(ErrorCode::resend) == Some(CodeResend::Never);
    if let Some(wait) = error.retry_after().filter(|_| !never) {
        lines.push(Line::labelled("wait").text(duration(wait)));
    }
    if error.maybe_applied() {
        lines.push(Line::labelled("note").text("The service may have acted on the request."));
    }
    if error.attempts() > 1 {
        let attempts = error.attempts();
        lines.push(Line::labelled("note").text(format!("It was tried {attempts} times.")));
    }
    match key_of(error) {
        Some(key) if error.maybe_applied() => lines.push(
            Line::labelled("again")
                .text("the same command with ")
                .look(Look::Strong, format!("--idempotency-key {}", shell(key)))
                .text(", which is neither carried out nor paid twice"),
        ),
        _ if error.is_retryable() => lines.push(again(true)),
        _ if error.maybe_applied() && error.kind() != ErrorKind::Api => lines.push(again(false)),
        _ => {}
    }
    lines
}

/// Whether the same command may be run again.
fn again(retryable: bool) -> Line {
    Line::labelled("again").text(match retryable {
        true => "the same command may be run again",
        false => "only after you have checked whether it was done",
    })
}

fn again_under(err: &Screen, key: &str) {
    err.line(
        &Line::labelled("again")
            .text("the same command with ")
            .look(Look::Strong, format!("--idempotency-key {}", shell(key)))
            .text(", which is neither carried out nor paid twice"),
    );
}

/// A time for a person.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64().ceil();
    if seconds < 120.0 {
        format!("{seconds} s")
    } else {
        format!("{} min", (seconds / 60.0).ceil())
    }
}

/// A word as a POSIX shell takes it.
pub(crate) fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Any bytes as one word: those that are no text in a form that bash, zsh and ksh know.
pub(crate) fn shell_bytes(word: &[u8]) -> String {
    if let Ok(word) = std::str::from_utf8(word) {
        return shell(word);
    }
    let mut quoted = "$'".to_owned();
    for chunk in word.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' | '\'' => quoted.extend(['\\', c]),
                c if c.is_ascii_control() => quoted.push_str(&format!("\\x{:02x}", u32::from(c))),
                c => quoted.push(c),
            }
        }
        for byte in chunk.invalid() {
            quoted.push_str(&format!("\\x{byte:02x}"));
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_reach_the_shell_as_they_are() {
        assert_eq!(shell("xch_8-a.b/c"), "xch_8-a.b/c");
        assert_eq!(shell("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(shell(""), "''");
    }

    #[test]
    fn a_time_is_rounded_up() {
        assert_eq!(duration(Duration::from_millis(1_200)), "2 s");
        assert_eq!(duration(Duration::from_secs(3_600)), "60 min");
    }
}
