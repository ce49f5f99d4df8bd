use std::collections::HashSet;

use xquik_document::{Document, Node};

use super::{judge, line, lines};
use crate::finding::Finding;

const BASE: &str = include_str!("planted/base.yaml");
const DEFECTS: &str = include_str!("planted/defects.yaml");

fn table() -> Document {
    Document::read("defects.yaml", DEFECTS.as_bytes()).expect("the table is YAML")
}

/// The rules that planted defects name.
pub(super) fn rules() -> HashSet<String> {
    let table = table();
    let defects = table.root().as_sequence().expect("the table is a list");
    defects
        .iter()
        .filter_map(|defect| Some(defect.get("rule")?.as_str()?.to_owned()))
        .collect()
}

#[test]
fn a_document_without_a_mistake_has_no_finding() {
    let outcome = judge(BASE.as_bytes());
    assert!(outcome.findings.is_empty(), "{}", lines(&outcome));
}

#[test]
fn every_planted_defect_is_found_at_its_place_and_is_one_finding() {
    let table = table();
    let defects = table.root().as_sequence().expect("the table is a list");
    assert!(defects.len() >= 80);
    let mut problems = Vec::new();
    for defect in defects {
        let text = |name| {
            defect
                .get(name)
                .and_then(Node::scalar_text)
                .expect("the member is there")
        };
        let (name, rule) = (text("name"), text("rule"));
        if BASE.matches(text("find")).count() != 1 {
            problems.push(format!(
                "{name}: what is to be found does not stand there once"
            ));
            continue;
        }
        let outcome = judge(BASE.replacen(text("find"), text("put"), 1).as_bytes());
        let found: Vec<String> = outcome.findings.iter().map(line).collect();
        let place = format!("{}:{}", text("line"), text("column"));
        let there =
            |finding: &&Finding| finding.rule == rule && finding.span.start.to_string() == place;
        let hits = outcome.findings.iter().filter(there).count();
        if hits != 1 || outcome.findings.len() != 1 {
            problems.push(format!(
                "{name}: {rule} at {place}\n    {}",
                found.join("\n    ")
            ));
        }
    }
    assert!(
        problems.is_empty(),
        "{} of {}:\n{}",
        problems.len(),
        defects.len(),
        problems.join("\n")
    );
}
