//! Ids that become the same name in a program.

use std::collections::HashMap;

use heck::{ToLowerCamelCase, ToSnakeCase};

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "operation-id-clash",
    severity: Severity::Warning,
    area: Area::Paths,
    summary: "two operationIds become the same name in Rust or TypeScript",
    docs: "`getPet` and `get_pet` are two ids and one function: `get_pet` in Rust, `getPet` in \
           TypeScript.",
    bad: "paths:\n  /pet:\n    get:\n      operationId: getPet\n      responses:\n        '200': {description: ok}\n  /pets:\n    get:\n      operationId: get_pet # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pet:\n    get:\n      operationId: getPet\n      responses:\n        '200': {description: ok}\n  /pets:\n    get:\n      operationId: getPets\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let mut rust: HashMap<String, &str> = HashMap::new();
    let mut typescript: HashMap<String, &str> = HashMap::new();
    for operation in cx.all_operations() {
        let Some(node) = operation.node.get("operationId") else {
            continue;
        };
        let Some(id) = node.as_str().filter(|id| id.len() < 200) else {
            continue;
        };
        for (names, name, language) in [
            (&mut rust, id.to_snake_case(), "Rust"),
            (&mut typescript, id.to_lower_camel_case(), "TypeScript"),
        ] {
            match names.get(&name) {
                // The same id has a rule of its own.
                Some(&first) if first != id => {
                    report.at(
                        node,
                        format!("`{id}` and `{first}` both become `{name}` in {language}"),
                    );
                    break;
                }
                Some(_) => {}
                None => _ = names.insert(name, id),
            }
        }
    }
}
