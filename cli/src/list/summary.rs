//! What came of a list.

use std::time::Duration;

use serde_json::json;

use crate::drive::Stop;
use crate::report;
use crate::screen::{Line, Look};
use crate::session::Session;

/// What came of a list.
#[derive(Default)]
pub(crate) struct Summary {
    pub(crate) done: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
    pub(crate) credits: u64,
    /// Items that this run did not come to.
    pub(crate) left: u64,
    /// Of these, the ones that were sent and not answered.
    pub(crate) under_way: u64,
    pub(crate) interrupted: Option<Stop>,
    /// Why the run could not go on.
    pub(crate) broken: Option<String>,
    /// What people read of the failures.
    pub(crate) failures: Vec<Line>,
}

impl Summary {
    pub(crate) fn print(&self, session: &Session<'_>, dry_run: bool) {
        if session.is_json() {
            session.print(
                &session.out,
                json!({
                    "outcome": "list",
                    "done": self.done,
                    "failed": self.failed,
                    "skipped": self.skipped,
                    "credits": self.credits,
                }),
            );
        }
        if let Some(broken) = &self.broken {
            session.err.line(
                &Line::new()
                    .look(Look::Bad, "error")
                    .text(session.secrets.clean(&format!(": {broken}"))),
            );
        }
        if let Some(stop) = self.interrupted {
            let err = &session.err;
            err.line(&Line::new().look(Look::Bad, stop.word()));
        }
        if self.left > 0 && !dry_run {
            let left = match self.left {
                1 => "1 item is left".to_owned(),
                left => format!("{left} items are left"),
            };
            let under_way = match self.under_way {
                0 => String::new(),
                1 => ", 1 of them was under way and may have been done".to_owned(),
                some => format!(", {some} of them were under way and may have been done"),
            };
            session.err.line(&Line::labelled("next").text(format!(
                "{left}{under_way}; the same command with the same journal goes on"
            )));
        }
        if session.is_json() {
            return;
        }
        for line in &self.failures {
            session.err.line(&line.clone().cleaned(&session.secrets));
        }
        if session.global.quiet {
            return;
        }
        let out = &session.out;
        let (done, failed, skipped) = (self.done, self.failed, self.skipped);
        if dry_run {
            let left = self.left;
            out.line(&Line::new().look(Look::Strong, "dry run").text(format!(
                ": {left} to do for {} credits, {failed} that would be refused, {skipped} done before; \
                 nothing was sent",
                self.credits
            )));
            return;
        }
        let look = if failed == 0 && self.left == 0 {
            Look::Good
        } else {
            Look::Strong
        };
        out.line(
            &Line::new().look(look, format!("done {done}")).text(format!(
                ", failed {failed}, skipped {skipped} that were done before; {} credits",
                self.credits
            )),
        );
    }
}

/// A bar of what was done, and how long the rest may take.
pub(crate) fn bar(ended: u64, all: u64, failed: u64, elapsed: Duration, width: usize) -> String {
    let cells = (width / 4).clamp(5, 30);
    let full = usize::try_from(ended * cells as u64 / all.max(1)).unwrap_or(cells);
    let bar: String = (0..cells)
        .map(|cell| if cell < full { '#' } else { '-' })
        .collect();
    let mut text = format!("[{bar}] {ended}/{all}");
    if failed > 0 {
        text.push_str(&format!(", {failed} failed"));
    }
    if ended > 0 && ended < all {
        let left = elapsed.mul_f64((all - ended) as f64 / ended as f64);
        text.push_str(&format!(", {} left", report::duration(left)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fits_in_forty_columns_and_says_how_long_it_takes() {
        let text = bar(25, 100, 3, Duration::from_secs(50), 40);
        assert_eq!(text, "[##--------] 25/100, 3 failed, 3 min left");
        assert_eq!(bar(0, 3, 0, Duration::ZERO, 20), "[-----] 0/3");
        assert_eq!(bar(3, 3, 0, Duration::ZERO, 20), "[#####] 3/3");
    }
}
