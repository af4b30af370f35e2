//! No check applies to a superuser.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "app-role-superuser",
    title: "The service logs in as a superuser",
    level: Level::Error,
    what: "An app role has the attribute SUPERUSER.",
    why: "No policy and no privilege is checked for a superuser: every query sees every tenant, and one injected \
          statement can run programs on the server.",
    close: "Take the attribute away, and have another role own the tables and run migrations.",
    example: Example {
        object: "role:app",
        bad: "ALTER ROLE app SUPERUSER;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for role in context.app_roles().filter(|role| role.superuser) {
        let name = context.role_name(role.oid);
        findings.push(
            RULE.found(
                format!("role:{}", role.name),
                format!("{name} is a superuser: no policy and no privilege is checked for it"),
            )
            .exploit("SELECT rolsuper FROM pg_roles WHERE rolname = current_user; -- true: every table shows every tenant")
            .fix_sql(format!("ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS;")),
        );
    }
}
