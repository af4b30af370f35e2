//! Functions of users: their bodies take the place of the call.

use std::rc::Rc;

use rowhouse_catalog::{ArgumentMode, Function, Oid, Relation};
use sqlparser::ast::{Expr, Query, Statement};

use super::eval::{mysterious, unclear};
use super::frame::{Frame, Parameter, Val};
use super::lexer::tokens;
use super::machine::{Eval, Machine, Stop};
use super::plpgsql;
use super::select::{DEPTH_LIMIT, Output};
use super::value::{Class, Value};

/// What functions return that return nothing.
const VOID: Oid = Oid(2278);

/// What a set-returning function gives.
pub(super) enum Returned {
    Row(Output),
    NoRow,
    /// Its body was not understood.
    Unknown,
}

impl<'a> Machine<'_, 'a> {
    /// The function a call names; none where it is one of the server's.
    pub(super) fn function_named(
        &self,
        name: &[String],
        count: usize,
        frame: &Frame,
    ) -> Option<&'a Function> {
        self.decider
            .function_named(name, count, frame.path.as_deref())
    }

    pub(super) fn relation_named(
        &self,
        name: &[String],
        path: Option<&[String]>,
    ) -> Option<&'a Relation> {
        self.decider.relation_named(name, path)
    }

    /// The value of a call.
    pub(super) fn inline(
        &mut self,
        function: &'a Function,
        values: Vec<Val>,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        if frame.depth > DEPTH_LIMIT {
            return Err(Stop::Raised);
        }
        let mut given = Vec::new();
        for val in values {
            given.push(self.force(val)?);
        }
        if function.strict && given.iter().any(|val| val.value == Value::Null) {
            return Ok(Val::constant(Value::Null));
        }
        let result = match function.language.as_str() {
            "sql" => match self.sql_of(function) {
                Some(Body::Expression(body)) => {
                    let inner = self.body_frame(function, given, frame)?;
                    self.eval(&body, &inner)?
                }
                Some(Body::Query(query)) => {
                    let inner = self.body_frame(function, given, frame)?;
                    self.scalar(&query, &inner)?
                }
                None => return Ok(mysterious(expr)),
            },
            "plpgsql" => {
                let inner = self.body_frame(function, given, frame)?;
                match plpgsql::parse(&function.body) {
                    Some(block) => {
                        match self.run_body(&block, (*inner).clone(), function.returns != VOID)? {
                            Some(val) => val,
                            None => return Ok(mysterious(expr)),
                        }
                    }
                    None => return Ok(mysterious(expr)),
                }
            }
            _ => {
                let mut val = unclear(expr, &given.iter().collect::<Vec<_>>());
                if let Value::Unclear { mystery, .. } = &mut val.value {
                    *mystery = true;
                }
                return Ok(val);
            }
        };
        let class = Class::of(self.catalog(), function.returns);
        if matches!(class, Class::Other | Class::Array) {
            return Ok(result);
        }
        let to = function.result.clone().unwrap_or_default();
        let to = to.strip_prefix("SETOF ").unwrap_or(&to).to_owned();
        if Class::named(&to) == class {
            self.cast(result, &to, expr)
        } else {
            Ok(result)
        }
    }

    /// A row a set-returning function gives.
    pub(super) fn rows_of(
        &mut self,
        function: &'a Function,
        values: Vec<Val>,
        frame: &Rc<Frame>,
    ) -> Eval<Returned> {
        if frame.depth > DEPTH_LIMIT {
            return Err(Stop::Raised);
        }
        let query = match function.language.as_str() {
            "sql" => match self.sql_of(function) {
                Some(Body::Query(query)) => *query,
                _ => return Ok(Returned::Unknown),
            },
            "plpgsql" => match self.only_return_query(function) {
                Some(query) => query,
                None => return Ok(Returned::Unknown),
            },
            _ => return Ok(Returned::Unknown),
        };
        let inner = self.body_frame(function, values, frame)?;
        let output = self.witness(&query, &inner)?;
        Ok(output.map_or(Returned::NoRow, Returned::Row))
    }

    fn only_return_query(&self, function: &Function) -> Option<Query> {
        let block = plpgsql::parse(&function.body)?;
        let text = block.body.iter().find_map(|statement| match statement {
            plpgsql::Statement::ReturnQuery(text) => Some(text),
            _ => None,
        })?;
        match self.decider.texts.statements(text)?.first()? {
            Statement::Query(query) => Some((**query).clone()),
            _ => None,
        }
    }

    /// What a function in SQL evaluates to: its last statement.
    fn sql_of(&self, function: &Function) -> Option<Body> {
        let text = function.sql_body.as_deref().unwrap_or(&function.body);
        let text = text.trim();
        if function.sql_body.is_some()
            && let Some(expr) = text.strip_prefix("RETURN ")
        {
            let parsed = self.decider.texts.expression(expr.trim_end_matches(';'))?;
            return Some(Body::Expression(parsed));
        }
        let text = atomic(text);
        match self.decider.texts.statements(text)?.last()? {
            Statement::Query(query) => Some(Body::Query(query.clone())),
            _ => None,
        }
    }

    fn body_frame(
        &mut self,
        function: &Function,
        values: Vec<Val>,
        frame: &Rc<Frame>,
    ) -> Eval<Rc<Frame>> {
        let inputs = function
            .arguments
            .iter()
            .enumerate()
            .filter(|(_, argument)| {
                !matches!(argument.mode, ArgumentMode::Out | ArgumentMode::Table)
            });
        let mut values = values.into_iter();
        let mut parameters = Vec::new();
        for (at, argument) in inputs {
            let value = match values.next() {
                Some(value) => value,
                None => self.default_of(function, at, frame)?,
            };
            parameters.push(Parameter {
                free: None,
                name: argument.name.clone(),
                class: Class::of(self.catalog(), argument.type_oid),
                value,
            });
        }
        let role = if function.security_definer {
            function.owner
        } else {
            frame.user
        };
        Ok(Rc::new(Frame {
            parameters,
            path: search_path(function),
            depth: frame.depth + 1,
            ..Frame::new(role)
        }))
    }

    /// What an argument that was left out is.
    fn default_of(&mut self, function: &Function, at: usize, frame: &Rc<Frame>) -> Eval<Val> {
        let text = default_text(&function.signature, at);
        match text.and_then(|text| self.decider.texts.expression(text)) {
            Some(expr) => self.eval(&expr, &Rc::new(Frame::new(frame.role))),
            None => Ok(Val::constant(Value::Unclear {
                sql: "DEFAULT".into(),
                mystery: true,
            })),
        }
    }
}

/// The default of an argument in a signature such as `a integer, b text DEFAULT 'x'::text`.
fn default_text(signature: &str, at: usize) -> Option<&str> {
    let (mut open, mut commas, mut start) = (0, 0, None);
    for token in tokens(signature) {
        match token.of(signature) {
            "(" | "[" => open += 1,
            ")" | "]" => open -= 1,
            "," if open == 0 => {
                if let Some(start) = start {
                    return Some(signature[start..token.start].trim());
                }
                commas += 1;
            }
            _ if commas == at && start.is_none() && token.is(signature, "default") => {
                start = Some(token.end);
            }
            _ => {}
        }
    }
    start.map(|start| signature[start..].trim())
}

enum Body {
    Expression(Rc<Expr>),
    Query(Box<Query>),
}

/// The statements inside `BEGIN ATOMIC … END`.
pub(super) fn atomic(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix("BEGIN ATOMIC") {
        Some(rest) => rest.trim_end().strip_suffix("END").unwrap_or(rest),
        None => text,
    }
}

/// Where the names in a function's body are looked up: none for bodies the server keeps parsed.
pub(super) fn search_path(function: &Function) -> Option<Vec<String>> {
    if function.sql_body.is_some() {
        return None;
    }
    let mut path: Vec<String> = function
        .settings
        .get("search_path")
        .map(|path| {
            path.split(',')
                .map(|schema| schema.trim().trim_matches('"').to_owned())
                .filter(|schema| !schema.is_empty())
                .collect()
        })
        .unwrap_or_default();
    if path.is_empty() {
        // Nobody knows the caller's; these are where it would be meant to lead.
        path = vec!["public".into(), function.schema.clone()];
    }
    Some(path)
}

/// The names of the columns a function returns.
pub(super) fn output_names(function: &Function, alias: &str) -> Vec<String> {
    let named: Vec<String> = function
        .arguments
        .iter()
        .filter(|argument| {
            matches!(
                argument.mode,
                ArgumentMode::Out | ArgumentMode::Table | ArgumentMode::InOut
            )
        })
        .map(|argument| argument.name.clone().unwrap_or_default())
        .collect();
    if named.is_empty() && function.returns != Oid(2249) {
        vec![alias.to_owned()]
    } else {
        named
    }
}
