//! Rows for all tables: which values they have. Planning only; the same catalog gives the same rows.

mod attacker;
mod choices;
mod keys;
mod rows;
mod value;

pub(super) use keys::of_several;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::{Column, Oid, Relation, RelationKind, quote_ident};

use super::tenants::{self, Tenant};
use super::words::Words;
use crate::keys::is_secret;
use crate::seal::literal;
use crate::{Model, RowOwner};

/// How deep a chain of foreign keys is followed.
const DEEP: usize = 8;

/// Where the rows begin whose values secrets have.
const SECRET: usize = 170;

/// Whether a moment is one that things last until.
fn is_late(column: &str) -> bool {
    let column = column.to_ascii_lowercase();
    ["expire", "until", "valid_to", "ends"]
        .iter()
        .any(|word| column.contains(word))
}

/// Words in the names of columns that say when or whether a row was put away.
const GONE: [&str; 10] = [
    "deleted",
    "archived",
    "removed",
    "revoked",
    "disabled",
    "discarded",
    "cancel",
    "suspended",
    "hidden",
    "trashed",
];

/// Values by column number; none is null.
pub(super) type Values = BTreeMap<i16, Option<String>>;

/// What rows are made of.
pub(super) struct Filler<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) words: Words,
    /// The first attacks, the second is attacked; the others are there to be seen.
    pub(super) tenants: Vec<Tenant>,
    /// The place of the one who attacks.
    attacker: Cell<usize>,
    /// Whose rows are everybody's.
    pub(super) nobody: Tenant,
    /// Columns that tell a table's rows apart.
    distinct: BTreeMap<Oid, BTreeSet<i16>>,
    /// The table of tenants, and what stands for it.
    roots: BTreeSet<Oid>,
    /// Tables that policies of others or functions look into.
    trusted: BTreeSet<Oid>,
    /// Tables that policies of others look into, themselves or by their functions.
    deciding: BTreeSet<Oid>,
    /// Values with which the audit's search found that a row of somebody else passes, by table and column.
    pub(super) counterexamples: Vec<(Oid, Values)>,
    /// Tables in which rows without a tenant are not to be made by tenants, and are there for all of them.
    pub(super) given_to_all: BTreeSet<Oid>,
    /// Forms that the server accepted where it refused the plain value; `{}` stands for that.
    forms: RefCell<BTreeMap<(Oid, i16), String>>,
    /// The places of tenants whose own row the table of tenants refused: their ids are another's there, or none.
    refused: RefCell<BTreeSet<usize>>,
    /// What rows that are there have in the columns of an index, by the place of the tenant whose they are.
    taken: RefCell<BTreeMap<(Oid, usize), Vec<Values>>>,
}

impl<'a> Filler<'a> {
    pub(super) fn new(model: &'a Model<'a>, words: Words) -> Self {
        let tables = model.catalog.relations.iter().filter(|r| is_filled(r));
        let distinct = tables.map(|table| (table.oid, keys::distinct(model, table)));
        let mut tenants = tenants::choose(model, &words);
        let kind = tenants::kind(model);
        for shared in keys::parts_of_root(model) {
            let namesake = Tenant::namesake(kind, shared, &tenants[0], tenants.len());
            tenants.insert(2, namesake);
        }
        Self {
            model,
            tenants,
            attacker: Cell::new(0),
            nobody: Tenant::nobody(),
            distinct: distinct.collect(),
            roots: keys::roots(model),
            trusted: keys::trusted(model, &words),
            deciding: keys::deciding(model),
            words,
            counterexamples: Vec::new(),
            given_to_all: BTreeSet::new(),
            forms: RefCell::default(),
            refused: RefCell::default(),
            taken: RefCell::default(),
        }
    }

    /// The tables that get rows, those that are referenced first.
    pub(super) fn tables(&self) -> Vec<&'a Relation> {
        let mut tables: Vec<&Relation> = self
            .model
            .catalog
            .relations
            .iter()
            .filter(|r| is_filled(r))
            .collect();
        tables.sort_by_key(|table| self.depth(table.oid, 0));
        tables
    }

    fn depth(&self, table: Oid, deep: usize) -> usize {
        if deep > DEEP {
            return deep;
        }
        let keys = self.model.catalog.foreign_keys_from(table).iter();
        let declared = keys.map(|key| key.referenced);
        let looked_up = match self.model.row_owner(table) {
            Some(RowOwner::Parent { parent, .. }) => Some(*parent),
            _ => None,
        };
        let above = declared.chain(looked_up).filter(|parent| *parent != table);
        above
            .map(|parent| 1 + self.depth(parent, deep + 1))
            .max()
            .unwrap_or(0)
    }

    /// The value of a column in one of somebody's rows.
    pub(super) fn value(
        &self,
        table: &Relation,
        of: &Tenant,
        row: usize,
        column: &Column,
    ) -> String {
        self.value_within(table, of, row, column, 0)
    }

    fn value_within(
        &self,
        table: &Relation,
        of: &Tenant,
        row: usize,
        column: &Column,
        deep: usize,
    ) -> String {
        let catalog = self.model.catalog;
        let is_distinct = self.is_distinct(table.oid, column.number);
        if deep < DEEP
            && let Some((parent, to)) = self.referenced(table, column.number)
        {
            let parent_row = if is_distinct { row } else { 0 };
            let whose = self.whose(parent, of);
            return self.value_within(parent, whose, parent_row, to, deep + 1);
        }
        if !of.id.is_empty()
            && self.model.tenant_column(table.oid) == Some(column.number)
            && tenants::kind_of(catalog, column.type_oid) == tenants::kind(self.model)
        {
            return of.id.clone();
        }
        if let Some(login) = self.login(table, column) {
            return login;
        }
        if let Some(first) = self.narrowed(table, column).into_iter().next() {
            return first;
        }
        let mut row = if is_distinct { row } else { 0 };
        // What only those know who were told is like nothing else in the row.
        if is_secret(&column.name) {
            row += SECRET;
        }
        if is_late(&column.name)
            && matches!(
                tenants::base_name(catalog, column.type_oid),
                "date" | "timestamp" | "timestamptz"
            )
        {
            return "2100-01-01".to_owned();
        }
        if tenants::base_name(catalog, column.type_oid) == "bool" && self.says_gone(table, column) {
            return "false".to_owned();
        }
        let plain = value::made_up(catalog, column.type_oid, column.type_modifier, of, row);
        match self.forms.borrow().get(&(table.oid, column.number)) {
            Some(form) => form.replace("{}", &plain),
            None => plain,
        }
    }

    /// Whoever is connected, where texts compare the column with that and all tenants share a login.
    fn login(&self, table: &Relation, column: &Column) -> Option<String> {
        let name = column.name.to_ascii_lowercase();
        let is_text = matches!(
            tenants::base_name(self.model.catalog, column.type_oid),
            "text" | "varchar" | "name" | "citext"
        );
        let holds = is_text
            && self.words.logins.contains(&name)
            && !self.model.login_per_tenant
            && self.model.tenant_column(table.oid) != Some(column.number)
            && !self.is_distinct(table.oid, column.number);
        let role = holds.then(|| self.model.app_roles.first())??;
        Some(self.model.catalog.role_by_oid(*role)?.name.clone())
    }

    /// Whether a column says that the row is as good as gone, which a plain row is not.
    fn says_gone(&self, table: &Relation, column: &Column) -> bool {
        let name = column.name.to_ascii_lowercase();
        let speaks = GONE.iter().any(|word| name.contains(word));
        speaks && self.referenced(table, column.number).is_none()
    }

    /// Rows that belong to nobody are referenced as they are.
    fn whose<'t>(&'t self, parent: &Relation, of: &'t Tenant) -> &'t Tenant {
        if !self.is_tenants(parent) {
            &self.nobody
        } else if of.id.is_empty() {
            &self.tenants[0]
        } else {
            of
        }
    }

    pub(super) fn is_distinct(&self, table: Oid, column: i16) -> bool {
        self.distinct
            .get(&table)
            .is_some_and(|columns| columns.contains(&column))
    }

    /// What a column references: by a foreign key, or by what policies look up.
    pub(super) fn referenced(
        &self,
        table: &Relation,
        number: i16,
    ) -> Option<(&'a Relation, &'a Column)> {
        let catalog = self.model.catalog;
        let declared = table.foreign_keys.iter().find_map(|key| {
            let at = key.columns.iter().position(|&column| column == number)?;
            Some((key.referenced, *key.referenced_columns.get(at)?))
        });
        let (oid, column) = declared.or_else(|| match self.model.row_owner(table.oid)? {
            RowOwner::Parent {
                columns,
                parent,
                parent_columns,
            } => {
                let at = columns.iter().position(|&column| column == number)?;
                Some((*parent, *parent_columns.get(at)?))
            }
            RowOwner::Column(_) => None,
        })?;
        let parent = catalog.relation_by_oid(oid)?;
        let column = parent.column_at(column)?;
        (oid != table.oid || column.number != number).then_some((parent, column))
    }

    /// Whether the rows of a table are those of tenants, or tenants themselves.
    pub(super) fn is_tenants(&self, table: &Relation) -> bool {
        self.model.row_owner(table.oid).is_some() || self.roots.contains(&table.oid)
    }

    /// Whether several columns together say whose the rows of a table are.
    pub(super) fn tells_by_several(&self, table: &Relation) -> bool {
        of_several(self.model, table).is_some()
    }

    /// Whether a table is that of tenants, or stands for it.
    pub(super) fn is_root(&self, table: &Relation) -> bool {
        self.roots.contains(&table.oid)
    }

    /// A tenant that cannot be: it gets no more rows, and attacks nobody.
    pub(super) fn refuse(&self, place: usize) {
        self.refused.borrow_mut().insert(place);
    }

    fn is_refused(&self, place: usize) -> bool {
        self.refused.borrow().contains(&place)
    }

    /// Somebody who is no tenant yet.
    pub(super) fn newcomer(&self) -> &Tenant {
        self.tenants.last().unwrap_or(&self.nobody)
    }

    /// Whether others decide by what is in a table.
    pub(super) fn is_trusted(&self, table: Oid) -> bool {
        self.trusted.contains(&table)
    }

    /// Another form for a column whose plain values the server refused.
    pub(super) fn set_form(&self, table: Oid, column: i16, form: &str) {
        self.forms
            .borrow_mut()
            .insert((table, column), form.to_owned());
    }

    /// Rows of a tenant that are there have these values in the columns of an index.
    pub(super) fn set_taken(&self, index: Oid, place: usize, rows: Vec<Values>) {
        self.taken.borrow_mut().insert((index, place), rows);
    }

    /// What the one who is attacked has in the columns of an index.
    pub(super) fn taken(&self, index: Oid) -> Vec<Values> {
        let place = usize::from(self.attacker.get() != 1);
        let taken = self.taken.borrow();
        taken.get(&(index, place)).cloned().unwrap_or_default()
    }

    /// All values of a row; generated columns have none.
    pub(super) fn values(&self, table: &Relation, of: &Tenant, row: usize) -> Values {
        let columns = table
            .columns
            .iter()
            .filter(|column| column.generated.is_none());
        columns
            .map(|column| {
                let base = tenants::base_name(self.model.catalog, column.type_oid);
                let is_moment = matches!(base, "date" | "timestamp" | "timestamptz");
                let is_gone = is_moment && !column.not_null && self.says_gone(table, column);
                let given = !is_gone && !self.is_upward(table, column);
                let value = given.then(|| self.value(table, of, row, column));
                (column.number, value)
            })
            .collect()
    }

    /// Whether a column leads to another row of the same table: at the top there is none, and whoever follows it comes to an end.
    fn is_upward(&self, table: &Relation, column: &Column) -> bool {
        let says_whose = match self.model.row_owner(table.oid) {
            Some(RowOwner::Column(number)) => *number == column.number,
            Some(RowOwner::Parent { columns, .. }) => columns.contains(&column.number),
            None => false,
        };
        let mut keys = table.foreign_keys.iter();
        let key = keys.find(|key| key.columns.contains(&column.number));
        let leads_up = match key {
            Some(key) => key.referenced == table.oid,
            None => column.name.to_ascii_lowercase().contains("parent"),
        };
        !column.not_null && leads_up && !says_whose
    }

    /// `INSERT` of these values.
    pub(super) fn insert(table: &Relation, values: &Values) -> String {
        let columns = |list: Vec<String>| list.join(", ");
        let given = values.keys().filter_map(|&number| table.column_at(number));
        let names = columns(given.map(|column| quote_ident(&column.name)).collect());
        let written = values.values().map(|value| sql(value.as_deref()));
        let written = columns(written.collect());
        let name = table.qualified_name();
        if names.is_empty() {
            return format!("INSERT INTO {name} DEFAULT VALUES");
        }
        let overriding = if table.kind == RelationKind::View {
            ""
        } else {
            " OVERRIDING SYSTEM VALUE"
        };
        format!("INSERT INTO {name} ({names}){overriding} VALUES ({written})")
    }
}

/// A value of a type alone, as an argument.
pub(super) fn made_up(
    catalog: &rowhouse_catalog::Catalog,
    oid: Oid,
    of: &Tenant,
    row: usize,
) -> String {
    value::made_up(catalog, oid, -1, of, row)
}

/// A value as SQL; the server takes its type from where it goes.
pub(super) fn sql(value: Option<&str>) -> String {
    value.map_or("NULL".to_owned(), literal)
}

/// Whether rows go into the table itself: partitions get theirs through their parent.
pub(super) fn is_filled(relation: &Relation) -> bool {
    relation.is_table()
        && !relation.is_system()
        && !relation.is_partition
        && relation.extension.is_none()
}
