//! The report: a table of relation × command × state, and the leaks with the statements that show them.

mod json;
mod sarif;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use super::session::State;
use super::verdict::{Cell, Command, Verdict};
use crate::{Certainty, Options, Report};

/// The layout of the JSON report.
pub const SCHEMA_VERSION: u32 = 1;

/// What came of a probe.
#[derive(Debug, Clone)]
pub struct ProbeReport {
    /// All cells, by object, command, state and role.
    pub cells: Vec<Cell>,
    /// Tables for which no rows could be made, and why.
    pub empty: Vec<(String, String)>,
    /// The audit; what the probe reached is confirmed.
    pub audit: Report,
    /// What the copy lacks of the original, or what an attack on the database itself leaves out or leaves behind.
    pub left_out: Vec<String>,
}

impl ProbeReport {
    pub(super) fn new(
        mut cells: Vec<Cell>,
        empty: Vec<(String, String)>,
        mut audit: Report,
        options: &Options,
    ) -> Self {
        if !options.schemas.is_empty() {
            // What is beside the schemas of the users concerns all of them.
            let beside = ["pg_catalog.", "role:", "large object:"];
            cells.retain(|cell| {
                let within = |schema: &String| {
                    let schema = format!("{}.", rowhouse_catalog::quote_ident(schema));
                    cell.object.starts_with(&schema)
                };
                options.schemas.iter().any(within)
                    || beside.iter().any(|beside| cell.object.starts_with(beside))
            });
        }
        let leaking: BTreeSet<&str> = cells
            .iter()
            .filter(|cell| cell.verdict.is_leak())
            .map(|cell| cell.object.as_str())
            .collect();
        for finding in &mut audit.findings {
            if finding.certainty == Certainty::Likely && leaking.contains(finding.object.as_str()) {
                finding.certainty = Certainty::Confirmed;
            }
        }
        Self {
            cells,
            empty,
            audit,
            left_out: Vec::new(),
        }
    }

    /// The cells in which one tenant reached another's rows.
    pub fn leaks(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| cell.verdict.is_leak())
    }

    /// How many pairs of object and command there are, and how many of them were tried in some state as some role.
    pub fn exercised(&self) -> (usize, usize) {
        let mut pairs: BTreeMap<(&str, Command), bool> = BTreeMap::new();
        for cell in &self.cells {
            let tried = pairs.entry((&cell.object, cell.command)).or_default();
            *tried |= cell.state == State::Tenant && cell.verdict.is_exercised();
        }
        (pairs.len(), pairs.values().filter(|tried| **tried).count())
    }

    /// The worst verdict of an object, command and state over all roles, with how many roles leaked.
    fn summary(&self) -> BTreeMap<(&str, Command), BTreeMap<State, &Verdict>> {
        let mut summary: BTreeMap<(&str, Command), BTreeMap<State, &Verdict>> = BTreeMap::new();
        let rank = |verdict: &Verdict| (verdict.is_leak(), verdict.is_exercised());
        for cell in &self.cells {
            let states = summary.entry((&cell.object, cell.command)).or_default();
            let known = states.entry(cell.state).or_insert(&cell.verdict);
            if rank(&cell.verdict) > rank(known) {
                *known = &cell.verdict;
            }
        }
        summary
    }

    /// How it stands, in one line.
    pub fn verdict(&self) -> String {
        let (all, tried) = self.exercised();
        let leaking: BTreeSet<(&str, Command)> = self
            .leaks()
            .map(|cell| (cell.object.as_str(), cell.command))
            .collect();
        let share = format!("{tried} of {all} pairs of relation and command were exercised");
        match leaking.len() {
            0 => format!("No attack reached another tenant's rows; {share}."),
            1 => format!(
                "One tenant reached another's rows by 1 pair of relation and command; {share}."
            ),
            count => format!(
                "One tenant reached another's rows by {count} pairs of relation and command; {share}."
            ),
        }
    }
}
