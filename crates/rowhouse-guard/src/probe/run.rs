//! Running attacks: each in a savepoint of one transaction, once beside the rows of all tenants and once as if the others had
//! none. What differs between the two was another tenant's to know; what another tenant's rows lost or gained was not the
//! attacker's to change.

#![allow(
    clippy::disallowed_types,
    reason = "the probe attacks as the app role, over connections that the caller opened; this file and doors.rs are where it does"
)]

use tokio_postgres::Client;

use super::attack::Attack;
use super::doors::{Answer, ask};
use super::verdict::Command;

/// What came of one attack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Observed {
    /// What the attacker was told.
    pub(super) answer: Answer,
    /// One line for each table, as it was after it; none where it was refused.
    pub(super) after: Option<String>,
    /// What had to be done first was done.
    pub(super) prepared: bool,
}

/// All that was observed in one transaction.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// The tables before anything was done.
    pub(super) before: String,
    /// In the order of the attacks.
    pub(super) observed: Vec<Observed>,
}

/// How a round begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening<'o> {
    /// What the session says.
    pub(super) session: &'o str,
    /// Who the foreigners are: `others` or `all`.
    pub(super) foreign: &'o str,
    /// Whether they have rows.
    pub(super) with_rows: bool,
}

/// Runs attacks one after the other, undoing each, in a transaction that is rolled back.
pub(super) async fn round(
    client: &Client,
    opening: Opening<'_>,
    attacks: &[&Attack],
) -> Result<Round, String> {
    let foreign = opening.foreign;
    let digest = format!("SELECT rowhouse_probe.rows_of_{foreign}()");
    let start = if opening.with_rows {
        "BEGIN; SET CONSTRAINTS ALL IMMEDIATE".to_owned()
    } else {
        format!("BEGIN; SELECT rowhouse_probe.without_{foreign}(); SET CONSTRAINTS ALL IMMEDIATE")
    };
    let begun = begin(client, &start, opening.session).await;
    if let Err(why) = begun {
        let _ = client.batch_execute("ROLLBACK").await;
        return Err(why);
    }
    let mut round = Round {
        before: text(&ask(client, &digest).await),
        observed: Vec::new(),
    };
    for attack in attacks {
        // Reading changes nothing, and what changes while the others have no rows was nobody's.
        let looks = opening.with_rows && attack.command != Command::Select;
        let digest = if looks { digest.as_str() } else { "" };
        let mut observed = one(client, "", attack, opening, digest).await;
        if attack.past_keys && observed.answer.is_code(&["23503", "23505", "23514"]) {
            let again = one(
                client,
                "SELECT rowhouse_probe.without_keys()",
                attack,
                opening,
                digest,
            )
            .await;
            if !again.answer.is_code(&["23503", "23505", "23514"]) {
                observed = again;
            }
        }
        round.observed.push(observed);
    }
    let _ = client.batch_execute("ROLLBACK").await;
    Ok(round)
}

async fn begin(client: &Client, start: &str, session: &str) -> Result<(), String> {
    for sql in [start, session] {
        if sql.is_empty() {
            continue;
        }
        if let Answer::Refused { said, .. } = ask(client, sql).await {
            return Err(said);
        }
    }
    Ok(())
}

/// One attack and what it left behind, in one go.
async fn one(
    client: &Client,
    keys: &str,
    attack: &Attack,
    opening: Opening<'_>,
    digest: &str,
) -> Observed {
    let savepoint = format!("SAVEPOINT probe; {keys}");
    let is_done = opening.with_rows || !attack.by_another;
    let first = if is_done { attack.first.as_str() } else { "" };
    let (_, first, answer, after, _, _) = tokio::join!(
        ask(client, &savepoint),
        ask(client, first),
        ask(client, &attack.sql),
        ask(client, digest),
        ask(client, "ROLLBACK TO probe"),
        ask(client, attack.last)
    );
    let after = match &after {
        Answer::Rows(..) if !digest.is_empty() => Some(text(&after)),
        Answer::Rows(..) | Answer::Refused { .. } => None,
    };
    match first {
        Answer::Rows(..) => Observed {
            answer,
            after,
            prepared: true,
        },
        refused @ Answer::Refused { .. } => Observed {
            answer: refused,
            after: None,
            prepared: false,
        },
    }
}

fn text(answer: &Answer) -> String {
    match answer {
        Answer::Rows(rows, _) => rows.join("\n"),
        Answer::Refused { said, .. } => said.clone(),
    }
}

/// The tables whose line is another one than before.
pub(super) fn changed<'o>(before: &str, after: &'o str) -> Vec<&'o str> {
    let known: std::collections::BTreeSet<&str> = before.lines().collect();
    let lines = after.lines().filter(|line| !known.contains(line));
    lines
        .filter_map(|line| line.rsplitn(3, ' ').nth(2))
        .collect()
}
