//! The tools that ours are measured beside, from npm, by pinned version.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::repository::Repository;

/// Where the tools stand.
#[derive(Debug)]
pub(super) struct Rivals {
    folder: PathBuf,
}

/// The versions; `xtask/compare/compare.mjs` uses the same.
const PINNED: &str = "xtask/compare/package.json";

/// Installs what is not there yet.
pub(super) fn install(repository: &Repository, err: &mut dyn Write) -> Result<Rivals, String> {
    for program in ["node", "npm"] {
        let found = Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !found.is_ok_and(|status| status.success()) {
            return Err(format!(
                "there is no `{program}`; it needs Node 20 or later"
            ));
        }
    }
    let folder = repository.path("target/compare");
    let rivals = Rivals { folder };
    if ["redocly", "prism"]
        .iter()
        .all(|name| rivals.path(name).exists())
    {
        return Ok(rivals);
    }
    download(repository, &rivals.folder, err).map_err(|error| error.to_string())?;
    Ok(rivals)
}

fn download(repository: &Repository, folder: &Path, err: &mut dyn Write) -> io::Result<()> {
    writeln!(err, "installing the tools of {PINNED} into target/compare")?;
    std::fs::create_dir_all(folder)?;
    std::fs::copy(repository.path(PINNED), folder.join("package.json"))?;
    let output = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund"])
        .current_dir(folder)
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "`npm install` failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    )))
}

impl Rivals {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join("node_modules/.bin").join(name)
    }

    /// Redocly CLI with its recommended rules on a document.
    pub(super) fn redocly(&self, document: &Path) -> Command {
        let mut command = Command::new(self.path("redocly"));
        command
            .args(["lint", "--format", "json", "--extends", "recommended"])
            .arg(document)
            .current_dir(&self.folder)
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        command
    }

    /// Prism on a free port.
    pub(super) fn prism(&self, document: &Path) -> io::Result<Command> {
        // Whoever listens here for a moment is told a port that is free right after.
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))?
            .local_addr()?
            .port();
        let mut command = Command::new(self.path("prism"));
        command
            .args(["mock", "--host", "127.0.0.1", "--port", &port.to_string()])
            .arg(document);
        Ok(command)
    }
}
