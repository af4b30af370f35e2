//! `audit --live`: goes through the doors that findings name, as the app role itself, and says what it saw.
//!
//! Each attempt is a READ ONLY transaction of its own, rolled back, with short timeouts. Functions of the database are
//! not called, and what would call a volatile one is left alone.

use std::collections::BTreeSet;

use rowhouse::ConnectOptions;
use rowhouse_catalog::{Catalog, Object, Relation, Volatility, quote_ident, quote_literal};
use rowhouse_guard::{Certainty, Report};

use super::source;
use crate::administration::Administration;
use crate::config::Config;
use crate::credentials::{Credentials, Url};
use crate::failure::Misuse;
use crate::target::Target;
use crate::terminal;

/// The rules that a read of the object itself can confirm.
const READS: [&str; 6] = [
    "row-security-off",
    "policies-dormant",
    "policy-shows-others",
    "parent-opens-children",
    "view-opens-table",
    "materialized-view-open",
];

/// How the audit goes through doors.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Live {
    /// Go through the doors as the app role, read-only, and raise what is seen from likely to confirmed
    #[arg(id = "live", long = "live", conflicts_with = "snapshot")]
    wanted: bool,
    /// The database as the app role, for --live [default: database_url of the configuration]
    #[arg(
        long,
        value_name = "URL",
        requires = "live",
        env = "ROWHOUSE_APP_URL",
        hide_env_values = true
    )]
    app_url: Option<Url>,
    /// A tenant to be, and another to look for [default: two of the table of tenants]
    #[arg(long, value_name = "A,B", requires = "live", value_delimiter = ',', num_args = 1..=2)]
    tenants: Vec<String>,
}

/// What the session says of its tenant.
enum Session {
    Unset,
    Empty,
    Tenant(String),
}

impl Live {
    pub(super) async fn confirm(
        &self,
        target: &Target,
        config: &Config,
        catalog: &Catalog,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        if !self.wanted {
            return Ok(());
        }
        let named = Credentials::named("app_url", "ROWHOUSE_APP_URL", self.app_url.as_ref(), None)?;
        let options = named
            .or_else(|| config.file.service())
            .ok_or_else(|| {
                Misuse::new("--live needs a connection as the app role")
                    .hint("give its URL with --app-url, or database_url in rowhouse.toml")
            })?
            .options()?;
        let Some(setting) = report.detected.settings.first().cloned() else {
            return Err(
                Misuse::new("--live: no setting that carries the tenant was found")
                    .hint("name it with --setting")
                    .into(),
            );
        };
        let sessions = self.sessions(target, config, catalog, report).await?;
        let app = Doors {
            connection: same_role(&options, report).await?,
            options,
            setting,
        };
        let columns = columns(catalog, report);
        for finding in &mut report.findings {
            if !READS.contains(&finding.rule) {
                continue;
            }
            let named = |relation: &&Relation| relation.qualified_name() == finding.object;
            let Some(relation) = catalog.relations.iter().find(named) else {
                continue;
            };
            match app.through(catalog, relation, &columns, &sessions).await {
                Ok(Some(seen)) => {
                    finding.certainty = Certainty::Confirmed;
                    finding.message = format!("{}; seen: {seen}", finding.message);
                }
                Ok(None) => terminal::progress(format!(
                    "{} was tried: no other tenant's row was there to be seen",
                    finding.object
                )),
                Err(why) => {
                    terminal::progress(format!("{} could not be tried: {why}", finding.object));
                }
            }
        }
        Ok(())
    }

    /// No tenant, the empty one, and one that is there.
    async fn sessions(
        &self,
        target: &Target,
        config: &Config,
        catalog: &Catalog,
        report: &Report,
    ) -> anyhow::Result<Vec<Session>> {
        let mut tenants = self.tenants.clone();
        if tenants.is_empty() {
            tenants = from_root(target, config, catalog, report).await?;
        }
        let mut sessions = vec![Session::Unset, Session::Empty];
        if tenants.is_empty() {
            terminal::progress(
                "no tenant could be read from the table of tenants: name two with --tenants",
            );
        }
        sessions.extend(tenants.into_iter().map(Session::Tenant));
        Ok(sessions)
    }
}

/// Two tenants, as whoever reads the catalogs sees them.
async fn from_root(
    target: &Target,
    config: &Config,
    catalog: &Catalog,
    report: &Report,
) -> anyhow::Result<Vec<String>> {
    let Some(root) = root(catalog, report) else {
        return Ok(Vec::new());
    };
    let Some(key) = key(root) else {
        return Ok(Vec::new());
    };
    let (key, name) = (quote_ident(key), root.qualified_name());
    let owner = Administration::connect(&source::options(target, config)?).await?;
    let query = format!("SELECT {key}::text FROM {name} ORDER BY 1 LIMIT 2");
    let rows = in_transaction(&owner, "", &query).await.unwrap_or_default();
    Ok(rows)
}

/// Where the tenant stands in a relation: columns of this name; the root by its key.
fn columns(catalog: &Catalog, report: &Report) -> Vec<(String, Option<String>)> {
    let named = report.detected.tenant_columns.iter();
    let mut columns: Vec<_> = named.map(|name| (name.clone(), None)).collect();
    if let Some(root) = root(catalog, report)
        && let Some(key) = key(root)
    {
        columns.push((key.to_owned(), Some(root.qualified_name())));
    }
    columns
}

fn root<'a>(catalog: &'a Catalog, report: &Report) -> Option<&'a Relation> {
    let name = report.detected.tenant_root.as_ref()?;
    catalog
        .relations
        .iter()
        .find(|relation| relation.qualified_name() == *name)
}

fn key(root: &Relation) -> Option<&str> {
    let [number] = root.primary_key.as_ref()?.columns[..] else {
        return None;
    };
    Some(&root.column_at(number)?.name)
}

/// The app role's connection.
struct Doors {
    connection: Administration,
    options: ConnectOptions,
    setting: String,
}

impl Doors {
    /// What of other tenants is seen through a relation, in the first session in which there is anything.
    async fn through(
        &self,
        catalog: &Catalog,
        relation: &Relation,
        columns: &[(String, Option<String>)],
        sessions: &[Session],
    ) -> Result<Option<String>, String> {
        if let Some(function) = volatile_function(catalog, relation) {
            return Err(format!("it calls {function}, which is volatile"));
        }
        let name = relation.qualified_name();
        let column = columns.iter().find(|(column, only)| {
            relation.column(column).is_some() && only.as_ref().is_none_or(|only| *only == name)
        });
        let Some((column, _)) = column else {
            return Err("its rows do not say whose they are".to_owned());
        };
        let column = quote_ident(column);
        let setting = quote_literal(&self.setting);
        let mut trouble = None;
        for session in sessions {
            let fresh;
            let (connection, set, others, whose) = match session {
                Session::Unset => {
                    // Once set in a session, a setting is empty afterwards, never unset again.
                    fresh = Administration::connect(&self.options)
                        .await
                        .map_err(|error| error.to_string())?;
                    (
                        &fresh,
                        String::new(),
                        format!("{column} IS NOT NULL"),
                        "without a tenant".to_owned(),
                    )
                }
                Session::Empty => (
                    &self.connection,
                    format!("SELECT set_config({setting}, '', true);"),
                    format!("{column} IS NOT NULL"),
                    "with an empty tenant".to_owned(),
                ),
                Session::Tenant(tenant) => (
                    &self.connection,
                    format!(
                        "SELECT set_config({setting}, {}, true);",
                        quote_literal(tenant)
                    ),
                    format!("{column}::text <> {}", quote_literal(tenant)),
                    format!("as tenant {tenant}"),
                ),
            };
            // A thousand are as telling as all.
            let query = format!(
                "SELECT count(*)::text FROM (SELECT FROM {name} WHERE {others} LIMIT 1000) seen"
            );
            match in_transaction(connection, &set, &query).await {
                Ok(counts) => {
                    let count = counts.first().map_or("0", String::as_str);
                    if count != "0" {
                        let more = if count == "1000" { " or more" } else { "" };
                        return Ok(Some(format!(
                            "{count}{more} row(s) of other tenants {whose}"
                        )));
                    }
                }
                // No tenant is an error where things are well; only with a tenant does it say something.
                Err(error) if matches!(session, Session::Tenant(_)) => {
                    trouble = Some(error.to_string());
                }
                Err(_) => {}
            }
        }
        trouble.map_or(Ok(None), Err)
    }
}

/// A volatile function that a read of the relation would call.
fn volatile_function(catalog: &Catalog, relation: &Relation) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![Object::Relation(relation.oid)];
    open.extend(
        relation
            .policies
            .iter()
            .map(|policy| Object::Policy(policy.oid)),
    );
    while let Some(object) = open.pop() {
        for &object in catalog.references_of(object) {
            if !seen.insert(object) {
                continue;
            }
            match object {
                Object::Function(oid) => {
                    let function = catalog
                        .functions
                        .iter()
                        .find(|function| function.oid == oid);
                    if let Some(function) = function
                        && function.volatility == Volatility::Volatile
                        && !function.oid.is_builtin()
                    {
                        return Some(function.qualified_name());
                    }
                }
                Object::Relation(oid) | Object::Column(oid, _) => {
                    open.push(Object::Relation(oid));
                    let table = catalog.relation_by_oid(oid);
                    let policies = table.into_iter().flat_map(|table| &table.policies);
                    open.extend(policies.map(|policy| Object::Policy(policy.oid)));
                }
                _ => {}
            }
        }
    }
    None
}

/// The connection, if it is an app role that the audit looked at.
async fn same_role(options: &ConnectOptions, report: &Report) -> anyhow::Result<Administration> {
    let connection = Administration::connect(options).await?;
    let rows = connection.rows("SELECT current_user::text").await?;
    let name: String = rows
        .first()
        .map(|row| row.try_get(0))
        .transpose()?
        .unwrap_or_default();
    if report.detected.app_roles.contains(&name) {
        return Ok(connection);
    }
    Err(Misuse::new(format!(
        "--app-url logs in as {name}, which the audit has not taken for an app role"
    ))
    .hint(format!("add --app-role {name}"))
    .into())
}

/// The first column of a query in a read-only transaction that is rolled back.
async fn in_transaction(
    connection: &Administration,
    set: &str,
    query: &str,
) -> anyhow::Result<Vec<String>> {
    connection
        .run(&format!(
            "BEGIN READ ONLY; SET LOCAL statement_timeout = '2s'; SET LOCAL lock_timeout = '200ms'; {set}"
        ))
        .await?;
    let rows = connection.rows(query).await;
    connection.run("ROLLBACK").await?;
    rows?.iter().map(|row| Ok(row.try_get(0)?)).collect()
}
