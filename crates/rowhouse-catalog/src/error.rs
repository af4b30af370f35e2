use std::fmt;

use serde::{Deserialize, Serialize};
use tokio_postgres::error::SqlState;

/// Why a catalog could not be read or a snapshot not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The read-only transaction could not be opened or closed.
    #[error("could not open a read-only transaction to read the catalogs")]
    Transaction(#[source] tokio_postgres::Error),

    /// One area of the catalogs could not be read or understood.
    #[error("could not read {part} from the catalogs")]
    Read {
        /// The area that failed.
        part: Part,
        /// What the server or the decoder said.
        #[source]
        source: tokio_postgres::Error,
    },

    /// The server is older than the oldest supported one.
    #[error("PostgreSQL {found} is too old, 15 is the oldest supported version")]
    ServerTooOld {
        /// The version the server reports.
        found: String,
    },

    /// The text is not a snapshot, or a damaged one.
    #[error("this is not a catalog snapshot")]
    Json(#[source] serde_json::Error),

    /// The snapshot was written in a layout this build does not know.
    #[error("the snapshot has schema version {found}, this build reads version {known}")]
    SchemaVersion {
        /// The version the snapshot carries.
        found: u32,
        /// The version this build reads and writes.
        known: u32,
    },
}

impl Error {
    /// The next step for whoever sees the error, where there is an obvious one.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::SchemaVersion { .. } => Some("take the snapshot again with this version"),
            Self::ServerTooOld { .. } => Some("upgrade the server"),
            Self::Read { source, .. } if source.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                Some("a migration holds a lock: try again after it, or raise lock_timeout")
            }
            Self::Read { source, .. } if source.is_closed() => {
                Some("the server closed the connection: try again")
            }
            _ => None,
        }
    }
}

macro_rules! parts {
    ($($variant:ident => $words:literal,)+) => {
        /// An area of the catalogs, as named in errors and in [`Unseen`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Part {
            $(#[doc = $words] $variant,)+
        }

        impl fmt::Display for Part {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $words,)+ })
            }
        }
    };
}

parts! {
    Server => "the server's version and user",
    Database => "the database",
    Roles => "roles",
    Memberships => "role memberships",
    RoleSettings => "settings of roles and databases",
    Parameters => "server parameters",
    ParameterPrivileges => "privileges on parameters",
    Schemas => "schemas",
    Relations => "relations",
    Columns => "columns",
    Constraints => "constraints",
    Indexes => "indexes",
    Policies => "policies",
    Triggers => "triggers",
    Rules => "rewrite rules",
    Sequences => "sequences",
    Types => "types",
    DomainChecks => "checks of domains",
    Functions => "functions",
    Dependencies => "dependencies",
    DefaultPrivileges => "default privileges",
    Extensions => "extensions",
    Languages => "procedural languages",
    ForeignServers => "foreign servers",
    UserMappings => "user mappings",
    ForeignTables => "foreign tables",
    Publications => "publications",
    PublishedTables => "published tables",
    Slots => "replication slots",
    Subscriptions => "subscriptions",
    LargeObjects => "large objects",
    EventTriggers => "event triggers",
    Operators => "operators",
    Casts => "casts",
    Collations => "collations",
    Statistics => "statistics objects",
    SystemViews => "system views over statistics",
}

/// An area the reader was not allowed to see. Its lists are empty for that reason only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// The area.
    pub part: Part,
    /// What the server said.
    pub reason: String,
}
