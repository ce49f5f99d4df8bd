//! `xquik avatar update`.

use std::ffi::OsString;
use std::path::Path;

use clap::{ArgGroup, Args, Subcommand};
use xquik::generated::operations;
use xquik::{Avatar, IdempotencyKey};

use crate::drive;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::list::{self, Kind};
use crate::outcome::Outcome;
use crate::preview;
use crate::session::Session;

#[derive(Subcommand)]
pub(crate) enum Command {
    Update(Update),
}

/// Update the avatar of a connected account; this costs credits.
///
/// The picture is a JPEG or PNG of at most 700 KB (716,800 bytes), found by its first bytes. Every
/// update has an idempotency key: sent again under the same key, it is neither carried out nor paid
/// twice.
#[derive(Args)]
#[command(group = ArgGroup::new("picture").args(["file", "url", "from"]).required(true))]
#[command(after_help = "\
Examples:
  xquik avatar update --account myxaccount --file avatar.png
  xquik avatar update --account 3 --url https://example.com/avatar.png
  xquik avatar update --from accounts.csv --journal accounts.journal --jobs 4

A list is CSV with a header, `account,file` or `account,url` or both, or NDJSON with those members. A \
run that was stopped at any moment is continued by the same command with the same journal: nothing is \
sent twice under another key, and nothing is left out.")]
pub(crate) struct Update {
    /// X username, with or without `@`, or id of the connected account
    #[arg(
        long,
        value_name = "NAME",
        allow_hyphen_values = true,
        required_unless_present = "from",
        conflicts_with = "from"
    )]
    account: Option<String>,
    /// A picture on this machine
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    file: Option<OsString>,
    /// A picture that the service fetches itself
    #[arg(long, value_name = "HTTPS_URL")]
    url: Option<String>,
    /// The key of an earlier update, to send that one again [default: a new one]
    #[arg(
        long,
        value_name = "KEY",
        allow_hyphen_values = true,
        conflicts_with = "from"
    )]
    idempotency_key: Option<String>,
    /// Show the request as it would leave, and as curl, or of a list what it would cost; nothing is sent
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    list: list::Arguments,
}

pub(crate) fn run(session: &mut Session<'_>, command: &Command) -> Exit {
    let Command::Update(update) = command;
    let Some(account) = &update.account else {
        return list::run(session, Kind::Avatar, &update.list, update.dry_run, None);
    };
    let result = drive::block_on(async {
        update.list.refuse_without_a_list()?;
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
            let file = update.file.as_deref().map(Path::new);
            return preview::avatar(session, account, avatar, file, options)
                .await
                .map(|()| None);
        }
        let client = session.client()?;
        if let Some(path) = &update.file
            && let Ok(metadata) = std::fs::metadata(path)
        {
            session.progress.uploads(metadata.len());
        }
        let own_key = update.idempotency_key.is_some();
        session.progress.calls(&operations::UPDATE_AVATAR, own_key);
        let call = client.update_avatar(account, avatar).options(options);
        let response = drive::watch(&session.progress, call.response()).await??;
        Ok(Some(Outcome::of_avatar(account, response)))
    });
    session.finish_or_dry(result)
}
