//! What a database is before and after: its schema as `pg_dump` writes it, and its rows.

use std::collections::BTreeMap;

use rowhouse_catalog::{Catalog, RelationKind, quote_ident};
use rowhouse_local::Binaries;
use tokio_postgres::Client;

/// The schema as text.
pub(crate) fn dump(binaries: &Binaries, url: &str) -> String {
    let program = binaries.program("pg_dump");
    let output = std::process::Command::new(program)
        .arg("--schema-only")
        .arg("--dbname")
        .arg(url)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // Newer minor versions put a word of their own at both ends, another each time.
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The rows of every table, by the columns it had in `catalog`.
pub(crate) async fn rows(
    admin: &Client,
    catalog: &Catalog,
) -> BTreeMap<String, (i64, Option<String>)> {
    let mut found = BTreeMap::new();
    for table in catalog
        .relations
        .iter()
        .filter(|relation| relation.kind == RelationKind::Table && !relation.is_system())
    {
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| format!("t.{}", quote_ident(&column.name)))
            .collect();
        let row = format!("ROW({})::text", columns.join(", "));
        let sql = format!(
            "SELECT count(*), md5(string_agg({row}, E'\\n' ORDER BY {row})) FROM ONLY {} AS t",
            table.qualified_name()
        );
        let row = admin.query_one(&sql, &[]).await.unwrap();
        found.insert(table.qualified_name(), (row.get(0), row.get(1)));
    }
    found
}

/// A dump without parentheses and casts: a cast of an array and one of each of its elements are the same to the server.
pub(crate) fn bare(dump: &str) -> String {
    let mut text = dump
        .replace("::character varying", "")
        .replace("::text", "");
    text.retain(|letter| !matches!(letter, '(' | ')' | '[' | ']' | ' '));
    text
}

/// The first lines in which two dumps differ.
pub(crate) fn difference(before: &str, after: &str) -> Option<String> {
    if before == after {
        return None;
    }
    let only = |one: &str, other: &str, sign: &str| -> Vec<String> {
        let known: Vec<&str> = other.lines().collect();
        one.lines()
            .filter(|line| !known.contains(line))
            .map(|line| format!("{sign}{line}"))
            .collect()
    };
    let mut lines = only(before, after, "-");
    lines.extend(only(after, before, "+"));
    lines.truncate(6);
    if lines.is_empty() {
        let pair = before
            .lines()
            .zip(after.lines())
            .find(|(one, other)| one != other);
        lines.push(format!("another order: {pair:?}"));
    }
    Some(lines.join(" / "))
}
