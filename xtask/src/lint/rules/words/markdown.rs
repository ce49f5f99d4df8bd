//! Markdown, as far as rules need it.

/// What is broken in a text, if anything.
pub(super) fn problem(text: &str) -> Option<String> {
    let prose = match without_code(text) {
        Ok(prose) => prose,
        Err(problem) => return Some(problem),
    };
    if prose.to_ascii_lowercase().contains("<script") {
        return Some("a `<script>` runs in whatever page shows the text".to_owned());
    }
    let mut rest = prose.as_str();
    while let Some(at) = rest.find("](") {
        let label = &rest[..at];
        let target = &rest[at + 2..];
        let opened = label.rfind('[').is_some();
        let end = link_end(target);
        if opened && end == Some(0) {
            return Some(
                "a link leads nowhere: there is nothing between its `(` and `)`".to_owned(),
            );
        }
        if opened && end.is_none() {
            let shown: String = target.chars().take(30).collect();
            return Some(format!(
                "the link to `{}` is not closed by `)`",
                shown.trim_end()
            ));
        }
        rest = target;
    }
    None
}

/// The targets of the links of a text.
pub(super) fn links(text: &str) -> Vec<String> {
    let Ok(prose) = without_code(text) else {
        return Vec::new();
    };
    let mut links = Vec::new();
    let mut rest = prose.as_str();
    while let Some(at) = rest.find("](") {
        let target = &rest[at + 2..];
        if let Some(end) = link_end(target) {
            let target = target[..end].trim();
            let target = target.split_whitespace().next().unwrap_or_default();
            links.push(target.trim_matches(['<', '>']).to_owned());
        }
        rest = target;
    }
    links
}

/// Where a link's target ends: at the bracket that closes it, on the same line.
fn link_end(target: &str) -> Option<usize> {
    let mut depth = 0;
    for (index, character) in target.char_indices() {
        match character {
            '\n' => return None,
            '(' => depth += 1,
            ')' if depth == 0 => return Some(index),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The text without its code, where nothing is Markdown; or what is wrong with the code.
fn without_code(text: &str) -> Result<String, String> {
    let mut prose = String::new();
    let mut fence: Option<(char, usize)> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let mark = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| trimmed.chars().take_while(|c| *c == mark).count());
        match fence {
            None => {
                let info = trimmed.get(length..).unwrap_or_default();
                if length >= 3 && !(mark == Some('`') && info.contains('`')) {
                    fence = mark.map(|mark| (mark, length));
                } else {
                    prose.push_str(line);
                    prose.push('\n');
                }
            }
            Some((open, count)) => {
                let closes = mark == Some(open)
                    && length >= count
                    && trimmed
                        .get(length..)
                        .is_some_and(|rest| rest.trim().is_empty());
                if closes {
                    fence = None;
                }
            }
        }
    }
    if fence.is_some() {
        return Err("a block of code is opened and not closed".to_owned());
    }
    // Spans of code, paragraph by paragraph: a backtick closes with as many as it opened with.
    let mut out = String::new();
    for paragraph in prose.split("\n\n") {
        let mut rest = paragraph;
        while let Some(at) = rest.find('`') {
            if rest[..at].ends_with('\\') {
                out.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
                continue;
            }
            let ticks = rest[at..].bytes().take_while(|byte| *byte == b'`').count();
            let inner = &rest[at + ticks..];
            out.push_str(&rest[..at]);
            match closing(inner, ticks) {
                Some(end) => rest = &inner[end + ticks..],
                None => return Err("a backtick is opened and not closed".to_owned()),
            }
        }
        out.push_str(rest);
        out.push_str("\n\n");
    }
    Ok(out)
}

fn closing(text: &str, ticks: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index] == b'`' {
            let run = bytes[index..]
                .iter()
                .take_while(|byte| **byte == b'`')
                .count();
            if run == ticks {
                return Some(index);
            }
            index += run;
        } else {
            index += 1;
        }
    }
    None
}
