//! Keys that others can read.

use rowhouse_catalog::{Grantee, quote_ident};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::seal;
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "seal-keys-readable",
    title: "Somebody else can reach the keys that seals are checked with",
    level: Level::Error,
    what: "A role beside its owner has privileges on rowhouse.seal_keys, or may call the function that makes keys.",
    why: "Whoever reads a key can make a seal for any tenant, and whoever writes one can have their own believed.",
    close: "Take the privileges away, then make a new key with `rowhouse seal rotate --keep 0s`.",
    example: Example {
        object: "rowhouse.seal_keys",
        bad: "-- rowhouse seal init\nGRANT SELECT ON rowhouse.seal_keys TO app;\nALTER POLICY tenant_isolation ON tenants USING (id = (SELECT rowhouse.tenant()));\nALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT rowhouse.tenant()));",
        good: "-- rowhouse seal init\nALTER POLICY tenant_isolation ON tenants USING (id = (SELECT rowhouse.tenant()));\nALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT rowhouse.tenant()));",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(keys) = seal::keys(context.catalog) else { return };
    let columns = keys.columns.iter().map(|column| &column.acl);
    let mut others: Vec<Grantee> = columns
        .chain([&keys.acl])
        .flat_map(|acl| acl.entries.iter().map(|entry| entry.grantee))
        .filter(|grantee| *grantee != Grantee::Role(keys.owner))
        .collect();
    others.sort();
    others.dedup();
    let name = |grantee: &Grantee| match grantee {
        Grantee::Public => "PUBLIC".to_owned(),
        Grantee::Role(oid) => quote_ident(&context.role_name(*oid)),
    };
    let others: Vec<String> = others.iter().map(name).collect();
    if others.is_empty() {
        return;
    }
    let table = keys.qualified_name();
    let others = others.join(", ");
    findings.push(
        RULE.found(&table, format!("{others} can reach the keys of the seals"))
            .exploit(format!("SELECT * FROM {table}; -- then a seal for any tenant"))
            .fix_sql(format!("REVOKE ALL ON {table} FROM {others};")),
    );
}
