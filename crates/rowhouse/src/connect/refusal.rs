//! The server's own words when it turns a connection down.

use std::fmt;

use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::ErrorResponseBody;

/// An `ErrorResponse` received before the session was ready.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// SQLSTATE.
    pub code: String,
    /// The primary message.
    pub message: String,
    /// More about it, if the server said more.
    pub detail: Option<String>,
    /// The server's advice, if it gave any.
    pub hint: Option<String>,
    /// Whether it came before the server had asked for any proof.
    pub(super) unchallenged: bool,
}

impl Refusal {
    /// Reads the fields that matter; what is not UTF-8 is replaced.
    pub(super) fn read(body: &ErrorResponseBody) -> Result<Self, std::io::Error> {
        let mut refusal = Self::default();
        let mut fields = body.fields();
        while let Some(field) = fields.next()? {
            let value = || String::from_utf8_lossy(field.value_bytes()).into_owned();
            match field.type_() {
                b'C' => refusal.code = value(),
                b'M' => refusal.message = value(),
                b'D' => refusal.detail = Some(value()),
                b'H' => refusal.hint = Some(value()),
                _ => {}
            }
        }
        Ok(refusal)
    }

    /// The server says it cannot now: starting, stopping, full, or (class 08, which poolers use
    /// for everything) without a server behind it.
    pub(super) fn is_transient(&self) -> bool {
        let code = self.code.as_str();
        ["08", "53", "58"]
            .iter()
            .any(|class| code.starts_with(class))
            || ["57P01", "57P02", "57P03", "57P05"].contains(&code)
    }

    /// Role, password, database or permission are wrong.
    pub(super) fn is_verdict(&self) -> bool {
        self.code.starts_with("28") || ["3D000", "42501"].contains(&self.code.as_str())
    }

    /// `pg_hba.conf` has no line for this role by this way in; another way may have one. After a
    /// challenge the same code means that the answer was wrong, channel binding included.
    pub(super) fn is_way_in(&self) -> bool {
        self.unchallenged && self.code == "28000"
    }

    pub(super) fn hint(&self) -> Option<&'static str> {
        Some(match self.code.as_str() {
            "28P01" => "check user and password",
            "28000" => "check that the role exists, may log in, and has a line in pg_hba.conf",
            "3D000" => "check dbname; the database must exist",
            "42501" => "grant the role CONNECT on the database",
            "53300" => "raise max_connections, or use fewer connections",
            "57P03" => "the server is starting or stopping; try again in a moment",
            _ => return None,
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)?;
        if let Some(detail) = &self.detail {
            write!(f, ", {detail}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}
