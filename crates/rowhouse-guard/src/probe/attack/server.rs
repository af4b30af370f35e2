//! What the server keeps beside the tables: statistics with values of all rows, large objects, other sessions' statements, files.

use rowhouse_catalog::{Function, LargeObject, Privilege, qualified};

use super::{Attack, Persona, Tells, Untried};
use crate::context::Context;
use crate::probe::verdict::Command;
use crate::probe::world;

/// Catalogs and views, and what is read of them. What shows of one's own there as well is told apart by what only others have.
const KEPT: [(&str, &str, bool); 7] = [
    (
        "pg_statistic",
        "starelid::regclass, stavalues1::text, stavalues2::text, stavalues3::text",
        false,
    ),
    (
        "pg_statistic_ext_data",
        "stxoid, (SELECT array_agg(m.values)::text FROM pg_mcv_list_items(stxdmcv) m)",
        false,
    ),
    ("pg_largeobject", "loid, encode(data, 'escape')", false),
    (
        "pg_stats",
        "tablename, attname, most_common_vals::text, histogram_bounds::text",
        true,
    ),
    ("pg_stats_ext", "tablename, most_common_vals::text", true),
    (
        "pg_stats_ext_exprs",
        "tablename, most_common_vals::text",
        true,
    ),
    ("pg_stat_activity", "query", true),
];
/// Functions that read files of the server, and what to call them with by the types of their arguments.
const READ_FILES: [&str; 3] = ["pg_read_file", "pg_read_binary_file", "lo_import"];
/// Functions that do something with files or connections that nobody should do to find out whether it works.
const REACH: [&str; 5] = [
    "lo_export",
    "pg_file_write",
    "dblink_connect_u",
    "pg_reload_conf",
    "pg_ls_dir",
];

pub(super) fn plan(context: &Context<'_>, persona: &Persona<'_>, attacks: &mut Vec<Attack>) {
    for (name, read, public) in KEPT {
        let catalogs = context.catalog.relations.iter();
        let mut catalogs = catalogs.filter(|relation| relation.schema == "pg_catalog");
        let known = catalogs.find(|relation| relation.name == name);
        let granted =
            known.is_some_and(|known| persona.access.any_column(known).has(Privilege::Select));
        if public || granted {
            let name = format!("pg_catalog.{name}");
            let sql = format!("SELECT {read} FROM {name}");
            attacks.push(Attack {
                tells: Tells::Mark,
                ..Attack::new(
                    name,
                    Command::Select,
                    "a SELECT of what the server keeps",
                    sql,
                )
            });
        }
    }
    for object in
        &context.catalog.large_objects[..context.catalog.large_objects.len().min(world::OBJECTS)]
    {
        attacks.push(large_object(object));
    }
    for function in &context.catalog.functions {
        // What everybody may call is the server's to answer for.
        let is_given = function.oid.is_builtin() || function.extension.is_some();
        if is_given && persona.access.function(function).has(Privilege::Execute) {
            attacks.extend(server_function(function));
        }
    }
    if persona.role.replication {
        attacks.push(Attack {
            tells: Tells::Success("it may replicate: what streams from the server are all tenants' rows"),
            ..Attack::new(
                "pg_catalog.pg_create_physical_replication_slot(name,boolean,boolean)",
                Command::Call,
                "a slot for replication",
                "SELECT pg_create_physical_replication_slot('rowhouse_probe', true, true); SELECT pg_drop_replication_slot('rowhouse_probe')",
            )
        });
    }
}

fn large_object(object: &LargeObject) -> Attack {
    Attack::new(
        format!("large object:{}", object.oid),
        Command::Select,
        "a SELECT of a large object",
        format!("SELECT encode(lo_get({}), 'escape')", object.oid),
    )
}

fn server_function(function: &Function) -> Option<Attack> {
    let name = function.name.as_str();
    if REACH.contains(&name) {
        return Some(Attack {
            untried: Some(Untried::Outside("it reaches out of the database")),
            ..Attack::new(function.qualified_name(), Command::Call, "a call", "")
        });
    }
    let takes_a_path = function
        .input_types
        .first()
        .is_some_and(|first| first == "text");
    if !READ_FILES.contains(&name) || !takes_a_path {
        return None;
    }
    let mut numbers = ["0", "16"].into_iter();
    let given = function
        .input_types
        .iter()
        .map(|of_type| match of_type.as_str() {
            "text" => "'PG_VERSION'",
            "boolean" => "true",
            _ => numbers.next().unwrap_or("0"),
        });
    let given: Vec<&str> = given.collect();
    let called = qualified(&function.schema, &function.name);
    Some(Attack {
        tells: Tells::Success("it reads files of the server, where all tenants' rows lie"),
        ..Attack::new(
            function.qualified_name(),
            Command::Call,
            "a file of the server",
            format!("SELECT {called}({})", given.join(", ")),
        )
    })
}
