//! A table of tenants without row security.

use rowhouse_catalog::Privilege::{Delete, Insert, Select, Update};
use rowhouse_catalog::{Function, Privilege, Relation, quote_ident};

use crate::context::Context;
use crate::keys::column_names;
use crate::model::{Class, text_of};
use crate::rule::{Example, Rule};
use crate::{Finding, Level, RowOwner};

use super::body_names::unqualified_relations;

/// What row security filters.
pub(crate) const FILTERED: [Privilege; 4] = [Select, Insert, Update, Delete];

pub(super) static RULE: Rule = Rule {
    id: "row-security-off",
    title: "A table with tenants' rows has no row security",
    level: Level::Error,
    what: "The app role may read or write a table whose rows belong to tenants, and row security is off: the tenants' own \
           table, one with a tenant column, one that references such a table, a copy, or a partition that can be used \
           past its parent.",
    why: "Every tenant sees and changes every tenant's rows. Only the table named in a statement counts: a partition or \
          copy does not take over the policies of the table it came from.",
    close: "Enable and force row security and write a policy that binds the row to the setting, or take the privileges away.",
    example: Example {
        object: "public.notes",
        bad: "CREATE TABLE notes (\n    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),\n    tenant_id uuid NOT NULL REFERENCES tenants (id),\n    body text\n);\nGRANT SELECT, INSERT ON notes TO app;",
        good: "CREATE TABLE notes (\n    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),\n    tenant_id uuid NOT NULL REFERENCES tenants (id),\n    body text\n);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY tenant_isolation ON notes\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));\nGRANT SELECT, INSERT ON notes TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, owner) in context.tenant_tables() {
        if table.row_security || !table.policies.is_empty() || !context.may(table, &FILTERED) {
            continue;
        }
        let name = table.qualified_name();
        findings.push(
            RULE.found(&name, message(context, table, owner))
                .exploit(exploit(context, table))
                .fix_sql(fix(context, table, owner)),
        );
    }
}

fn message(context: &Context<'_>, table: &Relation, owner: &RowOwner) -> String {
    let parent = table.parents.first().and_then(|&parent| context.catalog.relation_by_oid(parent));
    if let Some(parent) = parent {
        return format!(
            "the app role reaches this part of {} by its own name, past the parent's policies: row security is off",
            parent.qualified_name()
        );
    }
    match (context.model.class(table.oid), owner) {
        (Class::Root(_), _) => "the table of tenants has no row security: every tenant sees all of them".to_owned(),
        (_, RowOwner::Parent { parent, .. }) => {
            let parent = context.catalog.relation_by_oid(*parent);
            let parent = parent.map(Relation::qualified_name).unwrap_or_default();
            format!("its rows belong to rows of {parent}, and row security is off: every tenant sees all of them")
        }
        (_, RowOwner::Column(number)) => {
            let column = column_names(table, &[*number]).join(", ");
            format!("each row has a tenant in {column}, and row security is off: every tenant sees all of them")
        }
    }
}

/// What the app role does to it, by the first privilege it has.
pub(super) fn exploit(context: &Context<'_>, table: &Relation) -> String {
    let name = table.qualified_name();
    let may = context.privileges(table);
    if may.has(Select) {
        format!("SELECT * FROM {name}; -- rows of all tenants")
    } else if may.has(Delete) {
        format!("DELETE FROM {name}; -- rows of all tenants")
    } else if may.has(Update) {
        format!("UPDATE {name} SET …; -- rows of all tenants")
    } else {
        format!("INSERT INTO {name} …; -- a row for any tenant")
    }
}

pub(super) fn fix(context: &Context<'_>, table: &Relation, owner: &RowOwner) -> String {
    let name = table.qualified_name();
    // Where a function looks the tenant up is no table of tenants' rows: whoever writes there says who it is.
    if tells_tenant(context, table) {
        return context.revoke_on_table(table, &FILTERED);
    }
    let Some(condition) = condition(context, table, owner) else {
        return format!("{}\n-- or protect it", context.revoke_on_table(table, &FILTERED));
    };
    format!(
        "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\n\
         CREATE POLICY tenant_isolation ON {name}\n    USING ({condition});"
    )
}

/// Whether a function that works as its owner looks the session's tenant up in this table.
fn tells_tenant(context: &Context<'_>, table: &Relation) -> bool {
    let helpers = context.model.session_helpers();
    let mut helpers = helpers.iter().filter(|helper| helper.security_definer);
    helpers.any(|helper| reads(context, helper, table))
}

fn reads(context: &Context<'_>, function: &Function, table: &Relation) -> bool {
    let named = unqualified_relations(context.catalog, function);
    let text = text_of(function);
    text.contains(&table.qualified_name()) || named.iter().any(|word| word.trim_matches('"').eq_ignore_ascii_case(&table.name))
}

/// The condition that binds a row to the setting.
pub(super) fn condition(context: &Context<'_>, table: &Relation, owner: &RowOwner) -> Option<String> {
    match owner {
        RowOwner::Column(number) => {
            let column = table.column_at(*number)?;
            let setting = context.model.settings.first();
            let setting = setting.map_or("app.current_tenant_id", |setting| &setting.name);
            if setting.starts_with("request.jwt.") {
                return None;
            }
            let setting = rowhouse_catalog::quote_literal(setting);
            let column_name = quote_ident(&column.name);
            Some(match column.formatted_type.as_str() {
                // A cast to a length would cut another tenant's longer id down to this one's.
                kind if kind == "text" || kind.starts_with("character") => {
                    format!("{column_name} = (SELECT NULLIF(current_setting({setting}, true), ''))")
                }
                other => format!("{column_name} = (SELECT current_setting({setting})::{other})"),
            })
        }
        RowOwner::Parent { columns, parent, parent_columns } => {
            let parent = context.catalog.relation_by_oid(*parent)?;
            let pairs = columns.iter().zip(parent_columns).map(|(&from, &to)| {
                let from = quote_ident(&table.column_at(from)?.name);
                let to = quote_ident(&parent.column_at(to)?.name);
                Some(format!("p.{to} = {}.{from}", quote_ident(&table.name)))
            });
            let pairs: Vec<String> = pairs.collect::<Option<_>>()?;
            Some(format!("EXISTS (SELECT FROM {} p WHERE {})", parent.qualified_name(), pairs.join(" AND ")))
        }
    }
}
