//! The forms of a report, one file each.

mod github;
mod human;
mod json;

pub(crate) use github::github;
pub(crate) use human::human;
pub(crate) use json::json;
