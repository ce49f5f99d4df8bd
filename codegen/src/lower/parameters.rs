//! Lists the parameters of each operation with their limits.

use crate::document::Node;
use crate::plan::Parameter;

use super::{Lowering, limits};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_operation(|lowering, operation, place| {
        let parameters: Vec<_> = operation
            .get("parameters")
            .and_then(Node::as_sequence)
            .into_iter()
            .flatten()
            .filter_map(|parameter| {
                let text = |name| parameter.get(name).and_then(Node::as_str);
                Some(Parameter {
                    name: text("name")?.to_owned(),
                    location: text("in")?.to_owned(),
                    required: parameter.get("required").and_then(Node::as_bool) == Some(true),
                    limits: parameter
                        .get("schema")
                        .and_then(|schema| lowering.resolve(schema))
                        .map(limits::of)
                        .unwrap_or_default(),
                })
            })
            .collect();
        lowering.plan.operations[place.index].parameters = parameters;
    });
}
