//! A schema by its keywords, and what two of them say together, one function for each keyword.
//!
//! [`Keywords`] names every keyword that a schema has when it comes here. It is read, merged and
//! written without `..`, so that a keyword that one of the three forgets does not compile. What two
//! schemas cannot say together in one keyword is told as a loss, or, where no value could be of both,
//! is the reason why they are not merged.

use std::cmp::Ordering;

use crate::document::{Mapping, Node, Number, Value};

use super::super::schema::{implied_type, is_structural, refused_pattern};
use super::{Loss, decimal};

/// What a schema without `allOf`, `oneOf` and `anyOf` says.
#[derive(Debug, Default)]
pub(super) struct Keywords {
    kind: Option<Node>,
    values: Option<Values>,
    known: Option<Node>,
    value: Range,
    multiple_of: Option<Node>,
    length: Range,
    pattern: Option<Node>,
    format: Option<Node>,
    items: Option<Node>,
    item_count: Range,
    unique_items: Option<Node>,
    properties: Option<Node>,
    required: Option<Node>,
    further: Option<Node>,
    member_count: Range,
    forbidden: Vec<Node>,
    /// Keywords that no function here knows.
    others: Mapping,
    said: Said,
}

/// What is said about a schema, beside what it holds.
#[derive(Debug, Default)]
pub(super) struct Said {
    title: Option<Node>,
    description: Option<Node>,
    default: Option<Node>,
    example: Option<Node>,
    examples: Option<Node>,
    deprecated: Option<Node>,
    read_only: Option<Node>,
    write_only: Option<Node>,
    pub(super) nullable: Option<Node>,
    pub(super) discriminator: Option<Node>,
    xml: Option<Node>,
    external_docs: Option<Node>,
    /// Extensions, and whatever else says nothing about what is held.
    others: Mapping,
}

/// The values of an `enum`, with the lists that name or describe them one by one.
#[derive(Debug)]
struct Values {
    list: Node,
    beside: Mapping,
}

/// A lower and an upper bound.
#[derive(Debug, Default)]
struct Range {
    least: Option<Bound>,
    most: Option<Bound>,
}

#[derive(Debug)]
struct Bound {
    value: Node,
    /// The boolean of OpenAPI 3.0 that keeps the bound itself out.
    exclusive: Option<Node>,
}

/// What merging asks its surroundings.
pub(super) trait Context {
    /// What a member is by two schemas that both have it.
    fn member(&mut self, a: Node, b: Node) -> Node;

    /// Tells what the merge does not keep.
    fn lose(&mut self, loss: Loss);
}

impl Keywords {
    /// Reads a schema that has no `allOf`, `oneOf` or `anyOf`.
    pub(super) fn read(schema: Mapping) -> Self {
        let mut read = Self::default();
        let mut exclusive = (None, None);
        for entry in schema {
            let value = entry.value;
            match entry.key.name.as_str() {
                "type" => read.kind = Some(value),
                "enum" if value.as_sequence().is_some() => {
                    read.values = Some(Values {
                        list: value,
                        beside: Mapping::default(),
                    });
                }
                "x-extensible-enum" if value.as_sequence().is_some() => read.known = Some(value),
                "minimum" => read.value.least = Bound::of(value),
                "maximum" => read.value.most = Bound::of(value),
                "exclusiveMinimum" => exclusive.0 = Some(value),
                "exclusiveMaximum" => exclusive.1 = Some(value),
                "multipleOf" => read.multiple_of = Some(value),
                "minLength" => read.length.least = Bound::of(value),
                "maxLength" => read.length.most = Bound::of(value),
                "pattern" => read.pattern = Some(value),
                "format" => read.format = Some(value),
                "items" => read.items = Some(value),
                "minItems" => read.item_count.least = Bound::of(value),
                "maxItems" => read.item_count.most = Bound::of(value),
                "uniqueItems" => read.unique_items = Some(value),
                "properties" if value.as_mapping().is_some() => read.properties = Some(value),
                "required" if value.as_sequence().is_some() => read.required = Some(value),
                "additionalProperties" => read.further = Some(value),
                "minProperties" => read.member_count.least = Bound::of(value),
                "maxProperties" => read.member_count.most = Bound::of(value),
                "not" => read.forbidden.push(value),
                name if is_structural(name) => {
                    read.others.insert(name, value);
                }
                name => read.said.set(name, value),
            }
        }
        // Without the bound itself it says nothing.
        if let Some(bound) = &mut read.value.least {
            bound.exclusive = exclusive.0;
        }
        if let Some(bound) = &mut read.value.most {
            bound.exclusive = exclusive.1;
        }
        if let Some(values) = &mut read.values {
            let count = values.list.as_sequence().map_or(0, <[Node]>::len);
            read.said.others.retain(|entry| {
                let names = entry.value.as_sequence();
                let is_beside = entry.key.name.starts_with("x-enum")
                    && names.is_some_and(|names| names.len() == count);
                if is_beside {
                    let name = entry.key.name.clone();
                    values.beside.insert(name, entry.value.clone());
                }
                !is_beside
            });
        }
        read
    }

    /// The schema that says this. What it forbids is lost.
    pub(super) fn write(self, context: &mut impl Context) -> Mapping {
        let Self {
            kind,
            values,
            known,
            value,
            multiple_of,
            length,
            pattern,
            format,
            items,
            item_count,
            unique_items,
            properties,
            required,
            further,
            member_count,
            forbidden,
            others,
            said,
        } = self;
        let mut schema = Mapping::default();
        let mut put = |name: &str, node: Option<Node>| {
            if let Some(node) = node {
                schema.insert(name, node);
            }
        };
        put("type", kind);
        if let Some(Values { list, beside }) = values {
            put("enum", Some(list));
            for entry in beside {
                put(&entry.key.name, Some(entry.value));
            }
        }
        put("x-extensible-enum", known);
        put("format", format);
        put("pattern", pattern);
        length.write("minLength", "maxLength", &mut put);
        value.write("minimum", "maximum", &mut put);
        put("multipleOf", multiple_of);
        put("items", items);
        item_count.write("minItems", "maxItems", &mut put);
        put("uniqueItems", unique_items);
        put("required", required);
        put("properties", properties);
        put("additionalProperties", further);
        member_count.write("minProperties", "maxProperties", &mut put);
        for forbidden in forbidden {
            context.lose(Loss::forbidden(&forbidden));
        }
        for entry in others {
            put(&entry.key.name, Some(entry.value));
        }
        said.write(&mut put);
        schema
    }

    /// What both say together, of the type that both have.
    pub(super) fn and(
        self,
        other: Self,
        kind: Option<Node>,
        context: &mut impl Context,
    ) -> Result<Self, String> {
        let Self {
            // Both types are in the one that is given.
            kind: _,
            values,
            known,
            value,
            multiple_of,
            length,
            pattern,
            format,
            items,
            item_count,
            unique_items,
            properties,
            required,
            further,
            member_count,
            mut forbidden,
            others,
            said,
        } = self;
        let further = {
            let one = Object::of(further, properties.as_ref(), required.as_ref());
            let other = Object::of(
                other.further,
                other.properties.as_ref(),
                other.required.as_ref(),
            );
            additional_properties(one, other, context)
        };
        let values = enums(values, other.values, kind.as_ref())?;
        forbidden.extend(other.forbidden);
        Ok(Self {
            known: growing(known, other.known, values.is_some(), context),
            values,
            kind,
            value: value.and(other.value, "number is", "", context),
            multiple_of: multiples(multiple_of, other.multiple_of, context),
            length: length.and(other.length, "string has", " characters", context),
            pattern: patterns(pattern, other.pattern, context),
            format: formats(format, other.format, context),
            items: either(items, other.items, |a, b| context.member(a, b)),
            item_count: item_count.and(other.item_count, "array has", " items", context),
            unique_items: either(unique_items, other.unique_items, flag),
            properties: either(properties, other.properties, |a, b| {
                all_properties(a, b, context)
            }),
            required: either(required, other.required, all_required),
            further,
            member_count: member_count.and(other.member_count, "object has", " members", context),
            forbidden,
            others: unknown(others, other.others, context),
            said: said.and(other.said),
        })
    }
}

impl Said {
    /// Takes what is said out of a schema, and leaves what it holds.
    pub(super) fn take(schema: &mut Mapping) -> Self {
        let mut said = Self::default();
        let all = std::mem::take(schema);
        for entry in all {
            if is_structural(&entry.key.name) {
                schema.insert(entry.key.name, entry.value);
            } else {
                said.set(&entry.key.name, entry.value);
            }
        }
        said
    }

    fn set(&mut self, name: &str, value: Node) {
        let place = match name {
            "title" => &mut self.title,
            "description" => &mut self.description,
            "default" => &mut self.default,
            "example" => &mut self.example,
            "examples" => &mut self.examples,
            "deprecated" => &mut self.deprecated,
            "readOnly" => &mut self.read_only,
            "writeOnly" => &mut self.write_only,
            "nullable" => &mut self.nullable,
            "discriminator" => &mut self.discriminator,
            "xml" => &mut self.xml,
            "externalDocs" => &mut self.external_docs,
            name => {
                self.others.insert(name, value);
                return;
            }
        };
        *place = Some(value);
    }

    fn write(self, put: &mut impl FnMut(&str, Option<Node>)) {
        let Self {
            title,
            description,
            default,
            example,
            examples,
            deprecated,
            read_only,
            write_only,
            nullable,
            discriminator,
            xml,
            external_docs,
            others,
        } = self;
        put("title", title);
        put("description", description);
        put("default", default);
        put("example", example);
        put("examples", examples);
        put("deprecated", deprecated);
        put("readOnly", read_only);
        put("writeOnly", write_only);
        put("nullable", nullable);
        put("discriminator", discriminator);
        put("xml", xml);
        put("externalDocs", external_docs);
        for entry in others {
            put(&entry.key.name, Some(entry.value));
        }
    }

    /// Says this about a schema, beside what is said about it already; of what is said twice this counts.
    pub(super) fn over(self, schema: &mut Mapping) {
        let beneath = Self::take(schema);
        self.and(beneath).write(&mut |name, node| {
            if let Some(node) = node {
                schema.insert(name, node);
            }
        });
    }

    /// What both say: a flag that one of them has; of texts and examples the first.
    pub(super) fn and(self, other: Self) -> Self {
        let Self {
            title,
            description,
            default,
            example,
            examples,
            deprecated,
            read_only,
            write_only,
            nullable,
            discriminator,
            xml,
            external_docs,
            mut others,
        } = self;
        for entry in other.others {
            if others.get(&entry.key.name).is_none() {
                others.insert(entry.key.name, entry.value);
            }
        }
        Self {
            title: title.or(other.title),
            description: description.or(other.description),
            default: default.or(other.default),
            example: example.or(other.example),
            examples: examples.or(other.examples),
            deprecated: either(deprecated, other.deprecated, flag),
            read_only: either(read_only, other.read_only, flag),
            write_only: either(write_only, other.write_only, flag),
            nullable: either(nullable, other.nullable, flag),
            discriminator: discriminator.or(other.discriminator),
            xml: xml.or(other.xml),
            external_docs: external_docs.or(other.external_docs),
            others,
        }
    }
}

/// What is left of two where one of them is missing, or what both say.
fn either<T>(a: Option<T>, b: Option<T>, both: impl FnOnce(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (a, b) => a.or(b),
    }
}

/// A flag that one of both has.
fn flag(a: Node, b: Node) -> Node {
    if a.as_bool() == Some(true) { a } else { b }
}

/// The type that a value of both types has.
pub(super) fn types(a: &Node, b: &Node) -> Result<Option<String>, String> {
    match (implied_type(a), implied_type(b)) {
        (Some(a), Some(b)) if a == b => Ok(Some(a.to_owned())),
        (Some("integer"), Some("number")) | (Some("number"), Some("integer")) => {
            Ok(Some("integer".to_owned()))
        }
        (Some(a), Some(b)) => Err(format!(
            "a value cannot be both of the type `{a}` and of the type `{b}`"
        )),
        (one, other) => Ok(one.or(other).map(str::to_owned)),
    }
}

/// The values that both have, of the type.
fn enums(
    a: Option<Values>,
    b: Option<Values>,
    kind: Option<&Node>,
) -> Result<Option<Values>, String> {
    let is_one = a.is_some() != b.is_some();
    let mut values = match (a, b) {
        (Some(mut a), Some(b)) => {
            let theirs = b.list.as_sequence().unwrap_or_default();
            a.keep(|value| theirs.iter().any(|other| same(value, other)));
            if a.is_empty() {
                return Err("the enums have no value in common".to_owned());
            }
            a
        }
        (a, b) => match a.or(b) {
            Some(values) => values,
            None => return Ok(None),
        },
    };
    if let Some(kind) = kind.and_then(Node::as_str)
        && is_one
    {
        values.keep(|value| has_type(value, kind));
        let is_null = |value: &Node| value.value == Value::Null;
        let list = values.list.as_sequence().unwrap_or_default();
        if list.iter().all(is_null) {
            return Err(format!("no value of the enum is of the type `{kind}`"));
        }
    }
    Ok(Some(values))
}

impl Values {
    fn is_empty(&self) -> bool {
        self.list.as_sequence().is_none_or(<[Node]>::is_empty)
    }

    /// Keeps these values, and what is listed beside them.
    fn keep(&mut self, keep: impl Fn(&Node) -> bool) {
        let list = self.list.as_sequence().unwrap_or_default();
        let kept: Vec<bool> = list.iter().map(keep).collect();
        let lists = self.beside.iter_mut().map(|entry| &mut entry.value);
        for list in lists.chain([&mut self.list]) {
            let mut kept = kept.iter();
            if let Some(list) = list.as_sequence_mut() {
                // The lists are of one length.
                list.retain(|_| kept.next().is_none_or(|kept| *kept));
            }
        }
    }
}

/// Whether two values are one to JSON Schema.
fn same(a: &Node, b: &Node) -> bool {
    compare(a, b).map_or_else(
        || a.to_json() == b.to_json(),
        |ordering| ordering == Ordering::Equal,
    )
}

/// Whether a value may be of a type, as YAML reads it: in an enum of strings `1` is text.
fn has_type(value: &Node, kind: &str) -> bool {
    match &value.value {
        Value::Null => true,
        Value::Bool(_) => matches!(kind, "boolean" | "string"),
        Value::Number(_) => matches!(kind, "integer" | "number" | "string"),
        Value::String(_) => kind == "string",
        Value::Sequence(_) => kind == "array",
        Value::Mapping(_) => kind == "object",
    }
}

/// The values that are known of both; where there is none, of each. Where the values are listed once and for
/// all, no more is known.
fn growing(
    a: Option<Node>,
    b: Option<Node>,
    is_closed: bool,
    context: &mut impl Context,
) -> Option<Node> {
    if is_closed {
        return None;
    }
    either(a, b, |mut a, b| {
        let theirs = b.as_sequence().unwrap_or_default();
        let mut common = a.clone();
        if let Some(common) = common.as_sequence_mut() {
            common.retain(|value| theirs.iter().any(|other| same(value, other)));
        }
        if common
            .as_sequence()
            .is_some_and(|common| !common.is_empty())
        {
            return common;
        }
        context.lose(Loss::new(
            b.span,
            "no value is known of both schemas, so those of each are",
        ));
        if let Some(all) = a.as_sequence_mut() {
            all.extend_from_slice(theirs);
        }
        a
    })
}

impl Bound {
    /// A bound that is no number bounds nothing.
    fn of(value: Node) -> Option<Self> {
        matches!(&value.value, Value::Number(number) if number.value.is_some()).then_some(Self {
            value,
            exclusive: None,
        })
    }

    fn is_exclusive(&self) -> bool {
        self.exclusive.as_ref().and_then(Node::as_bool) == Some(true)
    }

    /// The bound that leaves less; of equal ones that which keeps itself out.
    fn tighter(self, other: Self, tighter: Ordering) -> Self {
        match compare(&self.value, &other.value) {
            Some(Ordering::Equal) if other.is_exclusive() => other,
            Some(Ordering::Equal) | None => self,
            Some(ordering) if ordering == tighter => self,
            Some(_) => other,
        }
    }
}

impl Range {
    /// What is in both ranges. That both leave nothing is a loss: nothing is checked then.
    fn and(self, other: Self, what: &str, of: &str, context: &mut impl Context) -> Self {
        let were_crossed = self.is_crossed() || other.is_crossed();
        let Self { least, most } = self;
        let range = Self {
            least: either(least, other.least, |a, b| a.tighter(b, Ordering::Greater)),
            most: either(most, other.most, |a, b| a.tighter(b, Ordering::Less)),
        };
        match (&range.least, &range.most) {
            (Some(least), Some(most)) if range.is_crossed() && !were_crossed => {
                let text = |bound: &Bound| bound.value.scalar_text().unwrap_or_default().to_owned();
                let above = if least.is_exclusive() {
                    "above"
                } else {
                    "at least"
                };
                let below = if most.is_exclusive() {
                    "below"
                } else {
                    "at most"
                };
                let (least_text, most_text) = (text(least), text(most));
                context.lose(Loss::new(
                    least.value.span,
                    format!(
                        "no {what} {above} {least_text} and {below} {most_text}{of}, so neither is checked"
                    ),
                ));
                Self::default()
            }
            _ => range,
        }
    }

    fn is_crossed(&self) -> bool {
        let (Some(least), Some(most)) = (&self.least, &self.most) else {
            return false;
        };
        match compare(&least.value, &most.value) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => least.is_exclusive() || most.is_exclusive(),
            _ => false,
        }
    }

    fn write(self, least: &str, most: &str, put: &mut impl FnMut(&str, Option<Node>)) {
        let exclusive = |name| match name {
            "minimum" => "exclusiveMinimum",
            _ => "exclusiveMaximum",
        };
        for (name, bound) in [(least, self.least), (most, self.most)] {
            if let Some(bound) = bound {
                put(name, Some(bound.value));
                put(exclusive(name), bound.exclusive);
            }
        }
    }
}

/// How two numbers are ordered, whole ones exactly.
fn compare(a: &Node, b: &Node) -> Option<Ordering> {
    let number = |node: &Node| match &node.value {
        Value::Number(number) => number.value.clone(),
        _ => None,
    };
    let (a, b) = (number(a)?, number(b)?);
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

/// The least multiple that both have in common.
fn multiples(a: Option<Node>, b: Option<Node>, context: &mut impl Context) -> Option<Node> {
    either(a, b, |a, b| {
        if same(&a, &b) {
            return a;
        }
        let text = |node: &Node| node.scalar_text().unwrap_or_default().to_owned();
        let (one, other) = (text(&a), text(&b));
        if let Some(common) = decimal::least_common_multiple(&one, &other) {
            let number = Number {
                raw: common.to_string().into(),
                value: Some(common),
            };
            return Node::new(Value::Number(number), a.span);
        }
        // One that is none is not the one that counts.
        let (kept, lost) = match decimal::least_common_multiple(&one, &one) {
            Some(_) => (a, b),
            None => (b, a),
        };
        let message = format!(
            "`{one}` and `{other}` have no common multiple that can be written, so only `{}` counts",
            text(&kept)
        );
        context.lose(Loss::new(lost.span, message));
        kept
    })
}

/// A pattern that fits where both do.
fn patterns(a: Option<Node>, b: Option<Node>, context: &mut impl Context) -> Option<Node> {
    either(a, b, |a, b| {
        let text = |node: &Node| node.scalar_text().unwrap_or_default().to_owned();
        let (one, other) = (text(&a), text(&b));
        if one == other {
            return a;
        }
        // One that is none takes the other with it.
        for (refused, text, kept) in [(&b, &other, &a), (&a, &one, &b)] {
            if let Some(reason) = refused_pattern(text) {
                let message = format!("this pattern is not checked: {reason}");
                context.lose(Loss::new(refused.span, message));
                return kept.clone();
            }
        }
        let both = ahead(&one).zip(ahead(&other));
        match both.map(|(one, other)| format!("^{one}{other}")) {
            Some(both) if refused_pattern(&both).is_none() => Node::string(both, a.span),
            _ => {
                context.lose(Loss::new(
                    b.span,
                    format!("two patterns with groups are not checked at once, so only `{one}` is"),
                ));
                a
            }
        }
    })
}

/// A pattern as something to look ahead for from where a text begins. None if it counts or names its groups:
/// beside another one they would be others.
fn ahead(pattern: &str) -> Option<String> {
    let escapes = pattern.split('\\').skip(1);
    let counts = escapes
        .filter_map(|rest| rest.chars().next())
        .any(|first| first == 'k' || ('1'..='9').contains(&first));
    if counts || pattern.contains("(?<") {
        return None;
    }
    Some(format!(r"(?=[\s\S]*(?:{pattern}))"))
}

/// The format that says more.
fn formats(a: Option<Node>, b: Option<Node>, context: &mut impl Context) -> Option<Node> {
    either(a, b, |a, b| {
        let (one, other) = (a.scalar_text(), b.scalar_text());
        if one == other {
            return a;
        }
        let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
        if let (Some(mine), Some(theirs)) = (width(one), width(other)) {
            let is_in =
                |inner: (i128, i128), outer: (i128, i128)| outer.0 <= inner.0 && inner.1 <= outer.1;
            if is_in(mine, theirs) {
                return a;
            }
            if is_in(theirs, mine) {
                return b;
            }
        }
        let (kept, lost) = if weight(other) > weight(one) {
            (b, a)
        } else {
            (a, b)
        };
        let text = |node: &Node| node.scalar_text().unwrap_or_default().to_owned();
        context.lose(Loss::new(
            lost.span,
            format!(
                "a value has one format, so `{}` does not count beside `{}`",
                text(&lost),
                text(&kept)
            ),
        ));
        kept
    })
}

/// The least and the greatest integer of a format.
fn width(format: &str) -> Option<(i128, i128)> {
    let (is_signed, bits) = match format.strip_prefix('u') {
        Some(rest) => (false, rest),
        None => (true, format),
    };
    let bits: u32 = match bits.strip_prefix("int")? {
        "8" => 8,
        "16" => 16,
        "32" => 32,
        "64" => 64,
        _ => return None,
    };
    Some(match is_signed {
        true => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
        false => (0, (1 << bits) - 1),
    })
}

/// How much depends on a format: whether a value may be shown, whether it is bytes, what its type is.
fn weight(format: &str) -> u8 {
    match format {
        "password" => 3,
        "binary" | "byte" => 2,
        "date" | "date-time" => 1,
        _ => u8::from(width(format).is_some()),
    }
}

/// The members of both; those that both have are what both say.
fn all_properties(mut a: Node, b: Node, context: &mut impl Context) -> Node {
    let (Some(mine), Value::Mapping(theirs)) = (a.as_mapping_mut(), b.value) else {
        return a;
    };
    for property in theirs {
        let name = property.key.name;
        match mine.get_mut(&name) {
            Some(known) => {
                let span = known.span;
                let own = std::mem::replace(known, Node::new(Value::Null, span));
                *known = context.member(own, property.value);
            }
            None => {
                mine.insert(name, property.value);
            }
        }
    }
    a
}

/// What one of both requires.
fn all_required(mut a: Node, b: Node) -> Node {
    if let (Some(mine), Value::Sequence(theirs)) = (a.as_sequence_mut(), b.value) {
        for name in theirs {
            if !mine.iter().any(|known| known.as_str() == name.as_str()) {
                mine.push(name);
            }
        }
    }
    a
}

/// What `additionalProperties` says of an object, and the members that it knows.
struct Object<'n> {
    further: Option<Node>,
    properties: Option<&'n Mapping>,
    required: &'n [Node],
}

impl<'n> Object<'n> {
    fn of(further: Option<Node>, properties: Option<&'n Node>, required: Option<&'n Node>) -> Self {
        Self {
            further,
            properties: properties.and_then(Node::as_mapping),
            required: required.and_then(Node::as_sequence).unwrap_or_default(),
        }
    }

    fn is_closed(&self) -> bool {
        let further = self.further.as_ref();
        further.is_some_and(|further| further.value == Value::Bool(false))
    }

    /// Whether it knows a member that the other one does not declare.
    fn knows_more_than(&self, other: &Self) -> bool {
        let declares = |name: &str| {
            other
                .properties
                .is_some_and(|known| known.get(name).is_some())
        };
        let properties = self.properties.into_iter().flatten();
        let mut names = properties
            .map(|property| property.key.name.as_str())
            .chain(self.required.iter().filter_map(Node::as_str));
        names.any(|name| !declares(name))
    }

    /// What it says of further members, where it says something.
    fn schema(&self) -> Option<&Node> {
        self.further.as_ref().filter(|further| {
            further
                .as_mapping()
                .is_some_and(|schema| schema.iter().any(|entry| is_structural(&entry.key.name)))
        })
    }
}

/// What further members are. That a schema forbids those of another one, or says of them what they are, is
/// what nobody means, and is lost.
fn additional_properties(a: Object<'_>, b: Object<'_>, context: &mut impl Context) -> Option<Node> {
    for (one, other) in [(&a, &b), (&b, &a)] {
        if let Some(further) = &one.further
            && (one.is_closed() || one.schema().is_some())
            && other.knows_more_than(one)
        {
            let message = match one.is_closed() {
                true => {
                    "this forbids what another schema of `allOf` declares, so it is not counted for these members"
                }
                false => "this is not asked of what another schema of `allOf` declares",
            };
            context.lose(Loss::new(further.span, message));
        }
    }
    match (a.is_closed(), b.is_closed()) {
        (true, true) => a.further,
        (true, false) if b.knows_more_than(&a) || b.schema().is_some() => b.further.filter(is_open),
        (false, true) if a.knows_more_than(&b) || a.schema().is_some() => a.further.filter(is_open),
        (true, false) => a.further,
        (false, true) => b.further,
        (false, false) => either(a.further, b.further, |a, b| {
            match (a.as_mapping().is_some(), b.as_mapping().is_some()) {
                (true, true) => context.member(a, b),
                (false, true) => b,
                _ => a,
            }
        }),
    }
}

fn is_open(further: &Node) -> bool {
    further.value != Value::Bool(false)
}

/// Keywords that nothing is known of: the first counts.
fn unknown(mut a: Mapping, b: Mapping, context: &mut impl Context) -> Mapping {
    for entry in b {
        match a.get(&entry.key.name) {
            None => {
                a.insert(entry.key.name, entry.value);
            }
            Some(known) if known.to_json() == entry.value.to_json() => {}
            Some(_) => context.lose(Loss::new(
                entry.key.span,
                format!(
                    "two schemas of `allOf` say `{}`, and only the first counts",
                    entry.key.name
                ),
            )),
        }
    }
    a
}
