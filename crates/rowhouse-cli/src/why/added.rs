//! The row that an INSERT through a view would make.

use std::collections::BTreeSet;

use rowhouse_catalog::{Relation, quote_ident};
use rowhouse_guard::why::view::Branch;

use super::follow::Following;
use super::references::value;
use super::row::{Row, from_table};
use super::views::Errand;

/// The columns of what is under a view that an INSERT into the view gives.
pub(super) fn given(view: &Relation, branch: &Branch, errand: &Errand) -> BTreeSet<i16> {
    let [item] = &branch.items[..] else {
        return BTreeSet::new();
    };
    let origins = view.origins.iter().filter(|origin| {
        errand.given.contains(&origin.column) && Some(origin.relation) == item.relation
    });
    origins.map(|origin| origin.number).collect()
}

impl Following<'_> {
    /// The row as an INSERT would make it of some of its columns: the others take their defaults.
    pub(super) async fn as_added(
        &self,
        relation: &Relation,
        row: &Row,
        given: &BTreeSet<i16>,
    ) -> anyhow::Result<Row> {
        let columns = relation.columns.iter().map(|column| {
            let own = format!("b.{}", quote_ident(&column.name));
            // What a view under it does not give either, the table's default fills.
            let origin = from_table(self.catalog, relation, column.number);
            let filled = origin
                .and_then(|(table, number)| self.catalog.relation_by_oid(table)?.column_at(number));
            let Some(filled) = filled else { return own };
            let default = column.default.as_deref().or(filled.default.as_deref());
            // A sequence is not drawn from only to ask.
            let kept = given.contains(&column.number)
                || filled.identity.is_some()
                || filled.generated.is_some()
                || default.is_some_and(|default| default.contains("nextval("));
            if kept {
                own
            } else {
                default.map_or_else(|| "NULL".to_owned(), |default| format!("({default})"))
            }
        });
        let columns: Vec<String> = columns.collect();
        let sql = format!(
            "SELECT (t.*)::text, to_json(t.*)::text FROM (SELECT (CAST(ROW({}) AS {})).* FROM {} AS b) AS t",
            columns.join(", "),
            relation.qualified_name(),
            value(relation, row)
        );
        let rows = self.eyes.rows(&sql).await?;
        let added = rows
            .first()
            .map(|row| Row::read(row, 0))
            .transpose()?
            .flatten();
        Ok(added.unwrap_or_else(|| row.clone()))
    }
}
