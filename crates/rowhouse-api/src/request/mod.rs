//! What a client may ask for, as a typed tree.
//!
//! The grammar is `PostgREST`'s. A query string is split and decoded ([`Read::parse`]), each
//! parameter is parsed by its own small parser, and what is not understood is refused with the
//! place where reading stopped: a filter that is silently ignored shows rows it should not.
//! Nothing here knows the database; names become columns and relations in [`crate::plan`].
//!
//! Every tree prints as the text it is read from (`Display`), which the property tests lean on.

mod call;
mod content;
mod cursor;
mod error;
mod expected;
mod filter;
mod key;
mod media;
mod name;
mod operator;
mod order;
mod page;
mod path;
mod preferences;
mod query;
mod select;
mod terms;
mod value;
mod wishes;
mod write;

pub(crate) use call::names_argument;
pub use call::{Arguments, Call, CallError};
pub use content::{Content, ContentError, Form, Scalar, Watch};
pub use error::{Found, RequestError};
pub use filter::{Condition, Filter, Group, Test};
pub use media::{Media, Shape, accepts, preferred, wanted};
pub use name::Name;
pub use operator::{Comparison, Connective, Is, Quantifier, Search};
pub use order::{Direction, Nulls, Order, Term};
pub use page::PageCursor;
pub use path::{Path, Step, Target};
pub(crate) use preferences::Done;
pub use preferences::{Preferences, Resolution, Returning};
pub use query::{Bounds, Read, Window};
pub use select::{Aggregate, Embed, Field, Function, Item, Join, Select};
pub use terms::{RowRange, Terms};
pub use wishes::Wishes;
pub use write::Write;
