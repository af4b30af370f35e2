//! Asking as the service's role, in the tenant's name.

use std::collections::BTreeMap;

use rowhouse::ConnectOptions;
use rowhouse_catalog::{Relation, quote_ident, quote_literal};
use rowhouse_guard::why::{Part, Way};

use super::row::Row;
use crate::administration::Administration;
use crate::failure::Causes;

/// The service's role, entered.
pub(super) struct Service {
    connection: Administration,
    tenant: String,
    /// What it is called.
    pub(super) role: String,
}

/// What came of asking whether a condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holds {
    Yes,
    No,
    /// Neither: null, which counts as no.
    Unknown,
    /// The server refused to say.
    Failed(String),
}

/// The answers.
pub(super) struct Asked {
    parts: BTreeMap<String, Holds>,
    settings: BTreeMap<String, Option<String>>,
}

impl Asked {
    pub(super) fn of(&self, part: &Part) -> &Holds {
        self.parts.get(&part.sql).unwrap_or(&Holds::Unknown)
    }

    /// A setting as the tenant's session has it; none where nobody knows it.
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name)?.as_deref()
    }
}

impl Service {
    pub(super) async fn enter(options: &ConnectOptions, tenant: &str) -> anyhow::Result<Self> {
        let connection = Administration::connect(options).await?;
        let rows = connection.rows("SELECT current_user::text").await?;
        let role = rows.first().map(|row| row.try_get(0)).transpose()?;
        Ok(Self {
            connection,
            tenant: tenant.to_owned(),
            role: role.unwrap_or_default(),
        })
    }

    /// Asks every condition on the way, each in a transaction of its own.
    pub(super) async fn ask(
        &self,
        setting: &str,
        relation: &Relation,
        row: &Row,
        way: &Way<'_>,
    ) -> anyhow::Result<Asked> {
        let clauses = way
            .walls
            .iter()
            .flat_map(|wall| wall.permissive.iter().chain(&wall.restrictive));
        let mut asked = Asked {
            parts: BTreeMap::new(),
            settings: BTreeMap::new(),
        };
        // Conditions name columns by themselves or by the table's name.
        let from = format!(
            "(SELECT (CAST({} AS {})).*) AS {}",
            quote_literal(&row.text),
            relation.qualified_name(),
            quote_ident(&relation.name)
        );
        for part in clauses.flat_map(|clause| clause.parts.iter().flatten()) {
            if !asked.parts.contains_key(&part.sql) {
                let sql = format!("SELECT ({}) FROM {from}", part.sql);
                let holds = match self.first::<Option<bool>>(setting, &sql).await {
                    Ok(Some(true)) => Holds::Yes,
                    Ok(Some(false)) => Holds::No,
                    Ok(None) => Holds::Unknown,
                    Err(error) if self.connection.is_open() => {
                        Holds::Failed(Causes(&error).to_string())
                    }
                    Err(error) => return Err(error),
                };
                asked.parts.insert(part.sql.clone(), holds);
            }
            for name in &part.settings {
                if !asked.settings.contains_key(name) {
                    let sql = format!("SELECT current_setting({}, true)", quote_literal(name));
                    let value = self.first(setting, &sql).await?;
                    asked.settings.insert(name.clone(), value);
                }
            }
        }
        Ok(asked)
    }

    /// Whether the row is there for the tenant. What may not be read is not seen.
    pub(super) async fn sees(&self, setting: &str, from: &str) -> anyhow::Result<bool> {
        let sql = format!("SELECT true FROM {from}");
        match self.rows::<bool>(setting, &sql).await {
            Ok(rows) => Ok(!rows.is_empty()),
            Err(_) if self.connection.is_open() => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn first<T>(&self, setting: &str, sql: &str) -> anyhow::Result<T>
    where
        T: for<'a> tokio_postgres::types::FromSql<'a>,
    {
        let mut rows = self.rows(setting, sql).await?;
        rows.pop().ok_or_else(|| anyhow::anyhow!("no answer"))
    }

    async fn rows<T>(&self, setting: &str, sql: &str) -> anyhow::Result<Vec<T>>
    where
        T: for<'a> tokio_postgres::types::FromSql<'a>,
    {
        self.connection
            .run("BEGIN READ ONLY; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '1s'")
            .await?;
        let set = self
            .connection
            .rows_with(
                "SELECT set_config($1, $2, true)",
                &[&setting, &self.tenant.as_str()],
            )
            .await;
        let rows = match set {
            Ok(_) => self.connection.rows(sql).await,
            Err(error) => Err(error),
        };
        self.connection.run("ROLLBACK").await?;
        rows?.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}
