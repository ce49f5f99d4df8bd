//! Whether bytes are what their media type says, for the types whose first bytes tell.

const SIGNATURES: [(&str, &[u8]); 4] = [
    ("image/jpeg", b"\xFF\xD8\xFF"),
    ("image/png", b"\x89PNG\r\n\x1A\n"),
    ("image/gif", b"GIF8"),
    ("application/pdf", b"%PDF-"),
];

/// Compares the first bytes with the media type; a type whose first bytes say nothing always fits.
///
/// # Errors
/// What the bytes are instead.
pub(super) fn is(kind: &str, bytes: &[u8]) -> Result<(), String> {
    let Some((_, signature)) = SIGNATURES.iter().find(|(one, _)| *one == kind) else {
        return Ok(());
    };
    if bytes.starts_with(signature) {
        return Ok(());
    }
    let other = SIGNATURES
        .iter()
        .find(|(_, signature)| bytes.starts_with(signature));
    Err(match other {
        Some((other, _)) => format!("those of {other}"),
        None => "of no type that is known".to_owned(),
    })
}
