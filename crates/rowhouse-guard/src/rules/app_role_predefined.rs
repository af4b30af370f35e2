//! Predefined roles that reach further than the tables granted.

use rowhouse_catalog::Oid;

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

/// The role's fixed number, how bad it is, and what it gives.
const POWERS: [(u32, Level, &str); 10] = [
    (6181, Level::Error, "reads every table, view and sequence, whatever was granted"),
    (6182, Level::Error, "writes every table, whatever was granted"),
    (4569, Level::Error, "reads any file of the server, the tables' own included"),
    (4570, Level::Error, "writes any file of the server"),
    (4571, Level::Error, "runs programs as the server's user"),
    (3373, Level::Warning, "sees the text of every session's statements"),
    (3375, Level::Warning, "sees the text of every session's statements"),
    (3377, Level::Warning, "scans tables without regard to policies"),
    (6304, Level::Warning, "writes by logical replication"),
    (4200, Level::Note, "ends other sessions"),
];

pub(super) static RULE: Rule = Rule {
    id: "app-role-predefined",
    title: "The service has a predefined role that reaches past its grants",
    level: Level::Error,
    what: "An app role is a member of a predefined role such as pg_read_all_data, pg_write_all_data, pg_read_server_files, \
           pg_write_server_files, pg_execute_server_program, pg_monitor or pg_read_all_stats.",
    why: "They open what was never granted: tables without policies, files in which all tenants lie side by side, the \
          text of other sessions' statements.",
    close: "Revoke the membership and grant what the service needs.",
    example: Example {
        object: "role:app",
        bad: "GRANT pg_read_all_data TO app;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for role in context.app_roles().filter(|role| !role.superuser) {
        let effective = context.catalog.effective_roles(role.oid);
        for (oid, level, power) in POWERS {
            let Some(predefined) = context.catalog.role_by_oid(Oid(oid)) else {
                continue;
            };
            let has = effective.reachable.contains(&predefined.oid) || effective.administered.contains(&predefined.oid);
            // pg_monitor brings its parts along.
            let monitor = effective.reachable.contains(&Oid(3373));
            if !has || monitor && (oid == 3375 || oid == 3377) {
                continue;
            }
            let name = context.role_name(role.oid);
            findings.push(
                RULE.found(
                    format!("role:{}", role.name),
                    format!("{name} is a member of {}, which {power}", predefined.name),
                )
                .part(&predefined.name)
                .level(level)
                .exploit(exploit(oid))
                .fix_sql(revocation(context, role.oid, predefined.oid)),
            );
        }
    }
}

fn exploit(oid: u32) -> &'static str {
    match oid {
        6181 => "SELECT * FROM any_table; -- no grant needed",
        6182 => "DELETE FROM any_table; -- no grant needed",
        4569 => "SELECT pg_read_binary_file(pg_relation_filepath('…'));",
        4570 => "COPY (SELECT …) TO '/path/on/the/server';",
        4571 => "COPY t FROM PROGRAM 'id';",
        4200 => "SELECT pg_terminate_backend(pid) FROM pg_stat_activity;",
        _ => "SELECT usename, query FROM pg_stat_activity;",
    }
}

/// Revokes what the role is directly a member of on the way there.
fn revocation(context: &Context<'_>, role: Oid, target: Oid) -> String {
    let catalog = context.catalog;
    let first = catalog.memberships.iter().filter(|membership| {
        membership.member == role && (membership.role == target || catalog.member_of(membership.role).contains(&target))
    });
    let lines: Vec<String> = first
        .map(|membership| format!("REVOKE {} FROM {};", context.role_name(membership.role), context.role_name(role)))
        .collect();
    lines.join("\n")
}
