//! A server of its own, for examples that change roles.

use rowhouse_catalog::Catalog;
use rowhouse_guard::seal::{TenantType, install};
use rowhouse_guard::{Options, Report, SCHEMA, audit};
use rowhouse_local::testing::{PrivateCluster, SUPERUSER, private_cluster};
use tokio_postgres::Client;

pub(crate) struct Server(PrivateCluster);

/// Takes away what an example left behind: the database, then every role but those of the server.
const CLEAN: &str = "
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT rolname FROM pg_roles WHERE oid >= 16384 AND rolname !~ '^rowhouse_' LOOP
            EXECUTE format('DROP OWNED BY %I CASCADE', name);
            EXECUTE format('DROP ROLE %I', name);
        END LOOP;
    END $$;
    CREATE ROLE app LOGIN;";

impl Server {
    pub(crate) async fn start() -> Self {
        Self(private_cluster(&[]).await)
    }

    /// The schema of the examples, then an example, then perhaps a fix, and what the audit says.
    pub(crate) async fn audit(&self, example: &str, fix: &str) -> Result<Report, String> {
        let mut client = self.build(example, fix).await?;
        let catalog = Catalog::read(&mut client)
            .await
            .map_err(|error| error.to_string())?;
        audit(&catalog, &Options::default()).map_err(|error| error.to_string())
    }

    /// A database of it, in place of the one before.
    pub(crate) async fn build(&self, example: &str, fix: &str) -> Result<Client, String> {
        let admin = self.0.admin().await;
        let said = |error: tokio_postgres::Error| match error.as_db_error() {
            Some(db) => db.message().to_owned(),
            None => error.to_string(),
        };
        admin
            .batch_execute("DROP DATABASE IF EXISTS example WITH (FORCE)")
            .await
            .map_err(said)?;
        admin.batch_execute(CLEAN).await.map_err(said)?;
        admin
            .batch_execute("CREATE DATABASE example")
            .await
            .map_err(said)?;
        let client = self.connect().await;
        let seal = install(
            "app.current_tenant_id",
            TenantType::Uuid,
            &["app".to_owned()],
        );
        let example = example.replacen("-- rowhouse seal init\n", &seal, 1);
        for sql in [SCHEMA, &example, fix] {
            client.batch_execute(sql).await.map_err(said)?;
        }
        Ok(client)
    }

    /// A connection to it, as its superuser.
    pub(crate) async fn connect(&self) -> Client {
        self.0.as_role(SUPERUSER, "example").await
    }

    /// A connection to it as somebody else.
    #[allow(dead_code, reason = "for tests that use this file from beside it")]
    pub(crate) async fn enter(&self, role: &str) -> Client {
        self.0.as_role(role, "example").await
    }

    /// Where it is.
    #[allow(dead_code, reason = "for tests that use this file from beside it")]
    pub(crate) fn url(&self) -> String {
        self.0.url_as(SUPERUSER, "example")
    }
}
