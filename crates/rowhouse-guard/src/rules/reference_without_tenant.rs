//! A foreign key sees every tenant's rows.

use rowhouse_catalog::{Action, ForeignKey, Object, Policy, PolicyCommand, Relation, quote_ident};

use crate::context::Context;
use crate::keys::column_names;
use crate::keys::can_probe;
use crate::rule::{Example, Rule};
use crate::{Class, Finding, Level, RowOwner};

pub(super) static RULE: Rule = Rule {
    id: "reference-without-tenant",
    title: "A row can reference another tenant's row",
    level: Level::Error,
    what: "A foreign key to a table with tenants' rows does not include the tenant.",
    why: "Foreign keys are checked below row security: a tenant can reference another's row, an accepted reference tells \
          that the row exists, and ON DELETE CASCADE lets one tenant's delete reach into another's data.",
    close: "Reference the tenant and the key together; the referenced table needs a unique key over both.",
    example: Example {
        object: "public.comments",
        bad: "CREATE TABLE comments (\n    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),\n    tenant_id uuid NOT NULL REFERENCES tenants (id),\n    item_id uuid NOT NULL REFERENCES items (id)\n);\nALTER TABLE comments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY tenant_isolation ON comments\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));\nGRANT SELECT, INSERT ON comments TO app;",
        good: "CREATE TABLE comments (\n    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),\n    tenant_id uuid NOT NULL REFERENCES tenants (id),\n    item_id uuid NOT NULL,\n    FOREIGN KEY (tenant_id, item_id) REFERENCES items (tenant_id, id)\n);\nALTER TABLE comments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY tenant_isolation ON comments\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));\nGRANT SELECT, INSERT ON comments TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, owner) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        for key in table.foreign_keys.iter().filter(|key| key.parent.is_none() && key.enforcement.enforced) {
            let Some(referenced) = context.catalog.relation_by_oid(key.referenced) else {
                continue;
            };
            if !leads_to_others(context, key) || binds(context, table, owner, key) {
                continue;
            }
            if !writes_pass(table) || !can_probe(context, table, &key.columns) || policies_look_it_up(context, table, key) {
                continue;
            }
            findings.push(finding(context, table, referenced, key));
        }
    }
}

/// A policy lets writes through: without one row security refuses them all.
fn writes_pass(table: &Relation) -> bool {
    let mut permissive = table.policies.iter().filter(|policy| policy.permissive);
    permissive.any(|policy| matches!(policy.command, PolicyCommand::All | PolicyCommand::Insert | PolicyCommand::Update))
}

/// The referenced row belongs to one tenant of several, and its key is not the tenant's own.
fn leads_to_others(context: &Context<'_>, key: &ForeignKey) -> bool {
    matches!(context.model.class(key.referenced), Class::Tenant(_) | Class::Child(_))
}

/// It carries the tenant along, or is what says whose the row is, which the policies check.
fn binds(context: &Context<'_>, table: &Relation, owner: &RowOwner, key: &ForeignKey) -> bool {
    if let RowOwner::Parent { columns, parent, .. } = owner {
        return key.referenced == *parent && key.columns == *columns;
    }
    let ours = context.model.tenant_column(table.oid);
    let theirs = context.model.tenant_column(key.referenced);
    let mut pairs = key.columns.iter().zip(&key.referenced_columns);
    pairs.any(|(&from, &to)| Some(from) == ours && Some(to) == theirs)
}

/// What is written is checked against rows that the writer can see: policies come before foreign keys.
fn policies_look_it_up(context: &Context<'_>, table: &Relation, key: &ForeignKey) -> bool {
    let protected = context.catalog.relation_by_oid(key.referenced).is_some_and(|referenced| referenced.row_security);
    let looks = |policy: &Policy| {
        let references = context.catalog.references_of(Object::Policy(policy.oid));
        references.iter().any(|object| match object {
            Object::Relation(oid) | Object::Column(oid, _) => *oid == key.referenced && key.referenced != table.oid,
            _ => false,
        }) && key.columns.iter().all(|&number| {
            let column = table.column_at(number).map(|column| quote_ident(&column.name));
            let check = policy.with_check.as_ref().or(policy.using.as_ref());
            check.zip(column).is_some_and(|(check, column)| check.contains(&column))
        })
    };
    let writes = |policy: &&Policy| matches!(policy.command, PolicyCommand::All | PolicyCommand::Insert);
    protected && table.policies.iter().filter(writes).any(looks)
}

fn finding(context: &Context<'_>, table: &Relation, referenced: &Relation, key: &ForeignKey) -> Finding {
    let name = table.qualified_name();
    let target = referenced.qualified_name();
    let columns = column_names(table, &key.columns).join(", ");
    let cascade = match key.on_delete {
        Action::Cascade => "; a delete over there takes rows of other tenants along",
        Action::SetNull | Action::SetDefault => "; a delete over there changes rows of other tenants",
        Action::NoAction | Action::Restrict => "",
    };
    let finding = RULE
        .found(&name, format!("{columns} can reference any tenant's row of {target}, and an accepted one tells that it exists{cascade}"))
        .part(&key.name)
        .exploit(format!("INSERT INTO {name} ({columns}, …) VALUES ('another tenant''s key', …); -- accepted: it exists"));
    let tenants = context.model.tenant_column(table.oid).zip(context.model.tenant_column(referenced.oid));
    let Some((ours, theirs)) = tenants else {
        return finding.fix_words(format!("have the policies of {name} look the row of {target} up, or give the table a tenant column and reference both"));
    };
    let ours = column_names(table, &[ours]).join(", ");
    let theirs_name = column_names(referenced, &[theirs]).join(", ");
    let to = column_names(referenced, &key.referenced_columns).join(", ");
    let wanted: Vec<i16> = std::iter::once(theirs).chain(key.referenced_columns.iter().copied()).collect();
    let mut keys = referenced.unique.iter().chain(&referenced.primary_key);
    let has_key = keys.any(|unique| same_columns(&unique.columns, &wanted));
    let unique = if has_key { String::new() } else { format!("ALTER TABLE {target} ADD UNIQUE ({theirs_name}, {to});\n") };
    let on_delete = match key.on_delete {
        Action::Cascade => " ON DELETE CASCADE".to_owned(),
        Action::SetNull => format!(" ON DELETE SET NULL ({columns})"),
        Action::SetDefault => format!(" ON DELETE SET DEFAULT ({columns})"),
        Action::Restrict => " ON DELETE RESTRICT".to_owned(),
        Action::NoAction => String::new(),
    };
    let constraint = quote_ident(&key.name);
    finding.fix_sql(format!(
        "{unique}ALTER TABLE {name} DROP CONSTRAINT {constraint},\n    ADD CONSTRAINT {constraint} FOREIGN KEY ({ours}, {columns}) REFERENCES {target} ({theirs_name}, {to}){on_delete};"
    ))
}

fn same_columns(a: &[i16], b: &[i16]) -> bool {
    a.len() == b.len() && a.iter().all(|column| b.contains(column))
}
