mod json;

use super::*;

fn read(text: &str) -> Document {
    Document::read("test.yaml", text.as_bytes()).expect("the text is a document")
}

fn at<'a>(document: &'a Document, pointer: &str) -> &'a Node {
    let pointer = pointer.parse().expect("a pointer");
    document.at(&pointer).expect("the node exists")
}

#[test]
fn a_node_stands_where_its_author_wrote_it() {
    let document = read("a:\n  - x: 1\n    'y': [é, \"two\"]\n");
    let place = |pointer| at(&document, pointer).span.start.to_string();
    assert_eq!(place("/a/0/x"), "2:8");
    assert_eq!(place("/a/0/y/0"), "3:11");
    assert_eq!(place("/a/0/y/1"), "3:14");
}

#[test]
fn json_is_read_with_its_order_and_its_numbers() {
    let document = read("{\"openapi\": \"3.0.3\",\n\t\"n\": [1, -2.5, 1e3, true, null]}");
    assert_eq!(
        document.root().to_json(),
        serde_json::json!({"openapi": "3.0.3", "n": [1, -2.5, 1000.0, true, null]})
    );
}

#[test]
fn a_number_keeps_the_text_that_was_written() {
    let document = read("openapi: 3.0\nversion: 1.10\nstatus:\n  200: ok\n");
    assert_eq!(at(&document, "/openapi").scalar_text(), Some("3.0"));
    assert_eq!(at(&document, "/version").scalar_text(), Some("1.10"));
    assert_eq!(at(&document, "/status/200").as_str(), Some("ok"));
}

#[test]
fn words_that_only_yaml_1_1_reads_otherwise_are_strings() {
    let document = read("[no, on, 1_000, 0777, 2026-01-02]");
    let texts: Vec<_> = (0..5)
        .map(|i| at(&document, &format!("/{i}")).value.clone())
        .collect();
    assert_eq!(texts[0], Value::String("no".into()));
    assert_eq!(texts[1], Value::String("on".into()));
    assert_eq!(texts[2], Value::String("1_000".into()));
    assert!(matches!(&texts[3], Value::Number(n) if &*n.raw == "0777"));
    assert_eq!(texts[4], Value::String("2026-01-02".into()));
}

#[test]
fn a_repeated_key_keeps_the_last_value_and_is_told() {
    let document = read("a: 1\nb: 2\na: 3\n");
    assert_eq!(
        document.root().to_json(),
        serde_json::json!({"b": 2, "a": 3})
    );
    let [remark] = document.remarks() else {
        panic!("one remark, not {:?}", document.remarks())
    };
    assert_eq!(remark.span.start.to_string(), "3:1");
}

#[test]
fn aliases_and_merge_keys_are_resolved() {
    let document = read("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\nlist: [*b]\n");
    assert_eq!(
        at(&document, "/use").to_json(),
        serde_json::json!({"y": 3, "x": 1})
    );
    assert_eq!(at(&document, "/list/0/y").to_json(), 2);
}

#[test]
fn what_is_no_document_says_where() {
    let place = |bytes: &[u8]| {
        Document::read("t", bytes)
            .expect_err("no document")
            .to_string()
    };
    assert!(
        place(b"a: [1,\nb: }\n").starts_with("1:4: "),
        "{}",
        place(b"a: [1,\nb: }\n")
    );
    assert_eq!(
        place(b"a: x\nb: \xff\n"),
        "2:4: a document is UTF-8; this byte is not"
    );
    assert!(place(b"a: 1\n---\nb: 2\n").starts_with("2:1: a second YAML document"));
    assert_eq!(place(b"# nothing\n"), "1:1: the document is empty");
}

#[test]
fn bombs_are_refused() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let alias = format!("*a{}", level - 1);
        laughs += &format!("a{level}: &a{level} [{}]\n", vec![alias; 10].join(", "));
    }
    let error = Document::read("t", laughs.as_bytes()).expect_err("too many nodes");
    assert!(error.message.contains("aliases expand"), "{error}");

    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let error = Document::read("t", deep.as_bytes()).expect_err("too deep");
    assert!(error.message.contains("nests deeper"), "{error}");
}

#[test]
fn a_pointer_leads_to_a_place_and_a_place_to_its_pointer() {
    let document = read("paths:\n  /a/{b}:\n    get: {summary: x}\n");
    let pointer: Pointer = "/paths/~1a~1{b}/get/summary".parse().expect("a pointer");
    let node = document.at(&pointer).expect("the node exists");
    assert_eq!(document.pointer_of(node.span), Some(pointer));
    assert_eq!(
        Pointer::from_reference("#/paths/~1a~1%7Bb%7D").map(|p| p.to_string()),
        Some("/paths/~1a~1{b}".to_owned())
    );
}

/// Looking through all members for each of them would take 3,600 million steps.
#[test]
fn places_of_a_large_mapping_are_found_where_they_stand() {
    let text: String = (0..60_000).map(|n| format!("m{n}: [{n}]\n")).collect();
    let document = read(&text);
    let members = document.root().as_mapping().expect("a mapping");
    for (n, member) in members.iter().enumerate() {
        let item = member.value.child("0").expect("an item");
        let pointer = document.pointer_of(item.span).expect("it stands there");
        assert_eq!(pointer.to_string(), format!("/m{n}/0"));
    }
}

#[test]
fn a_large_mapping_finds_its_members_whatever_was_done_to_it() {
    let number = |n: usize| Node::string(n.to_string(), Span::START);
    let mut mapping = Mapping::default();
    for n in 0..100 {
        mapping.insert(format!("m{n}"), number(n));
    }
    assert_eq!(mapping.get("m70").and_then(Node::as_str), Some("70"));
    mapping.remove("m10");
    assert_eq!(mapping.get("m70").and_then(Node::as_str), Some("70"));
    mapping.insert("new", number(7));
    assert_eq!(mapping.get("new").and_then(Node::as_str), Some("7"));
    mapping.retain(|entry| entry.key.name != "m20");
    assert_eq!(mapping.get("m20"), None);
    for entry in mapping.iter_mut() {
        entry.key.name = format!("x{}", entry.key.name);
    }
    assert_eq!(mapping.get("m70"), None);
    assert_eq!(mapping.get("xm70").and_then(Node::as_str), Some("70"));
    let mut copy = mapping.clone();
    copy.insert("xm70", number(0));
    assert_eq!(mapping.get("xm70").and_then(Node::as_str), Some("70"));
    assert_eq!(copy.len(), mapping.len());
}

#[test]
fn an_alias_stands_where_it_is_written_and_what_is_in_it_at_the_anchor() {
    let document = read("a: &a foo\nb: &b [x]\nc: *a\nd: [1, *b]\n");
    let place = |pointer| at(&document, pointer).span.start.to_string();
    assert_eq!(place("/a"), "1:4");
    assert_eq!(place("/c"), "3:4");
    assert_eq!(place("/d/1"), "4:8");
    assert_eq!(place("/d/1/0"), "2:8");
}

#[test]
fn a_block_scalar_stands_at_its_indicator() {
    let document = read(
        "é: >-\n\n    foo\n    bar\nb:\n  - |2+ # so\n\n     x\n  - >\n\nc: |\nd: 'a |'\ne: |-\r\n\r\n  é\r\nf:   |\n  last",
    );
    let place = |pointer| at(&document, pointer).span.start.to_string();
    assert_eq!(place("/é"), "1:4");
    assert_eq!(place("/b/0"), "6:5");
    assert_eq!(place("/b/1"), "9:5");
    assert_eq!(place("/c"), "11:4");
    assert_eq!(place("/e"), "13:4");
    assert_eq!(place("/f"), "16:6");
    let index = at(&document, "/b/0").span.start.index as usize;
    assert_eq!(document.text().chars().nth(index), Some('|'));
}

#[test]
fn a_tab_may_part_a_key_from_its_value() {
    let document = read("a:\tb\nc:\t\td\ne: {f:\tg, h: \"x:\ty\"}\n");
    assert_eq!(
        document.root().to_json(),
        serde_json::json!({"a": "b", "c": "d", "e": {"f": "g", "h": "x:\ty"}})
    );
    assert_eq!(at(&document, "/c").span.start.to_string(), "2:5");
}

#[test]
fn a_line_without_its_colon_is_told_where_it_stands() {
    let place = |text: &str| {
        Document::read("t", text.as_bytes())
            .expect_err("no document")
            .to_string()
    };
    let colon = |place: &str| format!("{place}: this is no `key: value`: a `:` is missing");
    let space = |place: &str| format!("{place}: a space is missing after `:`");
    assert_eq!(place("a: 1\nb 2\nc: 3\n"), colon("2:1"));
    assert_eq!(place("a:\n  - b c\n    d: 3\n"), colon("2:5"));
    assert_eq!(place("a:\n  b: 1\n  c:true\nd: 1\n"), space("3:3"));
    assert_eq!(place("a:\n  b:true\n  # why\n  c: 1\n"), space("2:3"));
    assert_eq!(place("a: 1\nb:2\n"), space("2:1"));
    // The colon is the mistake, not the line before it.
    assert!(place("a: some\n  text\n  more: text\n").starts_with("3:7: "));
    assert!(place("a:\n  - b\n   c: 1\n").starts_with("3:5: "));
    assert!(place("a: 1\nb: c: 1\n").starts_with("2:5: "));
}
