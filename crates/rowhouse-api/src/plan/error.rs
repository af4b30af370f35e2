//! Why a request cannot be planned, for the client who wrote it.

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
        /// The resource.
        resource: String,
        /// What was to be embedded.
        relation: String,
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
        /// Each way, as it is written in `select`.
        candidates: Vec<String>,
    },
    /// A cast to a type that is not offered.
    #[error("there is no cast to {0:?}")]
    UnknownType(String),
    /// Aggregates are not served.
    #[error("aggregate functions are not enabled")]
    Aggregates,
    /// Only a relation with at most one row can be spread or ordered by.
    #[error("{relation:?} is a list of rows and cannot {verb}")]
    NotToOne {
        /// The relation.
        relation: String,
        /// `be spread` or `order its parent`.
        verb: &'static str,
    },
    /// An order or bound for the rows of a relation that has at most one.
    #[error("{0:?} is a single row: it has no order, limit or offset")]
    NotToMany(String),
    /// An order or bound for a relation that is not in `select`.
    #[error("{0:?} is not embedded in select")]
    NotEmbedded(String),
    /// A step into a JSON value out of a text.
    #[error("{0:?} goes on after ->>, which gives text")]
    PathAfterText(String),
}

impl PlanError {
    /// What to write instead.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownColumn {
                nearest: Some(nearest),
                ..
            }
            | Self::UnknownRelation {
                nearest: Some(nearest),
                ..
            } => Some(format!("perhaps {nearest:?} is meant")),
            Self::UnknownRelation { nearest: None, .. } => Some(
                "a relation is embedded along a foreign key between two served relations".into(),
            ),
            Self::Ambiguous { candidates, .. } => {
                Some(format!("write one of {}", candidates.join(", ")))
            }
            Self::NotEmbedded(path) => Some(format!("add {path}(*) to select")),
            _ => None,
        }
    }
}
