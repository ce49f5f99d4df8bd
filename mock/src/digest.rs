//! Names for what must not be kept itself: an id or a key may hold a secret.

use sha2::{Digest, Sha256};

/// SHA-256 as hexadecimal digits.
pub(crate) fn digest(bytes: impl AsRef<[u8]>) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
