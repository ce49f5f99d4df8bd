//! What is left to do of a list, given what earlier runs did.

use super::item::{Item, Ready};
use super::journal::{Begun, Ended, Past};
use crate::failure::Failure;

/// What is left to do.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    /// How many items were done before.
    pub(crate) skipped: u64,
}

/// One item that is to be sent.
#[derive(Debug)]
pub(crate) struct Step {
    /// Counts from 1, as the list has it.
    pub(crate) number: usize,
    pub(crate) item: Item,
    /// What an earlier run wrote before it sent the item, if that may have arrived.
    pub(crate) open: Option<Begun>,
}

impl Plan {
    /// Compares a list with its journal. A list that has changed where something was sent is refused:
    /// numbers would mean other items, and keys other requests.
    pub(crate) fn new(items: Vec<Item>, past: Past) -> Result<Self, Failure> {
        let mut past = past.items;
        let mut plan = Self {
            steps: Vec::new(),
            skipped: 0,
        };
        let length = items.len();
        for (index, item) in items.into_iter().enumerate() {
            let number = index + 1;
            let open = match past.remove(&number) {
                None | Some((_, Some(Ended::Failed))) => None,
                Some((begun, Some(Ended::Over))) => {
                    let same = begun.item == item && same_file(number, &begun, &item).is_ok();
                    same.then_some(begun)
                }
                Some((begun, end)) => {
                    if begun.item != item {
                        return Err(changed(number, &begun.item, Some(&item)));
                    }
                    if end == Some(Ended::Done) {
                        plan.skipped += 1;
                        continue;
                    }
                    same_file(number, &begun, &item)?;
                    Some(begun)
                }
            };
            plan.steps.push(Step { number, item, open });
        }
        let gone = past
            .into_iter()
            .find(|(_, (_, end))| !matches!(end, Some(Ended::Failed | Ended::Over)));
        match gone {
            Some((number, (begun, _))) if number > length || number == 0 => {
                Err(changed(number, &begun.item, None))
            }
            _ => Ok(plan),
        }
    }
}

/// Whether the bytes that would be sent under a key are those that were.
fn same_file(number: usize, begun: &Begun, item: &Item) -> Result<(), Failure> {
    if begun.sha256.is_none() {
        return Ok(());
    }
    let file = item.file.as_deref().unwrap_or_default();
    match item.ready() {
        Ok(Ready::Avatar { sha256, .. }) if sha256 == begun.sha256 => Ok(()),
        _ => Err(Failure::Refused(format!(
            "the file `{file}` of item {number} is not the one that was sent in an earlier run, and \
             it is not known whether the service acted on that; put the old file back, or begin \
             another journal"
        ))),
    }
}

fn changed(number: usize, was: &Item, is: Option<&Item>) -> Failure {
    let text = |item: &Item| serde_json::to_string(item).unwrap_or_default();
    let now = is.map_or_else(|| "missing".to_owned(), text);
    Failure::Refused(format!(
        "the list has changed since its journal was begun: item {number} was {} and is {now}; put \
         it back, or begin another journal",
        text(was)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: &str) -> Item {
        Item {
            id: Some(id.to_owned()),
            ..Item::default()
        }
    }

    fn past(entries: &[(usize, &str, Option<Ended>)]) -> Past {
        let mut past = Past::default();
        for (number, name, end) in entries {
            let begun = Begun {
                item: id(name),
                sha256: None,
                idempotency_key: None,
            };
            past.items.insert(*number, (begun, *end));
        }
        past
    }

    #[test]
    fn done_is_skipped_open_goes_on_and_the_rest_begins() {
        let items = vec![id("a"), id("b"), id("c"), id("d"), id("e")];
        let plan = Plan::new(
            items,
            past(&[
                (1, "a", Some(Ended::Done)),
                (2, "b", None),
                (3, "c", Some(Ended::Open)),
                (4, "other", Some(Ended::Failed)),
            ]),
        )
        .expect("the same list");
        assert_eq!(plan.skipped, 1);
        let steps: Vec<_> = plan
            .steps
            .iter()
            .map(|step| (step.number, step.open.is_some()))
            .collect();
        assert_eq!(steps, [(2, true), (3, true), (4, false), (5, false)]);
    }

    #[test]
    fn a_list_that_changed_where_something_was_sent_is_refused() {
        for entries in [
            &[(1, "x", Some(Ended::Done))][..],
            &[(2, "x", None)],
            &[(2, "x", Some(Ended::Open))],
            &[(3, "c", Some(Ended::Done))],
            &[(3, "c", None)],
        ] {
            Plan::new(vec![id("a"), id("b")], past(entries)).expect_err("changed");
        }
        let shorter = past(&[(3, "c", Some(Ended::Failed))]);
        Plan::new(vec![id("a"), id("b")], shorter).expect("nothing came of item 3");
    }
}
