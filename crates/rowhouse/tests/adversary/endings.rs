//! How streams, copies and transactions end when somebody else decides: once, truthfully, and in time.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rowhouse::Error;

use crate::common::{acme, database, house};
use crate::polls::{after, guarded, seed};

#[tokio::test]
async fn rows_and_portions_taken_in_turn_are_the_whole_answer() {
    let seed = seed("rows_and_portions_taken_in_turn_are_the_whole_answer");
    let database = database().await;
    let house = house(&database).await;
    let sql = "SELECT n, repeat('x', n % 500) FROM generate_series(1, $1::int4) n";
    for round in 0..20 {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_add(round));
        let mut stream = acme(&house).stream(sql, &[&4_000_i32]).await.unwrap();
        let mut seen: Vec<i32> = Vec::new();
        loop {
            if rng.random_bool(0.02) {
                // A future that is dropped midway takes nothing with it.
                match after(rng.random_range(1..3), stream.next_portion()).await {
                    Some(Ok(Some(rows))) => {
                        let values: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
                        assert_eq!(rows.len(), values.len());
                        assert_eq!(rows.get(0).map(|row| row.get(0)), values.first().copied());
                        assert!(rows.get(rows.len()).is_none());
                        seen.extend(values);
                    }
                    Some(Ok(None)) => break,
                    Some(Err(error)) => panic!("{error}"),
                    None => {}
                }
            } else {
                match stream.next().await.unwrap() {
                    Some(row) => seen.push(row.get(0)),
                    None => break,
                }
            }
        }
        assert!(
            seen.iter().copied().eq(1..=4_000),
            "round {round}: {} rows",
            seen.len()
        );
        assert!(stream.next_portion().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_stream_that_failed_never_seems_to_end_well() {
    let database = database().await;
    let house = house(&database).await;
    let sql = "SELECT 1 / (2000 - n) FROM generate_series(1, 5000) n";
    let mut stream = acme(&house).stream(sql, &[]).await.unwrap();
    let error = loop {
        match stream.next().await {
            Ok(row) => assert!(row.is_some(), "a clean end"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), Some("22012"));
    for _ in 0..2 {
        let next = guarded("the next row", stream.next()).await.unwrap_err();
        assert!(matches!(next, Error::TransactionOver(_)), "{next}");
        let next = guarded("the next portion", stream.next_portion()).await;
        assert!(matches!(next, Err(Error::TransactionOver(_))));
    }
}
