//! `audit --verify-fixes`: each fix is run on a copy of the schema, and the audit asked again there.

use std::collections::BTreeSet;

use rowhouse_guard::{Finding, Fix, Level, Options, Report};

use super::source;
use crate::administration::Administration;
use crate::config::Config;
use crate::failure::Causes;
use crate::target::Target;
use crate::terminal;

/// Whether fixes are tried.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Fixes {
    /// Run each fix on a disposable copy of the schema, and say whether its finding goes and another comes
    #[arg(long = "verify-fixes", conflicts_with = "snapshot")]
    wanted: bool,
}

/// What came of one fix.
enum Outcome {
    /// The finding goes, and no error or warning comes.
    Holds,
    /// It stays.
    Stays,
    /// Others come, by rule and object.
    Brings(Vec<String>),
    /// The server refused it.
    Refused(String),
}

impl Fixes {
    /// Tries the fixes of a report; a line for each.
    pub(super) async fn verify(
        &self,
        target: &Target,
        config: &Config,
        options: &Options,
        report: &Report,
    ) -> anyhow::Result<Vec<String>> {
        if !self.wanted {
            return Ok(Vec::new());
        }
        terminal::progress(
            "the schema is copied into a private PostgreSQL, to try the fixes there",
        );
        let copy = crate::copy::of(&source::options(target, config)?).await?;
        for words in copy.left_out() {
            terminal::warning(format!("not in the copy: {words}"));
        }
        let mut there = Administration::connect(&copy.admin_url().parse()?).await?;
        // The copy's server has a superuser of its own; the logins are those of the original.
        let options = Options {
            app_roles: report.detected.app_roles.clone(),
            ..options.clone()
        };
        let before = rowhouse_guard::audit(&there.catalog().await?, &options)?;
        let mut lines = Vec::new();
        let (mut tried, mut held) = (0, 0);
        for finding in &report.findings {
            let Fix::Sql(sql) = &finding.fix else {
                continue;
            };
            let name = format!("{} [{}]", finding.object, finding.rule);
            if !before.findings.iter().any(|other| same(finding, other)) {
                lines.push(format!("not tried: {name}: the copy does not have it"));
                continue;
            }
            tried += 1;
            let outcome = try_one(&mut there, &options, &before, finding, sql).await?;
            held += usize::from(matches!(outcome, Outcome::Holds));
            lines.push(match outcome {
                Outcome::Holds => format!("holds: {name}"),
                Outcome::Stays => format!("does not close it: {name}"),
                Outcome::Brings(others) => format!(
                    "closes it and brings to light: {name}: {}",
                    others.join(", ")
                ),
                Outcome::Refused(why) => format!("cannot be run as it stands: {name}: {why}"),
            });
        }
        lines.push(format!(
            "{held} of {tried} fixes, tried on a copy, close their finding and nothing else comes."
        ));
        Ok(lines)
    }
}

async fn try_one(
    there: &mut Administration,
    options: &Options,
    before: &Report,
    finding: &Finding,
    sql: &str,
) -> anyhow::Result<Outcome> {
    let catalog = match there.catalog_after(sql).await {
        Ok(catalog) => catalog,
        Err(error) if there.is_open() => return Ok(Outcome::Refused(Causes(&error).to_string())),
        Err(error) => return Err(error),
    };
    let after = match rowhouse_guard::audit(&catalog, options) {
        Ok(report) => report.findings,
        // Nothing is left that the service could reach, or that speaks of tenants.
        Err(_) => Vec::new(),
    };
    if after.iter().any(|other| same(finding, other)) {
        return Ok(Outcome::Stays);
    }
    let known: BTreeSet<String> = before.findings.iter().map(Finding::fingerprint).collect();
    let fresh = after
        .iter()
        .filter(|other| other.level > Level::Note && !known.contains(&other.fingerprint()));
    let fresh: Vec<String> = fresh
        .map(|other| format!("{} [{}]", other.object, other.rule))
        .collect();
    Ok(if fresh.is_empty() {
        Outcome::Holds
    } else {
        Outcome::Brings(fresh)
    })
}

/// The same cause, and as bad: less of it would be an improvement.
fn same(finding: &Finding, other: &Finding) -> bool {
    finding.fingerprint() == other.fingerprint() && other.level >= finding.level
}
