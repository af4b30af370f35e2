//! A shop of related tables, two tenants, and plans run in the name of one of them.

use postgres_types::{FromSql, ToSql, Type};
use rowhouse_api::config::ApiConfig;
use rowhouse_api::json::{ServerFormat, write_row};
use rowhouse_api::plan::{Ask, Plan, PlanError, plan, plan_write};
use rowhouse_api::request::{Read, Terms, Write};
use rowhouse_api::resource::{Resources, RowSecurity};
use rowhouse_catalog::Catalog;
use rowhouse_local::testing::{APP, Database, OWNER};
use tokio_postgres::Client;

/// The tenant whose rows are asked for; the other one's all say `zeta`.
pub(crate) const ACME: &str = "acme";

pub(crate) struct Shop {
    pub(crate) resources: Resources,
    config: ApiConfig,
    client: Client,
    _database: Database,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::configured("schemas = ['app']").await
    }

    pub(crate) async fn configured(config: &str) -> Self {
        let database = Database::create(include_str!("schema.sql")).await;
        let catalog = catalog(&database).await;
        let config: ApiConfig = toml::from_str(config).unwrap();
        let access = catalog.as_role(catalog.role(APP).unwrap().oid);
        let format = ServerFormat {
            utc: true,
            ..ServerFormat::default()
        };
        let resources =
            Resources::build(&catalog, &config, &RowSecurity, &access, &format).unwrap();
        let client = database.as_role(APP).await;
        let tenant = format!("SET TimeZone = 'UTC'; SET app.current_tenant_id = '{ACME}'");
        client.batch_execute(&tenant).await.unwrap();
        Self {
            resources,
            config,
            client,
            _database: database,
        }
    }

    pub(crate) fn plan(&self, resource: &str, query: &str) -> Result<Plan, PlanError> {
        self.plan_on(resource, query, &Terms::default())
    }

    pub(crate) fn plan_on(
        &self,
        resource: &str,
        query: &str,
        terms: &Terms,
    ) -> Result<Plan, PlanError> {
        let read = Read::parse(query, self.config.limits.bounds()).unwrap();
        let resource = self.resources.get(resource).unwrap();
        plan(
            &self.resources,
            resource,
            &read,
            terms,
            self.config.limits.rows,
        )
    }

    /// Plans a write; `with` makes of the parsed query string what else there is.
    pub(crate) fn plan_write(
        &self,
        resource: &str,
        query: &str,
        with: impl Fn(&Write, &dyn Fn(&Ask<'_>) -> Result<Plan, PlanError>) -> Result<Plan, PlanError>,
    ) -> Result<Plan, PlanError> {
        let write = Write::parse(query, self.config.limits.bounds()).unwrap();
        let resource = self.resources.get(resource).unwrap();
        with(&write, &|ask| plan_write(&self.resources, resource, ask))
    }

    /// Whether the server understands a statement; its SQLSTATE where it does not.
    pub(crate) async fn prepare(&self, sql: &str) -> Result<(), String> {
        let prepared = self.client.prepare(sql).await;
        prepared.map(drop).map_err(|error| {
            let code = error.code().map(|code| code.code().to_owned());
            code.unwrap_or_else(|| error.to_string())
        })
    }

    pub(crate) async fn get(&self, resource: &str, query: &str) -> String {
        let answer = self
            .run(&self.plan(resource, query).unwrap())
            .await
            .unwrap();
        // Arrays from the server have its spacing; compared is what they say.
        serde_json::from_str::<serde_json::Value>(&answer)
            .unwrap()
            .to_string()
    }

    /// Everything that came, as text.
    pub(crate) async fn texts(&self, plan: &Plan) -> Result<String, tokio_postgres::Error> {
        let mut texts = String::new();
        for row in self.client.query(&*plan.sql, &parameters(plan)).await? {
            for index in 0..row.len() {
                let value = row.get::<_, Raw<'_>>(index).0.unwrap_or_default();
                texts.push_str(&String::from_utf8_lossy(value));
            }
        }
        Ok(texts)
    }

    pub(crate) async fn run(&self, plan: &Plan) -> Result<String, tokio_postgres::Error> {
        let mut out = b"[".to_vec();
        for row in self.client.query(&*plan.sql, &parameters(plan)).await? {
            if out.len() > 1 {
                out.push(b',');
            }
            let values = (0..row.len()).map(|index| row.get::<_, Raw<'_>>(index).0);
            write_row(&mut out, &plan.columns, values).unwrap();
        }
        out.push(b']');
        Ok(String::from_utf8(out).unwrap())
    }
}

fn parameters(plan: &Plan) -> Vec<&(dyn ToSql + Sync)> {
    let parameters = plan.params.iter();
    parameters
        .map(|param| param as &(dyn ToSql + Sync))
        .collect()
}

/// The catalog of a test's database, as its owner sees it.
pub(crate) async fn catalog(database: &Database) -> Catalog {
    let mut owner = database.as_role(OWNER).await;
    Box::pin(Catalog::read(&mut owner)).await.unwrap()
}

/// The bytes of a value as they came.
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
