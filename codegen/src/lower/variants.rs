//! Enums of strings whose values become one variant get variants of their own.
//!
//! typify makes a variant of each value and panics where two become one (`asc` and `ASC`, `>=` and `<`:
//! typify issue 948, progenitor issue 397), and calls `+1` a name that is no type's. Here such a set becomes a named type whose variants are
//! spelled out, and rendering makes the enum.

use crate::document::Node;
use crate::names;
use crate::plan::StringEnum;

use super::{Lowering, Order, Slot, enums};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_schema_in(Order::InnerFirst, name);
}

fn name(lowering: &mut Lowering<'_>, schema: &mut Node, slot: Slot<'_>) {
    if matches!(slot, Slot::Component(name) if lowering.plan.open_enums.contains_key(name)) {
        return;
    }
    let Some(values) = enums::strings(schema) else {
        return;
    };
    let plain: std::collections::BTreeSet<String> =
        values.iter().map(|value| names::pascal(value)).collect();
    let readable = values.iter().all(|value| names::is_readable(value));
    if plain.len() == values.len() && readable {
        return;
    }
    let description = schema
        .get("description")
        .and_then(Node::as_str)
        .map(str::to_owned);
    let name = match slot {
        Slot::Component(name) if !super::schema::is_nullable(schema) => name.to_owned(),
        slot => lowering.name_schema_but_nullable(schema, &slot.inner_hint()),
    };
    lowering.plan.closed_enums.insert(
        name,
        StringEnum {
            values,
            description,
        },
    );
}
