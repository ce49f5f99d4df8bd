//! `xquik account disconnect`.

use clap::{Args, Subcommand};
use xquik::generated::operations;

use crate::drive;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::list::{self, Kind};
use crate::outcome::Outcome;
use crate::session::Session;
use crate::{preview, prompt};

#[derive(Subcommand)]
pub(crate) enum Command {
    Disconnect(Disconnect),
}

/// Disconnect an account: its stored connection is deleted for good.
///
/// The X account itself and its monitors stay as they are. Afterwards the id is gone; connecting the X
/// account again gives a new one.
#[derive(Args)]
#[command(after_help = "\
Examples:
  xquik account disconnect 3
  xquik account disconnect 3 --yes --output json
  xquik account disconnect --from ids.csv --journal ids.journal

A list is CSV with the header `id`, or NDJSON with that member.")]
pub(crate) struct Disconnect {
    /// The account's id
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    account_id: Option<String>,
    /// Do not ask; required where there is no terminal to ask on
    #[arg(long, short)]
    yes: bool,
    /// Show the request as it would leave, and as curl, or of a list what it would do; nothing is sent
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    list: list::Arguments,
}

pub(crate) fn run(session: &mut Session<'_>, command: &Command) -> Exit {
    let Command::Disconnect(disconnect) = command;
    let Some(id) = &disconnect.account_id else {
        let question = "Disconnect {} for good? [y/N] ";
        let question = (!disconnect.yes).then_some(question);
        let list = &disconnect.list;
        return list::run(
            session,
            Kind::Disconnection,
            list,
            disconnect.dry_run,
            question,
        );
    };
    let result = drive::block_on(async {
        disconnect.list.refuse_without_a_list()?;
        if disconnect.dry_run {
            return preview::disconnect(session, id).await.map(|()| None);
        }
        let client = session.client()?;
        if !disconnect.yes {
            let question = format!("Disconnect account {id} for good? [y/N] ");
            confirm(session, &question).await?;
        }
        let options = session.options();
        let operation = &operations::DISCONNECT_X_ACCOUNT;
        session.progress.calls(operation, false);
        let call = client.disconnect_account(id).options(options);
        let response = drive::watch(&session.progress, call.response()).await??;
        Ok(Some(Outcome::of_disconnection(id, response.attempts)))
    });
    session.finish_or_dry(result)
}

/// Asks before something is deleted.
pub(crate) async fn confirm(session: &Session<'_>, question: &str) -> Result<(), Failure> {
    if !prompt::is_possible(&session.err) {
        return Err(Failure::Refused(
            "there is no terminal to ask on; give --yes to disconnect without being asked".into(),
        ));
    }
    let question: String = question
        .chars()
        .map(|c| {
            if crate::screen::is_unwanted(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    let answer = prompt::ask(&session.err, &session.secrets.clean(&question)).await?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(Failure::Refused("not confirmed; nothing was sent".into()))
    }
}
