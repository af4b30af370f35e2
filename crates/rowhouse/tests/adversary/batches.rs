//! Statements that go out together: what one of them sets must not decide whose rows the next one sees.

use rowhouse::{LaneMode, Rowhouse, Tenant};
use rowhouse_local::testing::Database;

use crate::common::{BETA, SCHEMA, acme, one_lane, titles};

/// A function that does to the settings what an injected expression would.
const SWITCH: &str = "
    CREATE FUNCTION switch(name text, value text, is_local bool) RETURNS text LANGUAGE plpgsql AS
        $$ BEGIN RETURN set_config(name, value, is_local); END $$;
    CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO rowhouse_app;
    CREATE TABLE evil.items AS SELECT 'planted'::text AS title; GRANT SELECT ON evil.items TO rowhouse_app;";

/// What statement follows `switch` in the batch, and after one that ran before already.
async fn titles_behind(tenant: &Tenant, name: &str, value: &str, local: bool) -> Vec<String> {
    let batch = tenant
        .batch()
        .add("SELECT title FROM items ORDER BY title", &[])
        .unwrap()
        .add("SELECT switch($1, $2, $3)", &[&name, &value, &local])
        .unwrap()
        .add("SELECT title FROM items ORDER BY title", &[])
        .unwrap()
        .run()
        .await
        .unwrap();
    batch[2].iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn no_statement_of_a_batch_sets_the_scope_of_the_next() {
    let database = Database::create(&format!("{SCHEMA}{SWITCH}")).await;
    for builder in [
        Rowhouse::builder().lanes(1),
        Rowhouse::builder().lane_mode(LaneMode::Exclusive),
    ] {
        let house = builder.connect(&database.app_url()).await.unwrap();
        let acme = acme(&house);
        let own = titles(&acme).await;
        assert!(own.iter().all(|title| title.starts_with("acme")) && !own.is_empty());
        for local in [true, false] {
            for (name, value) in [
                ("app.current_tenant_id", BETA.to_string()),
                ("app.current_tenant_id", String::new()),
                ("search_path", "evil, public".to_owned()),
            ] {
                let seen = titles_behind(&acme, name, &value, local).await;
                assert_eq!(seen, own, "after {name} = {value:?}, local: {local}");
            }
        }
    }
}

#[tokio::test]
async fn a_batch_that_reads_cannot_switch_to_writing() {
    let database = Database::create(&format!("{SCHEMA}{SWITCH}")).await;
    let house = one_lane(&database).await;
    let error = acme(&house)
        .batch()
        .add("SELECT switch('transaction_read_only', 'off', true)", &[])
        .unwrap()
        .add("SELECT title FROM items", &[])
        .unwrap()
        .run()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("25001"), "{error}");
}

/// The same for rows that come in portions behind it, and for the next statement of a transaction that begins anew.
#[tokio::test]
async fn no_statement_before_a_stream_sets_its_scope() {
    let database = Database::create(&format!("{SCHEMA}{SWITCH}")).await;
    let house = one_lane(&database).await;
    let acme = acme(&house);
    let own = titles(&acme).await;
    let switch = "SELECT switch($1, $2, $3)";
    let read = "SELECT title FROM items ORDER BY title";
    for local in [true, false] {
        for (name, value) in [
            ("app.current_tenant_id", BETA.to_string()),
            ("search_path", "evil, public".to_owned()),
            ("row_security", "off".to_owned()),
            ("app.kept", "kept".to_owned()),
        ] {
            let case = format!("after {name} = {value:?}, local: {local}");
            let set: [&(dyn postgres_types::ToSql + Sync); 3] = [&name, &value, &local];
            let batch = acme.batch().add(switch, &set).unwrap();
            let (answers, mut stream) = batch.stream(read, &[]).await.unwrap();
            assert_eq!(answers[0].iter().next().unwrap().get::<String>(0), value);
            let mut seen: Vec<String> = Vec::new();
            while let Some(row) = stream.next().await.unwrap() {
                seen.push(row.get(0));
            }
            assert_eq!(seen, own, "{case}");
            let mut transaction = acme.begin().await.unwrap();
            transaction.execute(switch, &set).await.unwrap();
            transaction.restate();
            let rows = transaction.query(read, &[]).await.unwrap();
            let seen: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            assert_eq!(seen, own, "{case}");
            if name == "app.kept" {
                let kept = "SELECT current_setting('app.kept')";
                let kept = transaction.query_one(kept, &[]).await.unwrap();
                assert_eq!(kept.get::<String>(0), "kept");
            }
            transaction.commit().await.unwrap();
        }
    }
    // Only reads are streamed, and only behind reads.
    let write = "UPDATE items SET n = n";
    for refused in [
        acme.batch()
            .add(write, &[])
            .unwrap()
            .stream(read, &[])
            .await,
        acme.batch()
            .add(read, &[])
            .unwrap()
            .stream(write, &[])
            .await,
    ] {
        assert!(matches!(refused, Err(rowhouse::Error::WrongPlace { .. })));
    }
    let failing = acme.batch().add("SELECT 1 / 0", &[]).unwrap();
    let error = failing.stream(read, &[]).await.unwrap_err();
    assert_eq!(error.code(), Some("22012"));
    assert_eq!(titles(&acme).await, own);
}
