//! Whether a reader wants JSON or the page.

use http::HeaderMap;
use http::header::ACCEPT;

/// JSON for who asks for JSON and does not like HTML as much; the page for everybody else.
pub(super) fn json(headers: &HeaderMap) -> bool {
    let mut json = 0.0_f32;
    let mut html = 0.0_f32;
    for header in headers.get_all(ACCEPT) {
        for range in header.to_str().unwrap_or("").split(',') {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().unwrap_or("").to_ascii_lowercase();
            let quality = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |quality| quality.parse().unwrap_or(0.0));
            match kind.as_str() {
                "text/html" | "application/xhtml+xml" | "text/*" => html = html.max(quality),
                "application/json" | "application/*" => json = json.max(quality),
                kind if kind.ends_with("+json") => json = json.max(quality),
                _ => {}
            }
        }
    }
    json > html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_for_who_prefers_it() {
        for (accept, expected) in [
            ("application/json", true),
            ("application/json, */*;q=0.5", true),
            ("application/json, text/plain, */*", true),
            ("text/html;q=0.5, application/json", true),
            ("text/html, application/json", false),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                false,
            ),
            ("*/*", false),
            ("", false),
            ("application/json;q=0", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().expect("a header value"));
            assert_eq!(json(&headers), expected, "{accept}");
        }
        assert!(!json(&HeaderMap::new()));
    }
}
