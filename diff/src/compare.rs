//! The engine: pairs of schemas, each compared once, and what of them reaches which operation.
//!
//! Every pair of schemas is compared by itself and remembers the pairs below it. A recursive schema
//! is a cycle of pairs and ends by itself; a component that a thousand operations share is compared
//! once. Only where something changed is anything walked per operation.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use xquik_document::Node;

use super::catalogue::{Check, Direction, Twin};
use super::change::Local;
use super::checks;
use super::schema::{Schema, SchemaId, Schemas};
use super::side::{At, Side};

/// A pair of schemas that was or will be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PairId(usize);

/// How values are written, which decides what can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Written {
    /// With a type.
    Json,
    /// As text without one: `1` may be a number or a string.
    Text,
    /// As a form of parts.
    Form,
    /// As a part of a form: text, unless it is an object.
    Part,
    /// As elements and attributes, which have names of their own.
    Xml,
}

impl Written {
    /// Whether a single value has no type of its own.
    pub(crate) const fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Part)
    }

    /// How what is inside is written.
    const fn inside(self, segment: Segment<'_>) -> Self {
        match (self, segment) {
            (Self::Text | Self::Xml, _) => self,
            (Self::Form, Segment::Property(_) | Segment::Additional)
            | (Self::Part, Segment::Items) => Self::Part,
            (_, Segment::Alternative) => self,
            _ => Self::Json,
        }
    }

    /// How a body of a media type is written.
    pub(crate) fn of(media_type: &str) -> Self {
        match media_type {
            "application/x-www-form-urlencoded" => Self::Form,
            _ if media_type.starts_with("multipart/") => Self::Form,
            "application/xml" | "text/xml" => Self::Xml,
            _ if media_type.ends_with("+xml") => Self::Xml,
            _ if media_type.starts_with("text/") => Self::Text,
            _ => Self::Json,
        }
    }
}

/// Whom a pair of schemas reaches, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Way {
    pub(crate) direction: Direction,
    pub(crate) written: Written,
}

/// One step from a schema to one inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Segment<'d> {
    Property(&'d str),
    Items,
    Additional,
    Alternative,
}

#[derive(Debug, Default)]
struct Pair<'d> {
    changes: Vec<Local<'d>>,
    children: Vec<(Segment<'d>, PairId)>,
}

/// Both sides, and the pairs of their schemas.
#[derive(Debug)]
pub(crate) struct Comparison<'s, 'd> {
    pub(crate) base: Schemas<'s, 'd>,
    pub(crate) head: Schemas<'s, 'd>,
    ids: HashMap<(SchemaId, SchemaId, Way), PairId>,
    pairs: Vec<Pair<'d>>,
    open: VecDeque<(PairId, SchemaId, SchemaId, Way)>,
    /// Whether it is only tried whether one schema holds another.
    is_trial: bool,
}

impl<'s, 'd> Comparison<'s, 'd> {
    pub(crate) fn new(base: &'s Side<'d>, head: &'s Side<'d>) -> Self {
        Self {
            base: Schemas::new(base),
            head: Schemas::new(head),
            ids: HashMap::new(),
            pairs: Vec::new(),
            open: VecDeque::new(),
            is_trial: false,
        }
    }

    /// The pair of two schemas, to be compared when [`Self::run`] comes to it.
    pub(crate) fn pair(&mut self, base: SchemaId, head: SchemaId, way: Way) -> PairId {
        *self.ids.entry((base, head, way)).or_insert_with(|| {
            let id = PairId(self.pairs.len());
            self.pairs.push(Pair::default());
            self.open.push_back((id, base, head, way));
            id
        })
    }

    /// The pair of what two lists of nodes say; an empty list says nothing.
    pub(crate) fn pair_nodes(&mut self, base: &[&'d Node], head: &[&'d Node], way: Way) -> PairId {
        let base = self.base.intern(base);
        let head = self.head.intern(head);
        self.pair(base, head, way)
    }

    /// Compares every pair that was asked for, and those below them.
    pub(crate) fn run(&mut self) {
        while self.step().is_some() {}
    }

    /// Compares the next pair; none where there is none.
    fn step(&mut self) -> Option<PairId> {
        let (id, base, head, way) = self.open.pop_front()?;
        let mut pair = SchemaPair {
            base: self.base.get(base),
            head: self.head.get(head),
            direction: way.direction,
            written: way.written,
            comparison: self,
            changes: Vec::new(),
            children: Vec::new(),
        };
        checks::compare_schemas(&mut pair);
        self.pairs[id.0] = Pair {
            changes: pair.changes,
            children: pair.children,
        };
        Some(id)
    }

    /// Whether one schema holds every value of another: whoever sends the other is accepted, and
    /// whoever reads the one can read the other. Where that takes long to find out, it does not.
    pub(crate) fn holds(
        &self,
        one: (&'s Side<'d>, &[&'d Node]),
        other: (&'s Side<'d>, &[&'d Node]),
    ) -> bool {
        let breaks_nothing =
            |base: (&'s Side<'d>, &[&'d Node]), head: (&'s Side<'d>, &[&'d Node]), direction| {
                let mut trial = Self::new(base.0, head.0);
                trial.is_trial = true;
                let way = Way {
                    direction,
                    written: Written::Json,
                };
                trial.pair_nodes(base.1, head.1, way);
                while let Some(id) = trial.step() {
                    let mut changes = trial.pairs[id.0].changes.iter();
                    if changes.any(|change| change.check.class.is_breaking())
                        || trial.pairs.len() > PAIRS_OF_A_TRIAL
                    {
                        return false;
                    }
                }
                true
            };
        !self.is_trial
            && breaks_nothing(other, one, Direction::Request)
            && breaks_nothing(one, other, Direction::Response)
    }

    /// For each pair, whether it or one below it changed.
    pub(crate) fn changed(&self) -> Changed {
        let mut above: Vec<Vec<usize>> = vec![Vec::new(); self.pairs.len()];
        let mut changed = vec![false; self.pairs.len()];
        let mut open = Vec::new();
        for (index, pair) in self.pairs.iter().enumerate() {
            for (_, child) in &pair.children {
                above[child.0].push(index);
            }
            if !pair.changes.is_empty() {
                changed[index] = true;
                open.push(index);
            }
        }
        while let Some(index) = open.pop() {
            for parent in &above[index] {
                if !changed[*parent] {
                    changed[*parent] = true;
                    open.push(*parent);
                }
            }
        }
        Changed(changed)
    }

    /// The changes at and below a pair, each with its path; nearest first.
    pub(crate) fn reach(&self, root: PairId, changed: &Changed) -> Vec<(String, &Local<'d>)> {
        let mut found = Vec::new();
        if !changed.0[root.0] {
            return found;
        }
        let mut seen = HashSet::from([root]);
        // Each step remembers where it came from, so that a path is only written where it is told.
        let mut steps: Vec<(PairId, Option<(usize, Segment<'d>)>)> = vec![(root, None)];
        let mut next = 0;
        while next < steps.len() {
            let pair = &self.pairs[steps[next].0.0];
            if !pair.changes.is_empty() {
                let path = path(&steps, next);
                found.extend(pair.changes.iter().map(|change| (path.clone(), change)));
            }
            for (segment, child) in &pair.children {
                if changed.0[child.0] && seen.insert(*child) {
                    steps.push((*child, Some((next, *segment))));
                }
            }
            next += 1;
        }
        found
    }
}

/// Up to so many pairs are compared to find out whether one schema holds another.
const PAIRS_OF_A_TRIAL: usize = 100;

/// Which pairs lead to a change.
#[derive(Debug)]
pub(crate) struct Changed(Vec<bool>);

fn path(steps: &[(PairId, Option<(usize, Segment<'_>)>)], index: usize) -> String {
    let mut segments = Vec::new();
    let mut current = steps[index].1;
    while let Some((parent, segment)) = current {
        segments.push(segment);
        current = steps[parent].1;
    }
    let mut path = String::new();
    for segment in segments.iter().rev() {
        match segment {
            Segment::Property(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Segment::Items => path.push_str("[]"),
            Segment::Additional => path.push_str("{*}"),
            Segment::Alternative => {}
        }
    }
    path
}

/// Two schemas while they are compared.
pub(crate) struct SchemaPair<'c, 's, 'd> {
    pub(crate) base: Rc<Schema<'d>>,
    pub(crate) head: Rc<Schema<'d>>,
    pub(crate) direction: Direction,
    pub(crate) written: Written,
    pub(crate) comparison: &'c mut Comparison<'s, 'd>,
    changes: Vec<Local<'d>>,
    children: Vec<(Segment<'d>, PairId)>,
}

impl<'d> SchemaPair<'_, '_, 'd> {
    /// A place in BASE.
    pub(crate) fn in_base(&self, node: &'d Node) -> At<'d> {
        self.comparison.base.side.at(node)
    }

    /// A place in HEAD.
    pub(crate) fn in_head(&self, node: &'d Node) -> At<'d> {
        self.comparison.head.side.at(node)
    }

    /// Tells a change, judged by the direction of this pair.
    pub(crate) fn tell(&mut self, twin: &'static Twin, at: At<'d>, text: impl Into<String>) {
        self.tell_check(twin.of(self.direction), at, text);
    }

    /// Tells a change.
    pub(crate) fn tell_check(
        &mut self,
        check: &'static Check,
        at: At<'d>,
        text: impl Into<String>,
    ) {
        self.changes.push(Local {
            check,
            at,
            text: text.into(),
        });
    }

    /// Has the schemas of a member compared as well.
    pub(crate) fn child(&mut self, segment: Segment<'d>, base: &[&'d Node], head: &[&'d Node]) {
        if let ([base], [head]) = (base, head)
            && let Some(local) = checks::names::type_change(
                self.comparison.base.side,
                self.comparison.head.side,
                base,
                head,
            )
        {
            self.changes.push(local);
        }
        let way = Way {
            direction: self.direction,
            written: self.written.inside(segment),
        };
        let id = self.comparison.pair_nodes(base, head, way);
        self.children.push((segment, id));
    }
}
