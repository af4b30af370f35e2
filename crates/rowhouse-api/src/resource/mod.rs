//! What is served: relations of the catalog under their URL names, with what a plan needs to know.
//!
//! [`Resources::build`] keeps the relations that may be served ([`Exposure`] says which), reads
//! their columns and finds the links that foreign keys make between them. What is withheld is
//! listed with the reason, for the log and `rowhouse doctor`.

mod build;
mod current;
mod exposure;
mod link;
mod name;
mod types;

pub(crate) use build::names;
pub use build::{BuildError, Withheld};
pub use current::Current;
pub use exposure::{Exposure, RowSecurity, Verdict};
pub use link::{Link, LinkKind, Pair};
pub use name::{RESERVED, nearest, reserved};

use std::collections::HashMap;

use postgres_types::Type;

use crate::json::{Decoder, ServerFormat};
use crate::request::{Order, Select};

/// Everything that is served, by name.
#[derive(Debug, Clone)]
pub struct Resources {
    list: Vec<Resource>,
    by_name: HashMap<String, usize>,
    withheld: Vec<Withheld>,
    casts: HashMap<String, Cast>,
    format: ServerFormat,
}

/// A relation as it is served.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its name in URLs.
    pub name: String,
    /// `schema.relation` as SQL.
    pub sql: String,
    /// Its name in the database.
    pub relation: String,
    /// Every tenant reads the same rows.
    pub shared: bool,
    /// The columns the app role may read, in their order.
    pub columns: Vec<Column>,
    /// The columns of the primary key, as places in `columns`.
    pub key: Vec<usize>,
    /// The ways to related rows.
    pub links: Vec<Link>,
    /// What a request without `select` gets.
    pub select: Option<Select>,
    /// The order of a request without `order`.
    pub order: Option<Order>,
}

/// A column as it is served.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its name as SQL.
    pub sql: String,
    /// Its type, where the catalog knows all of it.
    pub ty: Option<Type>,
    /// How its values become JSON; none where the server has to print them.
    pub decoder: Option<Decoder>,
}

/// A type a client may cast to.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The type as SQL.
    pub sql: String,
    /// The type.
    pub ty: Type,
    /// How its values become JSON.
    pub decoder: Option<Decoder>,
}

impl Resources {
    /// The resource of this URL name.
    pub fn get(&self, name: &str) -> Option<&Resource> {
        self.by_name.get(name).map(|&index| &self.list[index])
    }

    /// The resource a link leads to.
    pub fn target(&self, link: &Link) -> &Resource {
        &self.list[link.target]
    }

    /// Every resource, in the order of schemas and names.
    pub fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.list.iter()
    }

    /// The name a client may have meant.
    pub fn suggest(&self, name: &str) -> Option<&str> {
        nearest(
            name,
            self.list.iter().map(|resource| resource.name.as_str()),
        )
    }

    /// What is not served, and why.
    pub fn withheld(&self) -> &[Withheld] {
        &self.withheld
    }

    /// How the server prints values.
    pub fn format(&self) -> &ServerFormat {
        &self.format
    }

    /// The type of this name, of those a client may cast to.
    pub fn cast(&self, name: &str) -> Option<&Cast> {
        self.casts.get(name)
    }
}

impl Resource {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}
