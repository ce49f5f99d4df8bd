//! Strings with `format: password` become types of their own.
//!
//! typify would make them plain strings, or newtypes that print their value. With a name of its
//! own each secret gets an implementation of `Debug` that shows nothing, rendered from the plan.

use crate::document::Node;

use super::{Lowering, Slot};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_schema(|lowering, schema, slot| {
        if schema.get("format").and_then(Node::as_str) != Some("password") {
            return;
        }
        if let Some(mapping) = schema.as_mapping_mut() {
            mapping.remove("format");
            // An example of a secret would be printed in the type's documentation.
            mapping.remove("example");
        }
        let name = match slot {
            Slot::Component(name) => name.to_owned(),
            Slot::Inline(hint) => lowering.name_schema_but_nullable(schema, hint),
        };
        lowering.plan.secrets.insert(name);
    });
}
