//! The seal, on the database's side: what checks that the service itself named the tenant, and what the audit makes of
//! it.
//!
//! `rowhouse.tenant()` gives the tenant when the setting `rowhouse.seal` carries a MAC for it under a key that only the
//! owner can read, and fails otherwise. What a seal looks like is described in the library that makes them, crate
//! `rowhouse`.

mod genuine;
mod policies;

use std::fmt;

pub use genuine::{State, installed, state};
pub use policies::{Kept, Rewrite, plain_again, rewrites};

pub(crate) use genuine::{Read, Seal, function, genuine, keys};
pub(crate) use policies::rewrite;

/// The schema that everything of ours is in.
pub(crate) const SCHEMA: &str = "rowhouse";
/// The table of keys.
pub(crate) const KEYS: &str = "seal_keys";

/// The type that `rowhouse.tenant()` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantType {
    /// `uuid`.
    Uuid,
    /// `bigint`, which compares with every integer.
    Integer,
    /// `text`.
    Text,
}

impl TenantType {
    const ALL: [Self; 3] = [Self::Uuid, Self::Integer, Self::Text];

    /// Its name in SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Integer => "bigint",
            Self::Text => "text",
        }
    }

    /// Its name in configuration and keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Integer => "integer",
            Self::Text => "text",
        }
    }

    /// Its name with the schema, so that nothing in a `search_path` is meant.
    fn qualified(self) -> &'static str {
        match self {
            Self::Uuid => "pg_catalog.uuid",
            Self::Integer => "pg_catalog.int8",
            Self::Text => "pg_catalog.text",
        }
    }
}

impl fmt::Display for TenantType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// SQL that makes what a sealed database needs: the table of keys and the functions. `app_roles` may call them.
/// It can be run again, and changes no policy.
pub fn install(setting: &str, tenant_type: TenantType, app_roles: &[String]) -> String {
    let mut sql = include_str!("install.sql")
        .replace("{tenant}", &tenant_body(setting))
        .replace("{claim}", CLAIM)
        .replace("{new_key}", NEW_KEY)
        .replace("{type}", tenant_type.qualified());
    let roles: Vec<String> = app_roles
        .iter()
        .map(|role| rowhouse_catalog::quote_ident(role))
        .collect();
    if !roles.is_empty() {
        let roles = roles.join(", ");
        sql.push_str("GRANT USAGE ON SCHEMA rowhouse TO ");
        sql.push_str(&roles);
        sql.push_str(";\nGRANT EXECUTE ON FUNCTION rowhouse.tenant(), rowhouse.claim(text) TO ");
        sql.push_str(&roles);
        sql.push_str(";\n");
    }
    sql
}

const CLAIM: &str = include_str!("claim.sql");
const NEW_KEY: &str = include_str!("new_key.sql");

/// The body of `rowhouse.tenant()`.
fn tenant_body(setting: &str) -> String {
    include_str!("tenant.sql").replace("{setting}", &literal(setting))
}

/// A condition as it reads where the seal is good, for asking it without one: what it calls stands for settings.
pub fn believed(condition: &str, setting: &str, tenant_type: TenantType) -> String {
    const CLAIM_CALL: &str = "rowhouse.claim(";
    let tenant = format!(
        "NULLIF(current_setting({}, true), '')::{}",
        literal(setting),
        tenant_type.sql()
    );
    let plain = condition.replace("rowhouse.tenant()", &tenant);
    let mut believed = String::with_capacity(plain.len());
    let mut rest = &plain[..];
    while let Some((before, after)) = rest.split_once(CLAIM_CALL) {
        let mut quoted = false;
        let end = after.find(|c: char| {
            quoted ^= c == '\'';
            c == ')' && !quoted
        });
        let Some(end) = end else { break };
        believed.push_str(before);
        believed.push_str("COALESCE(current_setting(");
        believed.push_str(&after[..end]);
        believed.push_str(", true), '')");
        rest = &after[end + 1..];
    }
    believed + rest
}

/// `text` as a string constant.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_condition_reads_as_the_plain_one() {
        let sealed = "((tenant_id = (SELECT rowhouse.tenant() AS tenant)) AND (author = rowhouse.claim('a)b'::text)))";
        assert_eq!(
            believed(sealed, "app.t", TenantType::Uuid),
            "((tenant_id = (SELECT NULLIF(current_setting('app.t', true), '')::uuid AS tenant)) AND \
             (author = COALESCE(current_setting('a)b'::text, true), '')))"
        );
    }
}
