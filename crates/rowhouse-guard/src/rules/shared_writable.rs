//! What all tenants share, any tenant can change.

use rowhouse_catalog::Privilege::{Delete, Insert, Select, Truncate, Update};
use rowhouse_catalog::{Object, Policy, PolicyCommand, Privilege, Relation};

use crate::context::Context;
use crate::model::{Class, asked_for, helper_functions};
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "shared-table-writable",
    title: "A table that all tenants share can be written",
    level: Level::Error,
    what: "The app role may write a table whose rows belong to no tenant.",
    why: "What one tenant writes, all others read: prices, templates, permissions. And whatever a tenant writes there is \
          shown to the others.",
    close: "Let the app role only read it, or give its rows a tenant.",
    example: Example {
        object: "public.countries",
        bad: "CREATE TABLE countries (code text PRIMARY KEY, name text);\nGRANT SELECT, INSERT, UPDATE ON countries TO app;",
        good: "CREATE TABLE countries (code text PRIMARY KEY, name text);\nGRANT SELECT ON countries TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.tenant_tables().next().is_none() {
        return;
    }
    for table in context.catalog.relations.iter().filter(|table| table.is_table()) {
        if *context.model.class(table.oid) != Class::Shared || table.extension.is_some() {
            continue;
        }
        let writes = writes(context, table);
        let may = context.privileges(table);
        // An outbox: what goes in is never seen again by those who write it.
        let outbox = writes == [Insert] && !may.has(Select);
        if writes.is_empty() || outbox {
            continue;
        }
        let name = table.qualified_name();
        let words: Vec<&str> = writes.iter().map(|privilege| privilege.keyword()).collect();
        findings.push(
            RULE.found(
                &name,
                format!("its rows belong to no tenant, and the app role may {} them: what one tenant writes, all others get", words.join(", ")),
            )
            .exploit(match writes[0] {
                Insert => format!("INSERT INTO {name} …; -- seen by every tenant"),
                Update => format!("UPDATE {name} SET …; -- for every tenant"),
                Delete => format!("DELETE FROM {name}; -- for every tenant"),
                _ => format!("TRUNCATE {name}; -- for every tenant"),
            })
            .fix_sql(context.revoke_on_table(table, &writes)),
        );
    }
}

/// Whether what is written into a table is for all who read it.
pub(crate) fn is_for_all(context: &Context<'_>, table: &Relation) -> bool {
    let writes = writes(context, table);
    !writes.is_empty() && (writes != [Insert] || context.privileges(table).has(Select))
}

/// What the app role may write of it.
pub(crate) fn writes(context: &Context<'_>, table: &Relation) -> Vec<Privilege> {
    let may = context.privileges(table);
    [Insert, Update, Delete, Truncate]
        .into_iter()
        .filter(|&privilege| may.has(privilege) && lets_through(context, table, privilege))
        .collect()
}

/// Whether row security leaves anything to write. A policy that asks for a setting or a function divides the rows in another way.
fn lets_through(context: &Context<'_>, table: &Relation, privilege: Privilege) -> bool {
    if !table.row_security || privilege == Truncate {
        return true;
    }
    let command = match privilege {
        Insert => PolicyCommand::Insert,
        Update => PolicyCommand::Update,
        _ => PolicyCommand::Delete,
    };
    let divides = |policy: &Policy| {
        let mut texts = policy.using.iter().chain(&policy.with_check);
        texts.any(|text| !asked_for(text).is_empty() || text == "false")
            || !helper_functions(context.catalog, Object::Policy(policy.oid)).is_empty()
    };
    let mut policies = table.policies.iter().filter(|policy| policy.permissive);
    policies.any(|policy| (policy.command == PolicyCommand::All || policy.command == command) && !divides(policy))
}
