//! What the rows that are there have in the columns of keys: read off the copy, so that the conditions of partial keys hold, the
//! forms that the server accepted are known, and expressions have their values.

#![allow(
    clippy::disallowed_types,
    reason = "the copy is looked at over a connection of its superuser that the caller opened"
)]

use std::collections::BTreeSet;

use rowhouse_catalog::{Index, Indexed, Relation, quote_ident};
use tokio_postgres::Client;

use super::fill::{Filler, Values};
use super::owned;

/// How many rows of a tenant are looked at for each key.
const MOST: usize = 3;
/// The places of those who are attacked.
const PLACES: [usize; 2] = [0, 1];

/// Looks, for each unique key and each exclusion, which values the tenants that are attacked have.
pub(super) async fn look(client: &Client, filler: &Filler<'_>) {
    for table in filler.tables() {
        let excluding = table.exclusions.iter().map(|exclusion| exclusion.index);
        let excluding: BTreeSet<_> = excluding.collect();
        let indexes = table.indexes.iter();
        for index in indexes.filter(|index| index.unique || excluding.contains(&index.oid)) {
            for place in PLACES {
                if let Some((columns, sql)) = question(filler, table, index, place) {
                    let rows = client.query(&sql, &[]).await.unwrap_or_default();
                    let read = |row: &tokio_postgres::Row| -> Values {
                        let columns = columns.iter().enumerate();
                        let values = columns.map(|(at, &number)| (number, row.get(at)));
                        values.collect()
                    };
                    let rows = rows.iter().map(read).collect();
                    filler.set_taken(index.oid, place, rows);
                }
            }
        }
    }
}

/// The columns of a key and of its condition, and the question for what they hold.
fn question(
    filler: &Filler<'_>,
    table: &Relation,
    index: &Index,
    place: usize,
) -> Option<(Vec<i16>, String)> {
    let tenant = filler.tenants.get(place)?;
    let owned = owned::condition(filler, table, "t", std::slice::from_ref(tenant))?;
    // As a word of its own: `id` is not in `hotel_id`.
    let names = |text: &str, name: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| word == name)
    };
    let is_in = |number: i16, name: &str| {
        let key = index.keys.iter().any(|key| match &key.on {
            Indexed::Column(column) => *column == number,
            Indexed::Expression(expression) => names(expression, name),
        });
        let condition = index.predicate.as_deref();
        key || condition.is_some_and(|condition| names(condition, name))
    };
    let columns = table.columns.iter().filter(|column| {
        column.generated.is_none()
            && filler.model.tenant_column(table.oid) != Some(column.number)
            && is_in(column.number, &column.name)
    });
    let columns: Vec<_> = columns.collect();
    if columns.is_empty() {
        return None;
    }
    let mut conditions = vec![owned];
    conditions.extend(index.predicate.clone());
    // What is null collides with nothing.
    conditions.extend(
        columns
            .iter()
            .filter(|column| index.has_key(column.number) && !index.nulls_not_distinct)
            .map(|column| format!("t.{} IS NOT NULL", quote_ident(&column.name))),
    );
    let listed = columns.iter();
    let listed: Vec<String> = listed
        .map(|column| format!("t.{}::text", quote_ident(&column.name)))
        .collect();
    let listed = listed.join(", ");
    let sql = format!(
        "SELECT {listed} FROM {} t WHERE ({}) ORDER BY {listed} LIMIT {MOST}",
        table.qualified_name(),
        conditions.join(") AND (")
    );
    Some((columns.iter().map(|column| column.number).collect(), sql))
}
