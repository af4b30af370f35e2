//! Parameters that otherwise ask for a superuser.

use rowhouse_catalog::Privilege;

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "app-role-sets-parameters",
    title: "The service may set parameters meant for superusers",
    level: Level::Warning,
    what: "A parameter that asks for a superuser was granted to an app role with GRANT SET or GRANT ALTER SYSTEM.",
    why: "session_replication_role switches triggers and foreign keys off; parameters of logging and loading reach other \
          sessions.",
    close: "Revoke the privilege.",
    example: Example {
        object: "role:app",
        bad: "GRANT SET ON PARAMETER session_replication_role TO app;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for parameter in &context.catalog.parameter_privileges {
        for role in context.app_roles().filter(|role| !role.superuser) {
            let access = context.catalog.as_role(role.oid);
            let given = access.by_acl(&parameter.acl);
            if !given.has_any(&[Privilege::Set, Privilege::AlterSystem]) {
                continue;
            }
            let name = context.role_name(role.oid);
            let words: Vec<&str> = given.iter().map(Privilege::keyword).collect();
            findings.push(
                RULE.found(
                    format!("role:{}", role.name),
                    format!("{name} may {} {}", words.join(" and "), parameter.name),
                )
                .part(&parameter.name)
                .exploit(format!("SET {} = …;", parameter.name))
                .fix_sql(format!("REVOKE ALL ON PARAMETER {} FROM {name}, PUBLIC;", parameter.name)),
            );
        }
    }
}
