//! Operations that anyone may call.

use crate::context::Operation;
use crate::model;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
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
    let mut inherits = false;
    for operation in cx.operations() {
        if matches!(operation.method, "options" | "trace" | "head") {
            continue;
        }
        match (operation.node.get("security"), everywhere) {
            (Some(own), _) => tell(own, "anyone may call this operation", report),
            (None, Some(_)) => inherits = true,
            (None, None) if is_misspelt(cx, &operation) => {}
            (None, None) => {
                report
                    .at_key(
                        operation.node,
                        "anyone may call this operation: there is no `security`",
                    )
                    .help("add `security` here, or for the whole document");
            }
        }
    }
    // What the document says for all operations is one mistake, not one for each.
    if let Some(everywhere) = everywhere
        && inherits
    {
        tell(everywhere, "anyone may call the operations", report);
    }
}

/// Whether there is a `security` that is told to be misspelt.
fn is_misspelt<'d>(cx: &Context<'d>, operation: &Operation<'d>) -> bool {
    model::is_misspelt(operation.node, Kind::Operation, "security")
        || model::is_misspelt(cx.document.root(), Kind::Root, "security")
}

/// Says what of a `security` lets anyone in.
fn tell<'d>(security: &'d Node, who: &str, report: &mut Report<'d>) {
    let Some(list) = security.as_sequence() else {
        return;
    };
    let asks_nothing = |requirement: &&'d Node| {
        let members = requirement.as_mapping();
        members.is_some_and(|members| members.is_empty())
    };
    if list.is_empty() {
        report.at(security, format!("{who}: `security` asks for nothing"));
    } else if let Some(nothing) = list.iter().find(asks_nothing) {
        report.at(
            nothing,
            format!("{who}: this alternative of `security` asks for nothing"),
        );
    }
}
