//! The nodes of the tree.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::place::Span;

/// A value of the document with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where the author wrote it.
    pub span: Span,
    /// How a scalar was written; `Plain` for collections.
    pub style: Style,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// What a node holds, by YAML 1.2's core schema (and so by JSON).
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Number),
    /// A string.
    String(String),
    /// A sequence (JSON: array).
    Sequence(Vec<Node>),
    /// A mapping (JSON: object).
    Mapping(Mapping),
}

/// A number, with the text that the author wrote (`1.10` is not `1.1` to a person).
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// The text as written.
    pub raw: Box<str>,
    /// Its value; none for what JSON cannot hold (`.inf`, `.nan`).
    pub value: Option<serde_json::Number>,
}

/// A mapping in the order of the document. A repeated key keeps its last value, as in JSON.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mapping {
    entries: Vec<Entry>,
    index: Index,
}

/// Where the members of a large mapping are, by name, once somebody has asked. A document with many
/// schemas is asked for each of them, by each reference to it.
#[derive(Debug, Default)]
#[allow(
    clippy::box_collection,
    reason = "a document has many mappings, and few are large"
)]
struct Index(OnceLock<Box<HashMap<Box<str>, usize>>>);

impl Index {
    /// Up to so many members are looked through.
    const SMALL: usize = 24;

    fn forget(&mut self) {
        self.0 = OnceLock::new();
    }
}

/// A copy is often made to be changed, and finds out anew.
impl Clone for Index {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Who was asked makes no difference between two mappings.
impl PartialEq for Index {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// One member of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its name.
    pub key: Key,
    /// Its value.
    pub value: Node,
}

/// The name of a member, always as text: an unquoted `200` is `"200"` with [`Style::Plain`].
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// The text.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// How it was written.
    pub style: Style,
}

impl Mapping {
    /// The number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The members in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The members in order, all at once.
    pub(super) fn as_slice(&self) -> &[Entry] {
        &self.entries
    }

    /// The members in order, to change their values.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Entry> {
        // Names may change as well.
        self.index.forget();
        self.entries.iter_mut()
    }

    /// The number of the member of that name, the first if there are several.
    fn position(&self, name: &str) -> Option<usize> {
        if self.entries.len() <= Index::SMALL {
            return self.entries.iter().position(|entry| entry.key.name == name);
        }
        let index = self.index.0.get_or_init(|| {
            let mut index = HashMap::with_capacity(self.entries.len());
            for (number, entry) in self.entries.iter().enumerate() {
                index
                    .entry(entry.key.name.as_str().into())
                    .or_insert(number);
            }
            Box::new(index)
        });
        index.get(name).copied()
    }

    /// The member of that name.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.get(self.position(name)?)
    }

    /// The value of the member of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// The value of the member of that name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        let position = self.position(name)?;
        self.entries.get_mut(position).map(|entry| &mut entry.value)
    }

    /// Sets a member; a new one stands at the end and takes the place of its value.
    pub fn insert(&mut self, name: impl Into<String>, value: Node) -> Option<Node> {
        let name = name.into();
        if let Some(existing) = self.get_mut(&name) {
            return Some(std::mem::replace(existing, value));
        }
        let key = Key {
            name,
            span: value.span,
            style: Style::Plain,
        };
        self.push(Entry { key, value });
        None
    }

    /// Appends a member without looking whether the name is taken: for readers, which do look.
    pub(super) fn push(&mut self, entry: Entry) {
        if let Some(index) = self.index.0.get_mut() {
            let name = entry.key.name.as_str().into();
            index.entry(name).or_insert(self.entries.len());
        }
        self.entries.push(entry);
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Node> {
        let position = self.position(name)?;
        self.index.forget();
        Some(self.entries.remove(position).value)
    }

    /// Keeps the members for which `keep` says so.
    pub fn retain(&mut self, keep: impl FnMut(&Entry) -> bool) {
        self.index.forget();
        self.entries.retain(keep);
    }
}

impl<'a> IntoIterator for &'a Mapping {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Mapping {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl FromIterator<Entry> for Mapping {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        Self {
            entries: entries.into_iter().collect(),
            index: Index::default(),
        }
    }
}

impl Node {
    /// Moves the spans of this node and of all in it.
    pub(super) fn move_spans(&mut self, moved: &impl Fn(Span) -> Span) {
        self.span = moved(self.span);
        match &mut self.value {
            Value::Sequence(items) => items.iter_mut().for_each(|item| item.move_spans(moved)),
            Value::Mapping(mapping) => {
                for entry in mapping.iter_mut() {
                    entry.key.span = moved(entry.key.span);
                    entry.value.move_spans(moved);
                }
            }
            _ => {}
        }
    }

    /// A node that a rewrite puts in: it takes the place of what it was made from.
    #[must_use]
    pub fn new(value: Value, span: Span) -> Self {
        Self {
            value,
            span,
            style: Style::Plain,
        }
    }

    /// A string node at a place.
    #[must_use]
    pub fn string(text: impl Into<String>, span: Span) -> Self {
        Self::new(Value::String(text.into()), span)
    }

    /// A boolean node at a place.
    #[must_use]
    pub fn bool(value: bool, span: Span) -> Self {
        Self::new(Value::Bool(value), span)
    }

    /// A sequence of strings at a place.
    #[must_use]
    pub fn strings<S: Into<String>>(items: impl IntoIterator<Item = S>, span: Span) -> Self {
        let items = items.into_iter().map(|item| Self::string(item, span));
        Self::new(Value::Sequence(items.collect()), span)
    }

    /// A mapping at a place, with these members.
    #[must_use]
    pub fn object<const N: usize>(members: [(&str, Node); N], span: Span) -> Self {
        let mut mapping = Mapping::default();
        for (name, value) in members {
            mapping.insert(name, value);
        }
        Self::new(Value::Mapping(mapping), span)
    }

    /// A node made of JSON, all of it at one place.
    #[must_use]
    pub fn from_json(json: &serde_json::Value, span: Span) -> Self {
        let value = match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(*value),
            serde_json::Value::Number(number) => Value::Number(Number {
                raw: number.to_string().into(),
                value: Some(number.clone()),
            }),
            serde_json::Value::String(text) => Value::String(text.clone()),
            serde_json::Value::Array(items) => Value::Sequence(
                items
                    .iter()
                    .map(|item| Self::from_json(item, span))
                    .collect(),
            ),
            serde_json::Value::Object(members) => Value::Mapping(
                members
                    .iter()
                    .map(|(name, value)| Entry {
                        key: Key {
                            name: name.clone(),
                            span,
                            style: Style::DoubleQuoted,
                        },
                        value: Self::from_json(value, span),
                    })
                    .collect(),
            ),
        };
        Self::new(value, span)
    }

    /// The value as JSON. What JSON cannot hold (`.nan`) becomes the text that was written.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(number) => match &number.value {
                Some(value) => serde_json::Value::Number(value.clone()),
                None => serde_json::Value::String(number.raw.to_string()),
            },
            Value::String(text) => text.clone().into(),
            Value::Sequence(items) => items.iter().map(Self::to_json).collect(),
            Value::Mapping(mapping) => serde_json::Value::Object(
                mapping
                    .iter()
                    .map(|entry| (entry.key.name.clone(), entry.value.to_json()))
                    .collect(),
            ),
        }
    }

    /// The members, where this is a mapping.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The members, where this is a mapping, to change them.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match &mut self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The items, where this is a sequence.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The items, where this is a sequence, to change them.
    pub fn as_sequence_mut(&mut self) -> Option<&mut Vec<Node>> {
        match &mut self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The text, where this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, where this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, where this is one that fits.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match &self.value {
            Value::Number(number) => number.value.as_ref()?.as_u64(),
            _ => None,
        }
    }

    /// The text of a scalar as the author wrote it (a string's content; `3.0` stays `3.0`).
    #[must_use]
    pub fn scalar_text(&self) -> Option<&str> {
        match &self.value {
            Value::Null => Some("null"),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Number(number) => Some(&number.raw),
            Value::String(text) => Some(text),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// The member of that name, where this is a mapping that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.as_mapping()?.get(name)
    }

    /// The member of that name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.as_mapping_mut()?.get_mut(name)
    }

    /// The child under a pointer's token: a member by name or an item by index.
    #[must_use]
    pub fn child(&self, token: &str) -> Option<&Node> {
        match &self.value {
            Value::Mapping(mapping) => mapping.get(token),
            Value::Sequence(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// The target of a `$ref`, where this is a reference.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.get("$ref")?.as_str()
    }

    /// What a person calls this kind of value.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Sequence(_) => "an array",
            Value::Mapping(_) => "an object",
        }
    }
}
