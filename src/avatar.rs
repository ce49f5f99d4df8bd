//! Avatar images.

use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::error::Error;
use crate::generated::bodies::UpdateAvatarBody;
use crate::generated::runtime::FilePart;
use crate::generated::types::{AvatarFile, AvatarUrl};

/// A new avatar: a JPEG or PNG of at most 700 KB, as a file or by its URL.
///
/// The limit is that of the document (`AvatarFile.file`): 716,800 bytes. The service speaks of
/// "700 KB"; up to 700,000 bytes are certainly accepted, and from there on the service decides.
#[derive(Clone)]
pub struct Avatar(Source);

#[derive(Clone)]
enum Source {
    File(FilePart),
    Url(String),
}

/// The types of images by their first bytes.
const SIGNATURES: [(&str, &[u8]); 2] = [
    ("image/jpeg", &[0xFF, 0xD8, 0xFF]),
    ("image/png", b"\x89PNG\r\n\x1a\n"),
];

impl Avatar {
    /// Reads an image file, up to the limit; its type is found by its first bytes.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is no regular file, is empty or too large, or is neither JPEG nor PNG.
    pub async fn from_path(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        tokio::task::spawn_blocking(move || Self::read(&path))
            .await
            .unwrap_or_else(|_| Err(Error::invalid_request("reading the file was interrupted")))
    }

    fn read(path: &Path) -> Result<Self, Error> {
        let refuse =
            |what: String| Error::invalid_request(format!("the file `{}` {what}", path.display()));
        let unreadable = |error: std::io::Error| refuse(format!("cannot be read: {error}"));
        // Asked before it is opened, since opening a pipe waits for whoever writes to it.
        if !fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(refuse("is no regular file".to_owned()));
        }
        let mut bytes = Vec::new();
        fs::File::open(path)
            .map_err(unreadable)?
            // One byte more than allowed shows that it is too large, however large it is.
            .take(AvatarFile::FILE_MAX_LENGTH + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        Self::from_bytes(name, bytes).map_err(|error| refuse(format!("cannot be sent: {error}")))
    }

    /// An image that is in memory, with the name that the service is told.
    ///
    /// # Errors
    ///
    /// When it is empty or too large, or is neither JPEG nor PNG by its first bytes.
    pub fn from_bytes(
        file_name: impl Into<String>,
        bytes: impl Into<Bytes>,
    ) -> Result<Self, Error> {
        let bytes = bytes.into();
        let max = AvatarFile::FILE_MAX_LENGTH;
        if bytes.is_empty() {
            return Err(Error::invalid_request("the image is empty"));
        }
        if bytes.len() as u64 > max {
            return Err(Error::invalid_request(format!(
                "the image has more than {max} bytes, the limit of 700 KB"
            )));
        }
        let accepted = AvatarFile::FILE_CONTENT_TYPES;
        let content_type = SIGNATURES
            .iter()
            .find(|(_, signature)| bytes.starts_with(signature))
            .map(|(content_type, _)| *content_type)
            .filter(|content_type| accepted.contains(content_type))
            .ok_or_else(|| {
                Error::invalid_request(format!(
                    "by its first bytes the image is none of {}",
                    accepted.join(", ")
                ))
            })?;
        Ok(Self(Source::File(FilePart::new(
            file_name,
            content_type,
            bytes,
        ))))
    }

    /// An image that the service fetches itself, by its https URL.
    ///
    /// # Errors
    ///
    /// When it is no https URL with a host, or has a user name or password in it. A fragment is never
    /// sent and is taken off.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        let refuse = |what: String| Err(Error::invalid_request(format!("the image's URL {what}")));
        if url.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return refuse("has white space or a control character in it".to_owned());
        }
        let mut parsed = match url::Url::parse(url) {
            Ok(parsed) => parsed,
            Err(error) => return refuse(format!("is no URL: {error}")),
        };
        if parsed.scheme() != "https" || !parsed.has_host() {
            return refuse(format!("is an https URL, not `{}:`", parsed.scheme()));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return refuse("has a user name or password in it, which the service would see".into());
        }
        parsed.set_fragment(None);
        Ok(Self(Source::Url(parsed.into())))
    }

    /// The body that carries it for an account.
    pub(crate) fn into_body(self, account: &str) -> Result<UpdateAvatarBody, Error> {
        let refused =
            |_| Error::invalid_request("an account is an X username or an id, not nothing");
        Ok(match self.0 {
            Source::File(file) => {
                let account = account.parse().map_err(refused)?;
                UpdateAvatarBody::Multipart(AvatarFile { account, file })
            }
            Source::Url(url) => UpdateAvatarBody::Json(AvatarUrl {
                account: account.parse().map_err(refused)?,
                url: url.parse().map_err(|error| {
                    Error::invalid_request(format!(
                        "the image's URL is not what the document allows: {error}"
                    ))
                })?,
            }),
        })
    }
}

impl fmt::Debug for Avatar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::File(file) => f.debug_tuple("Avatar").field(file).finish(),
            // A URL can carry a signature that lets whoever has it fetch the image.
            Source::Url(_) => f.write_str("Avatar(URL)"),
        }
    }
}
