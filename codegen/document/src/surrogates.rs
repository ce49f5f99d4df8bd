//! Surrogate pairs in YAML.
//!
//! YAML means to hold all of JSON, where an escaped emoji is two halves; its scanner takes an escape
//! for a character each and refuses both. What is nearly JSON (a comma too many, a comment) is read as
//! YAML, and its emoji with it. So for the scanner another character, which the text has not, stands in
//! the place of the backslashes of each pair, and every place stays what it was.

use super::node::Style;

/// The text with a stand-in for the backslashes of its surrogate pairs, and the stand-in; none where it
/// has no pair.
pub(super) fn stood_in(text: &str) -> Option<(String, char)> {
    let stand_in = ('\u{e000}'..='\u{f8ff}').find(|private| !text.contains(*private))?;
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    let mut has_pair = false;
    while let Some(at) = rest.find('\\') {
        changed.push_str(&rest[..at]);
        rest = &rest[at..];
        // A backslash that is escaped itself begins no pair.
        let mut length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
        if pair(rest).is_some() {
            has_pair = true;
            length = PAIR;
            changed.extend(rest[..PAIR].chars().map(|c| match c {
                '\\' => stand_in,
                other => other,
            }));
        } else {
            changed.push_str(&rest[..length]);
        }
        rest = &rest[length..];
    }
    changed.push_str(rest);
    has_pair.then_some((changed, stand_in))
}

/// A scalar's text without the stand-in: within double quotes a pair is its character.
pub(super) fn put_back(text: &str, stand_in: char, style: Style) -> String {
    if style != Style::DoubleQuoted {
        return text.replace(stand_in, "\\");
    }
    // Whatever else was written with a backslash has been read already.
    let mut string = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(stand_in) {
        string.push_str(&rest[..at]);
        let escaped: String = rest[at..]
            .chars()
            .take(PAIR)
            .map(|c| if c == stand_in { '\\' } else { c })
            .collect();
        string.extend(pair(&escaped));
        rest = &rest[at..];
        rest = &rest[rest
            .char_indices()
            .nth(PAIR)
            .map_or(rest.len(), |(end, _)| end)..];
    }
    string + rest
}

/// The length of a pair: `\ud83d\ude00`.
const PAIR: usize = 12;

/// The character of the pair that a text begins with.
fn pair(text: &str) -> Option<char> {
    let unit = |from: usize| {
        let digits = text.get(from..from + 6)?.strip_prefix("\\u")?;
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hexadecimal.then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let (high, low) = (unit(0)?, unit(6)?);
    let is_high = (0xD800..=0xDBFF).contains(&high);
    is_high.then(|| char::decode_utf16([high, low]).next()?.ok())?
}
