//! Columns, steps into JSON and casts as SQL.

use postgres_types::Type;

use crate::json::Decoder;
use crate::request::{Field, Name, Path, Step, Target};
use crate::resource::{Column, Resource, nearest};

use super::PlanError;
use super::output::{Key, Member, Value};
use super::statement::{Param, Statement};

pub(super) fn find<'r>(resource: &'r Resource, name: &Name) -> Result<&'r Column, PlanError> {
    resource
        .column(name.as_str())
        .ok_or_else(|| PlanError::UnknownColumn {
            resource: resource.name.clone(),
            column: name.as_str().to_owned(),
            nearest: nearest(
                name.as_str(),
                resource.columns.iter().map(|c| c.name.as_str()),
            )
            .map(str::to_owned),
        })
}

/// A column as it is, under its own name.
pub(super) fn plain(alias: &str, column: &Column) -> Member {
    Member {
        key: Key::Catalog {
            name: column.name.clone(),
            sql: column.sql.clone(),
        },
        value: Value::Expression {
            sql: format!("{alias}.{}", column.sql),
            decoder: column.decoder.clone(),
        },
    }
}

/// An item of `select` that is made of a column.
pub(super) fn field(
    statement: &mut Statement<'_>,
    alias: &str,
    resource: &Resource,
    field: &Field,
) -> Result<Member, PlanError> {
    let (Some(path), None) = (&field.path, &field.aggregate) else {
        return Err(PlanError::Aggregates);
    };
    let column = find(resource, &path.column)?;
    let mut member = plain(alias, column);
    if !path.steps.is_empty() {
        let (sql, decoder) = self::path(statement, alias, column, path)?;
        let label = path.label();
        if *label != path.column {
            member.key = Key::Client(label.as_str().to_owned());
        }
        member.value = Value::Expression { sql, decoder };
    }
    if let (Some(name), Value::Expression { sql, decoder }) = (&field.cast, &mut member.value) {
        let cast = statement.resources.cast(name.as_str());
        let cast = cast.ok_or_else(|| PlanError::UnknownType(name.as_str().to_owned()))?;
        *sql = format!("CAST({sql} AS {})", cast.sql);
        decoder.clone_from(&cast.decoder);
    }
    if let Some(alias) = &field.alias {
        member.key = Key::Client(alias.as_str().to_owned());
    }
    Ok(member)
}

/// The steps into a column: of JSON itself, of anything else as JSON.
fn path(
    statement: &mut Statement<'_>,
    alias: &str,
    column: &Column,
    path: &Path,
) -> Result<(String, Option<Decoder>), PlanError> {
    let is_json = matches!(column.ty, Some(Type::JSON | Type::JSONB));
    let mut sql = if is_json {
        format!("{alias}.{}", column.sql)
    } else {
        format!("pg_catalog.to_jsonb({alias}.{})", column.sql)
    };
    let mut ty = if column.ty == Some(Type::JSON) {
        Type::JSON
    } else {
        Type::JSONB
    };
    for Step { to, as_text } in &path.steps {
        if ty == Type::TEXT {
            return Err(PlanError::PathAfterText(path.to_string()));
        }
        let operand = statement.bind(match to {
            Target::Key(key) => Param::Text(key.as_str().to_owned()),
            Target::Index(index) => Param::Int4(*index),
        });
        let operator = if *as_text { "->>" } else { "->" };
        sql = format!("({sql} OPERATOR(pg_catalog.{operator}) {operand})");
        if *as_text {
            ty = Type::TEXT;
        }
    }
    Ok((sql, Decoder::of(&ty, &crate::json::ServerFormat::default())))
}

/// A column, or what a path leads to in it, to order by.
pub(super) fn ordering(
    statement: &mut Statement<'_>,
    alias: &str,
    resource: &Resource,
    path: &Path,
) -> Result<String, PlanError> {
    let column = find(resource, &path.column)?;
    if path.steps.is_empty() {
        return Ok(format!("{alias}.{}", column.sql));
    }
    Ok(self::path(statement, alias, column, path)?.0)
}
