//! Types by OID, for the whole house: built in, or looked up once in the scope of whoever asks first.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use postgres_types::{Field, Kind, Oid, Type};

use crate::error::{Error, Result};
use crate::row_buffer::RowBuffer;
use crate::rows::{Column, Row};
use crate::statement::Described;
use crate::wire::Description;

/// Everything about the types in `$1`, one row each.
pub(crate) const LOOKUP: &str = "\
SELECT t.oid, t.typname::text, n.nspname::text, t.typtype, t.typelem, t.typbasetype, coalesce(r.rngsubtype, m.rngsubtype, 0::oid),
       array(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
       array(SELECT a.attname::text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = t.typrelid AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
       array(SELECT a.atttypid FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = t.typrelid AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
  LEFT JOIN pg_catalog.pg_range m ON m.rngmultitypid = t.oid
 WHERE t.oid = ANY ($1)";

/// [`LOOKUP`]'s own description, so that asking for types needs no types.
pub(crate) fn lookup_described(number: u64) -> Described {
    let column = |name: &str, type_: Type| Column {
        name: name.into(),
        type_,
    };
    Described {
        number,
        parameters: vec![Type::OID_ARRAY],
        columns: Arc::from([
            column("oid", Type::OID),
            column("name", Type::TEXT),
            column("schema", Type::TEXT),
            column("kind", Type::CHAR),
            column("element", Type::OID),
            column("base", Type::OID),
            column("subtype", Type::OID),
            column("labels", Type::TEXT_ARRAY),
            column("field_names", Type::TEXT_ARRAY),
            column("field_types", Type::OID_ARRAY),
        ]),
    }
}

/// What one row of [`LOOKUP`] says.
#[derive(Debug, Clone)]
struct Entry {
    name: String,
    schema: String,
    kind: i8,
    element: Oid,
    base: Oid,
    subtype: Oid,
    labels: Vec<String>,
    fields: Vec<(String, Oid)>,
}

impl Entry {
    /// The types this one is made of.
    fn parts(&self) -> Vec<Oid> {
        let single = [self.element, self.base, self.subtype]
            .into_iter()
            .filter(|oid| *oid != 0);
        single
            .chain(self.fields.iter().map(|(_, oid)| *oid))
            .collect()
    }
}

/// The house's types.
#[derive(Debug, Default)]
pub(crate) struct Types {
    known: RwLock<HashMap<Oid, Type>>,
}

impl Types {
    pub(crate) fn get(&self, oid: Oid) -> Option<Type> {
        Type::from_oid(oid).or_else(|| {
            self.known
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .get(&oid)
                .cloned()
        })
    }

    /// Forgets what was looked up for a description: `ALTER TYPE` may have changed it since.
    pub(crate) fn forget(&self, described: &Described) {
        let columns = described.columns.iter().map(Column::type_);
        let mut oids = Vec::new();
        for type_ in described.parameters.iter().chain(columns) {
            looked_up(type_, &mut oids);
        }
        if oids.is_empty() {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for oid in oids {
            known.remove(&oid);
        }
    }

    /// A description with its types, or those that must be looked up first.
    pub(crate) fn describe(
        &self,
        description: &Description,
        number: u64,
    ) -> std::result::Result<Described, Vec<Oid>> {
        let mut missing = Vec::new();
        let mut find = |oid: Oid| {
            self.get(oid).unwrap_or_else(|| {
                missing.push(oid);
                Type::UNKNOWN
            })
        };
        let parameters = description
            .parameters
            .iter()
            .map(|oid| find(*oid))
            .collect();
        let columns = description
            .columns
            .iter()
            .map(|(name, oid)| Column {
                name: name.clone(),
                type_: find(*oid),
            })
            .collect();
        if missing.is_empty() {
            Ok(Described {
                number,
                parameters,
                columns,
            })
        } else {
            Err(missing)
        }
    }
}

/// Adds the OIDs of a type and of those in it, as far as they are not built in.
fn looked_up(type_: &Type, oids: &mut Vec<Oid>) {
    if Type::from_oid(type_.oid()).is_none() {
        oids.push(type_.oid());
    }
    match type_.kind() {
        Kind::Array(part) | Kind::Domain(part) | Kind::Range(part) | Kind::Multirange(part) => {
            looked_up(part, oids);
        }
        Kind::Composite(fields) => {
            for field in fields {
                looked_up(field.type_(), oids);
            }
        }
        _ => {}
    }
}

/// Whether a composite value has another number of fields than its type had when that was looked up.
pub(crate) fn outgrown(columns: &[Column], rows: &RowBuffer) -> bool {
    columns.iter().enumerate().any(|(at, column)| {
        let Kind::Composite(fields) = column.type_.kind() else {
            return false;
        };
        // Its binary form begins with the number of fields.
        let count = rows.first_value(at).and_then(<[u8]>::first_chunk::<4>);
        count.is_some_and(|count| u32::from_be_bytes(*count) as usize != fields.len())
    })
}

/// Looks types up, level by level: an array of a composite of a domain takes three.
#[derive(Debug)]
pub(crate) struct Lookup<'a> {
    types: &'a Types,
    found: HashMap<Oid, Entry>,
    wanted: Vec<Oid>,
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(types: &'a Types, wanted: Vec<Oid>) -> Self {
        Self {
            types,
            found: HashMap::new(),
            wanted,
        }
    }

    /// The OIDs to ask for next; `None` when everything is known.
    pub(crate) fn next(&mut self) -> Option<Vec<Oid>> {
        let mut next = std::mem::take(&mut self.wanted);
        next.retain(|oid| self.types.get(*oid).is_none() && !self.found.contains_key(oid));
        next.sort_unstable();
        next.dedup();
        (!next.is_empty()).then_some(next)
    }

    /// Takes the rows of [`LOOKUP`] for what [`Lookup::next`] asked.
    pub(crate) fn take(&mut self, asked: &[Oid], rows: impl Iterator<Item = Row>) -> Result<()> {
        for row in rows {
            let names: Vec<String> = row.try_get("field_names")?;
            let types: Vec<Oid> = row.try_get("field_types")?;
            let entry = Entry {
                name: row.try_get("name")?,
                schema: row.try_get("schema")?,
                kind: row.try_get("kind")?,
                element: row.try_get("element")?,
                base: row.try_get("base")?,
                subtype: row.try_get("subtype")?,
                labels: row.try_get("labels")?,
                fields: names.into_iter().zip(types).collect(),
            };
            self.wanted.extend(entry.parts());
            self.found.insert(row.try_get("oid")?, entry);
        }
        match asked.iter().find(|oid| !self.found.contains_key(oid)) {
            Some(oid) => Err(Error::protocol(format!(
                "type {oid} is not in pg_type any more"
            ))),
            None => Ok(()),
        }
    }

    /// Puts everything found among the house's types.
    pub(crate) fn finish(self) {
        let oids: Vec<Oid> = self.found.keys().copied().collect();
        for oid in oids {
            let type_ = self.build(oid, 0);
            self.types
                .known
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(oid, type_);
        }
    }

    fn build(&self, oid: Oid, depth: u8) -> Type {
        if let Some(type_) = self.types.get(oid) {
            return type_;
        }
        // A composite may hold an array of itself; past this depth its inside stays unknown.
        let Some(entry) = self.found.get(&oid).filter(|_| depth < 16) else {
            return Type::UNKNOWN;
        };
        let part = |oid| self.build(oid, depth + 1);
        let kind = match u8::try_from(entry.kind).unwrap_or(b'b') {
            b'e' => Kind::Enum(entry.labels.clone()),
            b'd' => Kind::Domain(part(entry.base)),
            b'r' => Kind::Range(part(entry.subtype)),
            b'm' => Kind::Multirange(part(entry.subtype)),
            b'c' => Kind::Composite(
                entry
                    .fields
                    .iter()
                    .map(|(name, oid)| Field::new(name.clone(), part(*oid)))
                    .collect(),
            ),
            b'p' => Kind::Pseudo,
            _ if entry.element != 0 => Kind::Array(part(entry.element)),
            _ => Kind::Simple,
        };
        Type::new(entry.name.clone(), oid, kind, entry.schema.clone())
    }
}
