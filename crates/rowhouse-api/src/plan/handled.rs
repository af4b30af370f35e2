//! Reads whose rows an aggregate of the database makes into the content of the answer.

use crate::json::{self, Decoder};
use crate::request::{Read, Terms};
use crate::resource::{Handler, Resource, Resources, VALUE};

use super::level::Level;
use super::statement::{Form, Statement};
use super::{Plan, PlanError, page, star};

/// Plans the read of `resource` whose rows `handler` makes into content, on the terms of its headers; `most` bounds the
/// rows. The statement gives one row: the content, how many rows it was made of, and, where they are counted, how many
/// there are.
///
/// # Errors
/// As for [`plan`](super::plan()), and [`PlanError::Unnamed`].
pub fn plan_handled(
    resources: &Resources,
    resource: &Resource,
    read: &Read,
    terms: &Terms,
    most: Option<u32>,
    handler: &Handler,
) -> Result<Plan, PlanError> {
    let mut statement = Statement::new(resources, read, terms, most);
    let level = Level::root(&mut statement, resource);
    gather(statement, level, read, terms, most, handler)
}

/// The statement whose value `handler` makes of the rows of `level`.
pub(super) fn gather<'r>(
    mut statement: Statement<'r>,
    mut level: Level<'r>,
    read: &Read,
    terms: &Terms,
    most: Option<u32>,
    handler: &Handler,
) -> Result<Plan, PlanError> {
    let resource = level.place.resource;
    let star = star();
    let select = read.select.as_ref().or(resource.select.as_ref());
    let window = read.window(&[]);
    let (limit, offset) = terms.bounds(
        window.and_then(|window| window.limit),
        window.and_then(|window| window.offset),
    );
    let limit = limit.into_iter().chain(most.map(i64::from)).min();
    level.select(&mut statement, select.unwrap_or(&star), &mut Vec::new())?;
    statement.all_windows_used()?;
    let all_rows = level.groups();
    let mut orderings = level.orderings(&mut statement, window)?;
    if let Some(cursor) = &read.cursor {
        orderings.extend(level.key(&orderings));
        page::go_on(&mut statement, &mut level, &orderings, cursor)?;
    }
    level.order(&orderings);
    level.bound(&mut statement, limit, offset);
    // The star says that the row is meant, should a column have that name too.
    let (list, row) = match &handler.row {
        Some(ty) => (format!("CAST({}.* AS {ty}) AS r", level.place.alias), "s.r"),
        None => (level.named_columns().ok_or(PlanError::Unnamed)?, "s.*"),
    };
    let rows = level.print(&list);
    let total = if terms.count {
        format!(", (SELECT pg_catalog.count(*) FROM (SELECT 1{all_rows}) AS n)")
    } else {
        String::new()
    };
    let ty = handler.media.sql_type();
    let sql = format!(
        "SELECT CAST({}({row}) AS {ty}), pg_catalog.count(*){total} FROM ({rows}) AS s",
        handler.sql
    );
    Ok(Plan {
        sql: sql.into(),
        params: statement.into_params(),
        columns: vec![json::Column::value(VALUE, Decoder::text())],
        counted: terms.count,
        updates: false,
        place: 0,
        limit,
        offset: if read.cursor.is_some() {
            None
        } else {
            Some(offset.unwrap_or(0))
        },
        form: Form::Content,
    })
}
