//! By which columns the rows of a relation can be told apart.

use rowhouse_catalog::{Index, Indexed, Relation};

/// The columns of each unique index that an upsert can go by, each in ascending order. One that is partial, or of
/// expressions, is none: naming its columns is not enough for the server to choose it.
pub(super) fn unique(table: &Relation) -> Vec<Vec<i16>> {
    let whole = |index: &&Index| {
        index.unique && index.valid && index.predicate.is_none() && index.method == "btree"
    };
    let columns = |index: &Index| {
        let keys = index.keys.iter().map(|key| match key.on {
            Indexed::Column(number) => Some(number),
            Indexed::Expression(_) => None,
        });
        let mut columns = keys.collect::<Option<Vec<i16>>>()?;
        columns.sort_unstable();
        Some(columns)
    };
    table
        .indexes
        .iter()
        .filter(whole)
        .filter_map(columns)
        .collect()
}
