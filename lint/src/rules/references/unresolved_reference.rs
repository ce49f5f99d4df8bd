//! References to nothing.

use std::collections::{HashMap, HashSet};

use crate::context::{Lack, Target};
use crate::rules::prelude::*;
use crate::suggestion::nearest;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "unresolved-reference",
    severity: Severity::Error,
    area: Area::References,
    summary: "a reference leads to nothing",
    docs: "The target is looked up in this document, or in the file that the reference names, \
           relative to the document. A network is never asked. Where several references agree on a name \
           that a component has in another spelling, and nothing uses that one, the component is told.",
    bad: "components:\n  schemas:\n    Pet: {type: object}\n    Pets:\n      type: array\n      items:\n        $ref: '#/components/schemas/Pett' # here\n",
    good: "components:\n  schemas:\n    Pet: {type: object}\n    Pets:\n      type: array\n      items:\n        $ref: '#/components/schemas/Pet'\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let mut dangling: HashMap<&str, usize> = HashMap::new();
    for reference in &cx.model.references {
        if let Target::Nowhere(_) = cx.target(reference.target) {
            *dangling.entry(reference.target).or_default() += 1;
        }
    }
    let used: HashSet<&str> = cx
        .model
        .references
        .iter()
        .map(|reference| reference.target)
        .collect();
    let mut told: HashSet<&str> = HashSet::new();
    let mut renamed = HashMap::new();
    for reference in &cx.model.references {
        let Target::Nowhere(lack) = cx.target(reference.target) else {
            continue;
        };
        let count = dangling.get(reference.target).copied().unwrap_or(0);
        let meant = *renamed
            .entry(reference.target)
            .or_insert_with(|| renamed_from(cx, reference.target, &used));
        let Some((name, node)) = meant else {
            tell(cx, reference.value, reference.target, lack, report);
            continue;
        };
        // A name that no component may have is told as such.
        if !crate::model::is_component_name(name) {
            continue;
        }
        if count < 2 {
            tell(cx, reference.value, reference.target, lack, report);
        } else if told.insert(reference.target) {
            let meant = reference.target.rsplit('/').next().unwrap_or_default();
            report
                .at_key(
                    node,
                    format!(
                        "nothing uses `{name}`, and {count} references lead to `{}`, which is not there",
                        reference.target
                    ),
                )
                .help(format!("did you mean `{meant}`?"));
        }
    }
    for site in cx.model.of(Kind::PathItem) {
        if let Some(value) = site.node.get("$ref")
            && let Some(target) = value.as_str()
            && let Target::Nowhere(lack) = cx.target(target)
        {
            tell(cx, value, target, lack, report);
        }
    }
    for site in cx.model.of(Kind::Link) {
        if let Some(value) = site.node.get("operationRef")
            && let Some(target) = value.as_str()
            && target.starts_with('#')
            && xquik_document::Pointer::from_reference(target)
                .is_none_or(|pointer| cx.document.at(&pointer).is_none())
        {
            tell(cx, value, target, Lack::Node, report);
        }
    }
}

/// The component that nothing uses and whose name is near that of a reference to nothing: several places
/// agree on the one name, and nobody on the other.
fn renamed_from<'d>(
    cx: &Context<'d>,
    target: &str,
    used: &HashSet<&str>,
) -> Option<(&'d str, &'d Node)> {
    let (section, name) = target.strip_prefix("#/components/")?.split_once('/')?;
    let members = cx.document.root().get("components")?.get(section)?;
    let members = members.as_mapping()?;
    let nearest = nearest(name, members.iter().map(|entry| entry.key.name.as_str()))?;
    let entry = members.iter().find(|entry| entry.key.name == nearest)?;
    let own = format!("#/components/{section}/{nearest}");
    (!used.contains(own.as_str())).then_some((entry.key.name.as_str(), &entry.value))
}

fn tell<'d>(cx: &Context<'d>, value: &'d Node, target: &str, lack: Lack, report: &mut Report<'d>) {
    let message = match lack {
        Lack::Node => format!("`{target}` leads to nothing in this document"),
        Lack::Form => format!("`{target}` is no reference"),
        Lack::File => format!("`{target}` names a file that does not exist"),
        Lack::Unreadable => format!("`{target}` names a file that is no YAML or JSON"),
        Lack::NodeOfFile => format!("`{target}` leads to nothing in that file"),
    };
    let finding = report.at(value, message);
    let schemas = cx.document.root().get("components");
    let schemas = schemas.and_then(|components| components.get("schemas"));
    let name = target
        .strip_prefix("#/definitions/")
        .or_else(|| target.strip_prefix("/components/schemas/"))
        .unwrap_or(target);
    if schemas.is_some_and(|schemas| schemas.get(name).is_some()) {
        finding.help(format!("did you mean `#/components/schemas/{name}`?"));
        return;
    }
    if lack == Lack::Form {
        finding.help("a reference into this document looks like `#/components/schemas/Name`");
        return;
    }
    let mut parts = target
        .strip_prefix("#/components/")
        .unwrap_or_default()
        .splitn(2, '/');
    let (Some(section), Some(name)) = (parts.next(), parts.next()) else {
        return;
    };
    let components = cx
        .document
        .root()
        .get("components")
        .and_then(Node::as_mapping);
    let Some(components) = components else {
        return;
    };
    if let Some(members) = components.get(section).and_then(Node::as_mapping) {
        let names = members.iter().map(|entry| entry.key.name.as_str());
        if let Some(nearest) = nearest(name, names) {
            finding.help(format!("did you mean `#/components/{section}/{nearest}`?"));
        }
    } else if let Some(nearest) = nearest(section, components.iter().map(|e| e.key.name.as_str())) {
        finding.help(format!("did you mean `#/components/{nearest}/{name}`?"));
    }
}
