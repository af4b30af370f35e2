//! INSERT, and what becomes of rows that are there already.

use std::fmt::Write;

use rowhouse_catalog::Privilege;

use crate::request::{Comparison, Condition, Resolution, Test};
use crate::resource::Resource;

use super::super::PlanError;
use super::change::Change;
use super::demand::count_update;
use super::place;
use super::rows::Rows;
use super::{Ask, Verb};
use crate::plan::statement::{Given, Param, Statement};

impl Change {
    /// `INSERT INTO … SELECT … FROM …`.
    pub(super) fn insert(
        statement: &mut Statement<'_>,
        resource: &Resource,
        ask: &Ask<'_>,
    ) -> Result<Self, PlanError> {
        let is_put = ask.verb == Verb::Replace;
        let conditions = ask
            .write
            .read
            .window(&[])
            .map_or(&[][..], |w| &w.conditions);
        if !is_put && !conditions.is_empty() {
            return Err(PlanError::FilteredInsert);
        }
        let writing = &resource.writing;
        let resolution = if is_put {
            Some(Resolution::Merge)
        } else {
            ask.resolution
        };
        let names_target = ask.write.on_conflict.is_some();
        if resolution == Some(Resolution::Merge) && names_target && !writing.merges {
            return Err(PlanError::NoMerge(resource.name.clone()));
        }
        let target = match (&ask.write.on_conflict, resolution) {
            (Some(names), Some(_)) if !is_put => place::unique(resource, names)?,
            (_, Some(_)) => writing.key.clone(),
            (_, None) => Vec::new(),
        };
        let named = ask.members.iter().map(String::as_str);
        let places = place::places(resource, named, &[Privilege::Insert])?;
        let rows = Rows::new(statement, resource, &places, ask);

        let mut columns: Vec<&str> = places
            .iter()
            .map(|&place| writing.columns[place].sql.as_str())
            .collect();
        let mut values = rows.values;
        let filled = writing.tenant.map(|place| &writing.columns[place]);
        // Where the role may not name it, its default has to fill it.
        if let Some(tenant) =
            filled.filter(|tenant| tenant.may.has(Privilege::Insert) && !tenant.generated)
        {
            let value = statement.bind(Param::Given(Given::Tenant));
            columns.push(&tenant.sql);
            values.push(format!("CAST({value} AS {})", tenant.ty));
        }
        let list = if columns.is_empty() {
            String::new()
        } else {
            format!(" ({})", columns.join(", "))
        };
        let mut sql = format!(
            "INSERT INTO {} AS t{list} SELECT {}{}",
            resource.sql,
            values.join(", "),
            rows.from
        );
        if is_put {
            let meant = by_key(statement, resource, conditions, &places, &rows.given)?;
            let _ = write!(sql, " WHERE {}", meant.join(" AND "));
        }
        let merges = resolution == Some(Resolution::Merge) && !target.is_empty();
        if let (Some(resolution), false) = (resolution, target.is_empty()) {
            sql.push_str(&conflict(
                statement, resource, &target, &places, resolution,
            )?);
        }
        let mut change = Self::new(sql, "t".to_owned());
        change.counts_updates = merges;
        Ok(change)
    }
}

/// ` ON CONFLICT (…) DO …`.
fn conflict(
    statement: &mut Statement<'_>,
    resource: &Resource,
    target: &[usize],
    places: &[usize],
    resolution: Resolution,
) -> Result<String, PlanError> {
    let columns = &resource.writing.columns;
    let list: Vec<&str> = target
        .iter()
        .map(|&place| columns[place].sql.as_str())
        .collect();
    let on = format!(" ON CONFLICT ({})", list.join(", "));
    if resolution == Resolution::Ignore {
        return Ok(format!("{on} DO NOTHING"));
    }
    let mut set: Vec<usize> = places.to_vec();
    set.retain(|place| !target.contains(place));
    if set.is_empty() {
        // Nothing is new but the key; the row is touched, so that it is answered.
        set.extend(target.first());
    }
    for &place in &set {
        place::check(resource, place, &[Privilege::Update])?;
    }
    let set: Vec<String> = set
        .iter()
        .map(|&place| format!("{0} = excluded.{0}", columns[place].sql))
        .collect();
    Ok(format!(
        "{on} DO UPDATE SET {} WHERE {}",
        set.join(", "),
        count_update(statement)
    ))
}

/// The conditions of a PUT: every column of the key, and nothing else, is equal to something.
fn by_key(
    statement: &mut Statement<'_>,
    resource: &Resource,
    conditions: &[Condition],
    places: &[usize],
    texts: &[String],
) -> Result<Vec<String>, PlanError> {
    let writing = &resource.writing;
    let window = statement.window(&[]);
    if window.is_some_and(|window| window.limit.is_some() || window.offset.is_some()) {
        return Err(PlanError::BoundedPut);
    }
    let mut left = writing.key.clone();
    let mut found = Vec::new();
    for condition in conditions {
        let Condition::Filter(filter) = condition else {
            return Err(PlanError::PutFilters);
        };
        let Test::Compare {
            comparison: Comparison::Equal,
            quantifier: None,
            value,
        } = &filter.test
        else {
            return Err(PlanError::PutFilters);
        };
        let name = filter.path.column.as_str();
        let place = left
            .iter()
            .position(|&place| writing.columns[place].name == name);
        let (Some(place), false, true) = (place, filter.negated, filter.path.steps.is_empty())
        else {
            return Err(PlanError::PutFilters);
        };
        let place = left.swap_remove(place);
        let column = &writing.columns[place];
        let given = if writing.tenant == Some(place) {
            let tenant = statement.bind(Param::Given(Given::Tenant));
            format!("CAST({tenant} AS {})", column.ty)
        } else if let Some(at) = places.iter().position(|&given| given == place) {
            texts[at].clone()
        } else {
            return Err(PlanError::PutMismatch);
        };
        let value = match column.filtered() {
            Some(filtered) => filtered.once(&statement.bind(Param::Text(value.clone()))),
            None => {
                let value = statement.bind(Param::Unknown(value.clone()));
                format!("CAST({value} AS {})", column.ty)
            }
        };
        found.push(format!("{given} = {value}"));
    }
    // The tenant need not be named.
    left.retain(|&place| writing.tenant != Some(place));
    if !left.is_empty() || found.is_empty() {
        return Err(PlanError::PutFilters);
    }
    Ok(found)
}
