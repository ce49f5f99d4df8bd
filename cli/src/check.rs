//! `xquik check`: the configuration found, and whether the base URL answers.

use xquik::generated::operations::SERVER_URL;
use xquik::{Credential, Error};

use crate::drive;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::proxy;
use crate::screen::{Line, Look};
use crate::session::{BASE_URL, CREDENTIALS, Session, path_of};

pub(crate) fn run(session: &mut Session<'_>) -> Exit {
    let (found, builder) = session.environment();
    let names: Vec<_> = found
        .credentials
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let builder = match builder {
        Ok(builder) => builder,
        Err(error) => {
            bad(session, "key", &error.to_string());
            return Exit::Refused;
        }
    };
    let has_credential = !names.is_empty();
    let builder = if has_credential {
        builder
    } else {
        // Judging the base URL takes a client; what it would authenticate with is never sent here.
        match Credential::api_key("none") {
            Ok(nothing) => builder.credential(nothing),
            Err(error) => return refused(session, &error),
        }
    };
    let client = match builder.build() {
        Ok(client) => client,
        Err(error) => {
            credential(session, &names);
            bad(session, "url", &error.to_string());
            return Exit::Refused;
        }
    };
    credential(session, &names);
    let source = if session.global.base_url.is_some() {
        "--base-url"
    } else if std::env::var_os(BASE_URL).is_some_and(|value| !value.is_empty()) {
        BASE_URL
    } else {
        "the service's own"
    };
    let url = session.secrets.clean(client.base_url());
    let out = &session.out;
    out.line(
        &Line::labelled("url")
            .text(url)
            .look(Look::Faint, format!(" ({source})")),
    );
    proxy::tell(session, client.base_url());
    let retries = session.global.max_retries;
    out.line(&Line::labelled("calls").text(format!(
        "at most {} s, sent again at most {retries} times",
        session.global.timeout.as_secs_f64()
    )));
    let probe = drive::block_on(async {
        let probe = client.probe(session.global.timeout);
        Ok(drive::watch(&session.progress, probe).await??)
    });
    match probe {
        Ok(probe) => {
            out.line(
                &Line::labelled("answer")
                    .look(Look::Good, "yes")
                    .text(format!(
                        ", {} after {} ms; nothing was spent",
                        probe.status,
                        probe.took.as_millis()
                    )),
            );
            let usual = path_of(SERVER_URL);
            if path_of(client.base_url()).trim_end_matches('/') != usual {
                session.out.line(&Line::labelled("note").text(format!(
                    "The service's own base URL ends in {usual}, and this one does not."
                )));
            }
            session.written(if has_credential {
                Exit::Done
            } else {
                Exit::Refused
            })
        }
        Err(failure @ Failure::Interrupted(_)) => failure.exit(),
        Err(Failure::Call(error)) => {
            bad(session, "answer", &error.to_string());
            Exit::Failed
        }
        Err(Failure::Refused(message) | Failure::Local(message)) => {
            bad(session, "answer", &message);
            Exit::Failed
        }
    }
}

fn credential(session: &Session<'_>, names: &[&str]) {
    match names {
        [] => bad(session, "key", &format!("none; {CREDENTIALS}")),
        names => session.out.line(
            &Line::labelled("key")
                .look(Look::Good, "found")
                .text(format!(" in {}; its value is not shown", names.join(", "))),
        ),
    }
}

fn bad(session: &Session<'_>, label: &str, what: &str) {
    session
        .out
        .line(&Line::labelled(label).look(Look::Bad, session.secrets.clean(what)));
}

fn refused(session: &Session<'_>, error: &Error) -> Exit {
    bad(session, "key", &error.to_string());
    Exit::Refused
}
