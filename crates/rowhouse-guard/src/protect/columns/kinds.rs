//! The type of a new column: the parent's, where that can be added without a look at each row.

use rowhouse_catalog::{Catalog, Column, Oid, Shape, qualified};

/// The collation of types that have none of their own.
const DEFAULT: Oid = Oid(100);
/// The server's own that every database has.
const BUILT_IN: [(Oid, &str); 2] = [(Oid(950), "\"C\""), (Oid(951), "\"POSIX\"")];

/// The type, by number and as SQL: for a domain that refuses values the type it narrows. The server would write every row
/// anew to see whether NULL is one of the values that are allowed.
pub(in crate::protect) fn added_as(catalog: &Catalog, column: &Column) -> (Oid, String) {
    let mut found = (column.type_oid, column.formatted_type.clone());
    while let Some(Shape::Domain(domain)) = catalog.type_of(found.0).map(|known| &known.shape) {
        if !narrows(catalog, found.0) {
            break;
        }
        found = (domain.base, domain.formatted_base.clone());
    }
    found
}

/// Whether a domain, or one it stands on, refuses any value.
fn narrows(catalog: &Catalog, kind: Oid) -> bool {
    let mut kind = kind;
    while let Some(Shape::Domain(domain)) = catalog.type_of(kind).map(|known| &known.shape) {
        if domain.not_null || !domain.checks.is_empty() {
            return true;
        }
        kind = domain.base;
    }
    false
}

/// The type under all domains.
pub(in crate::protect) fn base(catalog: &Catalog, column: &Column) -> String {
    let mut found = (column.type_oid, &column.formatted_type);
    while let Some(Shape::Domain(domain)) = catalog.type_of(found.0).map(|known| &known.shape) {
        found = (domain.base, &domain.formatted_base);
    }
    found.1.clone()
}

/// The clause for a column's own collation, empty where the type says it; none where its name is not known.
pub(super) fn collation(catalog: &Catalog, column: &Column) -> Option<String> {
    let Some(own) = column.collation else {
        return Some(String::new());
    };
    let of_type = catalog.type_of(column.type_oid);
    if own == DEFAULT || of_type.and_then(|known| known.collation) == Some(own) {
        return Some(String::new());
    }
    let built_in = BUILT_IN.iter().find(|(oid, _)| *oid == own);
    let name = match built_in {
        Some((_, name)) => format!("pg_catalog.{name}"),
        None => {
            let mut collations = catalog.collations.iter();
            let found = collations.find(|collation| collation.oid == own)?;
            qualified(&found.schema, &found.name)
        }
    };
    Some(format!(" COLLATE {name}"))
}
