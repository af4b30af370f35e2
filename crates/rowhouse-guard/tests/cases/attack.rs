//! The attack, for real, as the app role over a connection of its own.

use std::fmt;

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::case::Case;
use crate::house::{House, rows_of_last, said};

/// What came of it.
pub(crate) enum Outcome {
    /// It showed what it must not.
    Leaks,
    /// It showed nothing, or was refused in one of the ways that count.
    Closed(Option<String>),
    /// The attack itself is at fault.
    Failed(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaks => f.write_str("the exploit works"),
            Self::Closed(None) => f.write_str("the exploit shows nothing"),
            Self::Closed(Some(why)) => write!(f, "the exploit is refused: {why}"),
            Self::Failed(why) => write!(f, "the exploit fails: {why}"),
        }
    }
}

impl Outcome {
    fn of_rows(rows: usize) -> Self {
        if rows > 0 {
            Self::Leaks
        } else {
            Self::Closed(None)
        }
    }
}

/// A tenant's own rows are there: a service that sees nothing at all proves nothing.
pub(crate) async fn own_rows(case: &Case, house: &House) -> Result<(), String> {
    let Some(sql) = case.section("own") else {
        return Err("no query for the tenant's own rows".into());
    };
    let app = house.app().await;
    let rows = in_scope(case, house, &app, "{A}", sql)
        .await
        .map_err(|error| format!("its own rows: {}", said(&error)))?;
    if rows == 0 {
        return Err("the tenant does not see its own rows".into());
    }
    Ok(())
}

/// Runs the steps; the last one decides.
pub(crate) async fn run(case: &Case, house: &House) -> Outcome {
    let app = house.app().await;
    let mut outcome = Outcome::Closed(None);
    for step in case.steps() {
        outcome = match step.name.as_str() {
            "exploit" => exploit(case, house, &app, &step.sql).await,
            "victim" => {
                let victim = house.app().await;
                quiet(in_scope(case, house, &victim, "{B}", &step.sql).await)
            }
            "operator" => quiet_text(house.as_owner(&step.sql).await),
            _ => match house.admin.simple_query(&house.fill(&step.sql)).await {
                Ok(messages) => Outcome::of_rows(rows_of_last(&messages)),
                Err(error) => Outcome::Failed(format!("the proof: {}", said(&error))),
            },
        };
        if matches!(outcome, Outcome::Failed(_)) {
            return outcome;
        }
    }
    outcome
}

async fn exploit(case: &Case, house: &House, app: &Client, sql: &str) -> Outcome {
    let rows = if case.script.value("tenant") == Some("none") {
        app.simple_query(&house.fill(sql))
            .await
            .map(|messages| rows_of_last(&messages))
    } else {
        in_scope(case, house, app, "{A}", sql).await
    };
    if rows.is_err() {
        let _ = app.batch_execute("ROLLBACK").await;
    }
    match rows {
        Ok(rows) => Outcome::of_rows(rows),
        Err(error) if counts_as_refused(case, error.code()) => Outcome::Closed(Some(said(&error))),
        Err(error) => Outcome::Failed(said(&error)),
    }
}

/// Not every error is a wall: a mistake in the exploit must not pass for one.
fn counts_as_refused(case: &Case, code: Option<&SqlState>) -> bool {
    code.is_some_and(|code| {
        [
            SqlState::INSUFFICIENT_PRIVILEGE,
            SqlState::WITH_CHECK_OPTION_VIOLATION,
        ]
        .contains(code)
            || case.script.values("refused").contains(&code.code())
    })
}

/// One transaction with the tenant set for it, as an ordinary service has them.
async fn in_scope(
    case: &Case,
    house: &House,
    app: &Client,
    tenant: &str,
    sql: &str,
) -> Result<usize, tokio_postgres::Error> {
    app.batch_execute(&format!("BEGIN; {}", house.tenant_sql(case, tenant)))
        .await?;
    let messages = app.simple_query(&house.fill(sql)).await?;
    app.batch_execute("COMMIT").await?;
    Ok(rows_of_last(&messages))
}

fn quiet(done: Result<usize, tokio_postgres::Error>) -> Outcome {
    quiet_text(done.map(|_| ()).map_err(|error| said(&error)))
}

fn quiet_text(done: Result<(), String>) -> Outcome {
    match done {
        Ok(()) => Outcome::Closed(None),
        Err(error) => Outcome::Failed(error),
    }
}
