//! References to nothing.

use crate::lint::context::{Lack, Target};
use crate::lint::rules::prelude::*;
use crate::lint::suggestion::nearest;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "unresolved-reference",
    severity: Severity::Error,
    area: Area::References,
    summary: "a reference leads to nothing",
    docs: "The target is looked up in this document, or in the file that the reference names, \
           relative to the document. A network is never asked.",
    bad: "components:\n  schemas:\n    Pet: {type: object}\n    Pets:\n      type: array\n      items:\n        $ref: '#/components/schemas/Pett' # here\n",
    good: "components:\n  schemas:\n    Pet: {type: object}\n    Pets:\n      type: array\n      items:\n        $ref: '#/components/schemas/Pet'\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for reference in &cx.model.references {
        if let Target::Nowhere(lack) = cx.target(reference.target) {
            tell(cx, reference.value, reference.target, lack, report);
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
            && xquik_codegen::document::Pointer::from_reference(target)
                .is_none_or(|pointer| cx.document.at(&pointer).is_none())
        {
            tell(cx, value, target, Lack::Node, report);
        }
    }
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
