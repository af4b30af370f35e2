//! `rowhouse why`: what it says is what PostgreSQL does.

mod views;

use rowhouse_local::testing::{APP, Database};
use tokio_postgres::Client;

use crate::folder::{Folder, Said};

const LEAKY: &str = include_str!("../../../../../demo/leaky.sql");
const A: &str = "7a245486-3fc8-47ec-b303-04fefe7a58ff";
const B: &str = "162be16f-f76d-431a-a213-171838ded9ae";
const DEEDS: [&str; 4] = ["select", "insert", "update", "delete"];

/// Names that need quotes, keys of two columns, floors, functions, nulls, roles, an owner's exemption, grants on columns.
const ODD: &str = r#"
CREATE SCHEMA sales;
GRANT USAGE ON SCHEMA sales TO rowhouse_app;
CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE sales."Order Lines" (
    tenant_id uuid, "order" int, line int, "Note" text, locked boolean NOT NULL DEFAULT false, PRIMARY KEY ("order", line)
);
CREATE FUNCTION mine(row_tenant uuid) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT row_tenant = current_setting('app.current_tenant_id')::uuid $$;
INSERT INTO tenants VALUES ('7a245486-3fc8-47ec-b303-04fefe7a58ff'), ('162be16f-f76d-431a-a213-171838ded9ae');
INSERT INTO sales."Order Lines" VALUES
    ('7a245486-3fc8-47ec-b303-04fefe7a58ff', 1, 1, 'it''s, "so" \ (x)', false),
    ('7a245486-3fc8-47ec-b303-04fefe7a58ff', 1, 2, NULL, true),
    ('162be16f-f76d-431a-a213-171838ded9ae', 2, 1, 'x', false),
    (NULL, 3, 1, 'nobody''s', false);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE sales."Order Lines" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants USING (id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY own ON sales."Order Lines"
    USING (mine(tenant_id) AND EXISTS (SELECT FROM tenants WHERE tenants.id = "Order Lines".tenant_id));
CREATE POLICY "not locked" ON sales."Order Lines" AS RESTRICTIVE FOR UPDATE TO rowhouse_app USING (NOT locked);
CREATE POLICY "kept" ON sales."Order Lines" AS RESTRICTIVE FOR DELETE USING ("Note" IS NOT NULL AND "order" < 3);
CREATE POLICY "of the owner" ON sales."Order Lines" TO rowhouse_owner USING (true);
GRANT SELECT ON tenants TO rowhouse_app;
GRANT SELECT, UPDATE ("Note"), INSERT, DELETE ON sales."Order Lines" TO rowhouse_app;
"#;

struct Grounds {
    database: Database,
    folder: Folder,
    app: Client,
}

impl Grounds {
    async fn new(schema: &str) -> Self {
        let database = Database::create(schema).await;
        Self {
            app: database.as_role(APP).await,
            database,
            folder: Folder::new(),
        }
    }

    fn why(&self, arguments: &[&str]) -> Said {
        let (admin, app) = (self.database.admin_url(), self.database.app_url());
        let mut all = vec!["why"];
        all.extend(arguments);
        all.extend(["--admin-url", &admin, "--database-url", &app]);
        self.folder.run(&all)
    }

    /// Whether the tenant can, by doing it.
    async fn can(&self, tenant: &str, statement: &str) -> bool {
        self.app
            .batch_execute("BEGIN; SET CONSTRAINTS ALL IMMEDIATE")
            .await
            .unwrap();
        self.app
            .execute(
                "SELECT set_config('app.current_tenant_id', $1, true)",
                &[&tenant],
            )
            .await
            .unwrap();
        let done = self.app.simple_query(statement).await;
        self.app.batch_execute("ROLLBACK").await.unwrap();
        match done {
            Ok(said) => said.iter().any(|message| {
                matches!(message, tokio_postgres::SimpleQueryMessage::CommandComplete(rows) if *rows > 0)
            }),
            // A row like this could be added, were it not there already.
            Err(error) => error.code().unwrap().code() == "23505",
        }
    }

    /// Every row, tenant and command: the exit code is what comes of doing it.
    async fn agrees(&self, table: &str, columns: &[&str], change: &str) {
        let admin = self.database.admin().await;
        let keys: Vec<String> = columns
            .iter()
            .map(|column| format!("'{column}=' || \"{column}\""))
            .collect();
        let conditions: Vec<String> = columns
            .iter()
            .map(|column| format!("format('\"{column}\" = %L', \"{column}\")"))
            .collect();
        let sql = format!(
            "SELECT {}, {}, t::text FROM {table} AS t",
            keys.join(" || ',' || "),
            conditions.join(" || ' AND ' || ")
        );
        let rows = admin.query(&sql, &[]).await.unwrap();
        assert!(!rows.is_empty());
        for row in rows {
            let (key, condition, text): (String, String, String) =
                (row.get(0), row.get(1), row.get(2));
            let text = text.replace('\'', "''");
            for tenant in [A, B, "00000000-0000-0000-0000-000000000000"] {
                for deed in DEEDS {
                    let statement = match deed {
                        "select" => format!("SELECT FROM {table} WHERE {condition}"),
                        "insert" => {
                            format!("INSERT INTO {table} SELECT (CAST('{text}' AS {table})).*")
                        }
                        "update" => format!("UPDATE {table} SET {change} WHERE {condition}"),
                        _ => format!("DELETE FROM {table} WHERE {condition}"),
                    };
                    let can = self.can(tenant, &statement).await;
                    let said = self.why(&[table, &key, "--tenant", tenant, "--for", deed]);
                    assert_eq!(
                        said.code,
                        i32::from(!can),
                        "{statement} as {tenant}: {said:?}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn it_says_what_postgresql_does() {
    let grounds = Grounds::new(LEAKY).await;
    for (table, change) in [
        ("tickets", "title = title"),
        ("comments", "body = body"),
        ("invoices", "amount = amount"),
        ("tenants", "name = name"),
    ] {
        grounds.agrees(table, &["id"], change).await;
    }
}

#[tokio::test]
async fn with_names_and_policies_of_every_kind() {
    let grounds = Grounds::new(ODD).await;
    let table = "sales.\"Order Lines\"";
    grounds
        .agrees(table, &["order", "line"], "\"Note\" = \"Note\"")
        .await;
    let said = grounds.why(&[table, "order=1,line=2", "--tenant", A, "--for", "update"]);
    assert!(
        said.out
            .contains("the restrictive policy not locked does not hold"),
        "{said:?}"
    );
    assert!(said.out.contains("locked = true"), "{said:?}");
    let said = grounds.why(&[table, "order=3,line=1", "--tenant", A]);
    assert!(said.out.contains("null, which counts as false"), "{said:?}");
    assert!(said.out.contains("tenant_id = null"), "{said:?}");
}

#[tokio::test]
async fn the_reason_has_its_values_and_what_is_wrong_is_said() {
    let grounds = Grounds::new(LEAKY).await;
    let foreign = "22222222-0000-4000-8000-000000000003";
    let said = grounds.why(&["tickets", foreign, "--tenant", A]);
    assert_eq!(said.code, 1, "{said:?}");
    for words in [
        "cannot see this row: no permissive policy holds (tenant_isolation)",
        &format!("tenant_id = {B}; shared = false; app.current_tenant_id = {A}"),
    ] {
        assert!(said.out.contains(words), "{words}: {said:?}");
    }
    let owner = grounds.database.owner_url();
    let app = grounds.database.app_url();
    let forced = grounds.folder.run(&[
        "why",
        "customers",
        "11111111-0000-4000-8000-000000000001",
        "--tenant",
        A,
        "--admin-url",
        &owner,
        "--database-url",
        &app,
    ]);
    assert_eq!(forced.code, 2, "{forced:?}");
    assert!(forced.err.contains("does not see all rows"), "{forced:?}");
    for (arguments, words) in [
        (["nope", "1"], "there is no table nope"),
        (["open_tickets", "1"], "that is no key"),
        (["tickets", "x"], "that is no key"),
        (["tickets", A], "has no row"),
    ] {
        let said = grounds.why(&[arguments[0], arguments[1], "--tenant", A]);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains(words), "{words}: {said:?}");
    }
}

#[tokio::test]
async fn in_a_sealed_database_with_claims() {
    let grounds = Grounds::new(ODD).await;
    let owner = grounds.database.as_role("rowhouse_owner").await;
    let kind = rowhouse_guard::seal::TenantType::Uuid;
    let sql = rowhouse_guard::seal::install("app.current_tenant_id", kind, &[APP.to_owned()]);
    owner.batch_execute(&sql).await.unwrap();
    owner
        .batch_execute(
            "ALTER POLICY own ON tenants
                 USING (id = (SELECT rowhouse.tenant()) AND (SELECT rowhouse.claim('app.part')) = 'owner')",
        )
        .await
        .unwrap();
    let part = |tenant: &str, part: &str| {
        grounds
            .why(&["tenants", A, "--tenant", tenant, "--set", part])
            .code
    };
    assert_eq!(part(A, "app.part=owner"), 0);
    assert_eq!(part(A, "app.part=guest"), 1);
    assert_eq!(part(B, "app.part=owner"), 1);
    let said = grounds.why(&["tenants", A, "--tenant", A]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("taken to be good"), "{said:?}");
    let said = grounds.why(&["tenants", A, "--tenant", A, "--set", "x"]);
    assert!(said.err.contains("it is NAME=VALUE"), "{said:?}");
}
