//! A database's catalogs, and the audit's verdicts on them.

use rowhouse_catalog::{Catalog, Oid};

use super::verdicts::{Question, Verdicts};
use super::{apart, gate, watch};
use crate::administration::Administration;
use crate::config::File;
use crate::credentials::Logins;
use crate::failure::Misuse;

/// Catalogs, with the role that serves the database. Nothing of it is kept longer than needed.
#[derive(Debug)]
pub(crate) struct Audited {
    pub(crate) catalog: Catalog,
    /// The service's.
    pub(crate) role: Oid,
    /// The state of the catalogs just before, to see by whether they have changed.
    pub(super) fingerprint: String,
}

impl Audited {
    /// Reads the catalogs as the owner where one was named, else as the service's role.
    ///
    /// # Errors
    /// Also where both are one role: the service would own the tables, or the audit see as little as the service.
    pub(crate) async fn read(logins: &Logins) -> anyhow::Result<Self> {
        let mut service = Administration::connect(&logins.service).await?;
        // What changes while the catalogs are read is a change.
        let fingerprint = watch::fingerprint(&service).await?;
        let Some(owner) = &logins.owner else {
            let read = Self::as_service(service.catalog().await?);
            return Ok(Self {
                fingerprint,
                ..read
            });
        };
        let name: String = first(&service, "SELECT current_user::text").await?;
        let mut admin = Administration::connect(owner).await?;
        let catalog = admin.catalog().await?;
        let role = catalog.role(&name).map(|role| role.oid).ok_or_else(|| {
            Misuse::new(format!(
                "admin_url leads to a server without the role {name}"
            ))
            .hint("let database_url and admin_url name the same database")
        })?;
        if role == catalog.server.current_user {
            return Err(Misuse::new(format!(
                "database_url and admin_url are the same role, {name}"
            ))
            .hint("let admin_url name the role that owns the tables, and database_url one that owns nothing; or leave admin_url out")
            .into());
        }
        Ok(Self {
            catalog,
            role,
            fingerprint,
        })
    }

    /// Catalogs that the service's role has read.
    pub(crate) fn as_service(catalog: Catalog) -> Self {
        let role = catalog.server.current_user;
        Self {
            catalog,
            role,
            fingerprint: String::new(),
        }
    }

    /// The audit's verdicts, for the service's role, setting and tenants.
    pub(crate) fn verdicts(&self, file: &File) -> Result<Verdicts, Misuse> {
        gate::examine(&self.catalog, &self.question(file))
    }

    /// The same from a process of its own: see [`apart`]. Waits for it on this thread.
    pub(crate) fn verdicts_apart(&self, file: &File) -> anyhow::Result<Verdicts> {
        apart::ask(&self.catalog, &self.question(file))
    }

    fn question(&self, file: &File) -> Question {
        let relations = self.catalog.relations.iter();
        let functions = self.catalog.functions.iter();
        Question {
            role: self.role,
            setting: file.setting.clone(),
            tenant_column: file.tenant_column.clone(),
            tenant_root: file.tenant_root.clone(),
            exceptions: file.audit.exceptions.clone(),
            shared: relations
                .filter(|relation| file.api.declares_shared(relation))
                .map(|relation| relation.oid)
                .collect(),
            trusted: functions
                .filter(|function| file.api.functions.trusts(function))
                .map(|function| function.oid)
                .collect(),
        }
    }
}

async fn first(connection: &Administration, sql: &str) -> anyhow::Result<String> {
    let rows = connection.rows(sql).await?;
    let row = rows
        .first()
        .ok_or_else(|| anyhow::anyhow!("the server did not answer"))?;
    Ok(row.try_get(0)?)
}
