//! Who owns a thing decides over it.

use rowhouse_catalog::{Function, Object, Oid, Relation, Role, quote_ident};

use crate::context::Context;
use crate::model::helper_functions;
use crate::rule::{Example, Rule};
use crate::{Finding, Level, RowOwner};

pub(super) static RULE: Rule = Rule {
    id: "app-role-owns",
    title: "The service owns tables, a schema or the database",
    level: Level::Error,
    what: "An app role owns tables that hold tenants' rows, or the schema or database they are in, or a schema with functions \
           that their policies call.",
    why: "The owner skips row security where it is not forced; where it is, it can still drop the policies or switch row \
          security off. Whoever owns a schema can drop what is in it, and with a function the policies that call it.",
    close: "Have another role own them, one that the service cannot become.",
    example: Example {
        object: "public.items",
        bad: "ALTER TABLE items OWNER TO app;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for role in context.app_roles().filter(|role| !role.superuser && !role.bypass_rls) {
        tables(context, role, findings);
        schemas(context, role, findings);
        if context.catalog.database.owner == role.oid {
            let database = &context.catalog.database;
            findings.push(
                RULE.found(
                    format!("database:{}", database.name),
                    format!("{} owns the database: it can drop it, and make schemas in it", context.role_name(role.oid)),
                )
                .level(Level::Warning)
                .exploit(format!("CREATE SCHEMA mine; -- or, from elsewhere: DROP DATABASE {}", quote_ident(&database.name)))
                .fix_sql(format!(
                    "ALTER DATABASE {} OWNER TO {};",
                    quote_ident(&database.name),
                    context.role_name(other_owner(context, role.oid))
                )),
            );
        }
    }
}

/// Own tables only: those of a role the service can become are that membership's.
fn tables(context: &Context<'_>, role: &Role, findings: &mut Vec<Finding>) {
    let owned: Vec<(&Relation, &RowOwner)> = context
        .tenant_tables()
        .filter(|(table, _)| table.owner == role.oid)
        .collect();
    let name = context.role_name(role.oid);
    let heir = context.role_name(other_owner(context, role.oid));
    let mut fixes = Vec::new();
    for &(table, owner) in &owned {
        let table_name = table.qualified_name();
        let how = if table.row_security && table.force_row_security {
            "it can switch row security off"
        } else {
            "row security does not hold for it"
        };
        // Somebody else's table without row security is the next finding.
        let wall = if table.row_security || !table.policies.is_empty() {
            String::new()
        } else {
            format!("{}\n", super::table_open::fix(context, table, owner))
        };
        let fix = format!(
            "{wall}ALTER TABLE {table_name} OWNER TO {heir};\nGRANT SELECT, INSERT, UPDATE, DELETE ON {table_name} TO {name};"
        );
        findings.push(
            RULE.found(&table_name, format!("{name}, the service's own role, owns the table: {how}"))
                .exploit(format!("ALTER TABLE {table_name} DISABLE ROW LEVEL SECURITY;\nSELECT * FROM {table_name};"))
                .fix_sql(&fix),
        );
        fixes.push(fix);
    }
    if let [(first, _), ..] = owned[..] {
        findings.push(
            RULE.found(
                format!("role:{}", role.name),
                format!("{name} owns {} of the tables that hold tenants' rows, such as {}", owned.len(), first.qualified_name()),
            )
            .exploit(format!("ALTER TABLE {} DISABLE ROW LEVEL SECURITY;", first.qualified_name()))
            .fix_sql(fixes.join("\n")),
        );
    }
}

fn schemas(context: &Context<'_>, role: &Role, findings: &mut Vec<Finding>) {
    let own = context.catalog.schemas.iter().filter(|schema| schema.owner == role.oid);
    for schema in own {
        let holds_tenants = context.tenant_tables().any(|(table, _)| table.schema == schema.name);
        let helper = helpers(context).find(|helper| helper.schema == schema.name);
        let (can, exploit) = match helper {
            _ if holds_tenants => {
                ("every table in it".to_owned(), format!("DROP TABLE {}.some_table CASCADE;", quote_ident(&schema.name)))
            }
            Some(helper) => {
                let name = helper.qualified_name();
                (format!("{name}, and with it the policies that call it"), format!("DROP FUNCTION {name} CASCADE;"))
            }
            None => continue,
        };
        let name = context.role_name(role.oid);
        findings.push(
            RULE.found(format!("schema:{}", schema.name), format!("{name} owns the schema: it can drop {can}"))
                .exploit(exploit)
                .fix_sql(format!(
                    "ALTER SCHEMA {0} OWNER TO {1};\nGRANT USAGE ON SCHEMA {0} TO {name};",
                    quote_ident(&schema.name),
                    context.role_name(other_owner(context, role.oid))
                )),
        );
    }
}

/// The functions that policies of tenants' tables call.
fn helpers<'c>(context: &Context<'c>) -> impl Iterator<Item = &'c Function> {
    let policies = context.tenant_tables().flat_map(|(table, _)| &table.policies);
    policies.flat_map(|policy| helper_functions(context.catalog, Object::Policy(policy.oid)))
}

/// Who could own it instead: the owner of other tables, else of the database, else whoever made the cluster.
fn other_owner(context: &Context<'_>, role: Oid) -> Oid {
    let tables = context.tenant_tables().map(|(table, _)| table.owner);
    let mut owners = tables.chain([context.catalog.database.owner, Oid(10)]);
    let becomes = context.catalog.effective_roles(role).reachable;
    // Another login of the service would be no better.
    let serves = |owner: &Oid| context.model.app_roles.contains(owner);
    owners.find(|owner| !becomes.contains(owner) && !serves(owner)).unwrap_or(Oid(10))
}
