//! Writes: one statement, however many rows.
//!
//! The change is a `WITH w AS (INSERT … RETURNING …)`, and what is answered is read from it as
//! from a table, by the same levels and embeds as a read. Related rows come from the snapshot
//! before the change. The rows to write are one parameter, JSON that the server takes apart; the
//! values of a single row are a parameter each, where their types read them as they read texts.

mod change;
mod demand;
mod insert;
mod place;
mod rows;
mod update;

use crate::request::{Resolution, Returning, Terms, Write};
use crate::resource::{Link, LinkKind, Resource, Resources};

use super::level::Level;
use super::statement::Statement;
use super::{Plan, PlanError, aggregate, readable, star};
use change::Change;

pub use demand::Demand;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// `POST`.
    Insert,
    /// `PUT`: one row, by its key.
    Replace,
    /// `PATCH`.
    Update,
    /// `DELETE`.
    Delete,
}

/// A write, as far as its statement depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// What is done.
    pub verb: Verb,
    /// The query string.
    pub write: &'a Write,
    /// The members of the content.
    pub members: &'a [String],
    /// There is one row, and each of the members has a text or is null in it.
    pub texts: bool,
    /// What the headers say.
    pub terms: &'a Terms,
    /// What is answered.
    pub returning: Returning,
    /// What becomes of rows that are there already.
    pub resolution: Option<Resolution>,
    /// What is left out takes its default.
    pub defaults: bool,
    /// How many rows there may be.
    pub demand: Option<Demand>,
}

/// Plans a write to `resource`.
///
/// # Errors
/// [`PlanError`] when the request names what is not there, or what may not be written.
pub fn plan_write(
    resources: &Resources,
    resource: &Resource,
    ask: &Ask<'_>,
) -> Result<Plan, PlanError> {
    if ask.write.read.cursor.is_some() {
        return Err(PlanError::Cursor);
    }
    let changed = resource;
    let returned = returned(resource);
    let resource = returned.as_ref().unwrap_or(resource);
    let asks = ask.write.read.select.is_some() || ask.returning == Returning::Representation;
    if asks {
        readable(resource)?;
    }
    if ask.returning != Returning::Representation && !resource.columns.is_empty() {
        // What is asked of related rows narrows nothing, and must not look as if it did.
        let mut unused = Statement::new(resources, &ask.write.read, ask.terms, None);
        let from = "w AS t0".to_owned();
        answer(&mut unused, resource, ask, from)?;
    }
    let mut statement = Statement::new(resources, &ask.write.read, ask.terms, None);
    let change = Change::of(&mut statement, changed, ask)?;
    let plain = ask.demand.is_none() && !change.counts_updates;
    if ask.returning == Returning::Minimal && plain {
        let sql = change.alone();
        return Ok(Plan::of_write(sql, statement, Vec::new(), false, false));
    }
    let (list, answered) = match ask.returning {
        Returning::Minimal => ("1".to_owned(), None),
        Returning::HeadersOnly => {
            let (list, texts) = change.keys(resource);
            (list, Some(texts))
        }
        Returning::Representation => {
            let asked = ask.write.read.select.as_ref();
            let select = asked.or(changed.select.as_ref());
            (change.columns(changed, select), None)
        }
    };
    let counts = demand::counts(&mut statement, ask.demand, change.counts_updates);
    let (columns, rows) = match (ask.returning, answered) {
        (Returning::Representation, _) => answer(&mut statement, resource, ask, "w AS t0".into())?,
        (_, Some(Some((columns, texts)))) => {
            (columns, format!("SELECT true, {texts} FROM w LIMIT 1"))
        }
        _ => (Vec::new(), "SELECT true WHERE false".to_owned()),
    };
    let change_sql = change.returning(&list);
    let is_single = ask.demand == Some(Demand::One);
    let sql = if is_single && ask.returning == Returning::Representation {
        // The one row is the one that is answered.
        format!(
            "WITH w AS ({change_sql}), a AS ({rows}) SELECT n.*, a.* \
             FROM (SELECT {counts} FROM a) AS n LEFT JOIN a ON true"
        )
    } else {
        format!(
            "WITH w AS ({change_sql}) SELECT n.*, r.* FROM (SELECT {counts} FROM w) AS n \
             LEFT JOIN LATERAL ({rows}) AS r ON true"
        )
    };
    let updates = change.counts_updates;
    Ok(Plan::of_write(sql, statement, columns, true, updates))
}

/// What is answered: the columns, and the SELECT that reads them from the changed rows.
fn answer<'r>(
    statement: &mut Statement<'r>,
    resource: &'r Resource,
    ask: &Ask<'_>,
    from: String,
) -> Result<(Vec<crate::json::Column>, String), PlanError> {
    let star = star();
    let read = &ask.write.read;
    let select = read.select.as_ref().or(resource.select.as_ref());
    let select = select.unwrap_or(&star);
    let mut level = Level::over(resource, "t0".to_owned(), from);
    // The filters of the rows themselves chose what was changed.
    let mut place = super::place::Place::new(resource, "t0".to_owned());
    level.grouped = aggregate::groups(statement, resource, select)?;
    level.members = level.members_of(statement, &mut place, select, &mut Vec::new())?;
    level.place = place;
    let (columns, mut list) = if ask.terms.text {
        level.text_columns(statement)
    } else {
        level.wire_columns()
    };
    statement.all_windows_used()?;
    if let Some(window) = statement.window(&[]) {
        if window.order.is_some() {
            let orderings = level.orderings(statement, Some(window))?;
            level.order(&orderings);
        }
        if ask.verb == Verb::Insert {
            let offset = window.offset.filter(|&offset| offset > 0);
            level.bound(statement, window.limit, offset);
        }
    }
    list.insert(0, "true".to_owned());
    Ok((columns, level.print(&list.join(", "))))
}

/// The resource as its changed rows are read, where that differs: they are no row of its type any
/// more, so what functions compute of it is computed with the change, and relationships by functions
/// are of the row that comes along in a column.
fn returned(resource: &Resource) -> Option<Resource> {
    let computes = resource.links.iter().any(Link::is_computed);
    if resource.computed.is_empty() && !computes {
        return None;
    }
    let mut returned = resource.clone();
    for link in &mut returned.links {
        if let LinkKind::Computed { held, .. } = &mut link.kind {
            *held = Some(change::row(resource));
        }
    }
    for column in &mut returned.computed {
        column.function = None;
    }
    Some(returned)
}
