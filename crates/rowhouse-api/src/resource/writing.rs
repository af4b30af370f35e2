//! How a relation is written: which of its columns, and whose its rows are.

use std::sync::Arc;

use rowhouse_catalog::{
    Catalog, DataType, Enabled, Identity, Object, Privilege, Privileges, Relation, RelationKind,
    Shape, quote_ident, quote_literal,
};

use super::function::Minds;
use super::functions::{Source, minds};
use super::keys::Keys;
use super::references::table_column;
use super::representation::Representations;
use super::{Conversion, Representation};
use crate::config::ResourceConfig;

/// What may be written to a relation.
#[derive(Debug, Clone, Default)]
pub struct Writing {
    /// Its columns, in their order; those the app role may not read too.
    pub columns: Vec<Target>,
    /// The column that says whose a row is, as a place in `columns`.
    pub tenant: Option<usize>,
    /// The columns of the primary key, as places in `columns`.
    pub key: Vec<usize>,
    /// The columns of each unique index that an upsert can go by, as places in `columns`, in their order.
    pub unique: Vec<Vec<usize>>,
    /// Whether rows are inserted.
    pub insert: May,
    /// Whether rows are changed.
    pub update: May,
    /// Whether rows are deleted.
    pub delete: May,
    /// `PATCH` and `DELETE` of all rows are allowed.
    pub unfiltered: bool,
    /// An insert may change the rows that it meets: those of a view are rows that it shows.
    pub merges: bool,
    /// What its triggers are told of the request.
    pub minds: Minds,
}

/// Whether something can be done with a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum May {
    /// Not with such a relation.
    #[default]
    Never,
    /// The app role may not.
    Denied,
    /// It can.
    Yes,
}

impl May {
    fn when(possible: bool, granted: bool) -> Self {
        match (possible, granted) {
            (false, _) => Self::Never,
            (true, false) => Self::Denied,
            (true, true) => Self::Yes,
        }
    }
}

/// A column as it is written.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Its name as SQL.
    pub sql: String,
    /// Its type as SQL, without a length.
    pub ty: String,
    /// Its type reads a JSON value as it reads that value's text.
    pub reads_texts: bool,
    /// The value of a row that leaves it out, as SQL.
    pub default: Option<String>,
    /// It is computed, by the server or by a view, and cannot be given.
    pub generated: bool,
    /// What the app role may do with it.
    pub may: Privileges,
    /// How its values are taken, where its type says so.
    pub representation: Option<Arc<Representation>>,
}

impl Target {
    /// What reads the values of a content, where a function does.
    pub(crate) fn written(&self) -> Option<&Conversion> {
        self.representation.as_ref()?.written.as_ref()
    }

    /// What reads the values of filters, where a function does.
    pub(crate) fn filtered(&self) -> Option<&Conversion> {
        self.representation.as_ref()?.filtered.as_ref()
    }
}

impl Writing {
    pub(super) fn of(
        source: &Source<'_, '_>,
        relation: &Relation,
        keys: &Keys,
        settings: Option<&ResourceConfig>,
        shared: bool,
        representations: &mut Representations,
    ) -> Self {
        let (catalog, access) = (source.catalog, source.access);
        let updatable = relation.updatable.unwrap_or_default();
        let columns: Vec<Target> = relation
            .columns
            .iter()
            .map(|column| {
                let ty = catalog.type_of(column.type_oid);
                Target {
                    name: column.name.clone(),
                    sql: quote_ident(&column.name),
                    ty: ty.map_or_else(|| column.formatted_type.clone(), DataType::qualified_name),
                    reads_texts: ty.is_some_and(reads_texts),
                    default: default(catalog, relation, column),
                    generated: column.generated.is_some()
                        || column.identity == Some(Identity::Always)
                        || updatable.automatic && !column.updatable,
                    may: access.column(relation, column),
                    representation: representations.of(column.type_oid),
                }
            })
            .collect();
        let places = |numbers: &[i16]| -> Option<Vec<usize>> {
            let place = |&number| relation.columns.iter().position(|c| c.number == number);
            numbers.iter().map(place).collect()
        };
        let unique = keys.unique.iter().filter_map(|columns| {
            let mut places = places(columns)?;
            places.sort_unstable();
            Some(places)
        });
        let tenant = relation.columns.iter().position(|column| {
            let (table, number) = table_column(catalog, relation.oid, column.number);
            let table = catalog.relation_by_oid(table);
            table.is_some_and(|table| source.exposure.tenant_column(table) == Some(number))
        });
        let may = access.relation(relation);
        let any = |privilege| columns.iter().any(|column| column.may.has(privilege));
        // What all tenants read alike, none of them writes.
        let is_open = !shared && relation.kind != RelationKind::MaterializedView;
        Self {
            insert: May::when(is_open && updatable.insert, any(Privilege::Insert)),
            update: May::when(is_open && updatable.update, any(Privilege::Update)),
            delete: May::when(is_open && updatable.delete, may.has(Privilege::Delete)),
            unfiltered: settings.is_some_and(|settings| settings.unfiltered),
            key: places(&keys.write).unwrap_or_default(),
            unique: unique.collect(),
            merges: keys.merges,
            minds: told(catalog, relation),
            tenant,
            columns,
        }
    }

    /// The methods that the relation has, as `Allow` lists them.
    pub fn allow(&self) -> String {
        let is = |may| may == May::Yes;
        let reads = self
            .columns
            .iter()
            .any(|column| column.may.has(Privilege::Select));
        let puts = is(self.insert) && is(self.update) && !self.key.is_empty();
        let methods = [
            (true, "OPTIONS"),
            (reads, "GET,HEAD"),
            (is(self.insert), "POST"),
            (puts, "PUT"),
            (is(self.update), "PATCH"),
            (is(self.delete), "DELETE"),
        ];
        let there = methods.into_iter().filter(|(is_there, _)| *is_there);
        there
            .map(|(_, method)| method)
            .collect::<Vec<_>>()
            .join(",")
    }
}

/// What triggers are told: the relation's own, and of a view those of what it reads, which it writes to.
fn told(catalog: &Catalog, relation: &Relation) -> Minds {
    let read = catalog.references_of(Object::Relation(relation.oid)).iter();
    let under = read.filter_map(|object| match *object {
        Object::Relation(oid) | Object::Column(oid, _) => catalog.relation_by_oid(oid),
        _ => None,
    });
    let of_view = under.filter(|_| relation.kind == RelationKind::View);
    std::iter::once(relation)
        .chain(of_view)
        .flat_map(|relation| &relation.triggers)
        .filter(|trigger| trigger.enabled != Enabled::Disabled)
        .filter_map(|trigger| catalog.function_by_oid(trigger.function))
        .map(minds)
        .max()
        .unwrap_or_default()
}

/// Whether a value of JSON becomes one of this type as its text does. Arrays, composite types and JSON itself have ways of
/// their own, and a domain may be of one of them.
fn reads_texts(ty: &DataType) -> bool {
    const BASE: [&str; 17] = [
        "bool",
        "int2",
        "int4",
        "int8",
        "float4",
        "float8",
        "numeric",
        "text",
        "varchar",
        "bpchar",
        "uuid",
        "date",
        "time",
        "timetz",
        "timestamp",
        "timestamptz",
        "interval",
    ];
    match &ty.shape {
        Shape::Enum { .. } => true,
        Shape::Base => ty.schema == "pg_catalog" && BASE.contains(&ty.name.as_str()),
        _ => false,
    }
}

/// What the server puts where no value is given, as SQL: the owner's text, from the catalog.
fn default(
    catalog: &Catalog,
    relation: &Relation,
    column: &rowhouse_catalog::Column,
) -> Option<String> {
    if column.generated.is_some() {
        return None;
    }
    if column.identity.is_some() {
        return Some(format!(
            "pg_catalog.nextval(pg_catalog.pg_get_serial_sequence({}, {}))",
            quote_literal(&relation.qualified_name()),
            quote_literal(&column.name)
        ));
    }
    let of_type = || match &catalog.type_of(column.type_oid)?.shape {
        Shape::Domain(domain) => domain.default.clone(),
        _ => None,
    };
    column.default.clone().or_else(of_type)
}
