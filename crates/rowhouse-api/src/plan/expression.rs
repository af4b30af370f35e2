//! Columns, steps into JSON, casts and aggregates as SQL.

use postgres_types::Type;

use crate::json::Decoder;
use crate::request::{Field, Name, Path, Step, Target};
use crate::resource::{Column, Conversion, Resource, nearest};

use super::PlanError;
use super::aggregate;
use super::output::{Key, Member, Value};
use super::place::Place;
use super::statement::{Param, Statement};

/// An expression, and what is known of its type.
#[derive(Debug)]
pub(super) struct Operand<'r> {
    pub(super) sql: String,
    pub(super) ty: Option<Type>,
    /// How its binary form is read; none where the server has to print it.
    pub(super) decoder: Option<Decoder>,
    /// The column it is, or is made of.
    pub(super) column: &'r Column,
}

pub(super) fn find<'r>(resource: &'r Resource, name: &Name) -> Result<&'r Column, PlanError> {
    let written = name.as_str();
    resource.field(written).ok_or_else(|| {
        let names = resource.columns.iter().map(|column| column.name.as_str());
        PlanError::UnknownColumn {
            resource: resource.name.clone(),
            column: written.to_owned(),
            nearest: nearest(written, names).map(str::to_owned),
        }
    })
}

/// A column as it is, under its own name.
pub(super) fn plain(statement: &Statement<'_>, place: &Place<'_>, column: &Column) -> Member {
    let sql = column.of(&place.alias);
    Member {
        key: Key::Catalog {
            name: column.name.clone(),
            sql: column.sql.clone(),
        },
        value: match column.shown() {
            Some(shown) => represented(place, shown, sql),
            None => Value::Expression {
                sql,
                decoder: statement.decoder(column),
            },
        },
        aggregate: false,
    }
}

/// What a function makes of a value in the row at `place`. Where a related row is not there, it is not called.
fn represented(place: &Place<'_>, shown: &Conversion, value: String) -> Value {
    let json = shown.of(&value);
    match &place.present {
        None => Value::Represented {
            sql: json,
            groups: vec![value],
        },
        Some(present) => Value::Represented {
            sql: format!("CASE WHEN {present} THEN {json} END"),
            groups: vec![value, present.clone()],
        },
    }
}

/// An item of `select` that is made of a column.
pub(super) fn field(
    statement: &mut Statement<'_>,
    place: &Place<'_>,
    field: &Field,
) -> Result<Member, PlanError> {
    if field.aggregate.is_some() {
        aggregate::check(statement)?;
    }
    let mut member = match (&field.path, &field.aggregate) {
        (None, _) => aggregate::count(statement, place),
        _ if aggregate::is_count(place.resource, field) => aggregate::count(statement, place),
        (Some(path), aggregate) => {
            let mut operand = self::path(statement, place, path)?;
            let label = path.label();
            let key = if *label == path.column {
                Key::Catalog {
                    name: operand.column.name.clone(),
                    sql: operand.column.sql.clone(),
                }
            } else {
                Key::Client(label.as_str().to_owned())
            };
            if let Some(cast) = &field.cast {
                operand = self::cast(statement, operand, cast)?;
            }
            // What a client casts or takes apart is the value itself.
            let is_whole = field.cast.is_none() && path.steps.is_empty();
            let shown = operand.column.shown().filter(|_| is_whole);
            match (aggregate, shown) {
                (None, Some(shown)) => Member {
                    key,
                    value: represented(place, shown, operand.sql),
                    aggregate: false,
                },
                (None, None) => Member {
                    key,
                    value: operand.into_value(),
                    aggregate: false,
                },
                (Some(aggregate), _) => aggregate::over(statement, operand, aggregate, shown),
            }
        }
    };
    if let (Some(aggregate), Value::Expression { sql, decoder }) =
        (&field.aggregate, &mut member.value)
        && let Some(cast) = &aggregate.cast
    {
        let cast = find_cast(statement, None, cast)?;
        *sql = format!("CAST({sql} AS {})", cast.sql);
        *decoder = Decoder::of(&cast.ty, &statement.format);
    }
    if let Some(alias) = &field.alias {
        member.key = Key::Client(alias.as_str().to_owned());
    }
    Ok(member)
}

impl Operand<'_> {
    fn into_value(self) -> Value {
        Value::Expression {
            sql: self.sql,
            decoder: self.decoder,
        }
    }
}

fn cast<'r>(
    statement: &Statement<'_>,
    operand: Operand<'r>,
    name: &Name,
) -> Result<Operand<'r>, PlanError> {
    let cast = find_cast(statement, operand.ty.as_ref(), name)?;
    Ok(Operand {
        sql: format!("CAST({} AS {})", operand.sql, cast.sql),
        ty: Some(cast.ty.clone()),
        decoder: Decoder::of(&cast.ty, &statement.format),
        ..operand
    })
}

/// The type to cast to; `from` is what is cast, where that is known.
fn find_cast<'r>(
    statement: &Statement<'r>,
    from: Option<&Type>,
    name: &Name,
) -> Result<&'r crate::resource::Cast, PlanError> {
    let resources = statement.resources;
    let cast = resources.cast(name.as_str());
    cast.filter(|cast| resources.may_cast(from, &cast.ty))
        .ok_or_else(|| PlanError::UnknownType(name.as_str().to_owned()))
}

/// A column, or what a path leads to in it: in JSON itself, in anything else as JSON.
pub(super) fn path<'r>(
    statement: &mut Statement<'_>,
    place: &Place<'r>,
    path: &Path,
) -> Result<Operand<'r>, PlanError> {
    let column = find(place.resource, &path.column)?;
    let plain = column.of(&place.alias);
    if path.steps.is_empty() {
        return Ok(Operand {
            sql: plain,
            ty: column.ty.clone(),
            decoder: statement.decoder(column),
            column,
        });
    }
    let is_json = matches!(column.ty, Some(Type::JSON | Type::JSONB));
    let mut sql = if is_json {
        plain
    } else {
        format!("pg_catalog.to_jsonb({plain})")
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
    Ok(Operand {
        sql,
        decoder: Decoder::of(&ty, &statement.format),
        ty: Some(ty),
        column,
    })
}
