//! What names mean where an expression stands.

use std::rc::Rc;

use rowhouse_catalog::Oid;
use sqlparser::ast::{Expr, Query};

use super::run::Place;
use super::value::{Class, Value};

/// Where values came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Origin {
    pub(super) of: u8,
    /// The column it is, unchanged.
    pub(super) place: Option<Place>,
}

impl Origin {
    pub(super) const CONSTANT: Self = Self::of(0);
    pub(super) const SESSION: Self = Self::of(1);
    pub(super) const ROW: Self = Self::of(2);
    /// A column that says whose a row is.
    pub(super) const OWNER: Self = Self::of(4);

    const fn of(of: u8) -> Self {
        Self { of, place: None }
    }

    /// As the column itself.
    pub(super) fn at(self, place: Place) -> Self {
        Self {
            place: Some(place),
            ..self
        }
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self::of(self.of | other.of)
    }

    pub(super) fn is_of_session_only(self) -> bool {
        self.of == Self::SESSION.of
    }

    /// Whether it hangs on whose a row is.
    pub(super) fn is_of_owner(self) -> bool {
        self.of & Self::OWNER.of != 0
    }
}

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Val {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

impl Val {
    pub(super) fn constant(value: Value) -> Self {
        Self {
            value,
            origin: Origin::CONSTANT,
        }
    }
}

/// What a name in FROM stands for.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A row of a table.
    Row(usize),
    /// The output of a sub-select: each column an expression in its own frame.
    Derived(Vec<(String, Rc<Expr>, Rc<Frame>)>),
    /// Given values, such as the elements of an array.
    Values(Vec<(String, Val)>),
    /// The missing side of an outer join.
    Nulls,
    /// Something that was not understood.
    Unknown(String),
}

/// A parameter or variable of a function.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: Option<String>,
    pub(super) class: Class,
    pub(super) value: Val,
    /// Nobody knows its value: it is made up here.
    pub(super) free: Option<Place>,
}

/// The surroundings of an expression.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// The names in FROM.
    pub(super) sources: Vec<(String, Source)>,
    /// Common table expressions.
    pub(super) with: Vec<(String, Vec<String>, Rc<Query>)>,
    /// The query around this one.
    pub(super) outer: Option<Rc<Frame>>,
    /// Parameters and variables of the function around.
    pub(super) parameters: Vec<Parameter>,
    /// Whose rights tables are reached with: in a view, its owner's.
    pub(super) role: Oid,
    /// The current user, whose rights functions and `security_invoker` views inside a view fall back to.
    pub(super) user: Oid,
    /// Where unqualified names are looked up; none: in the server's own schema only, as in catalogs' text.
    pub(super) path: Option<Vec<String>>,
    /// How many functions and sub-selects it is inside.
    pub(super) depth: usize,
    /// The tables whose policies are being applied.
    pub(super) policies_of: Vec<Oid>,
}

impl Frame {
    /// A frame without names, of a role's own statement.
    pub(super) fn new(role: Oid) -> Self {
        Self {
            sources: Vec::new(),
            with: Vec::new(),
            outer: None,
            parameters: Vec::new(),
            role,
            user: role,
            path: None,
            depth: 0,
            policies_of: Vec::new(),
        }
    }

    /// A frame inside this one.
    pub(super) fn inner(self: &Rc<Self>) -> Self {
        Self {
            outer: Some(Rc::clone(self)),
            path: self.path.clone(),
            depth: self.depth + 1,
            policies_of: self.policies_of.clone(),
            user: self.user,
            ..Self::new(self.role)
        }
    }
}
