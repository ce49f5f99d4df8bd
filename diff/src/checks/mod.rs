//! What can change, one file per area.

pub(crate) mod about;
pub(crate) mod bodies;
pub(crate) mod composition;
pub(crate) mod enums;
pub(crate) mod limits;
pub(crate) mod names;
pub(crate) mod operations;
pub(crate) mod others;
pub(crate) mod parameters;
pub(crate) mod properties;
pub(crate) mod registry;
pub(crate) mod responses;
pub(crate) mod security;
pub(crate) mod servers;
pub(crate) mod types;

use super::compare::SchemaPair;

/// Compares two schemas, keyword by keyword; what is inside them is compared as pairs of its own.
pub(crate) fn compare_schemas(pair: &mut SchemaPair<'_, '_, '_>) {
    others::compare(pair);
    others::xml(pair);
    types::deprecated(pair);
    if pair.base.is_any() && pair.head.is_any() {
        return;
    }
    if pair.base.is_any() || pair.head.is_any() {
        types::any(pair);
        return;
    }
    if composition::alternatives(pair) {
        types::nullable(pair);
        composition::discriminator(pair);
        return;
    }
    if !types::types(pair) {
        return;
    }
    types::nullable(pair);
    types::format(pair);
    types::default(pair);
    limits::compare(pair);
    enums::compare(pair);
    properties::compare(pair);
    composition::siblings(pair);
    composition::discriminator(pair);
}
