//! What the server says of a statement: the types of its parameters and its columns.

use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::Message;
use postgres_types::Type;

use super::frame::message;
use crate::error::{Error, Result};
use crate::rows::Column;
use crate::statement::Described;

/// A description with bare type OIDs; [`Types`](crate::types::Types) turns them into types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) parameters: Vec<u32>,
    pub(crate) columns: Vec<(Box<str>, u32)>,
}

impl Description {
    /// What the server said when it was asked about a statement.
    pub(crate) fn of(described: &Described) -> Self {
        let columns = described.columns.iter();
        Self {
            parameters: described.parameters.iter().map(Type::oid).collect(),
            columns: columns
                .map(|column| (column.name.clone(), column.type_.oid()))
                .collect(),
        }
    }

    /// Takes a ParameterDescription.
    pub(crate) fn set_parameters(&mut self, body: &[u8]) -> Result<()> {
        let Message::ParameterDescription(body) = message(b't', body)? else {
            return Err(Error::protocol("a ParameterDescription that is none"));
        };
        self.parameters = body.parameters().collect().map_err(malformed)?;
        Ok(())
    }

    /// Takes a RowDescription.
    pub(crate) fn set_columns(&mut self, body: &[u8]) -> Result<()> {
        let Message::RowDescription(body) = message(b'T', body)? else {
            return Err(Error::protocol("a RowDescription that is none"));
        };
        self.columns = body
            .fields()
            .map(|field| Ok((field.name().into(), field.type_oid())))
            .collect()
            .map_err(malformed)?;
        Ok(())
    }

    /// Whether the house already knows the statement as this.
    pub(crate) fn agrees(&self, known: &Described) -> bool {
        self.parameters
            .iter()
            .copied()
            .eq(known.parameters.iter().map(Type::oid))
            && self.columns_agree(&known.columns)
    }

    /// Whether these are the columns.
    pub(crate) fn columns_agree(&self, known: &[Column]) -> bool {
        self.columns.len() == known.len()
            && self
                .columns
                .iter()
                .zip(known)
                .all(|((name, oid), column)| *name == column.name && *oid == column.type_.oid())
    }
}

#[allow(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn malformed(error: std::io::Error) -> Error {
    Error::protocol(format!("a malformed description: {error}"))
}
