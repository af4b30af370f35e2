//! The row that is asked about, as who sees all of them finds it.

use rowhouse_catalog::{Action, Catalog, Relation, quote_ident, quote_literal};
use serde_json::{Map, Value};

use crate::administration::Administration;
use crate::failure::{Causes, Misuse};

pub(super) struct Row {
    /// The whole row, as PostgreSQL writes rows.
    pub(super) text: String,
    /// Its values by column.
    pub(super) values: Map<String, Value>,
    /// What finds it by its key.
    pub(super) condition: String,
}

/// Rows of another table that keep a row from being deleted.
pub(super) struct Referrer {
    pub(super) constraint: String,
    pub(super) relation: String,
    pub(super) rows: i64,
}

impl Row {
    pub(super) async fn find(
        owner: &Administration,
        catalog: &Catalog,
        relation: &Relation,
        key: &str,
    ) -> anyhow::Result<Self> {
        let name = relation.qualified_name();
        let columns: Vec<&str> = catalog
            .primary_key(relation.oid)
            .into_iter()
            .flat_map(|key| &key.columns)
            .filter_map(|&number| relation.column_at(number))
            .map(|column| column.name.as_str())
            .collect();
        let given = given(&name, &columns, key)?;
        for (column, _) in &given {
            if relation.column(column).is_none() {
                return Err(Misuse::new(format!("{name} has no column {column}")).into());
            }
        }
        let conditions = given
            .iter()
            .map(|(column, value)| format!("t.{} = {}", quote_ident(column), quote_literal(value)));
        let condition = conditions.collect::<Vec<_>>().join(" AND ");
        let from = format!("{name} AS t WHERE {condition}");
        let sql = format!("SELECT t::text, to_json(t)::text FROM {from}");
        // Off means: all rows or an error, never some of them.
        owner
            .run("BEGIN READ ONLY; SET LOCAL row_security = off; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '1s'")
            .await?;
        let rows = owner.rows(&sql).await;
        owner.run("ROLLBACK").await?;
        let rows = rows.map_err(|error| {
            let code = error
                .downcast_ref::<tokio_postgres::Error>()
                .and_then(tokio_postgres::Error::code);
            match code.map(tokio_postgres::error::SqlState::code) {
                Some("42501") => Misuse::new(format!(
                    "admin_url leads to a role that does not see all rows of {name}"
                ))
                .hint("under FORCE even the owner does not: name a role with BYPASSRLS, or a superuser")
                .into(),
                Some("22P02" | "22007" | "22008" | "22003") => {
                    Misuse::new(format!("{key} is no key of {name}: {}", Causes(&error))).into()
                }
                _ => error,
            }
        })?;
        let [row] = &rows[..] else {
            return Err(Misuse::new(if rows.is_empty() {
                format!("{name} has no row {key}, for nobody")
            } else {
                format!("{name} has {} rows {key}", rows.len())
            })
            .into());
        };
        let values: Value = serde_json::from_str(row.try_get(1)?)?;
        let Value::Object(values) = values else {
            anyhow::bail!("the row is no object");
        };
        Ok(Self {
            text: row.try_get(0)?,
            values,
            condition: format!("{name} AS t WHERE {condition}"),
        })
    }

    /// The value of a column, as people read it.
    pub(super) fn shown(&self, column: &str) -> String {
        match self.values.get(column) {
            None | Some(Value::Null) => "null".to_owned(),
            Some(Value::String(text)) => short(text),
            Some(other) => short(&other.to_string()),
        }
    }

    /// The foreign keys whose rows stand against a DELETE.
    pub(super) async fn referrers(
        &self,
        owner: &Administration,
        catalog: &Catalog,
        relation: &Relation,
    ) -> anyhow::Result<Vec<Referrer>> {
        let mut found = Vec::new();
        for key in catalog.foreign_keys_to(relation.oid) {
            if !matches!(key.on_delete, Action::NoAction | Action::Restrict) || key.parent.is_some()
            {
                continue;
            }
            let Some(child) = catalog.relation_by_oid(key.relation) else {
                continue;
            };
            let pairs: Option<Vec<String>> = key
                .columns
                .iter()
                .zip(&key.referenced_columns)
                .map(|(&of, &to)| {
                    let (of, to) = (child.column_at(of)?, relation.column_at(to)?);
                    Some(format!(
                        "c.{} = t.{}",
                        quote_ident(&of.name),
                        quote_ident(&to.name)
                    ))
                })
                .collect();
            let Some(pairs) = pairs else { continue };
            let sql = format!(
                "SELECT count(*) FROM {} AS c, {} AND {}",
                child.qualified_name(),
                self.condition,
                pairs.join(" AND ")
            );
            owner
                .run("BEGIN READ ONLY; SET LOCAL row_security = off; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '1s'")
                .await?;
            let rows = owner.rows(&sql).await;
            owner.run("ROLLBACK").await?;
            let rows: i64 = rows?.first().map_or(Ok(0), |row| row.try_get(0))?;
            if rows > 0 {
                found.push(Referrer {
                    constraint: key.name.clone(),
                    relation: child.qualified_name(),
                    rows,
                });
            }
        }
        Ok(found)
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
fn short(text: &str) -> String {
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
