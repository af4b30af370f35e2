//! Attacks by functions: calls with values of the other tenant, and with text that breaks out of SQL put together badly.

use rowhouse_catalog::{Argument, ArgumentMode, Function, FunctionKind, Privilege, qualified};

use super::{Attack, Persona, relations};
use crate::context::Context;
use crate::model::text_of;
use crate::probe::fill::Filler;
use crate::probe::session::State;
use crate::probe::tenants::{self, Kind};
use crate::probe::verdict::Command;
use crate::probe::world;
use crate::seal::literal;

/// How many calls of one function are tried.
const MOST: usize = 28;

pub(super) fn plan(
    context: &Context<'_>,
    filler: &Filler<'_>,
    persona: &Persona<'_>,
    state: State,
    attacks: &mut Vec<Attack>,
) {
    for function in functions(context, persona) {
        if let Some(why) = reaches_out(function) {
            attacks.push(Attack {
                untried: Some(why),
                ..Attack::new(function.qualified_name(), Command::Call, "a call", "")
            });
            continue;
        }
        let calls = calls(context, filler, function);
        let most = if state == State::Tenant { MOST } else { 2 };
        for call in calls.into_iter().take(most) {
            attacks.push(Attack {
                finds_tenants: finds_tenants(filler, function),
                ..Attack::new(function.qualified_name(), Command::Call, "a call", call)
            });
        }
    }
}

/// Calls of functions that set something, each with the values tried first.
pub(in crate::probe) fn setters(
    context: &Context<'_>,
    filler: &Filler<'_>,
    persona: &Persona<'_>,
) -> Vec<Attack> {
    let sets = |function: &&Function| {
        let text = text_of(function).to_ascii_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let command = words.windows(2).any(|pair| {
            pair[0] == "set" && (matches!(pair[1], "local" | "session") || pair[1].contains('.'))
        });
        (command || text.contains("set_config")) && reaches_out(function).is_none()
    };
    let setters = functions(context, persona).filter(sets);
    setters
        .filter_map(|function| {
            let call = calls(context, filler, function).into_iter().next()?;
            Some(Attack::new(
                function.qualified_name(),
                Command::Call,
                "a call",
                call,
            ))
        })
        .collect()
}

/// Whether a function gives one value and speaks of tenants, as one does that a login asks for the tenant of an address.
fn finds_tenants(filler: &Filler<'_>, function: &Function) -> bool {
    let text = text_of(function);
    let catalog = filler.model.catalog;
    let root = filler
        .model
        .root
        .and_then(|root| catalog.relation_by_oid(root));
    let names = filler.model.tenant_columns.iter().map(String::as_str);
    let mut names = names.chain(root.map(|root| root.name.as_str()));
    !function.set_returning && names.any(|name| text.contains(name))
}

/// Why a function is not called: nobody knows what it does to the world outside of the database.
fn reaches_out(function: &Function) -> Option<&'static str> {
    const OUTSIDE: [&str; 8] = [
        "dblink",
        "http_",
        "net.http",
        "lo_export",
        "lo_import",
        "to program '",
        "from program '",
        "pg_file_write",
    ];
    const TRUSTED: [&str; 4] = ["sql", "plpgsql", "internal", "plv8"];
    let text = text_of(function).to_ascii_lowercase();
    if !TRUSTED.contains(&function.language.as_str()) && function.kind != FunctionKind::Aggregate {
        return Some("it is written in a language that reaches out of the database");
    }
    OUTSIDE
        .iter()
        .any(|word| text.contains(word))
        .then_some("it reaches out of the database")
}

/// The users' functions that the role may call.
pub(super) fn functions<'c>(
    context: &'c Context<'_>,
    persona: &'c Persona<'_>,
) -> impl Iterator<Item = &'c Function> {
    context.catalog.functions.iter().filter(move |function| {
        !function.oid.is_builtin()
            && function.extension.is_none()
            && function.schema != world::SCHEMA
            && !matches!(
                function.result.as_deref(),
                Some("trigger" | "event_trigger" | "internal")
            )
            && persona.enters(&function.schema)
            && persona.access.function(function).has(Privilege::Execute)
    })
}

fn calls(context: &Context<'_>, filler: &Filler<'_>, function: &Function) -> Vec<String> {
    let arguments: Vec<&Argument> = function
        .arguments
        .iter()
        .filter(|argument| takes(function, argument))
        .collect();
    let tries: Vec<Vec<Option<String>>> = arguments
        .iter()
        .map(|argument| values(context, filler, argument))
        .collect();
    let longest = tries.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let mut calls = Vec::new();
    let mut add = |values: Vec<String>| {
        let call = format!("{}{}", call(function, &values), follow(function, &values));
        if !calls.contains(&call) {
            calls.push(call);
        }
    };
    let written = |place: usize, at: usize| -> String {
        let options = &tries[place];
        let value = options.get(at).or_else(|| options.first());
        let value = value
            .and_then(|value| value.as_deref())
            .map_or("NULL".to_owned(), literal);
        let oid = arguments[place].type_oid;
        let name = context
            .catalog
            .type_of(oid)
            .map_or(String::new(), |found| match found.shape {
                rowhouse_catalog::Shape::Pseudo => "::text".to_owned(),
                _ => format!("::{}", found.formatted),
            });
        format!("{value}{name}")
    };
    for at in 0..longest {
        add((0..tries.len()).map(|place| written(place, at)).collect());
    }
    // One argument at a time beside the others' first.
    if tries.len() > 1 {
        for place in 0..tries.len() {
            for at in 1..tries[place].len() {
                add((0..tries.len())
                    .map(|other| written(other, if other == place { at } else { 0 }))
                    .collect());
            }
        }
    }
    calls
}

/// Whether an argument has a value in a call. Procedures take a place for what they give back.
fn takes(function: &Function, argument: &Argument) -> bool {
    match argument.mode {
        ArgumentMode::In | ArgumentMode::InOut | ArgumentMode::Variadic => true,
        ArgumentMode::Out => function.kind == FunctionKind::Procedure,
        ArgumentMode::Table => false,
    }
}

fn call(function: &Function, values: &[String]) -> String {
    let name = qualified(&function.schema, &function.name);
    let mut listed = values.join(", ");
    if let Some(last) = values.last()
        && function
            .arguments
            .iter()
            .any(|argument| argument.mode == ArgumentMode::Variadic)
    {
        let mut parts = values[..values.len() - 1].to_vec();
        parts.push(format!("VARIADIC {last}"));
        listed = parts.join(", ");
    }
    match function.kind {
        FunctionKind::Procedure => format!("CALL {name}({listed})"),
        FunctionKind::Window => format!("SELECT {name}({listed}) OVER ()"),
        FunctionKind::Function | FunctionKind::Aggregate => format!("SELECT {name}({listed})"),
    }
}

/// What is fetched from a cursor that the call opened.
fn follow(function: &Function, values: &[String]) -> String {
    let opens = function.result.as_deref() == Some("refcursor");
    match values.first() {
        Some(name) if opens && name.ends_with("::refcursor") => {
            let name = name.trim_end_matches("::refcursor").trim_matches('\'');
            format!("; FETCH ALL FROM {}", rowhouse_catalog::quote_ident(name))
        }
        _ => String::new(),
    }
}

/// Values for one argument: first the other tenant's, then one's own, then what could break out.
fn values(context: &Context<'_>, filler: &Filler<'_>, argument: &Argument) -> Vec<Option<String>> {
    let (own, other) = (filler.own(), filler.other());
    let catalog = context.catalog;
    let made = |of, row| crate::probe::fill::made_up(catalog, argument.type_oid, of, row);
    let mut found = vec![made(other, 0), made(own, 0)];
    let base = tenants::base_name(catalog, argument.type_oid);
    let name = argument
        .name
        .as_deref()
        .unwrap_or_default()
        .trim_start_matches("p_")
        .trim_start_matches('_')
        .to_ascii_lowercase();
    match base {
        "text" | "varchar" | "bpchar" | "name" | "citext" | "any" | "anyelement" => {
            found.insert(0, other.id.clone());
            found.extend(of_columns(context, filler, &name));
            found.extend(breaking_out(context, filler));
        }
        "bool" => found.push("false".to_owned()),
        "json" | "jsonb" => {
            let fields: Vec<String> = filler
                .model
                .tenant_columns
                .iter()
                .chain(std::iter::once(&"id".to_owned()))
                .map(|name| format!("\"{name}\": \"{}\"", other.id))
                .collect();
            found.insert(0, format!("{{{}}}", fields.join(", ")));
            found.extend([
                format!("[\"{}\"]", other.id),
                format!("[{}]", other.number(0)),
                format!("[\"{}\"]", other.uuid(0)),
            ]);
        }
        "int2" | "int4" | "int8" | "numeric" => found.extend(["100".to_owned(), "0".to_owned()]),
        "regclass" => found.extend(
            relations(context)
                .take(6)
                .map(rowhouse_catalog::Relation::qualified_name),
        ),
        "date" | "timestamp" | "timestamptz" => {
            found.extend(["1900-01-01".to_owned(), "2100-01-01".to_owned()]);
        }
        _ => {}
    }
    if tenants::kind_of(catalog, argument.type_oid) != Kind::Text {
        found.dedup();
    }
    let mut found: Vec<Option<String>> = found.into_iter().map(Some).collect();
    found.push(None);
    found
}

/// The other tenant's values of columns that are called like the argument, then of all that hold texts.
fn of_columns(context: &Context<'_>, filler: &Filler<'_>, name: &str) -> Vec<String> {
    let other = filler.other();
    let mut found = Vec::new();
    for (table, _) in context
        .tenant_tables()
        .filter(|(table, _)| crate::probe::fill::is_filled(table))
    {
        for column in &table.columns {
            if column.generated.is_none()
                && !crate::keys::is_secret(&column.name)
                && (column.name.eq_ignore_ascii_case(name) || column.formatted_type == "text")
            {
                let value = filler.value(table, other, 0, column);
                if !found.contains(&value) && found.len() < 3 {
                    found.push(value);
                }
            }
        }
    }
    found
}

/// Texts for SQL that is put together from arguments.
fn breaking_out(context: &Context<'_>, filler: &Filler<'_>) -> Vec<String> {
    let other = filler.other();
    let mut found = vec![
        "%".to_owned(),
        "' OR true --".to_owned(),
        "x' OR 'a' = 'a".to_owned(),
        "') OR true --".to_owned(),
        "true OR true".to_owned(),
        "1 OR true".to_owned(),
        String::new(),
    ];
    let table = context.tenant_tables().find(|(table, _)| {
        table.is_table() && !table.is_partition && filler.model.root != Some(table.oid)
    });
    if let Some((table, _)) = table {
        let name = table.qualified_name();
        let owned = crate::probe::owned::condition(filler, table, "x", std::slice::from_ref(other))
            .unwrap_or_else(|| "true".to_owned());
        found.push(name.clone());
        found.push(table.name.clone());
        found.push(format!("SELECT * FROM {name}"));
        found.push(format!(
            "(SELECT x::text FROM {name} x WHERE {owned} LIMIT 1)::integer"
        ));
        found.push(format!(
            "(SELECT x::text FROM {name} x WHERE {owned} LIMIT 1)"
        ));
    }
    found
}
