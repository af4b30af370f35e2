//! Keys that others can read.

use rowhouse_catalog::{Grantee, Object, Oid, Privilege, Relation, quote_ident};

use crate::context::Context;
use crate::model::text_of;
use crate::rule::{Example, Rule};
use crate::seal;
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "seal-keys-readable",
    title: "Somebody else can reach the keys that seals are checked with",
    level: Level::Error,
    what: "A role beside its owner has privileges on rowhouse.seal_keys, or a view, function, trigger, publication or child \
           table leads to it.",
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
    let table = keys.qualified_name();
    let others = holders(context, keys);
    if !others.is_empty() {
        let others = others.join(", ");
        findings.push(
            RULE.found(&table, format!("{others} can reach the keys of the seals"))
                .exploit(format!("SELECT * FROM {table}; -- then a seal for any tenant"))
                .fix_sql(format!("REVOKE ALL ON {table} FROM {others};")),
        );
    }
    for (object, how) in ways(context, keys) {
        findings.push(
            RULE.found(&object, format!("{how} the keys of the seals"))
                .exploit(format!("SELECT … FROM {object}; -- then a seal for any tenant"))
                .fix_words(format!("drop it, or take {table} out of it, then make a new key with `rowhouse seal rotate --keep 0s`")),
        );
    }
    for role in readers_of_everything(context, keys) {
        findings.push(
            RULE.found(format!("role:{role}"), "it may read every table, the keys of the seals included")
                .level(Level::Warning)
                .exploit(format!("SELECT * FROM {table};"))
                .fix_words("take pg_read_all_data and pg_write_all_data away from it, or treat its password as the seal's key"),
        );
    }
}

/// Those beside the owner that the table's list names.
fn holders(context: &Context<'_>, keys: &Relation) -> Vec<String> {
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
    others.iter().map(name).collect()
}

/// Whatever else leads to the table: what reads it, what runs when it is written, what copies it away.
fn ways(context: &Context<'_>, keys: &Relation) -> Vec<(String, &'static str)> {
    let catalog = context.catalog;
    let ours: Vec<Oid> = context.model.seal.iter().flat_map(|seal| [seal.tenant, seal.claim, seal.maker]).collect();
    let mut found = Vec::new();
    let of_column = |column: &rowhouse_catalog::Column| Object::Column(keys.oid, column.number);
    let parts = keys.columns.iter().map(of_column).chain([Object::Relation(keys.oid)]);
    for referrer in parts.flat_map(|part| catalog.referrers_of(part)) {
        match *referrer {
            Object::Relation(oid) if oid != keys.oid => {
                found.extend(catalog.relation_by_oid(oid).map(|view| (view.qualified_name(), "it reads")));
            }
            Object::Function(oid) if !ours.contains(&oid) => {
                found.extend(catalog.function_by_oid(oid).map(|function| (function.qualified_name(), "it reads")));
            }
            _ => {}
        }
    }
    for function in &catalog.functions {
        if !ours.contains(&function.oid) && function.schema != seal::SCHEMA && text_of(function).contains(seal::KEYS) {
            found.push((function.qualified_name(), "its body names"));
        }
    }
    if !keys.triggers.is_empty() || !keys.rules.is_empty() {
        found.push((keys.qualified_name(), "triggers or rules see"));
    }
    if !keys.parents.is_empty() || !catalog.children(keys.oid).is_empty() {
        found.push((keys.qualified_name(), "inheritance leads to or away from"));
    }
    let schema = catalog.schemas.iter().find(|schema| schema.name == keys.schema).map(|schema| schema.oid);
    for publication in &catalog.publications {
        let published = publication.all_tables
            || publication.tables.iter().any(|table| table.relation == keys.oid)
            || schema.is_some_and(|oid| publication.schemas.contains(&oid));
        if published {
            found.push((keys.qualified_name(), "a publication sends away"));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Logins that may read every table, beside superusers and those who count as the owner.
fn readers_of_everything(context: &Context<'_>, keys: &Relation) -> Vec<String> {
    let catalog = context.catalog;
    let logins = catalog.roles.iter().filter(|role| role.login && !role.superuser);
    let reads = logins.filter(|role| {
        let access = catalog.as_role(role.oid);
        !access.owns(keys.owner)
            && access.by_acl(&keys.acl).is_empty()
            && access.any_column(keys).has_any(&[Privilege::Select, Privilege::Insert, Privilege::Update])
    });
    reads.map(|role| role.name.clone()).collect()
}
