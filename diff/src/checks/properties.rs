//! Members of objects and items of arrays.

use std::collections::BTreeSet;

use xquik_document::Node;

use crate::catalogue::{Check, Direction, Twin, check, twin};
use crate::compare::{SchemaPair, Segment};
use crate::schema::{Additional, Schema, Types};
use crate::side::Which;

static REQUEST_REQUIRED_ADDED: Check = check!(Request Breaking "request-required-property-added": "a new property that requests must have", "a client does not send it and is refused");
static REQUEST_OPTIONAL_ADDED: Check = check!(Request Compatible "request-optional-property-added": "a new property that requests may have", "whatever BASE allows is still accepted");
static REQUEST_REFUSED: Check = check!(Request Breaking "request-property-refused": "a property is gone and the object takes no others", "a client that sends it is refused");
static REQUEST_REMOVED: Check = check!(Request CannotTell "request-property-removed": "a property is gone and the object takes any others", "whether it is refused or ignored when a client sends it cannot be told");
static REQUEST_READ_ONLY: Check = check!(Request CannotTell "request-property-became-read-only": "a property belongs to answers only", "whether it is refused or ignored when a client sends it cannot be told");
static REQUEST_BECAME_REQUIRED: Check = check!(Request Breaking "request-property-became-required": "requests must have the property", "a client that leaves it out is refused");
static REQUEST_BECAME_OPTIONAL: Check = check!(Request Compatible "request-property-became-optional": "requests may leave the property out", "whatever BASE allows is still accepted");
static RESPONSE_REQUIRED_REMOVED: Check = check!(Response Breaking "response-required-property-removed": "a property that answers always had is gone", "a client that relies on it does not get it");
static RESPONSE_OPTIONAL_REMOVED: Check = check!(Response Compatible "response-optional-property-removed": "a property that answers could have is gone", "a client has to be ready for an answer without it");
static RESPONSE_ADDED: Check = check!(Response Compatible "response-property-added": "a new property in answers", "a client has to be ready for properties that it does not know");
static RESPONSE_ADDED_TO_CLOSED: Check = check!(Response Breaking "response-property-added-to-closed": "a new property in answers that had no others", "BASE says that there are no other properties, so a client may refuse the answer");
static RESPONSE_BECAME_REQUIRED: Check = check!(Response Compatible "response-property-became-required": "answers always have the property", "every answer was possible before");
static RESPONSE_BECAME_OPTIONAL: Check = check!(Response Breaking "response-property-became-optional": "answers may lack the property", "a client that relies on it may not get it");

pub(crate) const CHECKS: &[&Check] = &[
    &REQUEST_REQUIRED_ADDED,
    &REQUEST_OPTIONAL_ADDED,
    &REQUEST_REFUSED,
    &REQUEST_REMOVED,
    &REQUEST_READ_ONLY,
    &REQUEST_BECAME_REQUIRED,
    &REQUEST_BECAME_OPTIONAL,
    &RESPONSE_REQUIRED_REMOVED,
    &RESPONSE_OPTIONAL_REMOVED,
    &RESPONSE_ADDED,
    &RESPONSE_ADDED_TO_CLOSED,
    &RESPONSE_BECAME_REQUIRED,
    &RESPONSE_BECAME_OPTIONAL,
];

static CLOSED: Twin =
    twin!(narrowing "additional-properties-forbidden": "no other properties any more");
static OPENED: Twin =
    twin!(widening "additional-properties-allowed": "other properties, where there were none");
static CONSTRAINED: Twin = twin!(narrowing "additional-properties-constrained": "other properties have a schema, any were allowed");
static UNCONSTRAINED: Twin = twin!(widening "additional-properties-unconstrained": "other properties of any kind, they had a schema");

pub(crate) const TWINS: &[&Twin] = &[&CLOSED, &OPENED, &CONSTRAINED, &UNCONSTRAINED];

/// Compares members and items.
pub(crate) fn compare(pair: &mut SchemaPair<'_, '_, '_>) {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    let both = base.types.or(head.types);
    if both.meets(Types::OBJECT) {
        let names: BTreeSet<&str> = (base.properties.keys())
            .chain(base.required.keys())
            .chain(head.properties.keys())
            .chain(head.required.keys())
            .copied()
            .collect();
        let others = (
            pair.comparison.base.additional(&base),
            pair.comparison.head.additional(&head),
        );
        for name in names {
            property(pair, (&base, &head), others, name);
        }
        additional(pair, others);
    }
    if both.meets(Types::ARRAY) && !(base.items.is_empty() && head.items.is_empty()) {
        pair.child(Segment::Items, &base.items, &head.items);
    }
}

/// One member of one side.
struct Member<'d> {
    /// Its schemas; those of the other members where it is only required.
    nodes: Vec<&'d Node>,
    required: Option<&'d Node>,
    /// Whether it is among the properties, and not only among what is required.
    is_named: bool,
    /// Whether it is required and not allowed, so that no object fits.
    is_refused: bool,
    /// Whether it belongs to the other direction only.
    hidden: bool,
}

impl<'d> Member<'d> {
    /// A member that is among the others that an object may have.
    fn unnamed(others: Additional<'d>, required: Option<&'d Node>) -> Self {
        let nodes = match others {
            Additional::Open | Additional::Closed(_) => Vec::new(),
            Additional::Schema(node) => vec![node],
        };
        Self {
            nodes,
            required,
            is_named: false,
            is_refused: matches!(others, Additional::Closed(_)),
            hidden: false,
        }
    }

    fn at(&self, schema: &Schema<'d>) -> &'d Node {
        let named = self.nodes.first().copied().filter(|_| self.is_named);
        named.or(self.required).unwrap_or(schema.at)
    }
}

fn member<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    which: Which,
    schema: &Schema<'d>,
    others: Additional<'d>,
    name: &str,
) -> Option<Member<'d>> {
    let required = schema.required.get(name).copied();
    let Some(nodes) = schema.properties.get(name) else {
        return required.map(|node| Member::unnamed(others, Some(node)));
    };
    Some(Member {
        nodes: nodes.clone(),
        required,
        is_named: true,
        is_refused: false,
        hidden: is_hidden(pair, which, schema, name),
    })
}

/// Whether a member belongs to the other direction only.
pub(crate) fn is_hidden<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    which: Which,
    schema: &Schema<'d>,
    name: &str,
) -> bool {
    let Some(nodes) = schema.properties.get(name) else {
        return false;
    };
    let schemas = match which {
        Which::Base => &mut pair.comparison.base,
        Which::Head => &mut pair.comparison.head,
    };
    let id = schemas.intern(nodes);
    let property = schemas.get(id);
    match pair.direction {
        Direction::Response => property.write_only.is_some(),
        Direction::Request | Direction::Both => property.read_only.is_some(),
    }
}

fn property<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    (base, head): (&Schema<'d>, &Schema<'d>),
    (base_others, head_others): (Additional<'d>, Additional<'d>),
    name: &'d str,
) {
    let is_request = pair.direction != Direction::Response;
    let mut was = member(pair, Which::Base, base, base_others, name);
    let mut now = member(pair, Which::Head, head, head_others, name);
    // A member that is required and nothing else is there on the other side as well: among the
    // others that an object may have, or as what it may not.
    let is_bare = |member: &Option<Member<'d>>| member.as_ref().is_some_and(|it| !it.is_named);
    if was.is_none() && is_bare(&now) {
        was = Some(Member::unnamed(base_others, None));
    }
    if now.is_none() && is_bare(&was) {
        now = Some(Member::unnamed(head_others, None));
    }
    // What has a schema on one side is gone, or new, where the other refuses it.
    let is_named = |member: &Option<Member<'d>>| member.as_ref().is_some_and(|it| it.is_named);
    let (was_named, now_named) = (is_named(&was), is_named(&now));
    was = was.filter(|member| !(member.is_refused && now_named));
    now = now.filter(|member| !(member.is_refused && was_named));
    let was_shown = was.as_ref().filter(|member| !member.hidden);
    let now_shown = now.as_ref().filter(|member| !member.hidden);
    match (was_shown, now_shown) {
        (None, None) => {}
        (Some(was), Some(now)) => {
            let change = match (was.required, now.required, is_request) {
                (None, Some(node), true) => Some((&REQUEST_BECAME_REQUIRED, pair.in_head(node))),
                (None, Some(node), false) => Some((&RESPONSE_BECAME_REQUIRED, pair.in_head(node))),
                (Some(node), None, true) => Some((&REQUEST_BECAME_OPTIONAL, pair.in_base(node))),
                (Some(node), None, false) => Some((&RESPONSE_BECAME_OPTIONAL, pair.in_base(node))),
                _ => None,
            };
            if let Some((check, at)) = change {
                let text = if now.required.is_some() {
                    format!("`{name}` is required now, was optional")
                } else {
                    format!("`{name}` is optional now, was required")
                };
                pair.tell_check(check, at, text);
            }
            pair.child(Segment::Property(name), &was.nodes, &now.nodes);
        }
        (Some(was), None) => {
            let text = if is_request && head.required.contains_key(name) {
                format!("`{name}` is required, but not allowed any more")
            } else {
                format!("`{name}` is gone")
            };
            if let Some(hidden) = now.as_ref() {
                let at = pair.in_head(hidden.at(head));
                match (is_request, was.required) {
                    (true, _) => {
                        let text = format!("`{name}` is read-only now");
                        pair.tell_check(&REQUEST_READ_ONLY, at, text);
                    }
                    (false, Some(_)) => {
                        let text = format!("`{name}` is write-only now");
                        pair.tell_check(&RESPONSE_REQUIRED_REMOVED, at, text);
                    }
                    (false, None) => {
                        let text = format!("`{name}` is write-only now");
                        pair.tell_check(&RESPONSE_OPTIONAL_REMOVED, at, text);
                    }
                }
                return;
            }
            let at = pair.in_base(was.at(base));
            match (is_request, head_others, was.required) {
                (true, Additional::Closed(_), _) => pair.tell_check(&REQUEST_REFUSED, at, text),
                (true, Additional::Open, _) => pair.tell_check(&REQUEST_REMOVED, at, text),
                // It is one of the others now, and they have a schema that can be compared.
                (true, Additional::Schema(node), _) => {
                    pair.child(Segment::Property(name), &was.nodes, &[node]);
                }
                (false, _, Some(_)) => pair.tell_check(&RESPONSE_REQUIRED_REMOVED, at, text),
                (false, _, None) => pair.tell_check(&RESPONSE_OPTIONAL_REMOVED, at, text),
            }
            // What is still sent by this name is one of the others, and a client reads it as before.
            if !is_request && let Additional::Schema(node) = head_others {
                pair.child(Segment::Property(name), &was.nodes, &[node]);
            }
        }
        (None, Some(now)) => {
            let at = pair.in_head(now.at(head));
            let required = if now.required.is_some() {
                "required"
            } else {
                "optional"
            };
            let text = match was {
                Some(_) if is_request => format!("`{name}` is not read-only any more ({required})"),
                Some(_) => format!("`{name}` is not write-only any more ({required})"),
                None => format!("`{name}` is new ({required})"),
            };
            match (is_request, now.required, base_others) {
                (true, Some(_), _) => pair.tell_check(&REQUEST_REQUIRED_ADDED, at, text),
                (true, None, _) => pair.tell_check(&REQUEST_OPTIONAL_ADDED, at, text),
                (false, _, Additional::Closed(_)) if was.is_none() => {
                    pair.tell_check(&RESPONSE_ADDED_TO_CLOSED, at, text);
                }
                (false, ..) => pair.tell_check(&RESPONSE_ADDED, at, text),
            }
            // Until now it was one of the others, and clients know these by their schema.
            if let Additional::Schema(node) = base_others {
                pair.child(Segment::Property(name), &[node], &now.nodes);
            }
        }
    }
}

fn additional<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    (base, head): (Additional<'d>, Additional<'d>),
) {
    match (base, head) {
        (Additional::Open, Additional::Open) | (Additional::Closed(_), Additional::Closed(_)) => {}
        (_, Additional::Closed(node)) => {
            let at = pair.in_head(node);
            pair.tell(&CLOSED, at, "takes no other properties any more");
        }
        (Additional::Closed(was), now) => {
            let at = match now {
                Additional::Schema(node) => pair.in_head(node),
                _ => pair.in_base(was),
            };
            pair.tell(&OPENED, at, "has other properties now, had none");
        }
        (Additional::Open, Additional::Schema(node)) => {
            let at = pair.in_head(node);
            pair.tell(&CONSTRAINED, at, "its other properties have a schema now");
        }
        (Additional::Schema(node), Additional::Open) => {
            let at = pair.in_base(node);
            pair.tell(
                &UNCONSTRAINED,
                at,
                "its other properties have no schema any more",
            );
        }
        (Additional::Schema(was), Additional::Schema(now)) => {
            pair.child(Segment::Additional, &[was], &[now]);
        }
    }
}
