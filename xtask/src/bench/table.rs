//! The figures, for people and for programs.

use std::io::{self, Write};

use serde_json::json;

/// One measure.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    /// The unit of the figures.
    pub(super) unit: &'static str,
    pub(super) ours: Figures,
    /// What is measured beside ours, with its name.
    pub(super) rival: Option<(&'static str, Figures)>,
    /// What is to be reached.
    pub(super) goal: Option<Goal>,
}

/// The best and the median of the rounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) best: f64,
    pub(crate) median: f64,
}

/// What is to be reached, judged by the best of the rounds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    /// Ours stays below.
    Below(f64),
    /// The rival's time is so many times ours.
    TimesFaster(f64),
    /// Ours is so many times the rival's rate.
    TimesMore(f64),
}

impl Figures {
    /// Of figures of which the least is the best.
    pub(crate) fn of(mut figures: Vec<f64>) -> Self {
        figures.sort_by(f64::total_cmp);
        Self {
            best: figures.first().copied().unwrap_or(f64::NAN),
            median: figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN),
        }
    }

    /// Of figures of which the largest is the best.
    pub(super) fn of_rates(figures: &[f64]) -> Self {
        let negative = Self::of(figures.iter().map(|figure| -figure).collect());
        Self {
            best: -negative.best,
            median: -negative.median,
        }
    }
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        let (_, rival) = self.rival.as_ref()?;
        Some(match self.goal {
            Some(Goal::TimesMore(_)) => self.ours.best / rival.best,
            _ => rival.best / self.ours.best,
        })
    }

    /// Whether the goal is reached; none where it has none or its rival was not measured.
    fn met(&self) -> Option<bool> {
        match self.goal? {
            Goal::Below(most) => Some(self.ours.best <= most),
            Goal::TimesFaster(times) | Goal::TimesMore(times) => Some(self.ratio()? >= times),
        }
    }

    fn goal(&self) -> String {
        match self.goal {
            None => String::new(),
            Some(Goal::Below(most)) => format!("≤ {} {}", short(most), self.unit),
            Some(Goal::TimesFaster(times) | Goal::TimesMore(times)) => format!("≥ {times} ×"),
        }
    }
}

pub(super) fn human(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "| measure | ours: best (median) | beside | ratio | goal | |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for row in rows {
        let figures = |figures: Figures| {
            format!(
                "{} ({}) {}",
                short(figures.best),
                short(figures.median),
                row.unit
            )
        };
        let rival = row.rival.map_or(String::new(), |(name, rival)| {
            format!("{name} {}", figures(rival))
        });
        writeln!(
            out,
            "| {} | {} | {rival} | {} | {} | {} |",
            row.name,
            figures(row.ours),
            row.ratio()
                .map_or(String::new(), |ratio| format!("{ratio:.1} ×")),
            row.goal(),
            match row.met() {
                Some(true) => "reached",
                Some(false) => "missed",
                None => "",
            }
        )?;
    }
    out.flush()
}

pub(super) fn json(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let figures = |figures: Figures| json!({"best": figures.best, "median": figures.median});
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "name": row.name,
                "unit": row.unit,
                "ours": figures(row.ours),
                "rival": row.rival.map(|(name, rival)| json!({"name": name, "figures": figures(rival)})),
                "ratio": row.ratio(),
                "goal": row.goal(),
                "reached": row.met(),
            })
        })
        .collect();
    writeln!(out, "{}", json!({ "measures": rows }))?;
    out.flush()
}

/// Three digits that matter.
fn short(figure: f64) -> String {
    let digits = match figure.abs() {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    format!("{figure:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: f64, rival: Option<f64>, goal: Goal) -> Row {
        let figures = |figure| Figures {
            best: figure,
            median: figure,
        };
        Row {
            name: "a measure",
            unit: "ms",
            ours: figures(ours),
            rival: rival.map(|rival| ("another", figures(rival))),
            goal: Some(goal),
        }
    }

    #[test]
    fn the_best_is_the_least_time_or_the_largest_rate() {
        let times = Figures::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((times.best, times.median), (1.0, 2.0));
        let rates = Figures::of_rates(&[3.0, 1.0, 2.0]);
        assert_eq!((rates.best, rates.median), (3.0, 2.0));
    }

    #[test]
    fn a_goal_is_reached_or_missed_or_not_known() {
        for (row, met) in [
            (row(10.0, None, Goal::Below(20.0)), Some(true)),
            (row(30.0, None, Goal::Below(20.0)), Some(false)),
            (row(10.0, Some(200.0), Goal::TimesFaster(20.0)), Some(true)),
            (row(10.0, Some(199.0), Goal::TimesFaster(20.0)), Some(false)),
            (row(200.0, Some(10.0), Goal::TimesMore(20.0)), Some(true)),
            (row(200.0, None, Goal::TimesMore(20.0)), None),
        ] {
            assert_eq!(row.met(), met, "{row:?}");
        }
    }

    #[test]
    fn people_get_a_table_and_programs_an_object() {
        let rows = [row(10.0, Some(250.0), Goal::TimesFaster(20.0))];
        let mut out = Vec::new();
        human(&rows, &mut out).expect("it can be written");
        insta::assert_snapshot!(String::from_utf8_lossy(&out), @r"
        | measure | ours: best (median) | beside | ratio | goal | |
        |---|---|---|---|---|---|
        | a measure | 10.0 (10.0) ms | another 250 (250) ms | 25.0 × | ≥ 20 × | reached |
        ");
        let mut out = Vec::new();
        json(&rows, &mut out).expect("it can be written");
        let value: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(value["measures"][0]["ratio"], 25.0);
        assert_eq!(value["measures"][0]["reached"], true);
    }
}
