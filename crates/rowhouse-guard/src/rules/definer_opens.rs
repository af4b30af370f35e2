//! A function that works with its owner's rights.

use std::collections::BTreeSet;

use rowhouse_catalog::{Function, Privilege, Relation, quote_ident};

use crate::context::Context;
use crate::keys::is_secret;
use crate::logic::{Action, BodyFacts, Use, Verdict};
use crate::model::text_of;
use crate::rule::{Example, Rule};
use crate::{Certainty, Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "definer-function-opens",
    title: "A SECURITY DEFINER function reaches rows of other tenants",
    level: Level::Error,
    what: "The app role can set off a SECURITY DEFINER function, by a call or by a trigger, that reads or writes tenants' \
           tables as an owner for whom policies do not hold, without binding the rows to the tenant itself.",
    why: "It is a door through the wall: whatever it returns or writes is every tenant's.",
    close: "Make it SECURITY INVOKER, or have it filter by the tenant of the setting. Take EXECUTE from PUBLIC.",
    example: Example {
        object: "public.count_items()",
        bad: "CREATE FUNCTION count_items() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER\n    SET search_path = pg_catalog, pg_temp\n    AS $$ SELECT count(*) FROM public.items $$;",
        good: "CREATE FUNCTION count_items() RETURNS bigint LANGUAGE sql STABLE SECURITY INVOKER\n    AS $$ SELECT count(*) FROM public.items $$;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (function, persona) in context.set_off() {
        if !function.security_definer {
            continue;
        }
        let mut facts = context.decider.body(persona.role.oid, function);
        let called = steps(context, function, &facts);
        facts.uses.extend(called);
        let leaks: Vec<Use> = facts.uses.iter().filter(|used| !is_lookup(context, function, used) && !is_by_secret(used) && !follows_row(context, function, used) && !says_session(context, function, used)).cloned().collect();
        let name = function.qualified_name();
        let owner = context.role_name(function.owner);
        let fix = format!("ALTER ROUTINE {name} SECURITY INVOKER;");
        if let Some((used, level, why)) = super::view_opens::worst(context, &leaks) {
            let table = context.catalog.relation_by_oid(used.relation).map(Relation::qualified_name).unwrap_or_default();
            // A trigger works on whatever row it is given: what does not follow that row's tenant follows none.
            let fires = function.result.as_deref() == Some("trigger");
            let level = if fires && level == Level::Warning { Level::Error } else { level };
            // That a row is there is all such a function tells, and that is what it is asked for.
            let level = if used.in_condition { Level::Warning } else { level };
            let does = if used.action == Action::Read { "reads" } else { "writes" };
            findings.push(
                RULE.found(&name, format!("it {does} {table} as {owner}, and {why}"))
                    .level(level)
                    .exploit(format!("SELECT * FROM {}(…);", function.name))
                    .fix_sql(fix),
            );
        } else if let Some(part) = facts.unreadable.first() {
            let mut finding = RULE
                .found(&name, format!("it works as {owner}, and the audit does not understand {part}"))
                .level(Level::Warning)
                .exploit(format!("SELECT * FROM {}(…);", function.name))
                .fix_sql(fix);
            finding.certainty = Certainty::Posture;
            if skips_anything(context, function) {
                findings.push(finding);
            }
        }
    }
}

/// What the functions it calls do: those that run as their caller have its owner's rights. What the app role may call
/// and runs as its own owner is looked at by itself, and what hangs on arguments is the caller's to bind.
fn steps(context: &Context<'_>, function: &Function, facts: &BodyFacts) -> Vec<Use> {
    let (mut seen, mut open) = (BTreeSet::from([function.oid]), facts.calls.clone());
    let mut found = Vec::new();
    while let Some(oid) = open.pop() {
        let mut functions = context.catalog.functions.iter();
        let Some(called) = functions.find(|called| called.oid == oid).filter(|_| seen.insert(oid)) else {
            continue;
        };
        if called.extension.is_some() || called.security_definer && context.may_execute(called) {
            continue;
        }
        let inner = context.decider.body(function.owner, called);
        let bound = asks_arguments(called);
        found.extend(inner.uses.into_iter().filter(|used| !bound && !used.in_condition && !is_lookup(context, called, used)));
        open.extend(inner.calls);
    }
    found
}

/// Whether the body names one of the function's arguments.
fn asks_arguments(function: &Function) -> bool {
    let text = text_of(function).to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$'));
    words.any(|word| {
        let mut arguments = function.arguments.iter().enumerate();
        arguments.any(|(at, argument)| {
            word == format!("${}", at + 1) || argument.name.as_ref().is_some_and(|name| word == name.to_lowercase())
        })
    })
}

/// Policies do not hold for its owner on at least one table of tenants.
fn skips_anything(context: &Context<'_>, function: &Function) -> bool {
    let mut tables = context.tenant_tables();
    tables.any(|(table, _)| context.skips_policies(function.owner, table))
}

/// A trigger that stays with the tenant of the row it was set off by, which the policies of that table have checked.
fn follows_row(context: &Context<'_>, function: &Function, used: &Use) -> bool {
    let reached = context.catalog.relation_by_oid(used.relation);
    let tenant = |table: &Relation| {
        let column = table.column_at(context.model.tenant_column(table.oid)?)?;
        Some(quote_ident(&column.name).to_lowercase())
    };
    let Some(theirs) = reached.and_then(tenant) else {
        return false;
    };
    let text: String = text_of(function).to_lowercase().split_whitespace().collect();
    if used.action == Action::UpdateNew && moves(&text, &theirs) {
        return false;
    }
    let tables = context.tenant_tables().map(|(table, _)| table);
    let mut fired = tables.filter(|table| table.triggers.iter().any(|trigger| trigger.function == function.oid));
    fired.any(|table| {
        let ours = tenant(table);
        ["new", "old"].iter().any(|row| {
            ours.as_ref().is_some_and(|ours| {
                let field = format!("{row}.{ours}");
                text.contains(&format!("{theirs}={field}"))
                    || text.contains(&format!("{field}={theirs}"))
                    || used.action == Action::Insert && text.contains(&field)
            })
        })
    })
}

/// Whether an UPDATE in a body without spaces puts something into the tenant's column that is no field of the row at hand.
fn moves(text: &str, tenant: &str) -> bool {
    ["set", ","].iter().any(|before| {
        let start = format!("{before}{tenant}=");
        let mut values = text.split(&start).skip(1);
        values.any(|value| !value.starts_with(&format!("new.{tenant}")) && !value.starts_with(&format!("old.{tenant}")))
    })
}

/// It enters the tenant into the row of the caller's own session, in which the policies look it up: that is how this
/// database is told its tenant, as others are by a setting.
fn says_session(context: &Context<'_>, function: &Function, used: &Use) -> bool {
    let text = text_of(function).to_lowercase();
    let reached = context.catalog.relation_by_oid(used.relation);
    let Some(table) = reached.filter(|_| used.action != Action::Read && text.contains("pg_backend_pid()")) else {
        return false;
    };
    let names = |text: &str| text.contains(&table.name.to_lowercase());
    let helpers = context.model.session_helpers();
    let is_sessions = helpers.iter().any(|helper| names(&text_of(helper).to_lowercase()));
    is_sessions && names(&text) && !context.may(table, &[Privilege::Select])
}

/// Only rows of which the caller knows the token, as with an invitation: who has it was given it.
fn is_by_secret(used: &Use) -> bool {
    let Verdict::Refuted(refutation) = &used.verdict else {
        return false;
    };
    // What was only made up for the row to be found is written out; what is computed of an argument is a call.
    let computed = refutation.given.iter().filter_map(|given| given.split_once(" = "));
    let computed = computed.filter(|(_, value)| value.contains('(')).map(|(column, _)| column);
    let mut compared = computed.chain(refutation.asked.iter().map(String::as_str));
    compared.any(|column| {
        let name = column.rsplit('.').next().unwrap_or_default();
        name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '"')) && is_secret(name)
    })
}

/// Finding out who somebody is, before a tenant is known: one key for a value that the caller knows.
fn is_lookup(context: &Context<'_>, function: &Function, used: &Use) -> bool {
    let Some(table) = context.catalog.relation_by_oid(used.relation) else {
        return false;
    };
    if used.action != Action::Read || function.set_returning {
        return false;
    }
    let text = text_of(function).to_ascii_lowercase();
    let Some(selected) = text.split_once("select").and_then(|(_, rest)| rest.split_once("from")).map(|(list, _)| list) else {
        return false;
    };
    if text.matches("select").count() > 1 {
        return false;
    }
    let column = selected.split("into").next().unwrap_or_default().trim();
    let column = column.rsplit('.').next().unwrap_or_default().trim().trim_matches('"');
    let is_key = |name: &str| {
        let tenant = context.model.tenant_column(table.oid).and_then(|number| table.column_at(number));
        let keys = table.primary_key.iter().filter(|key| key.columns.len() == 1);
        let keys = keys.filter_map(|key| table.column_at(key.columns[0]));
        keys.chain(tenant).any(|column| column.name.eq_ignore_ascii_case(name))
    };
    let condition = text.split_once("where").map_or("", |(_, condition)| condition);
    let asks = function.arguments.iter().enumerate().any(|(at, argument)| {
        let named = argument.name.as_ref().is_some_and(|name| condition.contains(&name.to_ascii_lowercase()));
        named || condition.contains(&format!("${}", at + 1))
    });
    let of_session = condition.contains("current_setting(") || condition.contains("pg_backend_pid()");
    is_key(column) && (asks || of_session) && condition.contains('=')
}
