//! The report as SARIF 2.1.0, for code hosts. Only what we fill in is modelled.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Report;
use crate::{Finding, Fix, Level, Rule};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
struct Run<'a> {
    tool: Tool,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Text,
    full_description: Text,
    help: Text,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: Level,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'static str,
    level: Level,
    message: Text,
    locations: [Location<'a>; 1],
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    logical_locations: [LogicalLocation<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: &'a str,
    kind: &'static str,
}

impl Report {
    /// The report as SARIF 2.1.0.
    ///
    /// # Errors
    /// Never in practice: nothing in it is a value JSON cannot hold.
    pub fn to_sarif(&self) -> Result<String, serde_json::Error> {
        let driver = Driver {
            name: "rowhouse",
            semantic_version: env!("CARGO_PKG_VERSION"),
            rules: crate::rules().iter().map(|rule| descriptor(rule)).collect(),
        };
        serde_json::to_string_pretty(&Log {
            schema: SCHEMA,
            version: "2.1.0",
            runs: [Run {
                tool: Tool { driver },
                results: self.findings.iter().map(outcome).collect(),
            }],
        })
    }
}

fn descriptor(rule: &Rule) -> Descriptor {
    Descriptor {
        id: rule.id,
        short_description: text(rule.title),
        full_description: text(rule.what),
        help: text(rule.close),
        default_configuration: Configuration { level: rule.level },
    }
}

fn outcome(finding: &Finding) -> Outcome<'_> {
    let (Fix::Sql(fix) | Fix::Words(fix)) = &finding.fix;
    Outcome {
        rule_id: finding.rule,
        level: finding.level,
        message: text(&format!(
            "{}: {}\n\nTo close it:\n{fix}",
            finding.object, finding.message
        )),
        locations: [Location {
            logical_locations: [LogicalLocation {
                fully_qualified_name: &finding.object,
                kind: kind(&finding.object),
            }],
        }],
        partial_fingerprints: BTreeMap::from([("rowhouse/v1", finding.fingerprint())]),
    }
}

fn text(text: &str) -> Text {
    Text {
        text: text.to_owned(),
    }
}

fn kind(object: &str) -> &'static str {
    if object.starts_with("schema:") {
        "namespace"
    } else if object.ends_with(')') {
        "function"
    } else {
        "object"
    }
}
