//! Rows as who sees all of them finds them.

use rowhouse_catalog::{Catalog, Oid, Relation, quote_ident, quote_literal};
use serde_json::{Map, Value};

use crate::administration::Administration;
use crate::failure::{Causes, Misuse};

/// A row as who sees all rows has it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The whole row, as PostgreSQL writes rows.
    pub(super) text: String,
    /// Its values by column.
    pub(super) values: Map<String, Value>,
}

/// Columns and the values that find a row by them; none for null.
pub(super) type Key = Vec<(String, Option<String>)>;

impl Row {
    pub(super) async fn find(
        owner: &Eyes<'_>,
        relation: &Relation,
        key: &Key,
    ) -> anyhow::Result<Self> {
        let name = relation.qualified_name();
        let sql = format!(
            "SELECT (t.*)::text, to_json(t.*)::text FROM {name} AS t WHERE {}",
            condition("t.", key)
        );
        let rows = owner.rows(&sql).await?;
        let [row] = &rows[..] else {
            return Err(not_one(&name, key, rows.len()).into());
        };
        Self::read(row, 0)?.ok_or_else(|| anyhow::anyhow!("the row is no object"))
    }

    /// A row from two columns of an answer, its text and its JSON; none where an outer join left it out.
    pub(super) fn read(row: &tokio_postgres::Row, at: usize) -> anyhow::Result<Option<Self>> {
        let (Some(text), Some(json)) = (
            row.try_get::<_, Option<String>>(at)?,
            row.try_get::<_, Option<&str>>(at + 1)?,
        ) else {
            return Ok(None);
        };
        let Value::Object(values) = serde_json::from_str(json)? else {
            return Ok(None);
        };
        Ok((!values.values().all(Value::is_null)).then_some(Self { text, values }))
    }
}

/// How many rows a key has, where it is not one.
pub(super) fn not_one(name: &str, key: &Key, rows: usize) -> Misuse {
    let key = condition("", key);
    if rows == 0 {
        Misuse::new(format!("{name} has no row {key}, for nobody"))
    } else {
        Misuse::new(format!("{name} has several rows {key}"))
            .hint("name more columns: column=value,other=value")
    }
}

/// A key as a condition.
pub(super) fn condition(prefix: &str, key: &Key) -> String {
    let conditions = key.iter().map(|(column, value)| {
        let column = quote_ident(column);
        match value {
            Some(value) => format!("{prefix}{column} = {}", quote_literal(value)),
            None => format!("{prefix}{column} IS NULL"),
        }
    });
    conditions.collect::<Vec<_>>().join(" AND ")
}

/// Whoever sees all rows.
pub(super) struct Eyes<'a> {
    pub(super) connection: &'a Administration,
    /// What is set, as the tenant's session has it: a view's columns may ask for it.
    pub(super) set: Vec<(String, String)>,
}

impl Eyes<'_> {
    /// The rows of a query: all, or an error, never some of them.
    pub(super) async fn rows(&self, sql: &str) -> anyhow::Result<Vec<tokio_postgres::Row>> {
        self.connection
            .run("BEGIN READ ONLY; SET LOCAL row_security = off; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '1s'")
            .await?;
        let rows = self.set_and_query(sql).await;
        self.connection.run("ROLLBACK").await?;
        rows.map_err(|error| match code(&error).as_deref() {
            Some("42501") => Misuse::new(format!(
                "admin_url leads to a role that does not see all rows: {}",
                Causes(&error)
            ))
            .hint("under FORCE even the owner does not: name a role with BYPASSRLS, or a superuser")
            .into(),
            Some("22P02" | "22007" | "22008" | "22003") => {
                Misuse::new(format!("that is no key: {}", Causes(&error))).into()
            }
            _ => error,
        })
    }

    async fn set_and_query(&self, sql: &str) -> anyhow::Result<Vec<tokio_postgres::Row>> {
        for (name, value) in &self.set {
            self.connection
                .rows_with("SELECT set_config($1, $2, true)", &[name, value])
                .await?;
        }
        self.connection.rows(sql).await
    }
}

/// The server's code of an error.
pub(super) fn code(error: &anyhow::Error) -> Option<String> {
    let error = error.downcast_ref::<tokio_postgres::Error>()?;
    Some(error.code()?.code().to_owned())
}

/// The key that was given, by the columns that find a row of this relation.
pub(super) fn key(catalog: &Catalog, relation: &Relation, key: &str) -> Result<Key, Misuse> {
    let name = relation.qualified_name();
    let mut columns = identifying(catalog, relation);
    // Of a UNION nobody can tell, and what is called so is meant to be one; several rows are said.
    if columns.is_empty() && relation.column("id").is_some() {
        columns.push("id".into());
    }
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let given = given(&name, &columns, key)?;
    for (column, _) in &given {
        if relation.column(column).is_none() {
            return Err(Misuse::new(format!("{name} has no column {column}")));
        }
    }
    Ok(given
        .into_iter()
        .map(|(column, value)| (column, Some(value)))
        .collect())
}

/// The columns that are the primary key, its own or that of a table it shows; none where it shows no whole one.
pub(super) fn identifying(catalog: &Catalog, relation: &Relation) -> Vec<String> {
    let shown: Vec<(&str, Option<(Oid, i16)>)> = relation
        .columns
        .iter()
        .map(|column| {
            (
                column.name.as_str(),
                from_table(catalog, relation, column.number),
            )
        })
        .collect();
    let tables = shown
        .iter()
        .filter_map(|(_, origin)| origin.map(|(table, _)| table));
    for table in tables {
        let Some(key) = catalog.primary_key(table) else {
            continue;
        };
        let columns: Option<Vec<String>> = key
            .columns
            .iter()
            .map(|&number| {
                let origin = Some((table, number));
                let column = shown.iter().find(|(_, shown)| *shown == origin)?;
                Some(column.0.to_owned())
            })
            .collect();
        if let Some(columns) = columns {
            return columns;
        }
    }
    Vec::new()
}

/// The table's column that a column is, through any number of views.
pub(super) fn from_table(
    catalog: &Catalog,
    relation: &Relation,
    number: i16,
) -> Option<(Oid, i16)> {
    let (mut relation, mut number) = (relation, number);
    for _ in 0..16 {
        if relation.is_table() {
            return Some((relation.oid, number));
        }
        let origin = relation
            .origins
            .iter()
            .find(|origin| origin.column == number)?;
        relation = catalog.relation_by_oid(origin.relation)?;
        number = origin.number;
    }
    None
}

/// A value as people read it, no longer than a line takes.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => short(text),
        other => short(&other.to_string()),
    }
}

/// Columns and values of a key: one value for a key of one column, else `a=1,b=2`.
fn given(name: &str, columns: &[&str], key: &str) -> Result<Vec<(String, String)>, Misuse> {
    if let [only] = columns {
        let value = key.strip_prefix(&format!("{only}=")).unwrap_or(key);
        return Ok(vec![((*only).to_owned(), value.to_owned())]);
    }
    let pairs: Option<Vec<(String, String)>> = key
        .split(',')
        .map(|pair| {
            let (column, value) = pair.split_once('=')?;
            Some((column.trim().to_owned(), value.to_owned()))
        })
        .collect();
    pairs.ok_or_else(|| {
        let example: Vec<String> = columns.iter().map(|column| format!("{column}=…")).collect();
        Misuse::new(if columns.is_empty() {
            format!("{name} has no primary key")
        } else {
            format!("the key of {name} has {} columns", columns.len())
        })
        .hint(if columns.is_empty() {
            "say which columns find the row: column=value,other=value".to_owned()
        } else {
            format!("write it as {}", example.join(","))
        })
    })
}

/// No more of a value than a line takes.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let start: String = text.chars().take(MOST).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_one_and_of_several_columns() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(given("t", &["id"], "a=b").unwrap(), [pair("id", "a=b")]);
        assert_eq!(given("t", &["id"], "id=7").unwrap(), [pair("id", "7")]);
        assert_eq!(
            given("t", &["a", "b"], "a=1, b=2").unwrap(),
            [pair("a", "1"), pair("b", "2")]
        );
        let error = given("t", &["a", "b"], "1").unwrap_err();
        assert_eq!(error.way_out(), Some("write it as a=…,b=…"));
        assert!(
            given("t", &[], "1")
                .unwrap_err()
                .to_string()
                .contains("no primary key")
        );
    }
}
