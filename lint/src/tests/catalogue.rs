use crate::catalogue::{explain, list};
use crate::rules::RULES;

/// Between these two lines `docs/lint.md` is generated.
const BEGIN: &str = "<!-- catalogue: generated from the rules -->";
const END: &str = "<!-- end of the catalogue -->";

/// A page with its catalogue made current; none where the page has no place for it.
fn refreshed(page: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{}{END}{after}", markdown()))
}

/// Every rule, as Markdown.
fn markdown() -> String {
    let mut text = String::new();
    let mut area = None;
    for rule in RULES {
        if area != Some(rule.area) {
            text.push_str(&format!("### {}\n\n", rule.area));
            area = Some(rule.area);
        }
        text.push_str(&format!(
            "#### `{}`\n\n**{}**: {}.\n\n{}\n\n",
            rule.id,
            rule.severity,
            rule.summary,
            rule.docs.trim()
        ));
        for (word, example) in [("Wrong", rule.bad), ("Right", rule.good)] {
            if !example.is_empty() {
                text.push_str(&format!(
                    "{word}:\n\n```yaml\n{}\n```\n\n",
                    example.trim_end()
                ));
            }
        }
    }
    text
}

#[test]
fn the_catalogue_in_docs_lint_md_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/lint.md");
    let page = std::fs::read_to_string(path).expect("docs/lint.md is there");
    let current = refreshed(&page).expect("docs/lint.md has a place for the catalogue");
    if std::env::var_os("XQUIK_BLESS").is_some() {
        std::fs::write(path, current).expect("docs/lint.md can be written");
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
