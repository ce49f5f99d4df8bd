//! Two templates of which neither is more concrete.

use std::collections::HashMap;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "overlapping-paths",
    severity: Severity::Warning,
    area: Area::Paths,
    summary: "two paths match the same request and neither is more concrete",
    docs: "`/{kind}/mine` and `/pets/{id}` both match `/pets/mine`. A concrete path wins over a \
           template, but between these two the specification leaves it to the reader.",
    bad: "paths:\n  /{kind}/mine:\n    get:\n      parameters:\n        - {name: kind, in: path, required: true, schema: {type: string}}\n      responses:\n        '200': {description: ok}\n  /pets/{id}: # here\n    get:\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string}}\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets/mine:\n    get:\n      responses:\n        '200': {description: ok}\n  /pets/{id}:\n    get:\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string}}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

/// A part of a path: a word, or a name in braces that stands for any word.
fn parts(path: &str) -> Vec<Option<&str>> {
    path.split('/')
        .skip(1)
        .map(|part| (!part.contains('{')).then_some(part))
        .collect()
}

/// More pairs than this are not compared: every path of the document would overlap with another.
const MOST_PAIRS: usize = 200_000;

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    // Two paths overlap only if they have as many parts, and only one with a name where the other
    // has a word can do so: group them by length, and by the first part where that is a word.
    type Template<'d> = (Vec<Option<&'d str>>, &'d str, &'d Node);
    let mut groups: HashMap<usize, Vec<Template<'d>>> = HashMap::new();
    for (path, node) in super::paths(cx) {
        if path.contains('{') && super::malformed_path::is_sound(path) {
            let parts = parts(path);
            groups
                .entry(parts.len())
                .or_default()
                .push((parts, path, node));
        }
    }
    let mut pairs = 0;
    for group in groups.values() {
        let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut open: Vec<usize> = Vec::new();
        for (index, (parts, path, node)) in group.iter().enumerate() {
            let candidates: Vec<usize> = match parts[0] {
                Some(word) => by_word
                    .get(word)
                    .into_iter()
                    .flatten()
                    .chain(&open)
                    .copied()
                    .collect(),
                None => (0..index).collect(),
            };
            pairs += candidates.len();
            if pairs > MOST_PAIRS {
                return;
            }
            for other in candidates {
                let (other_parts, other_path, other_node) = &group[other];
                if overlap(parts, other_parts) && share_method(node, other_node) {
                    report.at_key(
                        node,
                        format!("`{path}` and `{other_path}` match the same requests, and neither is more concrete"),
                    );
                    break;
                }
            }
            match parts[0] {
                Some(word) => by_word.entry(word).or_default().push(index),
                None => open.push(index),
            }
        }
    }
}

fn share_method(one: &Node, other: &Node) -> bool {
    crate::context::methods(one).any(|method| other.get(method).is_some())
}

fn overlap(one: &[Option<&str>], other: &[Option<&str>]) -> bool {
    let mut one_is_wider = false;
    let mut other_is_wider = false;
    for pair in one.iter().zip(other) {
        match pair {
            (Some(a), Some(b)) if a != b => return false,
            (None, Some(_)) => one_is_wider = true,
            (Some(_), None) => other_is_wider = true,
            _ => {}
        }
    }
    one_is_wider && other_is_wider
}
