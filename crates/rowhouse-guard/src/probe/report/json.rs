//! The report as JSON.

use serde::Serialize;

use super::{ProbeReport, SCHEMA_VERSION};
use crate::Certainty;
use crate::probe::verdict::Cell;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    detected: &'a crate::Detected,
    summary: Summary,
    /// What the copy lacks of the original, or what an attack on the database itself leaves out or leaves behind. in the server's words.
    left_out: &'a [String],
    unfilled: Vec<Unfilled<'a>>,
    /// Fingerprints of the audit's findings that the probe reached.
    confirmed: Vec<String>,
    cells: &'a [Cell],
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    leaked: usize,
    held: usize,
    not_exercised: usize,
    pairs: usize,
    pairs_exercised: usize,
}

#[derive(Serialize)]
struct Unfilled<'a> {
    table: &'a str,
    why: &'a str,
}

impl ProbeReport {
    /// The report as JSON, the same text for the same catalogs.
    ///
    /// # Errors
    /// Never in practice: nothing in it is a value JSON cannot hold.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let leaked = self.leaks().count();
        let exercised = self
            .cells
            .iter()
            .filter(|cell| cell.verdict.is_exercised())
            .count();
        let (pairs, pairs_exercised) = self.exercised();
        let findings = self.audit.findings.iter();
        serde_json::to_string_pretty(&Document {
            schema_version: SCHEMA_VERSION,
            tool: Tool {
                name: "rowhouse",
                version: env!("CARGO_PKG_VERSION"),
            },
            detected: &self.audit.detected,
            summary: Summary {
                leaked,
                held: exercised - leaked,
                not_exercised: self.cells.len() - exercised,
                pairs,
                pairs_exercised,
            },
            left_out: &self.left_out,
            unfilled: self
                .empty
                .iter()
                .map(|(table, why)| Unfilled { table, why })
                .collect(),
            confirmed: findings
                .filter(|finding| finding.certainty == Certainty::Confirmed)
                .map(crate::Finding::fingerprint)
                .collect(),
            cells: &self.cells,
        })
    }
}
