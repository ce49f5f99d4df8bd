//! The definition of the command line, from which man pages and completions are made.

#[test]
fn every_command_says_what_it_does_and_every_option_has_help() {
    fn judge(command: &clap::Command) {
        let name = command.get_name();
        assert!(command.get_about().is_some(), "{name}");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{name}: {argument}");
        }
        command.get_subcommands().for_each(judge);
    }
    let mut command = xquik_cli::command();
    command.build();
    judge(&command);
    command.debug_assert();
}

#[test]
fn a_man_page_is_made_for_every_command() {
    let folder = crate::program::folder();
    clap_mangen::generate_to(xquik_cli::command(), folder.path()).expect("written");
    for name in ["xquik", "xquik-avatar-update", "xquik-errors", "xquik-mock"] {
        let page = folder.path().join(format!("{name}.1"));
        assert!(page.exists(), "{name}");
    }
    let page = folder.path().join("xquik-avatar-update.1");
    let page = std::fs::read_to_string(page).expect("read");
    for said in ["journal", "Examples", "idempotency"] {
        assert!(page.contains(said), "{page}");
    }
}
