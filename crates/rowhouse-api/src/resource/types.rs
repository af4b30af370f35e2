//! The catalog's types as `postgres-types` knows them, and those a client may cast to.

use std::collections::HashMap;

use postgres_types::{Field, Kind, Type};
use rowhouse_catalog::{Catalog, Column, DataType, Object, Oid, Shape};

use super::{Cast, Exposure, Verdict};
use crate::json::{Decoder, ServerFormat};

/// Types that are nested deeper are left to the server.
const MAX_DEPTH: usize = 16;

/// The built-in types a client may cast to, by all their usual names.
const CASTS: [(&str, Type); 33] = [
    ("bool", Type::BOOL),
    ("boolean", Type::BOOL),
    ("int2", Type::INT2),
    ("smallint", Type::INT2),
    ("int", Type::INT4),
    ("int4", Type::INT4),
    ("integer", Type::INT4),
    ("int8", Type::INT8),
    ("bigint", Type::INT8),
    ("float4", Type::FLOAT4),
    ("real", Type::FLOAT4),
    ("float8", Type::FLOAT8),
    ("float", Type::FLOAT8),
    ("double precision", Type::FLOAT8),
    ("numeric", Type::NUMERIC),
    ("decimal", Type::NUMERIC),
    ("text", Type::TEXT),
    ("varchar", Type::VARCHAR),
    ("character varying", Type::VARCHAR),
    ("uuid", Type::UUID),
    ("json", Type::JSON),
    ("jsonb", Type::JSONB),
    ("date", Type::DATE),
    ("time", Type::TIME),
    ("timetz", Type::TIMETZ),
    ("timestamp", Type::TIMESTAMP),
    ("timestamptz", Type::TIMESTAMPTZ),
    ("interval", Type::INTERVAL),
    ("bytea", Type::BYTEA),
    ("inet", Type::INET),
    ("cidr", Type::CIDR),
    ("int4range", Type::INT4_RANGE),
    ("tstzrange", Type::TSTZ_RANGE),
];

/// The types of one catalog, made once each.
pub(super) struct Types<'c> {
    catalog: &'c Catalog,
    format: &'c ServerFormat,
    made: HashMap<Oid, Option<Type>>,
}

impl<'c> Types<'c> {
    pub(super) fn new(catalog: &'c Catalog, format: &'c ServerFormat) -> Self {
        Self {
            catalog,
            format,
            made: HashMap::new(),
        }
    }

    pub(super) fn get(&mut self, oid: Oid) -> Option<Type> {
        self.make(oid, MAX_DEPTH)
    }

    pub(super) fn decoder(&self, ty: Option<&Type>) -> Option<Decoder> {
        Decoder::of(ty?, self.format)
    }

    fn make(&mut self, oid: Oid, depth: usize) -> Option<Type> {
        if let Some(builtin) = Type::from_oid(oid.0) {
            return Some(builtin);
        }
        if let Some(made) = self.made.get(&oid) {
            return made.clone();
        }
        let depth = depth.checked_sub(1)?;
        let ty = self.catalog.type_of(oid).and_then(|ty| {
            let kind = self.kind(ty, depth)?;
            Some(Type::new(ty.name.clone(), oid.0, kind, ty.schema.clone()))
        });
        self.made.insert(oid, ty.clone());
        ty
    }

    fn kind(&mut self, ty: &'c DataType, depth: usize) -> Option<Kind> {
        Some(match &ty.shape {
            Shape::Base => Kind::Simple,
            Shape::Pseudo => Kind::Pseudo,
            Shape::Array { element } => Kind::Array(self.make(*element, depth)?),
            Shape::Enum { labels } => Kind::Enum(labels.clone()),
            Shape::Domain(domain) => Kind::Domain(self.make(domain.base, depth)?),
            Shape::Range { subtype } => Kind::Range(self.make(*subtype, depth)?),
            Shape::Multirange { range } => match self.make(*range, depth)?.kind() {
                Kind::Range(subtype) => Kind::Multirange(subtype.clone()),
                _ => return None,
            },
            Shape::Composite {
                relation,
                attributes,
            } => {
                let columns: &[Column] = if attributes.is_empty() {
                    &self.catalog.relation_by_oid(*relation)?.columns
                } else {
                    attributes
                };
                let fields = columns.iter().map(|column| {
                    Some(Field::new(
                        column.name.clone(),
                        self.make(column.type_oid, depth)?,
                    ))
                });
                Kind::Composite(fields.collect::<Option<_>>()?)
            }
        })
    }

    /// The types a client may cast to: built-in ones, enums and domains of the served schemas. A domain's checks run when a
    /// client says so, as functions do that are called.
    pub(super) fn casts(
        &mut self,
        schemas: &[String],
        exposure: &dyn Exposure,
    ) -> HashMap<String, Cast> {
        let mut casts = HashMap::new();
        let catalog = self.catalog;
        for schema in schemas.iter().rev() {
            let own = catalog.types.iter().filter(|ty| {
                ty.schema == *schema && matches!(ty.shape, Shape::Enum { .. } | Shape::Domain(_))
            });
            for ty in own.filter(|ty| may_check(catalog, exposure, ty)) {
                if let Some(made) = self.get(ty.oid) {
                    let cast = Cast {
                        sql: ty.qualified_name(),
                        ty: made,
                    };
                    casts.insert(ty.name.clone(), cast);
                }
            }
        }
        for (name, ty) in CASTS {
            let sql = format!("pg_catalog.{}", rowhouse_catalog::quote_ident(ty.name()));
            casts.insert(name.to_owned(), Cast { sql, ty });
        }
        casts
    }
}

/// Whether tenants may set off what the checks of a domain, and of those it is made of, call.
fn may_check(catalog: &Catalog, exposure: &dyn Exposure, ty: &DataType) -> bool {
    let may_call = |oid: Oid| {
        let function = catalog.function_by_oid(oid);
        oid.is_builtin()
            || function.is_some_and(|function| {
                function.extension.is_some() || exposure.function(function) == Verdict::Protected
            })
    };
    let mut next = Some(ty);
    while let Some(DataType {
        shape: Shape::Domain(domain),
        ..
    }) = next
    {
        let allowed = domain.checks.iter().all(|check| {
            let mut called = catalog
                .references_of(Object::Constraint(check.oid))
                .iter()
                .filter_map(|object| match *object {
                    Object::Function(oid) => Some(oid),
                    Object::Operator(oid) => {
                        let mut operators = catalog.operators.iter();
                        operators
                            .find(|operator| operator.oid == oid)
                            .map(|operator| operator.function)
                    }
                    _ => None,
                });
            // The server keeps no books on its own functions.
            !check.expression.contains("set_config(") && called.all(may_call)
        });
        if !allowed {
            return false;
        }
        next = catalog.type_of(domain.base);
    }
    true
}
