//! `oneOf`, `anyOf`, `not` and discriminators. (`allOf` is merged before anything is compared.)

use std::collections::BTreeSet;
use std::rc::Rc;

use xquik_document::Node;

use crate::catalogue::{Twin, twin};
use crate::compare::{SchemaPair, Segment};
use crate::schema::{Schema, SchemaId, Schemas, Union, component_name};
use crate::side::Which;

static ADDED: Twin = twin!("alternative-added": "one more alternative in `oneOf` or `anyOf`";
    Compatible "whatever BASE allows is still accepted";
    Breaking "a client that knows the alternatives of BASE cannot read this one");
static REMOVED: Twin = twin!("alternative-removed": "one alternative less in `oneOf` or `anyOf`";
    Breaking "a client that sends this alternative is refused";
    Compatible "every answer was possible before");
static LOOSENED: Twin =
    twin!(widening "one-of-became-any-of": "several alternatives may fit at once");
static TIGHTENED: Twin = twin!(narrowing "any-of-became-one-of": "only one alternative may fit");
static COMPOSED: Twin =
    twin!(narrowing "composition-added": "a `oneOf` or `anyOf` beside other keywords is new");
static UNCOMPOSED: Twin =
    twin!(widening "composition-removed": "a `oneOf` or `anyOf` beside other keywords is gone");
static NOT_ADDED: Twin = twin!(narrowing "not-added": "`not` is new");
static NOT_REMOVED: Twin = twin!(widening "not-removed": "`not` is gone");
static NOT_CHANGED: Twin = twin!(unclear "not-changed": "`not` changed");
static DISCRIMINATOR_ADDED: Twin = twin!("discriminator-added": "a property tells the alternatives apart";
    CannotTell "whether a request without this property is still understood cannot be told";
    Compatible "every answer was possible before");
static DISCRIMINATOR_REMOVED: Twin = twin!("discriminator-removed": "no property tells the alternatives apart any more";
    Compatible "whatever BASE allows is still accepted";
    CannotTell "whether the property is still in answers to tell them apart cannot be told");
static DISCRIMINATOR_CHANGED: Twin = twin!("discriminator-changed": "another property tells the alternatives apart";
    Breaking "a client names the alternative in the former property";
    Breaking "a client looks for the alternative in the former property");
static TAG_ADDED: Twin = twin!("discriminator-value-added": "a value of the discriminator is new";
    Compatible "whatever BASE allows is still accepted";
    Breaking "a client that knows the values of BASE cannot read this one");
static TAG_REMOVED: Twin = twin!("discriminator-value-removed": "a value of the discriminator is gone";
    Breaking "a client that sends this value is refused";
    Compatible "every answer was possible before");

pub(crate) const TWINS: &[&Twin] = &[
    &ADDED,
    &REMOVED,
    &LOOSENED,
    &TIGHTENED,
    &COMPOSED,
    &UNCOMPOSED,
    &NOT_ADDED,
    &NOT_REMOVED,
    &NOT_CHANGED,
    &DISCRIMINATOR_ADDED,
    &DISCRIMINATOR_REMOVED,
    &DISCRIMINATOR_CHANGED,
    &TAG_ADDED,
    &TAG_REMOVED,
];

/// How deep two alternatives are looked into to find out whether they are the same.
const DEPTH: u8 = 6;

/// How deep two `not`s are looked into. Nothing else compares them, so it is deeper than any is.
const DEPTH_OF_NOT: u8 = 40;

/// Where one of the two is nothing but alternatives, compares the alternatives; a schema without any
/// is its own only one. Says whether that was all.
pub(crate) fn alternatives(pair: &mut SchemaPair<'_, '_, '_>) -> bool {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    let was = distinct(pair, Which::Base, &base);
    let now = distinct(pair, Which::Head, &head);
    // A union beside other keywords, or beside another union, is no list of alternatives by itself.
    let is_list = |schema: &Schema<'_>, unions: &[(u64, &Union<'_>)]| {
        unions.len() == 1 && schema.has_only_unions()
    };
    let fits = match (is_list(&base, &was), is_list(&head, &now)) {
        (true, true) => true,
        (true, false) => now.is_empty(),
        (false, true) => was.is_empty(),
        (false, false) => false,
    };
    if !fits {
        return false;
    }
    if let ([(_, was)], [(_, now)]) = (&was[..], &now[..]) {
        kind(pair, was, now);
    }
    let may_overlap = (
        may_overlap(pair, Which::Base, was.first().map(|(_, union)| *union)),
        may_overlap(pair, Which::Head, now.first().map(|(_, union)| *union)),
    );
    let was = members(&base, &was);
    let now = members(&head, &now);
    compare_members(pair, &was, &now, may_overlap);
    true
}

fn members<'d>(schema: &Schema<'d>, unions: &[(u64, &Union<'d>)]) -> Vec<Vec<&'d Node>> {
    match unions.first() {
        Some((_, union)) => union.members.iter().map(|node| vec![*node]).collect(),
        None => vec![schema.nodes.clone()],
    }
}

fn kind<'d>(pair: &mut SchemaPair<'_, '_, 'd>, was: &Union<'d>, now: &Union<'d>) {
    if was.exactly_one == now.exactly_one {
        return;
    }
    let at = pair.in_head(now.at);
    let was_exactly_one = pair.comparison.base.is_exactly_one(was);
    let now_exactly_one = pair.comparison.head.is_exactly_one(now);
    match (was_exactly_one, now_exactly_one) {
        (true, false) => pair.tell(&LOOSENED, at, "`anyOf` now, was `oneOf`"),
        (false, true) => pair.tell(&TIGHTENED, at, "`oneOf` now, was `anyOf`"),
        _ => {}
    }
}

/// Unions that stand beside other keywords.
pub(crate) fn siblings(pair: &mut SchemaPair<'_, '_, '_>) {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    let mut was = distinct(pair, Which::Base, &base);
    let mut now = distinct(pair, Which::Head, &head);
    // Those that look the same belong together; what is left is paired in order.
    let mut together = Vec::new();
    was.retain(|(print, old)| {
        let same = now.iter().position(|(other, _)| other == print);
        if let Some(index) = same {
            together.push((*old, now.remove(index).1));
        }
        same.is_none()
    });
    together.extend(
        was.iter()
            .zip(&now)
            .map(|((_, old), (_, new))| (*old, *new)),
    );
    for (old, new) in together {
        kind(pair, old, new);
        let may_overlap = (
            may_overlap(pair, Which::Base, Some(old)),
            may_overlap(pair, Which::Head, Some(new)),
        );
        let old: Vec<_> = old.members.iter().map(|node| vec![*node]).collect();
        let new: Vec<_> = new.members.iter().map(|node| vec![*node]).collect();
        compare_members(pair, &old, &new, may_overlap);
    }
    for (_, gone) in was.iter().skip(now.len()) {
        let at = pair.in_base(gone.at);
        pair.tell(&UNCOMPOSED, at, "its alternatives are gone");
    }
    for (_, new) in now.iter().skip(was.len()) {
        let at = pair.in_head(new.at);
        pair.tell(
            &COMPOSED,
            at,
            "has to be one of several alternatives as well",
        );
    }
    negated(pair, &base, &head);
}

/// The unions of a schema with their fingerprints, in an order that does not depend on the author's.
/// Members of an `allOf` that say the same say it once.
fn distinct<'a, 'd>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    which: Which,
    schema: &'a Schema<'d>,
) -> Vec<(u64, &'a Union<'d>)> {
    let mut unions: Vec<_> = schema
        .unions
        .iter()
        .map(|union| {
            let mut prints: Vec<u64> = union
                .members
                .iter()
                .map(|node| fingerprint(pair, which, &[*node], DEPTH).1)
                .collect();
            prints.sort_unstable();
            let print = prints.iter().fold(
                u64::from(is_exactly_one(pair, which, union)),
                |sum, print| sum.rotate_left(5) ^ print,
            );
            (print, union)
        })
        .collect();
    unions.sort_by_key(|(print, _)| *print);
    unions.dedup_by_key(|(print, _)| *print);
    unions
}

fn is_exactly_one<'d>(pair: &mut SchemaPair<'_, '_, 'd>, which: Which, union: &Union<'d>) -> bool {
    schemas(pair, which).is_exactly_one(union)
}

fn schemas<'a, 's, 'd>(
    pair: &'a mut SchemaPair<'_, 's, 'd>,
    which: Which,
) -> &'a mut Schemas<'s, 'd> {
    match which {
        Which::Base => &mut pair.comparison.base,
        Which::Head => &mut pair.comparison.head,
    }
}

fn fingerprint<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    which: Which,
    nodes: &[&'d Node],
    depth: u8,
) -> (SchemaId, u64) {
    let schemas = schemas(pair, which);
    let id = schemas.intern(nodes);
    (id, schemas.fingerprint(id, depth))
}

fn negated<'d>(pair: &mut SchemaPair<'_, '_, 'd>, base: &Schema<'d>, head: &Schema<'d>) {
    let prints = |pair: &mut SchemaPair<'_, '_, 'd>, which, nodes: &[&'d Node]| {
        nodes
            .iter()
            .map(|node| fingerprint(pair, which, &[*node], DEPTH_OF_NOT).1)
            .collect::<BTreeSet<_>>()
    };
    if prints(pair, Which::Base, &base.not) == prints(pair, Which::Head, &head.not) {
        return;
    }
    match (base.not.first(), head.not.first()) {
        (None, None) => {}
        (None, Some(now)) => {
            let at = pair.in_head(now);
            pair.tell(&NOT_ADDED, at, "there is something that it must not be now");
        }
        (Some(was), None) => {
            let at = pair.in_base(was);
            pair.tell(
                &NOT_REMOVED,
                at,
                "there is nothing that it must not be any more",
            );
        }
        (Some(_), Some(now)) => {
            let at = pair.in_head(now);
            pair.tell(&NOT_CHANGED, at, "what it must not be is another thing now");
        }
    }
}

/// Whether a value may fit several alternatives.
fn may_overlap<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    which: Which,
    union: Option<&Union<'d>>,
) -> bool {
    union.is_none_or(|union| !is_exactly_one(pair, which, union))
}

/// Alternatives are only tried on each other up to this number of pairs.
const TRIALS: usize = 256;

/// One alternative.
struct Alternative<'a, 'd> {
    nodes: &'a [&'d Node],
    print: u64,
    schema: Rc<Schema<'d>>,
}

impl<'d> Alternative<'_, 'd> {
    /// Where the author listed it.
    fn at(&self) -> &'d Node {
        self.nodes.first().copied().unwrap_or(self.schema.at)
    }

    /// The component that it is a reference to.
    fn component(&self) -> Option<&'d str> {
        component_name(self.at().reference()?)
    }

    fn name(&self) -> String {
        match self.component() {
            Some(component) => format!("`{component}`"),
            None => self.schema.types.describe(),
        }
    }
}

/// Finds which alternatives belong together, compares these, and tells the others.
fn compare_members<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    base: &[Vec<&'d Node>],
    head: &[Vec<&'d Node>],
    may_overlap: (bool, bool),
) {
    let mut was = read(pair, Which::Base, base);
    let mut now = read(pair, Which::Head, head);
    let mut matched = Vec::new();
    type Fits = fn(&Alternative<'_, '_>, &Alternative<'_, '_>) -> bool;
    // The surest signs first: the same in content and name, in content, in name.
    let signs: [Fits; 3] = [
        |was, now| was.print == now.print && was.component() == now.component(),
        |was, now| was.print == now.print,
        |was, now| was.component().is_some() && was.component() == now.component(),
    ];
    for fits in signs {
        was = was
            .into_iter()
            .filter_map(|was| match now.iter().position(|now| fits(&was, now)) {
                Some(index) => {
                    matched.push((was.nodes, now.remove(index).nodes));
                    None
                }
                None => Some(was),
            })
            .collect();
    }
    was = was
        .into_iter()
        .filter_map(|was| {
            let best = now
                .iter()
                .enumerate()
                .filter_map(|(index, now)| Some((index, likeness(pair, &was, now)?)))
                // The first of the best, so that equal ones are paired in order.
                .reduce(|best, next| if next.1 > best.1 { next } else { best });
            match best {
                Some((index, _)) => {
                    matched.push((was.nodes, now.remove(index).nodes));
                    None
                }
                None => Some(was),
            }
        })
        .collect();
    for (was, now) in &matched {
        pair.child(Segment::Alternative, was, now);
    }
    // An alternative that another one holds anyway adds nothing, and where only one may fit it takes
    // away what both hold.
    if base.len() * head.len() <= TRIALS {
        let sides = (pair.comparison.base.side, pair.comparison.head.side);
        let comparison = &*pair.comparison;
        let (held, other): (Vec<_>, _) = was.into_iter().partition(|gone| {
            let mut others = head.iter();
            others.any(|other| comparison.holds((sides.1, other), (sides.0, gone.nodes)))
        });
        was = other;
        let (added, other): (Vec<_>, _) = now.into_iter().partition(|new| {
            let mut others = base.iter();
            others.any(|other| comparison.holds((sides.0, other), (sides.1, new.nodes)))
        });
        now = other;
        for gone in held.iter().filter(|_| !may_overlap.0) {
            let at = pair.in_base(gone.at());
            let text = format!(
                "{} excludes what another alternative holds no more",
                gone.name()
            );
            pair.tell(&LOOSENED, at, text);
        }
        for new in added.iter().filter(|_| !may_overlap.1) {
            let at = pair.in_head(new.at());
            let text = format!("{} excludes what another alternative holds now", new.name());
            pair.tell(&TIGHTENED, at, text);
        }
        // The other way round, an alternative that holds all of another one: where only one may fit,
        // none of the other's values does.
        let comparison = &*pair.comparison;
        let hides = |side, all: &Alternative<'_, 'd>, other, kept: &[&'d Node]| {
            comparison.holds((side, all.nodes), (other, kept))
        };
        let uncovered: Vec<_> = was
            .iter()
            .filter(|gone| {
                let mut kept = matched.iter();
                !may_overlap.0 && kept.any(|(_, kept)| hides(sides.0, gone, sides.1, kept))
            })
            .map(|gone| (gone.at(), gone.name()))
            .collect();
        let hidden: Vec<_> = now
            .iter()
            .filter(|new| {
                let mut kept = matched.iter();
                !may_overlap.1 && kept.any(|(kept, _)| hides(sides.1, new, sides.0, kept))
            })
            .map(|new| (new.at(), new.name()))
            .collect();
        for (at, name) in uncovered {
            let at = pair.in_base(at);
            let text = format!("{name} held another alternative, which fits by itself now");
            pair.tell(&LOOSENED, at, text);
        }
        for (at, name) in hidden {
            let at = pair.in_head(at);
            let text = format!("{name} holds another alternative as well, which fits no more");
            pair.tell(&TIGHTENED, at, text);
        }
    }
    for gone in was {
        let at = pair.in_base(gone.at());
        let text = format!("{} is no alternative any more", gone.name());
        pair.tell(&REMOVED, at, text);
    }
    for new in now {
        let at = pair.in_head(new.at());
        let text = format!("{} is a new alternative", new.name());
        pair.tell(&ADDED, at, text);
    }
}

fn read<'a, 'd>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    which: Which,
    members: &'a [Vec<&'d Node>],
) -> Vec<Alternative<'a, 'd>> {
    members
        .iter()
        .map(|nodes| {
            let (id, print) = fingerprint(pair, which, nodes, DEPTH);
            Alternative {
                nodes,
                print,
                schema: schemas(pair, which).get(id),
            }
        })
        .collect()
}

/// How alike two alternatives are that are not the same; none if they are different things.
fn likeness<'d>(
    pair: &mut SchemaPair<'_, '_, 'd>,
    was: &Alternative<'_, 'd>,
    now: &Alternative<'_, 'd>,
) -> Option<usize> {
    let (was, now) = (&was.schema, &now.schema);
    if was.types != now.types {
        return None;
    }
    if was.properties.is_empty() || now.properties.is_empty() {
        return Some(0);
    }
    let mut shared = 0;
    for (name, nodes) in &was.properties {
        let Some(others) = now.properties.get(name) else {
            continue;
        };
        // A property whose values never agree is what tells the two apart.
        let was = pair.comparison.base.intern(nodes);
        let now = pair.comparison.head.intern(others);
        let was = pair.comparison.base.get(was);
        let now = pair.comparison.head.get(now);
        if let (Some(was), Some(now)) = (&was.values, &now.values)
            && !was.value.keys().any(|value| now.value.contains_key(value))
        {
            return None;
        }
        shared += 1;
    }
    (shared > 0).then_some(100 * shared / was.properties.len().max(now.properties.len()))
}

/// Compares the discriminators.
pub(crate) fn discriminator(pair: &mut SchemaPair<'_, '_, '_>) {
    let (base, head) = (pair.base.clone(), pair.head.clone());
    match (&base.discriminator, &head.discriminator) {
        (None, None) => {}
        (None, Some(now)) => {
            let at = pair.in_head(now.at);
            let text = format!("`{}` tells the alternatives apart now", now.property);
            pair.tell(&DISCRIMINATOR_ADDED, at, text);
        }
        (Some(was), None) => {
            let at = pair.in_base(was.at);
            let text = format!(
                "`{}` does not tell the alternatives apart any more",
                was.property
            );
            pair.tell(&DISCRIMINATOR_REMOVED, at, text);
        }
        (Some(was), Some(now)) if was.property != now.property => {
            let at = pair.in_head(now.at.get("propertyName").unwrap_or(now.at));
            let text = format!(
                "`{}` tells the alternatives apart now, was `{}`",
                now.property, was.property
            );
            pair.tell(&DISCRIMINATOR_CHANGED, at, text);
        }
        (Some(was), Some(now)) => {
            for (value, (node, target)) in &was.mapping {
                if let Some((_, other)) = now.mapping.get(value) {
                    pair.child(Segment::Alternative, &[target], &[other]);
                } else {
                    let at = pair.in_base(node);
                    let text = format!("`{}` is not `{value}` any more", was.property);
                    pair.tell(&TAG_REMOVED, at, text);
                }
            }
            for (value, (node, _)) in &now.mapping {
                if !was.mapping.contains_key(value) {
                    let at = pair.in_head(node);
                    let text = format!("`{}` may be `{value}` now", now.property);
                    pair.tell(&TAG_ADDED, at, text);
                }
            }
        }
    }
}
