//! Servers without encryption.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
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
    for site in cx.model.of(Kind::Server) {
        let Some(url) = site.node.get("url").and_then(Node::as_str) else {
            continue;
        };
        // `{scheme}://…`: the variable says whether it is encrypted.
        let Some((name, rest)) = url.strip_prefix('{').and_then(|url| url.split_once('}')) else {
            continue;
        };
        let Some(variable) = site.node.get("variables").and_then(|all| all.get(name)) else {
            continue;
        };
        let values = variable.get("enum").and_then(Node::as_sequence);
        let plain = |value: &&'d Node| {
            let value = value.as_str().unwrap_or_default();
            is_plain(&format!("{value}{rest}"))
        };
        // The default is one of the enum, and told once.
        let value = values
            .unwrap_or_default()
            .iter()
            .find(plain)
            .or_else(|| variable.get("default").filter(plain));
        if let Some(value) = value {
            report
                .at(value, "credentials would travel over plain http")
                .help("offer https alone");
        }
    }
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
