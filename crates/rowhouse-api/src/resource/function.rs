//! Functions as they are served: what they take, and what they give.

use std::time::Duration;

use postgres_types::Type;

use super::Resource;

/// The name of the only column of a function that gives plain values, the same as `PostgREST`'s.
pub const VALUE: &str = "pgrst_scalar";

/// A function as it is served, at `/rpc/{name}`. Several may share a name.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its schema.
    pub schema: String,
    /// `schema.name` as SQL.
    pub sql: String,
    /// What it takes, in its order.
    pub arguments: Vec<Argument>,
    /// What it gives.
    pub gives: Gives,
    /// It gives any number of rows or values.
    pub many: bool,
    /// Its rows, as those of a resource; of one that gives values, rows with a single column.
    pub rows: Resource,
    /// The columns by which its rows can be told apart, by place: the key of the relation that they
    /// are rows of. None where it gives other rows.
    pub key: Vec<usize>,
    /// It may write, so it runs in a transaction that may, unless it is called by `GET`.
    pub volatile: bool,
    /// How long it may take, where its definition says so.
    pub timeout: Option<Duration>,
    /// Which settings its text names, by which a function reads the request's head, or says the answer's.
    pub minds: Minds,
    /// The media type that its value is, where it gives a value of a domain that is called so.
    pub media: Option<Media>,
    /// Its comment.
    pub comment: Option<String>,
}

/// What a function is told of the request's head. One that is told of it may say the answer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Minds {
    /// Nothing.
    #[default]
    Nothing,
    /// The method, the path and the headers.
    Head,
    /// Those, and the cookies.
    Cookies,
}

/// A value that is an answer's whole content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its media type, such as `text/html`; `*/*` where the function says it itself.
    pub name: String,
    /// It is `bytea`, not text.
    pub binary: bool,
}

impl Media {
    /// Whether it is whatever the client asks for.
    pub fn is_any(&self) -> bool {
        self.name == "*/*"
    }

    /// The type that its value is read as, as SQL.
    pub(crate) fn sql_type(&self) -> &'static str {
        if self.binary {
            "pg_catalog.bytea"
        } else {
            "pg_catalog.text"
        }
    }
}

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// Nothing.
    Nothing,
    /// A value.
    Value,
    /// Rows of a type that has a name.
    Rows,
    /// Rows made of what it returns through arguments.
    Outputs,
}

/// An argument that is given to a function.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its name as SQL.
    pub sql: String,
    /// Its type as SQL.
    pub ty: String,
    /// Its type's name for people.
    pub shown: String,
    /// Its type, where the catalog knows all of it.
    pub data_type: Option<Type>,
    /// It has no default.
    pub required: bool,
    /// It takes any number of values: its type is their array.
    pub variadic: bool,
}

impl Function {
    /// The names of its arguments, with commas between them.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.arguments.iter().map(|a| a.name.as_str()).collect();
        names.join(", ")
    }

    /// Whether it gives rows, not values.
    pub fn has_rows(&self) -> bool {
        matches!(self.gives, Gives::Rows | Gives::Outputs)
    }

    /// Whether it takes an argument of this name.
    pub fn takes(&self, name: &str) -> bool {
        self.arguments.iter().any(|argument| argument.name == name)
    }

    /// `schema.name(a => integer, b => text)`, for people.
    pub fn signature(&self) -> String {
        let arguments = self.arguments.iter();
        let arguments: Vec<String> = arguments
            .map(|argument| format!("{} => {}", argument.name, argument.shown))
            .collect();
        format!("{}.{}({})", self.schema, self.name, arguments.join(", "))
    }
}
