//! What the document says of itself.

use xquik_document::Node;

use super::operations::{extensions, member};
use super::registry;
use crate::catalogue::{Check, check};
use crate::findings::Findings;
use crate::side::{Side, place};

static VERSION_CHANGED: Check = check!(Both Compatible "version-changed": "`info.version` changed", "it is read by people only");
static TEXT_CHANGED: Check = check!(Both Compatible "document-text-changed": "the title, description, contact, licence, tags or links of the document changed", "it is read by people only");
static EXTENSION_CHANGED: Check = check!(Both Compatible "document-extension-changed": "an extension of the document changed", "extensions say nothing about the wire");

static WEBHOOKS_CHANGED: Check = check!(Both CannotTell "webhooks-changed": "the `webhooks` of 3.1 came, went or changed", "they are not compared any further, so whether a client still understands them cannot be told");

pub(crate) const CHECKS: &[&Check] = &[
    &VERSION_CHANGED,
    &TEXT_CHANGED,
    &EXTENSION_CHANGED,
    &WEBHOOKS_CHANGED,
];

/// Compares what belongs to no operation.
pub(crate) fn compare<'d>(base: &Side<'d>, head: &Side<'d>) -> Findings<'d> {
    let mut findings = Findings::new(None);
    let (was, now) = (base.root(), head.root());
    if let (Some(was), Some(now)) = (was.get("info"), now.get("info")) {
        version(&mut findings, base, head, was, now);
        for name in [
            "title",
            "description",
            "termsOfService",
            "contact",
            "license",
        ] {
            member(&mut findings, base, head, was, now, name, &TEXT_CHANGED);
        }
    }
    for name in ["tags", "externalDocs"] {
        member(&mut findings, base, head, was, now, name, &TEXT_CHANGED);
    }
    if base.is_3_1 || head.is_3_1 {
        member(
            &mut findings,
            base,
            head,
            was,
            now,
            "webhooks",
            &WEBHOOKS_CHANGED,
        );
    }
    extensions(&mut findings, base, head, was, now, &EXTENSION_CHANGED);
    registry::compare(&mut findings, base, head);
    findings
}

fn version<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    was: &'d Node,
    now: &'d Node,
) {
    let text = |node: &'d Node| node.get("version").and_then(Node::scalar_text);
    let (before, after) = (text(was), text(now));
    if before == after {
        return;
    }
    let at = place((base, was), (head, now), "version");
    let text = format!(
        "the version is `{}` now, was `{}`",
        after.unwrap_or_default(),
        before.unwrap_or_default()
    );
    findings.tell(&VERSION_CHANGED, at, text);
}
