//! The call itself, as it stands in FROM. Names and types are the catalog's, values are bound.

use crate::request::Arguments;
use crate::resource::{Argument, Function, Gives, VALUE};

use super::super::statement::{Param, Statement};
use crate::plan::array::array;

/// The rows or values that the function gives, under an alias.
pub(super) fn from(
    statement: &mut Statement<'_>,
    function: &Function,
    given: &Arguments,
    alias: &str,
) -> String {
    if function.gives == Gives::Value {
        return format!("{} AS {alias}", value(statement, function, given));
    }
    let (source, call) = call(statement, function, given);
    let columns = match function.gives {
        // One that gives a single column would have it named by the alias.
        Gives::Outputs => {
            let names: Vec<&str> = function
                .rows
                .columns
                .iter()
                .map(|c| c.sql.as_str())
                .collect();
            format!("({})", names.join(", "))
        }
        _ => String::new(),
    };
    match source {
        None => format!("{call} AS {alias}{columns}"),
        Some(source) => format!("{source} CROSS JOIN LATERAL {call} AS {alias}{columns}"),
    }
}

/// The values that the function gives, in parentheses.
pub(super) fn value(
    statement: &mut Statement<'_>,
    function: &Function,
    given: &Arguments,
) -> String {
    let (source, call) = call(statement, function, given);
    let source = source.map_or_else(String::new, |source| format!(" FROM {source}"));
    format!("(SELECT {call} AS {VALUE}{source})")
}

/// What the arguments are taken from, and the call.
fn call(
    statement: &mut Statement<'_>,
    function: &Function,
    given: &Arguments,
) -> (Option<String>, String) {
    let (source, arguments) = match given {
        Arguments::Texts { arguments, .. } => (None, texts(statement, function, arguments)),
        Arguments::Json { members, text } if is_by_name(function) => {
            members_of(statement, function, members.as_deref(), text)
        }
        _ => (None, vec![whole(statement, function, given)]),
    };
    (
        source,
        format!("{}({})", function.sql, arguments.join(", ")),
    )
}

fn is_by_name(function: &Function) -> bool {
    !matches!(&function.arguments[..], [only] if only.name.is_empty())
}

/// Texts, which become values as literals do.
fn texts(
    statement: &mut Statement<'_>,
    function: &Function,
    arguments: &[(String, Vec<String>)],
) -> Vec<String> {
    let mut list = Vec::new();
    // In the function's order: what is variadic has to be the last.
    for argument in &function.arguments {
        let given = arguments.iter().find(|(name, _)| *name == argument.name);
        let Some((_, values)) = given else {
            continue;
        };
        let text = if argument.variadic {
            array(values)
        } else {
            values.last().cloned().unwrap_or_default()
        };
        let value = statement.bind(Param::Unknown(text));
        let value = format!("CAST({value} AS {})", argument.ty);
        list.push(named(argument, &value));
    }
    list
}

/// Members of an object, which the server turns into values of the arguments' types.
fn members_of(
    statement: &mut Statement<'_>,
    function: &Function,
    members: Option<&[String]>,
    text: &str,
) -> (Option<String>, Vec<String>) {
    let members = members.unwrap_or_default();
    let arguments = || {
        let arguments = function.arguments.iter();
        arguments.filter(|argument| members.contains(&argument.name))
    };
    if arguments().next().is_none() {
        return (None, Vec::new());
    }
    let typed: Vec<String> = arguments()
        .map(|argument| format!("{} {}", argument.sql, argument.ty))
        .collect();
    let object = statement.bind(Param::Unknown(text.to_owned()));
    let source = format!(
        "pg_catalog.json_to_record(CAST({object} AS pg_catalog.json)) AS a({})",
        typed.join(", ")
    );
    let list = arguments().map(|argument| named(argument, &format!("a.{}", argument.sql)));
    (Some(source), list.collect())
}

/// The content as the only argument.
fn whole(statement: &mut Statement<'_>, function: &Function, given: &Arguments) -> String {
    let param = match given {
        Arguments::Json { text, .. } | Arguments::Text(text) | Arguments::Xml(text) => {
            Param::Unknown(text.clone())
        }
        Arguments::Bytes(bytes) => Param::Bytes(bytes.clone()),
        Arguments::Texts { .. } => Param::Unknown(String::new()),
    };
    let value = statement.bind(param);
    let ty = function
        .arguments
        .first()
        .map_or("", |argument| &argument.ty);
    format!("CAST({value} AS {ty})")
}

fn named(argument: &Argument, value: &str) -> String {
    let variadic = if argument.variadic { "VARIADIC " } else { "" };
    format!("{variadic}{} => {value}", argument.sql)
}
