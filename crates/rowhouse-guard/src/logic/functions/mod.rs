//! The server's own functions and operators, as far as tenants need them.

mod conditional;
mod json;
mod operators;
mod pattern;
mod session;

use std::rc::Rc;

use sqlparser::ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Query};

use super::computed::{compute, keeps_apart};
use super::eval::{mysterious, unclear};
use super::frame::{Frame, Origin, Val};
use super::machine::{Eval, Machine, Stop};
use super::names::parts;
use super::value::{Leaf, Value};

/// The arguments of a call; none where it has such as are not plain expressions.
pub(super) fn arguments(call: &Function) -> Option<Vec<&Expr>> {
    match &call.args {
        FunctionArguments::None => Some(Vec::new()),
        FunctionArguments::Subquery(_) => None,
        FunctionArguments::List(list) => list
            .args
            .iter()
            .map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))
                | FunctionArg::Named {
                    arg: FunctionArgExpr::Expr(expr),
                    ..
                }
                | FunctionArg::ExprNamed {
                    arg: FunctionArgExpr::Expr(expr),
                    ..
                } => Some(expr),
                _ => None,
            })
            .collect(),
    }
}

impl Machine<'_, '_> {
    /// A call, or syntax that stands for one.
    pub(super) fn by_function(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Eval<Val> {
        match expr {
            Expr::Function(call) => self.call(call, expr, frame),
            Expr::Substring {
                expr: text,
                substring_from: Some(from),
                substring_for,
                ..
            } => {
                let mut given = vec![text.as_ref(), from];
                given.extend(substring_for.as_deref());
                self.server_function("substr", &given, expr, frame)
            }
            Expr::Substring {
                expr: text,
                substring_from: None,
                substring_for: Some(length),
                ..
            } => self.server_function("left", &[text, length], expr, frame),
            Expr::Trim {
                trim_what: None,
                expr: text,
                trim_characters: None,
                trim_where,
            } => {
                let name = trim_where.map_or("btrim".into(), |side| side.to_string());
                self.server_function(&name.to_lowercase(), &[text], expr, frame)
            }
            Expr::Position { expr: what, r#in } => {
                self.server_function("strpos", &[r#in, what], expr, frame)
            }
            Expr::Extract { expr: of, .. } | Expr::AtTimeZone { timestamp: of, .. } => {
                let val = self.eval(of, frame)?;
                Ok(unclear(expr, &[&val]))
            }
            Expr::Interval(_) => Ok(unclear(expr, &[])),
            _ => Ok(mysterious(expr)),
        }
    }

    /// How many rows there are, where there is one.
    fn counted(&mut self) -> Val {
        const COUNTS: [i128; 3] = [1, 2, 1000];
        Val::constant(Value::Int(COUNTS[self.choices.choose(COUNTS.len())]))
    }

    fn call(&mut self, call: &Function, expr: &Expr, frame: &Rc<Frame>) -> Eval<Val> {
        let name = parts(&call.name);
        if let FunctionArguments::Subquery(query) = &call.args
            && name == ["array"]
        {
            return self.array_of(query, frame);
        }
        let Some(given) = arguments(call) else {
            // `count(*)` is the one that matters.
            return Ok(match name.last().map(String::as_str) {
                Some("count") => self.counted(),
                _ => mysterious(expr),
            });
        };
        if name.last().is_some_and(|name| name == "count") && name.len() == 1 {
            return Ok(self.counted());
        }
        if let Some(function) = self.function_named(&name, given.len(), frame) {
            let mut values = Vec::new();
            for argument in given {
                values.push(self.eval(argument, frame)?);
            }
            return self.inline(function, values, expr, frame);
        }
        match name.as_slice() {
            [name] => self.server_function(name, &given, expr, frame),
            [schema, name] if schema == "pg_catalog" => {
                self.server_function(name, &given, expr, frame)
            }
            _ => Ok(mysterious(expr)),
        }
    }

    /// An array made of a sub-select: the row that is found stands for all.
    fn array_of(&mut self, query: &Query, frame: &Rc<Frame>) -> Eval<Val> {
        let val = self.scalar(query, frame)?;
        let val = self.force(val)?;
        let all = match val.value {
            Value::Null => Vec::new(),
            value => vec![value],
        };
        Ok(Val {
            value: Value::List(all),
            origin: val.origin,
        })
    }

    fn server_function(
        &mut self,
        name: &str,
        given: &[&Expr],
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        match (name, given) {
            ("current_setting", [name, rest @ ..]) => {
                self.current_setting(name, rest.first().copied(), expr, frame)
            }
            ("current_user" | "user" | "current_role", []) => Ok(self.role_name(frame.user)),
            ("session_user", []) => Ok(self.role_name(self.login)),
            ("pg_has_role", given) => match self.has_role(given, frame)? {
                Some(val) => Ok(val),
                None => self.function_of_values(name, given, expr, frame),
            },
            (name, []) if session::IDENTIFIES.contains(&name) => Ok(session::identity(name)),
            ("coalesce", given) => self.coalesce(given, frame),
            ("nullif", [left, right]) => self.nullif(left, right, expr, frame),
            ("jsonb_build_object" | "json_build_object", given) => {
                self.json_object(given, expr, frame)
            }
            // The one that is collected stands for all.
            ("array_agg", [of]) => {
                let val = self.eval(of, frame)?;
                let val = self.force(val)?;
                Ok(Val {
                    value: Value::List(vec![val.value]),
                    origin: val.origin,
                })
            }
            _ => self.function_of_values(name, given, expr, frame),
        }
    }

    /// A function that is given nothing but the values of its arguments.
    fn function_of_values(
        &mut self,
        name: &str,
        given: &[&Expr],
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        let mut values = Vec::new();
        for argument in given {
            let val = self.eval(argument, frame)?;
            values.push(self.force(val)?);
        }
        let origin = values
            .iter()
            .fold(Origin::CONSTANT, |all, val| all.with(val.origin));
        if let Some(value) = json::path(name, &values) {
            return Ok(Val { value, origin });
        }
        if let (Some(Value::Document(leaf)), true) = (
            values.first().map(|val| &val.value),
            origin.is_of_session_only(),
        ) {
            let leaf = leaf.at(format!("{name}({})", described(&values[1..])));
            return self.part_of_document(name, leaf, origin);
        }
        let computed = compute(
            name,
            &values.iter().map(|val| &val.value).collect::<Vec<_>>(),
        );
        let Some(value) = computed.map_err(|()| Stop::Raised)? else {
            return Ok(unclear(expr, &values.iter().collect::<Vec<_>>()));
        };
        if !matches!(value, Value::Null | Value::List(_)) {
            self.cases.near = true;
        }
        let value = match (name, value) {
            ("unnest", Value::List(all)) if all.is_empty() => Value::Null,
            ("unnest", Value::List(mut all)) => {
                let way = self.choices.choose(all.len());
                all.swap_remove(way)
            }
            (_, value) => value,
        };
        if origin.is_of_session_only() && keeps_apart(name) {
            self.remember(&values, &value);
        }
        Ok(Val { value, origin })
    }

    /// What is taken out of a structured text of the session is a part of it.
    fn part_of_document(&mut self, name: &str, leaf: Leaf, origin: Origin) -> Eval<Val> {
        let value = Value::Leaf {
            leaf,
            missing_ok: true,
        };
        let part = Val { value, origin };
        if !matches!(name, "string_to_array" | "regexp_split_to_array") {
            return Ok(part);
        }
        let element = self.force(part)?;
        Ok(Val {
            value: Value::List(vec![element.value]),
            origin,
        })
    }

    /// Ties a value made of the session's alone to where it came from.
    fn remember(&mut self, from: &[Val], value: &Value) {
        let texts: Vec<String> = from.iter().filter_map(|val| val.value.text()).collect();
        let mut leaves: Vec<Leaf> = Vec::new();
        for (leaf, said) in &self.run.session {
            if said.text().is_some_and(|said| texts.contains(&said)) {
                leaves.push(leaf.clone());
            }
        }
        for (leaf, said) in &self.run.derived {
            if texts.contains(said) {
                leaves.push(leaf.clone());
            }
        }
        for leaf in leaves {
            match value {
                Value::List(all) => all.iter().for_each(|value| self.derive(&leaf, value)),
                value => self.derive(&leaf, value),
            }
        }
    }
}

fn described(values: &[Val]) -> String {
    let all: Vec<String> = values.iter().map(|val| val.value.describe()).collect();
    all.join(", ")
}
