//! `docs/cli.md` shows real output: every command in it is run, and what it prints stands below it.

use std::path::Path;
use std::process::Command;

use xquik_mock::Sandbox;

use crate::program::{file, folder, png};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/cli.md");

/// What a shell shows for a command, with the place of the sandbox and what passes by replaced.
fn shown(command: &str, sandbox: &Sandbox, folder: &Path) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_xquik"));
    let programs = binary.parent().expect("a folder").display();
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{programs}:/usr/bin:/bin"))
        .env("XQUIK_API_KEY", "xq_test")
        .env("XQUIK_BASE_URL", sandbox.base_url())
        .output()
        .expect("sh runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let text = text.replace(&sandbox.addr().to_string(), "127.0.0.1:4010");
    // Of the headers of an answer one is another each time.
    let text: String = text
        .split_inclusive('\n')
        .map(|line| match line.starts_with("< date: ") {
            true => "< date: Thu, 01 Jan 2026 00:00:00 GMT\n",
            false => line,
        })
        .collect();
    // How long an answer took is another number each time.
    let words: Vec<&str> = text.split(' ').collect();
    let mut made = String::new();
    for (position, word) in words.iter().enumerate() {
        if position > 0 {
            made.push(' ');
        }
        let takes = words
            .get(position + 1)
            .is_some_and(|next| next.starts_with("ms;"));
        made.push_str(if takes { "2" } else { word });
    }
    made
}

/// The text with the output of its commands as it is now.
fn renewed(text: &str, show: impl Fn(&str) -> String) -> String {
    let mut made = String::new();
    let mut inside = false;
    for line in text.lines() {
        let fence = line.starts_with("```");
        if fence {
            inside = line == "```console";
        }
        if inside && !fence {
            let Some(command) = line.strip_prefix("$ ") else {
                continue;
            };
            made.push_str(&format!("{line}\n{}", show(command)));
        } else {
            made.push_str(&format!("{line}\n"));
        }
    }
    made
}

#[cfg(unix)]
#[test]
fn what_the_docs_show_of_the_command_line_is_current() {
    // Where the crate is used without its repository there are no docs.
    let Ok(text) = std::fs::read_to_string(PATH) else {
        return;
    };
    let sandbox = Sandbox::builder()
        .no_rate_limit()
        .seed(1)
        .start_now()
        .expect("a sandbox");
    let folder = folder();
    file(&folder, "avatar.png", &png(2_048));
    file(&folder, "notes.txt", b"no picture");
    let list = b"account,file,url\nmyxaccount,avatar.png,\nneedsreauth,avatar.png,\nmyxaccount,,https://example.com/c.png\n";
    file(&folder, "accounts.csv", list);
    file(&folder, "ids.ndjson", b"{\"id\":\"3\"}\n{\"id\":\"404\"}\n");
    let made = renewed(&text, |command| shown(command, &sandbox, folder.path()));
    if made != text && std::env::var_os("XQUIK_BLESS").is_some() {
        std::fs::write(PATH, &made).expect("the docs are written");
        return;
    }
    // A line of the whole is enough to see what it is about.
    let lines = made.lines().zip(text.lines());
    for (number, (made, shown)) in (1..).zip(lines) {
        assert_eq!(
            made, shown,
            "line {number}; renew it with `cargo xtask bless`"
        );
    }
    assert_eq!(made.len(), text.len(), "renew it with `cargo xtask bless`");
}
