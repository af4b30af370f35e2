//! What may be served, by the audit's verdict: the guard says it, the api keeps to it.

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_api::resource::{Exposure, Verdict};
use rowhouse_catalog::{Function, Oid, Relation};
use rowhouse_guard::Exception;
use serde::{Deserialize, Serialize};

use crate::failure::Obstacle;
use crate::terminal;

/// What the audit is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Question {
    /// The service's role.
    pub(crate) role: Oid,
    pub(crate) setting: String,
    pub(crate) tenant_column: Option<String>,
    pub(crate) tenant_root: Option<String>,
    pub(crate) exceptions: Vec<Exception>,
    /// Relations of which the configuration says that every tenant may read them.
    pub(crate) shared: BTreeSet<Oid>,
    /// Functions of which it says that they stay with their caller's tenant.
    pub(crate) trusted: BTreeSet<Oid>,
}

/// The verdict on each relation and function.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Verdicts {
    pub(super) relations: BTreeMap<Oid, Verdict>,
    pub(super) functions: BTreeMap<Oid, Verdict>,
    /// Relations of which the tenant sees nothing but its own rows, and nothing of that was accepted by an exception.
    pub(super) own: BTreeSet<Oid>,
    /// The number of each table's column that carries the tenant.
    pub(super) tenant_columns: BTreeMap<Oid, i16>,
    /// What holds for the whole database, whatever is asked of it.
    pub(super) refusals: Vec<Refusal>,
    /// Exceptions that are over or met nothing, by rule and object.
    pub(super) idle: Vec<(String, String)>,
}

/// Something that opens the whole database.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Refusal {
    pub(super) rule: String,
    pub(super) sentence: String,
}

impl Verdicts {
    /// Refuses where the whole database is open, whatever is served of it.
    pub(crate) fn refuse(&self) -> Result<(), Obstacle> {
        let Some(first) = self.refusals.first() else {
            return Ok(());
        };
        let refusals = self.refusals.iter();
        let said: Vec<&str> = refusals.map(|refusal| refusal.sentence.as_str()).collect();
        Err(Obstacle::new(
            said.join("; "),
            format!(
                "`rowhouse explain {}` says how to close it; an exception with a reason goes into [[audit.exceptions]]",
                first.rule
            ),
        ))
    }

    /// Says what opened the whole database since the start; until it is closed nothing is served.
    pub(crate) fn warn_of_refusals(&self) {
        for refusal in &self.refusals {
            terminal::warning(format!("nothing is served: {}", refusal.sentence));
        }
    }

    /// Says which exceptions are over, or meet nothing any more.
    pub(crate) fn warn_of_idle_exceptions(&self) {
        for (rule, object) in &self.idle {
            terminal::warning(format!(
                "the exception for {rule} on {object} is over or meets nothing"
            ));
        }
    }
}

impl Exposure for Verdicts {
    fn verdict(&self, relation: &Relation) -> Verdict {
        let verdict = self.relations.get(&relation.oid).cloned();
        verdict.unwrap_or_else(|| Verdict::Unprotected("the audit has not seen it".into()))
    }

    fn is_one_tenants(&self, relation: &Relation) -> bool {
        self.own.contains(&relation.oid)
    }

    fn function(&self, function: &Function) -> Verdict {
        let verdict = self.functions.get(&function.oid).cloned();
        verdict.unwrap_or_else(|| Verdict::Unprotected("the audit has not seen it".into()))
    }

    fn tenant_column(&self, table: &Relation) -> Option<i16> {
        self.tenant_columns.get(&table.oid).copied()
    }
}
