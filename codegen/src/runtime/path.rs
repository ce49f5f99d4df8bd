/// One segment of a path: percent-encoded once, whatever it holds.
///
/// Everything but unreserved characters is encoded, `\` and control characters included, which
/// URL parsers would read as a separator or drop. What would make the path another one (nothing at
/// all, `.` and `..`) cannot be encoded and is refused.
#[allow(dead_code)]
pub(crate) fn path_segment(name: &str, value: &str) -> Result<String, String> {
    if matches!(value, "" | "." | "..") {
        return Err(format!(
            "`{name}` is one segment of the path and cannot be {}",
            if value.is_empty() {
                "empty"
            } else {
                "`.` or `..`"
            }
        ));
    }
    Ok(percent_encode(value))
}

/// A part of a segment, beside which stands what makes a name of any value.
pub(crate) fn path_part(value: &str) -> String {
    percent_encode(value)
}

/// Refuses a path that its parameters, and the dots between them, would make another one.
pub(crate) fn same_path(base: &str, url: &str) -> Result<(), String> {
    let path = url.strip_prefix(base).unwrap_or(url);
    match path.split('/').find(|segment| matches!(*segment, "." | "..")) {
        Some(segment) => Err(format!(
            "the parameters of the path make `{segment}` of one of its segments, which is another path"
        )),
        None => Ok(()),
    }
}

fn percent_encode(value: &str) -> String {
    use ::std::fmt::Write as _;
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
