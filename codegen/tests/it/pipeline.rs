use std::fmt::Write as _;
use std::path::Path;

use xquik_codegen::{document::Document, stages};

const PASSES: &str = include_str!("../../fixtures/passes.txt");
const EXAMPLE: &str = include_str!("example.yaml");

/// `docs/compiler.md` is made of the passes themselves; `cargo xtask bless` rewrites it.
#[test]
fn the_docs_of_the_pipeline_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/compiler.md");
    let made = page();
    if std::env::var_os("XQUIK_BLESS").is_some() {
        std::fs::write(&path, &made).expect("the docs can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == made,
        "docs/compiler.md is stale; run `cargo xtask bless`"
    );
}

fn page() -> String {
    let document = Document::read("example.yaml", EXAMPLE.as_bytes()).expect("the example is YAML");
    let mut page = String::from(
        "# The compiler\n\n\
         <!-- Generated from the passes in codegen/src/lower by `cargo xtask bless`. -->\n\n\
         The compiler makes a Rust client of an OpenAPI document, through progenitor. progenitor takes a part \
         of what OpenAPI allows; so the document is lowered first, by passes that each take one kind of trouble \
         away, and of what is left a model is made: every type and every operation, decided once. progenitor is \
         asked for the client, its builders and their setters, with the types that the model spells; the types, and \
         how a request is put together and an answer read, are rendered from the model.\n\n\
         ```text\n\
         text → tree with places → passes → model ─┬─► progenitor ─┐\n\
         \x20                                         └─► render ◄────┴─► Rust\n\
         ```\n\n\
         This page shows one example on its way down: under each pass the lines that it takes out (`-`) and \
         puts in (`+`).\n\n## The passes\n\n\
         Each pass is shown by a document of its own, whose client is compiled and called over loopback; that none is \
         without, a test proves.\n\n\
         | pass | for | document in `codegen/fixtures/documents` | test in `codegen/fixtures/tests/it` |\n\
         |---|---|---|---|\n",
    );
    let stages = stages(&document);
    for line in PASSES.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let about = stages.iter().find(|stage| stage.pass == cells[0]);
        let issues = issues(&about.expect("the table names passes").about);
        let _ = writeln!(
            page,
            "| {} | {issues} | `{}.yaml` | `{}` |",
            cells[0], cells[1], cells[2]
        );
    }
    page += "\n## The example\n\n```yaml\n";
    page += EXAMPLE;
    page += "```\n";
    let mut before = lines(&document.root().to_json());
    for stage in &stages {
        let after = lines(&stage.document);
        let _ = write!(page, "\n## {}\n\n{}\n", stage.pass, stage.about);
        assert!(stage.changes, "the example does not show `{}`", stage.pass);
        let changed = changes(&before, &after);
        if changed.is_empty() {
            page += "\nThe document stays as it is; what was read is for rendering.\n";
        } else {
            let _ = write!(page, "\n```diff\n{changed}```\n");
        }
        before = after;
    }
    page
}

/// The issues that a pass names, as links.
fn issues(about: &str) -> String {
    let words: Vec<&str> = about.split_whitespace().collect();
    let mut found = Vec::new();
    for (index, window) in words.windows(2).enumerate() {
        let project = window[0].trim_start_matches('(');
        if !matches!(project, "progenitor" | "typify") || !window[1].starts_with("issue") {
            continue;
        }
        for word in &words[index + 2..] {
            let number = word.trim_end_matches(|c: char| !c.is_ascii_digit());
            if number.parse::<u32>().is_ok() {
                found.push(format!(
                    "[{project} {number}](https://github.com/oxidecomputer/{project}/issues/{number})"
                ));
            } else if *word != "and" {
                break;
            }
        }
    }
    if found.is_empty() {
        "no issue".to_owned()
    } else {
        found.join(", ")
    }
}

fn lines(json: &serde_json::Value) -> Vec<String> {
    let text = serde_json::to_string_pretty(json).expect("JSON can be written");
    text.lines()
        .map(|line| line.trim_end_matches(',').to_owned())
        .collect()
}

/// The lines that differ, with a line that says where.
fn changes(before: &[String], after: &[String]) -> String {
    // The longest common subsequence, by the usual table.
    let mut table = vec![vec![0_u16; after.len() + 1]; before.len() + 1];
    for (i, a) in before.iter().enumerate().rev() {
        for (j, b) in after.iter().enumerate().rev() {
            table[i][j] = if a == b {
                table[i + 1][j + 1] + 1
            } else {
                table[i + 1][j].max(table[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = String::new();
    let mut quiet = true;
    while i < before.len() || j < after.len() {
        if i < before.len() && j < after.len() && before[i] == after[j] {
            (i, j, quiet) = (i + 1, j + 1, true);
            continue;
        }
        if quiet && i > 0 {
            let _ = writeln!(out, " {}", before[i - 1]);
        }
        quiet = false;
        if j == after.len() || (i < before.len() && table[i + 1][j] >= table[i][j + 1]) {
            let _ = writeln!(out, "-{}", before[i]);
            i += 1;
        } else {
            let _ = writeln!(out, "+{}", after[j]);
            j += 1;
        }
    }
    out
}
