//! What no pair of databases shows: sealed databases, and that nothing is left out without a word.

use std::collections::BTreeSet;

use rowhouse_catalog::Catalog;
use rowhouse_guard::Options;
use rowhouse_guard::probe::{Command, Doors, ProbeReport, State, Verdict};
use tokio_postgres::Client;

use crate::server::Server;

struct Entrance<'s>(&'s Server);

impl Doors for Entrance<'_> {
    async fn enter(&self, role: &str) -> Result<Client, String> {
        Ok(self.0.enter(role).await)
    }

    async fn superuser(&self) -> Result<Client, String> {
        Ok(self.0.connect().await)
    }
}

async fn probe(server: &Server, example: &str) -> ProbeReport {
    let mut client = server.build(example, "").await.unwrap();
    let catalog = Catalog::read(&mut client).await.unwrap();
    rowhouse_guard::probe::probe(&catalog, &Options::default(), &Entrance(server), &|_| {})
        .await
        .unwrap()
}

fn leaks(report: &ProbeReport) -> Vec<String> {
    let leaks = report.leaks();
    leaks
        .map(|cell| format!("{:?} {} {:?}", cell.command, cell.object, cell.verdict))
        .collect()
}

fn verdict<'r>(report: &'r ProbeReport, command: Command, object: &str) -> &'r Verdict {
    let mut cells = report.cells.iter();
    let cell = cells.find(|cell| {
        cell.object == object && cell.command == command && cell.state == State::Tenant
    });
    &cell.unwrap().verdict
}

const SEALED: &str = "-- rowhouse seal init
ALTER POLICY tenant_isolation ON tenants USING (id = (SELECT rowhouse.tenant()));
ALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT rowhouse.tenant()));
";

/// The service's signature is made on the copy; a setting that was changed behind it opens what does not ask for one.
#[tokio::test]
async fn a_sealed_database_is_probed_with_seals_of_its_own() {
    let server = Server::start().await;
    let sealed = probe(&server, SEALED).await;
    assert_eq!(leaks(&sealed), Vec::<String>::new());
    for command in [
        Command::Select,
        Command::Insert,
        Command::Update,
        Command::Delete,
    ] {
        let found = verdict(&sealed, command, "public.items");
        assert!(
            matches!(found, Verdict::Held { .. }),
            "{command:?}: {found:?}"
        );
    }

    let claims = "ALTER TABLE items ADD COLUMN author text NOT NULL DEFAULT '';
        ALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT rowhouse.tenant()) AND author = (SELECT rowhouse.claim('app.author')));";
    let with_claims = probe(&server, &format!("{SEALED}{claims}")).await;
    assert_eq!(leaks(&with_claims), Vec::<String>::new());
    let found = verdict(&with_claims, Command::Select, "public.items");
    assert!(matches!(found, Verdict::Held { .. }), "{found:?}");

    let half = "ALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));";
    let half = probe(&server, &format!("{SEALED}{half}")).await;
    let open: BTreeSet<&str> = half.leaks().map(|cell| cell.object.as_str()).collect();
    assert_eq!(open, BTreeSet::from(["public.items"]), "{:?}", leaks(&half));
}

/// Each relation has a line for each command that there is for its kind, in each state; what is not tried says why.
#[tokio::test]
async fn nothing_is_left_out_without_a_word() {
    let server = Server::start().await;
    let example = "CREATE EXTENSION postgres_fdw;
        CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw;
        CREATE FOREIGN TABLE elsewhere (id uuid) SERVER other;
        GRANT SELECT ON elsewhere TO app;
        CREATE SEQUENCE numbers;
        CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM tenants;
        CREATE VIEW mine WITH (security_invoker) AS SELECT * FROM items;
        GRANT SELECT ON mine TO app;
        CREATE TABLE halves (tenant_id uuid NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
        CREATE TABLE halves_1 PARTITION OF halves FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
        CREATE FUNCTION remote() RETURNS text LANGUAGE sql AS $$ SELECT dblink FROM (SELECT 'dblink' AS dblink) x $$;";
    let report = probe(&server, example).await;
    let table = &["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"][..];
    let view = &["SELECT", "INSERT", "UPDATE", "DELETE"][..];
    for (object, commands) in [
        ("public.items", table),
        ("public.tenants", table),
        ("public.halves", table),
        ("public.halves_1", table),
        ("public.mine", view),
        ("public.elsewhere", view),
        ("public.counts", &["SELECT"]),
        ("public.numbers", &["SELECT", "UPDATE"]),
        ("public.remote()", &["CALL"]),
    ] {
        for state in State::ALL {
            let cells = report.cells.iter();
            let cells = cells.filter(|cell| cell.object == object && cell.state == state);
            let found: Vec<&str> = cells.map(|cell| cell.command.word()).collect();
            assert_eq!(found, commands, "{object} {state:?}");
        }
    }
    let untried = |command, object| {
        matches!(
            verdict(&report, command, object),
            Verdict::NotExercised { .. }
        )
    };
    assert!(untried(Command::Select, "public.elsewhere"));
    assert!(untried(Command::Call, "public.remote()"));
    // The role may not: that was looked up, and nobody else was asked.
    assert!(!untried(Command::Delete, "public.elsewhere"));
    assert_eq!(leaks(&report), Vec::<String>::new());
}

/// By the key of the table of tenants, Acme and ACME are one: that one sees the other's rows is no leak.
#[tokio::test]
async fn ids_that_are_one_by_their_type_are_one_tenant() {
    let server = Server::start().await;
    let example = "DROP TABLE items, tenants;
        CREATE EXTENSION citext;
        CREATE TABLE workspace (slug citext PRIMARY KEY, title text NOT NULL);
        CREATE TABLE page (id uuid PRIMARY KEY, workspace citext NOT NULL REFERENCES workspace, body text NOT NULL);
        ALTER TABLE workspace ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE page ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON workspace USING (slug = (SELECT current_setting('app.workspace')::citext));
        CREATE POLICY own ON page USING (workspace = (SELECT current_setting('app.workspace')::citext));
        GRANT SELECT ON workspace TO app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON page TO app;";
    let report = probe(&server, example).await;
    assert_eq!(leaks(&report), Vec::<String>::new());
    let found = verdict(&report, Command::Select, "public.page");
    assert!(matches!(found, Verdict::Held { .. }), "{found:?}");

    // A column of another type than the key is a hole: there are two of them in the table of tenants.
    let mixed = example.replacen("slug citext", "slug text", 1);
    let asked = "current_setting('app.workspace')";
    let mixed = mixed.replacen(&format!("{asked}::citext"), asked, 1);
    let report = probe(&server, &mixed).await;
    let open: BTreeSet<&str> = report.leaks().map(|cell| cell.object.as_str()).collect();
    assert_eq!(
        open,
        BTreeSet::from(["public.page"]),
        "{:?}",
        leaks(&report)
    );
}
