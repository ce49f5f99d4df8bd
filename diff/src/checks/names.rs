//! What an edit does to the names of generated Rust, though nothing on the wire changes.

use heck::{ToPascalCase, ToSnakeCase};
use xquik_document::Node;

use crate::catalogue::{Check, check};
use crate::change::Local;
use crate::schema::component_name;
use crate::side::Side;

static TYPE_RENAMED: Check = check!(Both GeneratedNames "generated-type-renamed": "a component schema has another name", "the same on the wire; code that names the Rust type has to follow");
static TYPE_CHANGED: Check = check!(Both GeneratedNames "generated-type-changed": "another component schema stands at a place", "the schemas are compared apart from this; code that names the Rust type has to follow");
static PARAMETER_RENAMED: Check = check!(Both GeneratedNames "generated-parameter-renamed": "a path parameter has another name", "the same on the wire; code that names the parameter has to follow");

pub(crate) const CHECKS: &[&Check] = &[&TYPE_RENAMED, &TYPE_CHANGED, &PARAMETER_RENAMED];

/// Whether a place that refers to a component schema refers to one of another name.
///
/// A component that was inlined, or an inline schema that became a component, is no change.
pub(crate) fn type_change<'d>(
    base: &Side<'d>,
    head: &Side<'d>,
    was: &'d Node,
    now: &'d Node,
) -> Option<Local<'d>> {
    let was_name = component_name(was.reference()?)?;
    let now_name = component_name(now.reference()?)?;
    let (was_type, now_type) = (was_name.to_pascal_case(), now_name.to_pascal_case());
    if was_type == now_type {
        return None;
    }
    let schemas = |side: &Side<'d>| side.root().get("components")?.get("schemas");
    let has = |side, name| schemas(side).is_some_and(|schemas| schemas.get(name).is_some());
    let renamed = !has(head, was_name) && !has(base, now_name);
    let (check, node) = if renamed {
        (&TYPE_RENAMED, head.target(now).unwrap_or(now))
    } else {
        (&TYPE_CHANGED, now)
    };
    Some(Local {
        check,
        at: head.at(node),
        text: format!("the Rust type is `{now_type}` now, was `{was_type}`"),
    })
}

/// A path parameter that has another name at the same place of the path.
pub(crate) fn parameter_change<'d>(
    head: &Side<'d>,
    at: &'d Node,
    was: &str,
    now: &str,
) -> Local<'d> {
    Local {
        check: &PARAMETER_RENAMED,
        at: head.at(at),
        text: format!(
            "the path parameter is `{now}` now (in Rust `{}`), was `{was}` (`{}`)",
            now.to_snake_case(),
            was.to_snake_case()
        ),
    }
}
