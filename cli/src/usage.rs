//! Reading the arguments, and saying what is wrong with them.

use std::ffi::OsString;

use clap::{ColorChoice, FromArgMatches as _};

use crate::arguments::Arguments;
use crate::exit::Exit;
use crate::screen::Screen;
use crate::secrets::Secrets;

/// What `User-Agent` names.
pub(crate) const PRODUCT: &str = concat!("xquik-cli/", env!("CARGO_PKG_VERSION"));

/// Reads the arguments, or prints what was asked for or is wrong.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Arguments, Exit> {
    // The looks are decided when it is printed, and there alone.
    let command = crate::command().color(ColorChoice::Always);
    let parsed = command
        .try_get_matches_from(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.map_err(|error| {
        let screen = if error.use_stderr() {
            Screen::stderr()
        } else {
            Screen::stdout()
        };
        let text = if screen.has_colour() {
            error.render().ansi().to_string()
        } else {
            error.render().to_string()
        };
        let text = if error.use_stderr() {
            secrets_of(arguments).clean(&text)
        } else {
            text
        };
        screen.raw(&text);
        if error.use_stderr() {
            Exit::Refused
        } else {
            Exit::Done
        }
    })
}

/// The arguments that may be a code: a message about a command line that cannot be parsed would repeat
/// whichever argument is in the wrong place.
fn secrets_of(arguments: &[OsString]) -> Secrets {
    let mut secrets = Secrets::default();
    let mut words = arguments
        .iter()
        .skip(1)
        .map(|argument| argument.to_string_lossy());
    if !words.by_ref().any(|word| word == "submit") {
        return secrets;
    }
    for word in words {
        let value = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => value,
            None if word.starts_with("--") => continue,
            _ => &word,
        };
        // Names of flags and formats would only make the message unreadable.
        if !matches!(value, "human" | "json" | "-") && value.chars().count() > 2 {
            secrets.add(value);
        }
    }
    secrets
}
