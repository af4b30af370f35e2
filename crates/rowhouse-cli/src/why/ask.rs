//! Asking whether a condition holds, in the tenant's name and with the rights that count.

use rowhouse::ConnectOptions;
use rowhouse_catalog::{quote_ident, quote_literal};
use rowhouse_guard::seal::{TenantType, believed};
use rowhouse_guard::why::Part;
use serde_json::{Map, Value};
use tokio_postgres::types::FromSql;

use super::level::{Condition, Holds};
use super::row::code;
use crate::administration::Administration;
use crate::failure::Causes;

/// Whose rights count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    /// The service's role, which asks.
    Caller,
    /// This role, a view's owner.
    Owner(String),
}

/// Who can be asked.
pub(super) struct Asked<'a> {
    owner: &'a Administration,
    service: Administration,
    /// What is set in each transaction.
    set: Vec<(String, String)>,
    /// Where the database is sealed: the setting that the seal is for, and the type of tenants.
    sealed: Option<(String, TenantType)>,
    /// What the service's role is called.
    pub(super) role: String,
}

impl<'a> Asked<'a> {
    pub(super) async fn enter(
        owner: &'a Administration,
        service: &ConnectOptions,
    ) -> anyhow::Result<Self> {
        let service = Administration::connect(service).await?;
        let rows = service.rows("SELECT current_user::text").await?;
        let role = rows.first().map(|row| row.try_get(0)).transpose()?;
        Ok(Self {
            owner,
            service,
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

    /// Whether a condition holds for the rows in `from`; their values are the caller's to add.
    pub(super) async fn holds(
        &self,
        who: &Who,
        part: &Part,
        from: &str,
    ) -> anyhow::Result<Condition> {
        let condition = match &self.sealed {
            Some((setting, kind)) => believed(&part.sql, setting, *kind),
            None => part.sql.clone(),
        };
        let sql = format!("SELECT ({condition}) FROM {from}");
        let (holds, error) = match self.first::<Option<bool>>(who, &part.sql, &sql).await {
            Ok(Some(true)) => (Holds::Yes, None),
            Ok(Some(false)) => (Holds::No, None),
            Ok(None) => (Holds::Null, None),
            Err(error) if self.service.is_open() && self.owner.is_open() => {
                // Who may not become the view's owner cannot ask as it.
                let refused = *who != Who::Caller && is_no_role(&error);
                let holds = if refused {
                    Holds::NotAsked
                } else {
                    Holds::Failed
                };
                (holds, Some(Causes(&error).to_string()))
            }
            Err(error) => return Err(error),
        };
        let mut settings = Map::new();
        for name in &part.settings {
            let sql = format!("SELECT current_setting({}, true)", quote_literal(name));
            let value: Option<String> = self.first(&Who::Caller, "", &sql).await?;
            settings.insert(name.clone(), value.map_or(Value::Null, Value::String));
        }
        Ok(Condition {
            sql: part.sql.clone(),
            holds,
            error,
            values: Map::new(),
            settings,
        })
    }

    /// Whether the row is there for the tenant. What may not be read is not seen.
    pub(super) async fn sees(&self, from: &str) -> anyhow::Result<bool> {
        let sql = format!("SELECT true FROM {from}");
        match self.rows(&self.service, None, &sql).await {
            Ok(rows) => Ok(!rows.is_empty()),
            Err(_) if self.service.is_open() => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn first<T>(&self, who: &Who, condition: &str, sql: &str) -> anyhow::Result<T>
    where
        T: for<'v> FromSql<'v>,
    {
        let mut rows = match who {
            // Under a view, rights are the owner's, and the current user is whoever asks all the same.
            Who::Owner(role) if !asks_who(condition) => {
                self.rows(self.owner, Some(role), sql).await?
            }
            _ => self.rows(&self.service, None, sql).await?,
        };
        let row = rows.pop().ok_or_else(|| anyhow::anyhow!("no answer"))?;
        Ok(row.try_get(0)?)
    }

    async fn rows(
        &self,
        connection: &Administration,
        role: Option<&str>,
        sql: &str,
    ) -> anyhow::Result<Vec<tokio_postgres::Row>> {
        connection
            .run("BEGIN READ ONLY; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '1s'")
            .await?;
        let rows = self.set_and_query(connection, role, sql).await;
        connection.run("ROLLBACK").await?;
        rows
    }

    async fn set_and_query(
        &self,
        connection: &Administration,
        role: Option<&str>,
        sql: &str,
    ) -> anyhow::Result<Vec<tokio_postgres::Row>> {
        for (name, value) in &self.set {
            connection
                .rows_with("SELECT set_config($1, $2, true)", &[name, value])
                .await?;
        }
        if let Some(role) = role {
            connection
                .run(&format!("SET LOCAL ROLE {}", quote_ident(role)))
                .await?;
        }
        connection.rows(sql).await
    }
}

fn is_no_role(error: &anyhow::Error) -> bool {
    code(error).as_deref() == Some("42501")
        && Causes(error)
            .to_string()
            .contains("permission denied to set role")
}

/// Whether a condition asks who asks.
fn asks_who(condition: &str) -> bool {
    let lower = condition.to_ascii_lowercase();
    [
        "current_user",
        "session_user",
        "current_role",
        "_has_role(",
        "_privilege(",
    ]
    .iter()
    .any(|word| lower.contains(word))
}
