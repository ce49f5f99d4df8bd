//! What schemas refer to becomes components, one for each place in the document.

use std::collections::{HashMap, HashSet};

use crate::document::{Node, Pointer, Span, Value};
use crate::names as rust_names;

use super::references::{ANY, place_of};
use super::resolver::{Reason, anchors, step, target};
use super::schema::{anything, reference_to};
use super::shared::{
    each_place, each_type, holder_of, is_type, nullable, shelf_of, take_null, wanted,
};
use super::{Lowering, Order, Slot, component_name};

/// A reference of JSON Schema that depends on the way to it becomes the plain one that it is where
/// nobody extends its schema: `$dynamicRef` leads to its anchor, unless other schemas have one of that
/// name, of which whoever refers to this one chooses; and `$recursiveRef` (2019-09) to the
/// schema around it that says `$recursiveAnchor`, or else to the component that it stands in.
fn static_reference(lowering: &mut Lowering<'_>, schema: &mut Node) {
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    if mapping.get("$ref").is_some() {
        return;
    }
    if let Some(dynamic) = mapping.remove("$dynamicRef") {
        let anchor = dynamic.as_str().and_then(|text| text.strip_prefix('#'));
        let anchor = anchor.unwrap_or_default();
        let found = anchors(lowering).get(anchor);
        if found.is_none_or(|found| found.dynamic < 2) {
            mapping.insert("$ref", dynamic);
            return;
        }
        lowering.note(
            dynamic.span,
            format!(
                "several schemas have the `$dynamicAnchor` `{anchor}`, and whoever refers to this one \
                 chooses; {ANY}"
            ),
        );
        return;
    }
    let Some(recursive) = mapping.remove("$recursiveRef") else {
        return;
    };
    let pointer = lowering.document.pointer_of(recursive.span);
    let tokens = pointer.as_ref().map_or(&[][..], Pointer::tokens);
    let around = |length: usize| Pointer::new(tokens[..length].to_vec());
    let anchored = (0..tokens.len()).rev().map(around).find(|pointer| {
        let node = lowering.document.at(pointer);
        let anchor = node.and_then(|node| node.get("$recursiveAnchor"));
        anchor.and_then(Node::as_bool) == Some(true)
    });
    let target = match anchored {
        Some(anchored) => format!("#{anchored}"),
        None if tokens.len() > 3 && tokens[0] == "components" && tokens[1] == "schemas" => {
            format!("#{}", around(3))
        }
        None => "#".to_owned(),
    };
    mapping.insert("$ref", Node::string(target, recursive.span));
}

/// The last word of the pointer of a schema without the null that it has where it is written.
const NOT_NULL: &str = "not null";

/// Components to schemas.
#[derive(Default)]
pub(super) struct Components {
    /// Component names that are taken.
    taken: HashSet<String>,
    /// Pointers that became components, and their names.
    known: HashMap<String, String>,
    /// Where they are written, and their names.
    places: HashMap<Span, String>,
    /// Schemas of a shared part (its pointer, and each schema as JSON) that became components, and their
    /// names.
    alike: HashMap<(Pointer, String), String>,
    /// Their names.
    made: HashSet<String>,
    /// Components still to be added.
    found: Vec<(String, Node)>,
}

impl Components {
    /// Those that the document has.
    pub(super) fn of(lowering: &Lowering<'_>) -> Self {
        let mut components = Self::default();
        for entry in lowering.schemas() {
            // Neither the name nor the one that it is going to have.
            let name = &entry.key.name;
            components.taken.insert(name.clone());
            components.taken.insert(rust_names::pascal(name));
        }
        components
    }

    /// Makes a reference one to a component.
    pub(super) fn settle(&mut self, lowering: &mut Lowering<'_>, schema: &mut Node) {
        static_reference(lowering, schema);
        self.mapping(lowering, schema);
        let Some(reference) = schema.reference().map(str::to_owned) else {
            return;
        };
        // A component that was made here is no part of the text as its author wrote it.
        if component_name(schema).is_some_and(|name| self.made.contains(name)) {
            return;
        }
        let span = place_of(schema);
        let name = match self.name(lowering, &reference) {
            Ok(name) => name,
            Err(reason) => {
                lowering.wrong_so(span, reason.message(&reference), ANY);
                *schema = anything(span);
                return;
            }
        };
        let Some(mapping) = schema.as_mapping_mut() else {
            return;
        };
        // What stands beside it is for another pass to judge.
        if let Some(Node {
            value: Value::String(target),
            ..
        }) = mapping.get_mut("$ref")
        {
            *target = format!("#/components/schemas/{name}");
        }
    }

    /// The name of the component that a reference leads to, made if there is none.
    fn name(&mut self, lowering: &Lowering<'_>, reference: &str) -> Result<String, Reason> {
        // That it ends is seen first, and where.
        target(lowering, reference)?;
        let mut found = step(lowering, reference)?;
        // What only refers on is what it refers to, unless it is a component.
        while !is_component(&found.pointer)
            && let Some(next) = found.node.reference()
            && found.node.as_mapping().is_some_and(|node| node.len() == 1)
        {
            found = step(lowering, next)?;
        }
        let (name, is_new) = self.component(lowering, &found.pointer, found.node);
        if is_new {
            self.found.push((name.clone(), found.node.clone()));
        }
        Ok(name)
    }

    /// The name of the component for what stands at a pointer, and whether it is still to be made.
    fn component(
        &mut self,
        lowering: &Lowering<'_>,
        pointer: &Pointer,
        node: &Node,
    ) -> (String, bool) {
        if is_component(pointer) {
            return (pointer.tokens()[2].clone(), false);
        }
        let key = pointer.to_string();
        if let Some(name) = self.known.get(&key) {
            return (name.clone(), false);
        }
        // What one answer holds in two media types is one type.
        let written = lowering.document.at(pointer).unwrap_or(node);
        let holder = holder_of(pointer).map(|holder| (holder, written.to_json().to_string()));
        if let Some(name) = holder.as_ref().and_then(|holder| self.alike.get(holder)) {
            return (name.clone(), false);
        }
        let name = self.free(wanted(lowering, pointer));
        if let Some(holder) = holder {
            self.alike.insert(holder, name.clone());
        }
        if !pointer.tokens().ends_with(&[NOT_NULL.to_owned()]) {
            self.places.insert(node.span, name.clone());
        }
        self.known.insert(key, name.clone());
        self.made.insert(name.clone());
        (name, true)
    }

    /// The first of these names that is free, or else the last with a number.
    fn free(&mut self, wanted: Vec<String>) -> String {
        let mut last = String::from("X");
        for name in wanted {
            if self.taken.insert(name.clone()) {
                return name;
            }
            last = name;
        }
        let mut number = 2;
        loop {
            let name = format!("{last}{number}");
            if self.taken.insert(name.clone()) {
                return name;
            }
            number += 1;
        }
    }

    /// Adds the components that were found. Targets inside of something refer on, until all of them have
    /// become components.
    pub(super) fn add(&mut self, lowering: &mut Lowering<'_>) {
        while let Some((name, mut schema)) = self.found.pop() {
            lowering.visit_schema(
                Order::OuterFirst,
                &mut schema,
                Slot::Component(&name),
                &mut |lowering, schema, _| self.settle(lowering, schema),
            );
            lowering.add_schema(&name, schema);
        }
    }

    /// Makes what became a component a reference to it wherever else it stands.
    pub(super) fn wherever(&self, lowering: &mut Lowering<'_>) {
        lowering.each_schema(|_, schema, slot| {
            if matches!(slot, Slot::Inline(_))
                && let Some(name) = self.places.get(&schema.span)
                && schema.reference().is_none()
                && is_type(schema)
            {
                *schema = reference_to(name, schema.span);
            }
        });
    }

    /// Makes components of the inline schemas of operations that are shared.
    pub(super) fn shared(&mut self, lowering: &mut Lowering<'_>) {
        let mut places: HashMap<Span, usize> = HashMap::new();
        lowering.each_operation(|_, operation, _| {
            each_place(operation, &mut |schema, _| {
                each_type(schema, &mut |schema| {
                    *places.entry(schema.span).or_default() += 1;
                });
            });
        });
        lowering.each_operation(|lowering, operation, _| {
            each_place(operation, &mut |schema, is_parameter| {
                each_type(schema, &mut |schema| {
                    // What is copied keeps the place where it is written, so one place is one thing.
                    let Some(pointer) = lowering.document.pointer_of(schema.span) else {
                        return;
                    };
                    let is_repeated = places.get(&schema.span).is_some_and(|&count| count > 1);
                    if is_repeated || shelf_of(&pointer).is_some() {
                        let is_nullable = take_null(schema);
                        // Null is said where it may come, and an absent parameter is none.
                        let pointer = match is_nullable {
                            true => pointer.join(NOT_NULL),
                            false => pointer,
                        };
                        let (name, is_new) = self.component(lowering, &pointer, schema);
                        let reference = reference_to(&name, schema.span);
                        let reference = match is_nullable && !is_parameter {
                            true => nullable(reference),
                            false => reference,
                        };
                        let schema = std::mem::replace(schema, reference);
                        if is_new {
                            lowering.add_schema(&name, schema);
                        }
                    }
                });
            });
        });
    }

    /// The targets of a discriminator, which are references or names of components.
    fn mapping(&mut self, lowering: &mut Lowering<'_>, schema: &mut Node) {
        let Some(discriminator) = schema.get_mut("discriminator") else {
            return;
        };
        if let Some(name) = discriminator.as_str().map(str::to_owned) {
            // As Swagger 2.0 had it.
            let span = discriminator.span;
            *discriminator = Node::object([("propertyName", Node::string(name, span))], span);
        }
        let Some(mapping) = discriminator
            .get_mut("mapping")
            .and_then(Node::as_mapping_mut)
        else {
            return;
        };
        let mut gone = Vec::new();
        for entry in mapping.iter_mut() {
            let Some(text) = entry.value.as_str().map(str::to_owned) else {
                gone.push(entry.key.name.clone());
                continue;
            };
            let reference = if text.starts_with('#') {
                text.clone()
            } else {
                format!(
                    "#{}",
                    Pointer::root()
                        .join("components")
                        .join("schemas")
                        .join(&text)
                )
            };
            // A name as it stands, or a reference, which may lead out of the document.
            let leads_out = !text.starts_with('#') && (text.contains('#') || text.contains('/'));
            match self.name(lowering, &reference) {
                Ok(name) => {
                    entry.value =
                        Node::string(format!("#/components/schemas/{name}"), entry.value.span);
                }
                Err(_) => {
                    gone.push(entry.key.name.clone());
                    let reason = match leads_out {
                        true => Reason::Elsewhere,
                        false => Reason::Nothing,
                    };
                    let so = "this value is left out";
                    lowering.wrong_so(entry.value.span, reason.message(&text), so);
                }
            }
        }
        mapping.retain(|entry| !gone.contains(&entry.key.name));
    }
}

/// Whether a pointer is that of a component schema.
fn is_component(pointer: &Pointer) -> bool {
    matches!(pointer.tokens(), [components, schemas, _] if components == "components" && schemas == "schemas")
}
