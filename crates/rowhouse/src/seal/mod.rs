//! The seal: proof, for the database, that the service itself named the tenant.
//!
//! Whoever can inject one expression into a statement can set the tenant's setting to another tenant. In a sealed
//! database the policies do not believe the setting: they ask `rowhouse.tenant()`, which believes what carries a MAC
//! under a key that only the owner of the tables and the service have. The service makes a seal for every statement,
//! and sends it as a parameter in the head.
//!
//! A seal is one text of 166 hexadecimal digits, for these bytes:
//!
//! | bytes | what |
//! |---|---|
//! | 32 | HMAC-SHA-256 (RFC 2104) of what follows here, the server process (4 bytes, big endian) and the tenant |
//! | 2 | version and purpose: `1t` |
//! | 8 | the key's id, as text |
//! | 8 | when it expires by the server's clock, in PostgreSQL's form: microseconds since 2000, big endian |
//! | 32 | SHA-256 of the claims' values |
//! | 1 | 1 where it is for one server process; 0 where a pooler hides which, and the process counts as 0 |
//!
//! The process and the tenant are not in it, because the server knows them. In front of it all the MAC covers what is
//! fixed for a key: the setting, the tenant's type and the names of the claims. Both sides write lists in the same
//! unambiguous form: each item's length in bytes, a colon, the item, a comma.

mod keys;
mod seat;

pub use keys::{SealKeyError, SealKeys};
pub(crate) use seat::Seat;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::database_error::DatabaseError;
use crate::error::{Error, Result};
use crate::head::Context;
use crate::settings::Limits;

/// The setting that carries the seal.
pub(crate) const SETTING: &str = "rowhouse.seal";

/// How long a seal is good for beyond what its statements may take: they may wait for their turn first.
const SLACK: Duration = Duration::from_mins(1);

/// The keys a house seals with, which may be replaced while it runs.
#[derive(Debug)]
pub(crate) struct Sealing(RwLock<Arc<SealKeys>>);

impl Sealing {
    pub(crate) fn new(keys: SealKeys) -> Self {
        Self(RwLock::new(Arc::new(keys)))
    }

    pub(crate) fn replace(&self, keys: SealKeys) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// The seal of a scope for the connection at `seat`, good for `patience` and some more.
    pub(crate) fn seal(
        &self,
        limits: &Limits,
        context: &Context,
        seat: Seat,
        patience: Duration,
    ) -> String {
        let keys = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        let value = |name: &str| {
            let place = limits.claims.iter().position(|claim| claim == name);
            place.map_or("", |place| &*context.claims[place])
        };
        let until = seat.now() + (patience + SLACK).as_secs();
        keys.first()
            .seal(context.tenant.as_str(), value, until, seat.process())
    }
}

/// Whether `keys` are for a house of these limits.
pub(crate) fn check(keys: &SealKeys, limits: &Limits) -> Result<()> {
    let key = keys.first();
    if key.setting() != limits.setting {
        return Err(Error::Config(format!(
            "the seal's key is for the setting {}, and the tenant is kept in {}",
            key.setting(),
            limits.setting
        )));
    }
    if key.tenant_type() != limits.tenant_type {
        return Err(Error::Config(format!(
            "the seal's key is for tenants of type {}, and this house has {}",
            key.tenant_type(),
            limits.tenant_type
        )));
    }
    Ok(())
}

/// The database did not take the seal of a new connection's canary.
pub(crate) fn refused(error: &DatabaseError) -> Error {
    Error::Config(match error.code() {
        "3F000" | "42883" => {
            "this database is not sealed: there is no function rowhouse.tenant(); `rowhouse seal init` makes it".to_owned()
        }
        "42501" => "the role may not call rowhouse.tenant(): GRANT USAGE ON SCHEMA rowhouse and EXECUTE on the function, \
                    which `rowhouse seal init` does for the service's role"
            .to_owned(),
        _ => format!(
            "the database does not accept the seal ({}): its key was retired or is another database's; \
             `rowhouse seal status` shows which keys it accepts",
            error.message()
        ),
    })
}
