//! BYPASSRLS switches policies off.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "app-role-bypasses-rls",
    title: "The service logs in with BYPASSRLS",
    level: Level::Error,
    what: "An app role has the attribute BYPASSRLS.",
    why: "No policy holds for it, forced or not: every query sees every tenant.",
    close: "Take the attribute away. Backups and reports that need it get a role of their own that the service cannot become.",
    example: Example {
        object: "role:app",
        bad: "ALTER ROLE app BYPASSRLS;",
        good: "CREATE ROLE nightly_backup LOGIN BYPASSRLS;\nGRANT SELECT ON ALL TABLES IN SCHEMA public TO nightly_backup;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for role in context.app_roles().filter(|role| role.bypass_rls && !role.superuser) {
        let name = context.role_name(role.oid);
        findings.push(
            RULE.found(
                format!("role:{}", role.name),
                format!("{name} has BYPASSRLS: no policy holds for it"),
            )
            .exploit("SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user; -- true: every table shows every tenant")
            .fix_sql(format!("ALTER ROLE {name} NOBYPASSRLS;")),
        );
    }
}
