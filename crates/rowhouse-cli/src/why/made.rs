//! Views whose rows are made of many.

use std::collections::BTreeSet;

use rowhouse_catalog::{Object, Oid, Relation, quote_ident};
use rowhouse_guard::why::view::written_out;

use super::follow::Following;
use super::level::Level;
use super::row::{Row, not_one};
use super::views::Errand;
use crate::failure::{Causes, Misuse};

impl Following<'_> {
    /// A view whose rows are made of several: what is under it in outline, and the row as all rows make it.
    pub(super) async fn made(
        &self,
        view: &Relation,
        why: &str,
        errand: &Errand,
        level: &mut Level,
    ) -> anyhow::Result<()> {
        level.notes.push(format!(
            "{why}: its rows are not followed to single rows under it"
        ));
        if let Some(sql) = written_out(self.catalog, view) {
            let columns: Vec<String> = view
                .columns
                .iter()
                .map(|column| quote_ident(&column.name))
                .collect();
            let sql = sql.trim_end_matches(';');
            let condition = super::row::condition("t.", &errand.key);
            let sql = format!(
                "SELECT (t.*)::text, to_json(t.*)::text FROM ({sql}) AS t ({}) WHERE {condition} LIMIT 2",
                columns.join(", ")
            );
            match self.eyes.rows(&sql).await {
                Ok(rows) => match &rows[..] {
                    [row] => level.row = Row::read(row, 0)?.map(|row| row.values),
                    [] => level.notes.push("made of all tenants' rows, it has no such row; of the tenant's alone it may".into()),
                    _ => return Err(not_one(&level.relation, &errand.key, 2).into()),
                },
                Err(error) if error.is::<Misuse>() || !self.eyes.connection.is_open() => return Err(error),
                Err(error) => level.notes.push(format!("it cannot be made of all tenants' rows here: {}", Causes(&error))),
            }
        }
        level.undecided.push(format!(
            "a row of {} is made of many ({why})",
            level.relation
        ));
        let place = self.beneath(view);
        let references = self
            .catalog
            .references_of(Object::Relation(view.oid))
            .iter();
        let under: BTreeSet<Oid> = references
            .filter_map(|object| match *object {
                Object::Relation(oid) | Object::Column(oid, _) if oid != view.oid => Some(oid),
                _ => None,
            })
            .collect();
        for relation in under
            .into_iter()
            .filter_map(|oid| self.catalog.relation_by_oid(oid))
        {
            let mut place = place.clone();
            place.used = Some(self.used(view, relation.oid));
            level.beneath.push(self.outline(relation, &place));
        }
        Ok(())
    }
}
