//! Aggregates: `price.avg()`, `count()`, grouped by the other members of their level.

use postgres_types::Type;

use crate::json::Decoder;
use crate::request::{Aggregate, Field, Function, Item, Select};
use crate::resource::{Conversion, LinkKind, Resource};

use super::PlanError;
use super::expression::Operand;
use super::find;
use super::output::{Key, Member, Value};
use super::place::Place;
use super::statement::Statement;

/// Whether a field that looks like a column counts rows: `count`, where there is no such column.
/// Clients wrote it so before there were aggregates, which need not be enabled for it.
pub(super) fn is_count(resource: &Resource, field: &Field) -> bool {
    let Field {
        path: Some(path),
        cast: None,
        aggregate: None,
        ..
    } = field
    else {
        return false;
    };
    let name = path.column.as_str();
    name == Function::Count.word() && path.steps.is_empty() && resource.field(name).is_none()
}

/// `count()`: the rows; of a related row, those where it is there.
pub(super) fn count(statement: &Statement<'_>, place: &Place<'_>) -> Member {
    let sql = match &place.present {
        None => "pg_catalog.count(*)".to_owned(),
        Some(present) => format!("pg_catalog.count(*) FILTER (WHERE {present})"),
    };
    member(statement, Function::Count, sql, Some(&Type::INT8))
}

/// Aggregates are served, or they are not.
pub(super) fn check(statement: &Statement<'_>) -> Result<(), PlanError> {
    if statement.resources.aggregates() {
        Ok(())
    } else {
        Err(PlanError::Aggregates)
    }
}

/// An aggregate of an expression. The least and the greatest of a column's values are `shown` as the column is.
pub(super) fn over(
    statement: &Statement<'_>,
    operand: Operand<'_>,
    aggregate: &Aggregate,
    shown: Option<&Conversion>,
) -> Member {
    let function = aggregate.function;
    let sql = format!("pg_catalog.{}({})", function.word(), operand.sql);
    let is_one = matches!(function, Function::Max | Function::Min) && aggregate.cast.is_none();
    if let (Some(shown), Some(representation)) = (
        shown.filter(|_| is_one),
        operand.column.representation.as_ref(),
    ) {
        let value = format!("CAST({sql} AS {})", representation.domain);
        return Member {
            value: Value::Represented {
                sql: shown.of(&value),
                groups: Vec::new(),
            },
            ..member(statement, function, sql, None)
        };
    }
    let ty = operand.ty.and_then(|ty| result(function, ty));
    member(statement, function, sql, ty.as_ref())
}

fn member(statement: &Statement<'_>, function: Function, sql: String, ty: Option<&Type>) -> Member {
    let decoder = ty.and_then(|ty| Decoder::of(ty, &statement.format));
    Member {
        key: Key::Catalog {
            name: function.word().to_owned(),
            sql: rowhouse_catalog::quote_ident(function.word()),
        },
        value: Value::Expression { sql, decoder },
        aggregate: true,
    }
}

/// The type of the result, where it is sure; else the server prints it.
fn result(function: Function, ty: Type) -> Option<Type> {
    let is_float = matches!(ty, Type::FLOAT4 | Type::FLOAT8);
    let is_whole = matches!(ty, Type::INT2 | Type::INT4 | Type::INT8);
    let is_plain = is_float
        || is_whole
        || matches!(
            ty,
            Type::NUMERIC | Type::TEXT | Type::DATE | Type::TIMESTAMP | Type::TIMESTAMPTZ
        );
    match function {
        Function::Count => Some(Type::INT8),
        Function::Max | Function::Min => Some(ty).filter(|_| is_plain),
        Function::Sum if is_float => Some(ty),
        Function::Sum if is_whole && ty != Type::INT8 => Some(Type::INT8),
        Function::Avg if is_float => Some(Type::FLOAT8),
        Function::Sum | Function::Avg if is_whole || ty == Type::NUMERIC => Some(Type::NUMERIC),
        _ => None,
    }
}

/// Whether a row of `resource` becomes one of a group: it has an aggregate of its own, or one of a
/// single related row that is spread into it.
pub(super) fn groups(
    statement: &Statement<'_>,
    resource: &Resource,
    select: &Select,
) -> Result<bool, PlanError> {
    for item in &select.items {
        let found = match item {
            Item::Field(field) => field.aggregate.is_some() || is_count(resource, field),
            Item::Embed(embed) if embed.spread => {
                let link = find::find(statement.resources, resource, embed)?;
                matches!(link.kind, LinkKind::ToOne { .. })
                    && groups(statement, statement.resources.target(link), &embed.select)?
            }
            _ => false,
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}
