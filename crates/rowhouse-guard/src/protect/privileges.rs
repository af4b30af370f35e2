//! Privileges that no policy filters, taken away, and given back as they were.

use rowhouse_catalog::Privilege::{Delete, References, Select, Trigger, Truncate, Update, Usage};
use rowhouse_catalog::{
    Acl, AclEntry, Catalog, Grantee, Oid, Privilege, Privileges, Relation, RelationKind,
    quote_ident,
};

use super::draft::Draft;
use super::plan::{Lock, Phase, Work};
use crate::context::Context;
use crate::rules::shared_writes;
use crate::{Error, Finding, Fix};

/// Takes away what a finding is about.
pub(super) fn trim(draft: &mut Draft<'_>, finding: &Finding) -> Result<(), Error> {
    let Some(relation) = draft.named(&finding.object) else {
        return Ok(());
    };
    if !draft.is_ours(&relation) {
        return Ok(());
    }
    let (privileges, sql, after) = draft.look(|context| {
        let may = context.privileges(&relation);
        let privileges: Vec<Privilege> = match finding.rule {
            "grants-past-row-security" => vec![Truncate, References, Trigger],
            "shared-table-writable" => shared_writes(context, &relation),
            "sequence-readable" => vec![Select, Update],
            "parent-opens-children" => vec![Select, Update, Delete],
            _ => vec![Select],
        };
        let privileges: Vec<Privilege> = privileges
            .into_iter()
            .filter(|&privilege| may.has(privilege))
            .collect();
        let sql = context.revoke_on_table(&relation, &privileges);
        let after = without(context, &relation, &privileges);
        let kept = kept(context, &relation, &privileges);
        (privileges, sql, (after, kept))
    })?;
    let (after, kept) = after;
    // What an earlier step took already.
    if privileges.is_empty() {
        return Ok(());
    }
    let name = relation.qualified_name();
    let kind = if relation.kind == RelationKind::Sequence {
        "SEQUENCE "
    } else {
        ""
    };
    let up: Vec<String> = sql
        .lines()
        .map(|line| {
            line.trim_end_matches(';')
                .replacen(" ON ", &format!(" ON {kind}"), 1)
        })
        .collect();
    if up.is_empty() || after == relation {
        draft.leave(&name, "what the service may do with it was not given by its owner: whoever gave it has to take it away");
        return Ok(());
    }
    let mut after = after;
    let mut up = up;
    for (who, keeps) in kept {
        up.push(format!(
            "GRANT {} ON {kind}{name} TO {}",
            words(keeps, ""),
            grantee(draft.now, who)
        ));
        let owner = after.owner;
        let entries = &mut after.acl.entries;
        match entries
            .iter_mut()
            .find(|entry| entry.grantee == who && entry.grantor == owner)
        {
            Some(entry) => entry.privileges = entry.privileges | keeps,
            None => entries.push(AclEntry {
                grantee: who,
                grantor: owner,
                privileges: keeps,
                grantable: Privileges::default(),
            }),
        }
    }
    let words: Vec<&str> = privileges
        .iter()
        .map(|privilege| privilege.keyword())
        .collect();
    let down = restored(draft.now, &format!("{kind}{name}"), &relation, &after);
    draft.step(
        Phase::Privileges,
        &name,
        format!("{name}: the service loses {}", words.join(", ")),
        Work::together(up, Lock::None, &name),
        Some(Work::together(down, Lock::None, &name)),
    );
    draft.change_relation(relation.oid, |relation| *relation = after);
    Ok(())
}

/// What others would lose with the service, or the service with what it loses: members of the same group keep what the
/// group had, and who may move a sequence by UPDATE may draw from it still.
fn kept(
    context: &Context<'_>,
    relation: &Relation,
    privileges: &[Privilege],
) -> Vec<(Grantee, Privileges)> {
    let taken = Privileges::of(privileges);
    let is_ours = |grantee: Grantee| {
        let mut personas = context.personas.iter();
        personas.any(|persona| persona.access.is_any_of(&[grantee]))
    };
    let mut kept = Vec::new();
    for entry in &relation.acl.entries {
        let lost = both(entry.privileges, taken);
        if lost.is_empty()
            || !is_ours(entry.grantee)
            || entry.grantor != relation.owner
            || entry.grantee == Grantee::Role(relation.owner)
        {
            continue;
        }
        if relation.kind == RelationKind::Sequence
            && lost.has(Update)
            && !entry.privileges.has(Usage)
        {
            kept.push((entry.grantee, Privileges::of(&[Usage])));
        }
        if let Grantee::Role(group) = entry.grantee {
            for member in others_in(context, group) {
                kept.push((Grantee::Role(member), lost));
            }
        }
    }
    kept
}

/// Members of a group that the service is not, nor is a member of.
pub(super) fn others_in(context: &Context<'_>, group: Oid) -> Vec<Oid> {
    let catalog = context.catalog;
    let mut found = Vec::new();
    let mut open = vec![group];
    let mut seen = open.clone();
    while let Some(group) = open.pop() {
        let members = catalog.memberships.iter();
        for membership in
            members.filter(|membership| membership.role == group && membership.inherit)
        {
            let member = membership.member;
            if seen.contains(&member) {
                continue;
            }
            seen.push(member);
            let mut personas = context.personas.iter();
            if personas.any(|persona| persona.access.is_any_of(&[Grantee::Role(member)])) {
                open.push(member);
            } else if !catalog.is_superuser(member) {
                found.push(member);
            }
        }
    }
    found
}

/// A relation without privileges that reach the service.
fn without(context: &Context<'_>, relation: &Relation, privileges: &[Privilege]) -> Relation {
    let taken = Privileges::of(privileges);
    let reaches = |entry: &AclEntry| {
        entry.grantor == relation.owner
            && entry.grantee != Grantee::Role(relation.owner)
            && context
                .personas
                .iter()
                .any(|persona| persona.access.is_any_of(&[entry.grantee]))
    };
    let trimmed = |acl: &Acl| Acl {
        explicit: acl.explicit,
        entries: acl
            .entries
            .iter()
            .map(|entry| {
                if reaches(entry) {
                    AclEntry {
                        privileges: entry.privileges.without(taken),
                        grantable: entry.grantable.without(taken),
                        ..entry.clone()
                    }
                } else {
                    entry.clone()
                }
            })
            .filter(|entry| !entry.privileges.is_empty())
            .collect(),
    };
    let mut after = relation.clone();
    after.acl = trimmed(&relation.acl);
    for column in &mut after.columns {
        column.acl = trimmed(&column.acl);
    }
    after
}

/// Statements that bring a relation's privileges from what they became back to what they were, in the same order: a dump
/// shows it.
pub(super) fn restored(
    catalog: &Catalog,
    on: &str,
    before: &Relation,
    after: &Relation,
) -> Vec<String> {
    let mut sql = Vec::new();
    let on = format!(" ON {on}");
    // Whoever lost all loses their place in the list, and whoever stands behind must be put back behind them.
    let tail = rebuilt(catalog, &before.acl, &after.acl, "", &on, &mut sql);
    for column in &before.columns {
        let Some(now) = after
            .columns
            .iter()
            .find(|other| other.number == column.number)
        else {
            continue;
        };
        let lost = |entry: &AclEntry| tail.contains(&entry.grantee);
        let mut now = now.acl.clone();
        now.entries.retain(|entry| !lost(entry));
        rebuilt(
            catalog,
            &column.acl,
            &now,
            &format!(" ({})", quote_ident(&column.name)),
            &on,
            &mut sql,
        );
    }
    sql
}

/// Writes what one list needs; gives those who were taken everything from on the way.
pub(super) fn rebuilt(
    catalog: &Catalog,
    before: &Acl,
    after: &Acl,
    column: &str,
    on: &str,
    sql: &mut Vec<String>,
) -> Vec<Grantee> {
    let same = |entry: &AclEntry| {
        after
            .entries
            .iter()
            .find(|other| other.grantee == entry.grantee && other.grantor == entry.grantor)
    };
    let first_gone = before
        .entries
        .iter()
        .position(|entry| same(entry).is_none());
    let mut tail = Vec::new();
    for entry in after.entries.iter().filter(|entry| {
        !before
            .entries
            .iter()
            .any(|other| other.grantee == entry.grantee)
    }) {
        sql.push(format!(
            "REVOKE {}{on} FROM {}",
            words(entry.privileges, column),
            grantee(catalog, entry.grantee)
        ));
    }
    for (at, entry) in before.entries.iter().enumerate() {
        let who = grantee(catalog, entry.grantee);
        let behind = first_gone.is_some_and(|first| at >= first);
        let known = same(entry);
        if let Some(known) = known.filter(|_| !behind) {
            let more = known.privileges.without(entry.privileges);
            if !more.is_empty() {
                sql.push(format!("REVOKE {}{on} FROM {who}", words(more, column)));
            }
        }
        let missing = match known {
            Some(known) if !behind => entry.privileges.without(known.privileges),
            _ => entry.privileges,
        };
        if behind && known.is_some() {
            sql.push(format!(
                "REVOKE ALL{}{on} FROM {who}",
                if column.is_empty() {
                    String::new()
                } else {
                    column.to_owned()
                }
            ));
            tail.push(entry.grantee);
        }
        for (privileges, option) in [
            (missing.without(entry.grantable), ""),
            (both(missing, entry.grantable), " WITH GRANT OPTION"),
        ] {
            if !privileges.is_empty() {
                sql.push(format!(
                    "GRANT {}{on} TO {who}{option}",
                    words(privileges, column)
                ));
            }
        }
    }
    tail
}

fn both(one: Privileges, other: Privileges) -> Privileges {
    one.without(one.without(other))
}

fn words(privileges: Privileges, column: &str) -> String {
    let words: Vec<String> = privileges
        .iter()
        .map(|privilege| format!("{}{column}", privilege.keyword()))
        .collect();
    words.join(", ")
}

pub(super) fn grantee(catalog: &Catalog, grantee: Grantee) -> String {
    grantee.role().map_or_else(
        || "PUBLIC".to_owned(),
        |oid| {
            catalog
                .role_by_oid(oid)
                .map_or_else(|| oid.to_string(), |role| quote_ident(&role.name))
        },
    )
}

/// What later tables would give to everybody.
pub(super) fn trim_defaults(draft: &mut Draft<'_>, finding: &Finding) {
    let Fix::Sql(fix) = &finding.fix else { return };
    if !draft.wishes.tables.is_empty() {
        return;
    }
    let Some((prefix, _)) = fix.split_once(" REVOKE ALL ON TABLES") else {
        return;
    };
    let place = |default: &rowhouse_catalog::DefaultPrivilege| {
        let schema = default
            .schema
            .and_then(|oid| draft.now.schemas.iter().find(|schema| schema.oid == oid));
        let schema = schema.map_or_else(String::new, |schema| {
            format!(" IN SCHEMA {}", quote_ident(&schema.name))
        });
        format!(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {}{schema}",
            grantee(draft.now, Grantee::Role(default.role))
        )
    };
    let defaults = draft.then().default_privileges.iter();
    let mut tables =
        defaults.filter(|default| default.objects == rowhouse_catalog::DefaultFor::Tables);
    let Some(default) = tables.find(|default| place(default) == prefix).cloned() else {
        return;
    };
    let runner = draft.now.as_role(draft.now.server.current_user);
    if !runner.owns(default.role) {
        draft.leave(
            &finding.object,
            format!(
                "the default privileges are {}'s: run `rowhouse protect` as that role",
                finding.part
            ),
        );
        return;
    }
    let mut after = default.acl.clone();
    after
        .entries
        .retain(|entry| entry.grantee != Grantee::Public);
    let mut down = Vec::new();
    rebuilt(draft.now, &default.acl, &after, "", " ON TABLES", &mut down);
    let down = down.iter().map(|line| format!("{prefix} {line}")).collect();
    draft.step(
        Phase::Privileges,
        &finding.object,
        format!(
            "{}: tables that {} makes later are not everybody's",
            finding.object, finding.part
        ),
        Work::together(vec![fix.trim_end_matches(';').to_owned()], Lock::None, ""),
        Some(Work::together(down, Lock::None, "")),
    );
    draft.change(|snapshot| {
        for known in &mut snapshot.default_privileges {
            if *known == default {
                known.acl = after.clone();
            }
        }
    });
}
