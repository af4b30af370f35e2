//! What later tables will give to everybody.

use rowhouse_catalog::{DefaultFor, quote_ident};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Certainty, Finding, Level};

use super::table_open::FILTERED;

pub(super) static RULE: Rule = Rule {
    id: "default-privileges-public",
    title: "Tables made later are open to everybody",
    level: Level::Warning,
    what: "Default privileges give PUBLIC rights on tables that a role makes later.",
    why: "The next migration's table is open to every role of the server before anybody has thought of its policies.",
    close: "Revoke the default privileges, and grant in the migration that makes the table.",
    example: Example {
        object: "schema:public",
        bad: "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let catalog = context.catalog;
    for default in catalog.default_privileges.iter().filter(|default| default.objects == DefaultFor::Tables) {
        let given = default.acl.public();
        if !given.has_any(&FILTERED) {
            continue;
        }
        let schema = default.schema.and_then(|oid| catalog.schemas.iter().find(|schema| schema.oid == oid));
        let object = schema.map_or_else(
            || format!("database:{}", catalog.database.name),
            |schema| format!("schema:{}", schema.name),
        );
        let place = schema.map_or_else(String::new, |schema| format!(" IN SCHEMA {}", quote_ident(&schema.name)));
        let maker = context.role_name(default.role);
        let mut finding = RULE
            .found(object, format!("tables that {maker} makes later will be open to everybody"))
            .part(&maker)
            .exploit("SELECT * FROM the_next_table;")
            .fix_sql(format!("ALTER DEFAULT PRIVILEGES FOR ROLE {maker}{place} REVOKE ALL ON TABLES FROM PUBLIC;"));
        finding.certainty = Certainty::Posture;
        findings.push(finding);
    }
}
