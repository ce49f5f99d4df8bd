//! Words and numbers that readers of YAML 1.1 and 1.2 take for different things.

use std::collections::HashSet;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "ambiguous-scalar",
    severity: Severity::Warning,
    area: Area::Syntax,
    summary: "an unquoted value is another one to some readers of YAML",
    docs: "YAML 1.1, which many readers still follow, takes `no`, `on` and `yes` for booleans, \
           `010` for eight, `1_000` for a number, `12:30` for a number in base 60, and `2026-01-02` \
           for a date. YAML 1.2 takes them for text or for another number. Quotes settle it.",
    bad: "info: {title: Pets, version: '1'}\nx-country: no # here\nx-mode: 0644 # here\n",
    good: "info: {title: Pets, version: '1'}\nx-country: 'no'\nx-mode: '0644'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let defects = cx.model.defects.iter().map(|defect| defect.node);
    let verdicts = cx.verdicts().iter().map(|verdict| verdict.node);
    let tagged = |kind: &RemarkKind| matches!(kind, RemarkKind::Alias { .. } | RemarkKind::Tag(_));
    let told = Told {
        nodes: defects.chain(verdicts).map(std::ptr::from_ref).collect(),
        places: cx
            .document
            .remarks()
            .iter()
            .filter(|remark| tagged(&remark.kind))
            .map(|remark| remark.span.start.index)
            .collect(),
    };
    visit(cx.document.root(), &told, report);
}

/// What is told already: by another rule, or at the anchor of an alias.
struct Told {
    nodes: HashSet<*const Node>,
    places: HashSet<u32>,
}

impl Told {
    fn holds(&self, node: &Node) -> bool {
        self.nodes.contains(&std::ptr::from_ref(node))
            || self.places.contains(&node.span.start.index)
    }
}

fn visit<'d>(node: &'d Node, told: &Told, report: &mut Report<'d>) {
    match &node.value {
        Value::Mapping(mapping) => {
            for entry in mapping {
                if entry.key.style == Style::Plain
                    && let Some(reading) = other_reading(&entry.key.name)
                {
                    report
                        .at_key(
                            &entry.value,
                            format!(
                                "the key `{}` is {reading} to some readers of YAML",
                                entry.key.name
                            ),
                        )
                        .help(format!("write '{}' in quotes", entry.key.name));
                }
                visit(&entry.value, told, report);
            }
        }
        Value::Sequence(items) => {
            for item in items {
                visit(item, told, report);
            }
        }
        // A value that cannot stand here at all is told as such.
        _ if node.style == Style::Plain && !told.holds(node) => {
            if let Some(text) = node.scalar_text()
                && let Some(reading) = other_reading(text)
            {
                report
                    .at(
                        node,
                        format!("`{text}` is {reading} to some readers of YAML"),
                    )
                    .help(match &node.value {
                        Value::String(_) => format!("write '{text}' in quotes"),
                        _ => format!("write '{text}' in quotes, or the number without the zero"),
                    });
            }
        }
        _ => {}
    }
}

/// What YAML 1.1 takes a plain scalar for, where YAML 1.2 differs.
fn other_reading(text: &str) -> Option<&'static str> {
    if text.len() > 40 {
        return None;
    }
    match text {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            return Some("a boolean");
        }
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let all = |text: &str, set: &str| !text.is_empty() && text.chars().all(|c| set.contains(c));
    if digits.len() > 1 && digits.starts_with('0') && all(digits, "0123456789") {
        return Some(if all(digits, "01234567") {
            "an octal number"
        } else {
            "text, or another number,"
        });
    }
    if digits.starts_with("0o") && all(&digits[2..], "01234567") {
        return Some("text");
    }
    if digits.starts_with("0b") && all(&digits[2..], "01_") {
        return Some("a binary number");
    }
    if digits.contains('_') && all(digits, "0123456789_.") {
        return Some("a number");
    }
    if digits.contains(':')
        && digits
            .split(':')
            .enumerate()
            .all(|(index, part)| all(part, "0123456789") && (index == 0 || part.len() <= 2))
    {
        return Some("a number in base 60");
    }
    is_date(digits).then_some("a date")
}

/// `2026-01-02`, or with a time of day behind it.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = |pattern: &str| {
        bytes.len() >= pattern.len()
            && pattern
                .bytes()
                .zip(bytes)
                .all(|(wanted, &byte)| match wanted {
                    b'0' => byte.is_ascii_digit(),
                    _ => byte == wanted,
                })
    };
    shape("0000-00-00")
        && (bytes.len() == 10 || shape("0000-00-00T00:00:00") || shape("0000-00-00 00:00:00"))
}
