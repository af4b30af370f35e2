/// Why an audit could not tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An app role that was named is not there.
    #[error("there is no role {name:?}; {candidates}")]
    NoSuchRole {
        /// The name.
        name: String,
        /// Roles that could have been meant, in words.
        candidates: String,
    },
    /// The table of tenants that was named is not there.
    #[error("there is no table {name:?}")]
    NoSuchRoot {
        /// The name.
        name: String,
    },
    /// No relation has a column of the name that was given.
    #[error("no relation has a column {name:?}")]
    NoSuchColumn {
        /// The name.
        name: String,
    },
    /// A schema that was named is not there.
    #[error("there is no schema {name:?}")]
    NoSuchSchema {
        /// The name.
        name: String,
    },
    /// A relation that was named is not there.
    #[error("there is no table or view {name:?}")]
    NoSuchTable {
        /// The name.
        name: String,
    },
    /// What records cannot be made.
    #[error("nothing can be observed: {why}")]
    NoRoom {
        /// Why.
        why: String,
    },
    /// Nobody but owners and superusers may do anything here.
    #[error("no app role was found: no ordinary role has privileges on this database's tables")]
    NoAppRole,
    /// Nothing here speaks of tenants: no setting, no column, no table of them.
    #[error(
        "no tenants were found: no setting that policies ask for, no tenant column, no table of tenants"
    )]
    NoTenants,
}

impl Error {
    /// The next step for whoever sees the error.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoSuchRole { .. } | Self::NoAppRole => {
                "name the role that the service logs in as with --app-role"
            }
            Self::NoRoom { .. } => "mend that, and run it again",
            Self::NoTenants => {
                "say what makes a row a tenant's: --tenant-column, --tenant-root, --setting"
            }
            Self::NoSuchColumn { .. } | Self::NoSuchSchema { .. } | Self::NoSuchTable { .. } => {
                "name it as the catalogs spell it, without quotes"
            }
            Self::NoSuchRoot { .. } => "name it as schema.name, spelled as in the catalogs",
        }
    }
}
