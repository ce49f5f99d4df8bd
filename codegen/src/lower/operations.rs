//! Lists the operations: their names, whether they may be sent again, and their own extensions.
//!
//! progenitor tells its hooks the id of an operation and nothing else; the client that surrounds
//! the generated code needs the rest, and gets it as data.

use crate::document::{Node, Value};
use crate::names;
use crate::plan::{Operation, Resend, Side};

use super::Lowering;

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.plan.server_url = lowering
        .root
        .get("servers")
        .and_then(|servers| servers.child("0")?.get("url")?.as_str())
        .map(str::to_owned);
    lowering.each_operation(|lowering, node, place| {
        let id = match node.get("operationId").and_then(Node::as_str) {
            Some(id) => id.to_owned(),
            None => {
                lowering.error(
                    node.span,
                    format!(
                        "the operation `{} {}` has no `operationId`, which names its method",
                        place.method.to_uppercase(),
                        place.path
                    ),
                );
                format!("{} {}", place.method, place.path)
            }
        };
        let resend = match node.get("x-resend").map(|node| (node, node.as_str())) {
            None | Some((_, Some("never"))) => Resend::Never,
            Some((_, Some("idempotent"))) => Resend::Idempotent,
            Some((_, Some("keyed"))) => Resend::Keyed,
            Some((node, _)) => {
                lowering.error(
                    node.span,
                    "`x-resend` says how an operation may be sent again: `never`, `idempotent` or \
                     `keyed`",
                );
                Resend::Never
            }
        };
        let mut extensions = Vec::new();
        if let Value::Mapping(mapping) = &mut node.value {
            for entry in mapping.iter() {
                if entry.key.name.starts_with("x-") && entry.key.name != "x-resend" {
                    extensions.push((entry.key.name.clone(), entry.value.to_json().to_string()));
                }
            }
            // Some extensions mean something to progenitor; none of ours may.
            mapping.retain(|entry| !entry.key.name.starts_with("x-"));
        }
        lowering.plan.operations.push(Operation {
            method_name: names::snake(&id),
            builder_name: names::pascal(&names::snake(&id)),
            method: place.method.to_uppercase(),
            path: place.path.to_owned(),
            id,
            resend,
            extensions,
            parameters: Vec::new(),
            body: None,
            success: Side::default(),
            error: Side::default(),
        });
    });
}
