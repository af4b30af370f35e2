//! Row security with policies that hold: wrong ones replaced, missing ones made, then switched on and forced.

pub(super) mod policies;
mod verdicts;

use std::collections::BTreeSet;

use rowhouse_catalog::{Oid, Policy, PolicyCommand, Relation, quote_ident};

use super::columns;
use super::draft::{Draft, cut};
use super::plan::{Lock, Phase, Work};
use super::tenant::{Condition, Tenant, is_text};
use super::{done, observe};
use crate::context::Context;
use crate::rules::FILTERED;
use crate::{Error, RowOwner};
use policies::Change;

/// How often policies are judged again after a change of them.
const ATTEMPTS: usize = 6;

/// A table of tenants' rows that the app role reaches.
struct Site {
    table: Oid,
    owner: RowOwner,
    /// How row security was: on, forced.
    was: (bool, bool),
    /// It was only observed: the policy that let everything through goes with this step.
    observed: Option<Policy>,
    changes: Vec<Change>,
}

impl Site {
    /// Whether nothing held before.
    fn was_open(&self) -> bool {
        !self.was.0 || self.observed.is_some()
    }
}

pub(super) fn raise(draft: &mut Draft<'_>, tenant: &Tenant) -> Result<(), Error> {
    let mut sites = sites(draft)?;
    for site in &mut sites {
        draft.change_relation(site.table, |table| {
            table.row_security = true;
            table.force_row_security = true;
        });
    }
    // Policies that look other tables up are judged with those tables' walls standing.
    let mut hopeless = BTreeSet::new();
    for _ in 0..ATTEMPTS {
        let mut changed = false;
        for site in &mut sites {
            let faults = draft.look(|context| verdicts::faults(context, site.table))?;
            if hopeless.contains(&site.table) || faults.is_none() {
                continue;
            }
            let Some(condition) = condition(draft, tenant, site)? else {
                hopeless.insert(site.table);
                continue;
            };
            changed |= policies::replace(draft, site, &faults, &condition)?;
        }
        if !changed {
            break;
        }
    }
    for site in &mut sites {
        if site.was_open() && !make(draft, tenant, site)? {
            hopeless.insert(site.table);
        }
    }
    for site in parents_first(draft, sites) {
        let open = hopeless.contains(&site.table) && site.was_open();
        if open {
            // Switched on without a policy it would show nothing to anybody: that is for somebody to decide.
            draft.change_relation(site.table, |table| {
                (table.row_security, table.force_row_security) = site.was;
                table.policies.extend(site.observed.clone());
            });
        } else {
            step(draft, tenant, &site);
        }
    }
    Ok(())
}

/// Policies that look a parent up come after the parent's wall: what it shows is what they let through.
fn parents_first(draft: &Draft<'_>, sites: Vec<Site>) -> Vec<Site> {
    let mut waiting = sites;
    let mut ordered: Vec<Site> = Vec::new();
    while !waiting.is_empty() {
        let asks = |site: &Site| -> Vec<Oid> {
            let table = draft.then().relation_by_oid(site.table);
            let policies = table.into_iter().flat_map(|table| &table.policies);
            let references = policies.flat_map(|policy| {
                draft
                    .then()
                    .references_of(rowhouse_catalog::Object::Policy(policy.oid))
            });
            let tables = references.filter_map(|reference| match *reference {
                rowhouse_catalog::Object::Relation(oid)
                | rowhouse_catalog::Object::Column(oid, _) => Some(oid),
                _ => None,
            });
            tables.filter(|oid| *oid != site.table).collect()
        };
        let later: BTreeSet<Oid> = waiting.iter().map(|site| site.table).collect();
        let is_free = |site: &Site| !asks(site).iter().any(|table| later.contains(table));
        // Where they ask each other in a ring, one has to be first.
        let at = waiting.iter().position(is_free).unwrap_or_default();
        ordered.push(waiting.remove(at));
    }
    ordered
}

/// The tables to look at, in the order of the catalog.
fn sites(draft: &mut Draft<'_>) -> Result<Vec<Site>, Error> {
    let found: Vec<(Oid, RowOwner)> = draft.look(|context| {
        let tables = context
            .tenant_tables()
            .filter(|(table, _)| context.may(table, &FILTERED));
        tables
            .map(|(table, owner)| (table.oid, owner.clone()))
            .collect()
    })?;
    let mut sites = Vec::new();
    for (oid, owner) in found {
        let Some(table) = draft.relation(oid) else {
            continue;
        };
        let is_well = table.row_security
            && table.force_row_security
            && draft
                .look(|context| verdicts::faults(context, oid))?
                .is_none();
        if is_well || draft.unfinished.contains(&oid) || !draft.is_ours(&table) {
            continue;
        }
        let observed = observe::policy(&table).cloned();
        let mut site = Site {
            table: oid,
            owner,
            was: (table.row_security, table.force_row_security),
            observed: observed.clone(),
            changes: Vec::new(),
        };
        if let Some(policy) = observed {
            policies::drop(draft, &mut site, &table, &policy, "was only to observe");
        }
        sites.push(site);
    }
    Ok(sites)
}

/// The condition that a row is the tenant's; what stands in its way is said.
fn condition(
    draft: &mut Draft<'_>,
    tenant: &Tenant,
    site: &Site,
) -> Result<Option<Condition>, Error> {
    let Some(table) = draft.relation(site.table) else {
        return Ok(None);
    };
    let name = table.qualified_name();
    let found = match &site.owner {
        RowOwner::Column(number) => {
            let column = table.column_at(*number);
            column.and_then(|column| tenant.is(&table, column, draft.now, draft.wishes))
        }
        RowOwner::Parent { .. } if draft.wishes.citus => None,
        RowOwner::Parent {
            columns,
            parent,
            parent_columns,
        } => draft
            .look(|context| through_parent(context, &table, columns, *parent, parent_columns))?,
    };
    if found.is_none() {
        draft.leave(&name, match &site.owner {
            RowOwner::Column(_) => "how the service says its tenant could not be told: name the setting with --setting, or write the policy by hand",
            RowOwner::Parent { .. } => "its rows belong to rows of a table that the service may not read, so no policy can look them up: give it a tenant column",
        });
    }
    Ok(found)
}

/// A row of a parent that row security shows is the tenant's, and so are its children.
fn through_parent(
    context: &Context<'_>,
    table: &Relation,
    columns: &[i16],
    parent: Oid,
    parent_columns: &[i16],
) -> Option<Condition> {
    use rowhouse_catalog::{Object, Privilege::Select};
    let parent = context.catalog.relation_by_oid(parent)?;
    let readable = context.who_may(table, &FILTERED).all(|persona| {
        let readable = |number: &i16| {
            let column = parent.column_at(*number);
            column.is_some_and(|column| persona.access.column(parent, column).has(Select))
        };
        persona.privileges(parent).has(Select) && parent_columns.iter().all(readable)
    });
    if !readable || !parent.row_security {
        return None;
    }
    let (mut pairs, mut stored) = (Vec::new(), Vec::new());
    let mut references = Vec::new();
    // The table's own name must not mean the parent in there.
    let alias = if table.name == "p" { "parent" } else { "p" };
    for (&from, &to) in columns.iter().zip(parent_columns) {
        let ours = quote_ident(&table.column_at(from)?.name);
        let theirs = quote_ident(&parent.column_at(to)?.name);
        pairs.push(format!(
            "{alias}.{theirs} = {}.{ours}",
            quote_ident(&table.name)
        ));
        stored.push(format!(
            "({alias}.{theirs} = {}.{ours})",
            quote_ident(&table.name)
        ));
        references.push(Object::Column(table.oid, from));
        references.push(Object::Column(parent.oid, to));
    }
    let name = parent.qualified_name();
    Some(Condition {
        sql: format!(
            "EXISTS (SELECT FROM {name} AS {alias} WHERE {})",
            pairs.join(" AND ")
        ),
        stored: format!(
            "(EXISTS ( SELECT\n   FROM {name} {alias}\n  WHERE {}))",
            stored.join(" AND ")
        ),
        references,
    })
}

/// Makes the policies that are missing where row security was off; false where they cannot be written.
fn make(draft: &mut Draft<'_>, tenant: &Tenant, site: &mut Site) -> Result<bool, Error> {
    let missing = draft.look(|context| verdicts::without_policy(context, site.table))?;
    if missing.is_empty() {
        return Ok(true);
    }
    let Some(condition) = condition(draft, tenant, site)? else {
        return Ok(false);
    };
    let Some(table) = draft.relation(site.table) else {
        return Ok(false);
    };
    let roles = draft.look(|context| verdicts::for_whom(context, &table))?;
    let commands = if table.policies.iter().any(|policy| policy.permissive) {
        missing
    } else {
        vec![PolicyCommand::All]
    };
    for command in commands {
        policies::create(draft, site, command, &roles, true, &condition);
    }
    Ok(true)
}

/// The step of one table: in one transaction, so that nobody meets half of it.
fn step(draft: &mut Draft<'_>, tenant: &Tenant, site: &Site) {
    let Some(table) = draft.relation(site.table) else {
        return;
    };
    let name = table.qualified_name();
    let mut up: Vec<String> = site
        .changes
        .iter()
        .flat_map(|change| change.up.clone())
        .collect();
    let mut down: Vec<String> = site
        .changes
        .iter()
        .rev()
        .flat_map(|change| change.down.clone())
        .collect();
    let mut what: Vec<String> = site
        .changes
        .iter()
        .map(|change| change.what.clone())
        .collect();
    if !site.was.0 {
        what.push("row security is enabled".to_owned());
        up.push(format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"));
        down.insert(0, format!("ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"));
    }
    let writes_policy = !site.changes.is_empty();
    if !up.is_empty() {
        draft.step(
            Phase::Wall,
            &name,
            format!("{name}: {}", what.join("; ")),
            Work::together(up, Lock::AccessExclusive, &name),
            Some(Work::together(down, Lock::AccessExclusive, &name)),
        );
    }
    if !site.was.1 {
        match fills(draft, site.table) {
            None => force(draft, &name),
            Some(child) => {
                draft.change_relation(site.table, |table| table.force_row_security = false);
                draft.leave(&name, format!("{child} is being filled from it, by the owner: FORCE comes when that is done"));
            }
        }
    }
    if let (RowOwner::Column(number), Tenant::Setting(_) | Tenant::Sealed(..), true) =
        (&site.owner, tenant, writes_policy)
    {
        refuse_empty(draft, &table, *number);
    }
}

/// A table that an earlier run began to fill from this one, and that this run does not.
fn fills(draft: &Draft<'_>, table: Oid) -> Option<String> {
    let mut keys = draft.then().foreign_keys_to(table);
    let begun = |child: &&Relation| {
        let mut columns = child.columns.iter();
        columns.any(|column| columns::is_begun(child, column))
    };
    let mut children = keys
        .by_ref()
        .filter_map(|key| draft.then().relation_by_oid(key.relation));
    children.find(begun).map(Relation::qualified_name)
}

/// Row security for the owner, too.
fn force(draft: &mut Draft<'_>, name: &str) {
    let switch = |to: &str| {
        let statement = format!("ALTER TABLE {name} {to}FORCE ROW LEVEL SECURITY");
        Work::together(vec![statement], Lock::AccessExclusive, name)
    };
    draft.step(
        Phase::Force,
        name,
        format!("{name}: row security holds for the owner, too"),
        switch(""),
        Some(switch("NO ")),
    );
}

/// The empty text is what the setting is after a transaction: it must never be somebody's tenant.
fn refuse_empty(draft: &mut Draft<'_>, table: &Relation, number: i16) {
    let Some(column) = table
        .column_at(number)
        .filter(|column| is_text(column, draft.now))
    else {
        return;
    };
    let refuses = |check: &rowhouse_catalog::Check| {
        check.columns.contains(&number) && check.expression.contains("<> ''::text")
    };
    if table.checks.iter().any(refuses) || !table.parents.is_empty() {
        return;
    }
    let name = table.qualified_name();
    let (column, unquoted) = (quote_ident(&column.name), column.name.clone());
    let plain = format!(
        "{}_not_empty",
        cut(&format!("{}_{}", table.name, unquoted), 53)
    );
    let constraint = quote_ident(&plain);
    draft.step(
        Phase::Keys,
        &name,
        format!("{name}: no new row has the empty text for a tenant"),
        Work::together(
            vec![format!(
                "ALTER TABLE {name} ADD CONSTRAINT {constraint} CHECK ({column} <> '') NOT VALID"
            )],
            Lock::AccessExclusive,
            &name,
        )
        .unless(done::has_constraint(&name, &plain)),
        Some(Work::together(
            vec![format!(
                "ALTER TABLE {name} DROP CONSTRAINT IF EXISTS {constraint}"
            )],
            Lock::AccessExclusive,
            &name,
        )),
    );
    draft.step(
        Phase::Keys,
        &name,
        format!("{name}: and no older row has it"),
        Work::together(
            vec![format!(
                "ALTER TABLE {name} VALIDATE CONSTRAINT {constraint}"
            )],
            Lock::ShareUpdateExclusive,
            &name,
        )
        .unless(done::is_validated(&name, &plain)),
        None,
    );
}
