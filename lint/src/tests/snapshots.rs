use crate::format::{Colors, Format, write};
use crate::rules::RULES;

fn written(format: Format, text: &str) -> String {
    let outcome = super::judged(text);
    let mut out = Vec::new();
    write(format, "openapi.yaml", &outcome, Colors::No, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("reports are UTF-8")
}

#[test]
fn what_people_read_about_the_bad_example_of_each_rule() {
    for rule in RULES.iter().filter(|rule| !rule.bad.is_empty()) {
        let report = written(Format::Human, rule.bad);
        // The findings of the rule itself: a fragment lacks summaries and the like.
        let own: Vec<&str> = report
            .split("\n\n")
            .filter(|finding| finding.contains(&format!("[{}]", rule.id)))
            .collect();
        insta::assert_snapshot!(rule.id, own.join("\n\n"));
    }
}

#[test]
fn one_document_in_every_form() {
    let text = "info:\n  title: Pets\n  version: 1.10\n  descripton: 'All: of 100% them'\n";
    insta::assert_snapshot!("form-human", written(Format::Human, text));
    insta::assert_snapshot!("form-json", written(Format::Json, text));
    insta::assert_snapshot!("form-github", written(Format::Github, text));
    let sarif = written(Format::Sarif, text);
    let mut sarif: serde_json::Value = serde_json::from_str(&sarif).expect("SARIF is JSON");
    // The catalogue of rules is in the documentation.
    sarif["runs"][0]["tool"]["driver"]["rules"] = "…".into();
    insta::assert_snapshot!("form-sarif", format!("{sarif:#}"));
}
