//! Why a request cannot be planned, for the client who wrote it.

use crate::resource::{Link, Resource};

/// A request that names what is not there, or not clearly; always the client's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The resource has no such column.
    #[error("{resource} has no column {column:?}")]
    UnknownColumn {
        /// The resource.
        resource: String,
        /// What was asked for.
        column: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// No foreign key leads from the resource to the relation.
    #[error("{resource} has no relationship to {relation:?}")]
    UnknownRelation {
        /// The schema it was looked for in.
        schema: String,
        /// The resource.
        resource: String,
        /// What was to be embedded.
        relation: String,
        /// The hint that was to help.
        hint: Option<String>,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// Several foreign keys lead there.
    #[error("{resource} is related to {relation:?} in more than one way")]
    Ambiguous {
        /// The resource.
        resource: String,
        /// What was to be embedded.
        relation: String,
        /// Each way there.
        candidates: Vec<Candidate>,
    },
    /// There is no function that takes these arguments.
    #[error("there is no function {function:?} that takes these arguments")]
    UnknownFunction {
        /// The schema it was looked for in.
        schema: String,
        /// Its name.
        function: String,
        /// The names of the arguments.
        names: Vec<String>,
        /// The type of a single argument that would have taken the content.
        whole: Option<&'static str>,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// Several functions take these arguments.
    #[error("several functions take these arguments: {}", candidates.join(", "))]
    AmbiguousFunction {
        /// Each of them.
        candidates: Vec<String>,
    },
    /// A cast to a type that is not offered.
    #[error("there is no cast to {0:?}")]
    UnknownType(String),
    /// Rows for a function of the database that have names which a client wrote, or hold related rows.
    #[error("this media type takes columns under their own names only")]
    Unnamed,
    /// Aggregates are not served.
    #[error("aggregate functions are not enabled")]
    Aggregates,
    /// Only a relation with at most one row can be ordered by.
    #[error("{relation:?} is a list of rows for {resource}, which cannot be ordered by it")]
    NotToOne {
        /// The resource.
        resource: String,
        /// The relation.
        relation: String,
    },
    /// A filter, order or bound for a relation that is not in `select`.
    #[error("{0:?} is not embedded in select")]
    NotEmbedded(String),
    /// A filter of an embedded relation as a whole that is none of `is.null`.
    #[error("{0:?} is an embedded relation: it can only be null or not null")]
    EmbeddedFilter(String),
    /// A cursor for rows in another order.
    #[error("the cursor is not one of a Link header for this order")]
    Cursor,
    /// A step into a JSON value out of a text.
    #[error("{0:?} goes on after ->>, which gives text")]
    PathAfterText(String),
    /// The resource has no such column to write to.
    #[error("{resource} has no column {column:?}")]
    UnknownTarget {
        /// The resource.
        resource: String,
        /// What was to be written.
        column: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// The server or a view computes the column.
    #[error("{column:?} of {resource} is computed and cannot be given a value")]
    Generated {
        /// The resource.
        resource: String,
        /// The column.
        column: String,
    },
    /// The app role may not write the column.
    #[error("the service's role may not {verb} {column:?} of {resource}")]
    Denied {
        /// The resource.
        resource: String,
        /// The column.
        column: String,
        /// What it may not.
        verb: &'static str,
    },
    /// The app role may not read any column.
    #[error("the service's role may not read {0}")]
    Unreadable(String),
    /// A change of all rows that nobody allowed.
    #[error("there is no filter: this would meet every row of {0}")]
    Unfiltered(String),
    /// An insert with filters.
    #[error("an insert takes no filters")]
    FilteredInsert,
    /// A PUT whose filters are not the primary key, or not `eq`.
    #[error("the filters of a PUT are all columns of the primary key, with eq, and no others")]
    PutFilters,
    /// A PUT with a limit or an offset.
    #[error("a PUT takes no limit and no offset")]
    BoundedPut,
    /// A PUT whose content is another row than its URL.
    #[error("the content's primary key is not the URL's")]
    PutMismatch,
    /// A change that is bounded, but not which rows come first.
    #[error("a limit without an order leaves open which rows are meant")]
    UnorderedLimit,
    /// A change that is bounded, of what has no primary key.
    #[error("{0} has no primary key, by which a limit could tell rows apart")]
    NoKey(String),
    /// A merge through a view that does not ask of the row that it meets what it asks of those it shows.
    #[error("rows cannot be merged through {0}: it would change rows that it does not show")]
    NoMerge(String),
}

/// One of several ways to a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// How it is written in `select`.
    pub written: String,
    /// How many rows there are on either side.
    pub cardinality: &'static str,
    /// The resource and the relation.
    pub embedding: String,
    /// The keys it goes along.
    pub relationship: String,
}

impl Candidate {
    pub(super) fn new(parent: &Resource, target: &Resource, link: &Link) -> Self {
        let columns = |names: &[String]| format!("({})", names.join(", "));
        let hint = match (&link.junction, link.keys.first()) {
            (Some(junction), _) => junction.as_str(),
            (None, key) => key.map_or("", |key| &key.constraint),
        };
        let relationship = match (&link.junction, &link.keys[..]) {
            (Some(junction), [near, far]) => format!(
                "{junction} using {}{} and {}{}",
                near.constraint,
                columns(&near.far),
                far.constraint,
                columns(&far.near)
            ),
            (_, [key, ..]) => format!(
                "{} using {}{} and {}{}",
                key.constraint,
                parent.name,
                columns(&key.near),
                target.name,
                columns(&key.far)
            ),
            (_, []) => String::new(),
        };
        Self {
            written: format!("{}!{hint}", target.name),
            cardinality: link.cardinality(),
            embedding: format!("{} with {}", parent.name, target.name),
            relationship,
        }
    }
}
