//! What an author may have meant by a line that is no YAML.
//!
//! The parser notices a slip at the line itself or some lines later, and says little about what it is.
//! Each change of a line that people get wrong in their editor is proposed here; which of them makes
//! sense is seen when the text is read again.

use std::ops::Range;

use xquik_document::{SyntaxError, SyntaxErrorKind};

/// A change that may make a text readable.
#[derive(Debug, Clone)]
pub(super) struct Repair {
    /// Lines, counted from 0, and what they become.
    pub(super) edits: Vec<(usize, String)>,
    /// Which line is wrong, counted from 0.
    pub(super) line: usize,
    /// Whether its start is what is wrong, wherever in it the parser stumbled.
    pub(super) at_start: bool,
    /// What is wrong with it; none where the parser's words are to the point.
    pub(super) message: Option<String>,
    /// What to do.
    pub(super) help: String,
    /// How far-fetched it is.
    pub(super) cost: usize,
}

/// So many repairs are tried for one mistake.
const MOST_REPAIRS: usize = 64;

/// So many indentations are tried for a line.
const MOST_SHIFTS: usize = 7;

/// So many lines before the place where the parser stopped may be what is wrong.
const LOOKED_BACK: usize = 3;

/// How far the search for a line that belongs to another one goes.
const FAR: usize = 2_000;

/// Whether the parser stumbled within brackets, where indentation says nothing.
pub(super) fn is_within_brackets(lines: &[String], error: &SyntaxError) -> bool {
    let at = error.span.start;
    let line = lines.get((at.line as usize).saturating_sub(1));
    let before: String = line.map_or_else(String::new, |line| {
        line.chars().take(at.column as usize - 1).collect()
    });
    let count = |bracket: char| before.matches(bracket).count();
    error.span.end.line > at.line
        || error.message.contains("flow")
        || error.message.starts_with("this `")
        || count('{') > count('}')
        || count('[') > count(']')
        || lines
            .first()
            .is_some_and(|line| line.starts_with(['{', '[']))
}

/// The repairs of a text that the parser does not take, the likeliest first.
pub(super) fn repairs(lines: &[String], error: &SyntaxError) -> Vec<Repair> {
    let stumbled = (error.span.start.line as usize).saturating_sub(1);
    let mut repairs = Vec::new();
    for (far, line) in suspects(lines, stumbled).into_iter().enumerate() {
        let mut propose = |mut repair: Repair| {
            repair.cost += far;
            repairs.push(repair);
        };
        if error.kind == SyntaxErrorKind::Tab {
            tabs(lines, line, &mut propose);
            continue;
        }
        spaces(lines, line, &mut propose);
        colons(lines, line, &mut propose);
        quotes(lines, line, &mut propose);
        shifts(lines, line, &mut propose);
    }
    repairs.sort_by_key(|repair| repair.cost);
    repairs.truncate(MOST_REPAIRS);
    repairs
}

/// The lines that may be wrong where the parser stumbles over one.
fn suspects(lines: &[String], stumbled: usize) -> Vec<usize> {
    let mut suspects = Vec::new();
    let mut add = |line: usize| {
        if !suspects.contains(&line) {
            suspects.push(line);
        }
    };
    let stumbled = (stumbled..lines.len()).find(|line| is_written(&lines[*line]));
    let Some(stumbled) = stumbled.or_else(|| before(lines, lines.len()).next()) else {
        return suspects;
    };
    add(stumbled);
    before(lines, stumbled).take(LOOKED_BACK).for_each(&mut add);
    // The first of those that the line would follow, had it been indented further.
    let here = indentation(&lines[stumbled]);
    let mut innermost = usize::MAX;
    let mut first = None;
    for line in before(lines, stumbled).take(FAR) {
        let indentation = indentation(&lines[line]);
        if indentation <= here {
            break;
        }
        if indentation <= innermost {
            innermost = indentation;
            first = Some(line);
        }
    }
    first.into_iter().for_each(&mut add);
    after(lines, stumbled + 1).take(1).for_each(add);
    suspects
}

/// A space is missing after `-` or `:`.
fn spaces(lines: &[String], at: usize, propose: &mut impl FnMut(Repair)) {
    let line = &lines[at];
    let (indent, content) = split(line);
    if let Some(rest) = content.strip_prefix('-')
        && rest.starts_with(|c: char| c.is_alphanumeric() || "$'\"/{[_".contains(c))
    {
        propose(Repair {
            edits: vec![(at, format!("{indent}- {rest}"))],
            line: at,
            at_start: true,
            message: Some("a space is missing after `-`".to_owned()),
            help: format!("write `- {}`", shown(rest)),
            cost: 1,
        });
    }
    let (indent, content) = entry(line);
    if let Some((key, value)) = content.split_once(':')
        && is_key(key)
        && value.starts_with(|c: char| !c.is_whitespace())
        && !value.starts_with("//")
    {
        propose(Repair {
            edits: vec![(at, format!("{indent}{key}: {value}"))],
            line: at,
            at_start: false,
            message: Some("a space is missing after `:`".to_owned()),
            help: format!("write `{key}: {}`", shown(value)),
            cost: 1,
        });
    }
}

/// The `:` between a key and its value is missing.
fn colons(lines: &[String], at: usize, propose: &mut impl FnMut(Repair)) {
    let line = &lines[at];
    let (indent, content) = entry(line);
    let text = content.trim_end();
    let end = &content[text.len()..];
    let (key, value) = text.split_once(' ').unwrap_or((text, ""));
    if !is_key(key) || key.contains(':') || value.starts_with('#') {
        return;
    }
    let value = value.trim_start();
    let text = match value {
        "" => format!("{key}:"),
        value => format!("{key}: {value}"),
    };
    propose(Repair {
        help: format!("write `{}`", shown(&text)),
        edits: vec![(at, format!("{indent}{text}{end}"))],
        line: at,
        at_start: false,
        message: Some("this is no `key: value`: a `:` is missing".to_owned()),
        cost: 3,
    });
}

/// A quote is not closed, or a value needs some.
fn quotes(lines: &[String], at: usize, propose: &mut impl FnMut(Repair)) {
    let line = &lines[at];
    let (indent, content) = entry(line);
    let text = content.trim_end();
    let end = &content[text.len()..];
    for quote in ['\'', '"'] {
        if text.matches(quote).count() % 2 == 1 {
            propose(Repair {
                edits: vec![(at, format!("{indent}{text}{quote}{end}"))],
                line: at,
                at_start: false,
                message: Some("this quote is not closed".to_owned()),
                help: format!("end the value with `{quote}`"),
                cost: 2,
            });
        }
    }
    if let Some((key, value)) = text.split_once(": ")
        && is_key(key)
        && value.contains(": ")
        && !value.contains(['\'', '"', '{', '[', '|', '>'])
    {
        propose(Repair {
            edits: vec![(at, format!("{indent}{key}: '{value}'{end}"))],
            line: at,
            at_start: false,
            message: None,
            help: "put the value in quotes, since it holds `: `".to_owned(),
            cost: 3,
        });
    }
}

/// A line, alone or with what belongs to it, is indented by too few or too many spaces.
fn shifts(lines: &[String], at: usize, propose: &mut impl FnMut(Repair)) {
    let own = indentation(&lines[at]);
    let below = block(lines, at);
    for wanted in indentations(lines, at) {
        let message = format!(
            "this line is indented by {}, which no other line of its object is",
            spaces_of(own)
        );
        let cost = 2 + own.abs_diff(wanted);
        let line = shifted(&lines[at], own, wanted);
        let edits = vec![(at, line)];
        if !below.is_empty() {
            let edits = edits.iter().cloned();
            let below = below
                .clone()
                .map(|at| (at, shifted(&lines[at], own, wanted)));
            propose(Repair {
                edits: edits.chain(below).collect(),
                line: at,
                at_start: true,
                message: Some(message.clone()),
                help: format!(
                    "indent it by {}, and what belongs to it as much less or more",
                    spaces_of(wanted)
                ),
                cost: cost + 1,
            });
        }
        propose(Repair {
            edits,
            line: at,
            at_start: true,
            message: Some(message),
            help: format!("indent it by {}", spaces_of(wanted)),
            cost,
        });
    }
}

/// A tab indents the line, or several lines.
fn tabs(lines: &[String], at: usize, propose: &mut impl FnMut(Repair)) {
    let help = "indent with spaces, in this line and in the others";
    let tabbed: Vec<usize> = (0..lines.len())
        .filter(|at| is_tabbed(&lines[*at]))
        .collect();
    let Some(&line) = tabbed.first() else {
        return;
    };
    if tabbed.len() == 1 && line == at {
        for (cost, wanted) in indentations(lines, at).into_iter().enumerate() {
            let text = lines[at].trim_start_matches([' ', '\t']);
            propose(Repair {
                edits: vec![(at, " ".repeat(wanted) + text)],
                line,
                at_start: false,
                message: None,
                help: help.to_owned(),
                cost,
            });
        }
    }
    for (cost, width) in [2, 4, 8, 6, 1, 3, 10, 12].into_iter().enumerate() {
        propose(Repair {
            edits: tabbed
                .iter()
                .map(|at| (*at, with_spaces_for_tabs(&lines[*at], width)))
                .collect(),
            line,
            at_start: false,
            message: None,
            help: help.to_owned(),
            cost: cost + 10 * usize::from(tabbed.len() == 1),
        });
    }
}

/// The indentations that a line may have been meant to have: those of the lines around it.
fn indentations(lines: &[String], at: usize) -> Vec<usize> {
    let own = match is_tabbed(&lines[at]) {
        true => usize::MAX,
        false => indentation(&lines[at]),
    };
    let mut found: Vec<usize> = Vec::new();
    let mut add = |indentation: usize| {
        if indentation != own && !found.contains(&indentation) {
            found.push(indentation);
        }
    };
    let mut around = |line: usize| {
        let line = &lines[line];
        add(indentation(line));
        let (item, content) = entry(line);
        add(item.chars().count());
        if content.trim_end().ends_with(':') {
            add(item.chars().count() + STEP);
        }
    };
    before(lines, at)
        .filter(|line| !is_tabbed(&lines[*line]))
        .take(8)
        .for_each(&mut around);
    after(lines, at + 1)
        .filter(|line| !is_tabbed(&lines[*line]))
        .take(3)
        .for_each(&mut around);
    // Of the lines around it, those that hold it.
    let mut innermost = usize::MAX;
    for line in before(lines, at).take(FAR) {
        let indentation = indentation(&lines[line]);
        if indentation < innermost {
            innermost = indentation;
            around(line);
        }
    }
    let near = if own == usize::MAX {
        before(lines, at)
            .next()
            .map_or(0, |line| indentation(&lines[line]))
    } else {
        own
    };
    found.sort_by_key(|indentation| indentation.abs_diff(near));
    found.truncate(MOST_SHIFTS);
    found
}

/// The spaces by which most people indent.
const STEP: usize = 2;

/// How uneven the indentation around a line is: the lines that are not indented by one step more than
/// what holds them, and the keys without a value.
pub(super) fn unevenness(lines: &[String], around: Range<usize>) -> usize {
    let mut uneven = 0;
    for at in around.start.saturating_sub(8)..(around.end + 8).min(lines.len()) {
        let line = &lines[at];
        if !is_written(line) || is_tabbed(line) {
            continue;
        }
        let own = indentation(line);
        let holder = before(lines, at)
            .take(FAR)
            .find(|holder| indentation(&lines[*holder]) < own);
        let step = own - holder.map_or(0, |holder| indentation(&lines[holder]));
        uneven += usize::from(step != STEP && own > 0);
        if entry(line).1.trim_end().ends_with(':') {
            let column = entry(line).0.chars().count();
            let has_value = after(lines, at + 1).next().is_some_and(|next| {
                let is_item = split(&lines[next]).1.starts_with('-');
                indentation(&lines[next]) + usize::from(is_item) > column
            });
            uneven += usize::from(!has_value);
        }
    }
    uneven
}

/// The lines that are indented further than one and come right after it.
pub(super) fn block(lines: &[String], at: usize) -> Range<usize> {
    let own = indentation(&lines[at]);
    let deeper = after(lines, at + 1).take_while(|line| indentation(&lines[*line]) > own);
    let last = deeper.last().unwrap_or(at);
    at + 1..last + 1
}

/// The line that holds another one, and those that it holds beside it.
pub(super) fn beside(lines: &[String], at: usize) -> impl Iterator<Item = usize> {
    let own = indentation(&lines[at]);
    let holder = before(lines, at).find(|holder| indentation(&lines[*holder]) < own);
    let held = match holder {
        Some(holder) => block(lines, holder),
        None => 0..lines.len(),
    };
    let is_beside = move |line: &usize| indentation(&lines[*line]) == own;
    holder.into_iter().chain(held.filter(is_beside))
}

fn shifted(line: &str, own: usize, wanted: usize) -> String {
    let (indent, content) = split(line);
    if content.trim().is_empty() {
        return line.to_owned();
    }
    let width = (indent.len() + wanted).saturating_sub(own);
    " ".repeat(width) + content
}

/// The written lines before one, the nearest first.
fn before(lines: &[String], at: usize) -> impl Iterator<Item = usize> {
    (0..at.min(lines.len()))
        .rev()
        .filter(|line| is_written(&lines[*line]))
}

fn after(lines: &[String], at: usize) -> impl Iterator<Item = usize> {
    (at..lines.len()).filter(|line| is_written(&lines[*line]))
}

/// Whether there is more on a line than a comment.
fn is_written(line: &str) -> bool {
    !matches!(line.trim_start().chars().next(), None | Some('#'))
}

/// Whether a tab is among what indents a line.
pub(super) fn is_tabbed(line: &str) -> bool {
    line.trim_start_matches(' ').starts_with('\t')
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The spaces before a line's content, and the content.
fn split(line: &str) -> (&str, &str) {
    line.split_at(indentation(line))
}

/// What stands before the key or the value of a line, dashes of items included, and the rest.
fn entry(line: &str) -> (&str, &str) {
    let mut content = split(line).1;
    while let Some(rest) = content.strip_prefix("- ") {
        content = rest.trim_start_matches(' ');
    }
    line.split_at(line.len() - content.len())
}

fn is_key(text: &str) -> bool {
    let text = text
        .strip_prefix(['\'', '"'])
        .and_then(|text| text.strip_suffix(['\'', '"']))
        .unwrap_or(text);
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "_-$./{}+*".contains(c))
        && !text.starts_with(['-', '{', '*'])
}

/// The line with so many spaces for each tab that indents it.
fn with_spaces_for_tabs(line: &str, width: usize) -> String {
    let text = line.trim_start_matches([' ', '\t']);
    let indentation = &line[..line.len() - text.len()];
    indentation.replace('\t', &" ".repeat(width)) + text
}

fn spaces_of(count: usize) -> String {
    match count {
        1 => "1 space".to_owned(),
        count => format!("{count} spaces"),
    }
}

/// The start of a line, for a message.
fn shown(text: &str) -> String {
    const SHOWN: usize = 40;
    let text = text.trim_end();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
