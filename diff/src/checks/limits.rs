//! Limits of numbers, lengths and counts, and patterns.

use std::cmp::Ordering;

use jsonschema::{Draft, PatternOptions};
use serde_json::{Map, json};
use xquik_document::Node;

use super::properties;
use crate::catalogue::{Twin, twin};
use crate::compare::SchemaPair;
use crate::number::Number;
use crate::schema::{Bound, COUNTS, Said, Schema, Types};
use crate::side::Which;

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

/// Whether one side counts its values up, and all of them keep the limits of the other: then only the
/// set came or went. With formats, if these can be judged.
pub(crate) fn are_kept(pair: &SchemaPair<'_, '_, '_>, formats: bool) -> bool {
    let (values, other) = match (&pair.base.values, &pair.head.values) {
        (Some(said), None) => (&said.value, &pair.head),
        (None, Some(said)) => (&said.value, &pair.base),
        _ => return false,
    };
    let mut limits = Map::new();
    for (keyword, said) in &other.counts {
        limits.insert((*keyword).to_owned(), said.value.into());
    }
    for (upper, inclusive, exclusive) in [
        (false, "minimum", "exclusiveMinimum"),
        (true, "maximum", "exclusiveMaximum"),
    ] {
        if let Some(end) = end(other, upper) {
            let keyword = end.value.exclusive.map_or(inclusive, |_| exclusive);
            limits.insert(keyword.to_owned(), end.value.value.to_json());
        }
    }
    if let Some(said) = other.multiple_of {
        limits.insert("multipleOf".to_owned(), said.value.to_json());
    }
    if other.unique_items.is_some() {
        limits.insert("uniqueItems".to_owned(), true.into());
    }
    let patterns = other.patterns.iter();
    let patterns: Vec<_> = patterns
        .map(|said| json!({ "pattern": said.value }))
        .collect();
    if !patterns.is_empty() {
        limits.insert("allOf".to_owned(), patterns.into());
    }
    if formats && let Some(said) = other.format {
        limits.insert("format".to_owned(), said.value.into());
    }
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(formats)
        // A format that nobody knows here cannot be judged.
        .should_ignore_unknown_formats(false)
        .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(10_000))
        .build(&limits.into());
    validator.is_ok_and(|validator| {
        let mut values = values.values();
        values.all(|node| validator.is_valid(&node.to_json()))
    })
}

/// Compares all limits.
pub(crate) fn compare(pair: &mut SchemaPair<'_, '_, '_>) {
    if are_kept(pair, false) {
        return;
    }
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

/// A limit of one side.
#[derive(Debug, Clone, Copy)]
struct End<'d, T> {
    value: T,
    /// Where it is written; none where other keywords limit as much anyway.
    at: Option<&'d Node>,
    /// Which ones, for people.
    by: &'static str,
}

impl<'d, T> End<'d, T> {
    /// What limits: the keyword itself, or what others limit to where that is as tight.
    fn of(
        written: Option<Said<'d, T>>,
        implied: Option<(T, &'static str)>,
        is_tighter: impl FnOnce(&T, &T) -> bool,
    ) -> Option<Self> {
        match (written, implied) {
            (Some(said), Some((value, by))) if !is_tighter(&said.value, &value) => Some(Self {
                value,
                at: None,
                by,
            }),
            (Some(said), _) => Some(Self {
                value: said.value,
                at: Some(said.at),
                by: "",
            }),
            (None, Some((value, by))) => Some(Self {
                value,
                at: None,
                by,
            }),
            (None, None) => None,
        }
    }

    fn text(&self, text: impl Fn(&T) -> String) -> End<'d, String> {
        End {
            value: format!("{}{}", text(&self.value), self.by),
            at: self.at,
            by: self.by,
        }
    }
}

fn count(pair: &mut SchemaPair<'_, '_, '_>, keyword: &'static str, upper: bool) {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    let written = (
        base.counts.get(keyword).copied(),
        head.counts.get(keyword).copied(),
    );
    if written.0.is_none() && written.1.is_none() {
        return;
    }
    let implied = (
        members(pair, Which::Base, &base, keyword),
        members(pair, Which::Head, &head, keyword),
    );
    let is_tighter = |one: &u64, other: &u64| if upper { one < other } else { one > other };
    let was = End::of(written.0, implied.0, is_tighter);
    let now = End::of(written.1, implied.1, is_tighter);
    told(
        pair,
        keyword,
        upper,
        was.map(|end| (end.value, end.text(u64::to_string))),
        now.map(|end| (end.value, end.text(u64::to_string))),
        u64::cmp,
    );
}

/// How many members an object has by what it requires, or by what it allows.
fn members<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    which: Which,
    schema: &Schema<'d>,
    keyword: &str,
) -> Option<(u64, &'static str)> {
    match keyword {
        "minProperties" => {
            let names = schema.required.keys();
            let shown = names.filter(|name| !properties::is_hidden(pair, which, schema, name));
            let least = u64::try_from(shown.count())
                .ok()
                .filter(|least| *least > 0)?;
            Some((least, " by what is required"))
        }
        "maxProperties" => Some((schema.most_members?, " by what is allowed")),
        _ => None,
    }
}

fn bound<'d>(pair: &mut SchemaPair<'_, '_, 'd>, keyword: &'static str) {
    let upper = keyword == "maximum";
    let (base, head) = (pair.base.clone(), pair.head.clone());
    let (was, now) = (end(&base, upper), end(&head, upper));
    let text = |bound: &Bound<'_>| {
        let exclusive = bound.exclusive.map_or("", |_| " (exclusive)");
        format!("{}{exclusive}", bound.value.text())
    };
    let mut shown = (was.map(|end| end.text(text)), now.map(|end| end.text(text)));
    // Where the number stayed and only its end came or went, that keyword is what changed.
    if let (Some(was), Some(now), (Some(was_shown), Some(now_shown))) =
        (was, now, (&mut shown.0, &mut shown.1))
        && was.value.value == now.value.value
    {
        now_shown.at = now.value.exclusive;
        was_shown.at = was.value.exclusive;
    }
    told(
        pair,
        keyword,
        upper,
        was.map(|end| end.value).zip(shown.0),
        now.map(|end| end.value).zip(shown.1),
        |one, other| compare_bounds(one, other, upper),
    );
}

/// An end of a range of numbers: what is written, or what the format limits to where that is as tight.
fn end<'d>(schema: &Schema<'d>, upper: bool) -> Option<End<'d, Bound<'d>>> {
    let (written, tighter) = if upper {
        (schema.maximum, Ordering::Less)
    } else {
        (schema.minimum, Ordering::Greater)
    };
    End::of(written, by_format(schema, upper), |one, other| {
        compare_bounds(one, other, upper) == tighter
    })
}

fn compare_bounds(one: &Bound<'_>, other: &Bound<'_>, upper: bool) -> Ordering {
    one.value.compare(other.value).then_with(|| {
        let order = one.exclusive.is_some().cmp(&other.exclusive.is_some());
        if upper { order.reverse() } else { order }
    })
}

/// Whether an end of a range is that of the format, whatever is written.
pub(crate) fn is_said_by_format(schema: &Schema<'_>, upper: bool) -> bool {
    end(schema, upper).is_some_and(|end| end.at.is_none())
}

/// The ends of the formats of whole numbers.
fn by_format<'d>(schema: &Schema<'d>, upper: bool) -> Option<(Bound<'d>, &'static str)> {
    if schema.types != Types::INTEGER {
        return None;
    }
    let (signed, bits) = match schema.format?.value {
        "int8" => (true, 8),
        "int16" => (true, 16),
        "int32" => (true, 32),
        "int64" => (true, 64),
        "uint8" => (false, 8),
        "uint16" => (false, 16),
        "uint32" => (false, 32),
        "uint64" => (false, 64),
        _ => return None,
    };
    let end = match (signed, upper) {
        (true, true) => (1_i128 << (bits - 1)) - 1,
        (true, false) => -(1_i128 << (bits - 1)),
        (false, true) => (1_i128 << bits) - 1,
        (false, false) => 0,
    };
    let bound = Bound {
        value: Number::Whole(end),
        exclusive: None,
    };
    Some((bound, " by its format"))
}

/// Whether a limit that moved allows more or less.
fn moved_by(keyword: &str, upper: bool, order: Ordering) -> Option<&'static Twin> {
    match (order, upper) {
        (Ordering::Equal, _) => None,
        (Ordering::Less, true) | (Ordering::Greater, false) => Some(&limit(keyword).tightened),
        _ => Some(&limit(keyword).loosened),
    }
}

/// Tells a limit that moved.
fn told<'d, T>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    keyword: &'static str,
    upper: bool,
    was: Option<(T, End<'d, String>)>,
    now: Option<(T, End<'d, String>)>,
    compare: impl Fn(&T, &T) -> Ordering,
) {
    let order = match (&was, &now) {
        (Some((was, _)), Some((now, _))) => compare(now, was),
        (None, Some(_)) if upper => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) if upper => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (None, None) => return,
    };
    if let Some(twin) = moved_by(keyword, upper, order) {
        let (was, now) = (was.map(|(_, end)| end), now.map(|(_, end)| end));
        moved(pair, twin, keyword, was, now);
    }
}

/// Tells what a limit is and was, where either is written.
fn moved<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    twin: &'static Twin,
    keyword: &str,
    was: Option<End<'d, String>>,
    now: Option<End<'d, String>>,
) {
    let at = |end: &Option<End<'d, String>>| end.as_ref().and_then(|end| end.at);
    let at = match (at(&was), at(&now)) {
        (_, Some(node)) => pair.in_head(node),
        (Some(node), None) => pair.in_base(node),
        (None, None) => return,
    };
    let text = match (was, now) {
        (Some(was), Some(now)) => {
            format!("`{keyword}` is {} now, was {}", now.value, was.value)
        }
        (None, Some(now)) => format!("`{keyword}` is {} now, was not limited", now.value),
        (Some(was), None) => {
            format!("`{keyword}` is not limited any more, was {}", was.value)
        }
        (None, None) => return,
    };
    pair.tell(twin, at, text);
}

fn multiple_of<'d>(pair: &mut SchemaPair<'_, '_, 'd>) {
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
    let text = |said: Said<'d, Number>| {
        let end = End::of(Some(said), None, |_, _| true)?;
        Some(end.text(|number| number.text()))
    };
    let (was, now) = (was.and_then(text), now.and_then(text));
    moved(pair, twin, "multipleOf", was, now);
}

fn unique<'d>(pair: &mut SchemaPair<'_, '_, 'd>) {
    let unique = |schema: &Schema<'d>| match schema.unique_items {
        _ if schema.has_one_item() => (true, None),
        said => (said.is_some(), said),
    };
    let (was, now) = (unique(&pair.base), unique(&pair.head));
    if was.0 == now.0 {
        return;
    }
    match (was.1, now.1) {
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
