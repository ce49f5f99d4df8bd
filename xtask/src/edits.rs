//! `cargo xtask edits`: proves that an edit of the document is the whole work of changing the API.
//!
//! On a copy of the repository it makes four edits of `openapi.yaml`, one after the other, does what `cargo
//! xtask bless` does after each, and looks at what changed: no line of Rust, and in the snapshots the edit
//! and nothing else. What is added is used, in a test of its own. At the end all tests of the
//! repository run, as they are; `cargo xtask ci`, which has to end soon, leaves that out.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::bless;
use crate::repository::Repository;

/// Prove on a copy that an edit of the document needs no line of Rust.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

/// One edit of the document, and what may change with it.
struct Edit {
    name: &'static str,
    /// What is put in after which text; the text occurs in the document.
    insertions: &'static [(&'static str, &'static str)],
    /// What is replaced by what.
    replacements: &'static [(&'static str, &'static str)],
    /// Words of the edit: every snapshot line that is new or gone belongs to it.
    marks: &'static [&'static str],
    /// A test that only compiles if the generated layer has what the edit asks for.
    proof: Option<&'static str>,
}

const EDITS: &[Edit] = &[
    Edit {
        name: "another description",
        insertions: &[],
        replacements: &[(
            "description: The code that X sent to the account's email inbox.",
            "description: The one-time code from the email, edited.",
        )],
        marks: &[
            "The code that X sent to the account's email inbox",
            "edited",
        ],
        proof: None,
    },
    Edit {
        name: "an optional property",
        insertions: &[(
            "        loginCountry:\n",
            "        editedHint:\n          type: string\n          description: An edited hint.\n          \
             example: none\n",
        )],
        replacements: &[],
        marks: &[
            "editedHint",
            "edited_hint",
            "edited hint",
            "skip_serializing_if",
            "serde(",
            ")]",
            "type\": \"string",
            "example\": \"none",
            "},",
        ],
        proof: Some(
            "let _ = |account: &xquik::generated::types::ConnectedAccount| account.edited_hint.clone();",
        ),
    },
    Edit {
        name: "an error code with its advice",
        insertions: &[],
        replacements: &[
            (
                "x-extensible-enum: [account_needs_reauth, account_restricted]",
                "x-extensible-enum: [account_needs_reauth, account_restricted, account_edited]",
            ),
            (
                "  account_restricted:\n    resend:",
                "  account_edited:\n    resend: never\n    advice: Wait until the edit is over.\n  account_restricted:\n    resend:",
            ),
            (
                "                account_restricted:\n                  summary:",
                "                account_edited:\n                  summary: Being edited\n                  value: { error: account_edited }\n                account_restricted:\n                  summary:",
            ),
        ],
        marks: &[
            "account_edited",
            "AccountEdited",
            "the edit is over",
            "account_needs_reauth",
            "account_restricted",
            "403",
            "]",
            "[",
        ],
        proof: Some(
            "assert_eq!(xquik::ErrorCode::AccountEdited.statuses(), [403]);\n    \
             assert!(xquik::ErrorCode::AccountEdited.advice().is_some());",
        ),
    },
    Edit {
        name: "a fourth operation with multipart and two different 2xx answers",
        insertions: &[("paths:\n", OPERATION)],
        replacements: &[],
        // A new operation only adds; which lines it adds is reviewed in the snapshot.
        marks: &[""],
        proof: Some(
            "use xquik::generated::{answers::UploadEditSuccess, bodies::UploadEditBody, runtime::FilePart, types};\n    \
             let sandbox = xquik_mock::Sandbox::start().await.expect(\"a sandbox\");\n    \
             let client = xquik::Client::builder()\n        \
             .credential(xquik::Credential::api_key(\"xq_edit\").expect(\"a key\"))\n        \
             .base_url(sandbox.base_url())\n        .build().expect(\"a client\");\n    \
             let picture = FilePart::new(\"a.png\", \"image/png\", \"x\");\n    \
             let body = UploadEditBody::Multipart(types::UploadEditMultipartBody { note: None, picture });\n    \
             let answer = client.generated().upload_edit().id(\"1\").body(body).send().await.expect(\"an answer\");\n    \
             match answer.into_inner() {\n        \
             UploadEditSuccess::Status201(stored) => assert_eq!(stored.stored, \"1\"),\n        \
             UploadEditSuccess::Status202(waiting) => panic!(\"not asked for: {waiting:?}\"),\n        \
             other => panic!(\"undocumented: {other:?}\"),\n    }",
        ),
    },
];

const OPERATION: &str = r"  /x/edits/{id}:
    post:
      operationId: uploadEdit
      tags: [X profile]
      summary: Upload an edit
      description: An operation that only this check has.
      parameters:
        - name: id
          in: path
          required: true
          description: Any id.
          schema: { type: string }
          example: '1'
      requestBody:
        description: A picture.
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              description: A picture with a note.
              required: [picture]
              properties:
                note: { type: string, description: A note., example: none }
                picture: { type: string, format: binary, description: The picture., example: bytes }
              example: { picture: bytes }
      responses:
        '201':
          description: Stored.
          content:
            application/json:
              schema:
                type: object
                description: What was stored.
                required: [stored]
                properties:
                  stored: { type: string, description: Its id., example: '1' }
                example: { stored: '1' }
        '202':
          description: Not yet stored.
          content:
            application/json:
              schema:
                type: object
                description: What waits.
                required: [waiting]
                properties:
                  waiting: { type: integer, description: How many are before it., example: 1 }
                example: { waiting: 1 }
        '401':
          $ref: '#/components/responses/Unauthenticated'
";

/// The packages that hold nothing which is made of the document: nothing of theirs changes with it.
const ELSEWHERE: &[&str] = &[
    "xquik-codegen",
    "xquik-codegen-fixtures",
    "xquik-diff",
    "xquik-document",
    "xquik-lint",
];

pub(crate) fn run(_: &Arguments, out: &mut dyn Write) -> ExitCode {
    match edits(&Repository::own(), true, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do if this cannot be written either.
            let _ = writeln!(out, "edits: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes one edit after the other on a copy and looks at what each of them changed; at the end all
/// tests run, as they are, if asked for.
pub(crate) fn edits(
    repository: &Repository,
    all_tests: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    // One folder for the copies of all edits, so that what no edit touches is compiled once. Not the
    // checkout's own: cargo would take the copy's crates for the checkout's.
    let shared = repository.path("target/edits-target");
    seed(&repository.path("target/debug"), &shared.join("debug"))?;
    let copy = copy(repository)?
        .with("CARGO_TARGET_DIR", &shared)
        // What one edit leaves as it is need not be compiled for the next.
        .with("CARGO_INCREMENTAL", "1");
    let proof = copy.path("tests/edits.rs");
    for edit in EDITS {
        writeln!(out, "── edit: {}", edit.name)?;
        apply(&copy, edit)?;
        if let Some(lines) = edit.proof {
            fs::write(
                &proof,
                format!(
                    "//! Written by `cargo xtask edits`.\n\n\
                     #[tokio::test]\nasync fn what_was_added_is_there() {{\n    {lines}\n}}\n"
                ),
            )?;
        }
        if !bless::accept(&copy, ELSEWHERE, bless::ALL, out)? {
            return Err(io::Error::other("what changed cannot be accepted"));
        }
        if edit.proof.is_some() {
            // The same packages, so that nothing is compiled with other features.
            let mut words = vec!["cargo", "test", "--quiet", "--workspace", "--test", "edits"];
            words.extend(ELSEWHERE.iter().flat_map(|package| ["--exclude", package]));
            succeed(&mut copy.command(&words))?;
            fs::remove_file(&proof)?;
        }
        judge(&copy, edit)?;
        commit(&copy, edit.name)?;
    }
    if all_tests {
        writeln!(out, "── all tests, with all edits")?;
        succeed(&mut bless::tests(&copy, &[], &[]))?;
    }
    fs::remove_dir_all(copy.root())
}

/// Links what the checkout has compiled of other people's crates into the copies' target folder, so
/// that they are not compiled twice.
///
/// Workspace members are left out: cargo names their files by their place in the workspace, which the
/// copy's share, and would take the checkout's for the copy's.
fn seed(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() || !from.exists() {
        return Ok(());
    }
    let own = |name: &str| name.starts_with("xquik") || name.starts_with("xtask");
    let mut foreign = BTreeSet::new();
    for folder in [".fingerprint", "build"] {
        for unit in names(&from.join(folder))? {
            if own(&unit) {
                continue;
            }
            link(&from.join(folder).join(&unit), &to.join(folder).join(&unit))?;
            if let Some((_, hash)) = unit.rsplit_once('-') {
                foreign.insert(hash.to_owned());
            }
        }
    }
    for file in names(&from.join("deps"))? {
        let hash = file
            .rsplit_once('-')
            .map(|(_, rest)| rest.split('.').next().unwrap_or(rest));
        if hash.is_some_and(|hash| foreign.contains(hash)) {
            link(&from.join("deps").join(&file), &to.join("deps").join(&file))?;
        }
    }
    Ok(())
}

/// What a folder holds.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.extend(entry?.file_name().into_string());
    }
    Ok(names)
}

/// Links a file, or a folder with all its files. A link keeps the time of the file, by which cargo
/// tells whether it is current.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for name in names(from)? {
            link(&from.join(&name), &to.join(&name))?;
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::hard_link(from, to)
}

/// Takes the place of what `Cargo.toml` says of these.
const COMPILED_FAST: &str = "
[profile.dev.package]
xquik-codegen = { opt-level = 0 }
xquik-diff = { opt-level = 0 }
xquik-document = { opt-level = 0 }
xquik-lint = { opt-level = 0 }
xtask = { opt-level = 0 }
";

/// A copy of what git tracks, as a repository of its own, so that git can tell what changed.
fn copy(repository: &Repository) -> io::Result<Repository> {
    let root: PathBuf = repository.path("target/edits");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    for file in repository.files()? {
        let target = root.join(&file);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(repository.path(&file), target)?;
    }
    let copy = Repository::at(root);
    // What is compiled for the copy runs a few times, and to optimise it would take longer.
    let config = copy.path(".cargo/config.toml");
    let mut text = fs::read_to_string(&config)?;
    text.push_str(COMPILED_FAST);
    fs::write(config, text)?;
    copy.output(&["git", "init", "--quiet"])?;
    copy.output(&["git", "add", "--all"])?;
    commit(&copy, "before")?;
    Ok(copy)
}

/// Commits what changed of the files that git tracks, so that the next edit's changes are its own.
fn commit(copy: &Repository, message: &str) -> io::Result<()> {
    let words = [
        "git",
        "-c",
        "user.name=edits",
        "-c",
        "user.email=edits@localhost",
        "commit",
        "--quiet",
        "--all",
        "-m",
        message,
    ];
    copy.output(&words).map(drop)
}

fn apply(copy: &Repository, edit: &Edit) -> io::Result<()> {
    let path = copy.path("openapi.yaml");
    let mut text = fs::read_to_string(&path)?;
    let missing = |wanted: &str| {
        io::Error::other(format!(
            "the document has no `{}` any more: adapt the edit",
            wanted.trim()
        ))
    };
    for (before, inserted) in edit.insertions {
        let at = text.find(before).ok_or_else(|| missing(before))?;
        // A key at the root is followed by its new member; anything else follows the new text.
        let at = if before.starts_with(' ') {
            at
        } else {
            at + before.len()
        };
        text.insert_str(at, inserted);
    }
    for (old, new) in edit.replacements {
        if !text.contains(old) {
            return Err(missing(old));
        }
        text = text.replacen(old, new, 1);
    }
    fs::write(path, text)
}

fn succeed(command: &mut std::process::Command) -> io::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "{command:?} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )))
}

/// No line of Rust changed, and the snapshots changed by the edit alone.
fn judge(copy: &Repository, edit: &Edit) -> io::Result<()> {
    let changed = copy.output(&["git", "diff", "--name-only"])?;
    let changed = String::from_utf8_lossy(&changed.stdout).into_owned();
    for file in changed.lines() {
        let expected =
            file.ends_with("openapi.yaml") || file.ends_with(".snap") || file.starts_with("docs/");
        if !expected {
            return Err(io::Error::other(format!(
                "`{}` changes `{file}`",
                edit.name
            )));
        }
    }
    if !changed.contains("tests/snapshots/") {
        return Err(io::Error::other(format!(
            "`{}` shows in no snapshot",
            edit.name
        )));
    }
    let diff = copy.output(&["git", "diff", "--unified=0", "--", "tests/snapshots"])?;
    let diff = String::from_utf8_lossy(&diff.stdout).into_owned();
    let lines = diff.lines().filter(|line| {
        line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---")
    });
    for line in lines {
        let text = line[1..].trim();
        let says_something = text.chars().any(char::is_alphanumeric);
        if says_something && !edit.marks.iter().any(|mark| text.contains(mark)) {
            return Err(io::Error::other(format!(
                "`{}` changes a line that is not about it: {line}",
                edit.name
            )));
        }
    }
    Ok(())
}
