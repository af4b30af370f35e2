//! REPLICATION reads below row security.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "app-role-replicates",
    title: "The service logs in with REPLICATION",
    level: Level::Error,
    what: "An app role has the attribute REPLICATION.",
    why: "Logical decoding hands out every change of every table, and a base backup the files themselves: both lie below \
          row security.",
    close: "Take the attribute away, and replicate as a role of its own.",
    example: Example {
        object: "role:app",
        bad: "ALTER ROLE app REPLICATION;",
        good: "CREATE ROLE replicator LOGIN REPLICATION;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for role in context.app_roles().filter(|role| role.replication && !role.superuser) {
        let name = context.role_name(role.oid);
        findings.push(
            RULE.found(
                format!("role:{}", role.name),
                format!("{name} has REPLICATION: it reads every tenant's changes below row security"),
            )
            .exploit(
                "SELECT pg_create_logical_replication_slot('s', 'test_decoding');\n\
                 SELECT data FROM pg_logical_slot_peek_changes('s', NULL, NULL);",
            )
            .fix_sql(format!("ALTER ROLE {name} NOREPLICATION;")),
        );
    }
}
