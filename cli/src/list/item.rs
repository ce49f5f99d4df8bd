//! One item of a list.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use xquik::Avatar;
use xquik::generated::operations;
use xquik::generated::runtime::Operation;
use xquik::generated::types::AvatarFile;

use crate::failure::Failure;

/// What a list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Avatar,
    Disconnection,
}

impl Kind {
    /// The command, as the journal names it.
    pub(crate) const fn command(self) -> &'static str {
        match self {
            Self::Avatar => "avatar update",
            Self::Disconnection => "account disconnect",
        }
    }

    /// The members that an item may have.
    pub(crate) const fn members(self) -> &'static [&'static str] {
        match self {
            Self::Avatar => &["account", "file", "url"],
            Self::Disconnection => &["id"],
        }
    }

    const fn operation(self) -> &'static Operation {
        match self {
            Self::Avatar => &operations::UPDATE_AVATAR,
            Self::Disconnection => &operations::DISCONNECT_X_ACCOUNT,
        }
    }

    /// What one item costs, as the document says.
    pub(crate) fn credits(self) -> u64 {
        self.operation()
            .extension("x-credits")
            .and_then(|credits| credits.parse().ok())
            .unwrap_or(0)
    }

    /// How long a window is, as the document says: the wait after a refusal that names none.
    pub(crate) fn window_seconds(self) -> Option<u64> {
        let limit = self.operation().extension("x-rate-limit")?;
        let limit: serde_json::Value = serde_json::from_str(limit).ok()?;
        limit["seconds"].as_u64()
    }
}

/// One item, as the list has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
}

/// An item that is ready to be sent.
pub(crate) enum Ready {
    Avatar {
        account: String,
        avatar: Avatar,
        /// Tells whether a file is still the same when it is sent again.
        sha256: Option<String>,
    },
    Disconnection {
        id: String,
    },
}

impl Item {
    /// What it is about, in a person's words.
    pub(crate) fn name(&self) -> &str {
        self.account
            .as_deref()
            .or(self.id.as_deref())
            .unwrap_or_default()
    }

    /// Reads what is to be sent.
    pub(crate) fn ready(&self) -> Result<Ready, Failure> {
        let refuse = |what: &str| Err(Failure::Refused(what.to_owned()));
        if let Some(id) = &self.id {
            return Ok(Ready::Disconnection { id: id.clone() });
        }
        let Some(account) = self.account.clone().filter(|account| !account.is_empty()) else {
            return refuse("it names no account");
        };
        let (avatar, sha256) = match (&self.file, &self.url) {
            (Some(_), Some(_)) => return refuse("it has a file and a url; give one of them"),
            (None, None) => return refuse("it has neither a file nor a url"),
            (None, Some(url)) => (Avatar::from_url(url)?, None),
            (Some(file), None) => {
                let (name, bytes) = picture(Path::new(file))?;
                let hash = Sha256::digest(&bytes);
                let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
                (Avatar::from_bytes(name, bytes)?, Some(hash))
            }
        };
        Ok(Ready::Avatar {
            account,
            avatar,
            sha256,
        })
    }
}

/// The name and the bytes of a file; of one that is too large, one byte more than is allowed.
fn picture(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let refuse = |what: String| Failure::Refused(format!("the file `{}` {what}", path.display()));
    let unreadable = |error: std::io::Error| refuse(format!("cannot be read: {error}"));
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(refuse("is no regular file".to_owned()));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)
        .map_err(unreadable)?
        .take(AvatarFile::FILE_MAX_LENGTH + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok((name, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_and_windows_are_the_documents() {
        assert!(Kind::Avatar.credits() > 0);
        assert_eq!(Kind::Disconnection.credits(), 0);
        assert!(Kind::Avatar.window_seconds().is_some());
        assert!(Kind::Disconnection.window_seconds().is_some());
    }
}
