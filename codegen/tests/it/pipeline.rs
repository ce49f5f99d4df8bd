use std::fmt::Write as _;
use std::path::Path;

use xquik_codegen::{document::Document, stages};

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
         away, and what progenitor cannot express is kept in a plan and rendered beside its output.\n\n\
         ```text\n\
         text → tree with places → passes → typed → progenitor\n\
         \x20                          │                  │\n\
         \x20                          └───── plan ──► render → Rust\n\
         ```\n\n\
         This page shows one example on its way down: under each pass the lines that it takes out (`-`) and \
         puts in (`+`).\n\n## The example\n\n```yaml\n",
    );
    page += EXAMPLE;
    page += "```\n";
    let mut before = lines(&document.root().to_json());
    for stage in stages(&document) {
        let after = lines(&stage.document);
        let _ = write!(page, "\n## {}\n\n{}\n", stage.pass, stage.about);
        let changed = changes(&before, &after);
        if !changed.is_empty() {
            let _ = write!(page, "\n```diff\n{changed}```\n");
        }
        before = after;
    }
    page
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
