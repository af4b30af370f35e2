//! The connections of a probe. They are opened by the caller, whose business it is how a database is reached; this crate
//! runs its own statements on them and no others.

#![allow(
    clippy::disallowed_types,
    reason = "the probe attacks as the app role, over connections that the caller opened; this file and run.rs are where it does"
)]

use std::future::Future;

use tokio_postgres::{Client, SimpleQueryMessage};

/// Opens connections to the database that is probed.
pub trait Doors {
    /// One more session as a role that may log in.
    fn enter(&self, role: &str) -> impl Future<Output = Result<Client, String>>;
    /// One more session as the superuser of a disposable copy.
    fn superuser(&self) -> impl Future<Output = Result<Client, String>>;
}

/// What a statement gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// Rows in no particular order, and how many were touched by each statement.
    Rows(Vec<String>, Vec<u64>),
    /// The server refused.
    Refused {
        /// The SQLSTATE.
        code: String,
        /// Its words.
        said: String,
    },
}

impl Answer {
    pub(super) fn is_code(&self, codes: &[&str]) -> bool {
        matches!(self, Self::Refused { code, .. } if codes.contains(&code.as_str()))
    }
}

/// Runs statements and gives what came back.
pub(super) async fn ask(client: &Client, sql: &str) -> Answer {
    match client.simple_query(sql).await {
        Ok(messages) => {
            let (mut rows, mut counts) = (Vec::new(), Vec::new());
            for message in messages {
                match message {
                    SimpleQueryMessage::Row(row) => {
                        let fields = (0..row.len()).map(|at| row.get(at).unwrap_or("∅").to_owned());
                        rows.push(fields.collect::<Vec<_>>().join(" | "));
                    }
                    SimpleQueryMessage::CommandComplete(count) => counts.push(count),
                    _ => {}
                }
            }
            rows.sort();
            Answer::Rows(rows, counts)
        }
        Err(error) => match error.as_db_error() {
            Some(db) => Answer::Refused {
                code: db.code().code().to_owned(),
                said: db.message().to_owned(),
            },
            None => Answer::Refused {
                code: "08006".to_owned(),
                said: error.to_string(),
            },
        },
    }
}
