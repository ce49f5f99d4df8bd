use proptest::prelude::*;
use serde_json::Value as Json;

use super::{at, read};
use crate::{Document, Mark, RemarkKind, Span, SyntaxErrorKind, Value, json, yaml};

fn refused(text: &str) -> crate::SyntaxError {
    Document::read("t.json", text.as_bytes()).expect_err("no document")
}

/// As Python's `json.dump` writes an emoji.
#[test]
fn a_surrogate_pair_is_one_character() {
    let document = read(r#"{"a": "\ud83d\ude00!", "\uD83D\uDE00": "\u00e9\/\b\f\n\r\t\"\\"}"#);
    assert_eq!(at(&document, "/a").as_str(), Some("😀!"));
    assert_eq!(
        at(&document, "/😀").as_str(),
        Some("é/\u{8}\u{c}\n\r\t\"\\")
    );
    assert_eq!(at(&document, "/😀").span.start.to_string(), "1:40");
}

#[test]
fn half_a_surrogate_pair_is_no_character() {
    for (half, place) in [
        (r#"{"a": "x\ud83d"}"#, "1:9"),
        (r#"{"a": "x\ude00\ud83d"}"#, "1:9"),
        (r#"{"a": "é\ud83d\u0041"}"#, "1:9"),
        (r#"{"a": "\ud83d\n"}"#, "1:8"),
        ("[\"\\ud83d\\ude00\",\n\"\\udfff\"]", "2:2"),
    ] {
        let error = refused(half);
        assert_eq!(error.span.start.to_string(), place, "{error}");
        assert_eq!(error.span.end.index - error.span.start.index, 6);
        assert!(
            error.message.contains("half of a surrogate pair"),
            "{error}"
        );
    }
}

#[test]
fn json_with_a_byte_order_mark_tabs_and_any_line_end_has_its_places() {
    let document = read("\u{feff}{\r\n\t\"a\":\t[1,\r\"é\"\n, -0.5e+2 ]\n}\n");
    let place = |pointer| at(&document, pointer).span;
    assert_eq!(place("/a").start.to_string(), "2:7");
    assert_eq!(place("/a/1").start.to_string(), "3:1");
    assert_eq!(place("/a/1").end.to_string(), "3:4");
    assert_eq!(place("/a/2").start.to_string(), "4:3");
    assert_eq!(place("/a/2").start.index, 19);
    assert_eq!(at(&document, "/a/2").scalar_text(), Some("-0.5e+2"));
    assert_eq!(place("").end.to_string(), "5:2");
}

#[test]
fn a_number_of_any_size_keeps_its_text() {
    let document = read("[1e999, 123456789012345678901234567890, 18446744073709551615, 1.10]");
    let number = |pointer| match &at(&document, pointer).value {
        Value::Number(number) => (number.raw.to_string(), number.value.clone()),
        other => panic!("{other:?}"),
    };
    assert_eq!(number("/0"), ("1e999".to_owned(), None));
    assert_eq!(number("/1").0, "123456789012345678901234567890");
    assert_eq!(number("/2").1, Some(u64::MAX.into()));
    assert_eq!(number("/3").0, "1.10");
}

#[test]
fn a_key_of_json_may_be_long_and_stand_apart_from_its_colon() {
    let key = "k".repeat(3000);
    let document = read(&format!("{{\"{key}\"\n\n: 1, \"<<\": {{\"a\": 1}}}}"));
    assert_eq!(
        at(&document, &format!("/{key}")).span.start.to_string(),
        "3:3"
    );
    assert_eq!(at(&document, "/<</a").to_json(), 1);
}

#[test]
fn what_is_only_nearly_json_is_read_as_yaml() {
    let expected = serde_json::json!({"a": [1, "two"]});
    for text in [
        "{\"a\": [1, \"two\",],}",
        "{\"a\": [1, 'two']} # so",
        "{a: [1, two]}",
        "\"a\": [1, \"two\"]",
        "{\"a\": [1, \"two\"]}\n...\n",
    ] {
        assert_eq!(read(text).root().to_json(), expected, "{text}");
    }
}

#[test]
fn a_mistake_in_json_with_emoji_is_told_where_it_is() {
    for text in [
        "{\"a\": \"\\ud83d\\ude00\",\n \"b\": 1 \"c\": 2}",
        "{\"b\": 1,\n \"a\": ?, \"c\": \"\\ud83d\\ude00\" 1}",
    ] {
        let error = refused(text);
        assert_eq!(error.span.start.line, 2, "{error}");
    }
}

/// What is only nearly JSON is YAML.
#[test]
fn a_surrogate_pair_in_double_quotes_of_yaml_is_one_character() {
    let document = read(concat!(
        "{\"a\": \"é\\ud83d\\ude00\\uD83D\\uDE01\\\\ud83d\", # \\ud83d\\ude00\n",
        "'b\\ud83d\\ude00': '\\ud83d\\ude00', c: \\ud83d\\ude00 x,\n",
        "\"😀\": \u{e000}, \"\\ud83d\\ude00\":\t[2],}\n",
    ));
    assert_eq!(at(&document, "/a").as_str(), Some("é😀😁\\ud83d"));
    assert_eq!(at(&document, "/a").span.end.to_string(), "1:41");
    assert_eq!(
        at(&document, "/b\\ud83d\\ude00").as_str(),
        Some("\\ud83d\\ude00")
    );
    assert_eq!(at(&document, "/c").as_str(), Some("\\ud83d\\ude00 x"));
    assert_eq!(at(&document, "/😀/0").to_json(), 2);
    assert_eq!(document.remarks().len(), 1, "{:?}", document.remarks());
    for half in [
        "a: \"\\ud83d\"",
        "a: \"\\ude00\\ud83d\"",
        "a: \"\\ud83d\\ude00 \\ud83d\"",
    ] {
        assert_eq!(refused(half).span.start.to_string(), "1:4");
    }
}

#[test]
fn a_repeated_key_of_many_is_told_with_the_one_before_it() {
    for members in [3, 23, 24, 25, 400] {
        let name = |n: usize| n % (members - 1);
        let text: Vec<String> = (0..members * 2)
            .map(|n| format!("\"m{}\": {n}", name(n)))
            .collect();
        let text = format!("{{{}}}", text.join(", "));
        let document = read(&text);
        let own = document.root().as_mapping().expect("a mapping");
        assert_eq!(own.len(), members - 1);
        let before = |n: usize| {
            text.match_indices(&format!("\"m{}\":", name(n)))
                .nth(n / (members - 1) - 1)
        };
        for (remark, n) in document.remarks().iter().zip(members - 1..) {
            let RemarkKind::DuplicateKey { first, .. } = &remark.kind else {
                panic!("{remark:?}")
            };
            let (place, _) = before(n).expect("it stands there");
            assert_eq!(first.start.index as usize, place);
        }
        assert_eq!(document.remarks().len(), members + 1);
    }
}

/// Each key twice: a list that closes up for each of them would move 400,000 million bytes.
#[test]
fn many_repeated_keys_are_taken_out_at_once() {
    let members: Vec<String> = (0..100_000)
        .map(|n| format!("\"{}\":0", n % 50_000))
        .collect();
    let text = format!("{{{}}}", members.join(","));
    for document in [json::parse(&text), yaml::parse(&text)] {
        let (root, remarks) = document.expect("a document");
        assert_eq!(root.as_mapping().map(crate::Mapping::len), Some(50_000));
        assert_eq!(remarks.len(), 50_000);
    }
}

#[test]
fn json_nests_as_deep_as_yaml() {
    let nested = |depth| format!("{}{}", "[{\"a\":".repeat(depth / 2), "}]".repeat(depth / 2));
    let whole = |depth| nested(depth).replacen(":}", ":0}", 1);
    read(&whole(crate::MAX_DEPTH));
    let error = refused(&whole(crate::MAX_DEPTH + 2));
    assert_eq!(error.kind, SyntaxErrorKind::TooLarge);
    let error = refused(&"[".repeat(1_000_000));
    assert_eq!(error.kind, SyntaxErrorKind::TooLarge);
}

/// Texts of JSON: any space, any escape, keys again and again.
fn texts() -> impl Strategy<Value = String> {
    let space = || prop::sample::select(vec!["", "", "", " ", "\n", "\t", "\r\n", "  \r "]);
    let piece = prop_oneof![
        4 => "[a-z:#,\\[\\]{}'&*!|>% -]{0,6}",
        2 => any::<char>().prop_filter("no string holds it", |c| !matches!(c, '\0'..='\x1f' | '"' | '\\')).prop_map(String::from),
        2 => prop::sample::select(vec!["\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"]).prop_map(String::from),
        2 => any::<char>().prop_map(|c| {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
        }),
    ];
    let string =
        prop::collection::vec(piece, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()));
    let key = prop_oneof![
        3 => prop::sample::select(vec!["\"a\"", "\"b\"", "\"\"", "\"<<\""]).prop_map(String::from),
        1 => string.clone(),
    ];
    let leaf = prop_oneof![
        2 => "-?(0|[1-9][0-9]{0,21})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?",
        1 => prop::sample::select(vec!["true", "false", "null", "\"\"", "{}", "[]"]).prop_map(String::from),
        2 => string,
    ];
    let value = leaf.prop_recursive(5, 60, 6, move |value| {
        let spaced =
            (space(), value.clone(), space()).prop_map(|(a, value, b)| format!("{a}{value}{b}"));
        let member = (space(), key.clone(), space(), spaced.clone())
            .prop_map(|(a, key, b, value)| format!("{a}{key}{b}:{value}"));
        prop_oneof![
            prop::collection::vec(spaced, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..6)
                .prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    });
    (space(), value, space()).prop_map(|(a, value, b)| format!("{a}{value}{b}"))
}

/// Zero has a sign in one reader's integers and none in the other's.
fn unsigned_zero(value: &mut Json) {
    match value {
        Json::Number(number) if number.as_f64() == Some(0.0) => *value = 0.into(),
        Json::Array(items) => items.iter_mut().for_each(unsigned_zero),
        Json::Object(members) => members.values_mut().for_each(unsigned_zero),
        _ => {}
    }
}

/// To YAML's scanner the space behind a quoted value belongs to it.
fn exact(text: &str) -> impl Fn(Span) -> Span {
    let characters: Vec<char> = text.chars().collect();
    move |span| {
        let mut end = span.end.index as usize;
        while characters[end - 1].is_ascii_whitespace() {
            end -= 1;
        }
        let lines: Vec<String> = crate::lines(&characters[..end].iter().collect::<String>())
            .map(str::to_owned)
            .collect();
        let last = lines.last().map_or(0, |line| line.chars().count());
        Span {
            start: span.start,
            end: Mark {
                line: lines.len() as u32,
                column: last as u32 + 1,
                index: end as u32,
            },
        }
    }
}

proptest! {
    #[test]
    fn json_has_the_values_of_serde_and_the_places_of_yaml(text in texts()) {
        let (root, remarks) = json::parse(&text).expect("it is JSON");
        let mut ours = root.to_json();
        let mut theirs: Json = serde_json::from_str(&text).expect("it is JSON");
        unsigned_zero(&mut ours);
        unsigned_zero(&mut theirs);
        prop_assert_eq!(ours, theirs);
        if let Ok((mut as_yaml, mut told)) = yaml::parse(&text) {
            let exact = exact(&text);
            as_yaml.move_spans(&exact);
            for remark in &mut told {
                remark.span = exact(remark.span);
                if let RemarkKind::DuplicateKey { first, .. } = &mut remark.kind {
                    *first = exact(*first);
                }
            }
            prop_assert_eq!(root, as_yaml);
            prop_assert_eq!(remarks, told);
        }
    }

    /// With a piece of it gone, there twice or in another place.
    #[test]
    fn what_is_no_json_is_refused(
        text in texts(),
        cut in any::<prop::sample::Index>(),
        length in 0_usize..4,
        piece in prop::sample::select(vec!["", "0", "-", ".", "e", "\"", "\\", "\\u", "\\ud800", ",", ":", "{", "}", "[", "]", "é", "\t", "\n", "\u{1}", "\u{feff}", "\u{a0}", "nul", "//"]),
    ) {
        let characters: Vec<char> = text.chars().collect();
        let from = cut.index(characters.len() + 1);
        let to = (from + length).min(characters.len());
        let text: String = characters[..from].iter().copied().chain(piece.chars()).chain(characters[to..].iter().copied()).collect();
        let ours = json::parse(&text).map(drop).map_err(|error| error.message);
        let theirs: Result<Json, _> = serde_json::from_str(&text);
        let is_json = match &theirs {
            Ok(_) => true,
            // A number of any size is JSON; what comes behind it serde says where it reads no values, and
            // then it takes half a surrogate pair.
            Err(error) if error.to_string().starts_with("number out of range") => {
                let is_half = ours.as_ref().is_err_and(|message| message.contains("surrogate"));
                !is_half && serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok()
            }
            Err(_) => false,
        };
        prop_assert_eq!(ours.is_ok(), is_json, "{}: {:?}, {:?}", text, ours, theirs);
    }
}
