//! How one area of the catalogs says what it needs and how its rows are understood.

use std::collections::HashMap;

use tokio_postgres::Row;

use crate::error::Part;
use crate::oid::Oid;
use crate::server::Version;

/// What decoding a row can fail with.
pub(crate) type Decoded<T> = Result<T, tokio_postgres::Error>;

/// One query and the struct its rows become.
pub(crate) trait Section: Sized + Send {
    /// Named when it fails.
    const PART: Part;

    /// The query, in the words of this server version.
    fn sql(version: Version) -> String;

    /// One row as a struct.
    fn decode(row: &Row) -> Decoded<Self>;
}

/// An item together with the object it hangs on: the query's column `of`.
pub(crate) struct Of<T> {
    pub(crate) of: Oid,
    pub(crate) item: T,
}

impl<T: Section> Section for Of<T> {
    const PART: Part = T::PART;

    fn sql(version: Version) -> String {
        T::sql(version)
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            of: row.try_get("of")?,
            item: T::decode(row)?,
        })
    }
}

/// Items by the object they hang on, in the order they came.
pub(crate) fn grouped<T>(items: Vec<Of<T>>) -> HashMap<Oid, Vec<T>> {
    let mut groups: HashMap<Oid, Vec<T>> = HashMap::new();
    for Of { of, item } in items {
        groups.entry(of).or_default().push(item);
    }
    groups
}

/// The condition that a schema belongs to users, for a `pg_namespace` named `n`.
///
/// Names that begin with `pg_` are reserved by the server, temporary schemas included.
pub(crate) const USER_SCHEMA: &str = "(n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')";

/// A join that yields the extension an object belongs to, as `extension.refobjid`.
pub(crate) fn extension_join(catalog: &str, oid: &str) -> String {
    format!(
        "LEFT JOIN pg_depend extension ON extension.classid = '{catalog}'::regclass
            AND extension.objid = {oid} AND extension.objsubid = 0 AND extension.deptype = 'e'"
    )
}

/// A join that yields an object's comment, as `comment.description`.
pub(crate) fn comment_join(catalog: &str, oid: &str, column: &str) -> String {
    format!(
        "LEFT JOIN pg_description comment ON comment.classoid = '{catalog}'::regclass
            AND comment.objoid = {oid} AND comment.objsubid = {column}"
    )
}
