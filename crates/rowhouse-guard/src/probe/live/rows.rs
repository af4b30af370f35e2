//! Rows that are there, by their place: whose they are, and how to ask for them.

use rowhouse_catalog::{Column, Privilege, Relation, RelationKind, quote_ident};

use crate::model::{Model, RowOwner};
use crate::probe::attack::Persona;
use crate::probe::owned::by_parent;
use crate::seal::literal;

/// How many rows are attacked.
const FEW: usize = 3;

/// A few rows of either tenant.
#[derive(Debug)]
pub(super) struct Rows {
    /// Whether rows have a place: those of views have none.
    placed: bool,
    mine_are: String,
    theirs_are: String,
    pub(super) mine: Vec<String>,
    pub(super) theirs: Vec<String>,
    /// One of the other's rows as the values of an INSERT.
    pub(super) values: Option<String>,
}

impl Rows {
    pub(super) fn new(relation: &Relation, mine: &str, theirs: &str) -> Self {
        Self {
            placed: !matches!(relation.kind, RelationKind::View),
            mine_are: mine.to_owned(),
            theirs_are: theirs.to_owned(),
            mine: Vec::new(),
            theirs: Vec::new(),
            values: None,
        }
    }

    /// Finds some.
    pub(super) fn query(&self, relation: &Relation, own: bool) -> String {
        let condition = if own {
            &self.mine_are
        } else {
            &self.theirs_are
        };
        let place = if self.placed {
            "t.tableoid::oid::text || ' ' || t.ctid::text"
        } else {
            "''"
        };
        format!(
            "SELECT {place} FROM {} t WHERE {condition} LIMIT {FEW}",
            relation.qualified_name()
        )
    }

    pub(super) fn keep(&mut self, lines: Vec<String>, own: bool) {
        if own {
            self.mine = lines;
        } else {
            self.theirs = lines;
        }
    }

    /// The condition that a row is one of them.
    pub(super) fn are(&self, own: bool) -> String {
        if !self.placed {
            return if own {
                self.mine_are.clone()
            } else {
                self.theirs_are.clone()
            };
        }
        let places = if own { &self.mine } else { &self.theirs };
        let parts: Vec<String> = places
            .iter()
            .filter_map(|place| place.split_once(' '))
            .map(|(table, at)| format!("(t.tableoid = {table} AND t.ctid = {}::tid)", literal(at)))
            .collect();
        format!("({})", parts.join(" OR "))
    }

    /// Whose it is.
    pub(super) fn theirs_are(&self) -> &str {
        &self.theirs_are
    }

    /// One of the other's rows as literals, in the order of `columns`.
    pub(super) fn values_query(&self, relation: &Relation, columns: &[&Column]) -> Option<String> {
        let values: Vec<String> = columns
            .iter()
            .map(|column| format!("quote_nullable(t.{}::text)", quote_ident(&column.name)))
            .collect();
        (!values.is_empty()).then(|| {
            format!(
                "SELECT concat_ws(', ', {}) FROM {} t WHERE {} LIMIT 1",
                values.join(", "),
                relation.qualified_name(),
                self.are(false)
            )
        })
    }
}

/// The columns that a role may write so: all but those that are computed.
pub(super) fn written<'r>(
    persona: &Persona<'_>,
    relation: &'r Relation,
    privilege: Privilege,
) -> Vec<&'r Column> {
    let access = &persona.access;
    let may = |column: &&Column| {
        access.relation(relation).has(privilege) || access.column(relation, column).has(privilege)
    };
    let columns = relation.columns.iter();
    columns
        .filter(|column| column.generated.is_none())
        .filter(may)
        .collect()
}

/// A condition on a row, called `alias`: it is this tenant's. None where nothing says whose it is.
pub(super) fn condition(
    model: &Model<'_>,
    relation: &Relation,
    alias: &str,
    tenant: &str,
) -> Option<String> {
    within(model, relation, alias, tenant, 0)
}

fn within(
    model: &Model<'_>,
    relation: &Relation,
    alias: &str,
    tenant: &str,
    deep: usize,
) -> Option<String> {
    let is = |column: &Column| {
        format!(
            "{alias}.{}::text = {}",
            quote_ident(&column.name),
            literal(tenant)
        )
    };
    match model.row_owner(relation.oid) {
        _ if deep > 6 => None,
        Some(RowOwner::Column(number)) => Some(is(relation.column_at(*number)?)),
        Some(owner @ RowOwner::Parent { .. }) => by_parent(
            model.catalog,
            relation,
            owner,
            alias,
            deep,
            |parent, next| within(model, parent, next, tenant, deep + 1),
        ),
        None => {
            let named = |column: &&Column| model.tenant_columns.contains(&column.name);
            relation.columns.iter().find(named).map(is)
        }
    }
}
