use crate::lint::catalogue::{explain, list, refreshed};
use crate::lint::rules::RULES;
use crate::repository::Repository;

#[test]
fn the_catalogue_in_docs_lint_md_is_current() {
    let path = Repository::own().path("docs/lint.md");
    let page = std::fs::read_to_string(&path).expect("docs/lint.md is there");
    let current = refreshed(&page).expect("docs/lint.md has a place for the catalogue");
    if std::env::var_os("XQUIK_BLESS").is_some() {
        std::fs::write(&path, current).expect("docs/lint.md can be written");
        return;
    }
    assert!(
        page == current,
        "docs/lint.md is not current: run `cargo xtask bless`"
    );
}

#[test]
fn the_list_names_every_rule_and_each_can_be_explained() {
    let mut out = Vec::new();
    list(&mut out).expect("a vector takes all");
    let text = String::from_utf8(out).expect("the list is UTF-8");
    for rule in RULES {
        assert!(text.contains(rule.id), "{} is not in the list", rule.id);
        let mut out = Vec::new();
        assert_eq!(
            explain(rule.id, &mut out).expect("a vector takes all"),
            Ok(())
        );
        assert!(String::from_utf8_lossy(&out).contains(rule.summary));
    }
}

#[test]
fn a_misspelt_rule_is_answered_with_the_nearest() {
    let answer = explain("unknown-feild", &mut Vec::new()).expect("a vector takes all");
    assert_eq!(
        answer,
        Err("there is no rule `unknown-feild`; did you mean `unknown-field`?".to_owned())
    );
}
