//! A request's body as people read it.

/// A part of a form.
pub(crate) struct Part {
    pub(crate) head: String,
    pub(crate) content_type: Option<String>,
    pub(crate) content: Vec<u8>,
}

/// A body as text: a form part by part, files by their sizes. Nothing for one that is empty.
pub(crate) fn text(content_type: Option<&str>, body: &[u8]) -> Vec<String> {
    let parts = parts(content_type, body);
    let Some(boundary) = boundary(content_type).filter(|_| !parts.is_empty()) else {
        let text = String::from_utf8_lossy(body);
        return text.lines().map(str::to_owned).collect();
    };
    let mut lines = Vec::new();
    for part in parts {
        lines.push(format!("--{boundary}"));
        lines.extend(part.head.lines().map(str::to_owned));
        lines.push(String::new());
        lines.push(match part.content_type {
            Some(kind) => format!("({} bytes of {kind})", part.content.len()),
            None => String::from_utf8_lossy(&part.content).into_owned(),
        });
    }
    lines.push(format!("--{boundary}--"));
    lines
}

/// The parts, if it is a form.
pub(crate) fn parts(content_type: Option<&str>, body: &[u8]) -> Vec<Part> {
    let Some(boundary) = boundary(content_type).map(|boundary| format!("--{boundary}")) else {
        return Vec::new();
    };
    split(body, boundary.as_bytes())
        .into_iter()
        .filter_map(|part| {
            let part = part.strip_prefix(b"\r\n")?;
            let end = part.windows(4).position(|window| window == b"\r\n\r\n")?;
            let head = String::from_utf8_lossy(&part[..end]).into_owned();
            let content_type = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
                .map(|(_, value)| value.to_owned());
            let content = part[end + 4..].strip_suffix(b"\r\n")?.to_vec();
            Some(Part {
                head,
                content_type,
                content,
            })
        })
        .collect()
}

fn boundary(content_type: Option<&str>) -> Option<&str> {
    let (_, boundary) = content_type?.split_once("boundary=")?;
    Some(boundary)
}

fn split<'b>(bytes: &'b [u8], boundary: &[u8]) -> Vec<&'b [u8]> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at + boundary.len() <= bytes.len() {
        if bytes[at..].starts_with(boundary) {
            pieces.push(&bytes[start..at]);
            at += boundary.len();
            start = at;
        } else {
            at += 1;
        }
    }
    pieces.push(&bytes[start..]);
    pieces
}
