//! The life of a server under a house: it restarts, goes away, turns read-only.

use std::time::Duration;

use rowhouse::{Delivery, Error, Rowhouse, Tenant};
use rowhouse_local::testing::{PrivateCluster, private_cluster};

use crate::common::{SCHEMA, acme, beta, titles};
use crate::polls::guarded;

/// A server of the test's own, with the schema in its database `postgres`, that keeps what it acknowledged.
async fn server() -> PrivateCluster {
    let cluster = private_cluster(&[("synchronous_commit", "on")]).await;
    let admin = cluster.admin().await;
    // The superuser makes it, so the owner must be somebody else than the app role only.
    admin.batch_execute(SCHEMA).await.unwrap();
    cluster
}

async fn house(cluster: &PrivateCluster) -> Rowhouse {
    Rowhouse::builder()
        .lanes(2)
        .acquire_timeout(Duration::from_secs(20))
        .connect(&cluster.url_as("rowhouse_app", "postgres"))
        .await
        .unwrap()
}

/// Writes one row after the other until told to stop: those acknowledged and those in doubt.
async fn write(
    tenant: Tenant,
    name: &str,
    stop: tokio::sync::watch::Receiver<bool>,
) -> (Vec<String>, Vec<String>) {
    let (mut acknowledged, mut doubtful) = (Vec::new(), Vec::new());
    for number in 0.. {
        if *stop.borrow() {
            break;
        }
        let title = format!("{name} {number}");
        match tenant
            .execute("INSERT INTO items (title) VALUES ($1)", &[&title])
            .await
        {
            Ok(1) => acknowledged.push(title),
            Ok(other) => panic!("{other} rows"),
            Err(Error::Lost {
                delivery: Delivery::MaybeSent,
                ..
            }) => doubtful.push(title),
            Err(Error::Lost { .. } | Error::Unavailable { .. }) => {}
            // The server's own word that it was rolled back, or ends the session: 57P01 may come after the commit.
            Err(Error::Database(error)) if error.code().starts_with("57P") => doubtful.push(title),
            Err(other) => panic!("{other}"),
        }
    }
    (acknowledged, doubtful)
}

#[tokio::test]
async fn a_restart_under_load_repeats_no_write_and_loses_none() {
    let mut cluster = server().await;
    let house = house(&cluster).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let writers: Vec<_> = (0..4)
        .map(|number| {
            tokio::spawn(write(
                acme(&house),
                ["a", "b", "c", "d"][number],
                stopped.clone(),
            ))
        })
        .collect();
    let reader = tokio::spawn({
        let (beta, stopped) = (beta(&house), stopped.clone());
        async move {
            let mut answers = 0;
            while !*stopped.borrow() {
                match beta.query("SELECT title FROM items", &[]).await {
                    Ok(rows) => {
                        assert_eq!(rows.len(), 5);
                        answers += 1;
                    }
                    Err(Error::Lost { .. } | Error::Unavailable { .. }) => {}
                    Err(Error::Database(error)) if error.code().starts_with("57P") => {}
                    Err(other) => panic!("{other}"),
                }
            }
            answers
        }
    });
    for immediate in [false, true, false] {
        tokio::time::sleep(Duration::from_millis(150)).await;
        if immediate {
            cluster.stop_immediate().await;
            cluster.start().await;
        } else {
            cluster.restart().await;
        }
        let back = async { while titles_or_none(&beta(&house)).await.is_none() {} };
        guarded("the way back", back).await;
    }
    stop.send(true).unwrap();
    let admin = cluster.admin().await;
    let (mut acknowledged, mut doubtful) = (Vec::new(), Vec::new());
    for writer in writers {
        let (sure, unsure) = guarded("a writer", writer).await.unwrap();
        acknowledged.extend(sure);
        doubtful.extend(unsure);
    }
    assert!(guarded("the reader", reader).await.unwrap() > 0 && !acknowledged.is_empty());
    let rows = admin
        .query("SELECT title FROM items WHERE title !~ '^(acme|beta)'", &[])
        .await
        .unwrap();
    let mut there: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    there.sort();
    let mut once = there.clone();
    once.dedup();
    assert_eq!(there, once, "a write was repeated");
    for title in &acknowledged {
        assert!(
            there.binary_search(title).is_ok(),
            "{title} was acknowledged and is gone"
        );
    }
    for title in &there {
        assert!(
            acknowledged.contains(title) || doubtful.contains(title),
            "{title} was said not to have been sent"
        );
    }
}

/// How many titles the tenant sees; none when it gets no answer.
pub(crate) async fn titles_or_none(tenant: &Tenant) -> Option<usize> {
    tenant
        .query("SELECT title FROM items", &[])
        .await
        .ok()
        .map(|rows| rows.len())
}

#[tokio::test]
async fn a_server_that_is_down_is_unavailable_and_comes_back() {
    let mut cluster = server().await;
    let house = Rowhouse::builder()
        .lanes(2)
        .acquire_timeout(Duration::from_millis(300))
        .connect(&cluster.url_as("rowhouse_app", "postgres"))
        .await
        .unwrap();
    let beta = beta(&house);
    assert_eq!(titles(&beta).await.len(), 5);
    cluster.stop().await;
    let error = guarded("a server that is down", async {
        loop {
            match beta.query("SELECT title FROM items", &[]).await {
                Err(Error::Lost { .. } | Error::Database(_)) => {}
                other => return other.unwrap_err(),
            }
        }
    })
    .await;
    assert!(
        matches!(&error, Error::Unavailable { last_error, .. } if !last_error.is_empty()),
        "{error}"
    );
    assert!(error.hint().is_some() && !house.is_ready() && house.trouble().is_some());
    assert!(matches!(beta.begin().await, Err(Error::Connect(_))));
    cluster.start().await;
    guarded("the way back", async {
        while titles_or_none(&beta).await.is_none() {}
    })
    .await;
    assert!(house.is_ready() && house.trouble().is_none());
    let mut tx = beta.begin().await.unwrap();
    assert_eq!(
        tx.query("SELECT title FROM items", &[])
            .await
            .unwrap()
            .len(),
        5
    );
}

#[tokio::test]
async fn a_server_that_becomes_read_only_is_noticed_and_left() {
    let mut cluster = server().await;
    let house = house(&cluster).await;
    let (acme, beta) = (acme(&house), beta(&house));
    let update = "UPDATE items SET n = n + 1 WHERE title = 'acme 1'";
    acme.execute(update, &[]).await.unwrap();
    cluster.set("default_transaction_read_only", "on");
    cluster.reload();
    let refused = async {
        loop {
            match acme.execute(update, &[]).await {
                Err(Error::Database(error)) if error.code() == "25006" => return,
                Ok(_) | Err(Error::Lost { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
    };
    guarded("the reload", refused).await;
    assert_eq!(titles(&beta).await.len(), 5);
    cluster.set("default_transaction_read_only", "off");
    cluster.reload();
    guarded("the way back", async {
        while acme.execute(update, &[]).await.is_err() {}
    })
    .await;
}
