//! Examples that look like real secrets.

use std::collections::HashMap;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "secret-example",
    severity: Severity::Warning,
    area: Area::Security,
    summary: "an example or default that looks like a real secret",
    docs: "Keys of well-known services, private keys, signed tokens, and random text where a \
           password, token or key belongs. Who reads the document may use it. Write an example that \
           nobody takes for real: `your-api-key`.",
    bad: "components:\n  schemas:\n    Login:\n      type: object\n      properties:\n        token:\n          type: string\n          example: ghp_x7Kq2mVb9TzR4wYc8NfLp3JdHs6GaUe1Xo5B # here\n",
    good: "components:\n  schemas:\n    Login:\n      type: object\n      properties:\n        token:\n          type: string\n          example: your-token\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let prefixes = own_prefixes(cx);
    let mut told: HashMap<*const Node, ()> = HashMap::new();
    let mut tell = |node: &'d Node, reason: &str, report: &mut Report<'d>| {
        if told.insert(std::ptr::from_ref(node), ()).is_none() {
            report
                .at(node, format!("this looks like {reason}"))
                .help("write an example that nobody takes for real");
        }
    };
    let mut examine = |name: &str, secret: bool, node: &'d Node, report: &mut Report<'d>| {
        visit(name, secret, node, &mut |name, secret, node, text| {
            if let Some(reason) = reason(text, secret || is_secret_name(name), &prefixes) {
                tell(node, reason, report);
            }
        });
    };
    for site in cx.model.of(Kind::Schema) {
        let secret = site.node.get("format").and_then(Node::as_str) == Some("password");
        for field in ["example", "default", "enum"] {
            if let Some(node) = site.node.get(field) {
                examine(site.name, secret, node, report);
            }
        }
    }
    for kind in [Kind::Parameter, Kind::Header, Kind::MediaType] {
        for site in cx.model.of(kind) {
            let name = match kind {
                Kind::Parameter => site
                    .node
                    .get("name")
                    .and_then(Node::as_str)
                    .unwrap_or_default(),
                _ => site.name,
            };
            for node in crate::validation::examples(cx, site.node) {
                examine(name, false, node, report);
            }
        }
    }
}

fn visit<'d>(
    name: &str,
    secret: bool,
    node: &'d Node,
    found: &mut impl FnMut(&str, bool, &'d Node, &str),
) {
    match &node.value {
        Value::String(text) => found(name, secret, node, text),
        Value::Sequence(items) => {
            for item in items {
                visit(name, secret, item, found);
            }
        }
        Value::Mapping(mapping) => {
            for entry in mapping {
                visit(&entry.key.name, secret, &entry.value, found);
            }
        }
        _ => {}
    }
}

/// How keys of this API begin, by the descriptions of its own schemes: `abc_…` in backticks.
fn own_prefixes<'d>(cx: &Context<'d>) -> Vec<&'d str> {
    cx.model
        .of(Kind::SecurityScheme)
        .filter_map(|site| site.node.get("description")?.as_str())
        .flat_map(|text| text.split('`').skip(1).step_by(2))
        .filter_map(|code| code.strip_suffix('…').or_else(|| code.strip_suffix("...")))
        .filter(|prefix| prefix.len() >= 3 && prefix.ends_with(['_', '-']))
        .collect()
}

fn is_secret_name(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    [
        "password",
        "passwd",
        "secret",
        "apikey",
        "accesstoken",
        "refreshtoken",
        "privatekey",
        "authorization",
        "clientsecret",
        "bearer",
        "sessioncookie",
        "cookie",
    ]
    .iter()
    .any(|word| name.ends_with(word))
        || name == "token"
}

fn reason(text: &str, secret: bool, own: &[&str]) -> Option<&'static str> {
    let text = text.trim();
    if text.starts_with("-----BEGIN ") && text.contains("PRIVATE KEY") {
        return Some("a private key");
    }
    if let Some(credentials) = text.strip_prefix("Basic ") {
        return (is_base64(credentials) && is_random(credentials))
            .then_some("a name with its password");
    }
    if let Some((_, rest)) = text.split_once("://")
        && let Some((user, _)) = rest.split(['/', '?', '#']).next()?.rsplit_once('@')
        && let Some((_, password)) = user.split_once(':')
        && password.len() >= 8
        && mixes_letters_and_digits(password)
    {
        return Some("an address with its password");
    }
    let word = text.strip_prefix("Bearer ").unwrap_or(text);
    if word.contains(char::is_whitespace) || word.len() > 4096 {
        return None;
    }
    let body = |prefix: &str| word.strip_prefix(prefix);
    let random = |body: &str, least: usize| body.len() >= least && is_random(body);
    for (prefix, least, what) in [
        ("ghp_", 30, "a token of GitHub"),
        ("gho_", 30, "a token of GitHub"),
        ("github_pat_", 30, "a token of GitHub"),
        ("glpat-", 16, "a token of GitLab"),
        ("sk_live_", 16, "a key of Stripe"),
        ("rk_live_", 16, "a key of Stripe"),
        ("sk-ant-", 20, "a key of Anthropic"),
        ("sk-proj-", 20, "a key of OpenAI"),
        ("xoxb-", 16, "a token of Slack"),
        ("xoxp-", 16, "a token of Slack"),
        ("AKIA", 16, "a key of AWS"),
        ("AIza", 30, "a key of Google"),
        ("npm_", 30, "a token of npm"),
        ("SG.", 40, "a key of SendGrid"),
    ] {
        if body(prefix).is_some_and(|body| random(body, least)) {
            return Some(what);
        }
    }
    if own
        .iter()
        .any(|prefix| body(prefix).is_some_and(|body| random(body, 12)))
    {
        return Some("a key of this very API");
    }
    let jwt: Vec<&str> = word.split('.').collect();
    if jwt.len() == 3
        && jwt[0].starts_with("eyJ")
        && jwt[1].starts_with("eyJ")
        && random(jwt[2], 20)
    {
        return Some("a signed token (JWT)");
    }
    (secret && (random(word, 16) || is_password(word))).then_some("a real secret")
}

/// Shorter than other secrets, and of all kinds of characters.
fn is_password(text: &str) -> bool {
    let folded = text.to_ascii_lowercase();
    let placeholder = [
        "password", "passwd", "secret", "token", "example", "your", "test", "123",
    ]
    .iter()
    .any(|word| folded.contains(word));
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    (12..16).contains(&text.len())
        && !placeholder
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_punctuation)
        && is_random(text)
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    body.len() >= 12
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
}

fn mixes_letters_and_digits(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    digits >= 2 && letters >= 4 && !text.contains(['<', '{', ' '])
}

/// Letters and digits mixed, and hardly any of them twice: nobody types that as an example.
fn is_random(text: &str) -> bool {
    if !mixes_letters_and_digits(text) {
        return false;
    }
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    #[allow(clippy::cast_precision_loss, reason = "texts are short")]
    let length = text.len() as f64;
    let entropy: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|&count| {
            let share = f64::from(count) / length;
            -share * share.log2()
        })
        .sum();
    let counted = ["0123456789", "abcdefgh", "ABCDEFGH", "123456"]
        .iter()
        .any(|run| text.contains(run));
    entropy >= 3.3 && !counted
}
