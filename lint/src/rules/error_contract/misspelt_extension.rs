//! Extensions of the error contract in another spelling.

use crate::registry::REGISTRY;
use crate::rules::prelude::*;
use crate::suggestion::nearest;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "misspelt-extension",
    severity: Severity::Warning,
    area: Area::ErrorContract,
    summary: "an `x-` field that is nearly one of the error contract",
    docs: "Any name that begins with `x-` is legal, so that a slip in one of the contract's own says \
           nothing at all: without its `x-resend` an operation is never sent again. Only documents with \
           a registry of codes are looked at.",
    bad: "x-error-codes: {}\ncomponents:\n  schemas:\n    State:\n      type: string\n      x-extensable-enum: [active] # here\n",
    good: "x-error-codes: {}\ncomponents:\n  schemas:\n    State:\n      type: string\n      x-extensible-enum: [active]\n",
    check: Check::Local(check),
};

const EXTENSIONS: [&str; 5] = [
    REGISTRY,
    "x-resend",
    "x-credits",
    "x-rate-limit",
    "x-extensible-enum",
];

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let root = cx.document.root().as_mapping();
    let has_registry = root.into_iter().flatten().any(|entry| {
        let name = entry.key.name.as_str();
        name == REGISTRY || meant(name) == Some(REGISTRY)
    });
    if !has_registry {
        return;
    }
    for site in &cx.model.sites {
        for entry in site.node.as_mapping().into_iter().flatten() {
            if let Some(meant) = meant(&entry.key.name)
                && site.node.get(meant).is_none()
            {
                report
                    .at_key(
                        &entry.value,
                        format!("`{}` says nothing to anyone", entry.key.name),
                    )
                    .help(format!("did you mean `{meant}`?"));
            }
        }
    }
}

/// The extension that a name was meant for, where it differs from it by a letter or two.
fn meant(name: &str) -> Option<&'static str> {
    if !name.starts_with("x-") || EXTENSIONS.contains(&name) {
        return None;
    }
    let meant = nearest(name, EXTENSIONS)?;
    (strsim::damerau_levenshtein(name, meant) <= 2).then_some(meant)
}
