//! What two schemas say together in one keyword.

use std::cmp::Ordering;

use crate::document::{Mapping, Node, Number, Value};

use super::super::schema::{implied_type, is_structural, refused_pattern};
use super::keywords::Context;
use super::{Loss, decimal};

/// The values of an `enum`, with the lists that name or describe them one by one.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) list: Node,
    pub(super) beside: Mapping,
}

/// A lower and an upper bound.
#[derive(Debug, Default)]
pub(super) struct Range {
    pub(super) least: Option<Bound>,
    pub(super) most: Option<Bound>,
}

#[derive(Debug)]
pub(super) struct Bound {
    value: Node,
    /// The boolean of OpenAPI 3.0 that keeps the bound itself out.
    pub(super) exclusive: Option<Node>,
}

/// What is left of two where one of them is missing, or what both say.
pub(super) fn either<T>(a: Option<T>, b: Option<T>, both: impl FnOnce(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (a, b) => a.or(b),
    }
}

/// A flag that one of both has.
pub(super) fn flag(a: Node, b: Node) -> Node {
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
pub(super) fn enums(
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
pub(super) fn growing(
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
    pub(super) fn of(value: Node) -> Option<Self> {
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
    pub(super) fn and(self, other: Self, what: &str, of: &str, context: &mut impl Context) -> Self {
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

    pub(super) fn write(self, least: &str, most: &str, put: &mut impl FnMut(&str, Option<Node>)) {
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
pub(super) fn multiples(
    a: Option<Node>,
    b: Option<Node>,
    context: &mut impl Context,
) -> Option<Node> {
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
pub(super) fn patterns(
    a: Option<Node>,
    b: Option<Node>,
    context: &mut impl Context,
) -> Option<Node> {
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
pub(super) fn formats(
    a: Option<Node>,
    b: Option<Node>,
    context: &mut impl Context,
) -> Option<Node> {
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
pub(super) fn all_properties(mut a: Node, b: Node, context: &mut impl Context) -> Node {
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
pub(super) fn all_required(mut a: Node, b: Node) -> Node {
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
pub(super) struct Object<'n> {
    further: Option<Node>,
    properties: Option<&'n Mapping>,
    required: &'n [Node],
}

impl<'n> Object<'n> {
    pub(super) fn of(
        further: Option<Node>,
        properties: Option<&'n Node>,
        required: Option<&'n Node>,
    ) -> Self {
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
pub(super) fn additional_properties(
    a: Object<'_>,
    b: Object<'_>,
    context: &mut impl Context,
) -> Option<Node> {
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
pub(super) fn unknown(mut a: Mapping, b: Mapping, context: &mut impl Context) -> Mapping {
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
