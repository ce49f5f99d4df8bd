//! Servers without encryption.

use crate::lint::rules::prelude::*;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "plain-http",
    severity: Severity::Warning,
    area: Area::Security,
    summary: "credentials would travel over plain http",
    docs: "Servers and the URLs of OAuth flows use `https`. Only a loopback address (`localhost`, \
           127.0.0.0/8, `::1`) may be reached without.",
    bad: "servers:\n  - url: http://api.example.com # here\n",
    good: "servers:\n  - url: https://api.example.com\n  - url: http://localhost:8080\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let urls = cx
        .model
        .of(Kind::Server)
        .filter_map(|site| site.node.get("url"))
        .chain(cx.model.of(Kind::OauthFlow).flat_map(|site| {
            ["authorizationUrl", "tokenUrl", "refreshUrl"]
                .into_iter()
                .filter_map(|name| site.node.get(name))
        }))
        .chain(
            cx.model
                .of(Kind::SecurityScheme)
                .filter_map(|site| site.node.get("openIdConnectUrl")),
        );
    for url in urls {
        if url.as_str().is_some_and(is_plain) {
            report
                .at(url, "credentials would travel over plain http")
                .help("use https");
        }
    }
}

fn is_plain(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("ws") {
        return false;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let loopback = host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    !loopback
}
