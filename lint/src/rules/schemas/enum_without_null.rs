//! Nullable enums without null.

use crate::rules::prelude::*;
use crate::schema;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "enum-without-null",
    severity: Severity::Warning,
    area: Area::Schemas,
    summary: "`nullable: true` beside an enum that does not hold null",
    docs: "`nullable` widens the type, and the enum still has to hold the value. Readers that go by \
           the letter refuse null here; list `null` in the enum.",
    bad: "components:\n  schemas:\n    Color:\n      type: string\n      nullable: true # here\n      enum: [red, green]\n",
    good: "components:\n  schemas:\n    Color:\n      type: string\n      nullable: true\n      enum: [red, green, null]\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        let values = schema::enum_values(site.node);
        if let Some(nullable) = site.node.get("nullable")
            && schema::is_nullable(site.node)
            && !values.is_empty()
            && !values.iter().any(|value| value.value == Value::Null)
        {
            report
                .at_key(nullable, "the enum does not hold null")
                .help("add `null` to the enum");
        }
    }
}
