//! The items of FROM, by the names that the query has for them.

use rowhouse_catalog::Catalog;
use sqlparser::ast::{
    Ident, JoinConstraint, JoinOperator, ObjectName, TableAlias, TableFactor, TableWithJoins,
};

use super::Item;
use crate::why::part;

pub(super) struct Reader<'a> {
    pub(super) catalog: &'a Catalog,
    /// With their names as the server knows them.
    pub(super) items: Vec<(String, Item)>,
    pub(super) conditions: Vec<String>,
}

impl Reader<'_> {
    pub(super) fn joined(
        &mut self,
        from: &TableWithJoins,
        optional: bool,
    ) -> Result<(), &'static str> {
        let start = self.items.len();
        self.factor(&from.relation, optional)?;
        for join in &from.joins {
            let (on, left, right) = match &join.join_operator {
                JoinOperator::Join(on) | JoinOperator::Inner(on) | JoinOperator::CrossJoin(on) => {
                    (on, false, false)
                }
                JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => (on, false, true),
                JoinOperator::Right(on) | JoinOperator::RightOuter(on) => (on, true, false),
                JoinOperator::FullOuter(on) => (on, true, true),
                _ => return Err("it has a join that is not known"),
            };
            if left {
                for (_, item) in &mut self.items[start..] {
                    item.optional = true;
                }
            }
            self.factor(&join.relation, optional || right)?;
            match on {
                JoinConstraint::On(condition) if !left && !right && !optional => {
                    part::flatten(condition, &mut self.conditions);
                }
                // Columns of USING are one in the query: the join compares them by itself.
                _ => {}
            }
        }
        Ok(())
    }

    fn factor(&mut self, factor: &TableFactor, optional: bool) -> Result<(), &'static str> {
        let (relation, alias, own) = match factor {
            TableFactor::NestedJoin {
                table_with_joins,
                alias: None,
            } => {
                return self.joined(table_with_joins, optional);
            }
            TableFactor::Table {
                name,
                alias,
                args: None,
                ..
            } => {
                let (schema, relation) = named(name).ok_or("a name in it cannot be read")?;
                let found = self.catalog.relation(&schema, &relation);
                (found.map(|found| found.oid), alias.as_ref(), Some(relation))
            }
            TableFactor::Table { alias, name, .. } => {
                (None, alias.as_ref(), named(name).map(|name| name.1))
            }
            TableFactor::Function { alias, name, .. } => {
                (None, alias.as_ref(), named(name).map(|name| name.1))
            }
            TableFactor::Derived { alias, .. } | TableFactor::UNNEST { alias, .. } => {
                (None, alias.as_ref(), None)
            }
            _ => return Err("it reads something that is not known"),
        };
        let (folded, alias, renamed) = match alias {
            Some(alias) => (folded(&alias.name), alias.name.to_string(), renamed(alias)),
            None => {
                let own = own.ok_or("it reads something without a name")?;
                let quoted = rowhouse_catalog::quote_ident(&own);
                (own, quoted, String::new())
            }
        };
        self.items.push((
            folded,
            Item {
                alias,
                renamed,
                relation,
                what: match relation.and_then(|oid| self.catalog.relation_by_oid(oid)) {
                    Some(relation) => relation.qualified_name(),
                    None => factor.to_string(),
                },
                optional,
            },
        ));
        Ok(())
    }
}

fn renamed(alias: &TableAlias) -> String {
    if alias.columns.is_empty() {
        return String::new();
    }
    let columns: Vec<String> = alias
        .columns
        .iter()
        .map(|column| column.name.to_string())
        .collect();
    format!("({})", columns.join(", "))
}

/// Schema and name; what has none is the server's own.
pub(super) fn named(name: &ObjectName) -> Option<(String, String)> {
    let parts: Option<Vec<String>> = name
        .0
        .iter()
        .map(|part| part.as_ident().map(folded))
        .collect();
    match &parts?[..] {
        [name] => Some(("pg_catalog".into(), name.clone())),
        [schema, name] => Some((schema.clone(), name.clone())),
        _ => None,
    }
}

pub(super) fn folded(ident: &Ident) -> String {
    if ident.quote_style.is_some() {
        ident.value.clone()
    } else {
        ident.value.to_lowercase()
    }
}
