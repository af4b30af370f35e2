//! A service that can make objects.

use rowhouse_catalog::quote_ident;

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};
use rowhouse_catalog::Privilege;

pub(super) static RULE: Rule = Rule {
    id: "schema-create",
    title: "The service may create objects in a schema",
    level: Level::Warning,
    what: "The app role has CREATE on a schema that holds tenants' tables.",
    why: "A function of its own beside the tables is picked up by whoever calls one of that name there: a migration, a \
          SECURITY DEFINER function, the owner at a prompt.",
    close: "Revoke CREATE; migrations run as the owner.",
    example: Example {
        object: "schema:public",
        bad: "GRANT CREATE ON SCHEMA public TO app;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for schema in &context.catalog.schemas {
        let owned = context.personas.iter().any(|persona| persona.access.owns(schema.owner));
        if owned || !context.may_create_in(&schema.name) {
            continue;
        }
        let lived_in = context.tenant_tables().any(|(table, _)| table.schema == schema.name);
        let from = context.grantees(&schema.acl, schema.owner, &[Privilege::Create]);
        let name = quote_ident(&schema.name);
        findings.push(
            RULE.found(format!("schema:{}", schema.name), "the app role may create objects in it")
                .level(if lived_in { Level::Warning } else { Level::Note })
                .exploit(format!("CREATE FUNCTION {name}.mine() …;"))
                .fix_sql(format!("REVOKE CREATE ON SCHEMA {name} FROM {};", from.join(", "))),
        );
    }
    let catalog = context.catalog;
    let database = &catalog.database;
    let owned = context.personas.iter().any(|persona| persona.access.owns(database.owner));
    if context.may_create_schemas() && !owned {
        let from = context.grantees(&database.acl, database.owner, &[Privilege::Create]);
        findings.push(
            RULE.found(format!("database:{}", database.name), "the app role may make schemas in it, and objects in those")
                .level(Level::Note)
                .exploit("CREATE SCHEMA mine;")
                .fix_sql(format!("REVOKE CREATE ON DATABASE {} FROM {};", quote_ident(&database.name), from.join(", "))),
        );
    }
}
