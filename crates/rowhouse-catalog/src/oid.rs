use std::error::Error;
use std::fmt;

use serde::{Deserialize, Serialize};
use tokio_postgres::types::{FromSql, Type, accepts};

/// The server's number for an object. Unique per catalog, not across catalogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Oid(pub u32);

impl Oid {
    /// The first number given to objects made after `initdb`; what lies below came with the server.
    pub const FIRST_NORMAL: Self = Self(16384);

    /// Whether the object came with the server.
    pub fn is_builtin(self) -> bool {
        self < Self::FIRST_NORMAL
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a> FromSql<'a> for Oid {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        u32::from_sql(ty, raw).map(Self)
    }

    accepts!(OID);
}

/// A role, or everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grantee {
    /// Every role, now and later.
    Public,
    /// One role and those that inherit from it.
    Role(Oid),
}

impl Grantee {
    /// The role, unless it is everybody.
    pub fn role(self) -> Option<Oid> {
        match self {
            Self::Public => None,
            Self::Role(oid) => Some(oid),
        }
    }
}

impl<'a> FromSql<'a> for Grantee {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        // The catalogs write PUBLIC as role number 0.
        Ok(match u32::from_sql(ty, raw)? {
            0 => Self::Public,
            oid => Self::Role(Oid(oid)),
        })
    }

    accepts!(OID);
}
