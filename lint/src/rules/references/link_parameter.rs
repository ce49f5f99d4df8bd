//! Parameters of links that the linked operation does not have.

use std::collections::HashMap;

use xquik_document::Pointer;

use crate::rules::prelude::*;
use crate::suggestion::nearest;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "link-parameter",
    severity: Severity::Error,
    area: Area::References,
    summary: "a link passes a parameter that the linked operation does not have",
    docs: "The keys of a link's `parameters` are names of parameters of the operation that it leads to, \
           alone or with their place: `id`, `path.id`.",
    bad: "paths:\n  /pets:\n    get:\n      operationId: listPets\n      parameters:\n        - {name: after, in: query, schema: {type: string}}\n      responses:\n        '200':\n          description: ok\n          links:\n            next:\n              operationId: listPets\n              parameters:\n                aftr: $response.body#/last # here\n",
    good: "paths:\n  /pets:\n    get:\n      operationId: listPets\n      parameters:\n        - {name: after, in: query, schema: {type: string}}\n      responses:\n        '200':\n          description: ok\n          links:\n            next:\n              operationId: listPets\n              parameters:\n                after: $response.body#/last\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let mut links = cx.model.of(Kind::Link).peekable();
    if links.peek().is_none() {
        return;
    }
    let mut by_id = HashMap::new();
    let mut by_node = HashMap::new();
    for operation in cx.all_operations() {
        if let Some(id) = operation.node.get("operationId").and_then(Node::as_str) {
            by_id.insert(id, operation);
        }
        by_node.insert(std::ptr::from_ref(operation.node), operation);
    }
    for site in links {
        let text = |field: &str| site.node.get(field).and_then(Node::as_str);
        let by_reference = || {
            let pointer = Pointer::from_reference(text("operationRef")?)?;
            by_node.get(&std::ptr::from_ref(cx.document.at(&pointer)?))
        };
        let linked = text("operationId").and_then(|id| by_id.get(id));
        let Some(operation) = linked.or_else(by_reference) else {
            continue;
        };
        if !cx.parameters_known(operation) {
            continue;
        }
        let parameters: Vec<(&str, &str)> = cx
            .parameters(operation)
            .into_iter()
            .filter_map(|parameter| {
                let text = |field: &str| parameter.get(field).and_then(Node::as_str);
                Some((text("in")?, text("name")?))
            })
            .collect();
        for (key, node) in crate::context::members(site.node, "parameters") {
            let is_it = |(place, name): &(&str, &str)| {
                key == *name
                    || key
                        .strip_prefix(place)
                        .and_then(|rest| rest.strip_prefix('.'))
                        == Some(*name)
            };
            if parameters.iter().any(is_it) {
                continue;
            }
            let finding = report.at_key(
                node,
                format!("{} has no parameter `{key}`", operation.title()),
            );
            let (place, name) = match key.split_once('.') {
                Some((place @ ("path" | "query" | "header" | "cookie"), name)) => {
                    (Some(place), name)
                }
                _ => (None, key),
            };
            if let Some((own, _)) = parameters.iter().find(|(_, own)| *own == name) {
                finding.help(format!(
                    "`{name}` is a {own} parameter: write `{own}.{name}`"
                ));
            } else if let Some(nearest) = nearest(name, parameters.iter().map(|(_, name)| *name)) {
                let place = place.map(|place| format!("{place}.")).unwrap_or_default();
                finding.help(format!("did you mean `{place}{nearest}`?"));
            }
        }
    }
}
