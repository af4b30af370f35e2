//! The statement as a whole: parameters, aliases, and the request it answers.

use std::sync::Arc;

use crate::json;
use crate::request::{Name, Read, Window};
use crate::resource::Resources;

use super::PlanError;

/// One statement that answers a request, and how its rows become JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The text, the same for every request of this shape.
    pub sql: Arc<str>,
    /// The values of `$1`, `$2`, ….
    pub params: Vec<Param>,
    /// What becomes of the columns.
    pub columns: Vec<json::Column>,
}

/// A bind parameter; the text says its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// An `int4`.
    Int4(i32),
    /// An `int8`.
    Int8(i64),
    /// A `text`.
    Text(String),
}

/// What the levels of a statement share.
pub(super) struct Statement<'a> {
    pub(super) resources: &'a Resources,
    read: &'a Read,
    params: Vec<Param>,
    aliases: usize,
    windows_used: Vec<Vec<Name>>,
}

impl<'a> Statement<'a> {
    pub(super) fn new(resources: &'a Resources, read: &'a Read) -> Self {
        // The window of the rows themselves is always used.
        Self {
            resources,
            read,
            params: Vec::new(),
            aliases: 0,
            windows_used: vec![Vec::new()],
        }
    }

    /// A name for one more table of the statement.
    pub(super) fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    /// Binds a value and gives its place in the text.
    pub(super) fn bind(&mut self, param: Param) -> String {
        let ty = match &param {
            Param::Int4(_) => "int4",
            Param::Int8(_) => "int8",
            Param::Text(_) => "text",
        };
        self.params.push(param);
        format!("${}::pg_catalog.{ty}", self.params.len())
    }

    /// What the client asked of the embedded relation at `path`.
    pub(super) fn window(&mut self, path: &[Name]) -> Option<&'a Window> {
        let window = self.read.window(path)?;
        self.windows_used.push(path.to_vec());
        Some(window)
    }

    /// Nobody may ask for an order of what is not embedded, and think it was heard.
    pub(super) fn all_windows_used(&self) -> Result<(), PlanError> {
        let unused = |window: &&Window| !self.windows_used.contains(&window.path);
        match self.read.windows.iter().find(unused) {
            Some(window) => {
                let path: Vec<String> = window.path.iter().map(ToString::to_string).collect();
                Err(PlanError::NotEmbedded(path.join(".")))
            }
            None => Ok(()),
        }
    }

    pub(super) fn finish(self, sql: &str, columns: Vec<json::Column>) -> Plan {
        Plan {
            sql: sql.into(),
            params: self.params,
            columns,
        }
    }
}
