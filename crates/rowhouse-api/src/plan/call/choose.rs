//! Which function a client means: the one that takes the arguments it names.

use postgres_types::Type;

use crate::request::Arguments;
use crate::resource::{Function, Resources, nearest};

use super::super::PlanError;

/// Whether its only argument, without a name, takes the content as a whole.
fn whole(function: &Function, given: &Arguments) -> bool {
    let [argument] = &function.arguments[..] else {
        return false;
    };
    let is = |types: &[Type]| {
        argument
            .data_type
            .as_ref()
            .is_some_and(|ty| types.contains(ty))
    };
    argument.name.is_empty()
        && match given {
            Arguments::Json { .. } => is(&[Type::JSON, Type::JSONB]),
            Arguments::Text(_) => is(&[Type::TEXT]),
            Arguments::Xml(_) => is(&[Type::XML]),
            Arguments::Bytes(_) => is(&[Type::BYTEA]),
            Arguments::Texts { .. } => false,
        }
}

/// Whether the named arguments are those that the function needs, and none it does not know.
fn by_name(function: &Function, given: &Arguments) -> bool {
    let names = match given {
        Arguments::Texts { .. }
        | Arguments::Json {
            members: Some(_), ..
        } => given.names(),
        _ => return false,
    };
    let known = |name: &&str| function.arguments.iter().any(|a| a.name == **name);
    let mut needed = function.arguments.iter().filter(|a| a.required);
    names.iter().all(|name| !name.is_empty() && known(name))
        && needed.all(|argument| names.contains(&&*argument.name))
}

/// The function of this name that takes these arguments.
///
/// # Errors
/// [`PlanError::UnknownFunction`] where there is none, [`PlanError::AmbiguousFunction`] where
/// several do.
pub fn choose<'r>(
    resources: &'r Resources,
    schema: &str,
    name: &str,
    given: &Arguments,
) -> Result<&'r Function, PlanError> {
    let named: Vec<&Function> = resources.functions_in(schema, name).collect();
    let of = |takes: fn(&Function, &Arguments) -> bool| {
        let functions = named.iter().copied();
        functions
            .filter(|function| takes(function, given))
            .collect::<Vec<_>>()
    };
    let mut found = of(by_name);
    if found.is_empty() {
        found = of(whole);
    }
    match found[..] {
        [function] => Ok(function),
        [] => Err(PlanError::UnknownFunction {
            schema: schema.to_owned(),
            function: name.to_owned(),
            names: given.names().into_iter().map(str::to_owned).collect(),
            whole: of_whole(given),
            nearest: suggestion(resources, schema, name, &named, given),
        }),
        _ => Err(PlanError::AmbiguousFunction {
            candidates: found.iter().map(|function| function.signature()).collect(),
        }),
    }
}

/// The type that an argument without a name could have had.
fn of_whole(given: &Arguments) -> Option<&'static str> {
    match given {
        Arguments::Json { .. } => Some("json/jsonb"),
        Arguments::Text(_) => Some("text"),
        Arguments::Xml(_) => Some("xml"),
        Arguments::Bytes(_) => Some("bytea"),
        Arguments::Texts { .. } => None,
    }
}

/// What may have been meant: another name, or other arguments of this one.
fn suggestion(
    resources: &Resources,
    schema: &str,
    name: &str,
    named: &[&Function],
    given: &Arguments,
) -> Option<String> {
    if named.is_empty() {
        let functions = resources.functions().iter();
        let there = functions.filter(|function| function.schema == schema);
        return nearest(name, there.map(|function| function.name.as_str()))
            .map(|near| format!("{schema}.{near}"));
    }
    let lists: Vec<String> = named.iter().map(|function| function.names()).collect();
    let written = given.names().join(", ");
    let near = nearest(&written, lists.iter().map(String::as_str));
    let only = || {
        lists
            .first()
            .filter(|_| lists.len() == 1)
            .map(String::as_str)
    };
    near.or_else(only)
        .map(|list| format!("{schema}.{name}({list})"))
}
