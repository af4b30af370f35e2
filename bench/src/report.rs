//! What was measured, as a table and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

/// One line of the report.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    /// The ratio that the target speaks of.
    pub(crate) ratio: Option<f64>,
    /// What it is a ratio to.
    pub(crate) against: Option<String>,
    pub(crate) target: Option<Target>,
}

/// What is to be reached.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Line {
    /// The figure that the target is about: the ratio where there is one.
    fn figure(&self) -> f64 {
        self.ratio.unwrap_or(self.value)
    }

    fn verdict(&self) -> &'static str {
        match self.target {
            None => "",
            Some(Target::AtLeast(least)) if self.figure() >= least => "met",
            Some(Target::AtMost(most)) if self.figure() <= most => "met",
            Some(_) => "MISSED",
        }
    }
}

/// All lines.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) lines: Vec<Line>,
}

impl Report {
    /// Adds a plain figure.
    pub(crate) fn plain(
        &mut self,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        target: Option<Target>,
    ) {
        self.add(Line {
            what: what.into(),
            value,
            unit,
            ratio: None,
            against: None,
            target,
        });
    }

    /// Adds a figure and its ratio to another.
    pub(crate) fn ratio(
        &mut self,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        (against, base): (&str, f64),
        target: Option<Target>,
    ) {
        let (ratio, against) = (Some(value / base), Some(against.to_owned()));
        self.add(Line {
            what: what.into(),
            value,
            unit,
            ratio,
            against,
            target,
        });
    }

    fn add(&mut self, line: Line) {
        eprintln!("{}", row(&line));
        self.lines.push(line);
    }

    /// The table in Markdown.
    pub(crate) fn table(&self) -> String {
        let mut out =
            String::from("| what | figure | ratio | target | |\n|---|---:|---:|---|---|\n");
        for line in &self.lines {
            let _ = writeln!(out, "{}", row(line));
        }
        out
    }
}

fn row(line: &Line) -> String {
    let ratio = line.ratio.map_or(String::new(), |ratio| {
        format!("{ratio:.2} × {}", line.against.as_deref().unwrap_or(""))
    });
    let target = match line.target {
        None => String::new(),
        Some(Target::AtLeast(least)) => format!("≥ {least}"),
        Some(Target::AtMost(most)) => format!("≤ {most}"),
    };
    let digits = if line.value >= 100.0 { 0 } else { 2 };
    format!(
        "| {} | {:.digits$} {} | {ratio} | {target} | {} |",
        line.what,
        line.value,
        line.unit,
        line.verdict()
    )
}
