//! What may be served, by the audit's verdict: the guard says it, the api keeps to it.

use std::collections::{BTreeMap, BTreeSet};

use rowhouse::ConnectOptions;
use rowhouse_api::resource::{Exposure, Verdict};
use rowhouse_catalog::{Catalog, Function, Oid, Relation};
use rowhouse_guard::{Conduct, Exception, Finding, Isolation, Level, Options, Reach, Standing};

use crate::administration::Administration;
use crate::audit::today::today;
use crate::config::File;
use crate::failure::{Misuse, Obstacle};
use crate::terminal;

/// A database's catalogs, with the role that serves it. Nothing of it is kept longer than needed.
#[derive(Debug)]
pub(crate) struct Audited {
    pub(crate) catalog: Catalog,
    /// The service's.
    pub(crate) role: Oid,
}

/// The verdict on each relation.
#[derive(Debug)]
pub(crate) struct Gate<'a> {
    catalog: &'a Catalog,
    file: &'a File,
    isolation: Isolation,
    /// Objects of which a finding was accepted in the configuration.
    accepted: BTreeSet<String>,
    idle: Vec<&'a Exception>,
    /// What holds for the whole database, whatever is asked of it.
    refusals: Vec<Finding>,
}

impl Audited {
    /// Reads the catalogs as `admin_url` where the configuration has one, else as the service's role.
    pub(crate) async fn read(file: &File, options: &ConnectOptions) -> anyhow::Result<Self> {
        let mut service = Administration::connect(options).await?;
        let Some(admin_url) = &file.admin_url else {
            return Ok(Self::as_service(service.catalog().await?));
        };
        let name: String = first(&service, "SELECT current_user::text").await?;
        let mut admin = Administration::connect(&admin_url.parse()?).await?;
        let catalog = admin.catalog().await?;
        let role = catalog.role(&name).map(|role| role.oid).ok_or_else(|| {
            Misuse::new(format!(
                "admin_url leads to a server without the role {name}"
            ))
            .hint("let database_url and admin_url name the same database")
        })?;
        Ok(Self { catalog, role })
    }

    /// Catalogs that the service's role has read.
    pub(crate) fn as_service(catalog: Catalog) -> Self {
        let role = catalog.server.current_user;
        Self { catalog, role }
    }

    /// The audit's verdict, for the service's role, setting and tenants.
    pub(crate) fn gate<'a>(&'a self, file: &'a File) -> Result<Gate<'a>, Misuse> {
        let role = self.catalog.role_by_oid(self.role);
        let options = Options {
            app_roles: role.map(|role| role.name.clone()).into_iter().collect(),
            setting: Some(file.setting.clone()),
            tenant_column: file.tenant_column.clone(),
            tenant_root: file.tenant_root.clone(),
            schemas: Vec::new(),
        };
        let mut isolation = Isolation::examine(&self.catalog, &options)
            .map_err(|error| Misuse::new(error.to_string()).hint(error.hint()))?;
        let found = objects(&isolation);
        let idle = isolation
            .report
            .without_accepted(&file.audit.exceptions, &today());
        let left = objects(&isolation);
        let accepted = found
            .into_iter()
            .filter(|(object, count)| left.get(object).is_none_or(|left| left < count));
        let errors = isolation
            .report
            .findings
            .iter()
            .filter(|finding| finding.level == Level::Error);
        let refusals = errors.filter(|finding| is_about_everything(&finding.object));
        Ok(Gate {
            catalog: &self.catalog,
            file,
            accepted: accepted.map(|(object, _)| object).collect(),
            idle,
            refusals: refusals.cloned().collect(),
            isolation,
        })
    }
}

impl Gate<'_> {
    /// Refuses where the whole database is open, whatever is served of it.
    pub(crate) fn refuse(&self) -> Result<(), Obstacle> {
        let Some(first) = self.refusals.first() else {
            return Ok(());
        };
        let said: Vec<String> = self.refusals.iter().map(sentence).collect();
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
        for finding in &self.refusals {
            terminal::warning(format!("nothing is served: {}", sentence(finding)));
        }
    }

    /// Says which exceptions are over, or meet nothing any more.
    pub(crate) fn warn_of_idle_exceptions(&self) {
        for exception in &self.idle {
            terminal::warning(format!(
                "the exception for {} on {} is over or meets nothing",
                exception.rule, exception.object
            ));
        }
    }

    /// The relation, where the configuration does not say that everybody may read it.
    fn undeclared(&self, relation: Oid) -> Option<&Relation> {
        let relation = self.catalog.relation_by_oid(relation)?;
        (!self.file.api.declares_shared(relation)).then_some(relation)
    }

    /// Why a function that works with the service's rights may show rows of other tenants. What it
    /// reaches as the service does is as safe as that is by itself.
    fn doubt(&self, conduct: &Conduct) -> Option<String> {
        let is_open = |oid: &Oid| {
            let relation = self.catalog.relation_by_oid(*oid);
            relation.is_none_or(|relation| {
                let declared = self.file.api.declares_shared(relation);
                match self.verdict(relation) {
                    Verdict::Protected => false,
                    Verdict::Unprotected(_) => !declared,
                    Verdict::Open(_) => true,
                }
            })
        };
        let name = |oid: &Oid| {
            let relation = self.catalog.relation_by_oid(*oid);
            relation.map_or_else(|| "a relation".into(), Relation::qualified_name)
        };
        for Reach {
            relation,
            as_caller,
            doubt,
        } in &conduct.reaches
        {
            match doubt {
                Some(why) if !as_caller => {
                    return Some(format!("it uses {}, and {why}", name(relation)));
                }
                _ if is_open(relation) => {
                    return Some(format!("it uses {}, which is not served", name(relation)));
                }
                _ => {}
            }
        }
        if let Some(why) = &conduct.unbound {
            return Some(format!(
                "{why}, so it could work as another tenant; name it in `trusted` of [api.functions] if it does not"
            ));
        }
        conduct.runs.as_ref()?;
        let open = self.isolation.open().iter().find(|oid| is_open(oid))?;
        Some(format!(
            "it runs a text, and {}, which that could use, does not keep tenants apart",
            name(open)
        ))
    }

    fn unproven(&self, object: &str, why: &str) -> Verdict {
        let mut findings = self.isolation.report.findings.iter();
        match findings.find(|finding| finding.object == object) {
            Some(finding) => Verdict::Open(sentence_of(finding)),
            None if self.accepted.contains(object) => Verdict::Protected,
            None => Verdict::Unprotected(why.to_owned()),
        }
    }
}

impl Exposure for Gate<'_> {
    fn verdict(&self, relation: &Relation) -> Verdict {
        if let Some(finding) = self.refusals.first() {
            return Verdict::Open(sentence(finding));
        }
        let object = relation.qualified_name();
        let mut findings = self.isolation.report.findings.iter();
        let error =
            findings.find(|finding| finding.object == object && finding.level == Level::Error);
        if let Some(error) = error {
            return Verdict::Open(sentence_of(error));
        }
        match self.isolation.standing(relation.oid) {
            Some(Standing::Protected { beside }) => {
                let undeclared = beside.iter().find_map(|&oid| self.undeclared(oid));
                undeclared.map_or(Verdict::Protected, |shown| {
                    Verdict::Unprotected(format!(
                        "it shows {}, which belongs to no tenant; declare that in `shared` of [api]",
                        shown.qualified_name()
                    ))
                })
            }
            Some(Standing::Shared) => Verdict::Unprotected(
                "no tenant's rows were found in it; declare it in `shared` of [api] if all may read it".into(),
            ),
            Some(Standing::Unproven(why)) => self.unproven(&object, why),
            None => Verdict::Unprotected("the audit has not seen it".into()),
        }
    }

    fn function(&self, function: &Function) -> Verdict {
        if let Some(finding) = self.refusals.first() {
            return Verdict::Open(sentence(finding));
        }
        let object = function.qualified_name();
        let mut findings = self.isolation.report.findings.iter();
        let error =
            findings.find(|finding| finding.object == object && finding.level == Level::Error);
        if let Some(error) = error {
            return Verdict::Open(sentence_of(error));
        }
        let doubt = self
            .isolation
            .conduct(function.oid)
            .and_then(|conduct| self.doubt(conduct));
        match doubt {
            None => Verdict::Protected,
            Some(_) if self.accepted.contains(&object) => Verdict::Protected,
            Some(_) if self.file.api.functions.trusts(function) => Verdict::Protected,
            Some(why) => Verdict::Unprotected(why),
        }
    }

    fn tenant_column(&self, table: &Relation) -> Option<i16> {
        self.isolation.tenant_column(table.oid)
    }
}

/// How many findings each object has.
fn objects(isolation: &Isolation) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in &isolation.report.findings {
        *counts.entry(finding.object.clone()).or_default() += 1;
    }
    counts
}

fn is_about_everything(object: &str) -> bool {
    ["role:", "database:", "schema:"]
        .iter()
        .any(|kind| object.starts_with(kind))
}

fn sentence(finding: &Finding) -> String {
    format!("{}: {} [{}]", finding.object, finding.message, finding.rule)
}

/// The same where the object has been named.
fn sentence_of(finding: &Finding) -> String {
    format!(
        "{}; `rowhouse explain {}` says how to close it",
        finding.message, finding.rule
    )
}

async fn first(connection: &Administration, sql: &str) -> anyhow::Result<String> {
    let rows = connection.rows(sql).await?;
    let row = rows
        .first()
        .ok_or_else(|| anyhow::anyhow!("the server did not answer"))?;
    Ok(row.try_get(0)?)
}
