//! What a command works with: the settings, the two streams, the secrets of this run.

use std::cell::RefCell;
use std::ffi::OsString;

use serde_json::Value;
use xquik::{CallOptions, Client, ClientBuilder, Credential, Error};

use crate::arguments::{Global, Output};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json;
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::screen::Screen;
use crate::secrets::Secrets;
use crate::{report, usage};

/// The variable that holds another base URL; the argument goes before it.
pub(crate) const BASE_URL: &str = "XQUIK_BASE_URL";

/// How a credential is given.
pub(crate) const CREDENTIALS: &str =
    "set XQUIK_API_KEY, XQUIK_BEARER_TOKEN or XQUIK_SESSION_COOKIE";

/// What follows the host in a URL.
pub(crate) fn path_of(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    url[after_scheme..]
        .find('/')
        .map_or("", |at| &url[after_scheme + at..])
}

/// What a command works with.
pub(crate) struct Session<'a> {
    pub(crate) global: &'a Global,
    pub(crate) out: Screen,
    pub(crate) err: Screen,
    pub(crate) secrets: Secrets,
    pub(crate) progress: Progress,
    /// The base URL of the client that was made.
    target: String,
}

/// The credential's variables that are set, in the order in which the crate looks at them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub(crate) credentials: Vec<(String, OsString)>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(global: &'a Global) -> Self {
        let err = Screen::stderr();
        Self {
            out: Screen::stdout(),
            progress: Progress::new(err.clone(), global),
            err,
            global,
            secrets: Secrets::default(),
            target: String::new(),
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.global.output == Output::Json
    }

    /// Reads the environment. Whatever is in the variables is a secret from here on, also if it is
    /// refused.
    pub(crate) fn environment(&mut self) -> (Found, Result<ClientBuilder, Error>) {
        let found = RefCell::new(Found::default());
        let look_up = |name: &str| {
            let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
            if name != BASE_URL {
                let mut found = found.borrow_mut();
                found.credentials.push((name.to_owned(), value.clone()));
            } else if self.global.base_url.is_some() {
                // It is not used, so it cannot be wrong.
                return None;
            }
            Some(value)
        };
        let mut builder = Client::builder().user_agent(usage::PRODUCT);
        if let Some(url) = &self.global.base_url {
            builder = builder.base_url(url);
        }
        let builder = builder
            .observer(self.progress.observer())
            .environment_from(&look_up);
        let found = found.into_inner();
        for (_, value) in &found.credentials {
            self.secrets.add(&value.to_string_lossy());
        }
        self.progress.hide(&self.secrets);
        (found, builder)
    }

    /// The client that the environment and the arguments describe.
    pub(crate) fn client(&mut self) -> Result<Client, Failure> {
        let (found, builder) = self.environment();
        let builder = builder?;
        if found.credentials.is_empty() {
            return Err(Failure::Refused(format!(
                "no credential is set; {CREDENTIALS}"
            )));
        }
        let client = builder.build()?;
        client.base_url().clone_into(&mut self.target);
        Ok(client)
    }

    /// An address that the service gave, with the service's origin before it if it has none.
    pub(crate) fn absolute(&self, address: &str) -> String {
        if !address.starts_with('/') {
            return address.to_owned();
        }
        let origin = self.target.len() - path_of(&self.target).len();
        format!("{}{address}", &self.target[..origin])
    }

    /// The base URL, judged as for a real call, also where there is no credential yet.
    pub(crate) fn base_url(&mut self) -> Result<String, Error> {
        let builder = self.environment().1?;
        let nobody = Credential::api_key("none")?;
        Ok(builder.credential(nobody).build()?.base_url().to_owned())
    }

    /// Makes a code known as a secret.
    pub(crate) fn hide_code(&mut self, code: &str) {
        self.secrets.add_code(code);
        self.progress.hide(&self.secrets);
    }

    /// The options of a call.
    pub(crate) fn options(&self) -> CallOptions {
        CallOptions::new()
            .timeout(self.global.timeout)
            .max_attempts(self.global.max_retries.saturating_add(1))
    }

    /// Tells how a command ended.
    pub(crate) fn finish(&self, result: Result<Outcome, Failure>) -> Exit {
        match result {
            Ok(outcome) => {
                if self.is_json() {
                    self.print(&self.out, json::outcome(&outcome));
                } else if !self.global.quiet {
                    report::outcome(self, &outcome);
                }
                self.written(outcome.exit())
            }
            Err(failure) => {
                self.tell(&failure);
                failure.exit()
            }
        }
    }

    /// Tells how a command ended that may have shown what it would do, and done nothing.
    pub(crate) fn finish_or_dry(&self, result: Result<Option<Outcome>, Failure>) -> Exit {
        match result.transpose() {
            Some(result) => self.finish(result),
            None => self.written(Exit::Done),
        }
    }

    /// Tells of a failure, on stderr.
    pub(crate) fn tell(&self, failure: &Failure) {
        if self.is_json() {
            self.print(&self.err, json::failure(failure));
        } else {
            report::failure(self, failure);
        }
    }

    /// Prints an object as a line, secrets blanked.
    pub(crate) fn print(&self, screen: &Screen, mut value: Value) {
        self.secrets.clean_value(&mut value);
        match json::line(&value) {
            Ok(line) => screen.write(&line),
            Err(error) => screen.raw(&format!("the answer cannot be written as JSON: {error}\n")),
        }
    }

    /// The exit code, unless what had to be said could not be written.
    pub(crate) fn written(&self, exit: Exit) -> Exit {
        match self.out.failed() {
            None => exit,
            Some(error) => {
                self.err
                    .raw(&format!("error: stdout cannot be written: {error}\n"));
                Exit::Failed
            }
        }
    }
}
