//! Sets that may grow (`x-extensible-enum`) become named enums.
//!
//! typify makes closed enums, which refuse a whole body for one new value, and plain strings of
//! everything else (no issue: `x-extensible-enum` is a habit and no word of OpenAPI). Here such a schema becomes a named `enum`; rendering then replaces the closed
//! Rust enum with one that has a variant for what it does not know.

use crate::document::Node;
use crate::plan::StringEnum;

use super::{Lowering, Slot};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_schema(|lowering, schema, slot| {
        let Some(values) = schema.get("x-extensible-enum") else {
            return;
        };
        let span = values.span;
        let known: Vec<String> = (values.as_sequence().into_iter().flatten())
            .filter_map(Node::as_str)
            .map(str::to_owned)
            .collect();
        let description = schema
            .get("description")
            .and_then(Node::as_str)
            .map(str::to_owned);
        if let Some(mapping) = schema.as_mapping_mut() {
            mapping.remove("x-extensible-enum");
            mapping.insert("type", Node::string("string", span));
            mapping.insert("enum", Node::strings(known.clone(), span));
        }
        let name = match slot {
            Slot::Component(name) if !super::schema::is_nullable(schema) => name.to_owned(),
            slot => lowering.name_schema_but_nullable(schema, &slot.inner_hint()),
        };
        lowering.plan.open_enums.insert(
            name,
            StringEnum {
                values: known,
                description,
            },
        );
    });
}
