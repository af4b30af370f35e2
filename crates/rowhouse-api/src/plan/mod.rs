//! From a request to one SQL statement.
//!
//! A [`Plan`] is the statement's text, its parameters, and how its columns become JSON. The text
//! is made of the catalog's identifiers and of nothing a client wrote: names are looked up,
//! values, keys and counts are bind parameters. Requests of one shape have one text, so prepared
//! statements are found again.
//!
//! One file per kind of clause: `filter` for conditions, `order` and `page` for which rows come,
//! `embed` for related rows (`find` says along which link), `aggregate` for what is computed over
//! rows. A `place` is a row that columns are taken from. `write` has what changes rows; a `call`
//! reads from a function instead of a relation.
//!
//! The rows themselves, and related rows of which there is at most one, come as plain binary
//! columns; embedded arrays come as JSON made by the server. A `level` is one SELECT of the
//! statement: the outermost one, or one inside of an embedded array.

mod aggregate;
mod array;
mod call;
mod embed;
mod error;
mod expression;
mod filter;
mod find;
mod handled;
mod level;
mod order;
mod output;
mod page;
mod place;
mod statement;
mod write;

pub use call::{choose, plan_call, plan_call_handled, plan_content};
pub use error::{Candidate, PlanError};
pub use handled::plan_handled;
pub use statement::{Form, Given, Param, Plan};
pub use write::{Ask, Demand, Verb, plan_write};

use crate::request::{Item, Read, Select, Terms, Window};
use crate::resource::{Resource, Resources};
use level::Level;
use statement::Statement;

/// Plans the read of `resource` on the terms of its headers; `most` bounds the rows of any level.
///
/// # Errors
/// [`PlanError`] when the request names what is not there, or not clearly.
pub fn plan(
    resources: &Resources,
    resource: &Resource,
    read: &Read,
    terms: &Terms,
    most: Option<u32>,
) -> Result<Plan, PlanError> {
    readable(resource)?;
    let mut statement = Statement::new(resources, read, terms, most);
    let level = Level::root(&mut statement, resource);
    finish(statement, level, read, terms, most)
}

/// The statement whose rows are those of `level`.
fn finish<'r>(
    mut statement: Statement<'r>,
    mut level: Level<'r>,
    read: &Read,
    terms: &Terms,
    most: Option<u32>,
) -> Result<Plan, PlanError> {
    let resource = level.place.resource;
    let star = star();
    let select = read
        .select
        .as_ref()
        .or(resource.select.as_ref())
        .unwrap_or(&star);
    let window = read.window(&[]);
    let (limit, offset) = terms.bounds(
        window.and_then(|window| window.limit),
        window.and_then(|window| window.offset),
    );
    let limit = limit.into_iter().chain(most.map(i64::from)).min();

    level.select(&mut statement, select, &mut Vec::new())?;
    let (columns, mut list) = if terms.text {
        level.text_columns(&mut statement)
    } else {
        level.wire_columns()
    };
    statement.all_windows_used()?;
    let all_rows = level.groups();

    let mut orderings = level.orderings(&mut statement, window)?;
    let is_paged = limit.is_some_and(|limit| limit > 0)
        && offset.is_none()
        && !level.grouped
        && !resource.key.is_empty();
    let mut place = 0;
    if is_paged || read.cursor.is_some() {
        orderings.extend(level.key(&orderings));
    }
    if is_paged {
        place = orderings.len();
        list.extend(orderings.iter().map(page::sign));
    }
    if let Some(cursor) = &read.cursor {
        page::go_on(&mut statement, &mut level, &orderings, cursor)?;
    }
    level.order(&orderings);
    level.bound(&mut statement, limit, offset);
    let mut sql = level.print(&list.join(", "));
    if terms.count {
        let present = if list.is_empty() { "true" } else { "true, " };
        let rows = level.print(&format!("{present}{}", list.join(", ")));
        sql = format!(
            "SELECT n.*, r.* FROM (SELECT pg_catalog.count(*) FROM (SELECT 1{all_rows}) AS s) AS n \
             LEFT JOIN LATERAL ({rows}) AS r ON true"
        );
    }
    Ok(Plan {
        sql: sql.into(),
        params: statement.into_params(),
        columns,
        counted: terms.count,
        updates: false,
        place,
        limit,
        offset: if read.cursor.is_some() {
            None
        } else {
            Some(offset.unwrap_or(0))
        },
        form: Form::Rows,
    })
}

/// Rows may be inserted where none can be read.
fn readable(resource: &Resource) -> Result<(), PlanError> {
    if resource.columns.is_empty() {
        return Err(PlanError::Unreadable(resource.name.clone()));
    }
    Ok(())
}

/// All columns.
fn star() -> Select {
    Select {
        items: vec![Item::Star],
    }
}

/// Whether the configured `select` and `order` of a resource can be planned.
pub(crate) fn check_defaults(resources: &Resources, resource: &Resource) -> Result<(), PlanError> {
    if resource.columns.is_empty() {
        return Ok(());
    }
    let read = Read {
        windows: vec![Window::default()],
        ..Read::default()
    };
    plan(resources, resource, &read, &Terms::default(), None).map(|_| ())
}
