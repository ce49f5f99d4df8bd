//! Configuration from environment variables.

use std::ffi::OsString;

use zeroize::Zeroizing;

use crate::base_url::BaseUrl;
use crate::credential::Credential;
use crate::error::Error;

/// A way to make a credential of a value.
type Make = fn(&str) -> Result<Credential, Error>;

/// The variables that can hold a credential; exactly one of them is set.
const CREDENTIALS: [(&str, Make); 3] = [
    ("XQUIK_API_KEY", Credential::api_key),
    ("XQUIK_BEARER_TOKEN", Credential::bearer_token),
    ("XQUIK_SESSION_COOKIE", Credential::session_cookie),
];

/// The variable that holds another base URL.
const BASE_URL: &str = "XQUIK_BASE_URL";

/// What the environment says. An empty variable counts as not set.
#[derive(Debug)]
pub(crate) struct Environment {
    pub(crate) credential: Option<Credential>,
    pub(crate) base_url: Option<String>,
}

impl Environment {
    /// Reads the variables through a look-up, which a test can replace.
    pub(crate) fn read(look_up: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let text = |name: &str| match look_up(name) {
            Some(value) if value.is_empty() => Ok(None),
            Some(value) => match value.into_string() {
                // The copy of the environment's value is zeroed when it is dropped.
                Ok(value) => Ok(Some(Zeroizing::new(value))),
                Err(value) => {
                    drop(Zeroizing::new(value.into_encoded_bytes()));
                    Err(Error::invalid_request(format!(
                        "the value of {name} is not UTF-8; its value is not shown here"
                    )))
                }
            },
            None => Ok(None),
        };
        let mut found: Option<(&str, Credential)> = None;
        for (name, make) in CREDENTIALS {
            let Some(value) = text(name)? else { continue };
            if let Some((other, _)) = found {
                return Err(Error::invalid_request(format!(
                    "{other} and {name} are both set; one credential is enough, so unset one of them"
                )));
            }
            let credential =
                make(&value).map_err(|error| Error::invalid_request(format!("{name}: {error}")))?;
            found = Some((name, credential));
        }
        Ok(Self {
            credential: found.map(|(_, credential)| credential),
            base_url: text(BASE_URL)?
                .map(|url| match BaseUrl::parse(&url) {
                    Ok(_) => Ok(url.to_string()),
                    Err(error) => Err(Error::invalid_request(format!("{BASE_URL}: {error}"))),
                })
                .transpose()?,
        })
    }

    /// The names of the variables that can hold a credential, for messages.
    pub(crate) fn credential_names() -> String {
        CREDENTIALS.map(|(name, _)| name).join(", ")
    }
}

/// The variables in which reqwest looks for a proxy of an https URL.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The variable that names a proxy for the service, if one does.
pub(crate) fn proxy_name(look_up: &dyn Fn(&str) -> Option<OsString>) -> Option<&'static str> {
    let is_set = |name: &&str| look_up(name).is_some_and(|value| !value.is_empty());
    PROXIES.into_iter().find(is_set)
}

/// What the environment's proxies are given to log in: secrets that an error of theirs may repeat.
pub(crate) fn proxy_secrets(look_up: &dyn Fn(&str) -> Option<OsString>) -> Vec<Zeroizing<String>> {
    let mut secrets = Vec::new();
    for name in PROXIES {
        let Some(value) = look_up(name).and_then(|value| value.into_string().ok()) else {
            continue;
        };
        let value = Zeroizing::new(value);
        // A proxy may be written as `user:password@host`, without a scheme.
        let url = url::Url::parse(&value)
            .ok()
            .filter(url::Url::has_host)
            .or_else(|| url::Url::parse(&Zeroizing::new(format!("http://{}", *value))).ok());
        secrets.extend(url.iter().flat_map(login));
    }
    secrets
}

/// What a proxy's URL says to log in with, as it is written and as it is meant.
pub(crate) fn login(proxy: &url::Url) -> Vec<Zeroizing<String>> {
    let mut secrets = Vec::new();
    for secret in [Some(proxy.username()), proxy.password()] {
        let written = Zeroizing::new(secret.unwrap_or_default().to_owned());
        let meant = Zeroizing::new(percent_decoded(&written));
        if *meant != *written {
            secrets.push(meant);
        }
        if !written.is_empty() {
            secrets.push(written);
        }
    }
    secrets
}

fn percent_decoded(text: &str) -> String {
    // The form encoding also gives `+`, `&` and `=` a meaning, which they do not have here.
    let pair = Zeroizing::new(
        text.replace('+', "%2B")
            .replace('&', "%26")
            .replace('=', "%3D"),
    );
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_environments_proxies_log_in_with_is_secret() {
        let secrets = proxy_secrets(&|name| match name {
            "https_proxy" => Some("http://planted:pass%21word@127.0.0.1:3128".into()),
            "ALL_PROXY" => Some("other:word@localhost:1".into()),
            "HTTPS_PROXY" => Some("http://127.0.0.1:3128".into()),
            _ => None,
        });
        let secrets: Vec<&str> = secrets.iter().map(|secret| secret.as_str()).collect();
        assert_eq!(
            secrets,
            ["planted", "pass!word", "pass%21word", "other", "word"]
        );
    }
}
