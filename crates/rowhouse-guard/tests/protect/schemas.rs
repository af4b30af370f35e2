//! The other schemas of these tests: the demo, what the HTTP service is tested on, and the examples of the rules; as they
//! are, and with their walls torn down.

use rowhouse_guard::{Options, rules};
use rowhouse_local::Binaries;
use rowhouse_local::testing::Database;

use crate::examine::{self, Done, Place};
use crate::server::Server;
use crate::state;

const A: &str = "'aaaaaaaa-0000-4000-8000-000000000000',";
const B: &str = "'bbbbbbbb-0000-4000-8000-000000000000',";

/// As if nobody had ever thought of row security.
const TORN_DOWN: &str = "
    DO $$ DECLARE policy record; name text; BEGIN
        FOR policy IN SELECT * FROM pg_policies LOOP
            EXECUTE format('DROP POLICY %I ON %I.%I', policy.policyname, policy.schemaname, policy.tablename);
        END LOOP;
        FOR name IN SELECT oid::regclass FROM pg_class WHERE relrowsecurity OR relforcerowsecurity LOOP
            EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', name);
        END LOOP;
    END $$;";

async fn round(setup: &str) -> Done {
    let database = Database::create(setup).await;
    let mut owner = database.as_role("rowhouse_owner").await;
    let admin = database.admin().await;
    let place = Place {
        admin: &admin,
        dump: &|| state::dump(database.binaries(), &database.admin_url()),
        options: Options {
            app_roles: vec!["rowhouse_app".into()],
            setting: Some("app.current_tenant_id".into()),
            ..Options::default()
        },
    };
    let done = examine::round(&mut owner, &place, async || true).await;
    let (_, done) = done.unwrap();
    // Dropping a database waits for the server, and the server may wait for a connection that this thread drives.
    tokio::task::spawn_blocking(move || drop(database))
        .await
        .unwrap();
    done
}

#[tokio::test]
async fn the_demo_and_the_services_schemas_there_and_back() {
    let demo = concat!(
        include_str!("../../../../demo/schema.sql"),
        include_str!("../../../../demo/seed.sql")
    );
    let api = |sql: &str| sql.replace(":a,", A).replace(":b,", B);
    let schemas = [
        ("demo", demo.to_owned()),
        (
            "studio",
            api(include_str!(
                "../../../rowhouse-api/tests/http/reads/studio.sql"
            )),
        ),
        (
            "shop",
            api(include_str!(
                "../../../rowhouse-api/tests/http/writes/shop.sql"
            )),
        ),
        (
            "rows",
            include_str!("../../../rowhouse-api/tests/catalog_to_rows/schema.sql").to_owned(),
        ),
    ];
    let mut faults = Vec::new();
    for (name, sql) in schemas {
        for (state, more) in [("as it is", ""), ("torn down", TORN_DOWN)] {
            let done = round(&format!("{sql}\n{more}")).await;
            println!(
                "{name} {state}: {} steps, left: {:?}",
                done.steps, done.left
            );
            if name == "demo" && more.is_empty() {
                assert_eq!(done.steps, 0, "the demo is well");
            }
            assert!(more.is_empty() || done.serious_before, "{name}");
            faults.extend(
                done.faults
                    .iter()
                    .map(|why| format!("{name} {state}: {why}")),
            );
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn the_examples_of_the_rules_there_and_back() {
    let server = Server::start().await;
    let binaries = Binaries::find(None).unwrap();
    let (mut faults, mut mended, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for rule in rules() {
        for (half, sql) in [("bad", rule.example.bad), ("good", rule.example.good)] {
            if sql.is_empty() {
                continue;
            }
            let mut owner = server.build(sql, "").await.unwrap();
            let admin = server.connect().await;
            let url = server.url();
            let place = Place {
                admin: &admin,
                dump: &|| state::dump(&binaries, &url),
                options: Options::default(),
            };
            let Some((_, done)) = examine::round(&mut owner, &place, async || true).await else {
                continue;
            };
            faults.extend(
                done.faults
                    .iter()
                    .map(|why| format!("{} {half}: {why}", rule.id)),
            );
            match (half, done.serious_before, done.left.is_empty()) {
                ("bad", true, true) => mended.push(rule.id),
                ("bad", true, false) => left.push(rule.id),
                _ => {}
            }
        }
    }
    println!(
        "mended: {} of the rules' examples: {mended:?}; left: {left:?}",
        mended.len()
    );
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    for id in [
        "row-security-off",
        "policy-shows-others",
        "unique-without-tenant",
        "reference-without-tenant",
        "view-opens-table",
    ] {
        assert!(mended.contains(&id), "{id}");
    }
}
