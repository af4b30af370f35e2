//! Running bodies in plpgsql.

use std::rc::Rc;

use sqlparser::ast::Statement as Parsed;

use super::frame::{Frame, Parameter, Val};
use super::machine::{Eval, Machine, Stop};
use super::plpgsql::{Block, Statement};
use super::value::{Class, Value};

/// How a statement ends.
enum Flow {
    Next,
    Return(Val),
    /// Something that was not understood: anything may follow.
    Lost,
}

impl Machine<'_, '_> {
    /// What a body returns, where it returns something at all; none where that was not understood.
    pub(super) fn run_body(
        &mut self,
        block: &Block,
        mut frame: Frame,
        returns: bool,
    ) -> Eval<Option<Val>> {
        declare(
            &mut frame,
            "found",
            Class::Bool,
            Val::constant(Value::Bool(false)),
        );
        match self.block(block, &mut frame)? {
            Flow::Return(val) => Ok(Some(val)),
            Flow::Lost => Ok(None),
            Flow::Next if !returns => Ok(Some(Val::constant(Value::Null))),
            // "control reached end of function without RETURN"
            Flow::Next => Err(Stop::Raised),
        }
    }

    fn block(&mut self, block: &Block, frame: &mut Frame) -> Eval<Flow> {
        for (name, data_type, default) in &block.declarations {
            let val = match default {
                Some(sql) => match self.expression(sql, frame)? {
                    Some(val) => self.assigned(val, data_type)?,
                    None => return Ok(Flow::Lost),
                },
                None => Val::constant(Value::Null),
            };
            declare(frame, name, Class::named(data_type), val);
        }
        let ended = self.statements(&block.body, frame);
        if matches!(ended, Err(Stop::Raised)) && !block.handlers.is_empty() {
            let handler = &block.handlers[self.choices.choose(block.handlers.len())];
            return self.statements(handler, frame);
        }
        ended
    }

    fn statements(&mut self, all: &[Statement], frame: &mut Frame) -> Eval<Flow> {
        for statement in all {
            match self.statement(statement, frame)? {
                Flow::Next => {}
                ended => return Ok(ended),
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, statement: &Statement, frame: &mut Frame) -> Eval<Flow> {
        match statement {
            Statement::Return(Some(sql)) => Ok(match self.expression(sql, frame)? {
                Some(val) => Flow::Return(val),
                None => Flow::Lost,
            }),
            Statement::Return(None) => Ok(Flow::Return(Val::constant(Value::Null))),
            Statement::Raise => Err(Stop::Raised),
            Statement::Block(block) => self.block(block, frame),
            Statement::Assign(name, sql) => {
                let Some(val) = self.expression(sql, frame)? else {
                    return Ok(Flow::Lost);
                };
                Ok(assign(frame, name, val))
            }
            Statement::If(branches, otherwise) => {
                for (condition, body) in branches {
                    let Some(val) = self.expression(condition, frame)? else {
                        return Ok(Flow::Lost);
                    };
                    if self.truth(val)? == Some(true) {
                        return self.statements(body, frame);
                    }
                }
                self.statements(otherwise, frame)
            }
            Statement::Sql(sql, targets, strict) => self.fill(sql, targets, *strict, frame),
            Statement::ReturnNext(_)
            | Statement::ReturnQuery(_)
            | Statement::Execute(_)
            | Statement::Loop(..)
            | Statement::Other(_) => Ok(Flow::Lost),
        }
    }

    /// `SELECT … INTO …`; other SQL has no say in what a policy lets through.
    fn fill(
        &mut self,
        sql: &str,
        targets: &[String],
        strict: bool,
        frame: &mut Frame,
    ) -> Eval<Flow> {
        if targets.is_empty() {
            return Ok(Flow::Next);
        }
        let parsed = self.decider.texts.statements(sql);
        let Some(Parsed::Query(query)) = parsed.as_deref().and_then(|all| all.first()) else {
            return Ok(Flow::Lost);
        };
        let around = Rc::new(frame.clone());
        let output = if self.choices.choose(2) == 0 {
            let Some(output) = self.witness(query, &around)? else {
                return Err(Stop::Pruned);
            };
            Some(output)
        } else if strict {
            return Err(Stop::Raised);
        } else {
            None
        };
        let found = Value::Bool(output.is_some());
        for (at, target) in targets.iter().enumerate() {
            let val = match &output {
                Some((columns, inner)) => match columns.get(at) {
                    Some((_, expr)) => self.eval(expr, inner)?,
                    None => return Ok(Flow::Lost),
                },
                None => Val::constant(Value::Null),
            };
            if let Flow::Lost = assign(frame, target, val) {
                return Ok(Flow::Lost);
            }
        }
        Ok(assign(frame, "found", Val::constant(found)))
    }

    fn expression(&mut self, sql: &str, frame: &Frame) -> Eval<Option<Val>> {
        let Some(expr) = self.decider.texts.expression(sql) else {
            return Ok(None);
        };
        self.eval(&expr, &Rc::new(frame.clone())).map(Some)
    }

    fn assigned(&mut self, val: Val, data_type: &str) -> Eval<Val> {
        let class = Class::named(data_type);
        let val = self.force(val)?;
        match val.value.cast(class) {
            Ok(Some(value)) => Ok(Val { value, ..val }),
            Ok(None) => Ok(val),
            Err(_) => Err(Stop::Raised),
        }
    }
}

fn declare(frame: &mut Frame, name: &str, class: Class, value: Val) {
    // The innermost declaration of a name counts.
    frame.parameters.push(Parameter {
        free: None,
        name: Some(name.to_owned()),
        class,
        value,
    });
}

fn assign(frame: &mut Frame, name: &str, val: Val) -> Flow {
    let known = frame
        .parameters
        .iter_mut()
        .rev()
        .find(|parameter| parameter.name.as_deref() == Some(name));
    let Some(parameter) = known else {
        return Flow::Lost;
    };
    parameter.free = None;
    match val.value.cast(parameter.class) {
        Ok(Some(value)) => parameter.value = Val { value, ..val },
        _ => parameter.value = val,
    }
    Flow::Next
}
