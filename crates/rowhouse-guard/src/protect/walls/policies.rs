//! Changes of policies, and their way back.

use rowhouse_catalog::{Catalog, Grantee, Oid, Policy, PolicyCommand, Relation, quote_ident};

use super::Site;
use super::verdicts::{self, Faults};
use crate::Error;
use crate::protect::draft::Draft;
use crate::protect::tenant::Condition;

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
    for &wrong in &faults.wrong {
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
                && !faults.wrong.contains(&other.oid)
                && (other.command == PolicyCommand::All || other.command == policy.command)
                && (other.roles == policy.roles || other.roles.contains(&Grantee::Public))
        };
        let covered = !faults.doubtful && table.policies.iter().any(|other| stands_in(&other));
        let policy = policy.clone();
        if covered {
            drop(draft, site, &table, &policy);
        } else {
            rewrite(draft, site, &table, policy, condition);
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

fn drop(draft: &mut Draft<'_>, site: &mut Site, table: &Relation, policy: &Policy) {
    let name = quote_ident(&policy.name);
    let gone = format!("DROP POLICY IF EXISTS {name} ON {}", table.qualified_name());
    site.changes.push(Change {
        policy: policy.oid,
        what: format!(
            "policy {name}, which lets rows of others through beside one that does not, is dropped"
        ),
        up: vec![gone.clone()],
        down: vec![gone, as_sql(draft.now, table, policy)],
    });
    let oid = policy.oid;
    draft.change_relation(site.table, |table| {
        table.policies.retain(|known| known.oid != oid);
    });
}

/// Puts the condition in place of what a policy says, or makes it anew where that cannot be undone in place.
fn rewrite(
    draft: &mut Draft<'_>,
    site: &mut Site,
    table: &Relation,
    policy: Policy,
    condition: &Condition,
) {
    let name = quote_ident(&policy.name);
    let on = table.qualified_name();
    let says_nothing = policy.using.is_none() && policy.with_check.is_none();
    let inserts = policy.command == PolicyCommand::Insert;
    let filled = |text: &str| Policy {
        using: (policy.using.is_some() || says_nothing && !inserts).then(|| text.to_owned()),
        with_check: (policy.with_check.is_some() || says_nothing && inserts)
            .then(|| text.to_owned()),
        ..policy.clone()
    };
    let written = filled(&condition.sql);
    let (up, down) = if says_nothing {
        let gone = format!("DROP POLICY IF EXISTS {name} ON {on}");
        (
            vec![gone.clone(), as_sql(draft.now, table, &written)],
            vec![gone, as_sql(draft.now, table, &policy)],
        )
    } else {
        let alter = |policy: &Policy| format!("ALTER POLICY {name} ON {on}{}", conditions(policy));
        (vec![alter(&written)], vec![alter(&policy)])
    };
    site.changes.push(Change {
        policy: policy.oid,
        what: format!("policy {name} lets the tenant's own rows through, and no others"),
        up,
        down,
    });
    draft.put_policy(site.table, filled(&condition.stored), &condition.references);
}

fn as_sql(catalog: &Catalog, table: &Relation, policy: &Policy) -> String {
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
