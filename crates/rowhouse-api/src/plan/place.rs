//! A row that columns are taken from.

use crate::request::Name;
use crate::resource::Resource;

/// A row in the FROM of a level: its own, or a related one that was joined to it.
#[derive(Debug)]
pub(super) struct Place<'r> {
    pub(super) resource: &'r Resource,
    pub(super) alias: String,
    /// A condition that says whether a joined row is there.
    pub(super) present: Option<String>,
    /// The relations that are embedded in it.
    pub(super) embedded: Vec<Embedded<'r>>,
}

/// A relation embedded in a row.
#[derive(Debug)]
pub(super) struct Embedded<'r> {
    /// What the client knows it by.
    pub(super) name: Name,
    pub(super) resource: &'r Resource,
    /// A condition that says whether there is a related row.
    pub(super) exists: String,
    /// Its name in FROM, where it is a single row.
    pub(super) joined: Option<String>,
}

impl<'r> Place<'r> {
    pub(super) fn new(resource: &'r Resource, alias: String) -> Self {
        Self {
            resource,
            alias,
            present: None,
            embedded: Vec::new(),
        }
    }

    pub(super) fn embedded(&self, name: &Name) -> Option<&Embedded<'r>> {
        self.embedded.iter().find(|embedded| embedded.name == *name)
    }
}
