//! Keywords that nothing else here understands. What one of them does to values cannot be told, and
//! that is said, never passed over.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use xquik_document::{Node, Value};

use crate::catalogue::{Twin, twin};
use crate::compare::{SchemaPair, Written};
use crate::schema::{Schema, Schemas, canonical};

static CHANGED: Twin = twin!(unclear "keyword-changed": "a keyword that is not compared (`contains`, `if`, `patternProperties` and their like of 3.1) came, went or changed");

static XML_CHANGED: Twin =
    twin!(unclear "xml-changed": "the names or places of elements or attributes of XML changed");

pub(crate) const TWINS: &[&Twin] = &[&CHANGED, &XML_CHANGED];

/// What a keyword holds.
#[derive(Clone, Copy)]
enum Holds {
    /// A value of its own.
    Data,
    /// A schema, or a truth value in its place.
    Schema,
    /// Schemas by name, or in a row.
    Schemas,
}

const KEYWORDS: [(&str, Holds); 17] = [
    ("$dynamicRef", Holds::Data),
    ("additionalItems", Holds::Schema),
    ("contains", Holds::Schema),
    ("contentSchema", Holds::Schema),
    ("dependencies", Holds::Schemas),
    ("dependentRequired", Holds::Data),
    ("dependentSchemas", Holds::Schemas),
    ("else", Holds::Schema),
    ("if", Holds::Schema),
    ("maxContains", Holds::Data),
    ("minContains", Holds::Data),
    ("patternProperties", Holds::Schemas),
    ("prefixItems", Holds::Schemas),
    ("propertyNames", Holds::Schema),
    ("then", Holds::Schema),
    ("unevaluatedItems", Holds::Schema),
    ("unevaluatedProperties", Holds::Schema),
];

/// Nothing else compares what these keywords hold, so it is looked into as deep as `not` is.
const DEPTH: u8 = 40;

/// The keywords of a part of a schema that are no one else's.
pub(crate) fn read<'d>(part: &'d Node, others: &mut Vec<(&'static str, &'d Node)>) {
    for (keyword, _) in KEYWORDS {
        if let Some(node) = part.get(keyword) {
            others.push((keyword, node));
        }
    }
}

/// What they say, in any order: alike schemas have the same.
pub(crate) fn print<'d>(
    schemas: &mut Schemas<'_, 'd>,
    schema: &Schema<'d>,
    depth: u8,
) -> BTreeMap<&'static str, Vec<u64>> {
    let mut prints: BTreeMap<&'static str, Vec<u64>> = BTreeMap::new();
    for (keyword, node) in &schema.others {
        let holds = KEYWORDS
            .iter()
            .find(|(known, _)| known == keyword)
            .map_or(Holds::Data, |(_, holds)| *holds);
        let mut hasher = DefaultHasher::new();
        let h = &mut hasher;
        match (holds, &node.value) {
            (Holds::Schema, Value::Mapping(_)) => schema_print(schemas, node, depth).hash(h),
            (Holds::Schemas, Value::Mapping(members)) => {
                let members: BTreeMap<&str, u64> = members
                    .iter()
                    .map(|entry| {
                        let print = schema_print(schemas, &entry.value, depth);
                        (entry.key.name.as_str(), print)
                    })
                    .collect();
                members.hash(h);
            }
            (Holds::Schemas, Value::Sequence(items)) => {
                for item in items {
                    schema_print(schemas, item, depth).hash(h);
                }
            }
            _ => canonical(node).hash(h),
        }
        prints.entry(keyword).or_default().push(hasher.finish());
    }
    for said in prints.values_mut() {
        said.sort_unstable();
        said.dedup();
    }
    prints
}

fn schema_print<'d>(schemas: &mut Schemas<'_, 'd>, node: &'d Node, depth: u8) -> u64 {
    let id = schemas.intern(&[node]);
    schemas.fingerprint(id, depth)
}

/// Compares how both are written as XML, where they are.
pub(crate) fn xml<'d>(pair: &mut SchemaPair<'_, '_, 'd>) {
    if pair.written != Written::Xml {
        return;
    }
    let said = |node: Option<&'d Node>| node.map(canonical).unwrap_or_else(|| "{}".to_owned());
    let (was, now) = (pair.base.xml, pair.head.xml);
    if said(was) == said(now) {
        return;
    }
    let at = match (was, now) {
        (_, Some(now)) => pair.in_head(now),
        (Some(was), None) => pair.in_base(was),
        (None, None) => return,
    };
    pair.tell(&XML_CHANGED, at, "is written as XML in another way now");
}

/// Compares them.
pub(crate) fn compare(pair: &mut SchemaPair<'_, '_, '_>) {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    if base.others.is_empty() && head.others.is_empty() {
        return;
    }
    let was = print(&mut pair.comparison.base, &base, DEPTH);
    let now = print(&mut pair.comparison.head, &head, DEPTH);
    for (keyword, _) in KEYWORDS {
        let at = |schema: &Schema<'_>| schema.others.iter().position(|(name, _)| *name == keyword);
        let (at, text) = match (was.get(keyword), now.get(keyword), at(&base), at(&head)) {
            (before, after, ..) if before == after => continue,
            (None, _, _, Some(index)) => (pair.in_head(head.others[index].1), "is new"),
            (_, None, Some(index), _) => (pair.in_base(base.others[index].1), "is gone"),
            (_, _, _, Some(index)) => (
                pair.in_head(head.others[index].1),
                "says something else now",
            ),
            _ => continue,
        };
        pair.tell(&CHANGED, at, format!("`{keyword}` {text}"));
    }
}
