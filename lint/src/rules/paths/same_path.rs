//! Two templates for the same paths.

use std::collections::HashMap;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "same-path",
    severity: Severity::Error,
    area: Area::Paths,
    summary: "two paths differ in the names of their parameters alone",
    docs: "`/pets/{id}` and `/pets/{name}` are the same path, and must not stand side by side.",
    bad: "paths:\n  /pets/{id}:\n    get:\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string}}\n      responses:\n        '200': {description: ok}\n  /pets/{name}: # here\n    put:\n      parameters:\n        - {name: name, in: path, required: true, schema: {type: string}}\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets/{id}:\n    get:\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string}}\n      responses:\n        '200': {description: ok}\n  /pets/mine:\n    get:\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (path, node) in super::paths(cx) {
        if !super::malformed_path::is_sound(path) {
            continue;
        }
        if let Some(first) = seen.insert(without_names(path), path) {
            report
                .at_key(
                    node,
                    format!("`{path}` matches the same paths as `{first}`"),
                )
                .help("join the two, or tell them apart by a word in the path");
        }
    }
}

fn without_names(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}
