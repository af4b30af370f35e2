//! The statement as a whole: parameters, aliases, and the request it answers.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;

use bytes::BytesMut;
use postgres_types::{Format, IsNull, ToSql, Type};

use crate::json::{self, Decoder, ServerFormat};
use crate::request::{Name, Read, Terms, Window};
use crate::resource::{Column, Resources};

use super::PlanError;

/// One statement that answers a request, and how its rows become an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The text, the same for every request of this shape.
    pub sql: Arc<str>,
    /// The values of `$1`, `$2`, ….
    pub params: Vec<Param>,
    /// What becomes of the columns.
    pub columns: Vec<json::Column>,
    /// Before them come the number of all rows, and whether this one is there: there is always a
    /// first row.
    pub counted: bool,
    /// Between those two comes how many of the rows were there before the write.
    pub updates: bool,
    /// Behind them come so many texts that say where the next page begins.
    pub place: usize,
    /// The most rows there can be.
    pub limit: Option<i64>,
    /// How many rows were passed over; none where a cursor was followed.
    pub offset: Option<i64>,
    /// What the rows are put into, where the client does not say it.
    pub form: Form,
}

/// What the rows of an answer are put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// A list of objects.
    #[default]
    Rows,
    /// One object.
    Row,
    /// A list of values: those of the only column.
    Values,
    /// One value.
    Value,
    /// A value that is the content already, made of rows: behind it comes how many.
    Content,
    /// There is no answer.
    Nothing,
}

/// A bind parameter; the text says its type, unless the server is to find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// An `int4`.
    Int4(i32),
    /// An `int8`.
    Int8(i64),
    /// A `text`.
    Text(String),
    /// The text of a value whose type follows from where it stands, as with a literal.
    Unknown(String),
    /// A `bytea`.
    Bytes(Vec<u8>),
    /// A null, of a type as [`Param::Unknown`] has it.
    Null,
    /// What each request of this shape brings along.
    Given(Given),
}

/// What a request brings along, besides its query string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// The rows to write: a JSON array of objects.
    Rows,
    /// The only row's value of one of the members of [`super::Ask`], by its place among them.
    Member(usize),
    /// The tenant's id.
    Tenant,
    /// A word that only this request knows.
    Word,
}

impl Plan {
    /// What is in the place of each parameter, given what the request brings along.
    pub fn params_with<'p>(&'p self, given: impl Fn(Given) -> &'p Param) -> Vec<&'p Param> {
        let params = self.params.iter();
        params
            .map(|param| match param {
                Param::Given(what) => given(*what),
                param => param,
            })
            .collect()
    }

    pub(super) fn of_write(
        sql: String,
        statement: Statement<'_>,
        columns: Vec<json::Column>,
        counted: bool,
        updates: bool,
    ) -> Self {
        Self {
            sql: sql.into(),
            params: statement.into_params(),
            columns,
            counted,
            updates,
            place: 0,
            limit: None,
            offset: None,
            form: Form::Rows,
        }
    }
}

impl ToSql for Param {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Int4(value) => value.to_sql(ty, out),
            Self::Int8(value) => value.to_sql(ty, out),
            Self::Text(value) => value.to_sql(ty, out),
            Self::Bytes(value) => value.to_sql(ty, out),
            Self::Unknown(value) => {
                out.extend_from_slice(value.as_bytes());
                Ok(IsNull::No)
            }
            Self::Null => Ok(IsNull::Yes),
            Self::Given(what) => Err(format!("{what:?} is not given").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        // The text of the statement says the types of those that depend on one.
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.to_sql(ty, out)
    }

    fn encode_format(&self, _: &Type) -> Format {
        match self {
            Self::Unknown(_) => Format::Text,
            _ => Format::Binary,
        }
    }
}

/// What the levels of a statement share.
pub(super) struct Statement<'a> {
    pub(super) resources: &'a Resources,
    /// How the server prints values for this statement.
    pub(super) format: Cow<'a, ServerFormat>,
    read: &'a Read,
    params: Vec<Param>,
    aliases: usize,
    /// The most rows of any level.
    pub(super) most: Option<i64>,
    entered: Vec<Vec<Name>>,
}

impl<'a> Statement<'a> {
    pub(super) fn new(
        resources: &'a Resources,
        read: &'a Read,
        terms: &Terms,
        most: Option<u32>,
    ) -> Self {
        let format = if terms.zoned {
            Cow::Owned(ServerFormat {
                utc: false,
                ..resources.format().clone()
            })
        } else {
            Cow::Borrowed(resources.format())
        };
        Self {
            resources,
            format,
            read,
            params: Vec::new(),
            aliases: 0,
            most: most.map(i64::from),
            entered: Vec::new(),
        }
    }

    /// A name for one more table of the statement.
    pub(super) fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    /// How values of a column are read: as always, unless the client wants another time zone.
    pub(super) fn decoder(&self, column: &Column) -> Option<Decoder> {
        match &self.format {
            Cow::Borrowed(_) => column.decoder.clone(),
            Cow::Owned(format) => Decoder::of(column.ty.as_ref()?, format),
        }
    }

    /// Binds a value and gives its place in the text.
    pub(super) fn bind(&mut self, param: Param) -> String {
        let ty = match &param {
            Param::Int4(_) => "int4",
            Param::Int8(_) => "int8",
            Param::Bytes(_) => "bytea",
            Param::Text(_) | Param::Given(Given::Word) => "text",
            Param::Given(Given::Rows) => "json",
            Param::Unknown(_) | Param::Null | Param::Given(Given::Tenant | Given::Member(_)) => {
                self.params.push(param);
                return format!("${}", self.params.len());
            }
        };
        self.params.push(param);
        format!("${}::pg_catalog.{ty}", self.params.len())
    }

    /// What the client asked of the relation at `path`.
    pub(super) fn window(&self, path: &[Name]) -> Option<&'a Window> {
        self.read.window(path)
    }

    /// Takes note that a relation is embedded at `path`.
    pub(super) fn enter(&mut self, path: &[Name]) {
        if !self.read.windows.is_empty() {
            self.entered.push(path.to_vec());
        }
    }

    /// Nobody may ask something of what is not embedded, and think it was heard.
    pub(super) fn all_windows_used(&self) -> Result<(), PlanError> {
        for window in &self.read.windows {
            for depth in 1..=window.path.len() {
                let path = &window.path[..depth];
                if !self.entered.iter().any(|entered| entered == path) {
                    let name = window.path[depth - 1].as_str().to_owned();
                    return Err(PlanError::NotEmbedded(name));
                }
            }
        }
        Ok(())
    }

    pub(super) fn into_params(self) -> Vec<Param> {
        self.params
    }
}
