//! Limits of numbers, lengths and counts, and patterns.

use std::cmp::Ordering;

use crate::diff::catalogue::{Twin, twin};
use crate::diff::compare::SchemaPair;
use crate::diff::schema::{Bound, COUNTS, Said, Types};

/// A limit, for tighter and for looser.
struct Limit {
    keyword: &'static str,
    tightened: Twin,
    loosened: Twin,
}

// The same words for each limit, with ids of their own.
macro_rules! limits {
    ($($keyword:literal $tightened:literal $loosened:literal $tight_what:literal $loose_what:literal;)*) => {
        static LIMITS: &[Limit] = &[$(Limit {
            keyword: $keyword,
            tightened: twin!(narrowing $tightened: $tight_what),
            loosened: twin!(widening $loosened: $loose_what),
        }),*];
    };
}

limits! {
    "minLength" "min-length-tightened" "min-length-loosened" "the least length rose or is new" "the least length fell or is gone";
    "maxLength" "max-length-tightened" "max-length-loosened" "the greatest length fell or is new" "the greatest length rose or is gone";
    "minItems" "min-items-tightened" "min-items-loosened" "the least number of items rose or is new" "the least number of items fell or is gone";
    "maxItems" "max-items-tightened" "max-items-loosened" "the greatest number of items fell or is new" "the greatest number of items rose or is gone";
    "minProperties" "min-properties-tightened" "min-properties-loosened" "the least number of members rose or is new" "the least number of members fell or is gone";
    "maxProperties" "max-properties-tightened" "max-properties-loosened" "the greatest number of members fell or is new" "the greatest number of members rose or is gone";
    "minimum" "minimum-tightened" "minimum-loosened" "the least number rose or is new" "the least number fell or is gone";
    "maximum" "maximum-tightened" "maximum-loosened" "the greatest number fell or is new" "the greatest number rose or is gone";
    "multipleOf" "multiple-of-tightened" "multiple-of-loosened" "fewer multiples, or multiples only" "more multiples, or any number";
    "uniqueItems" "unique-items-tightened" "unique-items-loosened" "items may not repeat any more" "items may repeat now";
    "pattern" "pattern-added" "pattern-removed" "a pattern where there was none" "a pattern is gone";
}

static MULTIPLE_OF_CHANGED: Twin =
    twin!(unclear "multiple-of-changed": "multiples of one number became multiples of another");
static PATTERN_CHANGED: Twin = twin!(unclear "pattern-changed": "a pattern became another");

/// All twins of this area.
pub(crate) fn twins() -> Vec<&'static Twin> {
    let limits = LIMITS
        .iter()
        .flat_map(|limit| [&limit.tightened, &limit.loosened]);
    limits
        .chain([&MULTIPLE_OF_CHANGED, &PATTERN_CHANGED])
        .collect()
}

fn limit(keyword: &str) -> &'static Limit {
    LIMITS
        .iter()
        .find(|limit| limit.keyword == keyword)
        .expect("every keyword that is asked for stands in the table above")
}

/// Compares all limits.
pub(crate) fn compare(pair: &mut SchemaPair<'_, '_, '_>) {
    let both = pair.base.types.or(pair.head.types);
    if both.meets(Types::NUMBER) {
        bound(pair, "minimum");
        bound(pair, "maximum");
        multiple_of(pair);
    }
    for (keyword, upper) in COUNTS {
        let of = match keyword {
            "minLength" | "maxLength" => Types::STRING,
            "minItems" | "maxItems" => Types::ARRAY,
            _ => Types::OBJECT,
        };
        if both.meets(of) {
            count(pair, keyword, upper);
        }
    }
    if both.meets(Types::ARRAY) {
        unique(pair);
    }
    if both.meets(Types::STRING) {
        pattern(pair);
    }
}

fn count(pair: &mut SchemaPair<'_, '_, '_>, keyword: &'static str, upper: bool) {
    let was = pair.base.counts.get(keyword).copied();
    let now = pair.head.counts.get(keyword).copied();
    let order = match (was, now) {
        (Some(was), Some(now)) => now.value.cmp(&was.value),
        (None, Some(_)) if upper => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) if upper => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (None, None) => return,
    };
    told(
        pair,
        keyword,
        upper,
        order,
        was.map(|said| said_text(said, u64::to_string)),
        now.map(|said| said_text(said, u64::to_string)),
    );
}

fn bound(pair: &mut SchemaPair<'_, '_, '_>, keyword: &'static str) {
    let upper = keyword == "maximum";
    let (was, now) = if upper {
        (pair.base.maximum, pair.head.maximum)
    } else {
        (pair.base.minimum, pair.head.minimum)
    };
    let order = match (was, now) {
        (Some(was), Some(now)) => now.value.value.compare(was.value.value).then_with(|| {
            let is_exclusive = |bound: Bound<'_>| bound.exclusive.is_some();
            let order = is_exclusive(now.value).cmp(&is_exclusive(was.value));
            if upper { order.reverse() } else { order }
        }),
        (None, Some(_)) if upper => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) if upper => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (None, None) => return,
    };
    let text = |bound: &Bound<'_>| {
        let exclusive = bound.exclusive.map_or("", |_| " (exclusive)");
        format!("{}{exclusive}", bound.value.text())
    };
    // Where the number stayed and only its end came or went, that keyword is what changed.
    if let (Some(was), Some(now)) = (was, now)
        && was.value.value == now.value.value
    {
        let at = match (now.value.exclusive, was.value.exclusive) {
            (Some(node), _) => pair.in_head(node),
            (None, Some(node)) => pair.in_base(node),
            (None, None) => return,
        };
        let (was, now) = (text(&was.value), text(&now.value));
        if let Some(twin) = moved_by(keyword, upper, order) {
            pair.tell(twin, at, format!("`{keyword}` is {now} now, was {was}"));
        }
        return;
    }
    told(
        pair,
        keyword,
        upper,
        order,
        was.map(|said| said_text(said, text)),
        now.map(|said| said_text(said, text)),
    );
}

/// Whether a limit that moved allows more or less.
fn moved_by(keyword: &str, upper: bool, order: Ordering) -> Option<&'static Twin> {
    match (order, upper) {
        (Ordering::Equal, _) => None,
        (Ordering::Less, true) | (Ordering::Greater, false) => Some(&limit(keyword).tightened),
        _ => Some(&limit(keyword).loosened),
    }
}

fn said_text<'d, T>(said: Said<'d, T>, text: impl Fn(&T) -> String) -> Said<'d, String> {
    Said {
        value: text(&said.value),
        at: said.at,
    }
}

/// Tells a limit that moved.
fn told<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    keyword: &'static str,
    upper: bool,
    order: Ordering,
    was: Option<Said<'d, String>>,
    now: Option<Said<'d, String>>,
) {
    if let Some(twin) = moved_by(keyword, upper, order) {
        moved(pair, twin, keyword, was, now);
    }
}

fn moved<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    twin: &'static Twin,
    keyword: &str,
    was: Option<Said<'d, String>>,
    now: Option<Said<'d, String>>,
) {
    let (at, text) = match (was, now) {
        (Some(was), Some(now)) => (
            pair.in_head(now.at),
            format!("`{keyword}` is {} now, was {}", now.value, was.value),
        ),
        (None, Some(now)) => (
            pair.in_head(now.at),
            format!("`{keyword}` is {} now, was not limited", now.value),
        ),
        (Some(was), None) => (
            pair.in_base(was.at),
            format!("`{keyword}` is not limited any more, was {}", was.value),
        ),
        (None, None) => return,
    };
    pair.tell(twin, at, text);
}

fn multiple_of(pair: &mut SchemaPair<'_, '_, '_>) {
    let (was, now) = (pair.base.multiple_of, pair.head.multiple_of);
    let twin = match (was, now) {
        (None, None) => return,
        (Some(was), Some(now)) if was.value == now.value => return,
        (None, Some(_)) => &limit("multipleOf").tightened,
        (Some(_), None) => &limit("multipleOf").loosened,
        (Some(was), Some(now)) if now.value.is_multiple_of(was.value) => {
            &limit("multipleOf").tightened
        }
        (Some(was), Some(now)) if was.value.is_multiple_of(now.value) => {
            &limit("multipleOf").loosened
        }
        _ => &MULTIPLE_OF_CHANGED,
    };
    let was = was.map(|said| said_text(said, |number| number.text()));
    let now = now.map(|said| said_text(said, |number| number.text()));
    moved(pair, twin, "multipleOf", was, now);
}

fn unique(pair: &mut SchemaPair<'_, '_, '_>) {
    match (pair.base.unique_items, pair.head.unique_items) {
        (None, Some(now)) => {
            let at = pair.in_head(now.at);
            pair.tell(
                &limit("uniqueItems").tightened,
                at,
                "items may not repeat any more",
            );
        }
        (Some(was), None) => {
            let at = pair.in_base(was.at);
            pair.tell(&limit("uniqueItems").loosened, at, "items may repeat now");
        }
        _ => {}
    }
}

/// A string has to match all patterns of its schema. Two lists that only grow or shrink can be
/// judged; of two different patterns nobody can tell which allows more.
fn pattern(pair: &mut SchemaPair<'_, '_, '_>) {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    let gone: Vec<_> = base
        .patterns
        .iter()
        .filter(|was| !head.patterns.iter().any(|now| now.value == was.value))
        .collect();
    let new: Vec<_> = head
        .patterns
        .iter()
        .filter(|now| !base.patterns.iter().any(|was| was.value == now.value))
        .collect();
    match (gone.first(), new.first()) {
        (Some(was), Some(now)) => {
            let at = pair.in_head(now.at);
            let text = format!("has to match `{}` now, was `{}`", now.value, was.value);
            pair.tell(&PATTERN_CHANGED, at, text);
        }
        (None, Some(now)) => {
            let at = pair.in_head(now.at);
            let text = format!("has to match `{}` now", now.value);
            pair.tell(&limit("pattern").tightened, at, text);
        }
        (Some(was), None) => {
            let at = pair.in_base(was.at);
            let text = format!("does not have to match `{}` any more", was.value);
            pair.tell(&limit("pattern").loosened, at, text);
        }
        (None, None) => {}
    }
}
