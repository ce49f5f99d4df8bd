//! Questions about schemas that several rules, and the translation for the validator, ask.

use std::collections::{HashMap, HashSet};

use xquik_document::{Node, Value};

use super::context::{Context, Target};
use super::description::Kind;

/// Two bounds of one schema of which the lower is above the upper.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crossed<'d> {
    pub(crate) low: &'static str,
    pub(crate) high: &'static str,
    pub(crate) low_node: &'d Node,
    pub(crate) high_node: &'d Node,
}

/// The pairs of bounds that a schema may have.
pub(crate) const BOUNDS: [(&str, &str); 4] = [
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
];

pub(crate) fn number(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Number(number) => number.value.as_ref()?.as_f64(),
        _ => None,
    }
}

/// A whole number that is not negative.
pub(crate) fn count(node: &Node) -> Option<u64> {
    match &node.value {
        Value::Number(number) => {
            let number = number.value.as_ref()?;
            number.as_u64().or_else(|| {
                let float = number.as_f64()?;
                let fits = float >= 0.0 && float.fract() == 0.0 && float < 9e15;
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "it is whole, not negative, and below 2^53"
                )]
                fits.then_some(float as u64)
            })
        }
        _ => None,
    }
}

/// The bounds of a schema between which nothing lies.
pub(crate) fn crossed_bounds(schema: &Node) -> Vec<Crossed<'_>> {
    let mut crossed = Vec::new();
    for (low, high) in BOUNDS {
        let (Some(low_node), Some(high_node)) = (schema.get(low), schema.get(high)) else {
            continue;
        };
        let (Some(least), Some(most)) = (number(low_node), number(high_node)) else {
            continue;
        };
        // What is no count is told as such.
        let is_count = |node| low == "minimum" || count(node).is_some();
        if !is_count(low_node) || !is_count(high_node) {
            continue;
        }
        let excludes = |name| schema.get(name).and_then(Node::as_bool) == Some(true);
        let is_number = low == "minimum";
        let above = is_number && excludes("exclusiveMinimum");
        let below = is_number && excludes("exclusiveMaximum");
        let integer = schema.get("type").and_then(Node::as_str) == Some("integer");
        let no_integer = is_number && integer && {
            let lowest = least.ceil() + f64::from(u8::from(above && least.fract() == 0.0));
            let highest = most.floor() - f64::from(u8::from(below && most.fract() == 0.0));
            lowest > highest
        };
        if least > most || ((above || below) && least >= most) || no_integer {
            crossed.push(Crossed {
                low,
                high,
                low_node,
                high_node,
            });
        }
    }
    crossed
}

/// A `multipleOf` of which no multiple lies between the bounds of its schema.
pub(crate) fn multiple_out_of_bounds(schema: &Node) -> Option<&Node> {
    let value = |name: &str| schema.get(name).and_then(number);
    let excludes = |name| schema.get(name).and_then(Node::as_bool) == Some(true);
    let (least, most, step) = (value("minimum")?, value("maximum")?, value("multipleOf")?);
    // Where fractions are at play the last digit of a float decides, and nothing is said.
    let whole = [least, most, step]
        .iter()
        .all(|number| number.fract() == 0.0 && number.abs() < 9e15);
    if !whole || step <= 0.0 || least > most {
        return None;
    }
    let mut lowest = (least / step).ceil() * step;
    if excludes("exclusiveMinimum") && lowest <= least {
        lowest += step;
    }
    let fits = lowest < most || (lowest <= most && !excludes("exclusiveMaximum"));
    (!fits).then(|| schema.get("multipleOf"))?
}

/// Whether a value is of a type, as 3.0 names them.
pub(crate) fn is_of_type(value: &Node, kind: &str) -> bool {
    match &value.value {
        Value::Null => false,
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => match kind {
            "number" => true,
            "integer" => number
                .value
                .as_ref()
                .is_some_and(|value| value.is_i64() || value.is_u64()),
            _ => false,
        },
        Value::String(_) => kind == "string",
        Value::Sequence(_) => kind == "array",
        Value::Mapping(_) => kind == "object",
    }
}

/// The values of `enum`.
pub(crate) fn enum_values(schema: &Node) -> &[Node] {
    schema
        .get("enum")
        .and_then(Node::as_sequence)
        .unwrap_or_default()
}

/// The type of a schema.
pub(crate) fn type_of(schema: &Node) -> Option<&str> {
    schema.get("type").and_then(Node::as_str)
}

/// Whether null is allowed.
pub(crate) fn is_nullable(schema: &Node) -> bool {
    schema.get("nullable").and_then(Node::as_bool) == Some(true)
}

/// Whether an enum has values that the type beside it refuses.
pub(crate) fn enum_contradicts_type(schema: &Node) -> bool {
    let Some(kind) = type_of(schema) else {
        return false;
    };
    enum_values(schema)
        .iter()
        .any(|value| !is_of_type(value, kind) && value.value != Value::Null)
}

/// Whether a schema says more about a value than its enum does.
pub(crate) fn constrains_beyond_enum(schema: &Node) -> bool {
    schema.as_mapping().is_some_and(|mapping| {
        mapping.iter().any(|entry| {
            !matches!(
                entry.key.name.as_str(),
                "enum" | "description" | "title" | "example" | "default"
            )
        })
    })
}

/// Whether a member is required that `additionalProperties: false` forbids.
pub(crate) fn is_forbidden(_cx: &Context<'_>, schema: &Node, name: &str) -> bool {
    is_closed(schema)
        && schema.get("properties").is_none_or(|properties| {
            // What is no object is told as such.
            properties.as_mapping().is_some() && properties.get(name).is_none()
        })
}

pub(crate) fn is_closed(schema: &Node) -> bool {
    schema.get("additionalProperties").and_then(Node::as_bool) == Some(false)
}

/// The names that a schema requires.
pub(crate) fn required_names(schema: &Node) -> impl Iterator<Item = (&Node, &str)> {
    schema
        .get("required")
        .and_then(Node::as_sequence)
        .unwrap_or_default()
        .iter()
        .filter_map(|node| Some((node, node.as_str()?)))
}

/// Two members of an `allOf` that no value satisfies together.
#[derive(Debug)]
pub(crate) struct Conflict<'d> {
    /// The keyword's value that contradicts an earlier member; where it comes in through a
    /// reference, the member that holds that.
    pub(crate) node: &'d Node,
    pub(crate) reason: String,
}

/// A schema that has to hold, and the member of the outermost `allOf` that brings it in.
struct Conjunct<'d> {
    schema: &'d Node,
    written: &'d Node,
    /// Whether a reference leads to it.
    referred: bool,
}

/// Whether the members of `allOf` contradict each other.
pub(crate) fn conflict<'d>(cx: &Context<'d>, schema: &'d Node) -> Option<Conflict<'d>> {
    schema.get("allOf")?;
    let mut conjuncts = vec![Conjunct {
        schema,
        written: schema,
        referred: false,
    }];
    let mut seen = HashSet::from([std::ptr::from_ref(schema)]);
    let mut next = 0;
    while next < conjuncts.len() && conjuncts.len() < 64 {
        let (current, written) = (conjuncts[next].schema, conjuncts[next].written);
        let referred = conjuncts[next].referred;
        next += 1;
        for member in current
            .get("allOf")
            .and_then(Node::as_sequence)
            .unwrap_or_default()
        {
            let written = if next == 1 { member } else { written };
            if let Some(target) = cx.resolve(member)
                && seen.insert(std::ptr::from_ref(target))
            {
                conjuncts.push(Conjunct {
                    schema: target,
                    written,
                    referred: referred || !std::ptr::eq(target, member),
                });
            }
        }
    }
    let required: HashSet<&str> = conjuncts
        .iter()
        .flat_map(|conjunct| required_names(conjunct.schema))
        .map(|(_, name)| name)
        .collect();
    for (index, one) in conjuncts.iter().enumerate() {
        for other in &conjuncts[..index] {
            // What contradicts itself within one member is reported there.
            let outermost = std::ptr::eq(one.written, other.written);
            if outermost && !std::ptr::eq(one.written, schema) {
                continue;
            }
            if let Some((keyword, reason)) =
                contradiction(cx, one.schema, other.schema, &required, 0)
            {
                let node = if one.referred { one.written } else { keyword };
                return Some(Conflict { node, reason });
            }
        }
    }
    None
}

/// Members whose schemas are compared may have members, this deep.
const MOST_MEMBERS: usize = 8;

/// Why two schemas exclude each other, with the value of the keyword of the first that does.
/// `required` are the members that both have to have, by whatever schema.
fn contradiction<'d>(
    cx: &Context<'d>,
    one: &'d Node,
    other: &'d Node,
    required: &HashSet<&str>,
    depth: usize,
) -> Option<(&'d Node, String)> {
    if let (Some(a), Some(b)) = (type_of(one), type_of(other)) {
        let numeric = |kind| matches!(kind, "integer" | "number");
        if a != b && !(numeric(a) && numeric(b)) && !(is_nullable(one) && is_nullable(other)) {
            let reason = format!("one member takes a value of type `{b}`, this one `{a}`");
            return Some((one.get("type")?, reason));
        }
    }
    let (a, b) = (enum_values(one), enum_values(other));
    if !a.is_empty() && !b.is_empty() && a.len() * b.len() <= 10_000 {
        let common = a
            .iter()
            .any(|a| b.iter().any(|b| a.to_json() == b.to_json()));
        if !common {
            let reason = "the enums of two members have no value in common".to_owned();
            return Some((one.get("enum")?, reason));
        }
    }
    for (values, kind, keyword) in [(a, type_of(other), "enum"), (b, type_of(one), "type")] {
        if let Some(kind) = kind
            && !values.is_empty()
            && !values
                .iter()
                .any(|value| is_of_type(value, kind) || value.value == Value::Null)
        {
            let reason = format!("no value of one member's enum is of type `{kind}`");
            return Some((one.get(keyword)?, reason));
        }
    }
    for (low, high) in BOUNDS {
        for (lower, upper, keyword) in [(one, other, low), (other, one, high)] {
            if let (Some(least), Some(most)) = (
                lower.get(low).and_then(number),
                upper.get(high).and_then(number),
            ) && least > most
            {
                let reason =
                    format!("{low} {least} of one member is above {high} {most} of another");
                return Some((one.get(keyword)?, reason));
            }
        }
    }
    for (closed, other) in [(one, other), (other, one)] {
        if !is_closed(closed) {
            continue;
        }
        let lacks = |name: &str| {
            closed
                .get("properties")
                .is_none_or(|properties| properties.get(name).is_none())
        };
        if let Some((required, name)) = required_names(other).find(|(_, name)| lacks(name)) {
            let keyword = if std::ptr::eq(closed, one) {
                one.get("additionalProperties")?
            } else {
                required
            };
            let reason = format!(
                "one member requires `{name}`, which `additionalProperties: false` of another forbids"
            );
            return Some((keyword, reason));
        }
    }
    excluded(cx, one, other).or_else(|| contradictory_member(cx, one, other, required, depth))
}

/// Whether what one of two schemas says is what `not` of the other forbids.
fn excluded<'d>(cx: &Context<'d>, one: &'d Node, other: &'d Node) -> Option<(&'d Node, String)> {
    let reason = || "one member says what `not` of another forbids".to_owned();
    if let Some(not) = one.get("not")
        && implies(other, cx.resolve(not)?)
    {
        return Some((not, reason()));
    }
    let forbidden = cx.resolve(other.get("not")?)?;
    let said = || constraints(forbidden).find_map(|(name, _)| one.get(name));
    implies(one, forbidden).then(|| Some((said()?, reason())))?
}

/// A member that has to be there, and for which two schemas leave no value.
fn contradictory_member<'d>(
    cx: &Context<'d>,
    one: &'d Node,
    other: &'d Node,
    required: &HashSet<&str>,
    depth: usize,
) -> Option<(&'d Node, String)> {
    let is_object = |schema| matches!(type_of(schema), None | Some("object"));
    let both_null = is_nullable(one) && is_nullable(other);
    if depth > MOST_MEMBERS || !is_object(one) || !is_object(other) || both_null {
        return None;
    }
    let others = other.get("properties")?;
    for entry in one.get("properties")?.as_mapping()? {
        let name = entry.key.name.as_str();
        if !required.contains(name) {
            continue;
        }
        let Some((a, b)) = cx
            .resolve(&entry.value)
            .zip(others.get(name).and_then(|member| cx.resolve(member)))
        else {
            continue;
        };
        if std::ptr::eq(a, b) {
            continue;
        }
        let inner = [a, b].into_iter().flat_map(required_names);
        let inner: HashSet<&str> = inner.map(|(_, name)| name).collect();
        if let Some((keyword, reason)) = contradiction(cx, a, b, &inner, depth + 1) {
            let inline = std::ptr::eq(a, &raw const entry.value);
            let node = if inline { keyword } else { &entry.value };
            let reason = match depth {
                0 => format!("of the required `{name}`, {reason}"),
                _ => reason,
            };
            return Some((node, reason));
        }
    }
    None
}

/// What a schema says about values: its keywords but for those that only describe.
fn constraints(schema: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let describes = |name: &str| {
        name.starts_with("x-")
            || matches!(
                name,
                "title"
                    | "description"
                    | "default"
                    | "example"
                    | "deprecated"
                    | "externalDocs"
                    | "xml"
                    | "readOnly"
                    | "writeOnly"
                    | "discriminator"
                    // It adds to `type`, and is judged with it.
                    | "nullable"
            )
    };
    schema
        .as_mapping()
        .into_iter()
        .flatten()
        .map(|entry| (entry.key.name.as_str(), &entry.value))
        .filter(move |(name, _)| !describes(name))
}

/// Whether each value that fits the one schema is seen to fit the other, keyword by keyword. A schema
/// that says nothing is implied by any.
fn implies(schema: &Node, implied: &Node) -> bool {
    constraints(implied).all(|(name, value)| match name {
        "type" => {
            let same = match (type_of(schema), value.as_str()) {
                (Some("integer"), Some("number")) => true,
                (of_one, of_other) => of_one.is_some() && of_one == of_other,
            };
            same && (is_nullable(implied) || !is_nullable(schema))
        }
        "enum" => {
            let allowed: Vec<_> = enum_values(implied).iter().map(Node::to_json).collect();
            let values = enum_values(schema);
            !values.is_empty()
                && values
                    .iter()
                    .all(|value| allowed.contains(&value.to_json()))
        }
        // Which members are additional depends on those that are described.
        "additionalProperties" => ["properties", name].iter().all(|name| {
            schema.get(name).map(Node::to_json) == implied.get(name).map(Node::to_json)
        }),
        _ => schema.get(name).map(Node::to_json) == Some(value.to_json()),
    })
}

/// The `not` of a schema that forbids whatever the rest of it allows. With nothing beside it `not: {}` is
/// how 3.0 says that a value may not be there.
pub(crate) fn contradictory_not<'d>(cx: &Context<'d>, schema: &'d Node) -> Option<&'d Node> {
    let not = schema.get("not")?;
    let beside = constraints(schema).any(|(name, _)| name != "not");
    (beside && implies(schema, cx.resolve(not)?)).then_some(not)
}

/// Whether no value fits a schema: it requires itself, members of its `allOf` contradict each other, or
/// its `not` forbids all that it allows.
pub(crate) fn is_impossible<'d>(cx: &Context<'d>, schema: &'d Node) -> bool {
    cx.endless().contains(&std::ptr::from_ref(schema))
        || conflict(cx, schema).is_some()
        || contradictory_not(cx, schema).is_some()
}

/// The schemas that a schema applies to the very same value.
pub(crate) fn in_place(schema: &Node) -> impl Iterator<Item = &Node> {
    ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .filter_map(|name| schema.get(name)?.as_sequence())
        .flatten()
        .chain(schema.get("not"))
}

/// The schemas of which a value chooses, with a discriminator or without.
pub(crate) fn alternatives(schema: &Node) -> Vec<&Node> {
    ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(|name| schema.get(name)?.as_sequence())
        .flatten()
        .collect()
}

/// The parts of schemas of which something is told to be wrong or is not known, so that they seem to take
/// more than they do.
#[derive(Debug)]
pub(crate) struct Broken(HashSet<*const Node>);

/// So many schemas are looked at below a composition.
const MOST_LOOKED_AT: usize = 1000;

impl Broken {
    pub(crate) fn new(cx: &Context<'_>) -> Self {
        let lost = cx.model.references.iter().filter(|reference| {
            reference.expected == Kind::Schema
                && (!matches!(cx.target(reference.target), Target::Here(_))
                    || cx.is_of_wrong_kind(reference))
        });
        let defects = cx.model.defects.iter().map(|defect| defect.node);
        let nodes = lost.map(|reference| reference.node).chain(defects);
        Self(nodes.map(std::ptr::from_ref).collect())
    }

    /// Whether such a part stands in or below a value, references followed.
    pub(crate) fn reaches<'d>(&self, cx: &Context<'d>, value: &'d Node) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let mut seen = HashSet::new();
        let mut open = vec![value];
        while let Some(node) = open.pop() {
            if self.0.contains(&std::ptr::from_ref(node)) {
                return true;
            }
            if seen.len() >= MOST_LOOKED_AT || !seen.insert(std::ptr::from_ref(node)) {
                continue;
            }
            if node.reference().is_some() {
                open.extend(cx.resolve(node));
            }
            match &node.value {
                Value::Mapping(members) => open.extend(members.iter().map(|entry| &entry.value)),
                Value::Sequence(items) => open.extend(items),
                _ => {}
            }
        }
        false
    }
}

/// Targets of references that lead back to themselves without entering a member or an item.
pub(crate) fn endless_in_place<'d>(cx: &Context<'d>) -> HashSet<*const Node> {
    #[derive(Clone, Copy, PartialEq)]
    enum Color {
        Open,
        Done,
    }
    fn visit<'d>(
        cx: &Context<'d>,
        node: &'d Node,
        colors: &mut HashMap<*const Node, Color>,
        endless: &mut HashSet<*const Node>,
    ) {
        let identity = std::ptr::from_ref(node);
        match colors.get(&identity) {
            Some(Color::Open) => {
                endless.insert(identity);
                return;
            }
            Some(Color::Done) => return,
            None => {}
        }
        colors.insert(identity, Color::Open);
        if let Some(reference) = node.reference() {
            if let Target::Here(target) = cx.target(reference) {
                visit(cx, target, colors, endless);
            }
        } else {
            for member in in_place(node) {
                visit(cx, member, colors, endless);
            }
        }
        colors.insert(identity, Color::Done);
    }
    let mut colors = HashMap::new();
    let mut endless = HashSet::new();
    for reference in &cx.model.references {
        if reference.expected == Kind::Schema {
            visit(cx, reference.node, &mut colors, &mut endless);
        }
    }
    endless
}

/// The schema that a value of a discriminator's `mapping` means: the name of one, or a reference.
pub(crate) fn mapped<'d>(cx: &Context<'d>, target: &str) -> Option<&'d Node> {
    let root = cx.document.root();
    let by_name = root.get("components")?.get("schemas")?.get(target);
    by_name.or_else(|| {
        let pointer = xquik_document::Pointer::from_reference(target)?;
        cx.document.at(&pointer)
    })
}

/// The names that `properties` describes.
pub(crate) fn property_names(schema: &Node) -> Vec<&str> {
    schema
        .get("properties")
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
        .map(|entry| entry.key.name.as_str())
        .collect()
}

/// The type of a schema whose enum has several values, none of that type.
pub(crate) fn contradicted_type(schema: &Node) -> Option<&str> {
    let kind = type_of(schema).filter(|kind| super::description::TYPES.contains(kind))?;
    let values = enum_values(schema);
    let refused = |value: &Node| !is_of_type(value, kind) && value.value != Value::Null;
    (values.len() > 1 && values.iter().all(refused)).then_some(kind)
}

/// Finite schemas show within a few rounds; what does not is taken to be finite.
const MOST_ROUNDS: usize = 40;

/// The schemas that no finite value satisfies, since they require themselves.
pub(crate) fn endless(cx: &Context<'_>) -> HashSet<*const Node> {
    let sites: Vec<&Node> = cx.model.of(Kind::Schema).map(|site| site.node).collect();
    let referred = |reference: &super::model::Reference<'_>| reference.expected == Kind::Schema;
    if !cx.model.references.iter().any(referred) {
        return HashSet::new();
    }
    let mut finite: HashMap<*const Node, bool> = sites
        .iter()
        .map(|node| (std::ptr::from_ref(*node), false))
        .collect();
    for round in 0..MOST_ROUNDS {
        let mut changed = false;
        let mut visit = |node| {
            let identity = std::ptr::from_ref(node);
            if !finite[&identity] && is_finite(cx, node, &finite) {
                finite.insert(identity, true);
                changed = true;
            }
        };
        // Both ways in turn, since references lead up and down.
        if round % 2 == 0 {
            sites.iter().rev().for_each(|node| visit(node));
        } else {
            sites.iter().for_each(|node| visit(node));
        }
        if !changed {
            return finite
                .into_iter()
                .filter_map(|(node, finite)| (!finite).then_some(node))
                .collect();
        }
    }
    HashSet::new()
}

/// The schemas of which a value needs values.
pub(crate) fn needs(schema: &Node) -> Vec<&Node> {
    let mut needed: Vec<&Node> = Vec::new();
    for name in ["allOf", "oneOf", "anyOf"] {
        needed.extend(
            schema
                .get(name)
                .and_then(Node::as_sequence)
                .unwrap_or_default(),
        );
    }
    let properties = schema.get("properties");
    needed.extend(
        required_names(schema)
            .filter_map(|(_, name)| properties.and_then(|properties| properties.get(name))),
    );
    if needs_items(schema) {
        needed.extend(schema.get("items"));
    }
    needed
}

fn needs_items(schema: &Node) -> bool {
    schema
        .get("minItems")
        .and_then(count)
        .is_some_and(|count| count > 0)
}

fn is_finite<'d>(cx: &Context<'d>, schema: &'d Node, known: &HashMap<*const Node, bool>) -> bool {
    if is_nullable(schema) || !enum_values(schema).is_empty() {
        return true;
    }
    let finite = |node: &'d Node| {
        // What cannot be looked at is no reason for a complaint; a circle of references has its own.
        cx.resolve(node)
            .and_then(|target| known.get(&std::ptr::from_ref(target)).copied())
            .unwrap_or(true)
    };
    let members = |name| {
        schema
            .get(name)
            .and_then(Node::as_sequence)
            .unwrap_or_default()
    };
    if !members("allOf").iter().all(finite) {
        return false;
    }
    for name in ["oneOf", "anyOf"] {
        if !members(name).is_empty() && !members(name).iter().any(finite) {
            return false;
        }
    }
    // A value of another type need not have the members.
    if matches!(type_of(schema), None | Some("object")) {
        let properties = schema.get("properties");
        for (_, name) in required_names(schema) {
            if let Some(property) = properties.and_then(|properties| properties.get(name))
                && !finite(property)
            {
                return false;
            }
        }
    }
    if type_of(schema) == Some("array") && needs_items(schema) {
        return schema.get("items").is_none_or(finite);
    }
    true
}

/// Whether a member is required that `properties` does not describe, and nothing else could.
pub(crate) fn is_undescribed(schema: &Node, name: &str) -> bool {
    schema.get("properties").is_some_and(|properties| {
        properties.as_mapping().is_some_and(|all| !all.is_empty()) && properties.get(name).is_none()
    }) && schema.get("additionalProperties").is_none()
        && in_place(schema).next().is_none()
}
