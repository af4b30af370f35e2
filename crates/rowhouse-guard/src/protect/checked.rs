//! A foreign key checked over all rows, though row security binds whoever checks it.
//!
//! PostgreSQL checks a new foreign key with one query of whoever runs it. Under FORCE that query is filtered: it fails, or
//! finds nothing wrong because it finds nothing. Where that role may not read the columns, the server asks row by row
//! instead, as it does for rows that are written: without policies. So the right to read is taken away and given back
//! in the transaction that checks. Nobody else ever sees it missing, a run that is broken off has changed nothing, and
//! FORCE stays.

use rowhouse_catalog::{
    Acl, Catalog, Grantee, Privilege::Select, Relation, quote_ident, quote_literal,
};

use super::draft::Draft;
use crate::keys::column_names;

/// Statements for one transaction that validate a foreign key, by the columns on both sides; none where a table
/// references itself by the columns that are referenced.
pub(super) fn validate(
    draft: &Draft<'_>,
    (table, columns): (&Relation, &[i16]),
    (referenced, referenced_columns): (&Relation, &[i16]),
    constraint: &str,
) -> Option<Vec<String>> {
    let name = table.qualified_name();
    let check = format!("ALTER TABLE {name} VALIDATE CONSTRAINT {constraint}");
    if draft.sees_all(table.oid) && draft.sees_all(referenced.oid) {
        return Some(vec![check]);
    }
    let mut sql = Vec::new();
    let mut back = Vec::new();
    let readers = readers(draft.now, table);
    for (who, option) in &readers.whole {
        sql.push(format!("REVOKE SELECT ON {name} FROM {who}"));
        back.push(format!("GRANT SELECT ON {name} TO {who}{option}"));
    }
    for (column, who, option) in &readers.parts {
        sql.push(format!("REVOKE SELECT ({column}) ON {name} FROM {who}"));
        back.push(format!(
            "GRANT SELECT ({column}) ON {name} TO {who}{option}"
        ));
    }
    // Its own other side is read row by row as the owner, who needs to see that much.
    if table.oid == referenced.oid {
        if columns
            .iter()
            .all(|column| referenced_columns.contains(column))
        {
            return None;
        }
        let needed = column_names(referenced, referenced_columns).join(", ");
        let owner = role(draft.now, Grantee::Role(table.owner));
        sql.push(format!("GRANT SELECT ({needed}) ON {name} TO {owner}"));
        back.insert(
            0,
            format!("REVOKE SELECT ({needed}) ON {name} FROM {owner}"),
        );
    }
    sql.push(unread(table, columns));
    sql.push(check);
    sql.extend(back);
    Some(sql)
}

/// Who lets the runner read, as they stand in SQL, with what has to be said when it is given back.
#[derive(Default)]
struct Readers {
    whole: Vec<(String, &'static str)>,
    parts: Vec<(String, String, &'static str)>,
}

fn readers(catalog: &Catalog, table: &Relation) -> Readers {
    let runner = catalog.as_role(catalog.server.current_user);
    let of = |acl: &Acl| -> Vec<(String, &'static str)> {
        let entries = acl.entries.iter().filter(|entry| {
            entry.privileges.has(Select)
                && entry.grantor == table.owner
                && runner.is_any_of(&[entry.grantee])
        });
        let named = entries.map(|entry| {
            let own = entry.grantee == Grantee::Role(table.owner);
            let option = if entry.grantable.has(Select) && !own {
                " WITH GRANT OPTION"
            } else {
                ""
            };
            (role(catalog, entry.grantee), option)
        });
        named.collect()
    };
    let parts = table.columns.iter().flat_map(|column| {
        let name = quote_ident(&column.name);
        let readers = of(&column.acl).into_iter();
        readers.map(move |(who, option)| (name.clone(), who, option))
    });
    Readers {
        whole: of(&table.acl),
        parts: parts.collect(),
    }
}

/// Stops where the runner reads all the columns still: the check would find nothing wrong because it sees nothing.
fn unread(table: &Relation, columns: &[i16]) -> String {
    let oid = quote_literal(&table.qualified_name());
    let reads = columns.iter().filter_map(|&number| {
        let column = quote_literal(&table.column_at(number)?.name);
        Some(format!(
            "pg_catalog.has_column_privilege({oid}::pg_catalog.regclass, {column}, 'SELECT')"
        ))
    });
    let reads: Vec<String> = reads.collect();
    super::done::block(&format!(
        "IF {} THEN\n        RAISE EXCEPTION 'row security would hide rows from this check: % may still read them by a grant of another role', current_user;\n    END IF;",
        reads.join("\n        AND ")
    ))
}

fn role(catalog: &Catalog, grantee: Grantee) -> String {
    super::privileges::grantee(catalog, grantee)
}
