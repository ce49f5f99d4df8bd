//! Words and numbers that a field does not take.

use crate::rules::prelude::*;
use crate::suggestion::nearest;
use crate::validation::shown;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-value",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a word or number that this field does not take",
    docs: "Some fields take one of a few words (`in`, `type`, `style`), a number above zero \
           (`multipleOf`) or a count (`maxLength`).",
    bad: "components:\n  schemas:\n    Pet:\n      type: strng # here\n    Name:\n      type: string\n      minLength: -1 # here\n",
    good: "components:\n  schemas:\n    Pet:\n      type: string\n    Name:\n      type: string\n      minLength: 1\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        match defect.kind {
            DefectKind::NotAWord { words } => {
                let text = defect.node.as_str().unwrap_or_default();
                let finding = report.at(
                    defect.node,
                    format!("{} is none of {}", shown(defect.node), words.join(", ")),
                );
                let known = match text {
                    "int" | "long" => Some("integer"),
                    "float" | "double" | "decimal" => Some("number"),
                    "bool" => Some("boolean"),
                    "date" | "datetime" | "date-time" | "uuid" | "text" | "file" => Some("string"),
                    "dict" | "map" => Some("object"),
                    "list" => Some("array"),
                    _ => None,
                }
                .filter(|known| words.contains(known));
                if text == "mutualTLS" {
                    finding.help("`mutualTLS` is of OpenAPI 3.1: 3.0 has no word for it");
                } else if let Some(word) = known.or_else(|| nearest(text, words.iter().copied())) {
                    finding.help(format!("did you mean `{word}`?"));
                }
            }
            DefectKind::NotInRange { expected } => {
                report.at(
                    defect.node,
                    format!("expected {expected}, found {}", shown(defect.node)),
                );
            }
            _ => {}
        }
    }
}
