//! Schemas in which the service may create.

use rowhouse_catalog::{Acl, AclEntry, Grantee, Oid, Privilege, Privileges, Schema, quote_ident};

use super::draft::Draft;
use super::plan::{Lock, Phase, Work};
use super::privileges::{grantee, others_in, rebuilt};
use crate::context::Context;
use crate::{Error, Finding, Level};

/// Takes CREATE on a schema with tenants' tables; other members of a group keep what the group had.
pub(super) fn trim(draft: &mut Draft<'_>, finding: &Finding) -> Result<(), Error> {
    let Some(name) = finding.object.strip_prefix("schema:") else {
        return Ok(());
    };
    if finding.level == Level::Note || !draft.wishes.tables.is_empty() {
        return Ok(());
    }
    take(draft, name)
}

/// Takes CREATE on a schema from the service.
pub(super) fn take(draft: &mut Draft<'_>, name: &str) -> Result<(), Error> {
    let object = format!("schema:{name}");
    let mut schemas = draft.then().schemas.iter();
    let Some(schema) = schemas.find(|schema| schema.name == name).cloned() else {
        return Ok(());
    };
    let runner = draft.now.as_role(draft.now.server.current_user);
    if !runner.owns(schema.owner) {
        let owner = grantee(draft.now, Grantee::Role(schema.owner));
        draft.leave(
            &object,
            format!("the schema belongs to {owner}: run `rowhouse protect` as that role"),
        );
        return Ok(());
    }
    let taken = Privileges::of(&[Privilege::Create]);
    let (mut after, kept) = draft.look(|context| without_create(context, &schema))?;
    let shown = quote_ident(name);
    let lost = schema.acl.entries.iter().filter(|entry| {
        let now = after
            .entries
            .iter()
            .find(|other| other.grantee == entry.grantee && other.grantor == entry.grantor);
        entry.privileges.has(Privilege::Create)
            && !now.is_some_and(|now| now.privileges.has(Privilege::Create))
    });
    let from: Vec<String> = lost
        .map(|entry| grantee(draft.now, entry.grantee))
        .collect();
    if from.is_empty() {
        draft.leave(
            &object,
            "CREATE on it was not given by its owner: whoever gave it has to take it away",
        );
        return Ok(());
    }
    let mut up = vec![format!(
        "REVOKE CREATE ON SCHEMA {shown} FROM {}",
        from.join(", ")
    )];
    for member in kept {
        let who = Grantee::Role(member);
        up.push(format!(
            "GRANT CREATE ON SCHEMA {shown} TO {}",
            grantee(draft.now, who)
        ));
        match after
            .entries
            .iter_mut()
            .find(|entry| entry.grantee == who && entry.grantor == schema.owner)
        {
            Some(entry) => entry.privileges = entry.privileges | taken,
            None => after.entries.push(AclEntry {
                grantee: who,
                grantor: schema.owner,
                privileges: taken,
                grantable: Privileges::default(),
            }),
        }
    }
    let mut down = Vec::new();
    rebuilt(
        draft.now,
        &schema.acl,
        &after,
        "",
        &format!(" ON SCHEMA {shown}"),
        &mut down,
    );
    draft.step(
        Phase::Privileges,
        &object,
        format!("schema {shown}: the service makes nothing in it"),
        Work::together(up, Lock::None, ""),
        Some(Work::together(down, Lock::None, "")),
    );
    let oid = schema.oid;
    draft.change(|snapshot| {
        for schema in snapshot
            .schemas
            .iter_mut()
            .filter(|schema| schema.oid == oid)
        {
            schema.acl = after.clone();
        }
    });
    Ok(())
}

/// A schema's privileges without CREATE for the service, and who else would lose it with that.
fn without_create(context: &Context<'_>, schema: &Schema) -> (Acl, Vec<Oid>) {
    let taken = Privileges::of(&[Privilege::Create]);
    let reaches = |entry: &AclEntry| {
        let mut personas = context.personas.iter();
        entry.grantor == schema.owner
            && entry.privileges.has(Privilege::Create)
            && entry.grantee != Grantee::Role(schema.owner)
            && personas.any(|persona| persona.access.is_any_of(&[entry.grantee]))
    };
    let mut kept = Vec::new();
    let mut entries = Vec::new();
    for entry in &schema.acl.entries {
        if !reaches(entry) {
            entries.push(entry.clone());
            continue;
        }
        if let Grantee::Role(group) = entry.grantee {
            kept.extend(others_in(context, group));
        }
        entries.push(AclEntry {
            privileges: entry.privileges.without(taken),
            grantable: entry.grantable.without(taken),
            ..entry.clone()
        });
    }
    entries.retain(|entry| !entry.privileges.is_empty());
    let explicit = true;
    (Acl { explicit, entries }, kept)
}
