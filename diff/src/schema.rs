//! What a schema says, however it is written.
//!
//! A schema here is a conjunction of the author's nodes: the node itself, what its references lead
//! to, and the members of its `allOf`s. So a reference, an inlined copy and an `allOf` of one are the
//! same thing, and several members are merged keyword by keyword, each keyword remembering the node
//! that it was written in.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;
use std::sync::LazyLock;

use xquik_document::{Mapping, Node, Span, Value};

use super::checks::{limits, others};
use super::number::Number;
use super::side::{Side, address};

/// The schema where none is written: any value.
static ANY: LazyLock<Node> =
    LazyLock::new(|| Node::new(Value::Mapping(Mapping::default()), Span::START));

/// Patterns that every text matches.
const MATCH_ANYTHING: [&str; 6] = ["", "^", "$", ".*", "^.*", ".*$"];

/// Alternatives are only looked at pair by pair up to this number of them.
const MANY: usize = 64;

/// One schema of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SchemaId(usize);

/// A set of JSON types. `NUMBER` holds the integers too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Types(u8);

impl Types {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const STRING: Self = Self(1);
    pub(crate) const INTEGER: Self = Self(2);
    pub(crate) const NUMBER: Self = Self(2 | 4);
    pub(crate) const BOOLEAN: Self = Self(8);
    pub(crate) const ARRAY: Self = Self(16);
    pub(crate) const OBJECT: Self = Self(32);
    pub(crate) const ANY: Self = Self(63);

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::STRING,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "boolean" => Self::BOOLEAN,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NONE,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self::STRING,
            Value::Sequence(_) => Self::ARRAY,
            Value::Mapping(_) => Self::OBJECT,
        }
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// What people read: `string`, `integer or object`.
    pub(crate) fn describe(self) -> String {
        if self == Self::ANY {
            return "any value".to_owned();
        }
        let mut names = Vec::new();
        for (name, kind) in [
            ("string", Self::STRING),
            ("number", Self::NUMBER),
            ("boolean", Self::BOOLEAN),
            ("array", Self::ARRAY),
            ("object", Self::OBJECT),
        ] {
            if self.holds(kind) {
                names.push(name);
            } else if kind == Self::NUMBER && self.holds(Self::INTEGER) {
                names.push("integer");
            }
        }
        if names.is_empty() {
            return "null".to_owned();
        }
        names.join(" or ")
    }
}

/// Whether null is among the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Nullable {
    /// It is not.
    No,
    /// Its author says so where it has no effect: beside no `type`, or beside a set without null.
    /// Some readers take it for a yes.
    Meant,
    /// It is.
    Yes,
}

/// A keyword's value and the node that says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'d, T> {
    pub(crate) value: T,
    pub(crate) at: &'d Node,
}

/// An end of a range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bound<'d> {
    pub(crate) value: Number,
    /// What leaves the end itself out, if anything does.
    pub(crate) exclusive: Option<&'d Node>,
}

/// What members an object may have beside its properties.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Additional<'d> {
    /// Any.
    Open,
    /// None; the node says so.
    Closed(&'d Node),
    /// Any whose value is this.
    Schema(&'d Node),
}

/// `oneOf` or `anyOf`.
#[derive(Debug, Clone)]
pub(crate) struct Union<'d> {
    pub(crate) exactly_one: bool,
    /// The list.
    pub(crate) at: &'d Node,
    pub(crate) members: Vec<&'d Node>,
}

/// A discriminator with the mapping that OpenAPI implies where none is written.
#[derive(Debug, Clone)]
pub(crate) struct Discriminator<'d> {
    pub(crate) at: &'d Node,
    pub(crate) property: &'d str,
    /// Value → the node that names it and the schema that it leads to.
    pub(crate) mapping: BTreeMap<&'d str, (&'d Node, &'d Node)>,
}

/// Everything that a schema says about values.
#[derive(Debug, Clone)]
pub(crate) struct Schema<'d> {
    /// The nodes that it was made of; what a reference leads to, not the reference.
    pub(crate) nodes: Vec<&'d Node>,
    /// The first of them.
    pub(crate) at: &'d Node,
    /// The types as written; [`Types::ANY`] where nothing is said.
    pub(crate) types: Types,
    pub(crate) types_at: Option<&'d Node>,
    pub(crate) nullable: Nullable,
    pub(crate) nullable_at: Option<&'d Node>,
    pub(crate) format: Option<Said<'d, &'d str>>,
    pub(crate) patterns: Vec<Said<'d, &'d str>>,
    pub(crate) minimum: Option<Said<'d, Bound<'d>>>,
    pub(crate) maximum: Option<Said<'d, Bound<'d>>>,
    pub(crate) multiple_of: Option<Said<'d, Number>>,
    /// `minLength` and its like, by keyword.
    pub(crate) counts: BTreeMap<&'static str, Said<'d, u64>>,
    pub(crate) unique_items: Option<Said<'d, bool>>,
    /// The closed set of values: its canonical text, and where each stands. Null is left to `nullable`.
    pub(crate) values: Option<Said<'d, BTreeMap<String, &'d Node>>>,
    /// The set that may grow.
    pub(crate) known_values: Option<Said<'d, BTreeMap<String, &'d Node>>>,
    pub(crate) properties: BTreeMap<&'d str, Vec<&'d Node>>,
    pub(crate) required: BTreeMap<&'d str, &'d Node>,
    pub(crate) additional: Additional<'d>,
    /// How many members an object may have where a part names all that it takes.
    pub(crate) most_members: Option<u64>,
    pub(crate) items: Vec<&'d Node>,
    pub(crate) unions: Vec<Union<'d>>,
    pub(crate) discriminator: Option<Discriminator<'d>>,
    pub(crate) not: Vec<&'d Node>,
    pub(crate) default: Option<Said<'d, String>>,
    pub(crate) deprecated: Option<&'d Node>,
    pub(crate) read_only: Option<&'d Node>,
    pub(crate) write_only: Option<&'d Node>,
    /// How it is written as XML.
    pub(crate) xml: Option<&'d Node>,
    /// Keywords that are not understood here, and their values.
    pub(crate) others: Vec<(&'static str, &'d Node)>,
}

/// Keywords whose value is a count; an absent minimum is zero.
pub(crate) const COUNTS: [(&str, bool); 6] = [
    ("minLength", false),
    ("maxLength", true),
    ("minItems", false),
    ("maxItems", true),
    ("minProperties", false),
    ("maxProperties", true),
];

impl<'d> Schema<'d> {
    /// Whether what is required or allowed says as much as a number of members does.
    fn implies(&self, keyword: &str, count: u64) -> bool {
        match keyword {
            "minProperties" => {
                u64::try_from(self.required.len()).is_ok_and(|required| count <= required)
            }
            "maxProperties" => self.most_members.is_some_and(|most| count >= most),
            _ => false,
        }
    }

    /// Whether it is a list of one item at most, which cannot repeat.
    pub(crate) fn has_one_item(&self) -> bool {
        let most = self.counts.get("maxItems");
        most.is_some_and(|said| said.value <= 1)
    }

    /// The values, where it is a set of them and nothing else.
    fn only_values(&self) -> Option<&Said<'d, BTreeMap<String, &'d Node>>> {
        let values = self.values.as_ref()?;
        let is_more = self.nullable != Nullable::No
            || !self.unions.is_empty()
            || self.discriminator.is_some()
            || self.known_values.is_some()
            || !self.others.is_empty()
            || self.read_only.or(self.write_only).is_some()
            // Where what is counted up is no plain value, limits may be kept of it.
            || !self.is_without_limits();
        (!is_more).then_some(values)
    }

    /// Whether it says nothing about values at all.
    pub(crate) fn is_any(&self) -> bool {
        self.types == Types::ANY && self.unions.is_empty() && self.has_only_unions()
    }

    /// Whether nothing is said but types and unions.
    pub(crate) fn has_only_unions(&self) -> bool {
        self.format.is_none()
            && self.values.is_none()
            && self.known_values.is_none()
            && self.is_without_limits()
    }

    /// Whether nothing limits values but types, unions, sets and formats.
    fn is_without_limits(&self) -> bool {
        self.patterns.is_empty()
            && self.minimum.is_none()
            && self.maximum.is_none()
            && self.multiple_of.is_none()
            && self.counts.is_empty()
            && self.unique_items.is_none()
            && self.properties.is_empty()
            && self.required.is_empty()
            && matches!(self.additional, Additional::Open)
            && self.items.is_empty()
            && self.not.is_empty()
    }
}

/// The schemas of one side, each read once.
#[derive(Debug)]
pub(crate) struct Schemas<'s, 'd> {
    pub(crate) side: &'s Side<'d>,
    by_nodes: HashMap<Vec<usize>, SchemaId>,
    schemas: Vec<Rc<Schema<'d>>>,
    fingerprints: HashMap<(SchemaId, u8), u64>,
    /// How many alternatives within alternatives are being read.
    within: u8,
}

impl<'s, 'd> Schemas<'s, 'd> {
    pub(crate) fn new(side: &'s Side<'d>) -> Self {
        Self {
            side,
            by_nodes: HashMap::new(),
            schemas: Vec::new(),
            fingerprints: HashMap::new(),
            within: 0,
        }
    }

    pub(crate) fn get(&self, id: SchemaId) -> Rc<Schema<'d>> {
        Rc::clone(&self.schemas[id.0])
    }

    /// The schema that all of these nodes say together; without any it is that of any value.
    pub(crate) fn intern(&mut self, nodes: &[&'d Node]) -> SchemaId {
        let any: [&'d Node; 1] = [&ANY];
        let nodes = if nodes.is_empty() { &any } else { nodes };
        // All references to one component are one schema. In 3.1 what stands beside them counts.
        let nodes: Vec<&'d Node> = if self.side.is_3_1 {
            nodes.to_vec()
        } else {
            nodes.iter().map(|node| self.side.resolve(node)).collect()
        };
        let key: Vec<usize> = nodes.iter().map(|node| address(node)).collect();
        if let Some(id) = self.by_nodes.get(&key) {
            return *id;
        }
        let schema = read(self, &nodes);
        // One that is an alternative of itself was read on the way.
        if let Some(id) = self.by_nodes.get(&key) {
            return *id;
        }
        let id = SchemaId(self.schemas.len());
        self.schemas.push(Rc::new(schema));
        self.by_nodes.insert(key, id);
        id
    }

    /// What members an object may have beside its properties; a schema that says nothing allows any.
    pub(crate) fn additional(&mut self, schema: &Schema<'d>) -> Additional<'d> {
        match schema.additional {
            Additional::Schema(node) => {
                let id = self.intern(&[node]);
                let schema = self.get(id);
                if schema.is_any() && schema.others.is_empty() {
                    Additional::Open
                } else {
                    Additional::Schema(node)
                }
            }
            said => said,
        }
    }

    /// Whether only one of the alternatives may fit where more could: of those that exclude each
    /// other anyway, `oneOf` and `anyOf` say the same.
    pub(crate) fn is_exactly_one(&mut self, union: &Union<'d>) -> bool {
        if !union.exactly_one || union.members.len() > MANY {
            return union.exactly_one;
        }
        let members: Vec<_> = union
            .members
            .iter()
            .map(|node| {
                let id = self.intern(&[node]);
                self.get(id)
            })
            .collect();
        let mut rest = &members[..];
        while let Some((first, others)) = rest.split_first() {
            if !others.iter().all(|other| self.excludes(first, other)) {
                return true;
            }
            rest = others;
        }
        false
    }

    /// Whether nothing fits both, as far as types, sets, and members that both require show.
    fn excludes(&mut self, one: &Schema<'d>, other: &Schema<'d>) -> bool {
        let differ = |one: &Schema<'d>, other: &Schema<'d>| {
            let is_apart = match (&one.values, &other.values) {
                (Some(one), Some(other)) => !one
                    .value
                    .keys()
                    .any(|value| other.value.contains_key(value)),
                _ => !one.types.meets(other.types),
            };
            is_apart && (one.nullable == Nullable::No || other.nullable == Nullable::No)
        };
        if differ(one, other) {
            return true;
        }
        if (one.types, other.types) != (Types::OBJECT, Types::OBJECT) {
            return false;
        }
        one.required.keys().any(|name| {
            let (Some(one), Some(named)) = (one.properties.get(name), other.properties.get(name))
            else {
                return false;
            };
            let (one, named) = (self.intern(one), self.intern(named));
            other.required.contains_key(name) && differ(&self.get(one), &self.get(named))
        })
    }

    /// A hash of what a schema says, some levels deep: alike schemas have the same one. It only
    /// finds which members of two unions belong together; what differs deeper is still compared.
    pub(crate) fn fingerprint(&mut self, id: SchemaId, depth: u8) -> u64 {
        if let Some(known) = self.fingerprints.get(&(id, depth)) {
            return *known;
        }
        let schema = self.get(id);
        let mut hasher = DefaultHasher::new();
        let h = &mut hasher;
        schema.types.hash(h);
        schema.nullable.hash(h);
        schema.format.map(|said| said.value).hash(h);
        // Sets, wherever a schema is the sum of several: which of them comes first, and whether two of
        // them say the same, means nothing.
        let patterns: BTreeSet<_> = schema.patterns.iter().map(|said| &said.value).collect();
        patterns.hash(h);
        for (bound, upper) in [(schema.minimum, false), (schema.maximum, true)] {
            bound
                .filter(|_| !limits::is_said_by_format(&schema, upper))
                .map(|said| (said.value.value.text(), said.value.exclusive.is_some()))
                .hash(h);
        }
        schema.multiple_of.map(|said| said.value.text()).hash(h);
        for (keyword, said) in &schema.counts {
            if !schema.implies(keyword, said.value) {
                (keyword, said.value).hash(h);
            }
        }
        (schema.unique_items.is_some() && !schema.has_one_item()).hash(h);
        (schema.read_only.is_some(), schema.write_only.is_some()).hash(h);
        for set in [&schema.values, &schema.known_values] {
            set.as_ref()
                .map(|said| said.value.keys().collect::<Vec<_>>())
                .hash(h);
        }
        schema.required.keys().collect::<Vec<_>>().hash(h);
        schema.properties.keys().collect::<Vec<_>>().hash(h);
        if let Some(deeper) = depth.checked_sub(1) {
            for nodes in schema.properties.values() {
                let child = self.intern(nodes);
                self.fingerprint(child, deeper).hash(h);
            }
            let items = self.intern(&schema.items);
            self.fingerprint(items, deeper).hash(h);
            let not: BTreeSet<u64> = schema
                .not
                .iter()
                .map(|node| {
                    let child = self.intern(&[node]);
                    self.fingerprint(child, deeper)
                })
                .collect();
            not.hash(h);
            match self.additional(&schema) {
                Additional::Open => 0.hash(h),
                Additional::Closed(_) => 1.hash(h),
                Additional::Schema(node) => {
                    let child = self.intern(&[node]);
                    self.fingerprint(child, deeper).hash(h);
                }
            }
            if !schema.others.is_empty() {
                others::print(self, &schema, deeper).hash(h);
            }
            let unions: BTreeSet<(bool, BTreeSet<u64>)> = schema
                .unions
                .iter()
                .map(|union| {
                    let members = union.members.iter().map(|node| {
                        let child = self.intern(&[node]);
                        self.fingerprint(child, deeper)
                    });
                    let members = members.collect();
                    (self.is_exactly_one(union), members)
                })
                .collect();
            unions.hash(h);
        }
        let fingerprint = hasher.finish();
        self.fingerprints.insert((id, depth), fingerprint);
        fingerprint
    }
}

/// The name of a component schema, from a reference to it.
pub(crate) fn component_name(reference: &str) -> Option<&str> {
    let name = reference.strip_prefix("#/components/schemas/")?;
    (!name.contains('/')).then_some(name)
}

/// All nodes that apply together, outermost first.
fn parts<'d>(side: &Side<'d>, nodes: &[&'d Node]) -> (Vec<&'d Node>, usize) {
    let mut parts: Vec<&'d Node> = Vec::new();
    let mut seen = HashSet::new();
    let mut outer = 0;
    let mut open: Vec<(&'d Node, bool)> = nodes.iter().rev().map(|node| (*node, true)).collect();
    while let Some((node, is_outer)) = open.pop() {
        if !seen.insert(address(node)) {
            continue;
        }
        if let Some(target) = side.target(node) {
            // What stands beside a `$ref` is ignored in 3.0 and counts in 3.1.
            if side.is_3_1 {
                parts.push(node);
            }
            open.push((target, is_outer));
            continue;
        }
        if is_outer && outer == parts.len() {
            outer += 1;
        }
        parts.push(node);
        let members = node.get("allOf").and_then(Node::as_sequence);
        for member in members.into_iter().flatten().rev() {
            open.push((member, false));
        }
        if node.get("discriminator").is_none() {
            for keyword in ["oneOf", "anyOf"] {
                if let [only] = alternatives(node, keyword)[..] {
                    open.push((only, false));
                }
            }
        }
    }
    (parts, outer)
}

/// The members of a `oneOf` or `anyOf`, without one that allows null and nothing else.
fn alternatives<'d>(node: &'d Node, keyword: &str) -> Vec<&'d Node> {
    let members = node.get(keyword).and_then(Node::as_sequence);
    members
        .into_iter()
        .flatten()
        .filter(|member| !is_null(member))
        .collect()
}

/// Whether a schema allows null alone, as 3.1 says it.
fn is_null(node: &Node) -> bool {
    node.get("type").and_then(Node::scalar_text) == Some("null")
}

/// Reads what the nodes say together.
#[allow(
    clippy::too_many_lines,
    reason = "one step per keyword, in a row; taking them apart would only hide that they are all here"
)]
fn read<'d>(schemas: &mut Schemas<'_, 'd>, nodes: &[&'d Node]) -> Schema<'d> {
    let at = nodes[0];
    let (parts, outer) = parts(schemas.side, nodes);
    let mut schema = Schema {
        nodes: nodes.to_vec(),
        at,
        types: Types::ANY,
        types_at: None,
        nullable: Nullable::No,
        nullable_at: None,
        format: None,
        patterns: Vec::new(),
        minimum: None,
        maximum: None,
        multiple_of: None,
        counts: BTreeMap::new(),
        unique_items: None,
        values: None,
        known_values: None,
        properties: BTreeMap::new(),
        required: BTreeMap::new(),
        additional: Additional::Open,
        most_members: None,
        items: Vec::new(),
        unions: Vec::new(),
        discriminator: None,
        not: Vec::new(),
        default: None,
        deprecated: None,
        read_only: None,
        write_only: None,
        xml: None,
        others: Vec::new(),
    };
    let mut inferred = Types::NONE;
    let mut null = Null::default();
    for (index, part) in parts.iter().enumerate() {
        read_types(&mut schema, part, &mut null, index < outer);
        if part.get("contentMediaType").is_some() || part.get("contentEncoding").is_some() {
            inferred = inferred.or(Types::STRING);
        }
        if let Some(format) = format_of(part) {
            schema.format = schema.format.or(Some(format));
        }
        if let Some(node) = part.get("pattern")
            && let Some(value) = node.as_str()
            && !MATCH_ANYTHING.contains(&value)
            && !schema.patterns.iter().any(|said| said.value == value)
        {
            schema.patterns.push(Said { value, at: node });
        }
        read_bounds(&mut schema, part);
        for (keyword, upper) in COUNTS {
            let Some(node) = part.get(keyword) else {
                continue;
            };
            let Some(value) = Number::of(node).and_then(Number::as_count) else {
                continue;
            };
            let tighter = schema.counts.get(keyword).is_none_or(|said| {
                if upper {
                    value < said.value
                } else {
                    value > said.value
                }
            });
            if tighter && (upper || value > 0) {
                schema.counts.insert(keyword, Said { value, at: node });
            }
        }
        if let Some(node) = part.get("uniqueItems")
            && node.as_bool() == Some(true)
        {
            schema.unique_items = schema.unique_items.or(Some(Said {
                value: true,
                at: node,
            }));
        }
        read_values(&mut schema, part, &mut inferred);
        if let Some(properties) = part.get("properties").and_then(Node::as_mapping) {
            inferred = inferred.or(Types::OBJECT);
            for entry in properties {
                schema
                    .properties
                    .entry(&entry.key.name)
                    .or_default()
                    .push(&entry.value);
            }
        }
        for node in part
            .get("required")
            .and_then(Node::as_sequence)
            .into_iter()
            .flatten()
        {
            if let Some(name) = node.as_str() {
                schema.required.entry(name).or_insert(node);
            }
        }
        if let Some(node) = part.get("additionalProperties") {
            inferred = inferred.or(Types::OBJECT);
            if node.as_bool() == Some(false) && part.get("patternProperties").is_none() {
                let named = part.get("properties").and_then(Node::as_mapping);
                let number = named.map_or(0, |names| names.iter().count());
                let number = u64::try_from(number).unwrap_or(u64::MAX);
                schema.most_members =
                    Some(schema.most_members.map_or(number, |most| most.min(number)));
            }
            match (&node.value, &schema.additional) {
                (Value::Bool(false), _) => schema.additional = Additional::Closed(node),
                (Value::Mapping(members), Additional::Open) if !members.is_empty() => {
                    schema.additional = Additional::Schema(node);
                }
                _ => {}
            }
        }
        if let Some(node) = part.get("items") {
            inferred = inferred.or(Types::ARRAY);
            if node.as_mapping().is_some_and(|members| !members.is_empty()) {
                schema.items.push(node);
            }
        }
        if let Some(at) = ["oneOf", "anyOf"].into_iter().find_map(|keyword| {
            let members = part.get(keyword)?.as_sequence()?;
            members.iter().find(|member| is_null(member))
        }) {
            null.offer(at, index < outer);
        }
        read_composition(schemas, &mut schema, part, &mut inferred);
        if let Some(node) = part.get("default") {
            schema.default = schema.default.or_else(|| {
                Some(Said {
                    value: canonical(node),
                    at: node,
                })
            });
        }
        let flag = |name| part.get(name).filter(|node| node.as_bool() == Some(true));
        schema.deprecated = schema.deprecated.or(flag("deprecated"));
        schema.read_only = schema.read_only.or(flag("readOnly"));
        schema.write_only = schema.write_only.or(flag("writeOnly"));
        schema.xml = schema.xml.or(part.get("xml"));
        others::read(part, &mut schema.others);
    }
    if schema.types_at.is_none() && inferred != Types::NONE {
        schema.types = inferred;
    }
    null.settle(&mut schema);
    whole_numbers(&mut schema);
    pick(&mut schema);
    if schema.types == Types::NONE {
        without_values(&mut schema);
    }
    schema
}

/// Of what has no type at all there is no value, whatever else is said.
fn without_values(schema: &mut Schema<'_>) {
    schema.values = None;
    schema.known_values = None;
    schema.format = None;
    schema.patterns.clear();
    schema.minimum = None;
    schema.maximum = None;
    schema.multiple_of = None;
    schema.counts.clear();
    schema.unique_items = None;
    schema.properties.clear();
    schema.required.clear();
    schema.additional = Additional::Open;
    schema.items.clear();
    schema.unions.clear();
    schema.not.clear();
}

/// Who says whether null is allowed.
#[derive(Default)]
struct Null<'d> {
    /// `nullable` of the schema itself: what its author meant, whatever its `allOf` says.
    own: Option<&'d Node>,
    /// Whether a member of its `allOf` means it.
    is_meant_within: bool,
    /// Whether it is an alternative of the schema itself.
    is_alternative: bool,
    /// Of the parts that have a type or a set: whether all allow it.
    typed: Option<bool>,
    at: Option<&'d Node>,
}

impl<'d> Null<'d> {
    /// A part says `nullable: true`, which counts by itself beside a type only.
    fn mean(&mut self, at: &'d Node, is_outer: bool) {
        self.at = self.at.or(Some(at));
        if is_outer {
            self.own = self.own.or(Some(at));
        } else {
            self.is_meant_within = true;
        }
    }

    /// Null is an alternative of a part.
    fn offer(&mut self, at: &'d Node, is_outer: bool) {
        self.at = self.at.or(Some(at));
        if is_outer {
            self.is_alternative = true;
        } else {
            self.require(true);
        }
    }

    /// A type or a set of a part holds null, or does not.
    fn require(&mut self, holds: bool) {
        self.typed = Some(self.typed.unwrap_or(true) && holds);
    }

    fn settle(self, schema: &mut Schema<'d>) {
        schema.nullable_at = self.own.or(self.at);
        schema.nullable = if self.is_alternative || self.typed == Some(true) {
            Nullable::Yes
        } else if self.own.is_some() || (self.is_meant_within && self.typed.is_none()) {
            Nullable::Meant
        } else {
            Nullable::No
        };
    }
}

fn read_types<'d>(schema: &mut Schema<'d>, part: &'d Node, null: &mut Null<'d>, is_outer: bool) {
    let nullable = part.get("nullable");
    let mut allows_null = nullable.and_then(Node::as_bool).unwrap_or(false);
    if let Some(node) = nullable {
        null.at = null.at.or(Some(node));
        if allows_null {
            null.mean(node, is_outer);
        }
    }
    if let Some(set) = part.get("enum").or_else(|| part.get("const")) {
        let items = set.as_sequence().unwrap_or(std::slice::from_ref(set));
        let null_item = items.iter().find(|item| item.value == Value::Null);
        null.at = null.at.or(null_item);
        null.require(null_item.is_some());
    }
    let Some(node) = part.get("type") else {
        return;
    };
    let mut types = Types::NONE;
    let mut is_known = false;
    let names = match &node.value {
        Value::Sequence(items) => items.iter().collect(),
        _ => vec![node],
    };
    for name in names {
        match name.scalar_text() {
            Some("null") => {
                is_known = true;
                allows_null = true;
                null.at = null.at.or(Some(node));
            }
            Some(name) => {
                if let Some(named) = Types::named(name) {
                    is_known = true;
                    types = types.or(named);
                }
            }
            None => {}
        }
    }
    if is_known {
        null.require(allows_null);
        if schema.types_at.is_none() || !types.holds(schema.types) {
            schema.types_at = Some(node);
        }
        schema.types = schema.types.and(types);
    }
}

/// `format`, or what 3.1 says in its place for bytes.
fn format_of(part: &Node) -> Option<Said<'_, &str>> {
    if let Some(at) = part.get("format") {
        return Some(Said {
            value: at.as_str()?,
            at,
        });
    }
    if let Some(at) = part.get("contentEncoding") {
        let value = match at.as_str()? {
            "base64" => "byte",
            other => other,
        };
        return Some(Said { value, at });
    }
    let at = part.get("contentMediaType")?;
    (at.as_str()? == "application/octet-stream").then_some(Said {
        value: "binary",
        at,
    })
}

fn read_bounds<'d>(schema: &mut Schema<'d>, part: &'d Node) {
    for (keyword, exclusive_keyword, upper) in [
        ("minimum", "exclusiveMinimum", false),
        ("maximum", "exclusiveMaximum", true),
    ] {
        let exclusive = part.get(exclusive_keyword);
        let mut ends = Vec::new();
        if let Some(at) = part.get(keyword)
            && let Some(value) = Number::of(at)
        {
            let exclusive = exclusive.filter(|node| node.as_bool() == Some(true));
            ends.push(Said {
                value: Bound { value, exclusive },
                at,
            });
        }
        if let Some(at) = exclusive
            && let Some(value) = Number::of(at)
        {
            ends.push(Said {
                value: Bound {
                    value,
                    exclusive: Some(at),
                },
                at,
            });
        }
        for end in ends {
            let current = if upper {
                &mut schema.maximum
            } else {
                &mut schema.minimum
            };
            let tighter =
                current.is_none_or(|said| match end.value.value.compare(said.value.value) {
                    Ordering::Less => upper,
                    Ordering::Greater => !upper,
                    Ordering::Equal => {
                        end.value.exclusive.is_some() && said.value.exclusive.is_none()
                    }
                });
            if tighter {
                *current = Some(end);
            }
        }
    }
    if let Some(at) = part.get("multipleOf")
        && let Some(value) = Number::of(at)
    {
        schema.multiple_of = schema.multiple_of.or(Some(Said { value, at }));
    }
}

/// Among whole numbers "greater than 0" is "at least 1", and so is "at least 0.5".
fn whole_numbers(schema: &mut Schema<'_>) {
    if schema.types.holds(Types::NUMBER) {
        return;
    }
    for (bound, step) in [(&mut schema.minimum, 1), (&mut schema.maximum, -1)] {
        let Some(said) = bound else {
            continue;
        };
        let within = said.value.value.whole_within(step);
        // Nothing whole lies on a fraction, whether that counts itself or not.
        let past = match said.value.exclusive {
            Some(_) if within == Some(said.value.value) => within.and_then(|end| end.step(step)),
            _ => within,
        };
        if let Some(value) = past {
            said.value = Bound {
                value,
                exclusive: None,
            };
        }
    }
    // Each of them is a multiple of one.
    let one = Number::Whole(1);
    schema.multiple_of = schema
        .multiple_of
        .filter(|said| !one.is_multiple_of(said.value));
}

/// The exact type of a value.
fn type_of(value: &Node) -> Types {
    match Number::of(value) {
        Some(Number::Whole(_)) => Types::INTEGER,
        _ => Types::of(&value.value),
    }
}

/// Where the values are counted up, limits only pick some of them; they say nothing of their own.
fn pick(schema: &mut Schema<'_>) {
    let Some(said) = &schema.values else { return };
    let is_both = said.value.keys().eq(["false", "true"]);
    if is_both && Types::BOOLEAN.holds(schema.types) {
        schema.values = None;
        return;
    }
    let is_plain = |node: &Node| {
        !matches!(
            node.value,
            Value::Sequence(_) | Value::Mapping(_) | Value::Null
        )
    };
    if !said.value.values().all(|node| is_plain(node)) {
        return;
    }
    let fits = |node: &Node| {
        schema.types.holds(type_of(node))
            && keeps_counts(schema, node)
            && keeps_bounds(schema, node)
    };
    let values: BTreeMap<_, _> = said
        .value
        .iter()
        .filter(|(_, node)| fits(node))
        .map(|(text, node)| (text.clone(), *node))
        .collect();
    // Where nothing is left, what was written is more to the point.
    if !values.is_empty() {
        let at = said.at;
        schema.values = Some(Said { value: values, at });
        schema.counts.clear();
        schema.minimum = None;
        schema.maximum = None;
        schema.multiple_of = None;
        // A value that a pattern refuses is a finding of the linter.
        schema.patterns.clear();
    }
}

fn keeps_counts(schema: &Schema<'_>, node: &Node) -> bool {
    let Value::String(text) = &node.value else {
        return true;
    };
    let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    let limit = |keyword| schema.counts.get(keyword).map(|said| said.value);
    limit("minLength").is_none_or(|least| length >= least)
        && limit("maxLength").is_none_or(|greatest| length <= greatest)
}

fn keeps_bounds(schema: &Schema<'_>, node: &Node) -> bool {
    let Some(number) = Number::of(node) else {
        return true;
    };
    let keeps = |bound: Option<Said<'_, Bound<'_>>>, outside: Ordering| {
        bound.is_none_or(|said| {
            let order = number.compare(said.value.value);
            order == outside.reverse() || (order.is_eq() && said.value.exclusive.is_none())
        })
    };
    keeps(schema.minimum, Ordering::Less)
        && keeps(schema.maximum, Ordering::Greater)
        && (schema.multiple_of).is_none_or(|said| number.is_multiple_of(said.value))
}

fn read_values<'d>(schema: &mut Schema<'d>, part: &'d Node, inferred: &mut Types) {
    let set = |at: &'d Node| {
        let items = at.as_sequence().unwrap_or(std::slice::from_ref(at));
        let mut values = BTreeMap::new();
        for item in items {
            if item.value != Value::Null {
                values.entry(canonical(item)).or_insert(item);
            }
        }
        Said { value: values, at }
    };
    if let Some(at) = part.get("enum").or_else(|| part.get("const")) {
        keep_values(schema, set(at), inferred);
    }
    if let Some(at) = part.get("x-extensible-enum")
        && schema.known_values.is_none()
    {
        schema.known_values = Some(set(at));
    }
}

/// Another closed set of values: what is left is what both hold.
fn keep_values<'d>(
    schema: &mut Schema<'d>,
    said: Said<'d, BTreeMap<String, &'d Node>>,
    inferred: &mut Types,
) {
    for item in said.value.values() {
        *inferred = inferred.or(Types::of(&item.value));
    }
    match &mut schema.values {
        Some(current) => current
            .value
            .retain(|value, _| said.value.contains_key(value)),
        empty => *empty = Some(said),
    }
}

/// How deep sets may be put together of sets.
const SETS_WITHIN: u8 = 8;

/// The values of alternatives that each are a set of values and nothing else: together they are one set.
fn counted_up<'d>(
    schemas: &mut Schemas<'_, 'd>,
    members: &[&'d Node],
    exactly_one: bool,
) -> Option<BTreeMap<String, &'d Node>> {
    if schemas.within == SETS_WITHIN {
        return None;
    }
    let mut values = BTreeMap::new();
    for member in members {
        schemas.within += 1;
        let id = schemas.intern(&[member]);
        schemas.within -= 1;
        let schema = schemas.get(id);
        for (text, node) in &schema.only_values()?.value {
            // What two of them hold fits no `oneOf`.
            if values.insert(text.clone(), *node).is_some() && exactly_one {
                return None;
            }
        }
    }
    Some(values)
}

fn read_composition<'d>(
    schemas: &mut Schemas<'_, 'd>,
    schema: &mut Schema<'d>,
    part: &'d Node,
    inferred: &mut Types,
) {
    let side = schemas.side;
    let discriminator = part.get("discriminator");
    let mut members = Vec::new();
    for (keyword, exactly_one) in [("oneOf", true), ("anyOf", false)] {
        let Some(at) = part.get(keyword) else {
            continue;
        };
        let items = alternatives(part, keyword);
        members.extend(items.iter().copied());
        if items.len() > 1
            && discriminator.is_none()
            && let Some(value) = counted_up(schemas, &items, exactly_one)
        {
            keep_values(schema, Said { value, at }, inferred);
            continue;
        }
        // A list of one was read as part of the schema itself.
        if items.len() > 1 || (items.len() == 1 && discriminator.is_some()) {
            schema.unions.push(Union {
                exactly_one,
                at,
                members: items,
            });
        }
    }
    if let Some(node) = part.get("not") {
        schema.not.push(node);
    }
    let Some(at) = discriminator else { return };
    let Some(property) = at.get("propertyName").and_then(Node::as_str) else {
        return;
    };
    let mut mapping = BTreeMap::new();
    for entry in at
        .get("mapping")
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
    {
        let Some(text) = entry.value.as_str() else {
            continue;
        };
        let target = if text.starts_with('#') {
            side.reference(text)
        } else {
            side.root()
                .get("components")
                .and_then(|components| components.get("schemas"))
                .and_then(|schemas| schemas.get(text))
        };
        if let Some(target) = target {
            mapping.insert(entry.key.name.as_str(), (&entry.value, target));
        }
    }
    for member in members {
        // Without a mapping of its own a member goes by its component's name.
        if let Some(name) = member.reference().and_then(component_name)
            && let Some(target) = side.target(member)
            && !mapping
                .values()
                .any(|(_, mapped)| std::ptr::eq(side.resolve(mapped), side.resolve(target)))
        {
            mapping.insert(name, (member, target));
        }
    }
    schema.discriminator = schema.discriminator.take().or(Some(Discriminator {
        at,
        property,
        mapping,
    }));
}

/// A value as text that is the same however it was written: `1.0` is `1`, members are sorted.
pub(crate) fn canonical(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => {
            Number::of(node).map_or_else(|| number.raw.to_string(), Number::text)
        }
        Value::String(text) => format!("{text:?}"),
        Value::Sequence(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Mapping(mapping) => {
            let mut members: Vec<_> = mapping
                .iter()
                .map(|entry| format!("{:?}: {}", entry.key.name, canonical(&entry.value)))
                .collect();
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
    }
}
