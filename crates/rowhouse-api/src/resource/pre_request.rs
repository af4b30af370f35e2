//! The function that is called before the statement of each request: `pre_request` in `[api]`.

use rowhouse_catalog::{ArgumentMode, Function, FunctionKind, Privilege, Shape, Volatility};

use super::functions::{Source, withheld};
use super::{BuildError, Withheld};
use crate::config::{ApiConfig, is_called};

/// What the configuration's `pre_request` calls, as SQL; none where it names nothing.
///
/// # Errors
/// [`BuildError::PreRequest`] says why it cannot be called so.
pub(super) fn call(source: &Source<'_, '_>) -> Result<Option<String>, BuildError> {
    let Some(name) = &source.config.pre_request else {
        return Ok(None);
    };
    let refused = |reason: String| BuildError::PreRequest {
        name: name.clone(),
        reason,
    };
    let functions = source.catalog.functions.iter();
    let mut named = functions.filter(|function| is_meant(source.config, function));
    let function = named
        .clone()
        .find(|function| inputs(function) == 0)
        .or_else(|| named.next())
        .ok_or_else(|| refused("there is no such function; name it as schema.function".into()))?;
    match unfit(source, function) {
        Some(reason) => Err(refused(reason)),
        None => Ok(Some(format!(
            "SELECT CAST({}() AS pg_catalog.text)",
            super::computed::qualified(function)
        ))),
    }
}

/// Whether a function is one that the configuration's `pre_request` may mean: of a schema that it names, or of one that
/// is served.
pub(super) fn is_meant(config: &ApiConfig, function: &Function) -> bool {
    let Some(name) = &config.pre_request else {
        return false;
    };
    let is_plain = name == &function.name;
    is_called(function, name) && (!is_plain || config.schemas.contains(&function.schema))
}

fn inputs(function: &Function) -> usize {
    use ArgumentMode::{Out, Table};
    let arguments = function.arguments.iter();
    arguments
        .filter(|argument| !matches!(argument.mode, Out | Table))
        .count()
}

/// Why a function cannot be called before each request.
fn unfit(source: &Source<'_, '_>, function: &Function) -> Option<String> {
    let schema = &function.schema;
    let may_use = source.access.schema(schema);
    let may_use = may_use.is_some_and(|rights| rights.has(Privilege::Usage));
    let returned = source.catalog.type_of(function.returns);
    let is_value = returned.is_some_and(|ty| {
        !matches!(ty.shape, Shape::Pseudo) || matches!(&*ty.name, "void" | "record")
    });
    let reason = if function.kind != FunctionKind::Function || !is_value {
        "it is no function that a statement can call".to_owned()
    } else if inputs(function) > 0 {
        "it takes arguments, and is given none".to_owned()
    } else if !may_use || !source.access.function(function).has(Privilege::Execute) {
        format!(
            "the service's role may not execute it: it needs USAGE on the schema {schema}, and EXECUTE"
        )
    } else if function.volatility == Volatility::Immutable {
        "it is IMMUTABLE, so the server may leave its calls out; make it STABLE or VOLATILE"
            .to_owned()
    } else {
        let Withheld { reason, .. } = withheld(source, function)?;
        reason
    };
    Some(reason)
}
