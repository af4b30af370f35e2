//! The report as JSON: `schema_version`, `detected`, `summary`, `findings`.

use serde::Serialize;

use super::{Detected, Report, SCHEMA_VERSION};
use crate::{Certainty, Finding, Fix, Level};

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    detected: &'a Detected,
    summary: Summary,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    level: Level,
    certainty: Certainty,
    object: &'a str,
    part: &'a str,
    message: &'a str,
    exploit: &'a str,
    fix: &'a Fix,
    fingerprint: String,
}

impl Report {
    /// The report as JSON, the same text for the same catalogs.
    ///
    /// # Errors
    /// Never in practice: nothing in it is a value JSON cannot hold.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(&Document {
            schema_version: SCHEMA_VERSION,
            tool: Tool {
                name: "rowhouse",
                version: env!("CARGO_PKG_VERSION"),
            },
            detected: &self.detected,
            summary: Summary {
                errors: self.count(Level::Error),
                warnings: self.count(Level::Warning),
                notes: self.count(Level::Note),
            },
            findings: self.findings.iter().map(entry).collect(),
        })
    }
}

fn entry(finding: &Finding) -> Entry<'_> {
    Entry {
        rule: finding.rule,
        level: finding.level,
        certainty: finding.certainty,
        object: &finding.object,
        part: &finding.part,
        message: &finding.message,
        exploit: &finding.exploit,
        fix: &finding.fix,
        fingerprint: finding.fingerprint(),
    }
}
