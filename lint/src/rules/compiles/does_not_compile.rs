//! What the compiler refuses.

use xquik_document::Severity as CompilerSeverity;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "does-not-compile",
    severity: Severity::Error,
    area: Area::Compiles,
    summary: "the compiler refuses this document of ours",
    docs: "The build would fail here, with these words: it is the same code that speaks. Only \
           documents with a registry of codes are for this compiler; of others its refusals are \
           notes. It is told when no other rule finds an error, which the compiler would \
           only repeat.",
    bad: "x-error-codes: {}\ncomponents:\n  schemas:\n    State:\n      type: string\n      x-extensible-enum: [] # here\n",
    good: "x-error-codes: {}\ncomponents:\n  schemas:\n    State:\n      type: string\n      x-extensible-enum: [sold]\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    if cx.registry().is_none() {
        return;
    }
    for diagnostic in cx.compiler() {
        if diagnostic.severity == CompilerSeverity::Error {
            report.at_span(diagnostic.span, diagnostic.message.clone());
        }
    }
}
