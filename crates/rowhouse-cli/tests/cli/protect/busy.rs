//! Beside a service that reads and writes all the while.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::Grounds;

const TENANTS: [&str; 2] = [
    "aaaaaaaa-0000-4000-8000-000000000000",
    "bbbbbbbb-0000-4000-8000-000000000000",
];

/// The service names its tenant in each transaction, as it has to when the wall stands, and knows nothing of the new
/// columns. Not one of its statements fails or waits longer than a step may wait for its lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_that_a_service_does_fails_meanwhile() {
    let grounds = Grounds::new().await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for tenant in TENANTS {
        let app = grounds.database.as_role("rowhouse_app").await;
        let stop = Arc::clone(&stop);
        writers.push(tokio::spawn(async move {
            // Longer than a step waits, so that the step gives way and not the service.
            app.batch_execute("SET lock_timeout = '10s'").await.unwrap();
            let mut written: i64 = 0;
            while !stop.load(Ordering::Relaxed) {
                let sql = format!(
                    "BEGIN; SELECT set_config('app.current_tenant_id', '{tenant}', true);
                     INSERT INTO items (tenant_id, title) VALUES ('{tenant}', 'while it is made');
                     INSERT INTO comments (item_id, body) SELECT max(id), 'while it is made' FROM items WHERE tenant_id = '{tenant}';
                     UPDATE comments SET body = 'changed' WHERE id = (SELECT max(c.id) FROM comments c JOIN items i ON i.id = c.item_id WHERE i.tenant_id = '{tenant}');
                     INSERT INTO reactions (comment_id, emoji) SELECT max(c.id), 'up' FROM comments c JOIN items i ON i.id = c.item_id WHERE i.tenant_id = '{tenant}';
                     COMMIT"
                );
                if let Err(error) = app.batch_execute(&sql).await {
                    panic!("after {written}: {error:?}");
                }
                written += 1;
                // A service, not a flood: the migration has to come to its end beside it.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            written
        }));
    }
    let mut command = grounds.command(&["--apply"]);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap())
        .await
        .unwrap();
    stop.store(true, Ordering::Relaxed);
    let mut written = 0;
    for writer in writers {
        written += writer.await.unwrap();
    }
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
    assert!(written > 5, "{written}");
    let admin = grounds.database.admin().await;
    let row = admin
        .query_one(
            "SELECT (SELECT count(*) FROM items WHERE title = 'while it is made'),
                    (SELECT count(*) FROM comments c JOIN items i ON i.id = c.item_id
                      WHERE c.tenant_id = i.tenant_id AND i.title = 'while it is made'),
                    (SELECT count(*) FROM reactions r JOIN comments c ON c.id = r.comment_id WHERE r.tenant_id <> c.tenant_id)",
            &[],
        )
        .await
        .unwrap();
    let (items, comments, astray): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert_eq!((items, comments, astray), (written, written, 0));
    assert_eq!(grounds.audit().code, 0);
}
