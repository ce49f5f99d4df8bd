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
    /// A symbolic link is followed. The name of the file is sent, its folders are not.
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
        let refuse = |what: String| {
            let path = path.to_string_lossy();
            let path: String = path.chars().flat_map(char::escape_debug).collect();
            Error::invalid_request(format!("the file `{path}` {what}"))
        };
        let unreadable = |error: std::io::Error| refuse(format!("cannot be read: {error}"));
        let is_regular = |kind: fs::FileType| {
            if kind.is_file() {
                return Ok(());
            }
            let found = if kind.is_dir() {
                "a folder"
            } else {
                "a pipe, a device or a socket"
            };
            Err(refuse(format!(
                "is {found}; give an image in a regular file"
            )))
        };
        // Asked before it is opened, since opening a pipe waits for whoever writes to it, and again
        // of what was opened, which may be another one by now.
        is_regular(fs::metadata(path).map_err(unreadable)?.file_type())?;
        let file = fs::File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        is_regular(metadata.file_type())?;
        let max = AvatarFile::FILE_MAX_LENGTH;
        if metadata.len() > max {
            return Err(refuse(too_large(metadata.len())));
        }
        let bytes = read_up_to(max, file, metadata.len()).map_err(unreadable)?;
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let content_type = judge(&bytes).map_err(refuse)?;
        Ok(Self::file(&name, content_type, bytes.into()))
    }

    /// An image that is in memory, with the name that the service is told.
    ///
    /// Folders and control characters in the name are left out.
    ///
    /// # Errors
    ///
    /// When it is empty or too large, or is neither JPEG nor PNG by its first bytes.
    pub fn from_bytes(
        file_name: impl Into<String>,
        bytes: impl Into<Bytes>,
    ) -> Result<Self, Error> {
        let bytes = bytes.into();
        let content_type =
            judge(&bytes).map_err(|what| Error::invalid_request(format!("the image {what}")))?;
        Ok(Self::file(&file_name.into(), content_type, bytes))
    }

    fn file(name: &str, content_type: &'static str, bytes: Bytes) -> Self {
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let name: String = name.chars().filter(|c| !c.is_control()).collect();
        let name = match name.trim() {
            "" | "." | ".." => "avatar",
            name => name,
        };
        Self(Source::File(FilePart::new(name, content_type, bytes)))
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

/// Reads a file of an announced length, and one byte more than allowed at most: a file that grows
/// meanwhile is then too large, and not cut.
fn read_up_to(max: u64, file: impl Read, announced: u64) -> std::io::Result<Vec<u8>> {
    // With room for one byte more than announced, so that the buffer need not grow to see the end.
    let room = announced.min(max).saturating_add(1);
    let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or_default());
    file.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The type of an image by its first bytes, or what is wrong with it.
fn judge(bytes: &[u8]) -> Result<&'static str, String> {
    if bytes.is_empty() {
        return Err("is empty; give a JPEG or PNG".to_owned());
    }
    if bytes.len() as u64 > AvatarFile::FILE_MAX_LENGTH {
        return Err(too_large(bytes.len() as u64));
    }
    let accepted = AvatarFile::FILE_CONTENT_TYPES;
    SIGNATURES
        .iter()
        .find(|(_, signature)| bytes.starts_with(signature))
        .map(|(content_type, _)| *content_type)
        .filter(|content_type| accepted.contains(content_type))
        .ok_or_else(|| {
            let first: Vec<_> = bytes
                .iter()
                .take(8)
                .map(|byte| format!("{byte:02X}"))
                .collect();
            format!(
                "is neither {}: it begins with the bytes {}",
                accepted.join(" nor "),
                first.join(" ")
            )
        })
}

fn too_large(length: u64) -> String {
    let max = AvatarFile::FILE_MAX_LENGTH;
    let kilobytes = max / 1024;
    format!("has {length} bytes; the document's limit, {kilobytes} KB, is {max}")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_grows_without_end_is_read_up_to_the_limit() {
        let bytes = read_up_to(1_000, std::io::repeat(7), 10).expect("read");
        assert_eq!(bytes.len(), 1_001);
        let bytes = read_up_to(u64::MAX, &b"abc"[..], 3).expect("read");
        assert_eq!((bytes.len(), bytes.capacity()), (3, 4));
        let bytes = read_up_to(2, &b"abc"[..], 0).expect("read");
        assert_eq!(bytes, b"abc");
    }
}
