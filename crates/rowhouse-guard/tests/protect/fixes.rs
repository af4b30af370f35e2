//! The fix that the audit prints with each finding, run in a transaction that is rolled back: the finding goes.

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::Catalog;
use rowhouse_guard::{Finding, Fix, Level, Options};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::case::{Case, Half};
use crate::house::House;

/// What came of the fixes of errors and warnings.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) tried: usize,
    pub(crate) hold: usize,
    pub(crate) stay: BTreeMap<&'static str, usize>,
    pub(crate) refused: BTreeMap<&'static str, usize>,
    pub(crate) bring: BTreeMap<&'static str, BTreeSet<&'static str>>,
    pub(crate) details: Vec<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.hold += other.hold;
        for (rule, count) in other.stay {
            *self.stay.entry(rule).or_default() += count;
        }
        for (rule, count) in other.refused {
            *self.refused.entry(rule).or_default() += count;
        }
        for (rule, brought) in other.bring {
            self.bring.entry(rule).or_default().extend(brought);
        }
        self.details.extend(other.details);
    }
}

pub(crate) async fn examine(case: &Case) -> Tally {
    let mut tally = Tally::default();
    if let Ok(house) = House::build(case, Half::Leak).await {
        let mut admin = house.db.admin().await;
        every(case, &mut admin, &mut tally).await;
        tokio::task::spawn_blocking(move || drop(house))
            .await
            .unwrap();
    }
    tally
}

async fn every(case: &Case, admin: &mut Client, tally: &mut Tally) {
    let before = Catalog::read(admin).await.unwrap();
    let Ok(before) = rowhouse_guard::audit(&before, &Options::default()) else {
        return;
    };
    let known: BTreeSet<String> = before.findings.iter().map(Finding::fingerprint).collect();
    for finding in before
        .findings
        .iter()
        .filter(|finding| finding.level > Level::Note)
    {
        let Fix::Sql(sql) = &finding.fix else {
            continue;
        };
        tally.tried += 1;
        let mut transaction = admin.transaction().await.unwrap();
        if let Err(error) = transaction.batch_execute(sql).await {
            // A role that another test had on the same server, and the case's own rows that stand against a key.
            let elsewhere = [SqlState::UNDEFINED_OBJECT, SqlState::FOREIGN_KEY_VIOLATION];
            if error.code().is_some_and(|code| elsewhere.contains(code)) {
                tally.tried -= 1;
                continue;
            }
            *tally.refused.entry(finding.rule).or_default() += 1;
            tally.details.push(format!(
                "{} {}: refused: {error:?}: {sql}",
                case.name, finding.rule
            ));
            continue;
        }
        let catalog = Catalog::read_inside(&mut transaction).await.unwrap();
        transaction.rollback().await.unwrap();
        let after = rowhouse_guard::audit(&catalog, &Options::default());
        let after = after.map_or_else(|_| Vec::new(), |report| report.findings);
        let same = |other: &&Finding| {
            other.fingerprint() == finding.fingerprint() && other.level >= finding.level
        };
        if after.iter().any(|other| same(&other)) {
            *tally.stay.entry(finding.rule).or_default() += 1;
            tally.details.push(format!(
                "{} {} on {}: stays: {sql}",
                case.name, finding.rule, finding.object
            ));
            continue;
        }
        let fresh = after
            .iter()
            .filter(|other| other.level > Level::Note && !known.contains(&other.fingerprint()));
        let fresh: Vec<&'static str> = fresh.map(|other| other.rule).collect();
        if fresh.is_empty() {
            tally.hold += 1;
        } else {
            tally.details.push(format!(
                "{} {} on {}: brings {fresh:?}: {sql}",
                case.name, finding.rule, finding.object
            ));
            tally.bring.entry(finding.rule).or_default().extend(fresh);
        }
    }
}
