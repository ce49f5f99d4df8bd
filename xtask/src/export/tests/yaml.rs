//! Whatever is written reads back as the same.

use proptest::prelude::*;
use serde_json::Value;
use xquik_document::{Node, Span};

use super::read;
use crate::export::yaml;

/// Any JSON, with many of the strings that YAML reads as something else.
fn json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        "[ -~]{0,12}",
        "[a-z:#?&*!|>'\"%@`{},\\[\\] \\n\\t-]{0,12}",
        "\\PC{0,8}",
        ".{0,8}",
        prop::sample::select(vec![
            "",
            " ",
            "~",
            "null",
            "yes",
            "no",
            "on",
            "y",
            "N",
            "true",
            "1",
            "1.10",
            "0777",
            "0o17",
            "0x1F",
            "1_000",
            "1e3",
            ".5",
            "-.inf",
            ".nan",
            "2026-01-02",
            "12:30:45",
            "---",
            "...",
            "- a",
            "a: b",
            "a #b",
            "a\n\n b\n",
            "\n",
            " a\n",
            "a\n ",
            "\u{feff}",
            "\u{85}",
            "\u{2028}",
            "=",
            "<<",
            "!x",
            "&a",
            "*a",
            "%a",
            "@a",
            "`a",
            "'",
            "\"",
            "a\r\nb",
            "\u{1}",
            "\u{7f}",
            "+",
            "-",
            "?",
            "|",
            ">",
        ])
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_tree_reads_back_as_it_was(value in json()) {
        let text = yaml::write(&Node::from_json(&value, Span::START));
        let back = read("written", &text);
        prop_assert_eq!(back.root().to_json(), value, "{}", text);
    }
}

#[test]
fn what_older_readers_take_for_something_else_is_quoted() {
    let words = [
        "1_000",
        "2026-01-02",
        "y",
        "N",
        "12:30",
        "yes",
        "0o7",
        "null",
    ];
    let list: Value = words.iter().copied().collect();
    let text = yaml::write(&Node::from_json(&list, Span::START));
    for line in text.lines() {
        assert!(line.ends_with(['\'', '"']), "{line}");
    }
}
