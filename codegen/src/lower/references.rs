//! Puts parameters, bodies, answers and headers where they are referred to.
//!
//! progenitor follows such references, but everything else in the pipeline would have to follow
//! them too, in each place anew. Afterwards only schemas are referred to. Nothing is lost: these
//! components have no names in the generated code.

use crate::document::{Mapping, Node};

use super::Lowering;

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_operation(|lowering, operation, _| {
        for parameter in operation
            .get_mut("parameters")
            .and_then(Node::as_sequence_mut)
            .into_iter()
            .flatten()
        {
            replace(lowering, parameter);
        }
        if let Some(body) = operation.get_mut("requestBody") {
            replace(lowering, body);
        }
        for response in operation
            .get_mut("responses")
            .and_then(Node::as_mapping_mut)
            .into_iter()
            .flat_map(Mapping::iter_mut)
        {
            replace(lowering, &mut response.value);
            for header in response
                .value
                .get_mut("headers")
                .and_then(Node::as_mapping_mut)
                .into_iter()
                .flat_map(Mapping::iter_mut)
            {
                replace(lowering, &mut header.value);
            }
        }
    });
    // What was only there to be referred to is not needed any more.
    if let Some(components) = lowering
        .root
        .get_mut("components")
        .and_then(Node::as_mapping_mut)
    {
        components.retain(|entry| entry.key.name == "schemas");
    }
}

fn replace(lowering: &mut Lowering<'_>, node: &mut Node) {
    let Some(reference) = node.reference().map(str::to_owned) else {
        return;
    };
    let span = node.get("$ref").map_or(node.span, |target| target.span);
    match lowering.resolve(node).cloned() {
        Some(target) => *node = target,
        None => lowering.error(
            span,
            format!("the reference `{reference}` leads to nothing in this document"),
        ),
    }
}
