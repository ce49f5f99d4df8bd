//! Names of a path's template that are no parameters.

use crate::context::Operation;
use crate::rules::prelude::*;
use crate::suggestion::nearest;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "undeclared-path-parameter",
    severity: Severity::Error,
    area: Area::Paths,
    summary: "a path's template names a parameter that is not described",
    docs: "Each name in braces is a parameter `in: path` of the path item or of each of its \
           operations.",
    bad: "paths:\n  /pets/{id}:\n    get: # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets/{id}:\n    get:\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string}}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for operation in cx.operations() {
        if !super::malformed_path::is_sound(operation.path) || !cx.parameters_known(&operation) {
            continue;
        }
        let described: Vec<&str> = super::path_parameters(cx, &operation)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let in_path: Vec<&str> = super::template_names(operation.path).collect();
        for name in &in_path {
            if !described.contains(name) {
                let finding = report.at_key(
                    operation.node,
                    format!("`{{{name}}}` of the path is no parameter of this operation"),
                );
                let spare: Vec<&str> = described
                    .iter()
                    .copied()
                    .filter(|name| !in_path.contains(name))
                    .collect();
                let alone = match spare[..] {
                    [alone] => Some(alone),
                    _ => None,
                };
                if let Some(place) = elsewhere(cx, &operation, name) {
                    finding.help(format!(
                        "there is a {place} parameter of that name: is it meant to be `in: path`?"
                    ));
                } else if let Some(nearest) = nearest(name, spare.iter().copied()).or(alone) {
                    finding.help(format!(
                        "there is a parameter `{nearest}` that is not in the path: is one of the two misspelt?"
                    ));
                }
            }
        }
    }
}

/// Where else an operation has a parameter of that name.
fn elsewhere<'d>(cx: &Context<'d>, operation: &Operation<'d>, name: &str) -> Option<&'d str> {
    cx.parameters(operation).into_iter().find_map(|parameter| {
        let text = |field: &str| parameter.get(field).and_then(Node::as_str);
        (text("name") == Some(name)).then(|| text("in"))?
    })
}
