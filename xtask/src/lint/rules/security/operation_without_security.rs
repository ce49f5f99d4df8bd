//! Operations that anyone may call.

use crate::lint::rules::prelude::*;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "operation-without-security",
    severity: Severity::Warning,
    area: Area::Security,
    summary: "an operation that asks for no credential",
    docs: "Neither the operation nor the document has `security`, or it is an empty list, or it \
           holds `{}`, which lets anyone in. Accept the finding where the operation is public.",
    bad: "paths:\n  /pets:\n    delete: # here\n      responses:\n        '200': {description: ok}\n",
    good: "components:\n  securitySchemes:\n    apiKey: {type: apiKey, in: header, name: x-api-key}\npaths:\n  /pets:\n    delete:\n      security: [{apiKey: []}]\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let everywhere = cx.document.root().get("security");
    for operation in cx.operations() {
        if matches!(operation.method, "options" | "trace" | "head") {
            continue;
        }
        let own = operation.node.get("security");
        let Some(security) = own.or(everywhere) else {
            report
                .at_key(
                    operation.node,
                    "anyone may call this operation: there is no `security`",
                )
                .help("add `security` here, or for the whole document");
            continue;
        };
        let Some(list) = security.as_sequence() else {
            continue;
        };
        let anyone = list.is_empty()
            || list
                .iter()
                .any(|requirement| requirement.as_mapping().is_some_and(|all| all.is_empty()));
        if anyone {
            let message = "anyone may call this operation: its `security` asks for nothing";
            match own {
                Some(own) => _ = report.at(own, message),
                None => _ = report.at_key(operation.node, message),
            }
        }
    }
}
