//! Patterns that need no engine: characters of stated ranges, so many of each, from the beginning of a text.
//!
//! Most patterns of documents are of this kind (`^[a-z0-9-]{1,40}$`, `^https://`); a client that has no others needs no
//! crate for regular expressions.

use std::iter::Peekable;
use std::str::Chars;

/// A pattern that is a row of runs of characters.
#[derive(Debug, PartialEq)]
pub(super) struct Runs {
    pub(super) runs: Vec<Run>,
    /// Whether nothing may follow.
    pub(super) to_end: bool,
}

/// So many characters of these ranges.
#[derive(Debug, PartialEq)]
pub(super) struct Run {
    pub(super) of: Vec<(char, char)>,
    pub(super) least: usize,
    pub(super) most: usize,
}

/// A pattern as runs, if it is of that kind and taking as many characters as there are never takes one that the
/// next run needs.
pub(super) fn runs(pattern: &str) -> Option<Runs> {
    let mut rest = pattern.strip_prefix('^')?.chars().peekable();
    let mut runs: Vec<Run> = Vec::new();
    let mut to_end = false;
    while let Some(c) = rest.next() {
        let of = match c {
            '$' if rest.peek().is_none() => {
                to_end = true;
                break;
            }
            '[' => class(&mut rest)?,
            '\\' => escaped(&mut rest)?,
            '^' | '$' | '.' | '(' | ')' | '|' | '*' | '+' | '?' | '{' | '}' | ']' => return None,
            c => vec![(c, c)],
        };
        let (least, most) = count(&mut rest)?;
        runs.push(Run { of, least, most });
    }
    let overlap = |a: &Run, b: &Run| {
        let pairs = a.of.iter().flat_map(|a| b.of.iter().map(move |b| (a, b)));
        pairs.into_iter().any(|(a, b)| a.0 <= b.1 && b.0 <= a.1)
    };
    let is_greedy = (0..runs.len()).all(|index| {
        let run = &runs[index];
        // What may follow: the runs up to the first one that has to be there.
        let mut following = runs[index + 1..].iter();
        run.least == run.most
            || !following
                .by_ref()
                .scan(false, |met, next| {
                    let is_met = std::mem::replace(met, *met || next.least > 0);
                    (!is_met).then_some(next)
                })
                .any(|next| overlap(run, next))
    });
    is_greedy.then_some(Runs { runs, to_end })
}

/// The ranges between brackets.
fn class(rest: &mut Peekable<Chars<'_>>) -> Option<Vec<(char, char)>> {
    let mut of: Vec<(char, char)> = Vec::new();
    if rest.peek() == Some(&'^') {
        return None;
    }
    loop {
        let from = match rest.next()? {
            ']' => return (!of.is_empty()).then_some(of),
            '\\' => escaped(rest)?,
            '[' => return None,
            c => vec![(c, c)],
        };
        let [(low, high)] = from[..] else {
            of.extend(from);
            continue;
        };
        if low != high || rest.peek() != Some(&'-') {
            of.push((low, high));
            continue;
        }
        rest.next();
        match rest.next()? {
            // A hyphen that stands last is one.
            ']' => {
                of.extend([(low, high), ('-', '-')]);
                return Some(of);
            }
            '\\' | '[' => return None,
            end if low <= end => of.push((low, end)),
            _ => return None,
        }
    }
}

/// What an escape stands for.
fn escaped(rest: &mut Peekable<Chars<'_>>) -> Option<Vec<(char, char)>> {
    Some(match rest.next()? {
        'd' => vec![('0', '9')],
        'w' => vec![('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        c if c.is_ascii_punctuation() => vec![(c, c)],
        _ => return None,
    })
}

/// How many there may be: one, if nothing is said.
fn count(rest: &mut Peekable<Chars<'_>>) -> Option<(usize, usize)> {
    let bounds = match rest.peek() {
        Some('*') => (0, usize::MAX),
        Some('+') => (1, usize::MAX),
        Some('?') => (0, 1),
        Some('{') => {
            rest.next();
            let mut text = String::new();
            loop {
                match rest.peek()? {
                    '}' => break,
                    _ => text.push(rest.next()?),
                }
            }
            match text.split_once(',') {
                None => {
                    let count = text.parse().ok()?;
                    (count, count)
                }
                Some((least, "")) => (least.parse().ok()?, usize::MAX),
                Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
            }
        }
        _ => return Some((1, 1)),
    };
    rest.next();
    // A lazy count takes the same texts, but who writes one means more than that.
    (rest.peek() != Some(&'?') && bounds.0 <= bounds.1).then_some(bounds)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the runtime does, on this side.
    fn fits(runs: &Runs, text: &str) -> bool {
        let mut rest = text.chars().peekable();
        for run in &runs.runs {
            let mut count = 0;
            while count < run.most
                && rest
                    .peek()
                    .is_some_and(|c| run.of.iter().any(|(low, high)| low <= c && c <= high))
            {
                rest.next();
                count += 1;
            }
            if count < run.least {
                return false;
            }
        }
        !runs.to_end || rest.peek().is_none()
    }

    #[test]
    fn runs_take_what_the_pattern_takes() {
        let texts = [
            "",
            "a",
            "ab",
            "a-b",
            "https://x",
            "http://x",
            "abc123",
            "abcd",
            "A1",
            "é",
            "~",
            " ",
            "a b",
            "12",
            "1-2",
            "-",
            "aab",
            "b",
            "a_b",
            "a.b",
            "+1",
            "abc-",
            "xch_1",
            "\n",
            "a\n",
        ];
        for pattern in [
            "^[!-~]+$",
            "^https://",
            "^[a-z0-9-]{1,3}$",
            "^[a-z]{3}\\d+$",
            "^a?b$",
            "^[a-z]+-[a-z]*$",
            "^\\w+$",
            "^\\+\\d{1,3}$",
            "^$",
            "^a{2}b",
            "^xch_[0-9]+$",
            "^[a-z-]+$",
            "^[\\w.]+$",
            "^a*b*$",
        ] {
            let runs = runs(pattern).unwrap_or_else(|| panic!("{pattern} is of that kind"));
            let regex = regress::Regex::with_flags(pattern, "u").expect("a pattern");
            for text in texts {
                assert_eq!(
                    fits(&runs, text),
                    regex.find(text).is_some(),
                    "{pattern} {text:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_more_than_that_is_left_to_the_engine() {
        for pattern in [
            "a",
            "^a|b$",
            "^(a)$",
            "^.+$",
            "^[^a]$",
            "^a*a$",
            "^[a-z]+z$",
            "^a+?$",
            "^\\p{Lu}$",
            "^\\s$",
            "^a{2,1}$",
            "^a$b",
            "^\\bx$",
            "^[a-z]?[x-z]$",
        ] {
            assert_eq!(runs(pattern), None, "{pattern}");
        }
    }
}
