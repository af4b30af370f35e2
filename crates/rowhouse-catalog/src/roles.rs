use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};
use crate::server::Version;

/// A role with its attributes. Predefined roles are in the list too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // PostgreSQL's attributes, one by one
pub struct Role {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// `SUPERUSER`: no check applies.
    pub superuser: bool,
    /// `BYPASSRLS`: no policy applies.
    pub bypass_rls: bool,
    /// `INHERIT`: up to 15 it decides for every membership, from 16 it is only the default of new
    /// ones. [`Membership`] carries what is in force.
    pub inherit: bool,
    /// `CREATEROLE`.
    pub create_role: bool,
    /// `CREATEDB`.
    pub create_db: bool,
    /// `LOGIN`.
    pub login: bool,
    /// `REPLICATION`: reads below row security by logical decoding.
    pub replication: bool,
    /// How many connections it may hold; -1 for no limit.
    pub connection_limit: i32,
    /// Until when its password is good, as ISO text in UTC.
    pub valid_until: Option<String>,
}

impl Section for Role {
    const PART: Part = Part::Roles;

    fn sql(_: Version) -> String {
        "SELECT oid, rolname AS name, rolsuper, rolbypassrls, rolinherit, rolcreaterole,
                rolcreatedb, rolcanlogin, rolreplication, rolconnlimit,
                rolvaliduntil::text AS valid_until
           FROM pg_roles"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            superuser: row.try_get("rolsuper")?,
            bypass_rls: row.try_get("rolbypassrls")?,
            inherit: row.try_get("rolinherit")?,
            create_role: row.try_get("rolcreaterole")?,
            create_db: row.try_get("rolcreatedb")?,
            login: row.try_get("rolcanlogin")?,
            replication: row.try_get("rolreplication")?,
            connection_limit: row.try_get("rolconnlimit")?,
            valid_until: row.try_get("valid_until")?,
        })
    }
}

/// One role is a member of another, with the options in force.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Membership {
    /// Who is a member.
    pub member: Oid,
    /// Of what.
    pub role: Oid,
    /// Who granted it.
    pub grantor: Oid,
    /// The member may grant the role to others.
    pub admin: bool,
    /// The member has the role's privileges without `SET ROLE`. On 15: the member's `INHERIT`.
    pub inherit: bool,
    /// The member may `SET ROLE` to it. On 15: always.
    pub set: bool,
}

impl Section for Membership {
    const PART: Part = Part::Memberships;

    fn sql(version: Version) -> String {
        let options = if version.major() >= 16 {
            "m.inherit_option AS inherit, m.set_option AS set"
        } else {
            "r.rolinherit AS inherit, true AS set"
        };
        format!(
            "SELECT m.member, m.roleid AS role, m.grantor, m.admin_option AS admin, {options}
               FROM pg_auth_members m
               JOIN pg_roles r ON r.oid = m.member"
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            member: row.try_get("member")?,
            role: row.try_get("role")?,
            grantor: row.try_get("grantor")?,
            admin: row.try_get("admin")?,
            inherit: row.try_get("inherit")?,
            set: row.try_get("set")?,
        })
    }
}
