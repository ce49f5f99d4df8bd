//! Text of a document on its way to people: what it holds must not steer the screen or the workflow
//! that shows it.

/// Text without control characters but the ends of its lines.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect()
}

/// JSON that steers no screen either: its writer escapes the control characters of ASCII alone.
#[must_use]
pub fn json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_control() && c != '\n' {
            // A control character stands in a string, where JSON knows it by its number.
            escaped += &format!("\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Text for one line.
#[must_use]
pub fn line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

/// The message of a workflow command of GitHub Actions: what would end it is written in percent.
#[must_use]
pub fn workflow_message(text: &str) -> String {
    clean(&text.replace('%', "%25").replace('\r', "%0D")).replace('\n', "%0A")
}

/// A property of a workflow command, where commas and colons separate.
#[must_use]
pub fn workflow_property(text: &str) -> String {
    workflow_message(text)
        .replace(':', "%3A")
        .replace(',', "%2C")
}
