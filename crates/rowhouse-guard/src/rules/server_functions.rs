//! Functions of the server and its extensions that reach outside.

use rowhouse_catalog::{Function, Grantee, Oid};

use crate::context::Context;
use crate::model::text_of;
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

/// Functions of dblink that run a statement.
const RUNS_ELSEWHERE: [&str; 4] = ["dblink", "dblink_exec", "dblink_open", "dblink_send_query"];

/// What statements begin with.
const STATEMENTS: [&str; 8] = ["select", "insert", "update", "delete", "merge", "with", "call", "table"];

pub(super) static RULE: Rule = Rule {
    id: "server-function-granted",
    title: "The service may call functions that reach files or other databases",
    level: Level::Error,
    what: "The app role may call a function that reads or writes the server's files or connects elsewhere without a \
           password; or dblink, while it has a login on a foreign server; or a function that runs statements by dblink.",
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
    connections(context, findings);
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

/// Functions of users that run statements over a connection of their own: there it is another login's policies that
/// hold, or none.
fn connections(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runs = |function: &&Function| {
        let called = function.extension.is_some() && RUNS_ELSEWHERE.contains(&function.name.as_str());
        called.then_some(function.oid)
    };
    let running: Vec<Oid> = context.catalog.functions.iter().filter_map(|function| runs(&function)).collect();
    if running.is_empty() {
        return;
    }
    for (function, persona) in context.set_off() {
        let calls = context.decider.body(persona.role.oid, function).calls;
        let mut called = running.iter().filter(|oid| calls.contains(oid));
        // As its caller it runs what its caller may run.
        let mut own = called.by_ref().filter_map(|oid| context.catalog.function_by_oid(*oid));
        let works = own.any(|called| function.security_definer || context.may_execute(called));
        if !works || only_adds(text_of(function)) {
            continue;
        }
        let name = function.qualified_name();
        findings.push(
            RULE.found(&name, "it runs statements over a connection of its own, as another login: the caller's tenant and the policies for its role mean nothing there")
                .exploit(format!("SELECT * FROM {}(…);", function.name))
                .fix_sql(revoke(context, function)),
        );
    }
}

/// All statements written out in the body add rows: a log that survives a rollback is kept so.
fn only_adds(body: &str) -> bool {
    let literals = body.split('\'').skip(1).step_by(2);
    let firsts = literals.filter_map(|literal| literal.split_whitespace().next().map(str::to_ascii_lowercase));
    let statements: Vec<String> = firsts.filter(|first| STATEMENTS.contains(&first.as_str())).collect();
    !statements.is_empty() && statements.iter().all(|first| first == "insert")
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
