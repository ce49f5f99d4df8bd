//! `xquik challenge submit`.

use clap::{Args, Subcommand};
use xquik::generated::operations;

use crate::drive;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::session::Session;
use crate::{preview, prompt};

#[derive(Subcommand)]
pub(crate) enum Command {
    Submit(Submit),
}

/// Submit the one-time code that X sent by email.
///
/// Without --code it is asked for on a terminal, else one line of standard input is read. A code that
/// may have been delivered is never sent again. Exit code 3 says that X wants another code for the same
/// challenge.
#[derive(Args)]
#[command(after_help = "\
Examples:
  xquik challenge submit xch_8vGd8Y9JvH6dV0xA               asks for the code
  pass show code | xquik challenge submit xch_8vGd8Y9JvH6dV0xA --code -")]
pub(crate) struct Submit {
    /// The challenge's id, from the answer of Connect X Account
    challenge_id: String,
    /// The code; `-` reads it from standard input, which keeps it out of the shell's history
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    code: Option<String>,
    /// Show the request as it would leave, and as curl; nothing is sent
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(session: &mut Session<'_>, command: &Command) -> Exit {
    let Command::Submit(submit) = command;
    if let Some(code) = submit.code.as_deref().filter(|code| *code != "-") {
        session.hide_code(code);
    }
    let result = drive::block_on(async {
        if submit.dry_run {
            let code = code_of(session, submit).await?;
            return preview::submit(session, &submit.challenge_id, &code)
                .await
                .map(|()| None);
        }
        // Before the code is asked for, so that nobody types one in vain.
        let client = session.client()?;
        let code = code_of(session, submit).await?;
        // It cannot be sent again, so one attempt may take all the time there is.
        let options = session.options().attempt_timeout(session.global.timeout);
        let operation = &operations::SUBMIT_X_ACCOUNT_CONNECTION_CHALLENGE;
        session.progress.calls(operation, false);
        let call = client.submit_email_code(&submit.challenge_id, &code);
        let response = drive::watch(&session.progress, call.options(options).response()).await??;
        Ok(Some(Outcome::of_submission(response)))
    });
    session.finish_or_dry(result)
}

async fn code_of(session: &mut Session<'_>, submit: &Submit) -> Result<String, Failure> {
    let code = match submit.code.as_deref() {
        Some(code) if code != "-" => code.to_owned(),
        _ if prompt::is_possible(&session.err) => {
            let question = "The code from the email: ";
            prompt::ask_secretly(&session.err, question).await?
        }
        _ => prompt::read_line().await?,
    };
    if code.chars().all(|c| c == ' ') {
        return Err(Failure::Refused("no code was given".to_owned()));
    }
    session.hide_code(&code);
    Ok(code)
}
