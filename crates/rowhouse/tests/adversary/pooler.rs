//! Behind PgBouncer in transaction mode: other clients' statements, never.

use rowhouse::{Error, Rowhouse};

use crate::common::{acme, beta, database, house_at, titles};
use crate::pgbouncer::PgBouncer;
use crate::polls::guarded;

#[tokio::test]
async fn two_tenants_never_mix_behind_a_transaction_pooler() {
    let database = database().await;
    let Some(bouncer) = PgBouncer::start(&database, "").await else {
        return;
    };
    // Two houses: two clients whose statements would bear the same names.
    let one = house_at(&bouncer.url(&database), 2).await;
    let two = house_at(&bouncer.url(&database), 2).await;
    let mut tasks = tokio::task::JoinSet::new();
    for (house, mine, other) in [(&one, acme(&one), "beta"), (&two, beta(&two), "acme")] {
        for number in 0..4_i64 {
            let (tenant, house) = (mine.clone(), house.clone());
            tasks.spawn(async move {
                for round in 0..40_i64 {
                    // Each house says something else in the same place, so that swapped statements are seen.
                    let sql = format!("SELECT title, $1::int8 + {number} FROM items");
                    let rows = tenant.query(&sql, &[&round]).await.unwrap();
                    assert_eq!(rows.len(), 5);
                    for row in &rows {
                        assert!(!row.get::<&str>(0).starts_with(other));
                        assert_eq!(row.get::<i64>(1), round + number);
                    }
                    let batch = tenant
                        .batch()
                        .add("UPDATE items SET n = n + 1", &[])
                        .unwrap()
                        .add("SELECT count(*) FROM items", &[])
                        .unwrap();
                    let answers = batch.run().await;
                    if let Ok(answers) = &answers {
                        assert_eq!(
                            (
                                answers[0].affected(),
                                answers[1].get(0).unwrap().get::<i64>(0)
                            ),
                            (5, 5)
                        );
                    }
                    if round % 10 == 0 {
                        let mut tx = tenant.begin().await.unwrap();
                        for _ in 0..3 {
                            let seen = tx.query("SELECT title FROM items", &[]).await.unwrap();
                            assert!(
                                seen.iter()
                                    .all(|row| !row.get::<&str>(0).starts_with(other))
                                    && seen.len() == 5
                            );
                        }
                        tx.commit().await.unwrap();
                        let mut stream = tenant
                            .stream("SELECT title FROM items, generate_series(1, 200)", &[])
                            .await
                            .unwrap();
                        let mut count = 0;
                        while let Some(row) = stream.next().await.unwrap() {
                            assert!(!row.get::<&str>(0).starts_with(other));
                            count += 1;
                        }
                        assert_eq!(count, 1_000);
                    }
                }
                drop(house);
            });
        }
    }
    guarded("everybody", async {
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
    })
    .await;
    if bouncer.version < (1, 21) {
        let named = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'rowhouse%'";
        let count: i64 = acme(&one).query_one(named, &[]).await.unwrap().get(0);
        assert_eq!(
            count, 0,
            "names were used behind a pooler that does not keep them apart"
        );
    }
    // A dropped transaction and stream behind a pooler leave nothing either.
    let mut tx = acme(&one).begin().await.unwrap();
    tx.execute("DELETE FROM items", &[]).await.unwrap();
    drop(tx);
    assert_eq!(guarded("the next", titles(&acme(&one))).await.len(), 5);
}

#[tokio::test]
async fn a_pooler_without_names_is_refused_when_names_are_wanted() {
    let database = database().await;
    let Some(bouncer) = PgBouncer::start(&database, "").await else {
        return;
    };
    let house = Rowhouse::builder()
        .allow_unnamed_statements(false)
        .connect(&bouncer.url(&database))
        .await;
    if bouncer.version < (1, 21) {
        let error = house.unwrap_err();
        assert!(
            matches!(error, Error::UnsuitableServer(_)) && error.to_string().contains("1.21"),
            "{error}"
        );
    } else {
        assert_eq!(titles(&acme(&house.unwrap())).await.len(), 5);
    }
}
