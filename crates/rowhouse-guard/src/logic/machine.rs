//! The state of a search, and what reading columns and settings makes up.

use rowhouse_catalog::{Access, Catalog, Oid};
use std::rc::Rc;

use super::Decider;
use super::cases::Cases;
use super::choices::Choices;
use super::frame::{Origin, Val};
use super::run::{Place, Run};
use super::value::{Class, Leaf, Value};
use crate::{Class as Kind, RowOwner};

/// The expressions that are evaluated for one question at most: some tens of milliseconds, the same everywhere.
const BUDGET: usize = 25_000;

/// Why a run ends before its condition is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The server would raise an error.
    Raised,
    /// What was made up does not hang together, or another run covers it.
    Pruned,
}

pub(super) type Eval<T> = Result<T, Stop>;

/// One question being searched.
pub(super) struct Machine<'d, 'a> {
    pub(super) decider: &'d Decider<'a>,
    pub(super) cases: Cases,
    pub(super) choices: Choices,
    pub(super) run: Run,
    /// The rows a query reads, whose rights they are read with, and whether only a condition asks.
    pub(super) reads: Vec<(usize, Oid, bool)>,
    pub(super) in_condition: bool,
    /// The query at hand stands in the FROM of another.
    pub(super) inside: bool,
    /// What may still be evaluated before the question is given up.
    pub(super) budget: usize,
    /// Conditions of policies that call users' functions are taken to hold.
    pub(super) plain_only: bool,
    /// Who is logged in.
    pub(super) login: Oid,
    /// The names and types of arguments nobody knows.
    pub(super) arguments: Vec<(String, Class)>,
}

impl<'d, 'a> Machine<'d, 'a> {
    pub(super) fn new(decider: &'d Decider<'a>, login: Oid) -> Self {
        Self {
            login,
            arguments: Vec::new(),
            budget: BUDGET,
            plain_only: false,
            decider,
            cases: Cases::default(),
            choices: Choices::default(),
            run: Run::default(),
            reads: Vec::new(),
            in_condition: false,
            inside: false,
        }
    }

    pub(super) fn catalog(&self) -> &'a Catalog {
        self.decider.model.catalog
    }

    pub(super) fn access(&self, role: Oid) -> Rc<Access<'a>> {
        self.decider.access(role)
    }

    /// Pays for a piece of work; none is done when nothing is left.
    pub(super) fn pay(&mut self) -> Eval<()> {
        self.budget = self.budget.checked_sub(1).ok_or(Stop::Pruned)?;
        Ok(())
    }

    /// Forgets the run at hand.
    pub(super) fn begin_run(&mut self) {
        self.run = Run::default();
        self.reads.clear();
        self.in_condition = false;
        self.inside = false;
    }

    /// Who owns the rows of a table.
    pub(super) fn owner_of(&self, relation: Oid) -> Option<&'a RowOwner> {
        owner_of(self.decider.model.classes.get(&relation)?)
    }

    pub(super) fn class_of(&self, (row, column): Place) -> Class {
        if self.run.rows[row].is_of_arguments() {
            return self
                .arguments
                .get(column as usize)
                .map_or(Class::Other, |known| known.1);
        }
        let relation = self.run.rows[row].relation;
        class_of_column(self.catalog(), relation, column)
    }

    /// Whether the column says whose the row is.
    pub(super) fn says_whose(&self, (row, column): Place) -> bool {
        match self.owner_of(self.run.rows[row].relation) {
            Some(RowOwner::Column(owner)) => *owner == column,
            Some(RowOwner::Parent { columns, .. }) => columns.contains(&column),
            None => false,
        }
    }

    pub(super) fn is_nullable(&self, (row, column): Place) -> bool {
        let relation = self.run.rows[row].relation;
        let table = self.catalog().relation_by_oid(relation);
        let in_key = table
            .and_then(|table| table.primary_key.as_ref())
            .is_some_and(|key| key.columns.contains(&column));
        let not_null = table
            .and_then(|table| table.column_at(column))
            .is_some_and(|found| found.not_null);
        !in_key && !not_null
    }

    /// A column's value, made up when it is asked for the first time.
    pub(super) fn read_column(&mut self, place: Place) -> Val {
        let origin = if self.says_whose(place) {
            Origin::OWNER
        } else {
            Origin::ROW
        }
        .at(place);
        if let Some(value) = self.run.column(place) {
            return Val {
                value: value.clone(),
                origin,
            };
        }
        let class = self.class_of(place);
        self.cases.classes.insert(class);
        let mut all = self.cases.column(class);
        let value = if all.is_empty() {
            let sql = self.column_name(place);
            let mystery = origin == Origin::OWNER;
            Value::Unclear { sql, mystery }
        } else {
            if self.is_nullable(place) {
                all.push(Value::Null);
            }
            let way = self.choices.choose(all.len());
            all.swap_remove(way)
        };
        self.run.set(place, value.clone());
        Val { value, origin }
    }

    pub(super) fn column_name(&self, (row, column): Place) -> String {
        if self.run.rows[row].is_of_arguments() {
            let known = self.arguments.get(column as usize);
            return known.map_or_else(String::new, |known| known.0.clone());
        }
        let table = self.catalog().relation_by_oid(self.run.rows[row].relation);
        table
            .and_then(|table| table.column_at(column))
            .map_or_else(String::new, |found| {
                rowhouse_catalog::quote_ident(&found.name)
            })
    }

    /// What the session says, made up when it is asked for the first time.
    pub(super) fn force(&mut self, val: Val) -> Eval<Val> {
        let Value::Leaf { leaf, missing_ok } = &val.value else {
            return Ok(val);
        };
        let value = if let Some(known) = self.run.session.get(leaf) {
            known.clone()
        } else {
            let texts = self.cases.setting();
            let way = self.choices.choose(texts.len() + 2);
            let value = match way.checked_sub(2) {
                Some(at) => Value::Text(texts[at].clone()),
                None if way == 0 => Value::Document(leaf.clone()),
                None => Value::Null,
            };
            self.run.session.insert(leaf.clone(), value.clone());
            value
        };
        if value == Value::Null && !missing_ok {
            return Err(Stop::Raised);
        }
        Ok(Val {
            value,
            origin: val.origin,
        })
    }

    /// Remembers a value made of the session's alone.
    pub(super) fn derive(&mut self, from: &Leaf, value: &Value) {
        if let Some(text) = value.text() {
            self.run.derived.push((from.clone(), text));
        }
    }

    /// What a condition that was not understood is taken to be.
    pub(super) fn atom(&mut self, sql: &str, mystery: bool) -> Option<bool> {
        if let Some(known) = self.run.atoms.get(sql) {
            return *known;
        }
        let value = [Some(true), Some(false), None][self.choices.choose(3)];
        self.run.atoms.insert(sql.to_owned(), value);
        let note = match value {
            Some(true) => sql.to_owned(),
            Some(false) => format!("NOT ({sql})"),
            None => format!("({sql}) IS NULL"),
        };
        if mystery {
            self.run.mysteries.insert(sql.to_owned());
        } else {
            self.run.given.insert(note);
        }
        value
    }
}

/// Who owns the rows of a relation of this kind.
pub(super) fn owner_of(kind: &Kind) -> Option<&RowOwner> {
    match kind {
        Kind::Root(owner) | Kind::Tenant(owner) | Kind::Child(owner) => Some(owner),
        Kind::Shared | Kind::Internal => None,
    }
}

/// The class of a column, its collation considered.
pub(super) fn class_of_column(catalog: &Catalog, relation: Oid, column: i16) -> Class {
    let Some(found) = catalog
        .relation_by_oid(relation)
        .and_then(|table| table.column_at(column))
    else {
        return Class::Other;
    };
    let class = Class::of(catalog, found.type_oid);
    let folds = found.collation.is_some_and(|oid| {
        catalog
            .collations
            .iter()
            .any(|collation| collation.oid == oid && !collation.deterministic)
    });
    if class == Class::Text && folds {
        Class::Folded
    } else {
        class
    }
}
