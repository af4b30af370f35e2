//! An error that PostgreSQL reported.

use std::fmt;

use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::ErrorResponseBody;

/// The fields of an ErrorResponse (PostgreSQL manual, "Error and Notice Message Fields").
///
/// `Display` gives severity, SQLSTATE and primary message. The detail may quote row values (`Key (…)=(…)`), so it is
/// left to the caller to show it; it must never reach another tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DatabaseError {
    severity: String,
    code: String,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    position: Option<u32>,
    context: Option<String>,
    schema: Option<String>,
    table: Option<String>,
    column: Option<String>,
    constraint: Option<String>,
}

impl DatabaseError {
    pub(crate) fn parse(body: &ErrorResponseBody) -> Self {
        let mut error = Self::default();
        let mut fields = body.fields();
        while let Ok(Some(field)) = fields.next() {
            let value = String::from_utf8_lossy(field.value_bytes()).into_owned();
            match field.type_() {
                b'V' => error.severity = value,
                b'S' if error.severity.is_empty() => error.severity = value,
                b'C' => error.code = value,
                b'M' => error.message = value,
                b'D' => error.detail = Some(value),
                b'H' => error.hint = Some(value),
                b'P' => error.position = value.parse().ok(),
                b'W' => error.context = Some(value),
                b's' => error.schema = Some(value),
                b't' => error.table = Some(value),
                b'c' => error.column = Some(value),
                b'n' => error.constraint = Some(value),
                _ => {}
            }
        }
        error
    }

    /// The five characters of the SQLSTATE, such as `23505`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// `ERROR`, `FATAL` or `PANIC`.
    pub fn severity(&self) -> &str {
        &self.severity
    }

    /// The primary message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The detail; it may quote the values of the row.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The server's hint.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Where in the statement, in characters from 1.
    pub fn position(&self) -> Option<u32> {
        self.position
    }

    /// The call stack of functions.
    pub fn context(&self) -> Option<&str> {
        self.context.as_deref()
    }

    /// The schema of the object concerned.
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The table concerned.
    pub fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    /// The column concerned.
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// The constraint concerned.
    pub fn constraint(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    /// The statement ended the connection as well.
    pub(crate) fn is_fatal(&self) -> bool {
        self.severity == "FATAL" || self.severity == "PANIC"
    }

    /// A policy or function read a setting that nobody set (42704). A scope always sets the tenant, so this means that
    /// the policies read another setting than the house was told. 22P02 on an empty string, the other face of a missing
    /// tenant, cannot come from the tenant here: a scope's tenant is never empty.
    pub(crate) fn is_missing_tenant(&self) -> bool {
        self.code == "42704" && self.message.contains("configuration parameter")
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.severity, self.code, self.message)
    }
}

impl std::error::Error for DatabaseError {}
