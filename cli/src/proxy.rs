//! Which proxy of the environment calls go through, by the very rules that the client goes by.

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use crate::screen::{Line, Look};
use crate::session::Session;

/// The variables that can name a proxy for https, the first that is set before the others.
const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
/// Those that are looked at where none of the others names one.
const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];
/// The variables that exempt hosts.
const EXEMPT: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// What a CGI program finds set.
const CGI: &str = "REQUEST_METHOD";

/// Says which proxy a call to this base URL goes through. Of a proxy's URL nothing is shown but its
/// place: it may hold a password.
pub(crate) fn tell(session: &Session<'_>, base_url: &str) {
    let line = Line::labelled("proxy");
    let Ok(target) = base_url.parse::<Uri>() else {
        return;
    };
    let named = [first_set(&HTTPS), first_set(&ALL)];
    let Some(name) = named.into_iter().flatten().next() else {
        session.out.line(&line.text("none"));
        return;
    };
    let line = if target.scheme_str() == Some("http") {
        line.text(format!(
            "none; plain http to this machine goes through none, whatever {name} says"
        ))
    } else if std::env::var_os(CGI).is_some() {
        // There a client could set HTTP_PROXY by a header of its request.
        line.text(format!("none; {CGI} is set, and a CGI program uses none"))
    } else if let Some(found) = Matcher::from_env().intercept(&target) {
        let name = named
            .into_iter()
            .flatten()
            .find(|name| names_a_proxy(name, &target))
            .unwrap_or(name);
        let place = found.uri().to_string();
        let place = place.trim_end_matches('/');
        if matches!(found.uri().scheme_str(), Some("http" | "https")) {
            let login = found.basic_auth().map_or("", |_| ", with a login");
            line.text(place).look(
                Look::Faint,
                format!(" ({name}{login}); it sees the host and nothing else"),
            )
        } else {
            line.look(
                Look::Bad,
                format!("{place} ({name}) cannot be used; give one of http or https"),
            )
        }
    } else if !named
        .into_iter()
        .flatten()
        .any(|name| names_a_proxy(name, &target))
    {
        line.look(
            Look::Bad,
            format!("none; what {name} holds is not the URL of a proxy"),
        )
    } else {
        let exempt = first_set(&EXEMPT).unwrap_or("the environment");
        line.text(format!("none; {exempt} exempts this host from {name}"))
    };
    session.out.line(&line);
}

/// The first of these variables that is set to something.
fn first_set(names: &[&'static str]) -> Option<&'static str> {
    names
        .iter()
        .copied()
        .find(|name| std::env::var(name).is_ok())
        .filter(|name| std::env::var(name).is_ok_and(|value| !value.is_empty()))
}

/// Whether a variable by itself would name a proxy.
fn names_a_proxy(name: &str, target: &Uri) -> bool {
    let value = std::env::var(name).unwrap_or_default();
    let alone = Matcher::builder().all(value).build();
    alone.intercept(target).is_some()
}
