//! Asking as the service's role, in the tenant's name.

use std::collections::BTreeMap;

use rowhouse::ConnectOptions;
use rowhouse_catalog::{Relation, quote_ident, quote_literal};
use rowhouse_guard::seal::{TenantType, believed};
use rowhouse_guard::why::{Part, Way};

use super::row::Row;
use crate::administration::Administration;
use crate::failure::Causes;

/// The service's role, entered.
pub(super) struct Service {
    connection: Administration,
    /// What is set in each transaction.
    set: Vec<(String, String)>,
    /// Where the database is sealed: the setting that the seal is for, and the type of tenants.
    sealed: Option<(String, TenantType)>,
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
    pub(super) async fn enter(options: &ConnectOptions) -> anyhow::Result<Self> {
        let connection = Administration::connect(options).await?;
        let rows = connection.rows("SELECT current_user::text").await?;
        let role = rows.first().map(|row| row.try_get(0)).transpose()?;
        Ok(Self {
            connection,
            set: Vec::new(),
            sealed: None,
            role: role.unwrap_or_default(),
        })
    }

    /// In whose name is asked, and whether a good seal is to be taken for granted.
    pub(super) fn in_the_name(
        &mut self,
        set: Vec<(String, String)>,
        sealed: Option<(String, TenantType)>,
    ) {
        self.set = set;
        self.sealed = sealed;
    }

    /// Asks every condition on the way, each in a transaction of its own.
    pub(super) async fn ask(
        &self,
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
                let condition = match &self.sealed {
                    Some((setting, kind)) => believed(&part.sql, setting, *kind),
                    None => part.sql.clone(),
                };
                let sql = format!("SELECT ({condition}) FROM {from}");
                let holds = match self.first::<Option<bool>>(&sql).await {
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
                    let value = self.first(&sql).await?;
                    asked.settings.insert(name.clone(), value);
                }
            }
        }
        Ok(asked)
    }

    /// Whether the row is there for the tenant. What may not be read is not seen.
    pub(super) async fn sees(&self, from: &str) -> anyhow::Result<bool> {
        let sql = format!("SELECT true FROM {from}");
        match self.rows::<bool>(&sql).await {
            Ok(rows) => Ok(!rows.is_empty()),
            Err(_) if self.connection.is_open() => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn first<T>(&self, sql: &str) -> anyhow::Result<T>
    where
        T: for<'a> tokio_postgres::types::FromSql<'a>,
    {
        let mut rows = self.rows(sql).await?;
        rows.pop().ok_or_else(|| anyhow::anyhow!("no answer"))
    }

    async fn rows<T>(&self, sql: &str) -> anyhow::Result<Vec<T>>
    where
        T: for<'a> tokio_postgres::types::FromSql<'a>,
    {
        self.connection
            .run("BEGIN READ ONLY; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '1s'")
            .await?;
        let rows = self.set_and_query(sql).await;
        self.connection.run("ROLLBACK").await?;
        rows?.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    async fn set_and_query(&self, sql: &str) -> anyhow::Result<Vec<tokio_postgres::Row>> {
        for (name, value) in &self.set {
            self.connection
                .rows_with("SELECT set_config($1, $2, true)", &[name, value])
                .await?;
        }
        self.connection.rows(sql).await
    }
}
