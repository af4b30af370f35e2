//! The rows of a table: one plain row for each tenant, and one more for each value worth seeing.

use rowhouse_catalog::{Column, Indexed, Relation};

use super::{Filler, Values, is_secret};
use crate::probe::tenants::{self, Tenant};

/// How many rows beside the plain one a tenant gets in a table.
const MOST: usize = 24;
/// Tenants beside the two first that get the plain row only.
const WITH_VARIANTS: usize = 2;

/// The number of the second tenant's row that is like the first's.
const DOUBLE: usize = 140;

/// The number of the first row that the audit's search found.
const COUNTER: usize = 130;

/// A row to write.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) values: Values,
    /// The place of the tenant whose it is.
    pub(crate) whose: Option<usize>,
}

impl Row {
    fn of(values: Values) -> Self {
        Self {
            values,
            whose: None,
        }
    }
}

impl Filler<'_> {
    /// The plain row that all others are like.
    pub(crate) fn plain(&self, table: &Relation, of: &Tenant) -> Row {
        Row::of(self.values(table, of, 0))
    }

    /// All rows of a table beside the first tenant's plain one.
    pub(crate) fn rows(&self, table: &Relation) -> Vec<Row> {
        let mut rows = Vec::new();
        if !self.is_tenants(table) {
            rows.push(self.plain(table, &self.nobody));
            rows.extend(self.variants(table, &self.nobody, false));
            return rows;
        }
        // The last is to be a newcomer's.
        let there = &self.tenants[..self.tenants.len() - 1];
        let several = super::of_several(self.model, table).is_some();
        for (place, tenant) in there.iter().enumerate() {
            if tenant.is_namesake && !several || self.is_refused(place) {
                continue;
            }
            let start = rows.len();
            // Comes first, for there it is the only row.
            if place >= WITH_VARIANTS {
                rows.extend(self.variant_of(table, tenant, place));
            }
            let is_alone = self.is_distinct_by_tenant(table);
            if place == 1 && !is_alone || place == WITH_VARIANTS && is_alone {
                rows.extend(self.counterexamples(table, tenant));
            }
            // What tells rows apart is not shared with the one it is called like.
            let row = usize::from(tenant.is_namesake && !self.roots.contains(&table.oid));
            if place == WITH_VARIANTS && self.roots.contains(&table.oid) && !tenant.is_namesake {
                rows.push(self.like_the_first(table, tenant));
            }
            rows.push(Row::of(self.values(table, tenant, row)));
            rows.extend(self.put_together(table, tenant));
            if place < WITH_VARIANTS {
                rows.extend(self.variants(table, tenant, place > 0));
            }
            for row in &mut rows[start..] {
                row.whose = Some(place);
            }
        }
        rows.extend(self.doubles(table));
        rows.extend(self.without_tenant(table));
        rows
    }

    /// Each value worth seeing in each column, one at a time, and the second and third of all columns together.
    fn variants(&self, table: &Relation, of: &Tenant, is_other: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut row = 1;
        let mut together = [self.values(table, of, 1), self.values(table, of, 2)];
        row += 2;
        for column in table
            .columns
            .iter()
            .filter(|column| self.may_vary(table, column))
        {
            let mut values = self.alternatives(table, column);
            if is_other && self.is_misleading(table, column) {
                values.push(Some(self.value(table, &self.tenants[0], 0, column)));
            }
            let plain = Some(self.value(table, of, 0, column));
            values.retain(|value| *value != plain);
            values.dedup();
            for (at, all) in together.iter_mut().enumerate() {
                if let Some(value) = values.get(at) {
                    all.insert(column.number, value.clone());
                }
            }
            for value in values {
                let mut variant = self.values(table, of, row);
                variant.insert(column.number, value);
                rows.push(Row::of(variant));
                row += 1;
            }
        }
        rows.truncate(MOST);
        if !rows.is_empty() {
            rows.extend(together.map(Row::of));
        } else if !self.is_distinct_by_tenant(table) {
            rows.push(Row::of(self.values(table, of, 1)));
        }
        rows
    }

    /// Rows that pass by the audit's search.
    fn counterexamples<'t>(
        &'t self,
        table: &'t Relation,
        of: &'t Tenant,
    ) -> impl Iterator<Item = Row> + 't {
        let found = self.counterexamples.iter().enumerate();
        let found = found.filter(|(_, (oid, _))| *oid == table.oid);
        found.map(move |(at, (_, given))| {
            // Where there is one row only, it is this one.
            let row = if self.is_distinct_by_tenant(table) {
                0
            } else {
                COUNTER + at % 8
            };
            let mut values = self.values(table, of, row);
            values.extend(given.clone());
            Row::of(values)
        })
    }

    /// Where a tenant has one row only, tenants have different ones: this one's values worth seeing.
    fn variant_of(&self, table: &Relation, of: &Tenant, place: usize) -> Option<Row> {
        if !self.is_distinct_by_tenant(table) {
            return None;
        }
        let mut values = self.values(table, of, 0);
        let mut varies = false;
        for column in &table.columns {
            let others = self.other_values(table, column);
            if !others.is_empty() {
                values.insert(column.number, others[place % others.len()].clone());
                varies = true;
            }
        }
        varies.then_some(Row::of(values))
    }

    /// A row whose texts, put together with its tenant's id, give what those of the first tenant give.
    fn put_together(&self, table: &Relation, of: &Tenant) -> Option<Row> {
        let first = &self.tenants[0];
        if !of.begins_with_the_end_of(first) || self.is_distinct_by_tenant(table) {
            return None;
        }
        let mut values = self.values(table, of, 1);
        let texts = table.columns.iter().filter(|column| {
            let base = tenants::base_name(self.model.catalog, column.type_oid);
            matches!(base, "text" | "varchar")
                && column.generated.is_none()
                && self.model.tenant_column(table.oid) != Some(column.number)
                && self.referenced(table, column.number).is_none()
        });
        for column in texts {
            let mut text = self.value(table, first, 0, column);
            text.pop();
            values.insert(column.number, Some(text));
        }
        Some(Row::of(values))
    }

    /// The row of a tenant in the table of tenants, where it has the attacker's values in all that does not tell tenants apart.
    fn like_the_first(&self, table: &Relation, of: &Tenant) -> Row {
        let mut values = self.values(table, of, 0);
        for column in table
            .columns
            .iter()
            .filter(|column| self.may_vary(table, column))
        {
            let is_name = table.indexes.iter().any(|index| {
                let mut keys = index.keys.iter();
                index.unique && keys.any(|key| key.on == Indexed::Column(column.number))
            });
            if !is_name && values.get(&column.number).is_some_and(Option::is_some) {
                let own = self.value(table, &self.tenants[0], 0, column);
                values.insert(column.number, Some(own));
            }
        }
        Row::of(values)
    }

    /// Rows of the second tenant that are like the first's in all but whose they are: in what tells rows apart as well, but for
    /// that, in texts, and in numbers. What joins them by anything but the tenant shows it.
    fn doubles(&self, table: &Relation) -> Vec<Row> {
        let (own, other) = (&self.tenants[0], &self.tenants[1]);
        if self.deciding.contains(&table.oid) || self.roots.contains(&table.oid) {
            return Vec::new();
        }
        let mut like = self.values(table, own, 0);
        for column in table
            .columns
            .iter()
            .filter(|column| self.is_upward(table, column))
        {
            like.insert(column.number, Some(self.value(table, own, 0, column)));
        }
        let theirs = self.values(table, other, DOUBLE);
        for column in &table.columns {
            let says_whose = self.model.tenant_column(table.oid) == Some(column.number)
                || self.referenced(table, column.number).is_some()
                || self.words.says_who(&column.name)
                || is_secret(&column.name);
            if says_whose && let Some(value) = theirs.get(&column.number) {
                like.insert(column.number, value.clone());
            }
        }
        let mut nearly = like.clone();
        for (number, value) in &mut nearly {
            if self.is_distinct(table.oid, *number) {
                value.clone_from(&theirs[number]);
            }
        }
        // What is joined by one kind of column shows in another.
        let mut by_text = nearly.clone();
        let mut by_number = nearly.clone();
        for column in &table.columns {
            let base = tenants::base_name(self.model.catalog, column.type_oid);
            let numbers = matches!(base, "int2" | "int4" | "int8" | "numeric" | "float8");
            let of = if numbers {
                &mut by_text
            } else {
                &mut by_number
            };
            if let Some(value) = theirs.get(&column.number) {
                of.insert(column.number, value.clone());
            }
        }
        let mut rows = vec![like, nearly, by_text, by_number];
        // Each is a row of its own.
        for (at, values) in rows.iter_mut().enumerate().skip(2) {
            for (&number, value) in values.iter_mut() {
                if let Some(column) = table.column_at(number)
                    && self.is_distinct(table.oid, number)
                {
                    *value = Some(self.value(table, other, DOUBLE + at, column));
                }
            }
        }
        rows.into_iter().map(Row::of).collect()
    }

    /// Values worth trying in a column, where it is free to have others.
    pub(crate) fn other_values(&self, table: &Relation, column: &Column) -> Vec<Option<String>> {
        if self.may_vary(table, column) {
            self.alternatives(table, column)
        } else {
            Vec::new()
        }
    }

    /// Whether nothing but the tenant tells rows apart.
    fn is_distinct_by_tenant(&self, table: &Relation) -> bool {
        let has_key = table.indexes.iter().any(|index| index.unique);
        has_key
            && !table
                .columns
                .iter()
                .any(|column| self.is_distinct(table.oid, column.number))
    }

    fn may_vary(&self, table: &Relation, column: &Column) -> bool {
        column.generated.is_none()
            && self.model.tenant_column(table.oid) != Some(column.number)
            && self.referenced(table, column.number).is_none()
            && !self.is_distinct(table.oid, column.number)
    }

    /// A column that a policy could take for the tenant's: in rows of others it says the attacker's id once.
    fn is_misleading(&self, table: &Relation, column: &Column) -> bool {
        !self.is_trusted(table.oid)
            && tenants::kind_of(self.model.catalog, column.type_oid) == tenants::kind(self.model)
            && self.narrowed(table, column).is_empty()
    }

    /// A row of nobody in a table of tenants, where the table allows it.
    fn without_tenant(&self, table: &Relation) -> Option<Row> {
        let number = self.model.tenant_column(table.oid)?;
        if table.column_at(number)?.not_null || self.given_to_all.contains(&table.oid) {
            return None;
        }
        let mut values = self.values(table, &self.nobody, 0);
        values.insert(number, None);
        Some(Row::of(values))
    }
}
