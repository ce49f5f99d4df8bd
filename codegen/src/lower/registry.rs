//! Reads the error registry (`x-error-codes`): what each code means and what to do about it.
//!
//! OpenAPI can list codes but not say what they mean, so this is no issue of progenitor's; the registry says it once for the whole
//! document, and rendering makes `ErrorCode` of it.

use crate::document::{Node, Value};
use crate::plan::{Code, CodeResend};

use super::Lowering;

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let Some(registry) = lowering
        .root
        .as_mapping_mut()
        .and_then(|root| root.remove("x-error-codes"))
    else {
        return;
    };
    let Value::Mapping(codes) = registry.value else {
        lowering.wrong(
            registry.span,
            "`x-error-codes` is an object with a member per code",
        );
        return;
    };
    for entry in codes {
        let resend = entry.value.get("resend");
        let resend = match resend.and_then(Node::as_str) {
            Some("never") => CodeResend::Never,
            Some("after-delay") => CodeResend::AfterDelay,
            Some("backoff") => CodeResend::Backoff,
            found => {
                let found = found.map_or("none".to_owned(), |found| format!("`{found}`"));
                lowering.wrong(
                    resend.map_or(entry.key.span, |node| node.span),
                    format!(
                        "the code `{}` says with `resend` whether the same request may be sent \
                         again: `never`, `after-delay` or `backoff`; found {found}",
                        entry.key.name
                    ),
                );
                continue;
            }
        };
        let Some(advice) = entry.value.get("advice").and_then(Node::as_str) else {
            lowering.wrong(
                entry.key.span,
                format!(
                    "the code `{}` says with `advice`, in one sentence, what a person should do",
                    entry.key.name
                ),
            );
            continue;
        };
        lowering.plan.registry.push(Code {
            code: entry.key.name,
            resend,
            advice: advice.trim().to_owned(),
        });
    }
}
