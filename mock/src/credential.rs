//! Whether a request carries a credential that the document asks for.

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};

use crate::document::{Document, Scheme, SchemeKind};
use crate::magic;

/// What a request says about who sends it.
pub(crate) struct Credentials<'r> {
    pub(crate) headers: &'r HeaderMap,
    pub(crate) query: Option<&'r str>,
}

impl Credentials<'_> {
    /// Judges them by a `security` of the document: any one of its alternatives is enough.
    ///
    /// # Errors
    /// A sentence that says what is missing or wrong, without repeating any of it.
    pub(crate) fn judge(
        &self,
        document: &Document,
        security: &[Vec<String>],
    ) -> Result<(), String> {
        if security.is_empty() {
            return Ok(());
        }
        let mut complaints: Vec<String> = Vec::new();
        let mut names = Vec::new();
        for alternative in security {
            let mut enough = true;
            for name in alternative {
                let Some(scheme) = document.credentials.iter().find(|one| one.name == *name) else {
                    enough = false;
                    continue;
                };
                names.push(described(&scheme.kind));
                match self.present(scheme) {
                    Presence::Good => {}
                    Presence::Absent => enough = false,
                    Presence::Bad(complaint) => {
                        enough = false;
                        complaints.push(complaint);
                    }
                }
            }
            if enough {
                return Ok(());
            }
        }
        Err(if complaints.is_empty() {
            format!("No credential was sent; expected {}.", names.join(", or "))
        } else {
            complaints.join(" ")
        })
    }

    fn present(&self, scheme: &Scheme) -> Presence {
        match &scheme.kind {
            SchemeKind::Header(name) => {
                let mut values = self.headers.get_all(name).iter();
                match (values.next(), values.next()) {
                    (None, _) => Presence::Absent,
                    (Some(_), Some(_)) => {
                        Presence::Bad(format!("The header {name} was sent more than once."))
                    }
                    (Some(value), None) => key(name, value.as_bytes()),
                }
            }
            SchemeKind::Query(name) => {
                let query = self.query.unwrap_or("");
                match query.split('&').find_map(|pair| {
                    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (key == name).then_some(value)
                }) {
                    None => Presence::Absent,
                    Some(value) => key(name, value.as_bytes()),
                }
            }
            SchemeKind::Cookie(name) => match cookies(self.headers)
                .find_map(|(key, value)| (key == name).then_some(!value.is_empty()))
            {
                None => Presence::Absent,
                Some(true) => Presence::Good,
                Some(false) => Presence::Bad(format!("The cookie {name} is empty.")),
            },
            SchemeKind::Authorization(scheme) => match self.headers.get(AUTHORIZATION) {
                None => Presence::Absent,
                Some(value) => authorization(scheme, value.as_bytes()),
            },
        }
    }
}

enum Presence {
    Absent,
    Good,
    Bad(String),
}

fn key(name: &str, value: &[u8]) -> Presence {
    let known = value.starts_with(magic::KEY_PREFIX.as_bytes())
        && String::from_utf8_lossy(value).chars().count() >= magic::KEY_LENGTH;
    if known {
        Presence::Good
    } else {
        Presence::Bad(format!(
            "The sandbox knows every {name} that begins with {} and has {} characters or more; \
             the one that was sent is another.",
            magic::KEY_PREFIX,
            magic::KEY_LENGTH
        ))
    }
}

fn authorization(scheme: &str, value: &[u8]) -> Presence {
    let text = String::from_utf8_lossy(value);
    let (sent, rest) = text.split_once(' ').unwrap_or((&text, ""));
    if !sent.eq_ignore_ascii_case(scheme) {
        return Presence::Bad(format!(
            "The header Authorization has another scheme than {scheme}."
        ));
    }
    if rest.trim().is_empty() {
        return Presence::Bad(format!("The header Authorization has no {scheme} token."));
    }
    Presence::Good
}

fn described(kind: &SchemeKind) -> String {
    match kind {
        SchemeKind::Header(name) => format!("the header {name}"),
        SchemeKind::Query(name) => format!("the query parameter {name}"),
        SchemeKind::Cookie(name) => format!("the cookie {name}"),
        SchemeKind::Authorization(scheme) => format!("the header Authorization with {scheme}"),
    }
}

/// All cookies of a request.
pub(crate) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}
