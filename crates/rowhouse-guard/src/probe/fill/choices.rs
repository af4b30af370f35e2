//! Which values a column may have: those it is held to, and those worth trying.

use rowhouse_catalog::{Column, Relation, Shape, quote_ident};

use super::{Filler, value};
use crate::probe::tenants;
use crate::probe::words::{Words, holding};

/// How many ways into one document are tried.
const WAYS: usize = 3;

impl Filler<'_> {
    /// The values that a column is held to: by checks on it alone, by its domain, by bounds of partitions.
    pub(super) fn narrowed(&self, table: &Relation, column: &Column) -> Vec<String> {
        let mut found = Vec::new();
        for check in table
            .checks
            .iter()
            .filter(|check| check.columns == [column.number])
        {
            if check.expression.contains("= ANY") || check.expression.contains(" = '") {
                found.extend(Words::values_in(&check.expression, &column.name));
            }
        }
        if let Some(data_type) = self.model.catalog.type_of(column.type_oid)
            && let Shape::Domain(domain) = &data_type.shape
        {
            for check in domain
                .checks
                .iter()
                .filter(|check| check.expression.contains("= ANY"))
            {
                found.extend(Words::values_in(&check.expression, "value"));
            }
        }
        found.extend(self.bounds(table, column));
        found
    }

    /// Values that lead to the partitions, where the column divides the table.
    fn bounds(&self, table: &Relation, column: &Column) -> Vec<String> {
        if column.number == self.model.tenant_column(table.oid).unwrap_or(0) {
            return Vec::new();
        }
        let mut found = Vec::new();
        self.bounds_below(table, column, &mut found);
        // A lower bound alone is on the edge of what is asked for.
        let later: Vec<String> = found
            .iter()
            .filter_map(|bound| value::next_day(bound))
            .collect();
        found.extend(later);
        found
    }

    /// The same for a table and its partitions, each of which may be divided in turn.
    fn bounds_below(&self, table: &Relation, column: &Column, found: &mut Vec<String>) {
        let catalog = self.model.catalog;
        let key = table.partition_key.as_deref().unwrap_or_default();
        let divides = !key.starts_with("HASH") && key.contains(quote_ident(&column.name).as_str());
        for &oid in catalog.children(table.oid) {
            let Some(partition) = catalog.relation_by_oid(oid) else {
                continue;
            };
            if let Some(bound) = partition.partition_bound.as_deref().filter(|_| divides) {
                found.extend(Words::first_bound(bound));
            }
            self.bounds_below(partition, column, found);
        }
    }

    /// Documents that name the one who attacks and the one who is attacked, where texts look into the column.
    fn documents(&self, column: &str) -> Vec<String> {
        let (own, other) = (&self.tenants[0], &self.tenants[1]);
        let ways = self.words.ways.get(column).into_iter().flatten().take(WAYS);
        let named = |way: &Vec<String>| {
            let texts = [own.id.clone(), other.id.clone(), other.text(0, usize::MAX)];
            texts.map(|text| holding(way, &text))
        };
        let mut found: Vec<String> = ways.flat_map(named).collect();
        found.dedup();
        found
    }

    /// Other values worth trying in a column: what texts compare it with, its words, true and false.
    pub(super) fn alternatives(&self, table: &Relation, column: &Column) -> Vec<Option<String>> {
        let mut found: Vec<Option<String>> =
            self.narrowed(table, column).into_iter().map(Some).collect();
        let data_type = self.model.catalog.type_of(column.type_oid);
        if let Some(data_type) = data_type {
            match &data_type.shape {
                Shape::Enum { labels } => found.extend(labels.iter().take(6).cloned().map(Some)),
                _ if data_type.name == "bool" => {
                    found.extend(["true", "false"].map(|word| Some(word.to_owned())));
                }
                _ => {}
            }
        }
        let name = column.name.to_ascii_lowercase();
        let base = tenants::base_name(self.model.catalog, column.type_oid);
        if self.words.named.contains(&name) && matches!(base, "date" | "timestamp" | "timestamptz")
        {
            found.extend(["2100-01-01", "2000-01-01"].map(|day| Some(day.to_owned())));
        }
        let said = self.words.compared.get(&name);
        let said: Vec<&String> = said.into_iter().flatten().take(8).collect();
        let is_array = data_type.is_some_and(|found| matches!(found.shape, Shape::Array { .. }));
        found.extend(said.iter().map(|value| {
            let whole = !is_array || value.starts_with('{');
            Some(if whole {
                (*value).clone()
            } else {
                format!("{{\"{value}\"}}")
            })
        }));
        if matches!(base, "json" | "jsonb") {
            found.extend(self.documents(&name).into_iter().map(Some));
        }
        if base == "text" || base == "varchar" {
            found.extend(self.words.asked_early.iter().take(4).cloned().map(Some));
        }
        // On either side of a limit.
        let beside = said.iter().flat_map(|value| value::beside(base, value));
        found.extend(beside.map(Some));
        if !column.not_null && self.words.named.contains(&name) && !self.is_upward(table, column) {
            found.push(None);
        }
        found
    }
}
