//! What the command line takes.

use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{account, avatar, challenge, completions, errors, mock};

/// The command line of the Xquik account API: submit the email code of a pending login, disconnect an
/// account, update an avatar.
///
/// The credential comes from the environment, never from an argument: XQUIK_API_KEY, or
/// XQUIK_BEARER_TOKEN, or XQUIK_SESSION_COOKIE.
#[derive(Parser)]
#[command(name = "xquik", version, about, long_about, after_help = EXAMPLES, after_long_help = DETAILS)]
#[command(propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  xquik demo                                      the whole story, without a key or a network
  xquik challenge submit xch_8vGd8Y9JvH6dV0xA     asks for the code
  xquik account disconnect 3
  xquik avatar update --account myxaccount --file avatar.png
  xquik errors insufficient_credits";

const DETAILS: &str = "\
Examples:
  xquik demo                                      the whole story, without a key or a network
  xquik challenge submit xch_8vGd8Y9JvH6dV0xA     asks for the code
  xquik account disconnect 3
  xquik avatar update --account myxaccount --file avatar.png
  xquik avatar update --from accounts.csv --journal accounts.journal
  xquik errors insufficient_credits

Environment:
  XQUIK_API_KEY, XQUIK_BEARER_TOKEN, XQUIK_SESSION_COOKIE
                      the credential; exactly one of them
  XQUIK_BASE_URL      the default of --base-url
  NO_COLOR, CLICOLOR=0
                      no colours; without a terminal there are none anyway

Exit codes:
  0    done
  1    the call failed
  2    bad usage, or a value that was refused: nothing was sent
  3    X wants another code for the same challenge
  130  interrupted
  143  terminated";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Continue a pending login
    #[command(subcommand)]
    Challenge(challenge::Command),
    /// Manage connected accounts
    #[command(subcommand)]
    Account(account::Command),
    /// Manage avatars
    #[command(subcommand)]
    Avatar(avatar::Command),
    Errors(errors::Arguments),
    /// Show the configuration found, and whether the base URL answers; spends nothing
    #[command(after_help = "\
Examples:
  xquik check
  xquik check --base-url http://127.0.0.1:4010/api/v1")]
    Check,
    Mock(mock::Arguments),
    /// Tell the whole story against a sandbox of this process; needs no key and no network
    #[command(after_help = "\
Example:
  xquik demo")]
    Demo,
    Completions(completions::Arguments),
}

/// What every command takes.
#[derive(Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Where the API is [default: $XQUIK_BASE_URL, else the service's own]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// What is printed: text for people, or one JSON object for programs
    #[arg(long, global = true, value_enum, default_value_t = Output::Human, value_name = "FORMAT")]
    pub(crate) output: Output,
    /// The time for the whole call, waits and retries included; may have a fraction
    #[arg(long, global = true, value_name = "SECONDS", default_value = "60", value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) timeout: Duration,
    /// How often a request may be sent again
    #[arg(
        long,
        global = true,
        value_name = "N",
        default_value_t = 2,
        allow_negative_numbers = true
    )]
    pub(crate) max_retries: u32,
    /// Print no progress, and no text about success
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Show requests and answers on stderr, secrets blanked
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Human,
    Json,
}

/// The longest time that makes sense to anyone, far below what a clock overflows at.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text
        .parse()
        .ok()
        .filter(|seconds: &f64| seconds.is_finite());
    let seconds = seconds.ok_or("expected a number of seconds, such as 60 or 2.5")?;
    let duration = Duration::try_from_secs_f64(seconds.min(A_YEAR.as_secs_f64())).ok();
    let duration = duration.filter(|duration| !duration.is_zero());
    Ok(duration.ok_or("expected more than 0 seconds")?)
}
