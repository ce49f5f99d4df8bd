//! Members that go neither way.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "read-and-write-only",
    severity: Severity::Error,
    area: Area::Schemas,
    summary: "a member is `readOnly` and `writeOnly`",
    docs: "It would be neither in a request nor in a response. The specification forbids both at \
           once.",
    bad: "components:\n  schemas:\n    Pet:\n      type: object\n      properties:\n        id:\n          type: string\n          readOnly: true\n          writeOnly: true # here\n",
    good: "components:\n  schemas:\n    Pet:\n      type: object\n      properties:\n        id:\n          type: string\n          readOnly: true\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        let read = site.node.get("readOnly").and_then(Node::as_bool);
        if let Some(write) = site.node.get("writeOnly")
            && write.as_bool() == Some(true)
            && read == Some(true)
        {
            report.at_key(write, "a member is not both `readOnly` and `writeOnly`");
        }
    }
}
