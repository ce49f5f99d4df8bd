//! `xquik avatar update`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use xquik::{Avatar, IdempotencyKey};

use crate::drive;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::preview;
use crate::session::Session;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Update the avatar of a connected account; this costs credits
    Update(Update),
}

/// Update the avatar of a connected account; this costs credits.
///
/// The picture is a JPEG or PNG of at most 700 KB (716,800 bytes), found by its first bytes. Every
/// update has an idempotency key: sent again under the same key, it is neither carried out nor paid
/// twice.
#[derive(Args)]
#[command(group = ArgGroup::new("picture").args(["file", "url"]).required(true))]
#[command(after_help = "\
Examples:
  xquik avatar update --account myxaccount --file avatar.png
  xquik avatar update --account 3 --url https://example.com/avatar.png")]
pub(crate) struct Update {
    /// X username, with or without `@`, or id of the connected account
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    account: String,
    /// A picture on this machine
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
    /// A picture that the service fetches itself
    #[arg(long, value_name = "HTTPS_URL")]
    url: Option<String>,
    /// The key of an earlier update, to send that one again [default: a new one]
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    idempotency_key: Option<String>,
    /// Show the request as it would leave, and as curl; nothing is sent
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(session: &mut Session<'_>, command: &Command) -> Exit {
    let Command::Update(update) = command;
    let account = &update.account;
    let result = drive::block_on(async {
        let mut options = session.options();
        if let Some(key) = &update.idempotency_key {
            options = options.idempotency_key(IdempotencyKey::new(key)?);
        }
        let avatar = match (&update.file, &update.url) {
            (Some(path), _) => Avatar::from_path(path).await?,
            (None, Some(url)) => Avatar::from_url(url)?,
            (None, None) => {
                return Err(Failure::Refused("give --file or --url".to_owned()));
            }
        };
        if update.dry_run {
            let file = update.file.as_deref();
            return preview::avatar(session, account, avatar, file, options)
                .await
                .map(|()| None);
        }
        let client = session.client()?;
        let call = client.update_avatar(account, avatar).options(options);
        let response = drive::watch(&session.progress, call.response()).await??;
        Ok(Some(Outcome::of_avatar(account, response)))
    });
    session.finish_or_dry(result)
}
