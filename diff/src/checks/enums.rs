//! Closed sets of values (`enum`) and sets that may grow (`x-extensible-enum`).

use std::collections::BTreeMap;

use xquik_document::Node;

use crate::catalogue::{Twin, twin};
use crate::compare::SchemaPair;
use crate::schema::Said;

static VALUE_REMOVED: Twin = twin!("enum-value-removed": "a value left a closed set";
    Breaking "a client that sends this value is refused";
    Compatible "every answer was possible before");
static VALUE_ADDED: Twin = twin!("enum-value-added": "a value joined a closed set";
    Compatible "whatever BASE allows is still accepted";
    Breaking "a client knows the set of BASE as complete and cannot read this value");
static CLOSED: Twin = twin!("enum-closed": "any value became one of a closed set";
    Breaking "a client that sends any other value is refused";
    Compatible "every answer was possible before");
static LIFTED: Twin = twin!("enum-lifted": "one of a closed set became any value";
    Compatible "whatever BASE allows is still accepted";
    Breaking "a client knows the set of BASE as complete and may get other values");
static OPENED: Twin = twin!("enum-opened": "a closed set became one that may grow";
    Compatible "whatever BASE allows is still accepted";
    Breaking "a client knows the set of BASE as complete and may get other values");
static SETTLED: Twin = twin!("enum-settled": "a set that may grow became a closed one with all its values";
    Compatible "every value that BASE names is still accepted";
    Compatible "every answer was possible before");
static KNOWN_REMOVED: Twin = twin!("known-value-removed": "a value left a set that may grow";
    Breaking "a client that sends this value may be refused";
    Compatible "a client has to be ready for any value");
static KNOWN_ADDED: Twin = twin!("known-value-added": "a value joined a set that may grow";
    Compatible "whatever BASE allows is still accepted";
    Compatible "a client has to be ready for any value");
static NAMED: Twin = twin!("known-values-named": "any value became one of a set that may grow";
    CannotTell "whether other values are still accepted cannot be told";
    Compatible "every answer was possible before");
static UNNAMED: Twin = twin!("known-values-lifted": "a set that may grow is not named any more";
    Compatible "whatever BASE allows is still accepted";
    Compatible "a client has to be ready for any value");

pub(crate) const TWINS: &[&Twin] = &[
    &VALUE_REMOVED,
    &VALUE_ADDED,
    &CLOSED,
    &LIFTED,
    &OPENED,
    &SETTLED,
    &KNOWN_REMOVED,
    &KNOWN_ADDED,
    &NAMED,
    &UNNAMED,
];

type Set<'d> = Said<'d, BTreeMap<String, &'d Node>>;

/// Compares the sets of values.
pub(crate) fn compare(pair: &mut SchemaPair<'_, '_, '_>) {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    match (&base.values, &head.values) {
        (Some(was), Some(now)) => members(pair, was, now, &VALUE_REMOVED, &VALUE_ADDED),
        (Some(was), None) => {
            if let Some(now) = &head.known_values {
                let at = pair.in_head(now.at);
                pair.tell(&OPENED, at, "the set of values may grow now, was closed");
                // A value that is not even named any more would be refused in a request.
                removed(pair, was, now, &KNOWN_REMOVED);
            } else {
                let at = pair.in_base(was.at);
                pair.tell(
                    &LIFTED,
                    at,
                    format!("any value now, was one of {}", list(was)),
                );
            }
        }
        (None, Some(now)) => {
            if let Some(was) = &base.known_values {
                if was.value.keys().all(|value| now.value.contains_key(value)) {
                    let at = pair.in_head(now.at);
                    pair.tell(&SETTLED, at, "the set of values is closed now, could grow");
                } else {
                    removed(pair, was, now, &KNOWN_REMOVED);
                }
            } else {
                let at = pair.in_head(now.at);
                pair.tell(
                    &CLOSED,
                    at,
                    format!("one of {} now, was any value", list(now)),
                );
            }
        }
        (None, None) => match (&base.known_values, &head.known_values) {
            (Some(was), Some(now)) => members(pair, was, now, &KNOWN_REMOVED, &KNOWN_ADDED),
            (Some(was), None) => {
                let at = pair.in_base(was.at);
                pair.tell(&UNNAMED, at, "its known values are not named any more");
            }
            (None, Some(now)) => {
                let at = pair.in_head(now.at);
                let text = format!("its known values are {} now, none were named", list(now));
                pair.tell(&NAMED, at, text);
            }
            (None, None) => {}
        },
    }
}

fn members<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    was: &Set<'d>,
    now: &Set<'d>,
    gone: &'static Twin,
    new: &'static Twin,
) {
    removed(pair, was, now, gone);
    for (value, node) in &now.value {
        if !was.value.contains_key(value) {
            let at = pair.in_head(node);
            pair.tell(new, at, format!("may be {value} now"));
        }
    }
}

fn removed<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    was: &Set<'d>,
    now: &Set<'d>,
    gone: &'static Twin,
) {
    for (value, node) in &was.value {
        if !now.value.contains_key(value) {
            let at = pair.in_base(node);
            pair.tell(gone, at, format!("is not {value} any more"));
        }
    }
}

fn list(set: &Set<'_>) -> String {
    let values: Vec<_> = set.value.keys().map(String::as_str).collect();
    match values.len() {
        0..=6 => values.join(", "),
        more => format!("{}, … ({more} values)", values[..5].join(", ")),
    }
}
