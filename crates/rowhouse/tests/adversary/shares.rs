//! What one tenant may hold of the exclusive connections.

use std::time::Duration;

use rowhouse::{Error, Rowhouse, Wait};

use crate::common::{acme, beta, database, titles};
use crate::polls::guarded;

#[tokio::test]
async fn a_tenant_waits_for_itself_alone() {
    let database = database().await;
    let house = Rowhouse::builder()
        .lanes(1)
        .exclusive_connections(4)
        .slow_connections(4)
        .acquire_timeout(Duration::from_millis(300))
        .connect(&database.app_url())
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    let held = [acme.begin().await.unwrap(), acme.begin().await.unwrap()];
    let waits = |error: Error| {
        matches!(
            error,
            Error::Timeout {
                wait: Wait::Share,
                ..
            }
        )
    };
    // However many ask, the others find theirs.
    let many = futures_util::future::join_all((0..50).map(|_| acme.begin()));
    let others = async {
        let mut held = Vec::new();
        for _ in 0..2 {
            let mut tx = beta.begin().await.unwrap();
            tx.query("SELECT 1", &[]).await.unwrap();
            held.push(tx);
        }
        titles(&beta).await;
        drop(held);
    };
    let (many, ()) = guarded("both", futures_util::future::join(many, others)).await;
    assert!(many.into_iter().all(|begun| waits(begun.unwrap_err())));
    let error = acme.begin().await.unwrap_err();
    assert!(error.hint().unwrap().contains("tenant_share"), "{error}");
    // What is let go is the tenant's again.
    let [one, other] = held;
    one.rollback().await.unwrap();
    drop(other);
    for _ in 0..3 {
        guarded("the share", acme.begin())
            .await
            .unwrap()
            .rollback()
            .await
            .unwrap();
    }
    house.close().await.unwrap();
}

#[tokio::test]
async fn a_share_is_a_part_above_none() {
    for part in [0.0, -1.0, 1.1, f64::NAN] {
        let refused = Rowhouse::builder()
            .tenant_share(part)
            .connect("host=nowhere")
            .await;
        assert!(matches!(refused, Err(Error::Config(_))), "{part}");
    }
}
