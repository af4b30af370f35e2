//! From names to what they stand for.

use std::rc::Rc;

use sqlparser::ast::{CastKind, Expr, Ident, ObjectName, Value as Literal};

use super::frame::{Frame, Parameter, Source, Val};
use super::machine::{Eval, Machine};
use super::run::Place;
use super::value::{Class, Value};

/// An identifier as the server reads it.
pub(super) fn folded(ident: &Ident) -> String {
    if ident.quote_style.is_some() {
        ident.value.clone()
    } else {
        ident.value.to_lowercase()
    }
}

/// The parts of a name.
pub(super) fn parts(name: &ObjectName) -> Vec<String> {
    name.0
        .iter()
        .map(|part| part.as_ident().map_or_else(|| part.to_string(), folded))
        .collect()
}

/// An expression without the parentheses around it.
pub(super) fn bare(mut expr: &Expr) -> &Expr {
    while let Expr::Nested(inner) = expr {
        expr = inner;
    }
    expr
}

/// The parameter `$1` and so on stand for.
pub(super) fn numbered<'f>(name: &str, frame: &'f Frame) -> Option<&'f Parameter> {
    let at = name.trim_start_matches('$').parse::<usize>().ok()?;
    let mut around = frame;
    loop {
        if let Some(found) = around.parameters.get(at.checked_sub(1)?) {
            return Some(found);
        }
        around = around.outer.as_deref()?;
    }
}

/// What a name leads to.
pub(super) enum Found {
    Place(Place),
    Thunk(Rc<Expr>, Rc<Frame>),
    Value(Val),
}

impl Machine<'_, '_> {
    /// What a column reference stands for, from the inside out.
    pub(super) fn look_up(&self, names: &[String], frame: &Rc<Frame>) -> Option<Found> {
        let (column, qualifier) = match names {
            [column] => (column, None),
            [.., qualifier, column] => (column, Some(qualifier)),
            [] => return None,
        };
        for (name, source) in &frame.sources {
            if qualifier.is_some_and(|wanted| wanted != name) {
                continue;
            }
            if let Some(found) = self.look_into(source, column) {
                return Some(found);
            }
        }
        if let Some(parameter) = frame
            .parameters
            .iter()
            .rev()
            .find(|parameter| parameter.name.as_deref() == Some(column))
        {
            return Some(match parameter.free {
                Some(place) => Found::Place(place),
                None => Found::Value(parameter.value.clone()),
            });
        }
        self.look_up(names, frame.outer.as_ref()?)
    }

    fn look_into(&self, source: &Source, column: &str) -> Option<Found> {
        match source {
            Source::Row(row) => {
                let relation = self.run.rows[*row].relation;
                let found = self.catalog().relation_by_oid(relation)?.column(column)?;
                Some(Found::Place((*row, found.number)))
            }
            Source::Derived(columns) => columns
                .iter()
                .find(|(name, ..)| name == column)
                .map(|(_, expr, frame)| Found::Thunk(Rc::clone(expr), Rc::clone(frame))),
            Source::Values(columns) => columns
                .iter()
                .find(|(name, _)| name == column)
                .map(|(_, val)| Found::Value(val.clone())),
            Source::Nulls => Some(Found::Value(Val::constant(Value::Null))),
            Source::Unknown(sql) => Some(Found::Value(Val::constant(Value::Unclear {
                sql: format!("{sql}.{column}"),
                mystery: true,
            }))),
        }
    }

    /// The column an expression hands on without changing what can be told apart.
    pub(super) fn place(&self, expr: &Expr, frame: &Rc<Frame>) -> Option<Place> {
        match bare(expr) {
            Expr::Value(literal) => match &literal.value {
                Literal::Placeholder(name) => numbered(name, frame)?.free,
                _ => None,
            },
            Expr::Identifier(ident) => self.place_named(&[folded(ident)], frame),
            Expr::CompoundIdentifier(idents) => {
                self.place_named(&idents.iter().map(folded).collect::<Vec<_>>(), frame)
            }
            Expr::Cast {
                kind: CastKind::Cast | CastKind::DoubleColon,
                expr,
                data_type,
                ..
            } => {
                let place = self.place(expr, frame)?;
                let name = data_type.to_string();
                let keeps = match (self.class_of(place), Class::of_name(self.catalog(), &name)) {
                    (from, to) if from == to => !name.contains('('),
                    (Class::Uuid | Class::Int | Class::Bool | Class::Text, Class::Text) => {
                        !name.contains('(')
                    }
                    _ => false,
                };
                keeps.then_some(place)
            }
            _ => None,
        }
    }

    fn place_named(&self, names: &[String], frame: &Rc<Frame>) -> Option<Place> {
        match self.look_up(names, frame)? {
            Found::Place(place) => Some(place),
            Found::Thunk(expr, frame) => self.place(&expr, &frame),
            Found::Value(_) => None,
        }
    }

    /// The value of a column reference.
    pub(super) fn read(&mut self, names: &[String], frame: &Rc<Frame>, sql: &str) -> Eval<Val> {
        Ok(match self.look_up(names, frame) {
            Some(Found::Place(place)) => self.read_column(place),
            Some(Found::Thunk(expr, frame)) => return self.eval(&expr, &frame),
            Some(Found::Value(val)) => val,
            None => Val::constant(Value::Unclear {
                sql: sql.to_owned(),
                mystery: true,
            }),
        })
    }
}
