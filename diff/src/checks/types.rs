//! Types, null, formats and defaults.

use std::collections::BTreeSet;

use super::limits;
use crate::catalogue::{Twin, twin};
use crate::compare::SchemaPair;
use crate::schema::{Nullable, Schema, Types};

static CHANGED: Twin = twin!("type-changed": "a type became another";
    Breaking "a client sends the former type, which is refused";
    Breaking "a client reads the former type and gets another");
static NARROWED: Twin = twin!(narrowing "type-narrowed": "fewer types of values");
static WIDENED: Twin = twin!(widening "type-widened": "more types of values");
static NULL_ALLOWED: Twin = twin!("null-allowed": "null became a possible value";
    Compatible "whatever BASE allows is still accepted";
    Breaking "a client that relies on BASE has no way to read null");
static NULL_FORBIDDEN: Twin = twin!("null-forbidden": "null is no possible value any more";
    Breaking "a client that sends null is refused";
    Compatible "every answer was possible before");
static NULL_SETTLED: Twin = twin!("null-settled": "null became possible where one reading says that it was, or that it is not yet (`nullable` without a `type`)";
    Compatible "whatever BASE allows is still accepted";
    CannotTell "whether null was answered before, or is now, cannot be told");
static NULL_UNSETTLED: Twin = twin!("null-unsettled": "null is no possible value any more where one reading says that it never was, or that it still is (`nullable` without a `type`)";
    CannotTell "whether null was accepted before, or still is, cannot be told";
    Compatible "every answer was possible before");
static FORMAT_ADDED: Twin = twin!(narrowing "format-added": "a format where there was none");
static FORMAT_REMOVED: Twin = twin!(widening "format-removed": "a format is gone");
static FORMAT_NARROWED: Twin =
    twin!(narrowing "format-narrowed": "a format became a narrower one (`int64` to `int32`)");
static FORMAT_WIDENED: Twin =
    twin!(widening "format-widened": "a format became a wider one (`int32` to `int64`)");
static FORMAT_CHANGED: Twin = twin!(unclear "format-changed": "a format became another");
static FORMAT_HINT: Twin = twin!("format-hint-changed": "a format that is a hint for people (`password`) came or went";
    Compatible "the same values are accepted";
    Compatible "the same values are answered");
static DEFAULT_CHANGED: Twin = twin!("default-changed": "a default value came, went or changed";
    Compatible "the same requests are accepted, though one that leaves the value out may mean something else";
    Compatible "the same answers are possible");

static DEPRECATED: Twin = twin!("deprecated": "a schema or a property is deprecated";
    Compatible "it is still accepted";
    Compatible "it is still answered");
static UNDEPRECATED: Twin = twin!("undeprecated": "a schema or a property is not deprecated any more";
    Compatible "it is still accepted";
    Compatible "it is still answered");

pub(crate) const TWINS: &[&Twin] = &[
    &CHANGED,
    &NARROWED,
    &WIDENED,
    &NULL_ALLOWED,
    &NULL_FORBIDDEN,
    &NULL_SETTLED,
    &NULL_UNSETTLED,
    &FORMAT_ADDED,
    &FORMAT_REMOVED,
    &FORMAT_NARROWED,
    &FORMAT_WIDENED,
    &FORMAT_CHANGED,
    &FORMAT_HINT,
    &DEFAULT_CHANGED,
    &DEPRECATED,
    &UNDEPRECATED,
];

/// One of the two says nothing: one change, whatever the other says.
pub(crate) fn any(pair: &mut SchemaPair<'_, '_, '_>) {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    if base.is_any() {
        let at = pair.in_head(head.types_at.unwrap_or(head.at));
        let now = describe(&head);
        pair.tell(&NARROWED, at, format!("only {now} now, was any value"));
    } else {
        let at = pair.in_base(base.types_at.unwrap_or(base.at));
        let was = describe(&base);
        pair.tell(&WIDENED, at, format!("any value now, was {was}"));
    }
}

fn describe(schema: &Schema<'_>) -> String {
    if schema.types == Types::ANY {
        "what the schema allows".to_owned()
    } else {
        schema.types.describe()
    }
}

/// Compares the types; says whether the rest is worth comparing.
pub(crate) fn types(pair: &mut SchemaPair<'_, '_, '_>) -> bool {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    let (was, now) = (base.types, head.types);
    // Sets of values that share a type are told value by value.
    if was == now || (base.values.is_some() && head.values.is_some() && was.meets(now)) {
        return true;
    }
    if pair.written.is_text() && same_texts(&base, &head) {
        return false;
    }
    let at = match (head.types_at, base.types_at) {
        (None, Some(node)) => pair.in_base(node),
        (node, _) => pair.in_head(node.unwrap_or(head.at)),
    };
    let text = format!("{} now, was {}", now.describe(), was.describe());
    if pair.written.is_text() && !was.meets(now) {
        let twin = match (as_text(&base).holds(now), as_text(&head).holds(was)) {
            (true, _) => &NARROWED,
            (_, true) => &WIDENED,
            _ => &CHANGED,
        };
        pair.tell(twin, at, text);
        return false;
    }
    if was.holds(now) {
        pair.tell(&NARROWED, at, text);
    } else if now.holds(was) {
        pair.tell(&WIDENED, at, text);
    } else {
        pair.tell(&CHANGED, at, text);
        return was.meets(now);
    }
    true
}

/// The types of which every value is one of the schema's where values are only text.
fn as_text(schema: &Schema<'_>) -> Types {
    let is_any_text =
        schema.types.holds(Types::STRING) && schema.unions.is_empty() && schema.has_only_unions();
    if is_any_text {
        schema.types.or(Types::NUMBER).or(Types::BOOLEAN)
    } else {
        schema.types
    }
}

/// Whether two sets of values are the same texts.
fn same_texts(base: &Schema<'_>, head: &Schema<'_>) -> bool {
    let texts = |schema: &Schema<'_>| -> Option<BTreeSet<String>> {
        let said = schema.values.as_ref()?;
        let texts = said
            .value
            .iter()
            .map(|(text, node)| node.as_str().map_or_else(|| text.clone(), str::to_owned));
        Some(texts.collect())
    };
    let (was, now) = (texts(base), texts(head));
    was.is_some() && was == now
}

/// Compares whether it is deprecated.
pub(crate) fn deprecated(pair: &mut SchemaPair<'_, '_, '_>) {
    match (pair.base.deprecated, pair.head.deprecated) {
        (None, Some(now)) => {
            let at = pair.in_head(now);
            pair.tell(&DEPRECATED, at, "is deprecated now");
        }
        (Some(was), None) => {
            let at = match pair.head.at.get("deprecated") {
                Some(node) => pair.in_head(node),
                None => pair.in_base(was),
            };
            pair.tell(&UNDEPRECATED, at, "is not deprecated any more");
        }
        _ => {}
    }
}

/// Compares whether null is allowed.
pub(crate) fn nullable(pair: &mut SchemaPair<'_, '_, '_>) {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    let sides = (pair.comparison.base.side, pair.comparison.head.side);
    let is_translated = sides.0.is_3_1 != sides.1.is_3_1;
    let settled = |nullable| match nullable {
        // A translation to 3.1 has to decide, and does so for what was meant.
        Nullable::Meant if is_translated => Nullable::Yes,
        said => said,
    };
    let (was, now) = (settled(base.nullable), settled(head.nullable));
    if was == now
        // Where no type is said, null is among the values already.
        || (base.types == Types::ANY && base.unions.is_empty())
        || (head.types == Types::ANY && head.unions.is_empty())
    {
        return;
    }
    let at = match (head.nullable_at, base.nullable_at) {
        (None, Some(node)) => pair.in_base(node),
        (node, _) => pair.in_head(node.unwrap_or(head.at)),
    };
    let no_effect = "`nullable` has no effect without a `type`, or beside a set without null";
    match (was, now) {
        (Nullable::No, Nullable::Yes) => pair.tell(&NULL_ALLOWED, at, "may be null now"),
        (Nullable::Yes, Nullable::No) => pair.tell(&NULL_FORBIDDEN, at, "may not be null any more"),
        (Nullable::Meant, Nullable::Yes) => {
            let text = format!("may be null now, which was only meant: {no_effect}");
            pair.tell(&NULL_SETTLED, at, text);
        }
        (Nullable::Yes, _) => {
            let text = format!("is only meant to be null now: {no_effect}");
            pair.tell(&NULL_UNSETTLED, at, text);
        }
        (Nullable::No, _) => {
            let text = format!("is meant to be null now: {no_effect}");
            pair.tell(&NULL_SETTLED, at, text);
        }
        (Nullable::Meant, _) => {
            let text = format!("is not meant to be null any more: {no_effect}");
            pair.tell(&NULL_UNSETTLED, at, text);
        }
    }
}

/// Formats that only say how a person enters a value.
const HINTS: &[&str] = &["password", "textarea", "markdown", "html", "multiline"];

/// Pairs of formats of which every value of the first is one of the second.
const WITHIN: &[(&str, &str)] = &[
    ("int8", "int16"),
    ("int8", "int32"),
    ("int8", "int64"),
    ("int16", "int32"),
    ("int16", "int64"),
    ("int32", "int64"),
    ("uint8", "uint16"),
    ("uint8", "uint32"),
    ("uint8", "uint64"),
    ("uint16", "uint32"),
    ("uint16", "uint64"),
    ("uint32", "uint64"),
    ("uint8", "int16"),
    ("uint8", "int32"),
    ("uint8", "int64"),
    ("uint16", "int32"),
    ("uint16", "int64"),
    ("uint32", "int64"),
    ("float", "double"),
    ("uri", "uri-reference"),
    ("uri", "iri"),
    ("uri", "iri-reference"),
    ("uri-reference", "iri-reference"),
    ("iri", "iri-reference"),
    ("email", "idn-email"),
    ("hostname", "idn-hostname"),
];

/// Compares the formats.
pub(crate) fn format(pair: &mut SchemaPair<'_, '_, '_>) {
    // Where the values are counted up, a format adds nothing.
    if pair.base.values.is_some() && pair.head.values.is_some() {
        return;
    }
    let (base, head) = (pair.base.format, pair.head.format);
    if base.or(head).is_some() && limits::are_kept(pair, true) {
        return;
    }
    match (base, head) {
        (None, None) => {}
        (Some(was), Some(now)) if was.value == now.value => {}
        (None, Some(now)) => {
            let twin = if HINTS.contains(&now.value) {
                &FORMAT_HINT
            } else {
                &FORMAT_ADDED
            };
            let at = pair.in_head(now.at);
            pair.tell(
                twin,
                at,
                format!("has the format `{}` now, had none", now.value),
            );
        }
        (Some(was), None) => {
            let twin = if HINTS.contains(&was.value) {
                &FORMAT_HINT
            } else {
                &FORMAT_REMOVED
            };
            let at = pair.in_base(was.at);
            pair.tell(
                twin,
                at,
                format!("has no format any more, was `{}`", was.value),
            );
        }
        (Some(was), Some(now)) => {
            let twin = match (HINTS.contains(&was.value), HINTS.contains(&now.value)) {
                (true, true) => &FORMAT_HINT,
                (true, false) => &FORMAT_ADDED,
                (false, true) => &FORMAT_REMOVED,
                _ if WITHIN.contains(&(now.value, was.value)) => &FORMAT_NARROWED,
                _ if WITHIN.contains(&(was.value, now.value)) => &FORMAT_WIDENED,
                _ => &FORMAT_CHANGED,
            };
            let at = pair.in_head(now.at);
            let text = format!("has the format `{}` now, was `{}`", now.value, was.value);
            pair.tell(twin, at, text);
        }
    }
}

/// Compares the defaults.
pub(crate) fn default(pair: &mut SchemaPair<'_, '_, '_>) {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    match (&base.default, &head.default) {
        (None, Some(now)) => {
            let at = pair.in_head(now.at);
            pair.tell(
                &DEFAULT_CHANGED,
                at,
                format!("is {} by default now", now.value),
            );
        }
        (Some(was), None) => {
            let at = pair.in_base(was.at);
            let text = format!("has no default any more, was {}", was.value);
            pair.tell(&DEFAULT_CHANGED, at, text);
        }
        (Some(was), Some(now)) if was.value != now.value => {
            let at = pair.in_head(now.at);
            let text = format!("is {} by default now, was {}", now.value, was.value);
            pair.tell(&DEFAULT_CHANGED, at, text);
        }
        _ => {}
    }
}
