//! What a client may ask for, as a typed tree.
//!
//! The grammar is `PostgREST`'s. A query string is split and decoded ([`Read::parse`]), each
//! parameter is parsed by its own small parser, and what is not understood is refused with the
//! place where reading stopped: a filter that is silently ignored shows rows it should not.
//! Nothing here knows the database; names become columns and relations in [`crate::plan`].
//!
//! Every tree prints as the text it is read from (`Display`), which the property tests lean on.

mod cursor;
mod error;
mod name;
mod order;
mod path;
mod query;
mod select;

pub use error::{Found, RequestError};
pub use name::Name;
pub use order::{Direction, Nulls, Order, Term};
pub use path::{Path, Step, Target};
pub use query::{Bounds, Read, Window};
pub use select::{Aggregate, Embed, Field, Function, Item, Join, Select};
