//! Ways past a seal, each found by somebody who tried: the audit of a sealed database must name every one.

use rowhouse_guard::Level;

use crate::list;
use crate::server::Server;

const SEALED: &str = "-- rowhouse seal init
ALTER POLICY tenant_isolation ON tenants USING (id = (SELECT rowhouse.tenant()));
ALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT rowhouse.tenant()));
";

/// What opens it, the rule and the object.
const OPENINGS: [(&str, &str, &str); 17] = [
    (
        "ALTER POLICY tenant_isolation ON items USING (tenant_id = current_setting('app.' || 'current_tenant_id')::uuid)",
        "seal-incomplete",
        "public.items",
    ),
    (
        "CREATE FUNCTION cur() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT current_setting($$app.current_tenant_id$$)::uuid';
         ALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT cur()))",
        "seal-incomplete",
        "public.items",
    ),
    (
        "CREATE FUNCTION cur() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT \"current_setting\"(''app.current_tenant_id'')::uuid';
         ALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT cur()))",
        "seal-incomplete",
        "public.items",
    ),
    (
        "CREATE FUNCTION get(x text) RETURNS text LANGUAGE sql STABLE AS 'SELECT current_setting(x)';
         ALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT get('app.current_tenant_id')::uuid))",
        "seal-incomplete",
        "public.items",
    ),
    (
        "CREATE FUNCTION cur() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT current_setting(''app.current_tenant_id'')::uuid';
         CREATE FUNCTION mine() RETURNS SETOF items LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
           AS 'SELECT * FROM public.items WHERE tenant_id = public.cur()'",
        "seal-incomplete",
        "public.mine()",
    ),
    (
        "CREATE FUNCTION cur() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT current_setting(''app.current_tenant_id'')::uuid';
         CREATE VIEW mine WITH (security_barrier) AS SELECT * FROM items WHERE tenant_id = cur(); GRANT SELECT ON mine TO app",
        "seal-incomplete",
        "public.mine",
    ),
    (
        "CREATE OR REPLACE FUNCTION rowhouse.claim(name text) RETURNS text LANGUAGE sql STABLE AS 'SELECT current_setting(name)'",
        "seal-changed",
        "rowhouse.tenant()",
    ),
    (
        "ALTER FUNCTION rowhouse.new_seal_key(text, text, text[]) SECURITY DEFINER",
        "seal-changed",
        "rowhouse.tenant()",
    ),
    (
        "ALTER FUNCTION rowhouse.new_seal_key(text, text, text[]) OWNER TO app",
        "seal-changed",
        "rowhouse.tenant()",
    ),
    ("ALTER SCHEMA rowhouse OWNER TO app", "seal-changed", "rowhouse.tenant()"),
    (
        "CREATE VIEW kv AS SELECT * FROM rowhouse.seal_keys; GRANT SELECT ON kv TO app",
        "seal-keys-readable",
        "public.kv",
    ),
    (
        "CREATE MATERIALIZED VIEW kv AS SELECT id FROM rowhouse.seal_keys; GRANT SELECT ON kv TO app",
        "seal-keys-readable",
        "public.kv",
    ),
    (
        "CREATE FUNCTION kf() RETURNS bytea LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
           AS 'SELECT inner_prefix FROM rowhouse.seal_keys LIMIT 1'",
        "seal-keys-readable",
        "public.kf()",
    ),
    (
        "CREATE TABLE copies (k bytea); GRANT SELECT ON copies TO app;
         CREATE FUNCTION copy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.copies VALUES (NEW.inner_prefix); RETURN NEW; END';
         CREATE TRIGGER copy AFTER INSERT ON rowhouse.seal_keys FOR EACH ROW EXECUTE FUNCTION copy()",
        "seal-keys-readable",
        "rowhouse.seal_keys",
    ),
    ("CREATE PUBLICATION everything FOR ALL TABLES", "seal-keys-readable", "rowhouse.seal_keys"),
    (
        "CREATE ROLE reporter LOGIN IN ROLE pg_read_all_data",
        "seal-keys-readable",
        "role:reporter",
    ),
    ("CREATE TABLE rowhouse.more () INHERITS (rowhouse.seal_keys)", "seal-keys-readable", "rowhouse.seal_keys"),
];

#[tokio::test]
async fn every_way_past_a_seal_is_named() {
    let server = Server::start().await;
    let clean = server.audit(SEALED, "").await.unwrap();
    assert_eq!(list(&clean, Level::Note), Vec::<String>::new());
    let mut missed = Vec::new();
    for (opening, rule, object) in OPENINGS {
        match server.audit(&format!("{SEALED}{opening};"), "").await {
            Ok(report) => {
                let mut findings = report.findings.iter();
                if !findings.any(|found| found.rule == rule && found.object == object) {
                    missed.push(format!(
                        "{rule} on {object}: {:?}",
                        list(&report, Level::Note)
                    ));
                }
            }
            Err(error) => missed.push(format!("{opening}: {error}")),
        }
    }
    assert!(
        missed.is_empty(),
        "{} missed:\n{}",
        missed.len(),
        missed.join("\n")
    );
}
