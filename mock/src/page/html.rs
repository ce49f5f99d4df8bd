//! The page for a person. `maud` escapes whatever is put into it.

use maud::{DOCTYPE, Markup, html};

use super::overview::{Overview, ShownOperation, ShownState};
use crate::clock;
use crate::magic;
use crate::record::Recorded;

pub(super) fn page(overview: &Overview) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Sandbox – " (overview.title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/page.css";
                script src="/page.js" defer {}
            }
            body {
                a.skip href="#requests" { "Skip to the requests" }
                header {
                    h1 { "Sandbox" span.of { " of the " (overview.title) } }
                    p { "A client finds it at " code { (overview.base_url) } }
                    nav aria-label="On this page" {
                        ul {
                            li { a href="#requests" { "Requests" } }
                            li { a href="#state" { "State" } }
                            li { a href="#operations" { "Operations" } }
                            li { a href="#values" { "Magic values" } }
                            li { a href="/docs" { "Reference" } }
                            li { a href="/openapi.yaml" { "Document (YAML)" } }
                            li { a href="/openapi.json" { "Document (JSON)" } }
                        }
                    }
                }
                main {
                    (requests(overview))
                    (state(&overview.state))
                    (operations(&overview.operations))
                    (values(&overview.operations))
                }
                footer {
                    p { "Nothing on this page leaves this machine. Credentials and email codes are blanked." }
                }
            }
        }
    }
    .into_string()
}

fn requests(overview: &Overview) -> Markup {
    html! {
        section #requests aria-labelledby="requests-title" tabindex="-1" {
            h2 #requests-title { "Requests" }
            p #live role="status" {
                @match overview.received {
                    0 => "None yet.",
                    1 => "1 so far.",
                    received => { (received) " so far, the newest first." },
                }
            }
            p.without-script { a href="/" { "Look again" } }
            div.tools.with-script {
                label for="filter" { "Show only " }
                input #filter type="search" placeholder="status, path, code, account" autocomplete="off" spellcheck="false";
                button #pause type="button" aria-pressed="false" { "Pause" }
            }
            ol #list reversed {
                @for request in &overview.requests {
                    (entry(overview.run, request))
                }
            }
        }
    }
}

fn entry(run: u32, request: &Recorded) -> Markup {
    let id = format!("request-{run:x}-{}", request.number);
    let wrong = !request.problems.is_empty();
    html! {
        li id=(id) value=(request.number) {
            details {
                summary {
                    (status(request))
                    " " span.method { (request.method) }
                    " " code.path { (request.target()) }
                    @if let Some(code) = request.answer.code() { " " span.meta.code { (code) } }
                    (passing(request))
                    @if wrong { span.hint { (request.problems.join("; ")) } }
                    @if let Some(fault) = &request.fault { span.hint { "Fault: " (fault) } }
                }
                @if wrong || !request.remarks.is_empty() {
                    h3 { "What was wrong" }
                    ul {
                        @for problem in &request.problems { li { (problem) } }
                        @for remark in &request.remarks { li { "Remark: " (remark) } }
                    }
                }
                h3 { "Request" }
                p.meta {
                    time { (clock::written(clock::millis(request.at))) }
                    @if let Some(operation) = &request.operation { ", " (operation) }
                }
                pre { (lines(&request.headers)) }
                @if let Some(parsed) = &request.body.parsed {
                    pre { (pretty(parsed)) }
                } @else if request.body.size > 0 {
                    p { (request.body.size) " bytes that could not be read as the document says." }
                }
                h3 { "Answer" }
                pre { (lines(&request.answer.headers)) }
                @if let Some(body) = request.answer.json() {
                    pre { (pretty(&body)) }
                } @else if !request.answer.body.is_empty() {
                    pre { (String::from_utf8_lossy(&request.answer.body)) }
                }
            }
        }
    }
}

/// When it came, how long it took, and for whom.
fn passing(request: &Recorded) -> Markup {
    let at = clock::written(clock::millis(request.at));
    // The day is told below.
    let time = at.get(11..19).unwrap_or(&at);
    let account = request.body.parsed.as_ref();
    let account = account.and_then(|body| body.get("account")?.as_str());
    html! {
        span.passing {
            time datetime=(at) { (time) }
            ", " (request.took.as_millis()) " ms"
            @if let Some(account) = account { ", " code { (account) } }
            @if let Some(key) = request.header("idempotency-key") { ", key " code { (key) } }
        }
    }
}

fn status(request: &Recorded) -> Markup {
    let class = format!("status of-{}xx", request.answer.status / 100);
    html! {
        span class=(class) {
            // Bytes that are no answer, or none at all, have no status.
            @if request.answer.status == 0 { "cut" } @else { (request.answer.status) }
        }
    }
}

fn lines(headers: &[(String, String)]) -> String {
    let lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.join("\n")
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}")
}

fn state(state: &ShownState) -> Markup {
    html! {
        section #state aria-labelledby="state-title" tabindex="-1" {
            h2 #state-title { "State" }
            form method="post" action="/reset" { button { "Reset everything" } }
            div #now {
                dl.figures {
                    div { dt { "Credits" } dd { (state.credits) } }
                    div { dt { "Accounts" } dd { (state.connected) } }
                    div { dt { "Idempotency keys" } dd { (state.keys) } }
                    @for (name, used, most, left) in &state.windows {
                        div {
                            dt { "Window: " (name) }
                            dd { (used) @if *most > 0 { " of " (most) } span.unit { ", " (left) " s left" } }
                        }
                    }
                }
                table {
                    caption { "Connected accounts" }
                    thead { tr { th scope="col" { "Id" } th scope="col" { "Username" } th scope="col" { "Health" } } }
                    tbody {
                        @for account in &state.accounts {
                            tr { td { (account.id) } td { (account.username) } td { (account.health) } }
                        }
                    }
                }
                @if !state.challenges.is_empty() {
                    table {
                        caption { "Challenges" }
                        thead { tr { th scope="col" { "Id" } th scope="col" { "Progress" } th scope="col" { "Until" } } }
                        tbody {
                            @for (id, progress, until) in &state.challenges {
                                tr { td { (id) } td { (progress) } td { (until.replacen('T', " ", 1)) } }
                            }
                        }
                    }
                }
                @if !state.writes.is_empty() {
                    table {
                        caption { "Write actions" }
                        thead { tr { th scope="col" { "Id" } th scope="col" { "Status" } } }
                        tbody {
                            @for (id, status) in &state.writes {
                                tr { td { (id) } td { (status) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn operations(operations: &[ShownOperation]) -> Markup {
    html! {
        section #operations aria-labelledby="operations-title" tabindex="-1" {
            h2 #operations-title { "Operations" }
            @for operation in operations {
                article {
                    h3 { (operation.summary) }
                    p {
                        span.method { (operation.method) } " " code.path { (operation.path) }
                    }
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
                    pre.curl { (operation.curl) }
                }
            }
        }
    }
}

fn values(operations: &[ShownOperation]) -> Markup {
    html! {
        section #values aria-labelledby="values-title" tabindex="-1" {
            h2 #values-title { "Magic values" }
            ul {
                li {
                    "API key: any " code { (magic::KEY_PREFIX) "…" } " of "
                    (magic::KEY_LENGTH) " or more characters; any cookie or bearer token."
                }
                li { "Challenge: any " code { (magic::CHALLENGE_PREFIX) "…" } }
                @for (code, meaning) in magic::CODES {
                    li { "Code " code { (code) } ": " (meaning) }
                }
                @for known in &magic::ACCOUNTS {
                    li { "Account " code { (known.username) } " (id " code { (known.id) } "): " (known.health) }
                }
                li {
                    code { (magic::newer()) }
                    " in an id or account: errors as objects, a record with a success"
                }
            }
            @for operation in operations {
                details {
                    summary {
                        (operation.wishes.len()) " answers on demand: " (operation.summary)
                    }
                    @for wish in &operation.wishes {
                        div.wish {
                            h3 {
                                span class=(format!("status of-{}xx", wish.status / 100)) { (wish.status) }
                                " " code { (wish.word) }
                            }
                            p { (wish.summary) }
                            pre.curl { (wish.curl) }
                        }
                    }
                }
            }
        }
    }
}
