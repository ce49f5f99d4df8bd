//! Numbers as limits: compared exactly where they are whole.

use std::cmp::Ordering;

use xquik_document::{Node, Value};

/// A finite number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    /// A whole one, kept exactly.
    Whole(i128),
    /// Any other.
    Real(f64),
}

impl Number {
    /// The number that a node holds; none for `.inf` and `.nan`, which limit nothing.
    pub(crate) fn of(node: &Node) -> Option<Self> {
        let Value::Number(number) = &node.value else {
            return None;
        };
        let value = number.value.as_ref()?;
        if let Some(whole) = value.as_i64() {
            return Some(Self::Whole(whole.into()));
        }
        if let Some(whole) = value.as_u64() {
            return Some(Self::Whole(whole.into()));
        }
        let real = value.as_f64()?;
        Some(Self::exact(real).unwrap_or(Self::Real(real)))
    }

    /// A whole number. Up to here every whole `f64` fits; beyond, two are equal only if they are the same.
    fn exact(real: f64) -> Option<Self> {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "whole and below the limit of i128"
        )]
        let whole = || Self::Whole(real as i128);
        (real.fract() == 0.0 && real.abs() < 1e30).then(whole)
    }

    /// It as a count, where it is one.
    pub(crate) fn as_count(self) -> Option<u64> {
        match self {
            Self::Whole(whole) => whole.try_into().ok(),
            Self::Real(_) => None,
        }
    }

    /// It, or where it is a fraction the next whole number in a direction; none beyond what is exact.
    pub(crate) fn whole_within(self, direction: i128) -> Option<Self> {
        match self {
            Self::Whole(_) => Some(self),
            Self::Real(real) => {
                let end = if direction < 0 {
                    real.floor()
                } else {
                    real.ceil()
                };
                Self::exact(end)
            }
        }
    }

    /// The next whole number in a direction, where this is whole.
    pub(crate) fn step(self, by: i128) -> Option<Self> {
        match self {
            Self::Whole(whole) => Some(Self::Whole(whole + by)),
            Self::Real(_) => None,
        }
    }

    /// Which is greater.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Whole(left), Self::Whole(right)) => left.cmp(&right),
            _ => self.real().total_cmp(&other.real()),
        }
    }

    /// Whether it is a multiple of another.
    pub(crate) fn is_multiple_of(self, other: Self) -> bool {
        match (self, other) {
            (Self::Whole(left), Self::Whole(right)) => right != 0 && left % right == 0,
            _ => {
                let ratio = self.real() / other.real();
                (ratio - ratio.round()).abs() < 1e-9
            }
        }
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "only compared with what is no whole number"
    )]
    fn real(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Real(real) => real,
        }
    }

    /// As JSON has it; what is too large for that as the nearest number.
    pub(crate) fn to_json(self) -> serde_json::Value {
        match self {
            Self::Whole(whole) => match (i64::try_from(whole), u64::try_from(whole)) {
                (Ok(whole), _) => whole.into(),
                (_, Ok(whole)) => whole.into(),
                _ => self.real().into(),
            },
            Self::Real(real) => real.into(),
        }
    }

    /// As people write it.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Whole(whole) => whole.to_string(),
            Self::Real(real) => real.to_string(),
        }
    }
}
