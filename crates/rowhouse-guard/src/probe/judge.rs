//! From what was observed to a verdict.

use std::collections::BTreeSet;

use super::attack::{Attack, Tells};
use super::doors::Answer;
use super::run::{Observed, Round, changed};
use super::session::State;
use super::verdict::Command;

/// What one attack showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    /// Rows of others changed, or came to be.
    Changed(String),
    /// The answer hangs on others' rows; to be seen again before it is believed.
    Differs(String),
    /// It was tried, and held.
    Held(String),
    /// It said nothing, and why.
    Nothing(String),
}

/// Errors by which row security, privileges and views refuse.
const WALLS: [&str; 2] = ["42501", "44000"];
/// Errors of the attack's own: it says nothing about the wall.
const MISTAKES: [&str; 7] = ["23", "42", "0A", "XX", "57", "53", "08"];

/// What an attack showed beside all tenants' rows, and without those of the others.
pub(super) fn shown(
    attack: &Attack,
    full: (&Round, &Observed),
    bare: &Observed,
    tables: &BTreeSet<String>,
    state: State,
    ids: &BTreeSet<String>,
) -> Shown {
    let (round, observed) = full;
    if let Some(after) = &observed.after {
        let others: Vec<&str> = changed(&round.before, after)
            .into_iter()
            .filter(|table| tables.contains(*table) || attack.shared.as_deref() == Some(*table))
            .collect();
        if !others.is_empty() {
            let shared = attack.shared.as_deref();
            return Shown::Changed(match others[..] {
                [one] if Some(one) == shared => {
                    format!("what all tenants share in {one} was changed")
                }
                _ => format!(
                    "rows of other tenants in {} were changed or made",
                    others.join(", ")
                ),
            });
        }
    }
    if let (Tells::Success(means), Answer::Rows(..)) = (attack.tells, &observed.answer) {
        return Shown::Changed(means.to_owned());
    }
    if attack.tells == Tells::MoreThanTenants
        && let Answer::Rows(rows, _) = &observed.answer
        && let [row] = &rows[..]
        && ids.contains(row)
    {
        return Shown::Held("it tells which tenant there is, and no more".to_owned());
    }
    // Where what comes first could not be done, nothing was tried that its answer would speak of.
    let prepared = observed.prepared && bare.prepared;
    if prepared && bare.answer != observed.answer && tells(attack, state, &observed.answer) {
        return Shown::Differs(difference(&observed.answer, &bare.answer));
    }
    match &observed.answer {
        Answer::Rows(rows, counts) => {
            let touched = counts.iter().sum::<u64>();
            if rows.is_empty() {
                Shown::Held(format!("{touched} rows, none of another tenant"))
            } else {
                Shown::Held(format!("{} rows, none of another tenant", rows.len()))
            }
        }
        refused @ Answer::Refused { code, said } => {
            let words = format!("{said} ({code})");
            // Policies come before constraints: a row that a constraint refused had passed them.
            let is_mistake = MISTAKES.iter().any(|class| code.starts_with(class));
            // Without a tenant, a policy that cannot make one of what is there is a wall. With one, it was not told right.
            let is_unread = code.starts_with("22") || is_unset(code, said);
            if refused.is_code(&WALLS) || is_unread && state != State::Tenant {
                Shown::Held(words)
            } else if is_mistake || is_unread {
                Shown::Nothing(words)
            } else {
                Shown::Held(words)
            }
        }
    }
}

/// A setting that was never made.
fn is_unset(code: &str, said: &str) -> bool {
    code == "42704" && said.contains("configuration parameter")
}

/// Whether another answer says something of others' rows. A reader who is refused learns nothing, and without a tenant every
/// row in the way is an error.
fn tells(attack: &Attack, state: State, answer: &Answer) -> bool {
    if attack.tells == Tells::Change {
        return false;
    }
    matches!(answer, Answer::Rows(..))
        || attack.tells == Tells::Refusal
        || state == State::Tenant && attack.command != Command::Select
}

fn difference(full: &Answer, bare: &Answer) -> String {
    match (full, bare) {
        (Answer::Rows(with, counted), Answer::Rows(without, bare)) => {
            let more = with.iter().find(|row| !without.contains(row));
            match more {
                Some(row) => format!(
                    "{} row(s) where its own are {}, such as: {row}",
                    with.len(),
                    without.len()
                ),
                None => format!(
                    "{} row(s) touched where its own are {}",
                    counted.iter().sum::<u64>(),
                    bare.iter().sum::<u64>()
                ),
            }
        }
        (Answer::Refused { said, code }, _) => {
            format!("refused because of another tenant's row: {said} ({code})")
        }
        (_, Answer::Refused { said, code }) => {
            format!("accepted because of another tenant's row; without it: {said} ({code})")
        }
    }
}

/// Whether answers show, each time, something that only another tenant has, and not without it: where they are never the same.
pub(super) fn is_marked(answers: [&Answer; 2], bare: &Answer, marks: &[String]) -> bool {
    let has = |answer: &Answer, mark: &str| match answer {
        Answer::Rows(rows, _) => rows.iter().any(|row| row.contains(mark)),
        Answer::Refused { .. } => false,
    };
    let mut marks = marks.iter().filter(|mark| mark.len() > 3);
    marks.any(|mark| answers.iter().all(|answer| has(answer, mark)) && !has(bare, mark))
}
