//! Values of the wrong kind.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "wrong-type",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a value of another kind than the specification wants",
    docs: "An object where an array belongs, text where a number belongs. A key without a value is \
           null, which OpenAPI takes nowhere but in data.",
    bad: "paths:\n  /pets:\n    get:\n      deprecated: 'yes' # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      deprecated: true\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        let DefectKind::WrongType { expected } = defect.kind else {
            continue;
        };
        let node = defect.node;
        let empty = node.value == Value::Null;
        // What was left out to read on may be all that stood there.
        if empty && !cx.syntax.is_empty() {
            continue;
        }
        let infinite = matches!(&node.value, Value::Number(number) if number.value.is_none());
        let expected = if infinite {
            "a finite number"
        } else {
            expected
        };
        let found = match &node.value {
            Value::Number(_) if infinite => format!("`{}`", crate::validation::shown(node)),
            Value::Null if node.span.start == node.span.end => "nothing".to_owned(),
            Value::Null => "null".to_owned(),
            Value::Sequence(_) | Value::Mapping(_) => node.kind().to_owned(),
            _ => format!("{} `{}`", node.kind(), crate::validation::shown(node)),
        };
        let message = format!("expected {expected}, found {found}");
        if empty && node.span.start == node.span.end {
            report
                .at_key(node, message)
                .help("give it a value, or take the key away");
            continue;
        }
        let finding = report.at(node, message);
        match (expected, node.scalar_text()) {
            ("a boolean", Some("yes" | "on" | "True" | "true")) => finding.help("write `true`"),
            ("a boolean", Some("no" | "off" | "False" | "false")) => finding.help("write `false`"),
            ("a finite number", _) => {
                finding.help("JSON has no infinity and no NaN: take the field away");
            }
            ("a number", Some(text)) if text.parse::<f64>().is_ok() => {
                finding.help("take the quotes away");
            }
            ("an object", Some(text))
                if node.style == Style::Plain
                    && text.split_once(':').is_some_and(|(key, value)| {
                        key.chars().all(|c| c.is_ascii_alphanumeric()) && !value.starts_with('/')
                    }) =>
            {
                finding.help("a space is missing after `:`");
            }
            ("an array", Some("true" | "false")) => {
                finding.help("`required` of a schema is the list of its members that are required");
            }
            _ => {}
        }
    }
}
