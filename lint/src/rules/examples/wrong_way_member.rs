//! Members that do not go this way.

use crate::model::Direction;
use crate::rules::prelude::*;
use crate::validation::examples;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "wrong-way-member",
    severity: Severity::Warning,
    area: Area::Examples,
    summary: "an example of a request has a `readOnly` member, or one of a response a `writeOnly` one",
    docs: "A `readOnly` member should not be sent, and a `writeOnly` one, a password perhaps, should \
           not come back.",
    bad: "paths:\n  /users:\n    get:\n      responses:\n        '200':\n          description: ok\n          content:\n            application/json:\n              schema:\n                type: object\n                properties:\n                  password: {type: string, writeOnly: true}\n              example:\n                password: open # here\n",
    good: "paths:\n  /users:\n    get:\n      responses:\n        '200':\n          description: ok\n          content:\n            application/json:\n              schema:\n                type: object\n                properties:\n                  name: {type: string}\n                  password: {type: string, writeOnly: true}\n              example:\n                name: Ada\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::MediaType) {
        let flag = match site.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
            Direction::Either => continue,
        };
        if let Some(schema) = site.node.get("schema") {
            for example in examples(cx, site.node) {
                visit(cx, schema, example, flag, 0, report);
            }
        }
    }
}

fn visit<'d>(
    cx: &Context<'d>,
    schema: &'d Node,
    value: &'d Node,
    flag: &str,
    depth: usize,
    report: &mut Report<'d>,
) {
    let Some(schema) = cx.resolve(schema).filter(|_| depth < 24) else {
        return;
    };
    for member in schema
        .get("allOf")
        .and_then(Node::as_sequence)
        .unwrap_or_default()
    {
        visit(cx, member, value, flag, depth + 1, report);
    }
    match &value.value {
        Value::Mapping(members) => {
            let Some(properties) = schema.get("properties") else {
                return;
            };
            for entry in members {
                let Some(property) = properties.get(&entry.key.name) else {
                    continue;
                };
                let flagged = cx.resolve(property).is_some_and(|property| {
                    property.get(flag).and_then(Node::as_bool) == Some(true)
                });
                if flagged {
                    let way = if flag == "readOnly" {
                        "request"
                    } else {
                        "response"
                    };
                    report.at_key(
                        &entry.value,
                        format!("`{}` is `{flag}`, and this is a {way}", entry.key.name),
                    );
                } else {
                    visit(cx, property, &entry.value, flag, depth + 1, report);
                }
            }
        }
        Value::Sequence(items) => {
            if let Some(item) = schema.get("items") {
                for each in items {
                    visit(cx, item, each, flag, depth + 1, report);
                }
            }
        }
        _ => {}
    }
}
