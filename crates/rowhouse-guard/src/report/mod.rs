//! The findings, and what they were found against.

mod json;
mod known;
mod sarif;
mod text;

pub use known::{Baseline, Exception};
pub(crate) use text::{Look, one_line};

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Finding, Level, Model, Options, Reason};

/// The layout of the JSON report.
pub const SCHEMA_VERSION: u32 = 1;

/// The outcome of an audit.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What was found: the worst first, then by object and rule.
    pub findings: Vec<Finding>,
    /// What the audit took for granted.
    pub detected: Detected,
}

/// What was detected, with why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// The database's name.
    pub database: String,
    /// The server's version.
    pub server: String,
    /// The logins the services use.
    pub app_roles: Vec<String>,
    /// The settings that carry the tenant.
    pub settings: Vec<String>,
    /// The table of tenants.
    pub tenant_root: Option<String>,
    /// The names of tenant columns.
    pub tenant_columns: Vec<String>,
    /// What each relation is: `root`, `tenant`, `child`, `shared`; internal ones are left out.
    pub relations: BTreeMap<String, &'static str>,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Areas of the catalogs the connection's role was not allowed to see.
    pub unseen: Vec<String>,
}

impl Report {
    pub(crate) fn new(model: &Model<'_>, options: &Options, mut findings: Vec<Finding>) -> Self {
        if !options.schemas.is_empty() {
            findings.retain(|finding| concerns(&finding.object, &options.schemas));
        }
        findings.sort_by(|a, b| {
            b.level
                .cmp(&a.level)
                .then_with(|| a.object.cmp(&b.object))
                .then_with(|| a.rule.cmp(b.rule))
                .then_with(|| a.part.cmp(&b.part))
        });
        findings.dedup_by(|a, b| a.rule == b.rule && a.object == b.object && a.part == b.part);
        Self {
            findings,
            detected: Detected::new(model),
        }
    }

    /// The worst level there is.
    pub fn worst(&self) -> Option<Level> {
        self.findings.iter().map(|finding| finding.level).max()
    }

    /// How many findings there are of a level.
    pub fn count(&self, level: Level) -> usize {
        let of_level = self
            .findings
            .iter()
            .filter(|finding| finding.level == level);
        of_level.count()
    }
}

/// Whether an object is in one of the schemas, or in none at all as roles are.
fn concerns(object: &str, schemas: &[String]) -> bool {
    if object.starts_with("role:") || object.starts_with("database:") {
        return true;
    }
    schemas.iter().any(|schema| {
        let quoted = rowhouse_catalog::quote_ident(schema);
        object == format!("schema:{schema}") || object.starts_with(&format!("{quoted}."))
    })
}

impl Detected {
    fn new(model: &Model<'_>) -> Self {
        let catalog = model.catalog;
        let role = |&oid| Some(catalog.role_by_oid(oid)?.name.clone());
        let relations = catalog
            .relations
            .iter()
            .filter(|relation| !relation.is_system());
        let classed = relations.filter_map(|relation| {
            let class = model.classes.get(&relation.oid)?;
            (class.word() != "internal").then(|| (relation.qualified_name(), class.word()))
        });
        let root = model.root.and_then(|root| catalog.relation_by_oid(root));
        Self {
            database: catalog.database.name.clone(),
            server: catalog.server.version_text.clone(),
            app_roles: model.app_roles.iter().filter_map(role).collect(),
            settings: model
                .settings
                .iter()
                .map(|setting| setting.name.clone())
                .collect(),
            tenant_root: root.map(rowhouse_catalog::Relation::qualified_name),
            tenant_columns: model.tenant_columns.clone(),
            relations: classed.collect(),
            reasons: model.reasons.clone(),
            unseen: catalog
                .unseen
                .iter()
                .map(|unseen| unseen.part.to_string())
                .collect(),
        }
    }
}
