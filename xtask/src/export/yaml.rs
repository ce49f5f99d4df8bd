//! A tree as YAML that reads back as the same tree, by old readers too.

use std::borrow::Cow;

use saphyr::{Mapping, Scalar, ScalarStyle, Yaml, YamlEmitter};
use xquik_document::{Node, Value};

/// Writes a tree.
pub(super) fn write(node: &Node) -> String {
    let mut text = String::new();
    let mut emitter = YamlEmitter::new(&mut text);
    emitter.multiline(true);
    emitter
        .dump(&convert(node))
        .expect("a string takes whatever is written to it");
    // The marker of a document's start means nothing in a file that holds one document.
    let text = text.strip_prefix("---\n").unwrap_or(&text);
    format!("{}\n", text.trim_end_matches('\n'))
}

fn convert(node: &Node) -> Yaml<'_> {
    match &node.value {
        Value::Null => plain("null"),
        Value::Bool(value) => Yaml::Value(Scalar::Boolean(*value)),
        // As the author wrote it: `1.10` and 100000000000000000000 stay what they are.
        Value::Number(number) => plain(&number.raw),
        Value::String(text) => string(text),
        Value::Sequence(items) => Yaml::Sequence(items.iter().map(convert).collect()),
        Value::Mapping(mapping) => {
            let members = mapping
                .iter()
                .map(|entry| (string(&entry.key.name), convert(&entry.value)));
            Yaml::Mapping(members.collect::<Mapping<'_>>())
        }
    }
}

fn plain(text: &str) -> Yaml<'_> {
    Yaml::Representation(Cow::Borrowed(text), ScalarStyle::Plain, None)
}

fn string(text: &str) -> Yaml<'_> {
    if is_misread(text) {
        return Yaml::Representation(Cow::Borrowed(text), ScalarStyle::SingleQuoted, None);
    }
    Yaml::Value(Scalar::String(Cow::Borrowed(text)))
}

/// Whether a reader of YAML 1.1 takes plain text for something else where one of 1.2 does not: a
/// date, a number with underscores or in base 60, a truth value of one letter.
fn is_misread(text: &str) -> bool {
    let is_number_like = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'))
        && text.chars().all(|c| {
            c.is_ascii_hexdigit()
                || matches!(c, '+' | '-' | '_' | '.' | ':' | 'T' | 'Z' | 'x' | 'o')
        });
    // Two points make no number: a version or an address may stand as it is.
    let is_version = text.matches('.').count() > 1;
    (is_number_like && !is_version) || matches!(text, "y" | "Y" | "n" | "N")
}
