//! Fields that an object needs and lacks.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "missing-field",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "an object lacks a field that the specification requires",
    docs: "It is reported at the key of the object that lacks the field, and for the root at the \
           first line.",
    bad: "paths:\n  /pets:\n    get:\n      responses:\n        '200': # here\n          headers: {}\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: All pets\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        let DefectKind::MissingField { object, field, why } = defect.kind else {
            continue;
        };
        // A misspelt field is told as such, and is not missing as well.
        let misspelt = crate::model::is_misspelt(defect.node, object, field);
        // So is a reference that may not stand here, and a schema that is spread over a parameter.
        let referred = defect.node.reference().is_some();
        let spread = matches!(object, Kind::Parameter | Kind::Header)
            && field == "schema"
            && ["type", "format", "items", "enum"]
                .iter()
                .any(|name| defect.node.get(name).is_some());
        if misspelt || referred || spread {
            continue;
        }
        let mut message = format!("{} lacks `{field}`", object.object().name);
        if let Some(why) = why {
            message.push_str(&format!(", which is required since {why}"));
        }
        report.at_key(defect.node, message);
    }
}
