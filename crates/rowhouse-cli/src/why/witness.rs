//! The rows that a row of a view is made of, as who sees all rows finds them.

use rowhouse_catalog::{Relation, quote_ident, quote_literal};
use rowhouse_guard::why::view::{Branch, Item};
use rowhouse_guard::why::{Deed, has_policies};

use super::follow::Following;
use super::level::Level;
use super::references::value;
use super::row::{Key, Row, identifying, not_one, short};
use super::views::Errand;

/// The rows that a row of a view is made of, item by item; none where an outer join left one out.
pub(super) struct Witness {
    pub(super) shown: Option<Row>,
    pub(super) rows: Vec<Option<Row>>,
}

impl Following<'_> {
    pub(super) fn relation(&self, item: &Item) -> Option<&Relation> {
        item.relation
            .and_then(|oid| self.catalog.relation_by_oid(oid))
    }

    /// The rows of items as something to select from, by the names that the view has for them.
    pub(super) fn from(
        &self,
        branch: &Branch,
        items: &[usize],
        rows: &[Option<Row>],
    ) -> Option<String> {
        let mut parts = Vec::new();
        for &at in items {
            let item = &branch.items[at];
            let (relation, row) = (self.relation(item)?, rows.get(at)?.as_ref()?);
            parts.push(format!(
                "{} AS {}{}",
                value(relation, row),
                item.alias,
                item.renamed
            ));
        }
        Some(if parts.is_empty() {
            "(SELECT) AS nothing".to_owned()
        } else {
            parts.join(", ")
        })
    }

    /// The rows under a row of the view: with all its conditions, else without what only filters.
    pub(super) async fn witness(
        &self,
        view: &Relation,
        branch: &Branch,
        key: &Key,
    ) -> anyhow::Result<Option<Witness>> {
        let mut columns: Vec<String> = branch
            .items
            .iter()
            .map(|item| format!("({0}.*)::text, to_json({0}.*)::text", item.alias))
            .collect();
        let named = branch
            .columns
            .iter()
            .map(|(name, expression)| format!("{expression} AS {}", quote_ident(name)));
        let named: Vec<String> = named.collect();
        columns.push(format!(
            "'', (SELECT to_json(row_of_view.*)::text FROM (SELECT {}) AS row_of_view)",
            named.join(", ")
        ));
        let wanted = key_condition(view, branch, key);
        let and = |conditions: &[String]| -> String {
            conditions.iter().fold(String::new(), |all, condition| {
                all + " AND (" + condition + ")"
            })
        };
        let whole = and(branch.filter.as_slice());
        let joining = and(&branch.joining);
        let from = if branch.from.is_empty() {
            "(SELECT) AS nothing"
        } else {
            &branch.from
        };
        for conditions in [whole, joining] {
            let sql = format!(
                "SELECT {} FROM {from} WHERE {wanted}{conditions} LIMIT 2",
                columns.join(", ")
            );
            let found = self.eyes.rows(&sql).await?;
            match &found[..] {
                [] => {}
                [row] => {
                    let rows: anyhow::Result<Vec<_>> = (0..branch.items.len())
                        .map(|at| Row::read(row, 2 * at))
                        .collect();
                    let shown = Row::read(row, 2 * branch.items.len())?;
                    return Ok(Some(Witness { shown, rows: rows? }));
                }
                _ => return Err(not_one(&view.qualified_name(), key, found.len()).into()),
            }
        }
        Ok(None)
    }

    /// The row is there in one of the tables, and what the view joins it with is not.
    pub(super) async fn unjoined(
        &self,
        view: &Relation,
        branch: &Branch,
        errand: &Errand,
        level: &mut Level,
    ) -> anyhow::Result<()> {
        let none = || anyhow::Error::from(not_one(&view.qualified_name(), &errand.key, 0));
        if branch.items.len() < 2 {
            return Err(none());
        }
        let wanted = key_condition(view, branch, &errand.key);
        for (at, item) in branch.items.iter().enumerate() {
            let Some(relation) = self
                .relation(item)
                .filter(|relation| has_policies(relation))
            else {
                continue;
            };
            let name = relation.qualified_name();
            let sql = format!(
                "SELECT ({0}.*)::text, to_json({0}.*)::text FROM {name} AS {0}{1} WHERE {wanted} LIMIT 2",
                item.alias, item.renamed
            );
            // A key that is not of this table alone is no key of it.
            let Ok(found) = self.eyes.rows(&sql).await else {
                continue;
            };
            let [row] = &found[..] else { continue };
            let Some(row) = Row::read(row, 0)? else {
                continue;
            };
            for condition in branch
                .conditions
                .iter()
                .filter(|condition| condition.items.contains(&at))
            {
                let others = condition.items.iter().filter(|other| **other != at);
                let others: Vec<&Item> = others.map(|&other| &branch.items[other]).collect();
                let [other] = others[..] else { continue };
                let Some(joined) = self.relation(other) else {
                    continue;
                };
                let sql = format!(
                    "SELECT EXISTS (SELECT FROM {} AS {}{}, {} AS {}{} WHERE {})",
                    value(relation, &row),
                    item.alias,
                    item.renamed,
                    joined.qualified_name(),
                    other.alias,
                    other.renamed,
                    condition.part.sql
                );
                let Ok(found) = self.eyes.rows(&sql).await else {
                    continue;
                };
                if found.first().is_some_and(|row| !row.get::<_, bool>(0)) {
                    level.against.push(format!(
                        "{} leaves it out: no row of {} joins it by {}",
                        level.relation,
                        other.what,
                        short(&condition.part.sql)
                    ));
                }
            }
            if level.against.is_empty() {
                level.against.push(format!(
                    "{} leaves it out: what it joins it with is not there",
                    level.relation
                ));
            }
            let mut place = self.beneath(view);
            place.used = Some(self.used(view, relation.oid));
            level
                .beneath
                .push(self.table(relation, &place, &row, Deed::Select).await?);
            return Ok(());
        }
        Err(none())
    }

    /// What finds a row of a view again: its key where it shows one, else all of it that compares.
    pub(super) fn key_of(&self, view: &Relation, row: &Row) -> Key {
        let text = |column: &String| match row.values.get(column)? {
            serde_json::Value::Null => Some((column.clone(), None)),
            serde_json::Value::String(text) => Some((column.clone(), Some(text.clone()))),
            other @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => {
                Some((column.clone(), Some(other.to_string())))
            }
            _ => None,
        };
        let key: Key = identifying(self.catalog, view)
            .iter()
            .filter_map(text)
            .collect();
        if !key.is_empty() && key.iter().all(|(_, value)| value.is_some()) {
            return key;
        }
        let is_plain = |name: &&String| {
            view.column(name).is_some_and(|column| {
                !matches!(column.formatted_type.as_str(), "json" | "xml" | "point")
            })
        };
        row.values
            .keys()
            .filter(is_plain)
            .filter_map(text)
            .collect()
    }
}

/// A key of the view as a condition on what it reads.
fn key_condition(view: &Relation, branch: &Branch, key: &Key) -> String {
    let conditions = key.iter().filter_map(|(name, value)| {
        let at = view
            .columns
            .iter()
            .position(|column| column.name == *name)?;
        let (_, expression) = branch.columns.get(at)?;
        Some(match value {
            Some(value) => format!("({expression}) = {}", quote_literal(value)),
            None => format!("({expression}) IS NULL"),
        })
    });
    let conditions: Vec<String> = conditions.collect();
    if conditions.is_empty() {
        "true".to_owned()
    } else {
        conditions.join(" AND ")
    }
}
