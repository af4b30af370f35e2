//! The scope as its users see it.

mod common;

use common::{ACME, BETA, EMPTY, acme, beta, database, house, titles};
use rowhouse::{Error, TenantId};
use uuid::Uuid;

#[tokio::test]
async fn plain_sql_comes_back_filtered() {
    let database = database().await;
    let house = house(&database).await;
    assert_eq!(
        titles(&acme(&house)).await,
        ["acme 1", "acme 2", "acme 3", "acme 4", "acme 5"]
    );
    assert_eq!(
        titles(&beta(&house)).await,
        ["beta 1", "beta 2", "beta 3", "beta 4", "beta 5"]
    );
    assert!(titles(&house.tenant(EMPTY)).await.is_empty());
    assert!(titles(&house.tenant(Uuid::new_v4())).await.is_empty());
}

#[tokio::test]
async fn the_suite_runs_as_a_role_that_cannot_bypass_row_security() {
    let database = database().await;
    let acme = acme(&house(&database).await);
    let row = acme
        .query_one("SELECT rolname::text, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user", &[])
        .await
        .unwrap();
    assert_eq!(
        (row.get::<String>(0), row.get::<bool>(1)),
        ("rowhouse_app".to_owned(), false)
    );
    let row = acme
        .query_one(
            "SELECT count(*) FROM pg_tables WHERE tableowner = current_user",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<i64>(0), 0);
}

#[tokio::test]
async fn rows_and_counts() {
    let database = database().await;
    let acme = acme(&house(&database).await);
    let row = acme
        .query_one("SELECT title, n FROM items WHERE n = $1", &[&3])
        .await
        .unwrap();
    assert_eq!((row.get::<&str>("title"), row.get::<i32>(1)), ("acme 3", 3));
    assert!(
        acme.query_opt("SELECT title FROM items WHERE n = $1", &[&9])
            .await
            .unwrap()
            .is_none()
    );
    let error = acme
        .query_one("SELECT title FROM items", &[])
        .await
        .unwrap_err();
    assert!(matches!(error, Error::RowCount { got: 5, .. }), "{error}");
    assert_eq!(
        acme.execute("UPDATE items SET n = n + 1 WHERE n > $1", &[&3])
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        acme.execute("SELECT title FROM items", &[]).await.unwrap(),
        5
    );
    let pairs: Vec<(String, i32)> = acme
        .query_as("SELECT title, n FROM items WHERE n < 3 ORDER BY n", &[])
        .await
        .unwrap();
    assert_eq!(pairs, [("acme 1".to_owned(), 1), ("acme 2".to_owned(), 2)]);
}

#[tokio::test]
async fn a_write_stays_in_its_tenant() {
    let database = database().await;
    let house = house(&database).await;
    let (acme, beta) = (acme(&house), beta(&house));
    assert_eq!(
        acme.execute("INSERT INTO items (title) VALUES ($1)", &[&"new"])
            .await
            .unwrap(),
        1
    );
    assert!(titles(&acme).await.contains(&"new".to_owned()));
    assert!(!titles(&beta).await.contains(&"new".to_owned()));
    let error = acme
        .execute(
            "INSERT INTO items (title, tenant_id) VALUES ('x', $1)",
            &[&BETA],
        )
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("42501"), "{error}");
    assert_eq!(
        beta.execute(
            "UPDATE items SET title = 'stolen' WHERE tenant_id = $1",
            &[&ACME]
        )
        .await
        .unwrap(),
        0
    );
    assert_eq!(beta.execute("DELETE FROM items", &[]).await.unwrap(), 5);
    assert_eq!(titles(&acme).await.len(), 6);
}

#[tokio::test]
async fn a_batch_is_all_or_nothing() {
    let database = database().await;
    let acme = acme(&house(&database).await);
    for _ in 0..2 {
        let answers = acme
            .batch()
            .add(
                "INSERT INTO items (title) VALUES ($1)",
                &[&uuid::Uuid::new_v4().to_string()],
            )
            .unwrap()
            .add("SELECT count(*) FROM items", &[])
            .unwrap()
            .add("SELECT count(*) FROM items", &[])
            .unwrap()
            .run()
            .await
            .unwrap();
        assert_eq!(answers[0].affected(), 1);
        assert_eq!(
            answers[1].get(0).unwrap().get::<i64>(0),
            answers[2].get(0).unwrap().get::<i64>(0)
        );
    }
    assert_eq!(titles(&acme).await.len(), 7);
    let error = acme
        .batch()
        .add("DELETE FROM items", &[])
        .unwrap()
        .add(
            "INSERT INTO items (title, tenant_id) VALUES ('x', $1)",
            &[&BETA],
        )
        .unwrap()
        .run()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("42501"));
    assert_eq!(titles(&acme).await.len(), 7);
}

#[tokio::test]
async fn transactions_commit_roll_back_and_keep_savepoints() {
    let database = database().await;
    let acme = acme(&house(&database).await);
    let mut tx = acme.begin().await.unwrap();
    tx.execute("INSERT INTO items (title) VALUES ('kept')", &[])
        .await
        .unwrap();
    {
        let mut savepoint = tx.savepoint().await.unwrap();
        savepoint
            .execute("INSERT INTO items (title) VALUES ('undone')", &[])
            .await
            .unwrap();
        assert!(
            savepoint
                .execute("INSERT INTO items (title) VALUES ('kept')", &[])
                .await
                .is_err()
        );
    }
    let mut savepoint = tx.savepoint().await.unwrap();
    savepoint
        .execute("INSERT INTO items (title) VALUES ('also kept')", &[])
        .await
        .unwrap();
    savepoint.release().await.unwrap();
    tx.commit().await.unwrap();
    let now = titles(&acme).await;
    assert!(
        now.contains(&"kept".to_owned())
            && now.contains(&"also kept".to_owned())
            && !now.contains(&"undone".to_owned())
    );

    let mut tx = acme.begin().await.unwrap();
    tx.execute("DELETE FROM items", &[]).await.unwrap();
    drop(tx);
    assert_eq!(titles(&acme).await, now);

    let mut tx = acme.begin().await.unwrap();
    tx.query("SELECT 1/0", &[]).await.unwrap_err();
    assert!(matches!(
        tx.commit().await.unwrap_err(),
        Error::TransactionOver(_)
    ));
}

#[tokio::test]
async fn a_stream_gives_every_row_and_a_large_query_becomes_one() {
    let database = database().await;
    let house = house(&database).await;
    let acme = acme(&house);
    let sql = "SELECT n, repeat('x', 200) FROM generate_series(1, $1) n";
    let mut stream = acme.stream(sql, &[&20_000]).await.unwrap();
    let mut next = 1;
    while let Some(row) = stream.next().await.unwrap() {
        assert_eq!(row.get::<i32>(0), next);
        next += 1;
    }
    assert_eq!(next, 20_001);
    for _ in 0..3 {
        assert_eq!(acme.query(sql, &[&20_000]).await.unwrap().len(), 20_000);
        assert_eq!(acme.execute(sql, &[&20_000]).await.unwrap(), 20_000);
    }
    assert_eq!(acme.query(sql, &[&3]).await.unwrap().len(), 3);
}

#[tokio::test]
async fn what_does_not_run_here_says_where_it_does() {
    let database = database().await;
    let acme = acme(&house(&database).await);
    for sql in ["BEGIN", "SET ROLE x", "SELECT 1 INTO TEMP t", "LISTEN x"] {
        let error = acme.query(sql, &[]).await.unwrap_err();
        assert!(
            matches!(error, Error::Refused { .. }) && error.hint().is_some(),
            "{sql}: {error}"
        );
    }
    let error = acme.query("CREATE TABLE x (a int)", &[]).await.unwrap_err();
    assert!(error.hint().unwrap().contains("begin()"), "{error}");
    let error = acme
        .query("SELECT n FROM items WHERE n = $1", &[])
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Parameter { number: 1, .. }),
        "{error}"
    );
    let error = acme
        .query("SELECT n FROM items WHERE n = $1", &[&"text"])
        .await
        .unwrap_err();
    assert!(error.to_string().contains("$1"), "{error}");
}

#[tokio::test]
async fn a_read_that_writes_needs_a_read_write_scope() {
    let setup = format!(
        "{}; CREATE FUNCTION add(title text) RETURNS void LANGUAGE sql AS $$ INSERT INTO items (title) VALUES (title) $$;",
        common::SCHEMA
    );
    let database = rowhouse_local::testing::Database::create(&setup).await;
    let acme = acme(&house(&database).await);
    let error = acme.query("SELECT add('x')", &[]).await.unwrap_err();
    assert_eq!(error.code(), Some("25006"));
    assert!(error.hint().unwrap().contains("read_write"));
    acme.read_write()
        .query("SELECT add('x')", &[])
        .await
        .unwrap();
    assert_eq!(titles(&acme).await.len(), 6);
}

#[tokio::test]
async fn claims_are_set_and_empty_when_absent() {
    let database = database().await;
    let house = rowhouse::Rowhouse::builder()
        .claim("app.user_id")
        .claim("app.role")
        .connect(&database.app_url())
        .await
        .unwrap();
    let sql = "SELECT current_setting('app.user_id'), current_setting('app.role')";
    let plain = house.tenant(TenantId::from(ACME));
    let known = plain.with_claim("app.user_id", "42").unwrap();
    for _ in 0..3 {
        let row = known.query_one(sql, &[]).await.unwrap();
        assert_eq!((row.get::<&str>(0), row.get::<&str>(1)), ("42", ""));
        let row = plain.query_one(sql, &[]).await.unwrap();
        assert_eq!((row.get::<&str>(0), row.get::<&str>(1)), ("", ""));
    }
    assert!(matches!(
        plain.with_claim("app.other", "x").unwrap_err(),
        Error::Config(_)
    ));
    let mut tx = known.begin().await.unwrap();
    assert_eq!(tx.query_one(sql, &[]).await.unwrap().get::<&str>(0), "42");
}
