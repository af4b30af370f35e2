//! From a request to one SQL statement.
//!
//! A [`Plan`] is the statement's text, its parameters, and how its columns become JSON. The text
//! is made of the catalog's identifiers and of nothing a client wrote: names are looked up,
//! values, keys and counts are bind parameters. Requests of one shape have one text, so prepared
//! statements are found again.
//!
//! The rows themselves, and related rows of which there is at most one, come as plain binary
//! columns; embedded arrays come as JSON made by the server. A `level` is one SELECT of the
//! statement: the outermost one, or one inside of an embedded array.

mod embed;
mod error;
mod expression;
mod level;
mod order;
mod output;
mod statement;

pub use error::PlanError;
pub use statement::{Param, Plan};

use crate::request::{Item, Read, Select, Window};
use crate::resource::{Resource, Resources};
use level::Level;
use statement::Statement;

/// Plans the read of `resource`; `most` bounds the rows of the answer.
///
/// # Errors
/// [`PlanError`] when the request names what is not there, or not clearly.
pub fn plan(
    resources: &Resources,
    resource: &Resource,
    read: &Read,
    most: Option<u32>,
) -> Result<Plan, PlanError> {
    let star = Select {
        items: vec![Item::Star],
    };
    let select = read
        .select
        .as_ref()
        .or(resource.select.as_ref())
        .unwrap_or(&star);
    let mut window = read.window(&[]).cloned().unwrap_or_default();
    if let Some(most) = most.map(i64::from) {
        window.limit = Some(window.limit.map_or(most, |limit| limit.min(most)));
    }

    let mut statement = Statement::new(resources, read);
    let mut level = Level::root(&mut statement, resource);
    level.select(&mut statement, select, &mut Vec::new())?;
    level.arrange(&mut statement, Some(&window))?;
    statement.all_windows_used()?;
    let (columns, list) = level.wire_columns();
    Ok(statement.finish(&level.print(&list), columns))
}

/// Whether the configured `select` and `order` of a resource can be planned.
pub(crate) fn check_defaults(resources: &Resources, resource: &Resource) -> Result<(), PlanError> {
    let read = Read {
        select: resource.select.clone(),
        windows: vec![Window::default()],
    };
    plan(resources, resource, &read, None).map(|_| ())
}
