//! Runs that end in the middle: after each step, in an index, in a table that is being filled.

use std::process::{Child, Stdio};
use std::time::Duration;

use tokio_postgres::Client;

use super::Grounds;

/// How often is looked whether something has come about.
const LOOK: Duration = Duration::from_millis(20);

#[tokio::test]
async fn one_step_at_a_time_comes_to_the_same() {
    let straight = Grounds::new().await;
    assert_eq!(straight.protect(&["--apply"]).code, 0);
    let grounds = Grounds::new().await;
    let mut runs = 0;
    loop {
        let said = grounds.protect(&["--apply", "--steps", "7"]);
        assert_eq!(said.code, 0, "{said:?}");
        runs += 1;
        if said.out.trim() == "no table needed a step" {
            break;
        }
        assert!(runs < 30, "{said:?}");
    }
    assert!(runs > 3, "{runs}");
    assert_eq!(straight.dump(), grounds.dump());
    assert_eq!(grounds.audit().code, 0);
}

/// An index that waits for an old transaction is broken off: it stays behind, invalid.
#[tokio::test]
async fn a_broken_index_is_made_again() {
    let grounds = Grounds::new().await;
    let admin = grounds.database.admin().await;
    let old = grounds.database.as_role("rowhouse_owner").await;
    old.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM countries")
        .await
        .unwrap();
    let child = start(&grounds);
    kill_when(
        &admin,
        "query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'",
    )
    .await;
    ended(child, "the connection broke");
    let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
    let count: i64 = admin.query_one(invalid, &[]).await.unwrap().get(0);
    assert_eq!(count, 1);
    old.batch_execute("ROLLBACK").await.unwrap();
    let said = grounds.protect(&["--apply"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.err.contains("an interrupted attempt left behind"),
        "{said:?}"
    );
    let count: i64 = admin.query_one(invalid, &[]).await.unwrap().get(0);
    assert_eq!(count, 0);
    assert_eq!(grounds.audit().code, 0);
}

/// Somebody holds a row in the table's second part; the first part is filled when the connection is cut.
#[tokio::test]
async fn a_fill_goes_on() {
    let grounds = Grounds::new().await;
    let admin = grounds.database.admin().await;
    let holder = grounds.database.admin().await;
    admin
        .batch_execute("INSERT INTO comments (item_id, body) SELECT item_id, body FROM comments")
        .await
        .unwrap();
    let said = grounds.protect(&["--apply", "--steps", "1"]);
    assert_eq!(said.code, 0, "{said:?}");
    holder
        .batch_execute(
            "BEGIN; SELECT FROM comments WHERE id = (SELECT max(id) FROM comments) FOR UPDATE",
        )
        .await
        .unwrap();
    let child = start(&grounds);
    kill_when(
        &admin,
        "query LIKE '%UPDATE ONLY public.comments%' AND wait_event_type = 'Lock'",
    )
    .await;
    ended(child, "the connection broke");
    let counts = admin
        .query_one("SELECT count(tenant_id), count(*) FROM comments", &[])
        .await
        .unwrap();
    let (filled, all): (i64, i64) = (counts.get(0), counts.get(1));
    assert!(0 < filled && filled < all, "{filled} of {all}");
    holder.batch_execute("ROLLBACK").await.unwrap();
    let said = grounds.protect(&["--apply"]);
    assert_eq!(said.code, 0, "{said:?}");
    let wrong: i64 = admin
        .query_one("SELECT count(*) FROM comments c JOIN items i ON i.id = c.item_id WHERE c.tenant_id IS DISTINCT FROM i.tenant_id", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(wrong, 0);
    assert_eq!(grounds.audit().code, 0);
}

/// A second run beside the first does nothing.
#[tokio::test]
async fn one_at_a_time() {
    let grounds = Grounds::new().await;
    let holder = grounds.database.admin().await;
    holder
        .batch_execute("SELECT pg_advisory_lock(hashtextextended('rowhouse protect', 0))")
        .await
        .unwrap();
    let said = grounds.protect(&["--apply"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("another `rowhouse protect`"), "{said:?}");
}

fn start(grounds: &Grounds) -> Child {
    let mut command = grounds.command(&["--apply"]);
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn ended(child: Child, words: &str) {
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains(words), "{err}");
}

/// Cuts the owner's connection once it is there.
async fn kill_when(admin: &Client, is_there: &str) {
    let sql = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND usename = 'rowhouse_owner' AND state = 'active' AND {is_there}"
    );
    for _ in 0..500 {
        if !admin.query(&sql, &[]).await.unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
    let seen = admin
        .query("SELECT concat_ws(' ', usename, state, wait_event_type, query) FROM pg_stat_activity WHERE datname = current_database()", &[])
        .await
        .unwrap();
    let seen: Vec<String> = seen.iter().map(|row| row.get(0)).collect();
    panic!("nothing came about: {is_there}: {seen:#?}");
}
