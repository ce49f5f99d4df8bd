//! References to the wrong kind of thing.

use crate::context::Target;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "reference-kind",
    severity: Severity::Error,
    area: Area::References,
    summary: "a reference leads to another kind of object than belongs here",
    docs: "Where a response belongs, a reference leads to a response, and not to a schema.",
    bad: "components:\n  schemas:\n    Pet: {type: object}\npaths:\n  /pets:\n    get:\n      responses:\n        '200':\n          $ref: '#/components/schemas/Pet' # here\n",
    good: "components:\n  responses:\n    Pet: {description: A pet}\npaths:\n  /pets:\n    get:\n      responses:\n        '200':\n          $ref: '#/components/responses/Pet'\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let kinds = cx.kinds();
    for site in cx.model.of(Kind::PathItem) {
        if let Some(value) = site.node.get("$ref")
            && let Some(target) = value.as_str()
            && let Target::Elsewhere(Some(kind)) = cx.target(target)
            && kind != Kind::PathItem
        {
            let found = kind.object().name;
            report.at(
                value,
                format!("expected a Path Item Object, and this leads to {found}"),
            );
        }
    }
    for reference in &cx.model.references {
        let expected = reference.expected.object().name;
        let target = match cx.target(reference.target) {
            Target::Here(target) => target,
            Target::Elsewhere(Some(kind)) if kind != reference.expected => {
                report.at(
                    reference.value,
                    format!(
                        "expected {expected}, and this leads to {}",
                        kind.object().name
                    ),
                );
                continue;
            }
            Target::NoObject => {
                report.at(
                    reference.value,
                    format!("expected {expected}, and this leads to what is no object"),
                );
                continue;
            }
            _ => continue,
        };
        match kinds.get(&std::ptr::from_ref(target)) {
            Some(kind) if *kind != reference.expected => {
                report.at(
                    reference.value,
                    format!(
                        "expected {expected}, and this leads to {}",
                        kind.object().name
                    ),
                );
            }
            Some(_) => {}
            // A place that holds data, a list or a map, or whose wrong value is told there.
            None if target.as_mapping().is_none() => {
                report.at(
                    reference.value,
                    format!("expected {expected}, and this leads to {}", target.kind()),
                );
            }
            None => {
                if let Some(place) = map_of(cx, target) {
                    report.at(
                        reference.value,
                        format!("expected {expected}, and this leads to all of `{place}`"),
                    );
                }
            }
        }
    }
}

/// The name of the section, where a reference leads to a whole section of the components.
fn map_of<'d>(cx: &Context<'d>, target: &'d Node) -> Option<&'d str> {
    let components = cx.document.root().get("components")?.as_mapping()?;
    let section = components
        .iter()
        .find(|entry| std::ptr::eq(&raw const entry.value, target))?;
    Some(&section.key.name)
}
