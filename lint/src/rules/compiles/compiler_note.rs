//! What the compiler notes.

use xquik_document::Severity as CompilerSeverity;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "compiler-note",
    severity: Severity::Warning,
    area: Area::Compiles,
    summary: "the compiler cannot keep this as precise as it is written",
    docs: "The document compiles, and the client knows less here than the document says. For a \
           document without a registry of codes, which was not written for this compiler, what it \
           refuses is said here too.",
    bad: "components:\n  schemas:\n    State:\n      type: string\n      x-extensible-enum: [] # here\n",
    good: "components:\n  schemas:\n    State:\n      type: string\n      x-extensible-enum: [sold]\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let ours = cx.registry().is_some();
    for diagnostic in cx.compiler() {
        if diagnostic.severity == CompilerSeverity::Note || !ours {
            report.at_span(diagnostic.span, diagnostic.message.clone());
        }
    }
}
