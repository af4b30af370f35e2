//! A way in for running systems: policies that let everything through and record what a wall would have stopped.
//!
//! Row security is switched on and not forced. What is recorded goes to the server's log, which only its operator reads:
//! a transaction that may only read can write there, and a rollback leaves it.

mod condition;

use rowhouse_catalog::{Catalog, Function, Oid, Relation, quote_ident, quote_literal};

use super::draft::Draft;
use super::plan::{Lock, Phase, Plan, Work};
use super::tenant::Tenant;
use super::walls::policies::{as_sql, is_isolation};
use super::{Wishes, around, done};
use crate::context::Context;
use crate::rules::FILTERED;
use crate::{Error, Options, RowOwner};
use condition::{SCHEMA, clauses};

/// The policy's name.
const POLICY: &str = "rowhouse_observe";
const FUNCTIONS: &str = include_str!("functions.sql");

/// Whether a table is only observed: its rows are everybody's still.
pub(crate) fn is_observed(table: &Relation) -> bool {
    table.row_security && policy(table).is_some()
}

/// Whether a function is the one that records, to the letter: it keeps counts in settings of its own and nothing else.
pub(crate) fn is_recorder(function: &Function) -> bool {
    let body = FUNCTIONS.split("$rowhouse$").nth(1);
    function.schema == SCHEMA && function.name == "record" && body == Some(function.body.as_str())
}

/// The observing policy of a table.
pub(super) fn policy(table: &Relation) -> Option<&rowhouse_catalog::Policy> {
    let mut policies = table.policies.iter();
    policies.find(|policy| policy.permissive && is_observing(policy))
}

/// Whether a policy records instead of keeping apart: it is taken for one that asks nothing, which is never too little.
pub(crate) fn is_observing(policy: &rowhouse_catalog::Policy) -> bool {
    let records = |text: &String| text.contains("rowhouse_observe.record(");
    policy.name == POLICY && policy.using.as_ref().is_some_and(records)
}

/// Observes the tables that were asked for and are open.
pub(super) fn begin(catalog: &Catalog, options: &Options, wishes: &Wishes) -> Result<Plan, Error> {
    let report = crate::audit(catalog, options)?;
    let mut draft = Draft::new(catalog, options, wishes);
    let tenant = draft.look(|context| Tenant::of(context, options.setting.as_ref()))?;
    let sites: Vec<(Oid, RowOwner)> = draft.look(|context| {
        let tables = context.tenant_tables();
        let reached = tables.filter(|(table, _)| context.may(table, &FILTERED));
        reached
            .map(|(table, owner)| (table.oid, owner.clone()))
            .collect()
    })?;
    for (oid, owner) in sites {
        let Some(table) = catalog.relation_by_oid(oid) else {
            continue;
        };
        if is_observed(table) || !draft.is_ours(table) {
            continue;
        }
        match way(&draft, table, &owner, &tenant)? {
            Ok((clauses, again)) => observe(&mut draft, table, &clauses, again),
            Err(why) => draft.leave(&table.qualified_name(), why),
        }
    }
    if !draft.steps.is_empty() {
        if let Some(why) = no_room(catalog) {
            return Err(Error::NoRoom { why });
        }
        prepare(&mut draft);
    }
    let around = draft.look(|context| around::refused(context, catalog))?;
    let mut plan = finished(draft, report, &tenant);
    plan.around.extend(around);
    Ok(plan)
}

/// Takes the observing policies away again, and what they call when nothing does any more.
pub(super) fn end(catalog: &Catalog, options: &Options, wishes: &Wishes) -> Result<Plan, Error> {
    let report = crate::audit(catalog, options)?;
    let mut draft = Draft::new(catalog, options, wishes);
    let tenant = draft.look(|context| Tenant::of(context, options.setting.as_ref()))?;
    for table in catalog.relations.iter().filter(|table| is_observed(table)) {
        let Some(policy) = policy(table).filter(|_| draft.is_ours(table)) else {
            continue;
        };
        let name = table.qualified_name();
        let made = as_sql(catalog, table, policy);
        draft.step(
            Phase::Wall,
            &name,
            format!("{name}: it is not observed any more, and open to all tenants as it was"),
            Work::together(
                vec![disable(&name), gone(&name)],
                Lock::AccessExclusive,
                &name,
            ),
            Some(Work::together(
                vec![gone(&name), made, enable(&name)],
                Lock::AccessExclusive,
                &name,
            )),
        );
        draft.change_relation(table.oid, |table| {
            table.row_security = false;
            table.policies.retain(|policy| policy.name != POLICY);
        });
    }
    if catalog.schemas.iter().any(|schema| schema.name == SCHEMA) {
        draft.step(
            Phase::Force,
            "",
            format!("schema {SCHEMA} goes where no policy calls it"),
            Work::together(vec![cleared()], Lock::None, ""),
            None,
        );
    }
    Ok(finished(draft, report, &tenant))
}

fn finished(draft: Draft<'_>, report: crate::Report, tenant: &Tenant) -> Plan {
    let taken = around::taken(&report.detected, draft.options, tenant);
    let mut steps = draft.steps;
    steps.sort_by_key(|step| step.phase);
    Plan {
        aim: draft.wishes.aim,
        steps,
        taken,
        around: Vec::new(),
        before: report.findings,
        after: Vec::new(),
        left: draft.left,
    }
}

/// The policy's clauses, and whether a wall of ours goes for it; or why it cannot be observed.
fn way(
    draft: &Draft<'_>,
    table: &Relation,
    owner: &RowOwner,
    tenant: &Tenant,
) -> Result<Result<(String, bool), String>, Error> {
    let RowOwner::Column(number) = owner else {
        return Ok(Err(
            "it has no tenant column: whose a row is would have to be looked up for each".into(),
        ));
    };
    let Tenant::Setting(setting) = tenant else {
        return Ok(Err("its policies would call a function that may fail where no tenant is set: only a plain setting can be observed".into()));
    };
    let Some(column) = table.column_at(*number) else {
        return Ok(Err("its tenant column is not there".into()));
    };
    // Never is something opened that holds, but for the wall that this command made, and when that table was named.
    let again = table.row_security
        && !draft.wishes.tables.is_empty()
        && !table.policies.is_empty()
        && table
            .policies
            .iter()
            .all(|policy| is_isolation(policy, table, column, tenant, draft));
    if table.row_security && !again {
        return Ok(Err(if draft.wishes.tables.is_empty() {
            "row security is on already: name the table to go from a wall that `rowhouse protect` made back to observing".into()
        } else {
            "row security is on already, with other policies than those of `rowhouse protect`: what they hold would be open".into()
        }));
    }
    if table.policies.iter().any(|policy| !policy.permissive) {
        return Ok(Err(
            "it has restrictive policies, which would hold as soon as row security is on".into(),
        ));
    }
    if draft.look(|context| nobody_is_bound(context, table))? {
        return Ok(Err("policies do not bind the service, which owns it or bypasses them: nothing could be seen".into()));
    }
    Ok(clauses(draft.now, table, column, setting)
        .map(|clauses| (clauses, again))
        .ok_or_else(|| "its tenant is neither a uuid nor an integer nor a text".to_owned()))
}

/// Whether policies would bind none of those who use the table.
fn nobody_is_bound(context: &Context<'_>, table: &Relation) -> bool {
    context
        .who_may(table, &FILTERED)
        .all(|persona| persona.role.bypass_rls || persona.access.owns(table.owner))
}

fn observe(draft: &mut Draft<'_>, table: &Relation, clauses: &str, again: bool) {
    let name = table.qualified_name();
    let (mut up, mut down) = (vec![gone(&name)], Vec::new());
    for policy in table.policies.iter().filter(|_| again) {
        let drop = format!(
            "DROP POLICY IF EXISTS {} ON {name}",
            quote_ident(&policy.name)
        );
        up.push(drop.clone());
        down.extend([drop, as_sql(draft.now, table, policy)]);
    }
    up.push(format!("CREATE POLICY {POLICY} ON {name}{clauses}"));
    if again {
        up.push(format!("ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY"));
        if table.force_row_security {
            down.push(format!("ALTER TABLE {name} FORCE ROW LEVEL SECURITY"));
        }
    } else {
        up.push(enable(&name));
        down.push(disable(&name));
    }
    down.push(gone(&name));
    let what = if again {
        "its wall goes, and what it stopped is recorded: every tenant's rows are open to all"
    } else {
        "everything passes as before, and what a wall would stop is recorded"
    };
    draft.step(
        Phase::Wall,
        &name,
        format!("{name}: {what}"),
        Work::together(up, Lock::AccessExclusive, &name),
        Some(Work::together(down, Lock::AccessExclusive, &name)),
    );
    draft.change_relation(table.oid, |table| table.row_security = true);
}

fn enable(table: &str) -> String {
    format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
}

fn disable(table: &str) -> String {
    format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
}

fn gone(table: &str) -> String {
    format!("DROP POLICY IF EXISTS {POLICY} ON {table}")
}

/// The functions, each time anew: a newer one takes the place of an older.
fn prepare(draft: &mut Draft<'_>) {
    let mut up = vec![format!("CREATE SCHEMA IF NOT EXISTS {SCHEMA}")];
    up.push(FUNCTIONS.trim().to_owned());
    up.push(format!(
        "CREATE OR REPLACE FUNCTION {SCHEMA}.last() RETURNS boolean\n    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 8 AS 'BEGIN RETURN true; END'"
    ));
    draft.step(
        Phase::Before,
        "",
        format!("schema {SCHEMA}: what writes to the server's log, at most once in a statement, without values"),
        Work::together(up, Lock::None, ""),
        Some(Work::together(vec![cleared()], Lock::None, "")),
    );
}

/// Drops the schema where no policy calls it.
fn cleared() -> String {
    let function = |signature: &str| format!("to_regprocedure({})", quote_literal(signature));
    let used = format!(
        "NOT EXISTS (SELECT FROM pg_catalog.pg_depend WHERE classid = 'pg_catalog.pg_policy'::regclass AND refclassid = 'pg_catalog.pg_proc'::regclass AND refobjid IN ({}, {}))",
        function("rowhouse_observe.record(text, text)"),
        function("rowhouse_observe.last()")
    );
    done::block(&done::when(
        &used,
        &[
            format!("DROP FUNCTION IF EXISTS {SCHEMA}.record(text, text), {SCHEMA}.last()"),
            format!("DROP SCHEMA IF EXISTS {SCHEMA}"),
        ],
    ))
}

/// Why the functions cannot be made.
fn no_room(catalog: &Catalog) -> Option<String> {
    let runner = catalog.as_role(catalog.server.current_user);
    let schema = catalog.schemas.iter().find(|schema| schema.name == SCHEMA);
    match schema {
        Some(schema) if !runner.owns(schema.owner) => Some(format!(
            "schema {SCHEMA} is there and belongs to another role"
        )),
        None if !runner.database().has(rowhouse_catalog::Privilege::Create) => Some(format!(
            "the runner may not create schema {SCHEMA}: GRANT CREATE ON DATABASE … TO the owner, or run it as a role that may"
        )),
        _ => None,
    }
}
