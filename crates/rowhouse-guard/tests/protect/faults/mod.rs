//! Schemas on which a migration could take rows or rights away from the service, or leave something open for a while.

mod columns;
mod functions;
mod keys;
mod rights;
mod way_back;

use rowhouse_catalog::Catalog;
use rowhouse_guard::Options;
use rowhouse_guard::protect::{How, Plan, Step, Wishes, Work, plan};
use rowhouse_local::testing::Database;
use tokio_postgres::Client;

use crate::state;

const A: &str = "00000000-0000-0000-0000-00000000000a";
const B: &str = "00000000-0000-0000-0000-00000000000b";
const OWN: &str = "USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid))";

/// Two tenants with tickets, and one more thing.
fn desk(more: &str) -> String {
    format!(
        "CREATE TABLE tenants (id uuid PRIMARY KEY);
         CREATE TABLE tickets (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, title text, secret text);
         INSERT INTO tenants VALUES ('{A}'), ('{B}');
         INSERT INTO tickets VALUES (1, '{A}', 'of a'), (2, '{B}', 'of b'), (3, '{A}', 'too');
         ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON tenants USING (id = (SELECT current_setting('app.current_tenant_id')::uuid));
         GRANT SELECT ON tenants TO rowhouse_app;
         {more}"
    )
}

struct Desk {
    database: Database,
    owner: Client,
    before: String,
}

impl Desk {
    async fn new(more: &str) -> Self {
        let database = Database::create(&desk(more)).await;
        let owner = database.as_role("rowhouse_owner").await;
        let before = state::dump(database.binaries(), &database.admin_url());
        Self {
            database,
            owner,
            before,
        }
    }

    async fn plan(&mut self, tables: &[&str]) -> Plan {
        let catalog = Catalog::read(&mut self.owner).await.unwrap();
        let options = Options {
            app_roles: vec!["rowhouse_app".into()],
            ..Options::default()
        };
        let wishes = Wishes {
            tables: tables.iter().map(|&name| name.to_owned()).collect(),
            ..Wishes::default()
        };
        plan(&catalog, &options, &wishes).unwrap()
    }

    async fn up(&mut self) -> Plan {
        let plan = self.plan(&[]).await;
        for step in &plan.steps {
            let done = match &step.up.done {
                Some(question) => self
                    .owner
                    .query_one(question.as_str(), &[])
                    .await
                    .unwrap()
                    .get(0),
                None => false,
            };
            if !done {
                self.run(step, &step.up).await.unwrap();
            }
        }
        plan
    }

    /// All the way back, and it is as it was.
    async fn down(&self, plan: &Plan) {
        for step in plan.steps.iter().rev() {
            if let Some(down) = &step.down {
                self.run(step, down).await.unwrap();
            }
        }
        assert_eq!(state::difference(&self.before, &self.dump()), None);
    }

    fn dump(&self) -> String {
        state::dump(self.database.binaries(), &self.database.admin_url())
    }

    async fn run(&self, step: &Step, work: &Work) -> Result<(), String> {
        let sql = match work.how {
            How::Together | How::Look => format!("BEGIN; {}; COMMIT", work.statements.join("; ")),
            _ => work.statements.join("; "),
        };
        if let Err(error) = self.owner.batch_execute(&sql).await {
            self.owner.batch_execute("ROLLBACK").await.unwrap();
            let why = error
                .as_db_error()
                .map_or_else(|| error.to_string(), |error| error.message().to_owned());
            return Err(format!("{}: {why}: {sql}", step.what));
        }
        Ok(())
    }

    /// What the service reads as tenant A.
    async fn app(&self, sql: &str) -> Result<Vec<String>, String> {
        let app = self.database.as_role("rowhouse_app").await;
        app.batch_execute(&format!("SET app.current_tenant_id = '{A}'"))
            .await
            .unwrap();
        let messages = app.simple_query(sql).await.map_err(|error| {
            error
                .as_db_error()
                .map_or_else(|| error.to_string(), |error| error.message().to_owned())
        })?;
        let rows = messages.iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => {
                Some(row.get(0).unwrap_or("NULL").to_owned())
            }
            _ => None,
        });
        Ok(rows.collect())
    }
}

fn statements(plan: &Plan) -> String {
    let works = plan.steps.iter().map(|step| step.up.statements.join(";\n"));
    works.collect::<Vec<_>>().join(";\n")
}
