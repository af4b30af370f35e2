//! What the audit says of both halves of a case.

use rowhouse_catalog::Catalog;
use rowhouse_guard::{Finding, Level, Options, Report};

use crate::case::Case;
use crate::house::House;

/// Audits a database as its users would: nothing is given, all is detected.
pub(crate) async fn audit(house: &House) -> Result<Report, String> {
    let mut client = house.db.admin().await;
    let catalog = Catalog::read(&mut client)
        .await
        .map_err(|error| error.to_string())?;
    rowhouse_guard::audit(&catalog, &Options::default()).map_err(|error| error.to_string())
}

/// What is wrong with the audit's answer for a leak, by the report of its twin.
pub(crate) fn of_leak(case: &Case, house: &House, leak: &Report, twin: &Report) -> Option<String> {
    let least = if case.is_note() {
        Level::Note
    } else {
        Level::Warning
    };
    let objects: Vec<String> = case
        .objects()
        .iter()
        .map(|object| house.fill(object))
        .collect();
    let found = leak.findings.iter().any(|finding| {
        finding.level >= least
            && objects.contains(&finding.object)
            && !twin.findings.iter().any(|other| same(finding, other))
    });
    (!found).then(|| {
        format!(
            "missed on {}; found: {}",
            objects.join(" or "),
            list(leak, Level::Note)
        )
    })
}

/// What is wrong with the audit's answer for a closed database.
pub(crate) fn of_twin(twin: &Report) -> Option<String> {
    let alarms = list(twin, Level::Warning);
    (!alarms.is_empty()).then(|| format!("false alarm: {alarms}"))
}

/// Names of roles and databases differ between the halves; what is wrong on them does not.
fn same(one: &Finding, other: &Finding) -> bool {
    let bare = |object: &str| -> String {
        match object.split_once(':') {
            Some((kind, name)) => {
                let stem = name.rsplit_once('_').map_or(name, |(stem, _)| stem);
                format!("{kind}:{stem}")
            }
            None => object.to_owned(),
        }
    };
    one.rule == other.rule
        && one.level == other.level
        && one.part == other.part
        && bare(&one.object) == bare(&other.object)
}

fn list(report: &Report, least: Level) -> String {
    let findings: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| finding.level >= least)
        .map(|finding| {
            format!(
                "{:?} {} on {} {}: {}",
                finding.level, finding.rule, finding.object, finding.part, finding.message
            )
        })
        .collect();
    findings.join(" | ")
}
