//! The leaks as SARIF 2.1.0, beside the audit's findings.

use super::ProbeReport;
use crate::probe::verdict::Verdict;
use crate::{Certainty, Finding, Fix, Level, Report};

impl ProbeReport {
    /// The leaks as SARIF 2.1.0, one result for each relation or function and command.
    ///
    /// # Errors
    /// Never in practice: nothing in it is a value JSON cannot hold.
    pub fn to_sarif(&self) -> Result<String, serde_json::Error> {
        let mut findings: Vec<Finding> = Vec::new();
        for cell in self.leaks() {
            let Verdict::Leaked { seen, statements } = &cell.verdict else {
                continue;
            };
            let part = cell.command.word();
            if findings
                .iter()
                .any(|known| known.object == cell.object && known.part == part)
            {
                continue;
            }
            findings.push(Finding {
                rule: "probe-leaked",
                level: Level::Error,
                certainty: Certainty::Confirmed,
                object: cell.object.clone(),
                part: part.to_owned(),
                message: format!("{part} as {}: {seen}", cell.role),
                exploit: statements.join(";\n"),
                fix: Fix::Words("see what `rowhouse audit` says of it".to_owned()),
            });
        }
        Report {
            findings,
            detected: self.audit.detected.clone(),
        }
        .to_sarif()
    }
}
