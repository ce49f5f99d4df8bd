//! `xquik completions`.

use clap::Args;
use clap_complete::Shell;

use crate::exit::Exit;
use crate::session::Session;

/// Print the completions of a shell.
#[derive(Args)]
#[command(after_help = "\
Examples:
  xquik completions bash > ~/.local/share/bash-completion/completions/xquik
  xquik completions fish > ~/.config/fish/completions/xquik.fish")]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(session: &mut Session<'_>, arguments: &Arguments) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::command(), "xquik", &mut script);
    session.out.write(&script);
    session.written(Exit::Done)
}
