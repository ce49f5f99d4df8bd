//! Markdown, as far as rules need it.

use std::collections::HashSet;

/// Something broken in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The byte at which it stands.
    pub(super) at: usize,
    pub(super) message: String,
}

/// What is broken in a text, in its order.
pub(super) fn problems(text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let prose = without_code(text, &mut problems);
    scripts(&prose, &mut problems);
    inline_links(&prose, &mut problems);
    reference_links(&prose, &mut problems);
    headings(&prose, &mut problems);
    strong(&prose, &mut problems);
    problems.sort_by_key(|problem| problem.at);
    problems
}

fn problem(at: usize, message: impl Into<String>) -> Problem {
    Problem {
        at,
        message: message.into(),
    }
}

/// The targets of the links of a text, each with the byte at which it stands.
pub(super) fn links(text: &str) -> Vec<(usize, String)> {
    let prose = without_code(text, &mut Vec::new());
    let mut links = Vec::new();
    for (at, _) in prose.match_indices("](") {
        let at = at + 2;
        let target = &prose[at..];
        if let Some(end) = link_end(target) {
            let target = target[..end].trim_end();
            let at = at + target.len() - target.trim_start().len();
            let target = target.split_whitespace().next().unwrap_or_default();
            links.push((at, target.trim_matches(['<', '>']).to_owned()));
        }
    }
    links
}

fn scripts(prose: &str, problems: &mut Vec<Problem>) {
    if let Some(at) = prose.to_ascii_lowercase().find("<script") {
        problems.push(problem(
            at,
            "a `<script>` runs in whatever page shows the text",
        ));
    }
}

fn inline_links(prose: &str, problems: &mut Vec<Problem>) {
    let mut before = 0;
    for (at, _) in prose.match_indices("](") {
        let opened = prose[before..at].rfind('[').map(|open| before + open);
        let target = &prose[at + 2..];
        before = at + 2;
        let Some(opened) = opened else { continue };
        match link_end(target) {
            Some(0) => problems.push(problem(
                opened,
                "a link leads nowhere: there is nothing between its `(` and `)`",
            )),
            Some(_) => {}
            None => {
                let shown: String = target.chars().take(30).collect();
                let shown = shown.lines().next().unwrap_or_default().trim_end();
                problems.push(problem(
                    opened,
                    format!("the link to `{shown}` is not closed by `)`"),
                ));
            }
        }
    }
}

/// Where a link's target ends: at the bracket that closes it. A line may end before the target and before
/// its title.
fn link_end(target: &str) -> Option<usize> {
    let mut depth = 0;
    for (index, character) in target.char_indices() {
        match character {
            '\n' => {
                let next = target[index..].trim_start_matches([' ', '\t', '\n']);
                let goes_on =
                    target[..index].trim().is_empty() || next.starts_with(['"', '\'', ')']);
                if !goes_on || target[index..].starts_with("\n\n") {
                    return None;
                }
            }
            '(' => depth += 1,
            ')' if depth == 0 => return Some(index),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `[text][name]` where no line says `[name]: …`. What stands behind a word is an index (`filter[a][b]`).
fn reference_links(prose: &str, problems: &mut Vec<Problem>) {
    let folded = |name: &str| {
        let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
        words.join(" ")
    };
    let mut defined: Option<HashSet<String>> = None;
    for (at, _) in prose.match_indices("][") {
        let Some(open) = prose[..at].rfind(['[', ']', '\n']) else {
            continue;
        };
        let name = &prose[at + 2..];
        let Some(end) = name.find(['[', ']', '\n']) else {
            continue;
        };
        let (label, rest) = (&prose[open + 1..at], &name[end..]);
        let name = &name[..end];
        let begins = |text: &str| text.starts_with(|c: char| c.is_alphabetic());
        let is_link = prose[open..].starts_with('[')
            && prose[..open]
                .chars()
                .last()
                .is_none_or(|c| c.is_whitespace() || c == '(')
            && begins(label)
            && begins(name)
            && rest.starts_with(']')
            && !rest[1..]
                .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '[' | '(' | ':' | '='));
        if !is_link {
            continue;
        }
        let defined = defined.get_or_insert_with(|| {
            let definitions = prose
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix('[')?.split_once("]:"));
            definitions.map(|(name, _)| folded(name)).collect()
        });
        if !defined.contains(&folded(name)) {
            problems.push(problem(
                open,
                format!("the link to `{name}` leads nowhere: no line says `[{name}]: …`"),
            ));
        }
    }
}

/// `#Heading`, which needs a space to be one. A word like `#channel` begins small, a colour has no small
/// letter at all; a heading stands on a line of its own.
fn headings(prose: &str, problems: &mut Vec<Problem>) {
    let mut at = 0;
    let mut lines = prose.split_inclusive('\n').peekable();
    let mut alone = true;
    while let Some(line) = lines.next() {
        let text = line.trim_start_matches(' ');
        let indented = line.len() - text.len();
        let title = text.trim_start_matches('#');
        let level = text.len() - title.len();
        let text = text.trim_end();
        let alone_here = alone && lines.peek().is_none_or(|next| next.trim().is_empty());
        let is_word = !title.trim_end().contains(char::is_whitespace);
        let is_heading = title.starts_with(char::is_uppercase)
            && title.contains(char::is_lowercase)
            && (level > 1 || (alone_here && (lines.peek().is_some() || !is_word)));
        if indented < 4 && (1..=6).contains(&level) && is_heading {
            let mark = &text[..level];
            problems.push(problem(
                at + indented,
                format!("`{text}` is no heading: a space is missing after `{mark}`"),
            ));
        }
        alone = text.is_empty();
        at += line.len();
    }
}

/// A `**` that opens and is never closed. Said only where it is the one odd `**` of the whole text: two
/// of them may be marks of a footnote.
fn strong(prose: &str, problems: &mut Vec<Problem>) {
    let mut odd = Vec::new();
    let mut at = 0;
    for paragraph in prose.split_inclusive("\n\n") {
        let runs: Vec<usize> = runs_of_two(paragraph).collect();
        if runs.len() % 2 == 1 {
            odd.push((at, paragraph, runs));
        }
        at += paragraph.len();
    }
    let [(at, paragraph, runs)] = &odd[..] else {
        return;
    };
    let Some(&last) = runs.last() else { return };
    let before = paragraph[..last].chars().last();
    let opens = before.is_none_or(|c| c.is_whitespace() || c == '(')
        && paragraph[last + 2..].starts_with(char::is_alphabetic);
    // The arguments of a function in Python.
    let is_code = paragraph[last + 2..].starts_with("kwargs");
    if opens && !is_code {
        problems.push(problem(at + last, "a `**` is opened and not closed"));
    }
}

/// Where exactly two asterisks stand together, and are not escaped.
fn runs_of_two(text: &str) -> impl Iterator<Item = usize> {
    let is_more = |c: Option<char>| matches!(c, Some('*' | '\\'));
    text.match_indices("**")
        .map(|(at, _)| at)
        .filter(move |at| !is_more(text[..*at].chars().last()) && !text[*at + 2..].starts_with('*'))
}

/// The text with spaces in the place of its code, where nothing is Markdown; what is wrong with the code
/// is added to the problems.
fn without_code(text: &str, problems: &mut Vec<Problem>) -> String {
    let mut prose = text.as_bytes().to_vec();
    // Whole characters are blanked, so that what is left is text.
    let as_text = |prose: &[u8]| String::from_utf8_lossy(prose).into_owned();
    let mut fence: Option<(usize, char, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let mark = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| trimmed.chars().take_while(|c| *c == mark).count());
        let rest = trimmed.get(length..).unwrap_or_default();
        let opens = length >= 3 && !(mark == Some('`') && rest.contains('`'));
        if let Some((_, open, count)) = fence {
            if mark == Some(open) && length >= count && rest.trim().is_empty() {
                fence = None;
            }
            blank(&mut prose[at..at + line.len()]);
        } else if opens {
            let indented = line.len() - trimmed.len();
            fence = mark.map(|mark| (at + indented, mark, length));
            blank(&mut prose[at..at + line.len()]);
        }
        at += line.len();
    }
    let fenced = as_text(&prose);
    if let Some((open, ..)) = fence {
        problems.push(problem(open, "a block of code is opened and not closed"));
        return fenced;
    }
    // Spans of code, paragraph by paragraph: a backtick closes with as many as it opened with.
    let mut at = 0;
    for paragraph in fenced.split_inclusive("\n\n") {
        let mut rest = 0;
        while let Some(found) = paragraph[rest..].find('`') {
            let open = rest + found;
            if paragraph[..open].ends_with('\\') {
                rest = open + 1;
                continue;
            }
            let ticks = paragraph[open..]
                .bytes()
                .take_while(|byte| *byte == b'`')
                .count();
            let inner = open + ticks;
            let end = closing(&paragraph[inner..], ticks);
            if end.is_none() {
                problems.push(problem(at + open, "a backtick is opened and not closed"));
            }
            rest = end.map_or(paragraph.len(), |end| inner + end + ticks);
            blank(&mut prose[at + open..at + rest]);
        }
        at += paragraph.len();
    }
    as_text(&prose)
}

/// Puts as many spaces as bytes in the place of a part of a text; its lines stay.
fn blank(part: &mut [u8]) {
    for byte in part {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
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
