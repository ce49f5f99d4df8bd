//! `--from`: the same operation for many accounts, with a journal that makes it safe to start again.

mod item;
mod journal;
mod pace;
mod plan;
mod read;
mod run;
mod summary;

use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser, ValueHint};

pub(crate) use self::item::Kind;
use self::journal::Journal;
use self::plan::Plan;
use self::summary::Summary;
use crate::drive;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// What a list takes.
#[derive(Args)]
#[command(next_help_heading = "Options for many accounts")]
pub(crate) struct Arguments {
    /// A list: CSV with a header, or NDJSON
    #[arg(long, value_name = "LIST", value_parser = path(), value_hint = ValueHint::FilePath)]
    pub(crate) from: Option<PathBuf>,
    /// Where it is kept what was sent and what came of it; start again with the same file
    #[arg(long, value_name = "FILE", value_parser = path(), value_hint = ValueHint::FilePath)]
    journal: Option<PathBuf>,
    /// How many are sent at a time [default: 1]
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = clap::value_parser!(u8).range(1..=i64::from(MOST_JOBS)),
    )]
    jobs: Option<u8>,
}

impl Arguments {
    /// Refuses what would go unheeded without a list. Not left to clap, whose `requires` is as if it were
    /// not there once an argument is given that conflicts with what is required.
    pub(crate) fn refuse_without_a_list(&self) -> Result<(), Failure> {
        let given = [
            ("--journal", self.journal.is_some()),
            ("--jobs", self.jobs.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((name, _)) if self.from.is_none() => Err(Failure::Refused(format!(
                "{name} belongs to a list; give one with --from, or leave {name} out"
            ))),
            _ => Ok(()),
        }
    }
}

/// Any path, also an empty one: that it names no file is told like of any other.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

/// As many pictures are in memory at a time.
const MOST_JOBS: u8 = 32;

/// Carries a list out, or says what that would cost.
pub(crate) fn run(
    session: &mut Session<'_>,
    kind: Kind,
    arguments: &Arguments,
    dry_run: bool,
    question: Option<&str>,
) -> Exit {
    let result = drive::block_on(async {
        let Some(path) = &arguments.from else {
            return Err(Failure::Refused("give a list with --from".to_owned()));
        };
        let items = read::list(path, kind)?;
        if dry_run {
            let base_url = session.base_url()?;
            let past = match &arguments.journal {
                Some(journal) => journal::read(journal, kind, &base_url)?,
                None => journal::Past::default(),
            };
            let plan = Plan::new(items, past)?;
            return Ok(run::rehearse(session, kind, &plan));
        }
        let client = session.client()?;
        let Some(journal) = &arguments.journal else {
            return Err(Failure::Refused(
                "a list needs --journal FILE, so that it can be started again without doing \
                 anything twice"
                    .to_owned(),
            ));
        };
        if let Some(question) = question {
            let past = journal::read(journal, kind, client.base_url())?;
            let left = match Plan::new(items.clone(), past)?.steps.len() {
                0 => None,
                1 => Some("1 account".to_owned()),
                left => Some(format!("{left} accounts")),
            };
            if let Some(left) = left {
                crate::account::confirm(session, &question.replace("{}", &left)).await?;
            }
        }
        let (journal, past) = Journal::open(journal, kind, client.base_url())?;
        let plan = Plan::new(items, past)?;
        run::carry_out(
            session,
            kind,
            client,
            plan,
            journal,
            arguments.jobs.unwrap_or(1).into(),
        )
        .await
    });
    match result {
        Ok(summary) => finish(session, &summary, dry_run),
        Err(failure) => {
            session.tell(&failure);
            failure.exit()
        }
    }
}

fn finish(session: &Session<'_>, summary: &Summary, dry_run: bool) -> Exit {
    summary.print(session, dry_run);
    let exit = if let Some(stop) = summary.interrupted {
        stop.into()
    } else if summary.broken.is_some() || summary.failed > 0 {
        Exit::Failed
    } else {
        Exit::Done
    };
    session.written(exit)
}
