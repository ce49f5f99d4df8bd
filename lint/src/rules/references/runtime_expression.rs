//! Runtime expressions that are none.

use crate::model::is_token;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "runtime-expression",
    severity: Severity::Warning,
    area: Area::References,
    summary: "what begins like a runtime expression is none",
    docs: "A link and a callback take values from the request and the response: `$url`, `$method`, \
           `$statusCode`, and after `$request.` or `$response.` one of `header.NAME`, `query.NAME`, \
           `path.NAME`, `body`, `body#/POINTER`. What is spelt otherwise is sent as it stands.",
    bad: "paths:\n  /pets:\n    get:\n      operationId: listPets\n      parameters:\n        - {name: after, in: query, schema: {type: string}}\n      responses:\n        '200':\n          description: ok\n          links:\n            next:\n              operationId: listPets\n              parameters:\n                after: $response.body.last # here\n",
    good: "paths:\n  /pets:\n    get:\n      operationId: listPets\n      parameters:\n        - {name: after, in: query, schema: {type: string}}\n      responses:\n        '200':\n          description: ok\n          links:\n            next:\n              operationId: listPets\n              parameters:\n                after: $response.body#/last\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Link) {
        let parameters = crate::context::members(site.node, "parameters");
        let values = parameters
            .map(|(_, node)| node)
            .chain(site.node.get("requestBody"));
        for node in values {
            if let Some((expression, meant)) = node.as_str().and_then(misspelt) {
                tell(report.at(node, message(expression)), meant);
            }
        }
    }
    for site in cx.model.of(Kind::Callback) {
        for entry in site.node.as_mapping().into_iter().flatten() {
            if let Some((expression, meant)) = misspelt(&entry.key.name) {
                tell(report.at_key(&entry.value, message(expression)), meant);
            }
        }
    }
}

fn message(expression: &str) -> String {
    format!("`{expression}` is no runtime expression")
}

fn tell(finding: crate::finding::Help<'_>, meant: Option<String>) {
    finding.help(match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "there are `$url`, `$method`, `$statusCode`, `$request.…` and `$response.…` with \
                 `header.NAME`, `query.NAME`, `path.NAME`, `body#/POINTER`"
            .to_owned(),
    });
}

/// The first expression of a text that is none, with what was likely meant. An expression is the whole
/// text, or stands in braces within it; an amount of dollars is none.
fn misspelt(text: &str) -> Option<(&str, Option<String>)> {
    let whole = text.starts_with('$').then_some(text);
    let within = text
        .split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0));
    whole.into_iter().chain(within).find_map(|expression| {
        let word = expression.strip_prefix('$')?;
        let is_meant = word.starts_with(|c: char| c.is_ascii_alphabetic());
        (is_meant && !is_expression(word)).then(|| (expression, meant(word)))
    })
}

fn is_expression(word: &str) -> bool {
    if matches!(word, "url" | "method" | "statusCode") {
        return true;
    }
    let Some((of, source)) = word.split_once('.') else {
        return false;
    };
    let source = source
        .split_once('.')
        .map_or((source, None), |(source, name)| (source, Some(name)));
    matches!(of, "request" | "response")
        && match source {
            ("header", Some(name)) => is_token(name),
            ("query" | "path", Some(name)) => !name.is_empty(),
            _ => word
                .split_once('.')
                .and_then(|(_, source)| source.strip_prefix("body"))
                .is_some_and(|rest| rest.is_empty() || rest == "#" || rest.starts_with("#/")),
        }
}

/// A pointer that is written with dots, or without its `#`.
fn meant(word: &str) -> Option<String> {
    let (of, member) = ["request", "response"].into_iter().find_map(|of| {
        let rest = word.strip_prefix(of)?.strip_prefix(".body")?;
        Some((of, rest.trim_start_matches(['#', '.', '/'])))
    })?;
    let is_plain = !member.is_empty()
        && member
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte));
    is_plain.then(|| format!("${of}.body#/{}", member.replace('.', "/")))
}
