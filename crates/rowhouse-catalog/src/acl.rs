//! Privileges as PostgreSQL stores them: who may do what, given by whom.

use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::oid::{Grantee, Oid};
use crate::privilege::{Privilege, Privileges};
use crate::section::Decoded;

/// The access list of one object, with the server's default written out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acl {
    /// False where nobody ever granted or revoked and the server's default applies.
    pub explicit: bool,
    /// One entry per grantee and grantor, in that order.
    pub entries: Vec<AclEntry>,
}

/// What one grantor gave to one grantee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AclEntry {
    /// Who may.
    pub grantee: Grantee,
    /// Who said so.
    pub grantor: Oid,
    /// What.
    pub privileges: Privileges,
    /// The part of it that the grantee may pass on.
    #[serde(default, skip_serializing_if = "Privileges::is_empty")]
    pub grantable: Privileges,
}

impl Acl {
    /// Whether the list gives nothing to anybody.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What everybody has.
    pub fn public(&self) -> Privileges {
        self.given_to(Grantee::Public)
    }

    /// What is given to exactly this grantee, not through groups.
    pub fn given_to(&self, grantee: Grantee) -> Privileges {
        self.entries
            .iter()
            .filter(|entry| entry.grantee == grantee)
            .fold(Privileges::default(), |all, entry| all | entry.privileges)
    }
}

/// A join that yields the columns [`decode`] reads: `acl` the stored list, `default` what applies
/// where it is null.
pub(crate) fn join(acl: &str, default: &str) -> String {
    format!(
        "CROSS JOIN LATERAL (
            SELECT {acl} IS NOT NULL AS acl_explicit,
                   array_agg(e.grantee) AS acl_grantee,
                   array_agg(e.grantor) AS acl_grantor,
                   array_agg(e.privilege_type) AS acl_privilege,
                   array_agg(e.is_grantable) AS acl_grantable
              FROM aclexplode(coalesce({acl}, {default})) e
        ) acl"
    )
}

/// The access list in a row of a query that uses [`join`] and selects `acl.*`.
pub(crate) fn decode(row: &Row) -> Decoded<Acl> {
    let grantees: Option<Vec<Grantee>> = row.try_get("acl_grantee")?;
    let grantors: Option<Vec<Oid>> = row.try_get("acl_grantor")?;
    let privileges: Option<Vec<Privilege>> = row.try_get("acl_privilege")?;
    let grantable: Option<Vec<bool>> = row.try_get("acl_grantable")?;

    let mut entries: Vec<AclEntry> = Vec::new();
    let given = grantees
        .into_iter()
        .flatten()
        .zip(grantors.into_iter().flatten());
    let what = privileges
        .into_iter()
        .flatten()
        .zip(grantable.into_iter().flatten());
    for ((grantee, grantor), (privilege, grantable)) in given.zip(what) {
        let known = entries
            .iter()
            .position(|entry| entry.grantee == grantee && entry.grantor == grantor);
        let index = known.unwrap_or_else(|| {
            entries.push(AclEntry {
                grantee,
                grantor,
                privileges: Privileges::default(),
                grantable: Privileges::default(),
            });
            entries.len() - 1
        });
        entries[index].privileges.insert(privilege);
        if grantable {
            entries[index].grantable.insert(privilege);
        }
    }
    entries.sort_by_key(|entry| (entry.grantee, entry.grantor));
    Ok(Acl {
        explicit: row.try_get("acl_explicit")?,
        entries,
    })
}
