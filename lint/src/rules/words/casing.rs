//! Styles of names.

use std::collections::HashMap;
use std::fmt;

/// How the words of a name are joined. A single lower-case word is of every style and of none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Casing {
    Camel,
    Pascal,
    Snake,
    ScreamingSnake,
    Kebab,
}

impl Casing {
    /// The style of a name that shows one.
    pub(super) fn of(name: &str) -> Option<Self> {
        let ascii = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        let upper = name.bytes().any(|byte| byte.is_ascii_uppercase());
        let lower = name.bytes().any(|byte| byte.is_ascii_lowercase());
        // A mark at the start or the end says that the member is special.
        let inner = name.trim_matches(['_', '-']);
        let (snake, kebab) = (inner.contains('_'), inner.contains('-'));
        if !ascii || inner.is_empty() || (snake && kebab) {
            return None;
        }
        match (snake, kebab, upper, lower) {
            (true, _, false, true) => Some(Self::Snake),
            (true, _, true, false) => Some(Self::ScreamingSnake),
            (_, true, false, true) => Some(Self::Kebab),
            (false, false, true, true) => {
                Some(if inner.starts_with(|c: char| c.is_ascii_uppercase()) {
                    Self::Pascal
                } else {
                    Self::Camel
                })
            }
            _ => None,
        }
    }
}

impl fmt::Display for Casing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Camel => "camelCase",
            Self::Pascal => "PascalCase",
            Self::Snake => "snake_case",
            Self::ScreamingSnake => "SCREAMING_SNAKE_CASE",
            Self::Kebab => "kebab-case",
        })
    }
}

/// The style of at least three in four of some names, where it is the style of two or more.
pub(super) fn majority<'a>(names: impl Iterator<Item = &'a str>) -> Option<Casing> {
    let mut counts: HashMap<Casing, usize> = HashMap::new();
    let mut all = 0;
    for casing in names.filter_map(Casing::of) {
        *counts.entry(casing).or_default() += 1;
        all += 1;
    }
    let (casing, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count >= 2 && count * 3 >= all * 2).then_some(casing)
}
