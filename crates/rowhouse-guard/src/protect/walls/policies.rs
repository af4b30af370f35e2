//! Changes of policies, and their way back.

use rowhouse_catalog::{
    Catalog, Column, Grantee, Object, Oid, Policy, PolicyCommand, Relation, quote_ident,
};

use super::Site;
use super::verdicts::{self, Faults, Sides};
use crate::protect::draft::Draft;
use crate::protect::tenant::{Condition, Tenant};
use crate::{Error, RowOwner};

/// One policy changed.
pub(super) struct Change {
    policy: Oid,
    pub(super) what: String,
    pub(super) up: Vec<String>,
    pub(super) down: Vec<String>,
}

/// Replaces what is wrong; whether anything was.
pub(super) fn replace(
    draft: &mut Draft<'_>,
    site: &mut Site,
    faults: &Faults,
    condition: &Condition,
) -> Result<bool, Error> {
    let mut changed = false;
    for (&wrong, &sides) in &faults.wrong {
        let Some(table) = draft.relation(site.table) else {
            continue;
        };
        let Some(policy) = table.policies.iter().find(|policy| policy.oid == wrong) else {
            continue;
        };
        // One that was replaced once and is wrong again is beyond us.
        if site.changes.iter().any(|change| change.policy == wrong) {
            continue;
        }
        let stands_in = |other: &&Policy| {
            other.permissive
                && !faults.wrong.contains_key(&other.oid)
                && is_all_of(other, condition)
                && (other.command == PolicyCommand::All || other.command == policy.command)
                && (other.roles == policy.roles || other.roles.contains(&Grantee::Public))
        };
        let covered = !faults.doubtful && table.policies.iter().any(|other| stands_in(&other));
        let policy = policy.clone();
        if covered {
            let why = "lets rows of others through beside one that does not";
            drop(draft, site, &table, &policy, why);
        } else {
            rewrite(draft, site, &table, (policy, sides), condition);
        }
        changed = true;
    }
    let floored = site
        .changes
        .iter()
        .any(|change| change.what.contains("floor"));
    if faults.doubtful && faults.wrong.is_empty() && !floored {
        let Some(table) = draft.relation(site.table) else {
            return Ok(changed);
        };
        let roles = draft.look(|context| verdicts::app_roles(context, &table))?;
        create(draft, site, PolicyCommand::All, &roles, false, condition);
        changed = true;
    }
    Ok(changed)
}

/// Makes a policy: one that lets the tenant's rows through, or a floor under the others.
pub(super) fn create(
    draft: &mut Draft<'_>,
    site: &mut Site,
    command: PolicyCommand,
    roles: &[Grantee],
    permissive: bool,
    condition: &Condition,
) {
    let Some(table) = draft.relation(site.table) else {
        return;
    };
    let stem = match (permissive, command) {
        (false, _) => "tenant_floor".to_owned(),
        (true, PolicyCommand::All) => "tenant_isolation".to_owned(),
        (true, command) => format!("tenant_isolation_{}", word(command).to_lowercase()),
    };
    let mut names =
        std::iter::once(stem.clone()).chain((2..).map(|number| format!("{stem}_{number}")));
    let taken = |name: &String| table.policies.iter().any(|policy| policy.name == *name);
    let name = names.find(|name| !taken(name)).unwrap_or(stem);
    let inserts = command == PolicyCommand::Insert;
    let policy = Policy {
        oid: draft.new_oid(),
        name,
        command,
        permissive,
        roles: roles.to_vec(),
        using: (!inserts).then(|| condition.stored.clone()),
        with_check: inserts.then(|| condition.stored.clone()),
    };
    let written = Policy {
        using: policy.using.as_ref().map(|_| condition.sql.clone()),
        with_check: policy.with_check.as_ref().map(|_| condition.sql.clone()),
        ..policy.clone()
    };
    let shown = quote_ident(&policy.name);
    site.changes.push(Change {
        policy: policy.oid,
        what: if permissive {
            format!("policy {shown} lets the tenant's own rows through")
        } else {
            format!("policy {shown} is a floor under the others, which the audit does not understand: the tenant's own rows at most")
        },
        up: vec![as_sql(draft.now, &table, &written)],
        down: vec![format!("DROP POLICY IF EXISTS {shown} ON {}", table.qualified_name())],
    });
    draft.put_policy(site.table, policy, &condition.references);
}

pub(super) fn drop(
    draft: &mut Draft<'_>,
    site: &mut Site,
    table: &Relation,
    policy: &Policy,
    why: &str,
) {
    let name = quote_ident(&policy.name);
    let gone = format!("DROP POLICY IF EXISTS {name} ON {}", table.qualified_name());
    site.changes.push(Change {
        policy: policy.oid,
        what: format!("policy {name}, which {why}, is dropped"),
        up: vec![gone.clone()],
        down: vec![gone, as_sql(draft.now, table, policy)],
    });
    let oid = policy.oid;
    draft.change_relation(site.table, |table| {
        table.policies.retain(|known| known.oid != oid);
    });
}

/// Whether a policy is what this command makes for a table with a tenant column.
pub(in crate::protect) fn is_isolation(
    policy: &Policy,
    table: &Relation,
    column: &Column,
    tenant: &Tenant,
    draft: &Draft<'_>,
) -> bool {
    let condition = tenant.is(table, column, draft.now, draft.wishes);
    policy.permissive
        && policy.name.starts_with("tenant_isolation")
        && condition.is_some_and(|condition| is_all_of(policy, &condition))
}

/// Whether a policy lets all of the tenant's rows through, so that nobody misses one that stood beside it.
fn is_all_of(policy: &Policy, condition: &Condition) -> bool {
    let wanted = bare(&condition.stored);
    [&policy.using, &policy.with_check]
        .into_iter()
        .flatten()
        .all(|text| bare(text) == wanted)
}

/// A condition without what the server and people write in different ways.
fn bare(text: &str) -> String {
    let text = text
        .to_lowercase()
        .replace("::text", "")
        .replace(", true)", ")");
    let mut words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || matches!(letter, '(' | ')'))
        .filter(|word| !word.is_empty() && *word != "select")
        .collect();
    if let Some(at) = words.iter().position(|word| *word == "as") {
        words.drain(at..(at + 2).min(words.len()));
    }
    words.join(" ")
}

/// Puts the condition in place of what a policy says on the side that is at fault, or makes it anew where that cannot be
/// undone in place.
fn rewrite(
    draft: &mut Draft<'_>,
    site: &mut Site,
    table: &Relation,
    (policy, sides): (Policy, Sides),
    condition: &Condition,
) {
    let name = quote_ident(&policy.name);
    let on = table.qualified_name();
    let says_nothing = policy.using.is_none() && policy.with_check.is_none();
    let inserts = policy.command == PolicyCommand::Insert;
    let checks_by_using = policy.with_check.is_none() && !inserts;
    let using = policy.using.is_some() && (sides.old || sides.new && checks_by_using);
    let check = policy.with_check.is_some() && sides.new;
    // What it asked beside the tenant it asks still.
    let owner = site.owner.clone();
    let narrowed = |old: Option<&String>, text: &str| match old {
        Some(old) if is_narrow(old, table, &owner) => format!("({text}) AND ({old})"),
        _ => text.to_owned(),
    };
    let changed = |text: &str| Policy {
        using: (using || says_nothing && !inserts).then(|| narrowed(policy.using.as_ref(), text)),
        with_check: (check || says_nothing && inserts)
            .then(|| narrowed(policy.with_check.as_ref(), text)),
        ..policy.clone()
    };
    let written = changed(&condition.sql);
    let (up, down) = if says_nothing {
        let gone = format!("DROP POLICY IF EXISTS {name} ON {on}");
        (
            vec![gone.clone(), as_sql(draft.now, table, &written)],
            vec![gone, as_sql(draft.now, table, &policy)],
        )
    } else {
        let before = Policy {
            using: policy.using.clone().filter(|_| using),
            with_check: policy.with_check.clone().filter(|_| check),
            ..policy.clone()
        };
        let alter = |policy: &Policy| format!("ALTER POLICY {name} ON {on}{}", conditions(policy));
        (vec![alter(&written)], vec![alter(&before)])
    };
    site.changes.push(Change {
        policy: policy.oid,
        what: format!("policy {name} lets the tenant's own rows through, and no others"),
        up,
        down,
    });
    let stored = changed(&condition.stored);
    let references = draft.then().references_of(Object::Policy(policy.oid));
    let mut references = references.to_vec();
    references.extend(condition.references.iter().copied());
    let stored = Policy {
        using: stored.using.or_else(|| policy.using.clone()),
        with_check: stored.with_check.or_else(|| policy.with_check.clone()),
        ..policy.clone()
    };
    draft.put_policy(site.table, stored, &references);
}

/// Whether a condition asks for something beside the tenant, in words that cannot let others in.
fn is_narrow(condition: &str, table: &Relation, owner: &RowOwner) -> bool {
    let lower = condition.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let asks_tenant = match owner {
        RowOwner::Column(number) => table
            .column_at(*number)
            .is_none_or(|column| words.any(|word| word == column.name.to_lowercase())),
        RowOwner::Parent { .. } => false,
    };
    let plain = ["select", "current_setting", "true", "false"];
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    !asks_tenant && !words.any(|word| plain.contains(&word))
}

pub(in crate::protect) fn as_sql(catalog: &Catalog, table: &Relation, policy: &Policy) -> String {
    let roles: Vec<String> = policy
        .roles
        .iter()
        .map(|grantee| match grantee {
            Grantee::Public => "PUBLIC".to_owned(),
            Grantee::Role(oid) => catalog
                .role_by_oid(*oid)
                .map_or_else(|| oid.to_string(), |role| quote_ident(&role.name)),
        })
        .collect();
    let mut sql = format!(
        "CREATE POLICY {} ON {}",
        quote_ident(&policy.name),
        table.qualified_name()
    );
    if !policy.permissive {
        sql.push_str(" AS RESTRICTIVE");
    }
    if policy.command != PolicyCommand::All {
        sql.push_str(" FOR ");
        sql.push_str(word(policy.command));
    }
    if roles != ["PUBLIC"] {
        sql.push_str(" TO ");
        sql.push_str(&roles.join(", "));
    }
    sql + &conditions(policy)
}

fn conditions(policy: &Policy) -> String {
    let mut sql = String::new();
    for (clause, condition) in [("USING", &policy.using), ("WITH CHECK", &policy.with_check)] {
        if let Some(condition) = condition {
            sql.extend(["\n    ", clause, " (", condition, ")"]);
        }
    }
    sql
}

fn word(command: PolicyCommand) -> &'static str {
    match command {
        PolicyCommand::All => "ALL",
        PolicyCommand::Select => "SELECT",
        PolicyCommand::Insert => "INSERT",
        PolicyCommand::Update => "UPDATE",
        PolicyCommand::Delete => "DELETE",
    }
}
