//! A service that can make objects.

use rowhouse_catalog::quote_ident;

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};
use rowhouse_catalog::Privilege;

pub(super) static RULE: Rule = Rule {
    id: "schema-create",
    title: "The service may create objects in a schema",
    level: Level::Note,
    what: "The app role has CREATE on a schema.",
    why: "By itself it opens nothing. It is the first step of attacks on functions that look names up in that schema.",
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
        let from = context.grantees(&schema.acl, schema.owner, &[Privilege::Create]);
        let name = quote_ident(&schema.name);
        findings.push(
            RULE.found(format!("schema:{}", schema.name), "the app role may create objects in it")
                .exploit(format!("CREATE FUNCTION {name}.mine() …;"))
                .fix_sql(format!("REVOKE CREATE ON SCHEMA {name} FROM {};", from.join(", "))),
        );
    }
}
