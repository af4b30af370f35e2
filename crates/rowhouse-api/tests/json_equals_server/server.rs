//! A database of the test's own, and the comparison.

use postgres_types::{FromSql, Type};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rowhouse_api::json::{Decoder, ServerFormat, write_value};
use rowhouse_local::testing::{Database, OWNER};
use tokio_postgres::Client;

pub(crate) struct Server {
    runtime: tokio::runtime::Runtime,
    client: Client,
    _database: Database,
}

impl Server {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (client, database) = runtime.block_on(async {
            let database = Database::create("").await;
            let client = database.as_role(OWNER).await;
            client.batch_execute("SET TimeZone = 'UTC'").await.unwrap();
            (client, database)
        });
        Self {
            runtime,
            client,
            _database: database,
        }
    }

    pub(crate) fn run(&self, sql: &str) {
        self.runtime
            .block_on(self.client.batch_execute(sql))
            .unwrap();
    }

    pub(crate) fn type_of(&self, ty: &str) -> Type {
        let sql = format!("SELECT NULL::{ty}");
        let statement = self.runtime.block_on(self.client.prepare(&sql)).unwrap();
        statement.columns()[0].type_().clone()
    }

    /// The decoder of a type in a UTC session; hstore's cast to json is known.
    pub(crate) fn decoder(&self, ty: &str) -> Option<Decoder> {
        let casts = "SELECT castsource FROM pg_cast WHERE casttarget = 'json'::regtype \
                     AND castmethod = 'f'";
        let rows = self
            .runtime
            .block_on(self.client.query(casts, &[]))
            .unwrap();
        let json_casts = rows.iter().map(|row| row.get(0)).collect();
        Decoder::of(
            &self.type_of(ty),
            &ServerFormat {
                utc: true,
                json_casts,
                ..ServerFormat::default()
            },
        )
    }

    /// Compares values of type `ty`, given as the server reads them from text.
    pub(crate) fn check(&self, ty: &str, values: impl Strategy<Value = String>) {
        let decoder = self
            .decoder(ty)
            .unwrap_or_else(|| panic!("no decoder for {ty}"));
        let values = proptest::collection::vec(proptest::option::weighted(0.95, values), 1..100);
        let mut runner = TestRunner::new(Config {
            cases: 20,
            failure_persistence: None,
            ..Config::default()
        });
        runner
            .run(&values, |values| {
                let sql = format!(
                    "SELECT v, to_json(v)::text FROM \
                     (SELECT x::{ty} AS v FROM unnest($1::text[]) WITH ORDINALITY u(x, n) ORDER BY n) t"
                );
                self.compare(&decoder, &sql, &values)
            })
            .unwrap_or_else(|error| panic!("{ty}: {error}"));
    }

    fn compare(
        &self,
        decoder: &Decoder,
        sql: &str,
        values: &[Option<String>],
    ) -> Result<(), TestCaseError> {
        let rows = self
            .runtime
            .block_on(self.client.query(sql, &[&values]))
            .map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        assert_eq!(rows.len(), values.len());
        for (row, value) in rows.iter().zip(values) {
            let Raw(raw) = row.get(0);
            let expected: Option<&str> = row.get(1);
            let mut out = Vec::new();
            write_value(&mut out, decoder, raw)
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            let ours = String::from_utf8(out).unwrap();
            // `to_json(NULL)` is NULL; inside an object both write `null`.
            if ours != expected.unwrap_or("null") {
                let message = format!("{value:?}: ours {ours}, the server's {expected:?}");
                return Err(TestCaseError::fail(message));
            }
        }
        Ok(())
    }
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
