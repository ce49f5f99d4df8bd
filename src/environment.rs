//! Configuration from environment variables.

use std::ffi::OsString;

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
            Some(value) => value
                .into_string()
                .map(Some)
                .map_err(|_| Error::invalid_request(format!("the value of {name} is not UTF-8"))),
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
            base_url: text(BASE_URL)?,
        })
    }

    /// The names of the variables that can hold a credential, for messages.
    pub(crate) fn credential_names() -> String {
        CREDENTIALS.map(|(name, _)| name).join(", ")
    }
}
