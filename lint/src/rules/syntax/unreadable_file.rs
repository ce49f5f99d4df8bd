//! A file that cannot be opened.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "unreadable-file",
    severity: Severity::Error,
    area: Area::Syntax,
    summary: "the file cannot be read",
    docs: "There is no such file, it may not be read, it is a folder, or it is larger than 64 MiB.",
    bad: "",
    good: "",
    // The command says it: there is no document that could be judged.
    check: Check::Local(|_, _| {}),
};
