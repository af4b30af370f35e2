//! Functions of the server and its extensions that reach outside.

use rowhouse_catalog::{Function, Grantee};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

/// Functions that nobody but superusers may call unless granted.
const REACH: [&str; 12] = [
    "pg_read_file",
    "pg_read_binary_file",
    "pg_ls_dir",
    "pg_stat_file",
    "pg_file_write",
    "lo_import",
    "lo_export",
    "dblink_connect_u",
    "pg_logical_emit_message",
    "pg_ls_logdir",
    "pg_ls_waldir",
    "pg_reload_conf",
];

pub(super) static RULE: Rule = Rule {
    id: "server-function-granted",
    title: "The service may call functions that reach files or other databases",
    level: Level::Error,
    what: "The app role may call a function that reads or writes the server's files or connects elsewhere without a \
           password; or dblink, while it has a login on a foreign server.",
    why: "All tenants' rows lie in the server's files, and a connection from the server to itself is somebody else's.",
    close: "Revoke EXECUTE.",
    example: Example {
        object: "pg_catalog.pg_read_file(text)",
        bad: "GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO app;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for function in &context.catalog.functions {
        if !context.may_execute(function) {
            continue;
        }
        let message = if REACH.contains(&function.name.as_str()) && function.name != "pg_logical_emit_message" {
            "the app role may call it: it reaches past the database's own checks"
        } else if function.name.starts_with("dblink") && function.extension.is_some() && has_login(context) {
            "the app role may call it, and has a login stored for a foreign server: it runs any statement there"
        } else {
            continue;
        };
        let name = function.qualified_name();
        findings.push(
            RULE.found(&name, message)
                .exploit(format!("SELECT {}(…);", function.name))
                .fix_sql(revoke(context, function)),
        );
    }
}

/// A user mapping that the app role can use, on a server of `postgres_fdw` or `dblink`.
fn has_login(context: &Context<'_>) -> bool {
    let catalog = context.catalog;
    catalog.user_mappings.iter().any(|mapping| {
        let server = catalog.foreign_servers.iter().find(|server| server.oid == mapping.server);
        context.personas.iter().any(|persona| {
            let own = match mapping.user {
                Grantee::Public => true,
                Grantee::Role(role) => role == persona.role.oid,
            };
            own && server.is_some_and(|server| {
                persona.access.by_acl(&server.acl).has(rowhouse_catalog::Privilege::Usage)
            })
        })
    })
}

fn revoke(context: &Context<'_>, function: &Function) -> String {
    let from = context.grantees(&function.acl, function.owner, &[rowhouse_catalog::Privilege::Execute]);
    format!("REVOKE EXECUTE ON FUNCTION {} FROM {};", function.qualified_name(), from.join(", "))
}
