//! A registry that cannot be read.

use crate::registry::REGISTRY;
use crate::rules::prelude::*;
use crate::suggestion::nearest;
use crate::validation::shown;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-registry",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "an extension of the error contract that has not its form",
    docs: "`x-error-codes` maps each code to `resend` (`never`, `after-delay`, `backoff`) and \
           `advice`. An operation has `x-resend` (`never`, `idempotent`, `keyed`), `x-credits` (a \
           count) and `x-rate-limit` (`window`: `write` or `delete`, and `seconds`).",
    bad: "x-error-codes:\n  not_found:\n    resend: nevr # here\n    advice: Check the id.\npaths:\n  /pets:\n    get:\n      responses:\n        '401': &no\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [not_found]}}}\n              example: {error: not_found}\n",
    good: "x-error-codes:\n  not_found:\n    resend: never\n    advice: Check the id.\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [not_found]}}}\n              example: {error: not_found}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let Some(node) = cx.document.root().get(REGISTRY) else {
        return;
    };
    let Some(codes) = node.as_mapping() else {
        report.at(
            node,
            format!("expected an object of codes, found {}", node.kind()),
        );
        return;
    };
    for entry in codes {
        let code = &entry.value;
        if code.as_mapping().is_none() {
            report.at(
                code,
                format!(
                    "expected an object with `resend` and `advice`, found {}",
                    code.kind()
                ),
            );
            continue;
        }
        let names = code.as_mapping().into_iter().flatten();
        let names: Vec<&str> = names.map(|member| member.key.name.as_str()).collect();
        // What is misspelt is told as such, and is not missing as well.
        let misspelt = |field: &'static str| {
            names.iter().any(|name| {
                !["resend", "advice"].contains(name)
                    && nearest(name, ["resend", "advice"]) == Some(field)
            })
        };
        match code.get("resend") {
            None if misspelt("resend") => {}
            None => _ = report.at_key(code, format!("`{}` lacks `resend`", entry.key.name)),
            Some(resend) => word(resend, &["never", "after-delay", "backoff"], report),
        }
        match code.get("advice") {
            None if misspelt("advice") => {}
            None => _ = report.at_key(code, format!("`{}` lacks `advice`", entry.key.name)),
            Some(advice) if advice.as_str().is_none_or(|text| text.trim().is_empty()) => {
                report.at(advice, "the advice is empty or no text");
            }
            Some(_) => {}
        }
        for member in code.as_mapping().into_iter().flatten() {
            let name = member.key.name.as_str();
            if !matches!(name, "resend" | "advice") && !name.starts_with("x-") {
                let finding =
                    report.at_key(&member.value, format!("`{name}` says nothing about a code"));
                if let Some(nearest) = nearest(name, ["resend", "advice"]) {
                    finding.help(format!("did you mean `{nearest}`?"));
                }
            }
        }
    }
    for operation in cx.operations() {
        if let Some(resend) = operation.node.get("x-resend") {
            word(resend, &["never", "idempotent", "keyed"], report);
        }
        if let Some(credits) = operation.node.get("x-credits")
            && crate::schema::count(credits).is_none()
        {
            report.at(
                credits,
                format!("expected a count of credits, found {}", shown(credits)),
            );
        }
        let Some(limit) = operation.node.get("x-rate-limit") else {
            continue;
        };
        if limit.as_mapping().is_none() {
            report.at(
                limit,
                format!(
                    "expected an object with `window` and `seconds`, found {}",
                    limit.kind()
                ),
            );
            continue;
        }
        match limit.get("window") {
            None => _ = report.at_key(limit, "the rate limit lacks `window`"),
            Some(window) => word(window, &["write", "delete"], report),
        }
        match limit.get("seconds") {
            None => _ = report.at_key(limit, "the rate limit lacks `seconds`"),
            Some(seconds) if crate::schema::count(seconds).is_none_or(|count| count == 0) => {
                report.at(
                    seconds,
                    format!("expected a number of seconds, found {}", shown(seconds)),
                );
            }
            Some(_) => {}
        }
    }
}

fn word<'d>(node: &'d Node, words: &[&'static str], report: &mut Report<'d>) {
    if node.as_str().is_some_and(|text| words.contains(&text)) {
        return;
    }
    let finding = report.at(
        node,
        format!("{} is none of {}", shown(node), words.join(", ")),
    );
    if let Some(nearest) = nearest(node.as_str().unwrap_or_default(), words.iter().copied()) {
        finding.help(format!("did you mean `{nearest}`?"));
    }
}
