//! How long a snapshot of many tables takes: `cargo run --release --example ten_thousand -- 10000`.
//! Makes the tables in a database of its own first, which takes about a minute.

#![allow(clippy::print_stdout, reason = "a program, not the library")]

use std::error::Error;
use std::time::Instant;

use rowhouse_catalog::Catalog;
use rowhouse_local::testing::Database;

const TABLES: &str = "
    CREATE TABLE tenants (id uuid PRIMARY KEY);
    DO $$ BEGIN
        FOR i IN 1..count LOOP
            EXECUTE format('CREATE TABLE t%s (
                    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    tenant_id uuid NOT NULL REFERENCES tenants, title text NOT NULL,
                    n int DEFAULT 0, at timestamptz DEFAULT now(), payload jsonb);
                CREATE INDEX ON t%1$s (tenant_id, at);
                ALTER TABLE t%1$s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
                CREATE POLICY by_tenant ON t%1$s
                    USING (tenant_id = (SELECT current_setting(''app.tenant_id'')::uuid));
                GRANT SELECT, INSERT, UPDATE, DELETE ON t%1$s TO rowhouse_app', i);
            IF i % 500 = 0 THEN COMMIT; END IF;
        END LOOP;
    END $$";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let count: u32 = std::env::args()
        .nth(1)
        .map_or(Ok(10_000), |count| count.parse())?;
    let db = Database::create("").await;
    let mut client = db.admin().await;
    let statements = TABLES.replace("count", &count.to_string());
    for statement in statements.split_inclusive("(id uuid PRIMARY KEY);") {
        client.batch_execute(statement).await?;
    }
    client.batch_execute("VACUUM ANALYZE").await?;
    for _ in 0..3 {
        let start = Instant::now();
        let catalog = Catalog::read(&mut client).await?;
        let read = start.elapsed();
        let start = Instant::now();
        let json = catalog.to_json()?;
        let written = start.elapsed();
        let start = Instant::now();
        Catalog::from_json(&json)?;
        println!(
            "PostgreSQL {}: {} relations read in {read:.2?}, {} MB of JSON written in {written:.2?}, \
             read back in {:.2?}",
            catalog.server.version_text,
            catalog.relations.len(),
            json.len() / 1_000_000,
            start.elapsed(),
        );
    }
    Ok(())
}
