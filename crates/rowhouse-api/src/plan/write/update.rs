//! UPDATE and DELETE: which rows, and what becomes of them.

use rowhouse_catalog::Privilege;

use crate::plan::level::Level;
use crate::plan::place::Place;
use crate::plan::{PlanError, filter};
use crate::resource::Resource;

use super::Ask;
use super::change::Change;
use super::place;
use super::rows::Rows;
use crate::plan::statement::Statement;

impl Change {
    /// `UPDATE … SET … WHERE …`; where nothing is to be set, no row.
    pub(super) fn update(
        statement: &mut Statement<'_>,
        resource: &Resource,
        ask: &Ask<'_>,
    ) -> Result<Self, PlanError> {
        let named = ask.members.iter().map(String::as_str);
        let places = place::places(resource, named, &[Privilege::Update])?;
        let alias = statement.alias();
        if places.is_empty() {
            // What is not part of the text must have no parameters.
            let resources = statement.resources;
            let mut unused = Statement::new(resources, &ask.write.read, ask.terms, None);
            chosen(&mut unused, resource, &alias)?;
            return Ok(Self::none(resource, alias));
        }
        let rows = Rows::new(statement, resource, &places, ask);
        let columns = || {
            places
                .iter()
                .map(|&place| &resource.writing.columns[place].sql)
        };
        if rows.from.is_empty() {
            // Such values are read before anything is done, whether or not a row is there to be changed.
            let set: Vec<String> = columns()
                .zip(&rows.values)
                .map(|(column, value)| format!("{column} = {value}"))
                .collect();
            let condition = chosen(statement, resource, &alias)?;
            let table = &resource.sql;
            let set = set.join(", ");
            return Ok(Self::new(
                format!("UPDATE {table} AS {alias} SET {set}{condition}"),
                alias,
            ));
        }
        let given: Vec<String> = columns()
            .zip(&rows.values)
            .map(|(column, value)| format!("{value} AS {column}"))
            .collect();
        let set: Vec<String> = columns()
            .map(|column| format!("{column} = g.{column}"))
            .collect();
        let condition = chosen(statement, resource, &alias)?;
        let and = if condition.is_empty() { "WHERE" } else { "AND" };
        // Counted first, so that a value its column does not take is refused whether or not a row is there to be changed.
        let sql = format!(
            "WITH g AS MATERIALIZED (SELECT {}{}) UPDATE {} AS {alias} SET {} FROM g{condition} \
             {and} (SELECT pg_catalog.count(*) FROM g) OPERATOR(pg_catalog.>) 0",
            given.join(", "),
            rows.from,
            resource.sql,
            set.join(", "),
        );
        Ok(Self::new(sql, alias))
    }

    /// `DELETE FROM … WHERE …`.
    pub(super) fn delete(
        statement: &mut Statement<'_>,
        resource: &Resource,
    ) -> Result<Self, PlanError> {
        let alias = statement.alias();
        let condition = chosen(statement, resource, &alias)?;
        let sql = format!("DELETE FROM {} AS {alias}{condition}", resource.sql);
        Ok(Self::new(sql, alias))
    }
}

/// ` WHERE` with the client's filters and bounds; it may be that there are none.
fn chosen(
    statement: &mut Statement<'_>,
    resource: &Resource,
    alias: &str,
) -> Result<String, PlanError> {
    let window = statement.window(&[]);
    let conditions = window.map_or(&[][..], |window| &window.conditions);
    if conditions.is_empty() && !resource.writing.unfiltered {
        return Err(PlanError::Unfiltered(resource.name.clone()));
    }
    let bounds = window.map_or((None, None), |window| (window.limit, window.offset));
    let is_bounded = bounds.0.is_some() || bounds.1.is_some_and(|offset| offset > 0);
    if !is_bounded {
        let place = Place::new(resource, alias.to_owned());
        let conditions = conditions.iter();
        let conditions: Vec<String> = conditions
            .map(|condition| filter::condition(statement, &place, condition))
            .collect::<Result<_, _>>()?;
        if conditions.is_empty() {
            return Ok(String::new());
        }
        return Ok(format!(" WHERE {}", conditions.join(" AND ")));
    }
    if window.is_none_or(|window| window.order.is_none()) {
        return Err(PlanError::UnorderedLimit);
    }
    if resource.key.is_empty() {
        return Err(PlanError::NoKey(resource.name.clone()));
    }
    let inner = statement.alias();
    let from = format!("{} AS {inner}", resource.sql);
    let mut level = Level::over(resource, inner.clone(), from);
    for condition in conditions {
        let condition = filter::condition(statement, &level.place, condition)?;
        level.conditions.push(condition);
    }
    let orderings = level.orderings(statement, window)?;
    level.order(&orderings);
    level.bound(statement, bounds.0, bounds.1);
    let key = |alias: &str| {
        let columns = resource.key.iter().map(|&place| &resource.columns[place]);
        let columns: Vec<String> = columns.map(|column| column.of(alias)).collect();
        columns.join(", ")
    };
    Ok(format!(
        " WHERE ({}) IN ({})",
        key(alias),
        level.print(&key(&inner))
    ))
}
