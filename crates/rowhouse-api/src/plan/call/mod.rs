//! Calls of functions: one statement, in which what the function gives stands where a relation
//! stands in a read.
//!
//! [`choose`] finds the function that the names of the arguments mean; `invoke` writes the call.
//! Rows of a function are filtered, ordered, bounded and joined to related ones as a relation's.

mod choose;
mod invoke;

pub use choose::choose;

use crate::json::{self, Decoder};
use crate::request::{Call, Terms};
use crate::resource::{Function, Gives, Handler, Media, Resource, Resources, VALUE};

use super::level::Level;
use super::statement::{Form, Statement};
use super::{Plan, PlanError, finish, handled};

/// Plans a call of `function` on the terms of its headers; `most` bounds the rows of any level.
///
/// # Errors
/// As for [`plan`](super::plan()).
pub fn plan_call(
    resources: &Resources,
    function: &Function,
    call: &Call,
    terms: &Terms,
    most: Option<u32>,
) -> Result<Plan, PlanError> {
    let keyed = keyed(function, call);
    let rows = keyed.as_ref().unwrap_or(&function.rows);
    let mut statement = Statement::new(resources, &call.read, terms, most);
    if function.gives == Gives::Nothing {
        // Its result is read as text, so that it is not left out.
        return Ok(valued(statement, function, call, "pg_catalog.text"));
    }
    let alias = statement.alias();
    let mut from = invoke::from(&mut statement, function, &call.given, &alias);
    let mut with = String::new();
    if terms.count {
        (with, from) = once(function, &from, &alias, takes_rows(function));
    }
    let level = Level::over(rows, alias, from);
    let mut plan = finish(statement, level, &call.read, terms, most)?;
    if !with.is_empty() {
        plan.sql = format!("{with}{}", plan.sql).into();
    }
    plan.form = match (function.gives, function.many) {
        (Gives::Value, false) => Form::Value,
        (Gives::Value, true) => Form::Values,
        (_, false) => Form::Row,
        (_, true) => Form::Rows,
    };
    Ok(plan)
}

/// Plans a call whose value is the whole content of the answer: as bytes, or as text.
///
/// # Errors
/// As for [`plan`](super::plan()).
pub fn plan_content(
    resources: &Resources,
    function: &Function,
    call: &Call,
    terms: &Terms,
    media: &Media,
) -> Result<Plan, PlanError> {
    // What is asked of its columns is refused here as where it is answered as JSON.
    plan_call(resources, function, call, terms, None)?;
    let statement = Statement::new(resources, &call.read, terms, None);
    Ok(Plan {
        form: Form::Value,
        ..valued(statement, function, call, media.sql_type())
    })
}

/// Plans a call whose rows `handler` makes into the content of the answer.
///
/// # Errors
/// As for [`plan_handled`](super::plan_handled).
pub fn plan_call_handled(
    resources: &Resources,
    function: &Function,
    call: &Call,
    terms: &Terms,
    most: Option<u32>,
    handler: &Handler,
) -> Result<Plan, PlanError> {
    let keyed = keyed(function, call);
    let rows = keyed.as_ref().unwrap_or(&function.rows);
    let mut statement = Statement::new(resources, &call.read, terms, most);
    let alias = statement.alias();
    let mut from = invoke::from(&mut statement, function, &call.given, &alias);
    let mut with = String::new();
    if terms.count {
        let whole = handler.row.is_some() || takes_rows(function);
        (with, from) = once(function, &from, &alias, whole);
    }
    let level = Level::over(rows, alias, from);
    let mut plan = handled::gather(statement, level, &call.read, terms, most, handler)?;
    if !with.is_empty() {
        plan.sql = format!("{with}{}", plan.sql).into();
    }
    Ok(plan)
}

/// Its rows as those of a relation with a key, where they are gone through page by page. That takes
/// an order: the function's own can be any, and a cursor cannot say where in it a page ended.
fn keyed(function: &Function, call: &Call) -> Option<Resource> {
    let window = call.read.window(&[]);
    let is_ordered = window.is_some_and(|window| window.order.is_some());
    if !call.linked || !function.many || function.key.is_empty() || !is_ordered {
        return None;
    }
    let mut rows = function.rows.clone();
    rows.key.clone_from(&function.key);
    Some(rows)
}

/// A call whose only value is of one type.
fn valued(mut statement: Statement<'_>, function: &Function, call: &Call, ty: &str) -> Plan {
    let invoked = invoke::value(&mut statement, function, &call.given);
    Plan {
        sql: format!("SELECT CAST(v.{VALUE} AS {ty}) FROM {invoked} AS v").into(),
        params: statement.into_params(),
        columns: vec![json::Column::value(VALUE, Decoder::text())],
        counted: false,
        updates: false,
        place: 0,
        limit: None,
        offset: Some(0),
        form: Form::Nothing,
    }
}

/// What the function gives, kept so that it is called once although its rows are counted and read.
fn once(function: &Function, from: &str, alias: &str, whole: bool) -> (String, String) {
    if function.gives == Gives::Rows && whole {
        // Functions of a row want it whole, as its type.
        return (
            format!("WITH f AS (SELECT {alias} AS c FROM {from}) "),
            format!("f CROSS JOIN LATERAL pg_catalog.unnest(ARRAY[f.c]) AS {alias}"),
        );
    }
    (
        format!("WITH f AS (SELECT {alias}.* FROM {from}) "),
        format!("f AS {alias}"),
    )
}

/// Whether there are functions of its rows.
fn takes_rows(function: &Function) -> bool {
    let rows = &function.rows;
    !rows.computed.is_empty() || rows.links.iter().any(crate::resource::Link::is_computed)
}
