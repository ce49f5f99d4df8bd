//! What a change can be: every id with its direction, its class and the reason for that class.

use super::checks;

/// Whom a change reaches: judged apart, because what is harmless in one direction breaks in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Direction {
    /// What a client sends.
    Request,
    /// What a client is answered.
    Response,
    /// The operation as a whole, or the document.
    Both,
}

impl Direction {
    /// Its name in the catalogue.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Both => "both",
        }
    }
}

/// How much a change weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Class {
    /// A correct client written for BASE may fail against HEAD.
    Breaking,
    /// It cannot be told from the two documents; counts as breaking.
    CannotTell,
    /// Every correct client written for BASE still works.
    Compatible,
    /// Nothing on the wire changes, but generated Rust does.
    GeneratedNames,
}

impl Class {
    /// Whether it counts for the exit code.
    pub(crate) const fn is_breaking(self) -> bool {
        matches!(self, Self::Breaking | Self::CannotTell)
    }

    /// What people read.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::CannotTell => "cannot tell",
            Self::Compatible => "compatible",
            Self::GeneratedNames => "generated names",
        }
    }
}

/// One kind of change.
#[derive(Debug)]
pub(crate) struct Check {
    /// Its stable name.
    pub(crate) id: &'static str,
    /// Whom it reaches.
    pub(crate) direction: Direction,
    /// How much it weighs.
    pub(crate) class: Class,
    /// What happened, for the catalogue.
    pub(crate) what: &'static str,
    /// Why that breaks whom, or why it does not.
    pub(crate) why: &'static str,
}

/// The same kind of change in both directions.
#[derive(Debug)]
pub(crate) struct Twin {
    pub(crate) request: Check,
    pub(crate) response: Check,
}

impl Twin {
    /// The half that judges one direction.
    pub(crate) const fn of(&self, direction: Direction) -> &Check {
        match direction {
            Direction::Response => &self.response,
            Direction::Request | Direction::Both => &self.request,
        }
    }
}

/// A [`Check`] of one direction.
macro_rules! check {
    ($direction:ident $class:ident $id:literal: $what:literal, $why:literal) => {
        $crate::catalogue::Check {
            id: $id,
            direction: $crate::catalogue::Direction::$direction,
            class: $crate::catalogue::Class::$class,
            what: $what,
            why: $why,
        }
    };
}

/// A [`Twin`]: `narrowing` and `widening` judge what most keywords do, anything else is spelt out.
macro_rules! twin {
    (narrowing $id:literal: $what:literal) => {
        $crate::catalogue::twin!($id: $what;
            Breaking "a client that sends what BASE allows may be refused";
            Compatible "every answer was possible before")
    };
    (widening $id:literal: $what:literal) => {
        $crate::catalogue::twin!($id: $what;
            Compatible "whatever BASE allows is still accepted";
            Breaking "a client that relies on BASE may get what it does not expect")
    };
    (unclear $id:literal: $what:literal) => {
        $crate::catalogue::twin!($id: $what;
            CannotTell "whether everything that BASE allows is still accepted cannot be told";
            CannotTell "whether every answer was possible before cannot be told")
    };
    ($id:literal: $what:literal; $request:ident $request_why:literal; $response:ident $response_why:literal) => {
        $crate::catalogue::Twin {
            request: $crate::catalogue::Check {
                id: concat!("request-", $id),
                direction: $crate::catalogue::Direction::Request,
                class: $crate::catalogue::Class::$request,
                what: $what,
                why: $request_why,
            },
            response: $crate::catalogue::Check {
                id: concat!("response-", $id),
                direction: $crate::catalogue::Direction::Response,
                class: $crate::catalogue::Class::$response,
                what: $what,
                why: $response_why,
            },
        }
    };
}

pub(crate) use {check, twin};

/// A part of the catalogue, as `docs/diff.md` shows it.
#[derive(Debug)]
pub(crate) struct Area {
    /// Its heading.
    pub(crate) title: &'static str,
    /// What belongs to it, with both halves of twins.
    pub(crate) checks: Vec<&'static Check>,
}

/// Every kind of change, area by area.
pub(crate) fn areas() -> Vec<Area> {
    vec![
        area("Operations", checks::operations::CHECKS, &[]),
        area("Parameters", checks::parameters::CHECKS, &[]),
        area("Bodies and media types", checks::bodies::CHECKS, &[]),
        area("Statuses and headers", checks::responses::CHECKS, &[]),
        area("Types and formats", &[], checks::types::TWINS),
        area("Limits and patterns", &[], &checks::limits::twins()),
        area("Closed and open sets", &[], checks::enums::TWINS),
        area(
            "Properties",
            checks::properties::CHECKS,
            checks::properties::TWINS,
        ),
        area("Compositions", &[], checks::composition::TWINS),
        area("Keywords that are not compared", &[], checks::others::TWINS),
        area("Security", checks::security::CHECKS, &[]),
        area("Servers", checks::servers::CHECKS, &[]),
        area(
            "Error registry and resending",
            checks::registry::CHECKS,
            &[],
        ),
        area("Generated names", checks::names::CHECKS, &[]),
        area("The document itself", checks::about::CHECKS, &[]),
    ]
}

fn area(title: &'static str, single: &[&'static Check], twins: &[&'static Twin]) -> Area {
    let mut checks = single.to_vec();
    for twin in twins {
        checks.push(&twin.request);
        checks.push(&twin.response);
    }
    Area { title, checks }
}
