//! What a tenant does all day.

use std::time::Instant;

use rand::Rng;
use rand::rngs::StdRng;
use rowhouse::{Row, Tenant};
use uuid::Uuid;

use crate::model::{Fate, Model, fate};
use crate::polls::after;

const READ: &str = "SELECT tenant_id, id, n FROM ledger";
const INSERT: &str = "INSERT INTO ledger (id, n) VALUES ($1, $2)";
const UPDATE: &str = "UPDATE ledger SET n = n + 1 WHERE id = $1";
const DELETE: &str = "DELETE FROM ledger WHERE id = $1";

/// Reads and writes at random until then; every answer is held against the model, which is given back.
pub(crate) async fn live(tenant: Tenant, me: Uuid, mut chance: StdRng, until: Instant) -> Model {
    let mut model = Model::default();
    let mut step = 0;
    while Instant::now() < until {
        step += 1;
        let told = format!("tenant {me} step {step}");
        match chance.random_range(0..12) {
            0 => one_shot(&tenant, &mut model, &mut chance, &told, "insert").await,
            1 => one_shot(&tenant, &mut model, &mut chance, &told, "update").await,
            2 => one_shot(&tenant, &mut model, &mut chance, &told, "delete").await,
            3 => batch(&tenant, &mut model, &told, me).await,
            4 | 5 => transaction(&tenant, &mut model, &mut chance, &told, me).await,
            6 => stream(&tenant, &mut model, &told, me).await,
            7 => {
                // A future dropped after a few polls: it may have run or not.
                let id = Uuid::new_v4();
                let polls = chance.random_range(0..4);
                let outcome = after(polls, tenant.execute(INSERT, &[&id, &7_i64])).await;
                let fate = match outcome {
                    None if polls == 0 => Fate::NotDone,
                    None => Fate::Unknown,
                    Some(Ok(_)) => Fate::Done,
                    Some(Err(error)) => fate(&told, &error),
                };
                model.write("dropped", &[(id, Some(7))], fate);
            }
            _ => match tenant.query(READ, &[]).await {
                Ok(rows) => model.check(&told, me, &rows),
                Err(error) => {
                    fate(&told, &error);
                }
            },
        }
    }
    model
}

async fn one_shot(
    tenant: &Tenant,
    model: &mut Model,
    chance: &mut StdRng,
    told: &str,
    what: &'static str,
) {
    let known = model.settled(chance);
    let (sql, id, new) = match (what, known) {
        ("update", Some((id, n))) => (UPDATE, id, Some(n + 1)),
        ("delete", Some((id, _))) => (DELETE, id, None),
        _ => (INSERT, Uuid::new_v4(), Some(0)),
    };
    // Rows of a pair are deleted together or not at all.
    if sql == DELETE
        && model
            .together
            .iter()
            .any(|(one, other)| *one == id || *other == id)
    {
        return;
    }
    let outcome = match sql {
        INSERT => tenant.execute(sql, &[&id, &0_i64]).await,
        _ => tenant.execute(sql, &[&id]).await,
    };
    let fate = match outcome {
        Ok(rows) => {
            assert_eq!(rows, 1, "{told}: {sql}");
            Fate::Done
        }
        Err(error) => fate(told, &error),
    };
    model.write(what, &[(id, new)], fate);
}

async fn batch(tenant: &Tenant, model: &mut Model, told: &str, me: Uuid) {
    let (one, other, n) = (Uuid::new_v4(), Uuid::new_v4(), 1_i64);
    let (first, second) = ([&one as _, &n as _], [&other as _, &n as _]);
    let batch = tenant
        .batch()
        .add(INSERT, &first)
        .unwrap()
        .add(INSERT, &second)
        .unwrap()
        .add(READ, &[])
        .unwrap();
    let outcome = batch.run().await;
    let fate = match &outcome {
        Ok(_) => Fate::Done,
        Err(error) => fate(told, error),
    };
    model.write("batch", &[(one, Some(1)), (other, Some(1))], fate);
    model.together.push((one, other));
    if let Ok(answers) = outcome {
        let rows: Vec<Row> = answers[2].iter().collect();
        model.check(told, me, &rows);
    }
}

async fn transaction(
    tenant: &Tenant,
    model: &mut Model,
    chance: &mut StdRng,
    told: &str,
    me: Uuid,
) {
    let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
    let mut changes = vec![(one, Some(2)), (other, Some(2))];
    let known = model.settled(chance);
    let end = chance.random_range(0..4);
    let mut committing = false;
    let outcome = async {
        let mut tx = tenant.begin().await?;
        let rows = tx.query(READ, &[]).await?;
        model.check(told, me, &rows);
        tx.execute(INSERT, &[&one, &2_i64]).await?;
        {
            let mut savepoint = tx.savepoint().await?;
            savepoint
                .execute(INSERT, &[&Uuid::new_v4(), &99_i64])
                .await?;
        }
        tx.execute(INSERT, &[&other, &2_i64]).await?;
        if let Some((id, n)) = known {
            assert_eq!(tx.execute(UPDATE, &[&id]).await?, 1, "{told}");
            changes.push((id, Some(n + 1)));
        }
        match end {
            0 => return Ok(false),
            1 => {
                tx.rollback().await?;
                return Ok(false);
            }
            _ => {}
        }
        committing = true;
        tx.commit().await?;
        Ok(true)
    }
    .await;
    let fate = match outcome {
        Ok(true) => Fate::Done,
        Ok(false) => Fate::NotDone,
        Err(error) => match (fate(told, &error), committing) {
            (_, false) => Fate::NotDone,
            (fate, true) => fate,
        },
    };
    model.write("transaction", &changes, fate);
    model.together.push((one, other));
}

async fn stream(tenant: &Tenant, model: &mut Model, told: &str, me: Uuid) {
    let outcome = async {
        let mut stream = tenant.stream(READ, &[]).await?;
        let mut rows = Vec::new();
        while let Some(row) = stream.next().await? {
            rows.push(row);
        }
        Ok(rows)
    };
    match outcome.await {
        Ok(rows) => {
            model.check(told, me, &rows);
            *model.done.entry("stream").or_default() += 1;
        }
        Err(error) => {
            fate(told, &error);
        }
    }
}
