//! Headers that are described elsewhere.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "ignored-header",
    severity: Severity::Warning,
    area: Area::Paths,
    summary: "a header parameter or response header that the specification says to ignore",
    docs: "`Accept`, `Content-Type` and `Authorization` follow from `content` and `security`; a \
           parameter of that name is ignored, and so is a response header `Content-Type`.",
    bad: "paths:\n  /pets:\n    get:\n      parameters:\n        - name: Authorization # here\n          in: header\n          schema: {type: string}\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      security: [{bearer: []}]\n      responses:\n        '200': {description: ok}\ncomponents:\n  securitySchemes:\n    bearer: {type: http, scheme: bearer}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Parameter) {
        let Some(node) = site.node.get("name") else {
            continue;
        };
        if site.node.get("in").and_then(Node::as_str) != Some("header") {
            continue;
        }
        let help = match node.as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("accept") => "the media types of the responses say it",
            Some("content-type") => "the media types of `requestBody` say it",
            Some("authorization") => "describe it in `securitySchemes`, and use it in `security`",
            _ => continue,
        };
        let name = node.as_str().unwrap_or_default();
        report
            .at(node, format!("a header parameter `{name}` is ignored"))
            .help(help);
    }
    for site in cx.model.of(Kind::Header) {
        if site.field == "headers" && site.name.eq_ignore_ascii_case("content-type") {
            report
                .at_key(site.node, "a header `Content-Type` is ignored")
                .help("the media types of `content` say it");
        }
    }
}
