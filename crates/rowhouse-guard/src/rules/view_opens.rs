//! A view that reads with its owner's rights.

use rowhouse_catalog::Privilege::{Delete, Insert, Select, Update};
use rowhouse_catalog::{Privilege, Relation, RelationKind};

use crate::context::Context;
use crate::logic::{self, QueryFacts, Use, Verdict};
use crate::rule::{Example, Rule};
use crate::{Certainty, Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "view-opens-table",
    title: "A view shows rows past the policies",
    level: Level::Error,
    what: "The app role may use a view that reads tenants' tables as its owner, and policies do not hold for the owner.",
    why: "A view runs with its owner's rights unless it is made WITH (security_invoker = true): a superuser's view skips \
          row security altogether, and so does the table owner's where it is not forced.",
    close: "ALTER VIEW … SET (security_invoker = true), and grant what it reads to the app role.",
    example: Example {
        object: "public.item_titles",
        bad: "CREATE VIEW item_titles AS SELECT title FROM items;\nGRANT SELECT ON item_titles TO app;",
        good: "CREATE VIEW item_titles WITH (security_invoker = true) AS SELECT title FROM items;\nGRANT SELECT ON item_titles TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (view, facts) in owner_views(context) {
        let Some((used, level, why)) = worst(context, &facts.uses) else {
            stored(context, view, findings);
            unreadable(context, view, &facts, findings);
            continue;
        };
        let name = view.qualified_name();
        let table = context.catalog.relation_by_oid(used.relation).map(Relation::qualified_name).unwrap_or_default();
        let owner = context.role_name(used.role);
        findings.push(
            RULE.found(&name, format!("it reads {table} as {owner}, and {why}"))
                .level(level)
                .exploit(super::table_open::exploit(context, view))
                .fix_sql(format!("ALTER VIEW {name} SET (security_invoker = true);")),
        );
    }
}

/// The views that the app role may use and that run as their owner, with what they let through.
pub(super) fn owner_views<'a>(context: &Context<'a>) -> Vec<(&'a Relation, QueryFacts)> {
    const ANY: [Privilege; 4] = [Select, Insert, Update, Delete];
    let views = context.catalog.relations.iter().filter(|relation| {
        relation.kind == RelationKind::View && !relation.security_invoker() && relation.extension.is_none() && !relation.is_system()
    });
    views
        .filter_map(|view| {
            let persona = context.who_may(view, &ANY).next()?;
            let place = logic::Context {
                invoker: Some(persona.role.oid),
                ..logic::Context::default()
            };
            let definition = view.definition.as_deref()?;
            Some((view, context.decider.decide_query(view.owner, definition, &place)))
        })
        .collect()
}

/// What is let through that should not be, the worst of it.
pub(super) fn worst<'u>(context: &Context<'_>, uses: &'u [Use]) -> Option<(&'u Use, Level, String)> {
    let graded = uses.iter().filter_map(|used| match &used.verdict {
        Verdict::Proven(_) => None,
        Verdict::Refuted(refutation) => {
            let level = if used.in_condition { Level::Note } else { Level::Error };
            let why = format!("nothing binds it to the tenant{}", super::policy_read::circumstances(context, refutation));
            Some((used, level, why))
        }
        Verdict::Undecided(doubt) => {
            let level = if used.in_condition { Level::Note } else { Level::Warning };
            let part = doubt.parts.first().map_or("something", String::as_str);
            Some((used, level, format!("whether that stays within the tenant hangs on {part}")))
        }
    });
    graded.max_by_key(|(_, level, _)| *level)
}

/// What a materialized view holds without the tenant being told apart any more.
fn stored(context: &Context<'_>, view: &Relation, findings: &mut Vec<Finding>) {
    let under = super::materialized_view::tables_under(context, view.oid);
    let stored = under.iter().filter_map(|&oid| context.catalog.relation_by_oid(oid)).find(|relation| {
        relation.kind == RelationKind::MaterializedView && context.model.row_owner(relation.oid).is_none() && {
            let tables = super::materialized_view::tables_under(context, relation.oid);
            tables.iter().any(|&oid| context.model.row_owner(oid).is_some())
        }
    });
    let Some(stored) = stored else {
        return;
    };
    let name = view.qualified_name();
    findings.push(
        RULE.found(&name, format!("it shows {}, which was filled from rows of all tenants", stored.qualified_name()))
            .exploit(super::table_open::exploit(context, view))
            .fix_sql(context.revoke_on_table(view, &[Select])),
    );
}

/// What could not be read is worth a look where tenants' tables are under it.
fn unreadable(context: &Context<'_>, view: &Relation, facts: &QueryFacts, findings: &mut Vec<Finding>) {
    let Some(part) = facts.unreadable.first() else {
        return;
    };
    let under = super::materialized_view::tables_under(context, view.oid);
    let skipped = |oid: &&rowhouse_catalog::Oid| {
        let table = context.catalog.relation_by_oid(**oid);
        context.model.row_owner(**oid).is_some() && table.is_some_and(|table| context.skips_policies(view.owner, table))
    };
    if under.iter().any(|oid| skipped(&oid)) {
        let mut finding = RULE
            .found(view.qualified_name(), format!("it reads tenants' tables as its owner, and the audit does not understand {part}"))
            .level(Level::Warning);
        finding.certainty = Certainty::Posture;
        findings.push(finding.fix_sql(format!("ALTER VIEW {} SET (security_invoker = true);", view.qualified_name())));
    }
}
