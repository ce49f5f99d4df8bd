//! "Did you mean …?"
//!
//! Each mistake is compared with all names of its kind, and a document may have thousands of both. So
//! most names are ruled out by their length and letters, only the rest is compared, and of all
//! comparisons that one document asks for, so many are made that a reader has long had enough
//! suggestions.

use std::borrow::Cow;
use std::cell::Cell;

/// What the suggestions for one document may cost: the first hundred mistakes get theirs where there
/// are 20,000 names.
const MOST_STEPS: u64 = 30_000_000;

/// So many pairs of letters are compared in one step.
const LETTERS_PER_STEP: usize = 8;

/// Longer names are not compared: nobody misspells them by one letter only.
const LONGEST: usize = 64;

thread_local! {
    /// The steps that are left. A document is judged on a thread of its own.
    static STEPS: Cell<u64> = const { Cell::new(MOST_STEPS) };
}

/// The nearest of some names, where one is near enough to be what was meant.
pub(crate) fn nearest<'a>(
    written: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let length = written.chars().count();
    if length > LONGEST {
        return None;
    }
    // One slip in a short word, up to three in a long one.
    let mut allowed = match length {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let folded = written.to_lowercase();
    let letters = Letters::of(&folded);
    let mut best = None;
    for name in names {
        spend(1)?;
        let is_certain = name.is_ascii() && folded.is_ascii();
        if name == written || (is_certain && name.len().abs_diff(folded.len()) > allowed) {
            continue;
        }
        let name_folded = match name
            .chars()
            .any(|c| !c.is_ascii() || c.is_ascii_uppercase())
        {
            true => Cow::Owned(name.to_lowercase()),
            false => Cow::Borrowed(name),
        };
        if letters.least_distance(&Letters::of(&name_folded)) > allowed {
            continue;
        }
        let (rest, name_rest) = without_shared_ends(&folded, &name_folded);
        spend((rest.len() * name_rest.len() / LETTERS_PER_STEP) as u64)?;
        let distance = strsim::damerau_levenshtein(rest, name_rest);
        // Of those that are equally near, the one that only has letters more or fewer is meant (`pst` is
        // `post` and not `put`), and of several the first.
        let is_other = !(rest.is_empty() || name_rest.is_empty());
        let is_nearer = best.is_none_or(|(_, than)| (distance, is_other) < than);
        if distance <= allowed && distance < name.chars().count() && is_nearer {
            best = Some((name, (distance, is_other)));
            if is_other {
                allowed = distance;
                continue;
            }
            match distance.checked_sub(1) {
                Some(nearer) => allowed = nearer,
                None => break,
            }
        }
    }
    best.map(|(name, _)| name)
}

/// Takes steps from those that are left; none where that is too many.
fn spend(steps: u64) -> Option<()> {
    let left = STEPS.get().checked_sub(steps)?;
    STEPS.set(left);
    Some(())
}

/// Two names without what both begin and end with, which takes no edits.
fn without_shared_ends<'a>(one: &'a str, other: &'a str) -> (&'a str, &'a str) {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    let start: usize = same.map(|(c, _)| c.len_utf8()).sum();
    let (one, other) = (&one[start..], &other[start..]);
    let same = one.chars().rev().zip(other.chars().rev());
    let same = same.take_while(|(a, b)| a == b);
    let end: usize = same.map(|(c, _)| c.len_utf8()).sum();
    (&one[..one.len() - end], &other[..other.len() - end])
}

/// How many letters of which kind a name has.
struct Letters([i16; Letters::KINDS]);

impl Letters {
    const KINDS: usize = 32;

    fn of(name: &str) -> Self {
        let mut counts = [0_i16; Self::KINDS];
        for c in name.chars() {
            let count = &mut counts[c as usize % Self::KINDS];
            *count = count.saturating_add(1);
        }
        Self(counts)
    }

    /// So many edits it takes at least: each adds a letter, takes one away, or does both.
    fn least_distance(&self, other: &Self) -> usize {
        let (mut more, mut fewer) = (0_usize, 0_usize);
        for (one, other) in self.0.iter().zip(&other.0) {
            let gap = usize::from(one.abs_diff(*other));
            if one > other {
                more += gap;
            } else {
                fewer += gap;
            }
        }
        more.max(fewer)
    }
}

/// The field that was meant: the nearest, or the one that is shortened so.
pub(crate) fn field<'a>(
    written: &str,
    names: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    nearest(written, names.clone()).or_else(|| {
        let mut longer = names.into_iter().filter(|name| is_shortened(written, name));
        let only = longer.next()?;
        longer.next().is_none().then_some(only)
    })
}

/// Whether a name is the beginning of another, long enough to tell.
pub(crate) fn is_shortened(written: &str, name: &str) -> bool {
    written.len() >= 3 && written.len() < name.len() && name.starts_with(written)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every name compared, as it is meant.
    fn nearest_of_all<'a>(written: &str, names: &[&'a str]) -> Option<&'a str> {
        let allowed = match written.chars().count() {
            0..=2 => 1,
            3..=5 => 2,
            _ => 3,
        };
        names
            .iter()
            .filter(|name| **name != written)
            .map(|name| {
                let folded = (written.to_lowercase(), name.to_lowercase());
                let distance = strsim::damerau_levenshtein(&folded.0, &folded.1);
                let (rest, name_rest) = without_shared_ends(&folded.0, &folded.1);
                let is_other = !rest.is_empty() && !name_rest.is_empty();
                ((distance, is_other), *name)
            })
            .filter(|((distance, _), name)| {
                *distance <= allowed && *distance < name.chars().count()
            })
            .min_by_key(|(key, _)| *key)
            .map(|(_, name)| name)
    }

    proptest! {
        #[test]
        fn ruling_out_changes_no_suggestion(
            written in "[a-cA-Cé]{0,8}",
            names in proptest::collection::vec("[a-cA-CéİK]{0,9}", 0..8),
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            prop_assert_eq!(
                nearest(&written, names.iter().copied()),
                nearest_of_all(&written, &names)
            );
        }
    }

    #[test]
    fn of_those_that_are_equally_near_a_letter_left_out_is_meant() {
        assert_eq!(nearest("pst", ["put", "post"]), Some("post"));
        assert_eq!(nearest("gett", ["got", "get"]), Some("get"));
    }

    #[test]
    fn the_first_hundred_mistakes_among_thousands_of_names_get_a_suggestion() {
        let names: Vec<String> = (0..20_000).map(|n| format!("operation{n}")).collect();
        for n in 0..100 {
            let names = names.iter().map(String::as_str);
            assert!(nearest(&format!("oparetion{}", n * 150), names).is_some());
        }
    }

    /// Comparing each with each would take 400 million comparisons.
    #[test]
    fn where_mistakes_never_end_suggestions_do() {
        let names: Vec<String> = (0..20_000).map(|n| format!("p{n:05}x")).collect();
        let said = (0..20_000)
            .filter(|n| {
                let names = names.iter().map(String::as_str);
                nearest(&format!("z{n:05}qqqq"), names).is_some()
            })
            .count();
        assert_eq!(said, 0);
        assert_eq!(STEPS.get(), 0);
    }
}
