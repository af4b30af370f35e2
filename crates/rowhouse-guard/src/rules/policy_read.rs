//! Policies that show other tenants' rows.

use rowhouse_catalog::Privilege::Select;
use rowhouse_catalog::{Relation, quote_ident, quote_literal};

use crate::context::Context;
use crate::protect::is_observed;
use crate::keys::column_names;
use crate::logic::{Action, Refutation, Verdict, Why};
use crate::rule::{Example, Rule};
use crate::{Finding, Level, RowOwner};

pub(super) static RULE: Rule = Rule {
    id: "policy-shows-others",
    title: "The policies show rows of other tenants",
    level: Level::Error,
    what: "For some session, the policies that hold for the app role let a row of another tenant be read.",
    why: "Permissive policies are OR'ed: one that is too wide opens the table, however tight the others are.",
    close: "Write one policy whose condition is that the row's tenant is the setting's, and drop what is wider.",
    example: Example {
        object: "public.items",
        bad: "CREATE POLICY featured ON items FOR SELECT USING (title LIKE 'featured%');",
        good: "CREATE POLICY featured ON items AS RESTRICTIVE FOR SELECT USING (title LIKE 'featured%');",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, owner) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        if is_observed(table) {
            findings.push(observed(table));
            continue;
        }
        let Some(refutation) = refuted_read(context, table) else {
            continue;
        };
        // What the policies believe is a rule of its own.
        if matches!(refutation.why, Why::TrustsTable(_)) {
            continue;
        }
        let name = table.qualified_name();
        // A row that belongs to the user in the session is nobody else's, whichever tenant it is in.
        let level = if is_users_own(&refutation) { Level::Note } else { Level::Error };
        let by_whom = culprits(table, &refutation);
        let (level, words) = if refutation.is_of_nobody() && context.keeps_rows_of_nobody(table) {
            (level.min(Level::Warning), format!("{by_whom} shows every tenant the rows that have none, which is right where they were never a tenant's"))
        } else {
            (level, format!("{by_whom} lets another tenant's row be read{}", circumstances(context, &refutation)))
        };
        findings.push(
            RULE.found(&name, words)
                .level(level)
                .exploit(exploit(table, owner, &refutation, &format!("SELECT * FROM {name}")))
                .fix_sql(fix(context, table, owner, &refutation)),
        );
    }
}

/// A table on the way in: what would be stopped is recorded, and nothing is stopped.
fn observed(table: &Relation) -> Finding {
    let name = table.qualified_name();
    let words = "it is not protected yet, only observed: every tenant's rows pass, and what a wall would stop is recorded";
    RULE.found(&name, words)
        .exploit(format!("SELECT * FROM {name}; -- rows of all tenants"))
        .fix_words(format!("See `rowhouse observe report`, then rowhouse protect {name} --apply"))
}

/// The row passes only because one of its columns is what the session says of its user.
pub(crate) fn is_users_own(refutation: &Refutation) -> bool {
    let mut said = refutation.session.iter().filter(|(name, value)| {
        let name = name.to_ascii_lowercase();
        value.len() > 2 && (name.contains("user") || name.ends_with("sub"))
    });
    said.any(|(_, value)| {
        let value = value.trim_matches('\'');
        refutation.given.iter().any(|given| given.contains(" = ") && given.contains(value) && given.contains("user"))
    })
}

/// Why a read is open, for the first role for which it is.
pub(super) fn refuted_read(context: &Context<'_>, table: &Relation) -> Option<Refutation> {
    context.who_may(table, &[Select]).find_map(|persona| {
        match context.decider.decide(persona.role.oid, table.oid, Action::Read)? {
            Verdict::Refuted(refutation) => Some(refutation),
            Verdict::Proven(_) | Verdict::Undecided(_) => None,
        }
    })
}

/// The policies to blame, by name.
pub(super) fn culprits(table: &Relation, refutation: &Refutation) -> String {
    let policies = table.policies.iter().filter(|policy| refutation.policies.contains(&policy.oid));
    let names: Vec<&str> = policies.map(|policy| policy.name.as_str()).collect();
    match names[..] {
        [] => "row security".to_owned(),
        [name] => format!("policy {name}"),
        _ => format!("policies {}", names.join(", ")),
    }
}

/// What must be so for the row to pass.
pub(super) fn circumstances(context: &Context<'_>, refutation: &Refutation) -> String {
    let mut parts = Vec::new();
    match refutation.why {
        Why::TrustsTable(oid) => {
            let table = context.catalog.relation_by_oid(oid);
            let name = table.map(Relation::qualified_name).unwrap_or_default();
            parts.push(format!("it believes {name}, which the app role can write"));
        }
        Why::RoleName => parts.push("it asks for the role's name, which is the same for all tenants".to_owned()),
        Why::NotFiltered | Why::Passes => {}
    }
    if !refutation.row_tenant.is_empty() {
        parts.push(format!("the row's tenant is {}", refutation.row_tenant));
    }
    parts.extend(refutation.session.iter().map(|(name, value)| format!("{name} is {value}")));
    parts.extend(refutation.given.iter().cloned());
    if parts.is_empty() {
        String::new()
    } else {
        format!(": {}", parts.join(", "))
    }
}

/// The settings of the session that the refutation shows, and a statement in it.
pub(super) fn exploit(
    table: &Relation,
    owner: &RowOwner,
    refutation: &Refutation,
    statement: &str,
) -> String {
    let mut lines = vec!["BEGIN;".to_owned()];
    for (name, value) in refutation.session.iter().filter(|(_, value)| value != "(not set)") {
        let value = value.trim_matches('\'');
        lines.push(format!("SELECT set_config({}, {}, true);", quote_literal(name), quote_literal(value)));
    }
    let tenant = match owner {
        RowOwner::Column(number) => column_names(table, &[*number]).join(", "),
        RowOwner::Parent { .. } => "another tenant's parent".to_owned(),
    };
    lines.push(format!("{statement}; -- {tenant}: not only the session's"));
    lines.push("ROLLBACK;".to_owned());
    lines.join("\n")
}

/// A policy of the right form in place of those to blame; nothing where its form could not be told.
pub(super) fn fix(
    context: &Context<'_>,
    table: &Relation,
    owner: &RowOwner,
    refutation: &Refutation,
) -> String {
    let name = table.qualified_name();
    // Tenants are told by something else than a setting, such as the login: that has to stand in the policy, and in full.
    if context.model.settings.is_empty() && matches!(owner, RowOwner::Column(_)) {
        return String::new();
    }
    let blamed = table.policies.iter().filter(|policy| refutation.policies.contains(&policy.oid));
    let mut lines: Vec<String> = open_parent(context, owner).into_iter().collect();
    let before = lines.len();
    lines.extend(blamed.map(|policy| format!("DROP POLICY {} ON {name};", quote_ident(&policy.name))));
    let rest = table.policies.len() > lines.len() - before;
    if !rest && let Some(condition) = super::table_open::condition(context, table, owner) {
        lines.push(format!("CREATE POLICY tenant_isolation ON {name}\n    USING ({condition});"));
    }
    lines.join("\n")
}

/// What closes the parent, where rows go by it and it is open itself: a policy that looks it up shows what it shows.
fn open_parent(context: &Context<'_>, owner: &RowOwner) -> Option<String> {
    let RowOwner::Parent { parent, .. } = owner else {
        return None;
    };
    let (table, owner) = context.tenant_tables().find(|(table, _)| table.oid == *parent)?;
    if !table.row_security {
        return table.policies.is_empty().then(|| super::table_open::fix(context, table, owner));
    }
    let refutation = refuted_read(context, table)?;
    Some(fix(context, table, owner, &refutation)).filter(|fix| !fix.is_empty())
}
