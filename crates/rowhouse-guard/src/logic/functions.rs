//! The server's own functions and operators, as far as tenants need them.

use std::rc::Rc;

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
};

use super::computed::{arithmetic, compute, is_like, keeps_apart};
use super::eval::unclear;
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

    fn call(&mut self, call: &Function, expr: &Expr, frame: &Rc<Frame>) -> Eval<Val> {
        let name = parts(&call.name);
        if let (FunctionArguments::Subquery(query), ["array"]) = (
            &call.args,
            name.iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .as_slice(),
        ) {
            let val = self.scalar(query, frame)?;
            let val = self.force(val)?;
            let all = match val.value {
                Value::Null => Vec::new(),
                value => vec![value],
            };
            return Ok(Val {
                value: Value::List(all),
                origin: val.origin,
            });
        }
        let Some(given) = arguments(call) else {
            // `count(*)` is the one that matters: there is a row.
            return Ok(match name.last().map(String::as_str) {
                Some("count") => Val::constant(Value::Int(1)),
                _ => mysterious(expr),
            });
        };
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

    fn server_function(
        &mut self,
        name: &str,
        given: &[&Expr],
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        match (name, given) {
            ("current_setting", [name, rest @ ..]) => {
                return self.current_setting(name, rest.first().copied(), expr, frame);
            }
            ("coalesce", given) => return self.coalesce(given, frame),
            ("jsonb_build_object" | "json_build_object", given) => {
                return self.json_object(given, expr, frame);
            }
            // The one that is collected stands for all.
            ("array_agg", [of]) => {
                let val = self.eval(of, frame)?;
                let val = self.force(val)?;
                return Ok(Val {
                    value: Value::List(vec![val.value]),
                    origin: val.origin,
                });
            }
            ("nullif", [left, right]) => {
                let left = self.eval(left, frame)?;
                let left = self.force(left)?;
                let right = self.eval(right, frame)?;
                let equal = self.equal(left.clone(), right, &expr.to_string())?;
                return Ok(match self.truth(equal)? {
                    Some(true) => Val::constant(Value::Null),
                    _ => left,
                });
            }
            ("current_user" | "user" | "current_role", []) => {
                return Ok(self.role_name(frame.user));
            }
            ("session_user", []) => return Ok(self.role_name(self.login)),
            _ => {}
        }
        let mut values = Vec::new();
        for argument in given {
            let val = self.eval(argument, frame)?;
            values.push(self.force(val)?);
        }
        let origin = values
            .iter()
            .fold(Origin::CONSTANT, |all, val| all.with(val.origin));
        let refs: Vec<&Val> = values.iter().collect();
        if let Some(found) = json_path(name, &values) {
            return Ok(Val {
                value: found,
                origin,
            });
        }
        // What is taken out of a structured text of the session is a part of it.
        if let (Some(Value::Document(leaf)), true) = (
            values.first().map(|val| &val.value),
            origin.is_of_session_only(),
        ) {
            let leaf = leaf.at(format!("{name}({})", described(&values[1..])));
            let value = Value::Leaf {
                leaf,
                missing_ok: true,
            };
            let part = Val { value, origin };
            if !matches!(name, "string_to_array" | "regexp_split_to_array") {
                return Ok(part);
            }
            let element = self.force(part)?;
            return Ok(Val {
                value: Value::List(vec![element.value]),
                origin,
            });
        }
        let computed = compute(
            name,
            &values.iter().map(|val| &val.value).collect::<Vec<_>>(),
        );
        let Some(value) = computed.map_err(|()| Stop::Raised)? else {
            return Ok(unclear(expr, &refs));
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

    fn current_setting(
        &mut self,
        name: &Expr,
        missing_ok: Option<&Expr>,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        let texts = self.cases.texts.clone();
        let name = self.eval(name, frame)?;
        // The name of a setting is no value worth trying.
        self.cases.texts = texts;
        let Value::Text(setting) = name.value else {
            return Ok(mysterious(expr));
        };
        let missing_ok = match missing_ok {
            Some(flag) => self.truth_of(flag, frame)? == Some(true),
            None => false,
        };
        let leaf = Leaf {
            setting: setting.to_lowercase(),
            path: Vec::new(),
        };
        Ok(Val {
            value: Value::Leaf { leaf, missing_ok },
            origin: Origin::SESSION,
        })
    }

    fn coalesce(&mut self, given: &[&Expr], frame: &Rc<Frame>) -> Eval<Val> {
        for argument in given {
            let val = self.eval(argument, frame)?;
            let val = self.force(val)?;
            if let Value::Unclear { sql, mystery } = &val.value {
                if self.atom(&format!("{sql} IS NULL"), *mystery) != Some(true) {
                    return Ok(val);
                }
            } else if val.value != Value::Null {
                return Ok(val);
            }
        }
        Ok(Val::constant(Value::Null))
    }

    fn json_object(&mut self, given: &[&Expr], expr: &Expr, frame: &Rc<Frame>) -> Eval<Val> {
        let mut fields = Vec::new();
        let mut origin = Origin::CONSTANT;
        for pair in given.chunks(2) {
            let [key, value] = pair else {
                return Ok(mysterious(expr));
            };
            let key = self.eval(key, frame)?;
            let key = self.force(key)?;
            let Some(key) = key.value.text() else {
                return Ok(mysterious(expr));
            };
            let value = self.eval(value, frame)?;
            origin = origin.with(value.origin);
            fields.push((key, value));
        }
        Ok(Val {
            value: Value::Object(fields),
            origin,
        })
    }

    fn role_name(&mut self, role: rowhouse_catalog::Oid) -> Val {
        self.run.role_name = true;
        let name = self
            .catalog()
            .role_by_oid(role)
            .map_or_else(String::new, |role| role.name.clone());
        Val::constant(Value::Text(name))
    }

    /// An operator other than a comparison.
    #[expect(clippy::too_many_lines, reason = "one arm for each operator")]
    pub(super) fn operator(
        &mut self,
        left: Val,
        op: &BinaryOperator,
        right: Val,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        let (left, right) = (self.force(left)?, self.force(right)?);
        if let BinaryOperator::PGCustomBinaryOperator(name) = op {
            return self.custom_operator(name, left, right, expr, frame);
        }
        if left.value == Value::Null || right.value == Value::Null {
            return Ok(Val::constant(Value::Null));
        }
        let origin = left.origin.with(right.origin);
        let value = match (&left.value, op, &right.value) {
            (
                Value::Object(fields),
                BinaryOperator::Arrow | BinaryOperator::LongArrow,
                Value::Text(key),
            ) => {
                let field = fields.iter().find(|(name, _)| name == key);
                return match field {
                    Some((_, val)) if *op == BinaryOperator::LongArrow => {
                        self.cast(val.clone(), "text", expr)
                    }
                    Some((_, val)) => Ok(val.clone()),
                    None => Ok(Val::constant(Value::Null)),
                };
            }
            (Value::Json(leaf), BinaryOperator::Arrow | BinaryOperator::LongArrow, key) => {
                let Some(key) = key.text() else {
                    return Ok(unclear(expr, &[&left, &right]));
                };
                json(leaf.at(key), *op == BinaryOperator::LongArrow)
            }
            (
                Value::Json(leaf),
                BinaryOperator::HashArrow | BinaryOperator::HashLongArrow,
                keys,
            ) => {
                let mut leaf = leaf.clone();
                for key in elements(keys) {
                    leaf = leaf.at(key);
                }
                json(leaf, *op == BinaryOperator::HashLongArrow)
            }
            // A list of tenants in JSON: one of them is asked for.
            (Value::Json(leaf), BinaryOperator::Question, key) => {
                let Some(key) = key.text() else {
                    return Ok(unclear(expr, &[&left, &right]));
                };
                let element = Val {
                    value: json(leaf.at("[]"), true),
                    origin: left.origin,
                };
                let element = self.force(element)?;
                Value::Bool(element.value.text().as_ref() == Some(&key))
            }
            (Value::Document(leaf), BinaryOperator::StringConcat, right) => {
                Value::Document(leaf.at(format!("|| {}", right.describe())))
            }
            (left, BinaryOperator::StringConcat, right) => match (left.text(), right.text()) {
                (Some(left), Some(right)) => Value::Text(left + &right),
                _ => {
                    return Ok(unclear(
                        expr,
                        &[&Val {
                            value: left.clone(),
                            origin,
                        }],
                    ));
                }
            },
            (left_text, BinaryOperator::PGLikeMatch | BinaryOperator::PGNotLikeMatch, pattern) => {
                let negated = *op == BinaryOperator::PGNotLikeMatch;
                return Ok(self.matches(left_text, pattern, negated, false, origin, expr));
            }
            (
                left_text,
                BinaryOperator::PGILikeMatch | BinaryOperator::PGNotILikeMatch,
                pattern,
            ) => {
                let negated = *op == BinaryOperator::PGNotILikeMatch;
                return Ok(self.matches(left_text, pattern, negated, true, origin, expr));
            }
            (left_text, BinaryOperator::PGStartsWith, prefix) => {
                self.cases.near = true;
                match (left_text.text(), prefix.text()) {
                    (Some(text), Some(prefix)) => Value::Bool(text.starts_with(&prefix)),
                    _ => return Ok(unclear(expr, &[&left, &right])),
                }
            }
            (Value::Int(left), op, Value::Int(right)) => {
                self.cases.near = true;
                match arithmetic(*left, op, *right) {
                    Some(result) => Value::Int(result.map_err(|()| Stop::Raised)?),
                    None => return Ok(unclear(expr, &[])),
                }
            }
            _ => return Ok(unclear(expr, &[&left, &right])),
        };
        let keeps_apart = matches!(
            op,
            BinaryOperator::StringConcat | BinaryOperator::Plus | BinaryOperator::Minus
        );
        if origin.is_of_session_only() && keeps_apart {
            self.remember(&[left, right], &value);
        }
        Ok(Val { value, origin })
    }

    fn custom_operator(
        &mut self,
        name: &[String],
        left: Val,
        right: Val,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        let catalog = self.catalog();
        let found = match name {
            [schema, name] => catalog
                .operators
                .iter()
                .find(|operator| operator.schema == *schema && operator.name == *name),
            _ => None,
        };
        if let Some(function) = found.and_then(|found| catalog.function_by_oid(found.function)) {
            if function.name == "citexteq" || function.name == "citext_eq" {
                self.cases.near = true;
                let fold = |val: Val| Val {
                    value: val.value.text().map_or(val.value, Value::Folded),
                    origin: val.origin,
                };
                return self.equal(fold(left), fold(right), &expr.to_string());
            }
            return self.inline(function, vec![left, right], expr, frame);
        }
        Ok(mysterious(expr))
    }

    pub(super) fn like(
        &mut self,
        text: &Expr,
        pattern: &Expr,
        negated: bool,
        folds: bool,
        frame: &Rc<Frame>,
        expr: &Expr,
    ) -> Eval<Val> {
        let text = self.eval(text, frame)?;
        let text = self.force(text)?;
        let pattern = self.eval(pattern, frame)?;
        let pattern = self.force(pattern)?;
        let origin = text.origin.with(pattern.origin);
        Ok(self.matches(&text.value, &pattern.value, negated, folds, origin, expr))
    }

    fn matches(
        &mut self,
        text: &Value,
        pattern: &Value,
        negated: bool,
        folds: bool,
        origin: Origin,
        expr: &Expr,
    ) -> Val {
        self.cases.near = true;
        if *text == Value::Null || *pattern == Value::Null {
            return Val::constant(Value::Null);
        }
        let (Some(mut text), Some(mut pattern)) = (text.text(), pattern.text()) else {
            let value = Value::Null;
            return unclear(expr, &[&Val { value, origin }]);
        };
        if folds {
            text = text.to_lowercase();
            pattern = pattern.to_lowercase();
        }
        let text: Vec<char> = text.chars().collect();
        let pattern: Vec<char> = pattern.chars().collect();
        Val {
            value: Value::Bool(is_like(&text, &pattern) != negated),
            origin,
        }
    }
}

/// A value nothing is known about.
pub(super) fn mysterious(expr: &Expr) -> Val {
    Val::constant(Value::Unclear {
        sql: expr.to_string(),
        mystery: true,
    })
}

fn json(leaf: Leaf, as_text: bool) -> Value {
    if as_text {
        Value::Leaf {
            leaf,
            missing_ok: true,
        }
    } else {
        Value::Json(leaf)
    }
}

fn described(values: &[Val]) -> String {
    let all: Vec<String> = values.iter().map(|val| val.value.describe()).collect();
    all.join(", ")
}

/// The elements of a path such as `{a,b}`.
fn elements(path: &Value) -> Vec<String> {
    match path {
        Value::List(all) => all.iter().filter_map(Value::text).collect(),
        Value::Text(text) => text
            .trim_matches(['{', '}'])
            .split(',')
            .map(|part| part.trim().trim_matches('"').to_owned())
            .collect(),
        _ => Vec::new(),
    }
}

/// A part of JSON in the session, by the function that takes it out.
fn json_path(name: &str, values: &[Val]) -> Option<Value> {
    let [
        Val {
            value: Value::Json(leaf),
            ..
        },
        keys @ ..,
    ] = values
    else {
        return None;
    };
    let mut leaf = leaf.clone();
    for key in keys {
        match &key.value {
            Value::List(keys) => {
                for key in keys {
                    leaf = leaf.at(key.text()?);
                }
            }
            key => leaf = leaf.at(key.text()?),
        }
    }
    match name {
        "json_extract_path_text" | "jsonb_extract_path_text" => Some(Value::Leaf {
            leaf,
            missing_ok: true,
        }),
        "json_extract_path" | "jsonb_extract_path" => Some(Value::Json(leaf)),
        _ => None,
    }
}
