//! Visits every schema of the document, wherever it stands.

use crate::document::{Mapping, Node, Span, Value};
use crate::names as rust_names;

use super::Lowering;

/// Where a visited schema stands.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slot<'s> {
    /// It is the component of this name.
    Component(&'s str),
    /// It stands inside something else; this type name would suit it.
    Inline(&'s str),
}

impl Slot<'_> {
    /// The name that the schema has or would have.
    pub(crate) fn hint(&self) -> &str {
        match self {
            Self::Component(name) | Self::Inline(name) => name,
        }
    }

    /// The name of what stands in it, where the slot itself may be empty.
    pub(crate) fn inner_hint(&self) -> String {
        match self {
            Self::Component(name) => format!("{name}Value"),
            Self::Inline(name) => (*name).to_owned(),
        }
    }
}

/// Whether a schema is visited before the schemas inside it or after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    OuterFirst,
    InnerFirst,
}

/// Keywords with one schema inside, and how a type made of it is called.
const ONE: &[(&str, &str)] = &[
    ("items", "Item"),
    ("additionalProperties", "Value"),
    ("not", "Not"),
    ("if", "If"),
    ("then", "Then"),
    ("else", "Else"),
];
/// Keywords with a list of schemas inside.
const LISTS: &[&str] = &["oneOf", "anyOf", "allOf", "prefixItems"];
/// Keywords with schemas by name inside.
const MAPS: &[&str] = &[
    "properties",
    "patternProperties",
    "dependentSchemas",
    "dependencies",
];

impl Lowering<'_> {
    /// Visits every schema, outer ones first; the visitor may change all of it.
    ///
    /// Schemas that the visitor adds as components are not visited.
    pub(crate) fn each_schema(&mut self, visit: impl FnMut(&mut Self, &mut Node, Slot<'_>)) {
        self.each_schema_in(Order::OuterFirst, visit);
    }

    /// Visits every schema in an order.
    pub(crate) fn each_schema_in(
        &mut self,
        order: Order,
        mut visit: impl FnMut(&mut Self, &mut Node, Slot<'_>),
    ) {
        self.each_component(order, &mut visit);
        self.each_operation(|lowering, operation, _| {
            let name = operation
                .get("operationId")
                .and_then(Node::as_str)
                .map(rust_names::pascal)
                .unwrap_or_default();
            for parameter in operation
                .get_mut("parameters")
                .and_then(Node::as_sequence_mut)
                .into_iter()
                .flatten()
            {
                let hint = parameter
                    .get("name")
                    .and_then(Node::as_str)
                    .unwrap_or_default();
                let hint = rust_names::pascal(&format!("{name}-{hint}"));
                if let Some(schema) = parameter.get_mut("schema") {
                    lowering.visit_schema(order, schema, Slot::Inline(&hint), &mut visit);
                }
                lowering.visit_content(order, parameter, &hint, &mut visit);
            }
            if let Some(body) = operation.get_mut("requestBody") {
                lowering.visit_content(order, body, &format!("{name}Body"), &mut visit);
            }
            for response in operation
                .get_mut("responses")
                .and_then(Node::as_mapping_mut)
                .into_iter()
                .flat_map(Mapping::iter_mut)
            {
                let hint = format!("{name}Response{}", rust_names::pascal(&response.key.name));
                lowering.visit_content(order, &mut response.value, &hint, &mut visit);
            }
        });
    }

    fn each_component(
        &mut self,
        order: Order,
        visit: &mut impl FnMut(&mut Self, &mut Node, Slot<'_>),
    ) {
        let Some(components) = self
            .root
            .get_mut("components")
            .and_then(|components| components.as_mapping_mut())
        else {
            return;
        };
        // In its place while it is visited, so that the visitor may add components meanwhile.
        let stand_in = Node::new(Value::Mapping(Mapping::default()), Span::START);
        let Some(mut schemas) = components.insert("schemas", stand_in) else {
            return;
        };
        for entry in schemas
            .as_mapping_mut()
            .into_iter()
            .flat_map(Mapping::iter_mut)
        {
            let name = entry.key.name.clone();
            // What stands for the answers of an operation is no schema of the document.
            if self.plan.sides.contains(&name) {
                continue;
            }
            self.visit_schema(order, &mut entry.value, Slot::Component(&name), visit);
        }
        let Some(components) = self
            .root
            .get_mut("components")
            .and_then(|components| components.as_mapping_mut())
        else {
            return;
        };
        let added = components.insert("schemas", schemas);
        if let (Some(Value::Mapping(added)), Some(all)) = (
            added.map(|node| node.value),
            components
                .get_mut("schemas")
                .and_then(|schemas| schemas.as_mapping_mut()),
        ) {
            for entry in added {
                all.insert(entry.key.name, entry.value);
            }
        }
    }

    fn visit_content(
        &mut self,
        order: Order,
        holder: &mut Node,
        hint: &str,
        visit: &mut impl FnMut(&mut Self, &mut Node, Slot<'_>),
    ) {
        for media_type in holder
            .get_mut("content")
            .and_then(Node::as_mapping_mut)
            .into_iter()
            .flat_map(Mapping::iter_mut)
        {
            if let Some(schema) = media_type.value.get_mut("schema") {
                self.visit_schema(order, schema, Slot::Inline(hint), visit);
            }
        }
    }

    /// How many schemas are around the one that is visited.
    pub(crate) fn schema_depth(&self) -> usize {
        self.schema_depth
    }

    /// Visits a schema and everything inside it.
    pub(crate) fn visit_schema(
        &mut self,
        order: Order,
        schema: &mut Node,
        slot: Slot<'_>,
        visit: &mut impl FnMut(&mut Self, &mut Node, Slot<'_>),
    ) {
        if order == Order::OuterFirst {
            visit(self, schema, slot);
        }
        self.schema_depth += 1;
        self.visit_members(order, schema, slot.hint(), visit);
        self.schema_depth -= 1;
        if order == Order::InnerFirst {
            visit(self, schema, slot);
        }
    }

    fn visit_members(
        &mut self,
        order: Order,
        schema: &mut Node,
        hint: &str,
        visit: &mut impl FnMut(&mut Self, &mut Node, Slot<'_>),
    ) {
        let Some(mapping) = schema.as_mapping_mut() else {
            return;
        };
        for entry in mapping.iter_mut() {
            let keyword = entry.key.name.as_str();
            if let Some((_, suffix)) = ONE.iter().find(|(name, _)| *name == keyword) {
                // Before they are translated, items may be a list and any of them a boolean.
                let hint = format!("{hint}{suffix}");
                match &mut entry.value.value {
                    Value::Sequence(items) => {
                        for item in items {
                            self.visit_schema(order, item, Slot::Inline(&hint), visit);
                        }
                    }
                    Value::Bool(_) => {}
                    _ => self.visit_schema(order, &mut entry.value, Slot::Inline(&hint), visit),
                }
            } else if LISTS.contains(&keyword) {
                for (index, member) in entry
                    .value
                    .as_sequence_mut()
                    .into_iter()
                    .flatten()
                    .enumerate()
                {
                    let hint = variant_hint(hint, member, index);
                    self.visit_schema(order, member, Slot::Inline(&hint), visit);
                }
            } else if MAPS.contains(&keyword) {
                for property in entry
                    .value
                    .as_mapping_mut()
                    .into_iter()
                    .flat_map(Mapping::iter_mut)
                {
                    // A dependency may be a list of names.
                    if property.value.as_sequence().is_some() && keyword == "dependencies" {
                        continue;
                    }
                    let hint = format!("{hint}{}", rust_names::pascal(&property.key.name));
                    self.visit_schema(order, &mut property.value, Slot::Inline(&hint), visit);
                }
            }
        }
    }
}

/// A name for one of several schemas: what its author called it, or what it is.
fn variant_hint(hint: &str, member: &Node, index: usize) -> String {
    let title = member.get("title").and_then(Node::as_str);
    match title {
        Some(title) if super::schema::is_name(title) => {
            format!("{hint}{}", rust_names::pascal(title))
        }
        _ => format!("{hint}{}", super::schema::kind_name(member, index)),
    }
}
