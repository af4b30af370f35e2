//! One exchange: everything from our writing up to the ReadyForQuery that answers its Sync.
//!
//! Nothing counts as done before that ReadyForQuery: a deferred constraint fails after CommandComplete.

use std::sync::Arc;

use super::description::Description;
use super::frame::database_error;
use crate::database_error::DatabaseError;
use crate::error::{Error, Result};
use crate::row_buffer::RowBuffer;
use crate::rows::{Column, Rows};

/// What the head's row must repeat for the answer behind it to be released.
#[derive(Debug, Clone)]
pub(crate) struct HeadCheck {
    pub(crate) tenant: Arc<str>,
    pub(crate) nonce: i64,
}

impl HeadCheck {
    /// Whether a DataRow begins with the nonce and the tenant.
    fn matches(&self, body: &[u8]) -> bool {
        let Some((count, rest)) = body.split_first_chunk::<2>() else {
            return false;
        };
        let Some((length, rest)) = rest.split_first_chunk::<4>() else {
            return false;
        };
        let Some((nonce, rest)) = rest.split_first_chunk::<8>() else {
            return false;
        };
        let Some((tenant_length, rest)) = rest.split_first_chunk::<4>() else {
            return false;
        };
        let tenant = self.tenant.as_bytes();
        u16::from_be_bytes(*count) >= 2
            && u32::from_be_bytes(*length) == 8
            && i64::from_be_bytes(*nonce) == self.nonce
            && u32::from_be_bytes(*tenant_length) as usize == tenant.len()
            && rest.starts_with(tenant)
    }
}

/// The rows of one statement, while they come and when they are whole.
#[derive(Debug, Default)]
pub(crate) struct ResultSet {
    pub(crate) rows: RowBuffer,
    pub(crate) affected: u64,
    /// It stopped at the row cap: there may be more.
    pub(crate) suspended: bool,
    /// It passed the byte cap; its rows were dropped.
    pub(crate) overflowed: bool,
    /// What the server said of the statement, when it was asked in the same breath.
    pub(crate) description: Option<Description>,
}

impl ResultSet {
    pub(crate) fn into_rows(self, columns: Arc<[Column]>) -> Rows {
        Rows::new(columns, self.rows, self.affected)
    }
}

/// Where in the expected answers we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Commands of our own before the head, such as BEGIN.
    Before(u8),
    /// The head's row and completion.
    Head,
    /// The statements' answers.
    Results,
}

/// What a frame led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Go on reading.
    More,
    /// COPY got somewhere: the server waits for data, sent some, or failed.
    Copy,
    /// ReadyForQuery came.
    Ready,
}

/// The state of one exchange.
#[derive(Debug)]
pub(crate) struct Exchange {
    stage: Stage,
    head: Option<HeadCheck>,
    verified: bool,
    /// The column count of each statement still to come; `None` takes it from the RowDescription.
    columns: Vec<Option<u16>>,
    current: ResultSet,
    cap: usize,
    results: Vec<ResultSet>,
    /// What is known of statements that this exchange does not describe, by their place.
    known: Vec<(usize, Description)>,
    error: Option<DatabaseError>,
    disturbance: Option<String>,
    copy: Option<Vec<u8>>,
}

/// A finished exchange.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) results: Vec<ResultSet>,
    pub(crate) error: Option<DatabaseError>,
    /// What the server said of a statement that was described and not run.
    pub(crate) description: Option<Description>,
    /// The head came back as it should.
    pub(crate) verified: bool,
    /// The transaction status of the ReadyForQuery: `I`, `T` or `E`.
    pub(crate) status: u8,
    /// Something came that an undisturbed connection does not send.
    pub(crate) disturbance: Option<String>,
}

impl Exchange {
    /// An exchange of `before` commands of our own, then a head, then one statement for each of `columns`, of which
    /// each may buffer `cap` bytes.
    pub(crate) fn new(
        before: u8,
        head: Option<HeadCheck>,
        columns: Vec<Option<u16>>,
        cap: usize,
    ) -> Self {
        let stage = match (before, &head) {
            (0, None) => Stage::Results,
            (0, Some(_)) => Stage::Head,
            (n, _) => Stage::Before(n),
        };
        Self {
            stage,
            verified: head.is_none(),
            head,
            columns,
            current: ResultSet::default(),
            cap,
            results: Vec::new(),
            known: Vec::new(),
            error: None,
            disturbance: None,
            copy: None,
        }
    }

    /// Expects COPY to begin.
    pub(crate) fn with_copy(mut self) -> Self {
        self.copy = Some(Vec::new());
        self
    }

    /// Reserves room for an answer of about `bytes`.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.current.rows.reserve(bytes.min(self.cap));
    }

    /// Says what the statement at place `at` really gives; its answer must not have begun.
    pub(crate) fn describe(&mut self, at: usize, description: Description) {
        if let Some(expected) = self.columns.get_mut(at) {
            *expected = Some(description.columns.len() as u16);
        }
        self.known.push((at, description));
    }

    /// The COPY data that came since last asked.
    pub(crate) fn take_copy(&mut self) -> Vec<u8> {
        self.copy.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes one message.
    ///
    /// # Errors
    /// The connection cannot be used any more: the protocol was broken, or the answer is another tenant's.
    pub(crate) fn take(&mut self, tag: u8, body: &[u8]) -> Result<Progress> {
        match tag {
            b'D' => self.row(body)?,
            b'C' => self.complete(affected(body)),
            b's' => {
                self.current.suspended = true;
                self.complete(0);
            }
            b'I' => self.complete(0),
            b'1' | b'2' | b'3' | b'n' => {}
            b't' => self
                .current
                .description
                .get_or_insert_default()
                .set_parameters(body)?,
            b'T' => self.row_description(body)?,
            b'E' => {
                let error = database_error(body)?;
                if self.error.is_none() {
                    self.error = Some(error);
                }
                // No ReadyForQuery follows before our Sync, and a COPY in waits for its end to send one.
                if self.copy.is_some() {
                    return Ok(Progress::Copy);
                }
            }
            b'Z' => {
                if !self.verified && self.error.is_none() {
                    return Err(Error::IsolationCheck);
                }
                return Ok(Progress::Ready);
            }
            b'N' => tracing::debug!(target: "rowhouse", "notice from the server"),
            b'S' => self.disturb("a ParameterStatus", body),
            b'A' => self.disturb("a NotificationResponse", &[]),
            b'G' | b'H' if self.copy.is_some() => return Ok(Progress::Copy),
            b'd' if self.copy.is_some() => {
                if !self.verified {
                    return Err(Error::IsolationCheck);
                }
                self.copy.get_or_insert_default().extend_from_slice(body);
                return Ok(Progress::Copy);
            }
            b'c' if self.copy.is_some() => {}
            b'G' | b'H' | b'W' | b'd' | b'c' => {
                return Err(Error::protocol("a Copy message nobody asked for"));
            }
            _ => {
                return Err(Error::protocol(format!(
                    "an unexpected message {:?}",
                    char::from(tag)
                )));
            }
        }
        Ok(Progress::More)
    }

    fn row(&mut self, body: &[u8]) -> Result<()> {
        match self.stage {
            Stage::Before(_) => {}
            Stage::Head => {
                if !self.head.as_ref().is_some_and(|head| head.matches(body)) {
                    return Err(Error::IsolationCheck);
                }
                self.verified = true;
            }
            Stage::Results => {
                if !self.verified {
                    return Err(Error::IsolationCheck);
                }
                if self.current.overflowed {
                    return Ok(());
                }
                let expected = self.columns.get(self.results.len()).copied().flatten();
                let expected =
                    expected.ok_or_else(|| Error::protocol("a row where none was expected"))?;
                self.current.rows.push(body, expected.into())?;
                if self.current.rows.bytes() > self.cap {
                    self.current.rows.clear();
                    self.current.overflowed = true;
                }
            }
        }
        Ok(())
    }

    fn row_description(&mut self, body: &[u8]) -> Result<()> {
        let description = self.current.description.get_or_insert_default();
        description.set_columns(body)?;
        let count = description.columns.len() as u16;
        if self.stage == Stage::Results
            && let Some(expected) = self.columns.get_mut(self.results.len())
        {
            *expected = Some(count);
        }
        Ok(())
    }

    fn complete(&mut self, affected: u64) {
        match self.stage {
            Stage::Before(n) if n > 1 => self.stage = Stage::Before(n - 1),
            Stage::Before(_) => {
                self.stage = if self.head.is_some() {
                    Stage::Head
                } else {
                    Stage::Results
                }
            }
            Stage::Head => self.stage = Stage::Results,
            Stage::Results => {
                // A further statement has a head of its own in front of it.
                if self.head.is_some() && self.results.len() + 1 < self.columns.len() {
                    self.stage = Stage::Head;
                    self.verified = false;
                }
                self.current.affected = affected;
                if self.current.description.is_none() && !self.known.is_empty() {
                    let here = self.results.len();
                    let known = self.known.iter().rev().find(|(at, _)| *at == here);
                    self.current.description = known.map(|(_, description)| description.clone());
                }
                self.results.push(std::mem::take(&mut self.current));
            }
        }
    }

    fn disturb(&mut self, what: &str, body: &[u8]) {
        let name = body.split(|byte| *byte == 0).next().unwrap_or_default();
        self.disturbance = Some(format!("{what} {}", String::from_utf8_lossy(name)));
    }

    /// The outcome, once [`Progress::Ready`] came with `status`.
    pub(crate) fn finish(self, status: u8) -> Outcome {
        Outcome {
            results: self.results,
            error: self.error,
            description: self.current.description,
            verified: self.verified,
            status,
            disturbance: self.disturbance,
        }
    }

    /// The error that came, if one did.
    pub(crate) fn error(&self) -> Option<&DatabaseError> {
        self.error.as_ref()
    }

    /// A FATAL error that came before the connection closed, if any: it says why.
    pub(crate) fn fatal(&self) -> Option<&DatabaseError> {
        self.error.as_ref().filter(|error| error.is_fatal())
    }
}

/// The count at the end of a command tag, such as `INSERT 0 5`.
fn affected(body: &[u8]) -> u64 {
    let tag = body.strip_suffix(&[0]).unwrap_or(body);
    let digits = tag.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
#[path = "exchange_tests.rs"]
mod tests;
