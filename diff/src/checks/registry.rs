//! The error registry (`x-error-codes`) and what may be sent again (`x-resend`).
//!
//! None of it is on the wire: a client of BASE sends and reads the same. So nothing here counts as
//! breaking, but people are told, because a client that resends by the old rules may do harm.

use xquik_document::{Mapping, Node};

use crate::catalogue::{Check, check};
use crate::findings::Findings;
use crate::side::{Side, place};

static CODE_ADDED: Check = check!(Response Compatible "error-code-added": "a new code in the error registry", "a client has to be ready for codes that it does not know");
static CODE_REMOVED: Check = check!(Response Compatible "error-code-removed": "a code left the error registry", "a client that meets it all the same treats it as one that it does not know");
static RESEND_FORBIDDEN: Check = check!(Response Compatible "error-code-resend-forbidden": "a request that failed with the code may not be sent again", "a client of BASE sends it again in vain until it learns of this");
static RESEND_ALLOWED: Check = check!(Response Compatible "error-code-resend-allowed": "a request that failed with the code may be sent again", "a client of BASE gives up earlier than it has to");
static RESEND_CHANGED: Check = check!(Response Compatible "error-code-resend-changed": "how long to wait before a request is sent again changed", "a client of BASE waits for another time than it should");
static ADVICE_CHANGED: Check = check!(Response Compatible "error-code-advice-changed": "the advice for a code changed", "it is read by people only");
static OPERATION_STRICTER: Check = check!(Request Compatible "operation-resend-stricter": "`x-resend` became stricter", "the same on the wire, but a client of BASE may send a request again that it should not");
static OPERATION_LOOSER: Check = check!(Request Compatible "operation-resend-looser": "`x-resend` became looser", "a client of BASE gives up earlier than it has to");

pub(crate) const CHECKS: &[&Check] = &[
    &CODE_ADDED,
    &CODE_REMOVED,
    &RESEND_FORBIDDEN,
    &RESEND_ALLOWED,
    &RESEND_CHANGED,
    &ADVICE_CHANGED,
    &OPERATION_STRICTER,
    &OPERATION_LOOSER,
];

/// Compares the registries.
pub(crate) fn compare<'d>(findings: &mut Findings<'d>, base: &Side<'d>, head: &Side<'d>) {
    let codes = |side: &Side<'d>| -> Option<&'d Mapping> {
        side.root().get("x-error-codes").and_then(Node::as_mapping)
    };
    let (before, after) = (codes(base), codes(head));
    for entry in before.into_iter().flatten() {
        let code = entry.key.name.as_str();
        match after.and_then(|codes| codes.get(code)) {
            Some(now) => compare_code(findings, base, head, code, &entry.value, now),
            None => {
                let text = format!("the code `{code}` is gone");
                findings.tell(&CODE_REMOVED, base.at(&entry.value), text);
            }
        }
    }
    for entry in after.into_iter().flatten() {
        let code = entry.key.name.as_str();
        if before.is_none_or(|codes| codes.get(code).is_none()) {
            let text = format!("the code `{code}` is new");
            findings.tell(&CODE_ADDED, head.at(&entry.value), text);
        }
    }
}

fn compare_code<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    code: &str,
    was: &'d Node,
    now: &'d Node,
) {
    let resend = |node: &'d Node| node.get("resend").and_then(Node::as_str).unwrap_or("never");
    let (before, after) = (resend(was), resend(now));
    if before != after {
        let check = match (before, after) {
            (_, "never") => &RESEND_FORBIDDEN,
            ("never", _) => &RESEND_ALLOWED,
            _ => &RESEND_CHANGED,
        };
        let at = place((base, was), (head, now), "resend");
        let text = format!("`{code}` is resent `{after}` now, was `{before}`");
        findings.tell(check, at, text);
    }
    let advice = |node: &'d Node| node.get("advice").and_then(Node::scalar_text);
    if advice(was) != advice(now) {
        let at = place((base, was), (head, now), "advice");
        let text = format!("the advice for `{code}` changed");
        findings.tell(&ADVICE_CHANGED, at, text);
    }
}

/// Compares whether an operation may be sent again.
pub(crate) fn resend<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    was: &'d Node,
    now: &'d Node,
) {
    let value = |node: &'d Node| {
        node.get("x-resend")
            .and_then(Node::as_str)
            .unwrap_or("never")
    };
    let (before, after) = (value(was), value(now));
    if before == after {
        return;
    }
    // From what is always forbidden, over what needs a key, to what is always allowed.
    let freedom = |value: &str| match value {
        "idempotent" => 2,
        "keyed" => 1,
        _ => 0,
    };
    let check = if freedom(after) < freedom(before) {
        &OPERATION_STRICTER
    } else {
        &OPERATION_LOOSER
    };
    let at = place((base, was), (head, now), "x-resend");
    let text = format!("`x-resend` is `{after}` now, was `{before}`");
    findings.tell(check, at, text);
}
