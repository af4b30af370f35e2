//! A piece of work tried until it has its lock.

use std::time::Duration;

use rowhouse_guard::protect::Work;
use tokio_postgres::error::SqlState;

use crate::administration::Administration;
use crate::failure::{Causes, Obstacle};
use crate::terminal;

/// How often a lock is asked for. With the pauses in between that is some minutes.
const TRIES: usize = 20;
/// The first pause; each is twice the one before, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Who runs it, and how long a lock is waited for.
pub(super) struct Attempt<'a> {
    pub(super) owner: &'a Administration,
    /// At most, while nobody waits for what is held.
    lock_timeout: Duration,
    /// While something is held: well before the server looks for deadlocks and breaks off whoever waits, which could be
    /// the service.
    holding: Duration,
}

impl<'a> Attempt<'a> {
    pub(super) async fn new(
        owner: &'a Administration,
        lock_timeout: Duration,
    ) -> anyhow::Result<Self> {
        let rows = owner
            .rows("SELECT setting::bigint FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'")
            .await?;
        let millis: i64 = rows.first().map_or(Ok(1000), |row| row.try_get(0))?;
        let half = Duration::from_millis((millis.unsigned_abs() / 2).max(1));
        Ok(Self {
            owner,
            lock_timeout,
            holding: lock_timeout.min(half),
        })
    }

    /// A piece of work in one transaction.
    pub(super) async fn together(&self, work: &Work) -> anyhow::Result<()> {
        let statements = work.statements.join("; ");
        let sql = |turn| {
            let mut sql = format!("BEGIN; {}", wait_at_most(self.lock_timeout));
            for (at, lock) in work.locks(turn).iter().enumerate() {
                if at == 1 {
                    sql += &wait_at_most(self.holding);
                }
                sql.extend([lock, "; "]);
            }
            sql + &statements + "; COMMIT"
        };
        self.until_locked(sql, None).await
    }

    /// A statement that locks rows one after the other, in a transaction.
    pub(super) async fn rows(&self, statement: &str, also: &str) -> anyhow::Result<()> {
        let wait = wait_at_most(self.holding);
        let sql = format!("BEGIN; {wait}{also}{statement}; COMMIT");
        self.until_locked(|_| sql.clone(), None).await
    }

    /// A statement outside any transaction. Nobody waits behind one of these, so it may wait itself: for transactions
    /// that are older than an index, for instance.
    pub(super) async fn alone(
        &self,
        statement: &str,
        leftover: Option<&(String, String)>,
    ) -> anyhow::Result<()> {
        self.owner.run("SET lock_timeout = 0").await?;
        self.until_locked(|_| statement.to_owned(), leftover).await
    }

    async fn until_locked(
        &self,
        sql: impl Fn(usize) -> String,
        leftover: Option<&(String, String)>,
    ) -> anyhow::Result<()> {
        let mut pause = FIRST_PAUSE;
        for tried in 1..=TRIES {
            if let Some((there_is, clear)) = leftover
                && self.says(there_is).await?
            {
                terminal::progress("    what an interrupted attempt left behind is cleared away");
                self.owner.run(clear).await?;
            }
            let Err(error) = self.owner.run(&sql(tried - 1)).await else {
                return Ok(());
            };
            // The server's last words come before the end of the connection is noticed.
            if self.owner.run("ROLLBACK").await.is_err() {
                return Err(Obstacle::new(
                    format!("the connection broke: {}", Causes(&error)),
                    "run the same command again: it goes on where it was",
                )
                .into());
            }
            if !waited_in_vain(&error) || tried == TRIES {
                return Err(explained(error));
            }
            terminal::progress(format!(
                "    others hold the table; again in {:.1} s",
                pause.as_secs_f32()
            ));
            tokio::time::sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
        Ok(())
    }

    /// The answer to a question about the catalogs.
    pub(super) async fn says(&self, question: &str) -> anyhow::Result<bool> {
        let rows = self.owner.rows(question).await?;
        Ok(rows
            .first()
            .is_some_and(|row| row.try_get(0).unwrap_or(false)))
    }
}

fn wait_at_most(timeout: Duration) -> String {
    format!("SET LOCAL lock_timeout = {}; ", timeout.as_millis())
}

fn explained(error: anyhow::Error) -> anyhow::Error {
    if !waited_in_vain(&error) {
        return error;
    }
    Obstacle::new(
        format!("the lock could not be had in {TRIES} attempts"),
        "SELECT pid, state, xact_start, query FROM pg_stat_activity ORDER BY xact_start shows who holds it; then run the same command again",
    )
    .into()
}

/// Somebody else held what the statement needed.
fn waited_in_vain(error: &anyhow::Error) -> bool {
    let code = error
        .downcast_ref::<tokio_postgres::Error>()
        .and_then(tokio_postgres::Error::code);
    code.is_some_and(|code| {
        [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::T_R_DEADLOCK_DETECTED,
        ]
        .contains(code)
    })
}
