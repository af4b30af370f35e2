//! Rows filled a part of the table at a time.

use std::time::{Duration, Instant};

use rowhouse_guard::protect::Fill;

use super::attempt::Attempt;
use crate::terminal;

/// How often it is said how far it is.
const EVERY: Duration = Duration::from_secs(2);

/// Whether triggers can be left to rest for a transaction: the tenant is not what they are there for.
const MAY_REST: &str = "SELECT has_parameter_privilege('session_replication_role', 'SET')";

pub(super) async fn fill(attempt: &Attempt<'_>, fill: &Fill) -> anyhow::Result<()> {
    let rest = if attempt.says(MAY_REST).await? {
        "SET LOCAL session_replication_role = replica; "
    } else {
        ""
    };
    for table in &fill.tables {
        let rows = attempt.owner.rows(&Fill::parts(table)).await?;
        let parts: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
        let mut said = Instant::now();
        for part in 0..parts {
            attempt.rows(&fill.part(table, part), rest).await?;
            if said.elapsed() > EVERY {
                terminal::progress(format!("    {table}: part {} of {parts}", part + 1));
                said = Instant::now();
            }
        }
    }
    Ok(())
}
