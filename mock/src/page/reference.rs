//! The reference: the document for a person, with forms that try it against this sandbox.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde_json::{Map, Value};

use super::curl;
use super::snippet;
use crate::document::{Document, Documented, Operation, Place};
use crate::engine::Engine;
use crate::magic;
use crate::sandbox::origin;

pub(super) fn page(engine: &Engine) -> String {
    let document = &engine.document;
    let origin = origin(engine.addr);
    let info = &document.tree["info"];
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Reference – " (document.title()) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/page.css";
                script src="/docs.js" defer {}
            }
            body.reference {
                a.skip href="#operations" { "Skip to the operations" }
                header {
                    h1 { (document.title()) span.of { " " (text(info, "version")) } }
                    p {
                        "Made of the document that this sandbox serves. What is tried here is sent to "
                        code { (origin) (document.base) }
                        " and nowhere else."
                    }
                    nav aria-label="On this page" {
                        ul {
                            @for operation in &document.operations {
                                li { a href=(format!("#{}", anchor(operation))) { (named(operation)) } }
                            }
                            @if registry(document).is_some() { li { a href="#errors" { "Error codes" } } }
                            li { a href="/" { "Requests and state" } }
                            li { a href="/openapi.yaml" { "Document (YAML)" } }
                            li { a href="/__sandbox/openapi.yaml" { "Control (YAML)" } }
                        }
                    }
                }
                main {
                    section #about { (markdown(text(info, "description"))) }
                    (credentials(document))
                    div #operations tabindex="-1" {
                        @for operation in &document.operations {
                            (section(document, &origin, operation))
                        }
                    }
                    @if let Some(registry) = registry(document) { (errors(registry)) }
                }
                footer { p { "Nothing on this page leaves this machine." } }
            }
        }
    }
    .into_string()
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// What an operation is called in links; a path may hold what an anchor may not.
fn anchor(operation: &Operation) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!(
        "operation-{}",
        operation.id.chars().map(plain).collect::<String>()
    )
}

fn named(operation: &Operation) -> &str {
    match operation.summary.as_str() {
        "" => &operation.id,
        summary => summary,
    }
}

/// Markdown as the document has it. Markup in it is shown as it is written, and links lead to https alone.
fn markdown(text: &str) -> Markup {
    let mut open = Vec::new();
    let events = Parser::new(text).filter_map(|event| match event {
        Event::Html(markup) | Event::InlineHtml(markup) => Some(Event::Text(markup)),
        // A picture would be fetched from elsewhere: its words are left.
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { dest_url, .. }) if !dest_url.starts_with("https://") => {
            open.push(false);
            None
        }
        Event::Start(Tag::Link { .. }) => {
            open.push(true);
            Some(event)
        }
        Event::End(TagEnd::Link) => open.pop().unwrap_or(false).then_some(event),
        // The page has headings of its own above these.
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Paragraph)),
        event => Some(event),
    });
    let mut made = String::new();
    pulldown_cmark::html::push_html(&mut made, events);
    PreEscaped(made)
}

fn credentials(document: &Document) -> Markup {
    html! {
        section #values aria-labelledby="values-title" {
            h2 #values-title { "Values that this sandbox knows" }
            ul {
                li {
                    "API key: any " code { (magic::KEY_PREFIX) "…" } " of "
                    (magic::KEY_LENGTH) " or more characters; any cookie or bearer token."
                }
                li { "Challenge: any " code { (magic::CHALLENGE_PREFIX) "…" } }
                @for (code, meaning) in magic::CODES { li { "Code " code { (code) } ": " (meaning) } }
                @for known in &magic::ACCOUNTS {
                    li { "Account " code { (known.username) } " (id " code { (known.id) } "): " (known.health) }
                }
                li { code { (magic::newer()) } " in an id or account: errors as objects, a record with a success" }
                li { "Each answer below has a value that asks for it." }
            }
            @if let Some(name) = curl::header_of_keys(document) {
                p {
                    label for="key" { "Sent as " code { (name) } " " }
                    input #key data-header=(name) value=(magic::EXAMPLE_KEY) autocomplete="off" spellcheck="false";
                }
            }
        }
    }
}

/// What the tree says of an operation.
fn node<'d>(document: &'d Document, operation: &Operation) -> &'d Value {
    let method = operation.method.as_str().to_lowercase();
    &document.tree["paths"][&operation.template][&method]
}

fn section(document: &Document, origin: &str, operation: &Operation) -> Markup {
    let id = anchor(operation);
    let title = format!("{id}-title");
    let node = node(document, operation);
    html! {
        section id=(id) aria-labelledby=(title) tabindex="-1" {
            h2 id=(title) { (named(operation)) }
            p { span.method { (operation.method) } " " code.path { (document.base) (operation.template) } }
            (markdown(text(node, "description")))
            p.meta {
                code { (operation.id) }
                @match operation.credits {
                    0 => ", free",
                    credits => { ", " (credits) " credits" },
                }
                @if let Some((name, seconds)) = &operation.window {
                    ", counts in the " (name) " window of " (seconds) " s"
                }
            }
            @if !operation.parameters.is_empty() { (parameters(document, operation, node)) }
            @if let Some(body) = &operation.body {
                @for media in &body.media { (members(&media.kind, &media.members, required(document, node, &media.kind))) }
            }
            (attempt(document, operation, &id))
            (snippets(document, origin, operation))
            (answers(document, operation))
        }
    }
}

fn table(caption: Markup, head: &[&str], rows: Markup) -> Markup {
    html! {
        table {
            caption { (caption) }
            thead { tr { @for name in head { th scope="col" { (name) } } } }
            tbody { (rows) }
        }
    }
}

fn parameters(document: &Document, operation: &Operation, node: &Value) -> Markup {
    let item = &document.tree["paths"][&operation.template];
    let description = |name: &str| {
        let lists = [&node["parameters"], &item["parameters"]];
        let mut all = lists.into_iter().filter_map(Value::as_array).flatten();
        all.find_map(|one| {
            let one = document.resolved(one);
            (text(one, "name") == name).then(|| text(one, "description"))
        })
        .unwrap_or_default()
    };
    table(
        html! { "Parameters" },
        &["Name", "In", "Meaning"],
        html! {
            @for parameter in &operation.parameters {
                tr {
                    td { code { (parameter.name) } @if parameter.required { " " span.meta { "required" } } }
                    td {
                        @match parameter.place {
                            Place::Path => "path",
                            Place::Query => "query",
                            Place::Header => "header",
                            Place::Cookie => "cookie",
                        }
                    }
                    td { (markdown(description(&parameter.name))) p.meta { (limits(&parameter.schema)) } }
                }
            }
        },
    )
}

/// The members that a body has to have.
fn required<'d>(document: &'d Document, node: &'d Value, kind: &str) -> Vec<&'d str> {
    let body = document.resolved(&node["requestBody"]);
    let schema = document.resolved(&body["content"][kind]["schema"]);
    let required = schema["required"].as_array();
    required
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn members(kind: &str, members: &Map<String, Value>, required: Vec<&str>) -> Markup {
    table(
        html! { "Body: " code { (kind) } },
        &["Member", "Meaning"],
        html! {
            @for (name, schema) in members {
                tr {
                    td { code { (name) } @if required.contains(&name.as_str()) { " " span.meta { "required" } } }
                    td { (markdown(text(schema, "description"))) p.meta { (limits(schema)) } }
                }
            }
        },
    )
}

/// What a schema asks for, in a few words.
fn limits(schema: &Value) -> String {
    let mut words = Vec::new();
    match (text(schema, "type"), text(schema, "format")) {
        (_, "binary") => words.push("a file".to_owned()),
        (_, "password") => words.push("a secret".to_owned()),
        ("", _) => {}
        (kind, "") => words.push(kind.to_owned()),
        (kind, format) => words.push(format!("{kind} ({format})")),
    }
    let unit = match text(schema, "format") {
        "binary" => "bytes",
        _ => "characters",
    };
    for (keyword, before) in [("minLength", "at least"), ("maxLength", "at most")] {
        if let Some(limit) = schema.get(keyword) {
            words.push(format!("{before} {limit} {unit}"));
        }
    }
    for (keyword, before) in [
        ("minimum", "from"),
        ("maximum", "to"),
        ("pattern", "matches"),
    ] {
        match schema.get(keyword) {
            None => {}
            Some(Value::String(pattern)) => words.push(format!("{before} {pattern}")),
            Some(limit) => words.push(format!("{before} {limit}")),
        }
    }
    words.join(", ")
}

/// A form that sends a request of this operation. The script sends it; without the script there are the commands.
fn attempt(document: &Document, operation: &Operation, id: &str) -> Markup {
    let field = |name: &str, place: &str, schema: &Value, example: &str, required: bool| {
        let field = format!("{id}-{place}-{name}");
        html! {
            p.field {
                label for=(field) { (name) }
                @if text(schema, "format") == "binary" {
                    input id=(field) type="file" data-place=(place) data-name=(name) required[required];
                } @else {
                    input id=(field) data-place=(place) data-name=(name) data-type=(text(schema, "type"))
                        value=(example) autocomplete="off" spellcheck="false" required[required]
                        list=(format!("{id}-values"));
                }
            }
        }
    };
    html! {
        h3 { "Try it" }
        p.without-script { "This needs the page's script; the commands below do the same." }
        form.attempt data-method=(operation.method) data-path=(format!("{}{}", document.base, operation.template)) {
            @for parameter in operation.parameters.iter().filter(|one| one.place != Place::Cookie) {
                @let place = match parameter.place { Place::Path => "path", Place::Query => "query", _ => "header" };
                // What is not needed is left out, so that trying twice does not collide.
                @let example = if parameter.required { parameter.example.as_deref().unwrap_or_default() } else { "" };
                (field(&parameter.name, place, &parameter.schema, example, parameter.required))
            }
            @if let Some(body) = &operation.body {
                @let node = node(document, operation);
                @for (at, media) in body.media.iter().enumerate() {
                    fieldset data-media=(media.kind) {
                        legend {
                            @if body.media.len() > 1 {
                                label {
                                    input type="radio" name=(format!("{id}-media")) value=(media.kind) checked[at == 0];
                                    " as " code { (media.kind) }
                                }
                            } @else { "Body" }
                        }
                        @for (name, schema) in &media.members {
                            @let example = curl::example_of(media, name);
                            (field(name, &format!("body{at}"), schema, &example, required(document, node, &media.kind).contains(&name.as_str())))
                        }
                    }
                }
            }
            datalist id=(format!("{id}-values")) {
                @for pair in magic::pairs(operation) { option value=(magic::word(&pair)) {} }
            }
            p { button { "Send" } }
            div.answer role="status" {}
        }
    }
}

fn snippets(document: &Document, origin: &str, operation: &Operation) -> Markup {
    html! {
        @for (language, code) in snippet::all(document, origin, operation) {
            details {
                summary { (language) }
                pre.curl { (code) }
            }
        }
    }
}

fn answers(document: &Document, operation: &Operation) -> Markup {
    html! {
        h3 { "Answers" }
        @for answer in &operation.answers {
            div.wish {
                h4 {
                    span class=(format!("status of-{}xx", answer.status / 100)) { (answer.status) }
                }
                (markdown(&answer.description))
                @if !answer.headers.is_empty() {
                    p.meta {
                        "Headers: "
                        @for (at, (name, _)) in answer.headers.iter().enumerate() {
                            @if at > 0 { ", " }
                            code { (name) }
                        }
                    }
                }
                @for name in names(answer) { (example(document, answer, name)) }
            }
        }
    }
}

fn names(answer: &Documented) -> Vec<&str> {
    match answer.names() {
        names if names.is_empty() => vec![""],
        names => names,
    }
}

fn example(document: &Document, answer: &Documented, name: &str) -> Markup {
    let pair = match name {
        "" => answer.status.to_string(),
        name => format!("{}_{name}", answer.status),
    };
    let shown = answer.example(name).or(answer.first());
    html! {
        details {
            summary {
                @if !name.is_empty() { code { (name) } " " }
                @if let Some(shown) = shown { (shown.summary) }
                " " span.meta { "asked for by " code { (magic::word(&pair)) } }
            }
            @if let Some((resend, advice)) = document.registered(name) {
                p { (advice) " " span.meta { "Send again: " (resend) "." } }
            }
            @if let Some(shown) = shown { pre { (format!("{:#}", shown.value)) } }
        }
    }
}

fn registry(document: &Document) -> Option<&Map<String, Value>> {
    document.tree.get("x-error-codes")?.as_object()
}

fn errors(registry: &Map<String, Value>) -> Markup {
    html! {
        section #errors aria-labelledby="errors-title" tabindex="-1" {
            h2 #errors-title { "Error codes" }
            (table(
                html! { "What a code means for whoever gets it" },
                &["Code", "Send again", "What to do"],
                html! {
                    @for (code, entry) in registry {
                        tr {
                            td { code { (code) } }
                            td { (text(entry, "resend")) }
                            td { (text(entry, "advice")) }
                        }
                    }
                },
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn markdown_brings_no_markup_of_its_own() {
        let made = markdown(
            "a `b` **c** <script>x</script>\n\n- [d](https://e.example) [f](javascript:g) ![h](https://i.example/j.png)",
        )
        .into_string();
        assert!(made.contains("<code>b</code> <strong>c</strong>"), "{made}");
        assert!(made.contains("&lt;script&gt;"), "{made}");
        assert!(
            made.contains("<a href=\"https://e.example\">d</a> f h"),
            "{made}"
        );
        assert!(
            !made.contains("<script") && !made.contains("<img"),
            "{made}"
        );
    }
}
