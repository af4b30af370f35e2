//! `rowhouse probe --live`: the database itself, with the rows that are there.

#![allow(
    clippy::disallowed_types,
    reason = "the guard's probe runs on sessions of the service's own login, in transactions that are rolled back"
)]

use rowhouse::ConnectOptions;
use rowhouse_catalog::quote_ident;
use rowhouse_guard::probe::{Doors, Live, ProbeReport, live};
use rowhouse_guard::{Model, Options};
use tokio_postgres::Client;

use super::{Probe, misuse};
use crate::administration::Administration;
use crate::audit::source;
use crate::config::Config;
use crate::failure::Misuse;
use crate::local;

/// The service's own way in.
struct Entrance(ConnectOptions);

impl Doors for Entrance {
    async fn enter(&self, _role: &str) -> Result<Client, String> {
        let client = Administration::client(&self.0).await;
        client.map_err(|error| format!("{error:#}"))
    }

    async fn superuser(&self) -> Result<Client, String> {
        Err("the database itself is not entered as a superuser".to_owned())
    }
}

impl Probe {
    pub(super) async fn live(&self, told: &(dyn Fn(&str) + Sync)) -> anyhow::Result<ProbeReport> {
        let config = self.target.config(false)?;
        // Who sees most reads the catalogs, and which tenants there are.
        let reader = match (self.target.owner(&config)?, self.target.service(&config)?) {
            (Some(owner), _) => owner.options()?,
            (None, Some(_)) => source::options(&self.target, &config)?,
            (None, None) => self.private(&config, local::SUPERUSER)?,
        };
        let service = self.service(&config)?;
        let mut reader = Administration::connect(&reader).await?;
        let catalog = reader.catalog().await?;
        let app = Administration::connect(&service).await?;
        let words = app.words("SELECT session_user").await?;
        let login = words.first().map_or("", String::as_str);
        if catalog
            .role(login)
            .is_some_and(|role| role.superuser || role.bypass_rls)
        {
            return Err(Misuse::new(format!("{login} is not filtered by row security, so that an attack in its name says nothing"))
                .hint("name the service's login with --database-url, and who may see the catalogs with --admin-url")
                .into());
        }
        let options = Options {
            app_roles: vec![login.to_owned()],
            ..self.known.options(&config)
        };
        let tenants = self.two_tenants(&reader, &catalog, &options).await?;
        let attack = Live {
            login,
            tenant: &tenants[0],
            other: &tenants[1],
        };
        told(&format!(
            "attacking {} as tenant {}",
            service.place(),
            tenants[0]
        ));
        let done = live(&catalog, &options, &Entrance(service), &attack, told).await;
        done.map_err(misuse)
    }

    fn service(&self, config: &Config) -> anyhow::Result<ConnectOptions> {
        if let Some(service) = self.target.service(config)? {
            return Ok(service.options()?);
        }
        self.private(config, local::APP)
    }

    /// A way into the private PostgreSQL.
    fn private(&self, config: &Config, role: &str) -> anyhow::Result<ConnectOptions> {
        let server = local::running(&self.target.data(config))?;
        Ok(local::options(
            &server.socket_dir,
            server.port,
            role,
            local::DATABASE,
        ))
    }

    /// The two that were named, or the first two that there are.
    async fn two_tenants(
        &self,
        reader: &Administration,
        catalog: &rowhouse_catalog::Catalog,
        options: &Options,
    ) -> anyhow::Result<[String; 2]> {
        let hint = "name two that have rows: --tenant ID --tenant ID";
        let named: Vec<String> = match &self.tenants[..] {
            [] => {
                let model = Model::detect(catalog, options)
                    .map_err(|error| Misuse::new(error.to_string()).hint(error.hint()))?;
                let root = model.root.and_then(|root| catalog.relation_by_oid(root));
                let key = root.and_then(|root| root.column_at(model.tenant_column(root.oid)?));
                let (Some(root), Some(key)) = (root, key) else {
                    return Err(
                        Misuse::new("no table of tenants was found to take two from")
                            .hint(hint)
                            .into(),
                    );
                };
                let key = quote_ident(&key.name);
                let sql = format!(
                    "SELECT {key}::text FROM {} ORDER BY {key} LIMIT 2",
                    root.qualified_name()
                );
                reader.words(&sql).await.unwrap_or_default()
            }
            named => named.to_vec(),
        };
        match <[String; 2]>::try_from(named) {
            Ok(two) if two[0] != two[1] => Ok(two),
            _ => Err(
                Misuse::new("it takes two tenants, and they are not to be seen")
                    .hint(hint)
                    .into(),
            ),
        }
    }
}
