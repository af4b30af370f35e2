//! What is served: relations of the catalog under their URL names, with what a plan needs to know.
//!
//! [`Resources::build`] keeps the relations that may be served ([`Exposure`] says which), reads
//! their columns and finds the links that foreign keys make between them. What is withheld is
//! listed with the reason, for the log and `rowhouse doctor`.

mod build;
mod computed;
mod current;
mod exposure;
mod function;
mod functions;
mod handlers;
mod hoisted;
mod keys;
mod link;
mod name;
mod pinned;
mod pre_request;
mod references;
mod representation;
mod types;
mod writing;

pub(crate) use build::names;
pub use build::{BuildError, Withheld};
pub use current::Current;
pub use exposure::{Exposure, RowSecurity, Verdict};
pub use function::{Argument, Function, Gives, Media, Minds, VALUE};
pub use handlers::Handler;
pub use link::{Link, LinkKey, LinkKind, Pair};
pub use name::{RESERVED, nearest, reserved};
pub use representation::{Conversion, Representation};
pub use writing::{May, Target, Writing};

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use postgres_types::{Kind, Type};
use rowhouse_catalog::Oid;

use crate::config::Ending;
use crate::json::{Decoder, ServerFormat};
use crate::request::{Order, Select};

/// Everything that is served, by name.
#[derive(Debug, Clone)]
pub struct Resources {
    list: Vec<Resource>,
    /// The schemas with the places of their resources; the first is the default.
    schemas: Vec<(String, HashMap<String, usize>)>,
    functions: Vec<Function>,
    /// The places of functions, by schema and name.
    by_name: HashMap<(String, String), Vec<usize>>,
    /// Aggregates that make content of rows of any relation.
    handlers: Vec<Handler>,
    withheld: Vec<Withheld>,
    /// The statement that comes before that of each request.
    pre_request: Option<String>,
    aggregates: bool,
    described: bool,
    ending: Ending,
    casts: HashMap<String, Cast>,
    /// From which type to which a cast would call what tenants may not call.
    closed_casts: HashSet<(Oid, Oid)>,
    format: ServerFormat,
}

/// A relation as it is served.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its name in URLs.
    pub name: String,
    /// The schema it is served in.
    pub schema: String,
    /// `schema.relation` as SQL.
    pub sql: String,
    /// Its name in the database.
    pub relation: String,
    /// Every tenant reads the same rows.
    pub shared: bool,
    /// The columns the app role may read, in their order.
    pub columns: Vec<Column>,
    /// Functions of a row that the app role may call, as columns that are not part of `*`.
    pub computed: Vec<Column>,
    /// The columns of the primary key, as places in `columns`.
    pub key: Vec<usize>,
    /// The ways to related rows.
    pub links: Vec<Link>,
    /// What a request without `select` gets.
    pub select: Option<Select>,
    /// The order of a request without `order`.
    pub order: Option<Order>,
    /// Its comment.
    pub comment: Option<String>,
    /// How it is written.
    pub writing: Writing,
    /// Aggregates that make content of its rows, and of no others.
    pub handlers: Vec<Handler>,
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
    /// It has no nulls.
    pub not_null: bool,
    /// Its type for people, such as `character varying(20)`.
    pub shown: String,
    /// Its comment.
    pub comment: Option<String>,
    /// The function that computes it from a row, as SQL.
    pub function: Option<String>,
    /// How its values are shown and taken, where its type says so.
    pub representation: Option<Arc<Representation>>,
}

/// A type a client may cast to.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The type as SQL.
    pub sql: String,
    /// The type.
    pub ty: Type,
}

impl Resources {
    /// The resource of this URL name in the default schema.
    pub fn get(&self, name: &str) -> Option<&Resource> {
        self.get_in(self.default_schema(), name)
    }

    /// The resource of this URL name in a schema.
    pub fn get_in(&self, schema: &str, name: &str) -> Option<&Resource> {
        let (_, places) = self.schemas.iter().find(|(known, _)| known == schema)?;
        places.get(name).map(|&place| &self.list[place])
    }

    /// The schema of requests that name none.
    pub fn default_schema(&self) -> &str {
        self.schemas.first().map_or("", |(name, _)| name)
    }

    /// The schemas that are served.
    pub fn schemas(&self) -> impl ExactSizeIterator<Item = &str> {
        self.schemas.iter().map(|(name, _)| name.as_str())
    }

    /// The statement that comes before that of each request, in its transaction.
    pub fn pre_request(&self) -> Option<&str> {
        self.pre_request.as_deref()
    }

    /// Whether aggregates are served.
    pub fn aggregates(&self) -> bool {
        self.aggregates
    }

    /// What becomes of what is written.
    pub fn ending(&self) -> Ending {
        self.ending
    }

    /// Whether what is served is described to whoever asks.
    pub fn is_described(&self) -> bool {
        self.described
    }

    /// The resource a link leads to.
    pub fn target(&self, link: &Link) -> &Resource {
        &self.list[link.target]
    }

    /// Every resource, in the order of schemas and names.
    pub fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.list.iter()
    }

    /// Every function, in the order of schemas.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The functions of this name in a schema.
    pub fn functions_in(&self, schema: &str, name: &str) -> impl Iterator<Item = &Function> {
        let key = (schema.to_owned(), name.to_owned());
        let places = self.by_name.get(&key).into_iter().flatten();
        places.map(|&place| &self.functions[place])
    }

    /// The name a client may have meant in a schema.
    pub fn suggest(&self, schema: &str, name: &str) -> Option<&str> {
        let resources = self
            .list
            .iter()
            .filter(|resource| resource.schema == schema);
        nearest(name, resources.map(|resource| resource.name.as_str()))
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

    /// Whether a client may cast a value of a type to another; of a type that is not known, whether it may of any.
    pub(crate) fn may_cast(&self, from: Option<&Type>, to: &Type) -> bool {
        let to = itself_and_base(to);
        let from = from.map(itself_and_base);
        !self.closed_casts.iter().any(|(source, target)| {
            to.contains(target) && from.as_ref().is_none_or(|from| from.contains(source))
        })
    }
}

/// The number of a type, and of what it is a domain of.
fn itself_and_base(ty: &Type) -> Vec<Oid> {
    let mut found = vec![Oid(ty.oid())];
    let mut next = ty;
    while let Kind::Domain(base) = next.kind() {
        found.push(Oid(base.oid()));
        next = base;
    }
    found
}

impl Resource {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column of this name, or what a function of that name computes.
    pub fn field(&self, name: &str) -> Option<&Column> {
        let computed = || self.computed.iter().find(|column| column.name == name);
        self.column(name).or_else(computed)
    }
}

impl Column {
    /// Its value in the row `alias`, as SQL.
    pub(crate) fn of(&self, alias: &str) -> String {
        match &self.function {
            None => format!("{alias}.{}", self.sql),
            Some(function) => format!("{function}({alias})"),
        }
    }

    /// What makes the JSON of its values, where a function does.
    pub(crate) fn shown(&self) -> Option<&Conversion> {
        self.representation.as_ref()?.shown.as_ref()
    }

    /// What reads the values of a content, where a function does.
    pub(crate) fn written(&self) -> Option<&Conversion> {
        self.representation.as_ref()?.written.as_ref()
    }

    /// What reads the values of filters, where a function does.
    pub(crate) fn filtered(&self) -> Option<&Conversion> {
        self.representation.as_ref()?.filtered.as_ref()
    }
}
