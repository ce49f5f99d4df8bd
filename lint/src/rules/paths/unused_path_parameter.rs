//! Path parameters that the path does not hold.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "unused-path-parameter",
    severity: Severity::Error,
    area: Area::Paths,
    summary: "a parameter `in: path` that the path does not hold",
    docs: "The name of a path parameter stands in braces in the path. Where the two are misspelt \
           against each other, the path's name is told alone.",
    bad: "paths:\n  /pets:\n    get:\n      parameters:\n        - name: id # here\n          in: path\n          required: true\n          schema: {type: string}\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets/{id}:\n    get:\n      parameters:\n        - name: id\n          in: path\n          required: true\n          schema: {type: string}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for operation in cx.operations() {
        if !super::malformed_path::is_sound(operation.path) {
            continue;
        }
        let parameters = super::path_parameters(cx, &operation);
        let names: Vec<&str> = super::template_names(operation.path).collect();
        // As many undescribed names as unused parameters: they were meant for each other.
        let undescribed = names
            .iter()
            .filter(|name| !parameters.iter().any(|(described, _)| described == *name))
            .count();
        let unused: Vec<_> = parameters
            .iter()
            .filter(|(name, _)| !names.contains(name))
            .collect();
        if unused.len() <= undescribed {
            continue;
        }
        for (name, written) in unused {
            report.at(
                written,
                format!(
                    "`{name}` is a path parameter, and `{}` does not hold it",
                    operation.path
                ),
            );
        }
    }
}
