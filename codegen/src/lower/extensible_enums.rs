//! Sets that may grow (`x-extensible-enum`) become named enums.
//!
//! typify makes closed enums, which refuse a whole body for one new value, and plain strings of
//! everything else. Here such a schema becomes a named `enum`; rendering then replaces the closed
//! Rust enum with one that has a variant for what it does not know.

use crate::document::{Node, Value};
use crate::plan::OpenEnum;

use super::{Lowering, Slot};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_schema(|lowering, schema, slot| {
        let Some(values) = schema.get("x-extensible-enum") else {
            return;
        };
        let span = values.span;
        let known: Option<Vec<String>> = values.as_sequence().map(|items| {
            items
                .iter()
                .filter_map(Node::as_str)
                .map(str::to_owned)
                .collect()
        });
        let Some(known) = known.filter(|known| !known.is_empty()) else {
            lowering.error(
                span,
                "`x-extensible-enum` is an array of the strings that are known today",
            );
            return;
        };
        let description = schema
            .get("description")
            .and_then(Node::as_str)
            .map(str::to_owned);
        if let Some(mapping) = schema.as_mapping_mut() {
            mapping.remove("x-extensible-enum");
            mapping.insert("enum", Node::strings(known.clone(), span));
        }
        let name = match slot {
            Slot::Component(name) => name.to_owned(),
            Slot::Inline(hint) => lowering.name_schema_but_nullable(schema, hint),
        };
        lowering.plan.open_enums.insert(
            name,
            OpenEnum {
                values: known,
                description,
            },
        );
    });
}

impl Lowering<'_> {
    /// Names a schema and keeps `nullable` where it was: a name holds a value, a place may be empty.
    pub(super) fn name_schema_but_nullable(&mut self, schema: &mut Node, hint: &str) -> String {
        let nullable = schema
            .as_mapping_mut()
            .and_then(|mapping| mapping.remove("nullable"));
        let name = self.name_schema(schema, hint);
        if let Some(nullable) = nullable
            && nullable.as_bool() == Some(true)
        {
            let span = schema.span;
            let reference = std::mem::replace(schema, Node::new(Value::Null, span));
            *schema = Node::object(
                [
                    ("nullable", nullable),
                    ("allOf", Node::new(Value::Sequence(vec![reference]), span)),
                ],
                span,
            );
        }
        name
    }
}
