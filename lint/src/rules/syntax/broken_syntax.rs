//! Text that is no YAML.

use xquik_document::SyntaxErrorKind;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "broken-syntax",
    severity: Severity::Error,
    area: Area::Syntax,
    summary: "the text is no YAML",
    docs: "The parser stops here; of a bracket that is not closed, the bracket is shown, and of a line that \
           is indented by too few or too many spaces, or lacks its `:` or a space, that line, wherever \
           the parser noticed it. The rest is read as if the line were right, or without it and what is \
           indented below it, so that other mistakes are told in the same run; what is missing is not, \
           as long as part of the text is.",
    bad: "info: {title: Pets, version: '1' # here\npaths: {}\n",
    good: "info: {title: Pets, version: '1'}\npaths: {}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for error in cx.syntax {
        if error.kind == SyntaxErrorKind::Syntax {
            let finding = report.at_span(error.span, error.message.clone());
            if let Some(help) = &error.help {
                finding.help(help);
            }
        }
    }
}
