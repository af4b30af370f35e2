//! A record in a line of a log.

use serde::Deserialize;

/// What the message begins with.
const MARK: &str = "rowhouse observe: ";

/// What an observing policy has written.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    pub(super) database: String,
    pub(super) table: String,
    pub(super) reason: String,
    pub(super) times: u64,
    pub(super) session: String,
    pub(super) role: String,
    pub(super) application: String,
    pub(super) at: String,
    pub(super) statement: String,
}

impl Record {
    pub(super) fn of(line: &str) -> Option<Self> {
        let (_, rest) = line.split_once(MARK)?;
        let text = if rest.starts_with("{\"\"") {
            csv(rest)
        } else if rest.starts_with("{\\") {
            json(rest)?
        } else {
            rest.to_owned()
        };
        // What comes after the object is not ours.
        let mut values = serde_json::Deserializer::from_str(&text).into_iter();
        values.next()?.ok()
    }
}

/// The rest of a field in which quotes are doubled.
fn csv(rest: &str) -> String {
    let mut text = String::new();
    let mut letters = rest.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '"' && letters.next_if_eq(&'"').is_none() {
            break;
        }
        text.push(letter);
    }
    text
}

/// The rest of a text within JSON.
fn json(rest: &str) -> Option<String> {
    let mut escaped = false;
    let end = rest.find(|letter| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    })?;
    serde_json::from_str(&format!("\"{}\"", &rest[..end])).ok()
}
