//! Attacks by functions: calls with values of the other tenant, and with text that breaks out of SQL put together badly.

use rowhouse_catalog::{Argument, ArgumentMode, Function, FunctionKind, Privilege, qualified};

use super::{Attack, Persona, Tells, Untried, arguments};
use crate::context::Context;
use crate::model::text_of;
use crate::probe::fill::Filler;
use crate::probe::session::State;
use crate::probe::verdict::Command;
use crate::probe::world;

/// How many calls of one function are tried.
const MOST: usize = 96;
/// How many values of one argument are tried with as many of another.
const TOGETHER: usize = 8;

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
                untried: Some(Untried::Outside(why)),
                ..Attack::new(function.qualified_name(), Command::Call, "a call", "")
            });
            continue;
        }
        let calls = calls(context, filler, function);
        let most = if state == State::Tenant { MOST } else { 2 };
        for call in calls.into_iter().take(most) {
            attacks.push(Attack {
                tells: if finds_tenants(filler, function) {
                    Tells::MoreThanTenants
                } else {
                    Tells::Difference
                },
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
        // Within texts that are put together as well.
        let words = text.split(|c: char| !c.is_alphanumeric() && !"._%".contains(c));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let command = words.windows(2).any(|pair| {
            let names = pair[1].contains('.') || pair[1].starts_with('%');
            pair[0] == "set" && (matches!(pair[1], "local" | "session") || names)
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
pub(super) fn reaches_out(function: &Function) -> Option<&'static str> {
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

pub(super) fn calls(
    context: &Context<'_>,
    filler: &Filler<'_>,
    function: &Function,
) -> Vec<String> {
    let arguments: Vec<&Argument> = function
        .arguments
        .iter()
        .filter(|argument| takes(function, argument))
        .collect();
    let tries: Vec<Vec<String>> = arguments
        .iter()
        .map(|argument| arguments::values(context, filler, function, argument))
        .collect();
    let longest = tries.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let mut calls = Vec::new();
    let mut add = |values: Vec<String>| {
        let call = format!("{}{}", call(function, &values), follow(function));
        if !calls.contains(&call) {
            calls.push(call);
        }
    };
    let written = |place: usize, at: usize| -> String {
        let options = &tries[place];
        options
            .get(at)
            .or_else(|| options.first())
            .cloned()
            .unwrap_or_else(|| "NULL".to_owned())
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
    // The first few of two with each other.
    if tries.len() == 2 {
        for (first, second) in (0..TOGETHER).flat_map(|a| (0..TOGETHER).map(move |b| (a, b))) {
            add(vec![written(0, first), written(1, second)]);
        }
    }
    calls
}

/// Whether an argument has a value in a call. Procedures take a place for what they give back.
pub(super) fn takes(function: &Function, argument: &Argument) -> bool {
    match argument.mode {
        ArgumentMode::In | ArgumentMode::InOut | ArgumentMode::Variadic => true,
        ArgumentMode::Out => function.kind == FunctionKind::Procedure,
        ArgumentMode::Table => false,
    }
}

pub(super) fn call(function: &Function, values: &[String]) -> String {
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

/// What is in the cursors that the call opened, whatever they are called.
fn follow(function: &Function) -> &'static str {
    let text = text_of(function).to_ascii_lowercase();
    let result = function.result.as_deref().unwrap_or_default();
    if result.contains("refcursor") || text.contains("refcursor") || text.contains("declare cursor")
    {
        "; SELECT cursor_to_xml(name::refcursor, 1000, true, false, '') FROM pg_cursors"
    } else {
        ""
    }
}
