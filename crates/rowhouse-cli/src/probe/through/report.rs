//! What came of it.

use std::collections::BTreeMap;
use std::fmt::Write;

use rowhouse_guard::{Certainty, Finding, Fix, Level, Report};
use serde::Serialize;

/// The layout of the JSON report.
const SCHEMA_VERSION: u32 = 1;

/// The outcome of one attack on one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub(super) enum Verdict {
    /// It was tried, and nothing of the other tenant was seen or changed.
    Held {
        /// The last answer's status; 0 where there is none.
        status: u16,
    },
    /// One tenant reached the other.
    Leaked {
        /// What was seen.
        seen: String,
        /// Commands that show it.
        commands: Vec<String>,
    },
    /// Nothing was reached, but something else in between may hand it out.
    Open {
        /// What.
        why: String,
    },
    /// It could not be tried.
    NotExercised {
        /// Why not.
        why: String,
    },
}

impl Verdict {
    pub(super) fn held(status: u16) -> Self {
        Self::Held { status }
    }

    pub(super) fn leaked(seen: String, commands: Vec<String>) -> Self {
        Self::Leaked { seen, commands }
    }

    /// What leaked once leaks, and what was tried once was tried.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Leaked { .. } => 3,
            Self::Open { .. } => 2,
            Self::Held { .. } => 1,
            Self::NotExercised { .. } => 0,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Leaked { .. } => "LEAKED",
            Self::Open { .. } => "open",
            Self::Held { .. } => "held",
            Self::NotExercised { .. } => "not exercised",
        }
    }
}

/// One line of it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Cell {
    pub(super) object: String,
    pub(super) method: String,
    pub(super) attack: &'static str,
    #[serde(flatten)]
    pub(super) verdict: Verdict,
}

/// All of it.
#[derive(Debug, Serialize)]
pub(crate) struct Outside {
    schema_version: u32,
    service: String,
    requests: usize,
    cells: Vec<Cell>,
    /// Rows that could not be removed again.
    left_behind: Vec<String>,
}

impl Outside {
    pub(super) fn new(
        service: String,
        requests: usize,
        cells: Vec<Cell>,
        left_behind: Vec<String>,
    ) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            service,
            requests,
            cells,
            left_behind,
        }
    }

    fn of(&self, rank: u8) -> impl Iterator<Item = &Cell> {
        self.cells
            .iter()
            .filter(move |cell| cell.verdict.rank() == rank)
    }

    /// Whether one tenant reached the other.
    pub(crate) fn leaks(&self) -> bool {
        self.of(3).next().is_some()
    }

    /// Whether something could not be tried.
    pub(crate) fn has_gaps(&self) -> bool {
        self.of(0).next().is_some()
    }

    pub(crate) fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// The leaks as SARIF 2.1.0.
    pub(crate) fn to_sarif(&self) -> Result<String, serde_json::Error> {
        let leaks = self.of(3).filter_map(|cell| match &cell.verdict {
            Verdict::Leaked { seen, commands } => Some((cell, seen, commands)),
            _ => None,
        });
        let findings = leaks.map(|(cell, seen, commands)| Finding {
            rule: "probe-leaked",
            level: Level::Error,
            certainty: Certainty::Confirmed,
            object: format!("{} {}", cell.method, cell.object),
            part: cell.attack.to_owned(),
            message: seen.clone(),
            exploit: commands.join("\n"),
            fix: Fix::Words(
                "look at what the service adds to the database's answer, and at `rowhouse audit`"
                    .to_owned(),
            ),
        });
        Report {
            findings: findings.collect(),
            ..Report::default()
        }
        .to_sarif()
    }

    /// For people. What the service said may hold anything: no control character of it reaches a terminal.
    pub(crate) fn to_text(&self) -> String {
        let text = self.text();
        let shown = |c: char| if c.is_control() && c != '\n' { '?' } else { c };
        text.chars().map(shown).collect()
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let width = self
            .cells
            .iter()
            .map(|cell| cell.object.chars().count())
            .max()
            .unwrap_or(4)
            .clamp(4, 60);
        let mut lines: BTreeMap<(&str, &str), Vec<&Cell>> = BTreeMap::new();
        for cell in &self.cells {
            lines
                .entry((&cell.object, &cell.method))
                .or_default()
                .push(cell);
        }
        let _ = writeln!(text, "{:<width$}  method  verdict", "path");
        for ((object, method), cells) in &lines {
            let worst = cells
                .iter()
                .map(|cell| &cell.verdict)
                .max_by_key(|verdict| verdict.rank());
            let tried = cells.iter().filter(|cell| cell.verdict.rank() > 0).count();
            let word = worst.map_or("", Verdict::word);
            let _ = writeln!(
                text,
                "{object:<width$}  {method:<7} {word:<14} {tried} of {} attacks",
                cells.len()
            );
        }
        for cell in self.of(3) {
            if let Verdict::Leaked { seen, commands } = &cell.verdict {
                let _ = writeln!(
                    text,
                    "\nLEAKED  {} {}, {}\n        {seen}",
                    cell.method, cell.object, cell.attack
                );
                for command in commands {
                    let _ = writeln!(text, "          {command}");
                }
            }
        }
        let mut reasons: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        for cell in &self.cells {
            if let Verdict::Open { why } | Verdict::NotExercised { why } = &cell.verdict {
                let cells = reasons.entry((cell.verdict.word(), why)).or_default();
                cells.push(format!("{} {} ({})", cell.method, cell.object, cell.attack));
            }
        }
        for ((word, why), cells) in reasons {
            let _ = writeln!(text, "\n{word}  {why}\n        {}", cells.join(", "));
        }
        for row in &self.left_behind {
            let _ = writeln!(text, "\nleft behind  {row}");
        }
        let (leaked, tried) = (self.of(3).count(), self.cells.len() - self.of(0).count());
        let _ = write!(
            text,
            "\n{} in {} requests; {tried} of {} attacks were exercised.",
            match leaked {
                0 => "No attack reached the other tenant".to_owned(),
                1 => "1 attack reached the other tenant".to_owned(),
                count => format!("{count} attacks reached the other tenant"),
            },
            self.requests,
            self.cells.len(),
        );
        text
    }
}
