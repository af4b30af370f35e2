//! Functions that show what other sessions ask the server.

use rowhouse_catalog::Function;

use crate::context::Context;
use crate::model::text_of;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

/// What shows texts of statements, in full to superusers and those who read all statistics.
const SOURCES: [&str; 4] = [
    "pg_stat_activity",
    "pg_stat_get_activity",
    "pg_stat_statements",
    "pg_prepared_statements",
];

pub(super) static RULE: Rule = Rule {
    id: "other-sessions-shown",
    title: "A function shows the statements of other sessions",
    level: Level::Warning,
    what: "The app role may call a SECURITY DEFINER function that reads the statements of all sessions for an owner from \
           whom the server hides none.",
    why: "Statements hold values: what one tenant searches for or writes as a literal is read by another.",
    close: "Revoke EXECUTE, or leave the text of the statements out.",
    example: Example {
        object: "public.running()",
        bad: "CREATE FUNCTION running() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER\n    SET search_path = pg_catalog, pg_temp\n    AS $$ SELECT query FROM pg_stat_activity $$;",
        good: "CREATE FUNCTION running() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER\n    SET search_path = pg_catalog, pg_temp\n    AS $$ SELECT count(*) FROM pg_stat_activity $$;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (function, _) in context.set_off() {
        if !function.security_definer || !shows(function) || !reads_all(context, function) {
            continue;
        }
        let name = function.qualified_name();
        findings.push(
            RULE.found(&name, format!("it reads the statements of all sessions as {}", context.role_name(function.owner)))
                .exploit(format!("SELECT * FROM {}(…);", function.name))
                .fix_sql(format!("ALTER ROUTINE {name} SECURITY INVOKER;")),
        );
    }
}

/// The text of statements is among what it reads.
fn shows(function: &Function) -> bool {
    let text = text_of(function).to_lowercase();
    let is_word = |c: char| !c.is_alphanumeric() && c != '_';
    let mut words = text.split(is_word);
    let compact: String = text.split_whitespace().collect();
    let all = compact.contains("select*") || compact.contains(".*");
    SOURCES.iter().any(|source| text.contains(source))
        && (all || words.any(|word| word == "query" || word == "statement"))
        && !compact.contains("pid=pg_backend_pid()")
}

/// The owner is a superuser or a member of `pg_read_all_stats`.
fn reads_all(context: &Context<'_>, function: &Function) -> bool {
    const READ_ALL_STATS: u32 = 3375;
    let owner = context.catalog.role_by_oid(function.owner);
    owner.is_some_and(|owner| owner.superuser)
        || context.catalog.inherited_roles(function.owner).iter().any(|role| role.0 == READ_ALL_STATS)
}
