//! The ways through a body in plpgsql: each statement is judged with what the guards before it have ruled out.
//!
//! A run goes up to one statement and judges it there; other runs pass it by. Guards, assignments and `SELECT … INTO`
//! on the way are taken as they are written; what is not understood may be anything.

use std::rc::Rc;

use sqlparser::ast::{Expr, SelectItem, SetExpr, Statement as Sql};

use super::Decider;
use super::frame::{Frame, Parameter, Val};
use super::lexer::tokens;
use super::machine::{Eval, Machine, Stop};
use super::plpgsql::{Block, Statement};
use super::query::QueryFacts;
use super::statements::{Found, Surroundings};
use super::value::{Class, Value};

/// How a part of a body ends.
#[derive(PartialEq, Eq)]
enum Step {
    Next,
    /// It returned, or the statement this run is about has been judged.
    Ended,
}

impl Decider<'_> {
    /// What the statements of a body reach; none where there are too many ways through it. `surroundings` names the
    /// parameters and, after them, all variables.
    pub(super) fn ways_through(
        &self,
        block: &Block,
        surroundings: &Surroundings,
        parameters: usize,
    ) -> Option<QueryFacts> {
        let mut machine = self.statement_machine(surroundings);
        let (found, complete) = machine.search(|machine, found: &mut Found| {
            let mut frame = (*machine.first_frame(surroundings)).clone();
            frame.parameters.truncate(parameters);
            machine.declare_unknown(&mut frame, "found", Class::Bool);
            machine.walk_block(block, &mut frame, found)?;
            Ok(())
        });
        let mut facts = QueryFacts::default();
        facts.take(found);
        complete.then_some(facts)
    }
}

impl Machine<'_, '_> {
    fn walk_block(&mut self, block: &Block, frame: &mut Frame, found: &mut Found) -> Eval<Step> {
        for (name, data_type, default) in &block.declarations {
            let class = Class::named(data_type);
            self.declare_unknown(frame, name, class);
            match default {
                Some(text) => self.assign_text(name, text, frame, found)?,
                None => assign_value(name, Val::constant(Value::Null), frame),
            }
        }
        // An error that is not foreseen here leads to a handler as well.
        let way = self.choices.choose(block.handlers.len() + 1);
        if let Some(handler) = way.checked_sub(1) {
            self.forget_assigned(&block.body, frame);
            return self.walk(&block.handlers[handler], frame, found);
        }
        let ended = self.walk(&block.body, frame, found);
        if ended == Err(Stop::Raised) && !block.handlers.is_empty() {
            // The handlers have runs of their own.
            return Err(Stop::Pruned);
        }
        ended
    }

    fn walk(&mut self, all: &[Statement], frame: &mut Frame, found: &mut Found) -> Eval<Step> {
        for statement in all {
            if self.step(statement, frame, found)? == Step::Ended {
                return Ok(Step::Ended);
            }
        }
        Ok(Step::Next)
    }

    fn step(&mut self, statement: &Statement, frame: &mut Frame, found: &mut Found) -> Eval<Step> {
        self.pay()?;
        match statement {
            Statement::Return(text) => {
                if let Some(text) = text {
                    self.judge_expression(text, frame, found)?;
                }
                Ok(Step::Ended)
            }
            Statement::ReturnNext(Some(text)) => self.judge_expression(text, frame, found),
            Statement::ReturnQuery(text) => self.judge_sql(text, frame, found),
            Statement::Raise => Err(Stop::Raised),
            Statement::Assign(name, text) => {
                self.assign_text(name, text, frame, found)?;
                Ok(Step::Next)
            }
            Statement::If(branches, otherwise) => {
                for (condition, body) in branches {
                    if self.condition(condition, frame, found)? {
                        return self.walk(body, frame, found);
                    }
                }
                self.walk(otherwise, frame, found)
            }
            Statement::Sql(text, targets, strict) => {
                if self.judge_sql(text, frame, found)? == Step::Ended {
                    return Ok(Step::Ended);
                }
                self.call_guard(text, frame)?;
                self.fill_targets(text, targets, *strict, frame)?;
                Ok(Step::Next)
            }
            Statement::Block(block) => self.walk_block(block, frame, found),
            Statement::Loop(head, body) => self.walk_loop(head, body, frame, found),
            Statement::ReturnNext(None) | Statement::Execute(_) | Statement::Other(_) => {
                Ok(Step::Next)
            }
        }
    }

    /// `PERFORM guard(…)`: what it raises ends this run too.
    fn call_guard(&mut self, text: &str, frame: &Frame) -> Eval<()> {
        let parsed = self.decider.texts.statements(text);
        let Some(Sql::Query(query)) = parsed.as_deref().and_then(|all| all.first()) else {
            return Ok(());
        };
        let SetExpr::Select(select) = query.body.as_ref() else {
            return Ok(());
        };
        if let ([SelectItem::UnnamedExpr(call @ Expr::Function(_))], true, None) = (
            select.projection.as_slice(),
            select.from.is_empty(),
            &select.selection,
        ) {
            self.eval(call, &Rc::new(frame.clone()))?;
            self.reads.clear();
        }
        Ok(())
    }

    /// A loop runs once or not at all; what it assigns may be anything, as after many rounds.
    fn walk_loop(
        &mut self,
        head: &str,
        body: &[Statement],
        frame: &mut Frame,
        found: &mut Found,
    ) -> Eval<Step> {
        let all = tokens(head);
        if let Some(at) = all.iter().position(|token| token.is(head, "in")) {
            for variable in &all[..at] {
                let name = variable.of(head).to_lowercase();
                self.declare_unknown(frame, &name, Class::Other);
            }
            if let Some(first) = all.get(at + 1)
                && ["select", "with"].iter().any(|word| first.is(head, word))
                && self.judge_sql(&head[first.start..], frame, found)? == Step::Ended
            {
                return Ok(Step::Ended);
            }
        }
        self.forget_assigned(body, frame);
        if self.choices.choose(2) == 1 {
            return Ok(Step::Next);
        }
        let ended = self.walk(body, frame, found)?;
        self.forget_assigned(body, frame);
        Ok(ended)
    }

    /// Judges a statement, in the runs that are about it.
    fn judge_sql(&mut self, text: &str, frame: &Frame, found: &mut Found) -> Eval<Step> {
        let Some(statements) = self.decider.texts.statements(text) else {
            return Ok(Step::Next);
        };
        for statement in statements.iter() {
            if !reaches_tables(text) || self.choices.choose(2) == 1 {
                continue;
            }
            self.statement_reaches(statement, Rc::new(frame.clone()), found)?;
            return Ok(Step::Ended);
        }
        Ok(Step::Next)
    }

    fn judge_expression(&mut self, text: &str, frame: &Frame, found: &mut Found) -> Eval<Step> {
        if reaches_tables(text) {
            return self.judge_sql(&format!("SELECT {text}"), frame, found);
        }
        Ok(Step::Next)
    }

    /// Whether a guard holds; what it reads is judged in runs of its own.
    fn condition(&mut self, text: &str, frame: &Frame, found: &mut Found) -> Eval<bool> {
        if self.judge_expression(text, frame, found)? == Step::Ended {
            return Err(Stop::Pruned);
        }
        let val = match self.decider.texts.expression(text) {
            Some(expr) => self.eval(&expr, &Rc::new(frame.clone()))?,
            None => Val::constant(Value::Unclear {
                sql: text.to_owned(),
                mystery: true,
            }),
        };
        self.reads.clear();
        Ok(self.truth(val)? == Some(true))
    }

    fn assign_text(
        &mut self,
        name: &str,
        text: &str,
        frame: &mut Frame,
        found: &mut Found,
    ) -> Eval<()> {
        if self.judge_expression(text, frame, found)? == Step::Ended {
            return Err(Stop::Pruned);
        }
        match self.decider.texts.expression(text) {
            Some(expr) => {
                let val = self.eval(&expr, &Rc::new(frame.clone()))?;
                assign_value(name, val, frame);
            }
            None => self.forget(name, frame),
        }
        self.reads.clear();
        Ok(())
    }

    /// What `SELECT … INTO …` puts into variables.
    fn fill_targets(
        &mut self,
        text: &str,
        targets: &[String],
        strict: bool,
        frame: &mut Frame,
    ) -> Eval<()> {
        if targets.is_empty() {
            self.forget("found", frame);
            return Ok(());
        }
        let parsed = self.decider.texts.statements(text);
        let Some(Sql::Query(query)) = parsed.as_deref().and_then(|all| all.first()) else {
            for target in targets {
                self.forget(target, frame);
            }
            return Ok(());
        };
        let finds = strict || self.choices.choose(2) == 0;
        let output = if finds {
            let around = Rc::new(frame.clone());
            Some(self.witness(query, &around)?.ok_or(Stop::Pruned)?)
        } else {
            None
        };
        for (at, target) in targets.iter().enumerate() {
            let column = output
                .as_ref()
                .map(|(columns, inner)| (columns.get(at), inner));
            match column {
                Some((Some((_, expr)), inner)) => {
                    let val = self.eval(expr, inner)?;
                    assign_value(target, val, frame);
                }
                Some((None, _)) => self.forget(target, frame),
                None => assign_value(target, Val::constant(Value::Null), frame),
            }
        }
        assign_value("found", Val::constant(Value::Bool(finds)), frame);
        self.reads.clear();
        Ok(())
    }

    /// A variable nobody knows the value of.
    fn declare_unknown(&mut self, frame: &mut Frame, name: &str, class: Class) {
        // The innermost declaration of a name counts.
        frame.parameters.push(Parameter {
            name: Some(name.to_owned()),
            class,
            value: Val::constant(Value::Null),
            free: None,
        });
        self.forget(name, frame);
    }

    fn forget(&mut self, name: &str, frame: &mut Frame) {
        let mut known = self.arguments.iter();
        let Some(column) = known.rposition(|(known, _)| known == name) else {
            return;
        };
        let row = self.run.add_arguments();
        let mut known = frame.parameters.iter_mut().rev();
        if let Some(variable) = known.find(|known| known.name.as_deref() == Some(name)) {
            variable.free = i16::try_from(column).ok().map(|column| (row, column));
        }
    }

    fn forget_assigned(&mut self, body: &[Statement], frame: &mut Frame) {
        for statement in body {
            match statement {
                Statement::Assign(name, _) => self.forget(name, frame),
                Statement::Sql(_, targets, _) => {
                    for target in targets {
                        self.forget(target, frame);
                    }
                }
                Statement::If(branches, otherwise) => {
                    for (_, body) in branches {
                        self.forget_assigned(body, frame);
                    }
                    self.forget_assigned(otherwise, frame);
                }
                Statement::Loop(_, body) => self.forget_assigned(body, frame),
                Statement::Block(block) => self.forget_assigned(&block.body, frame),
                _ => {}
            }
        }
    }
}

fn assign_value(name: &str, val: Val, frame: &mut Frame) {
    let mut known = frame.parameters.iter_mut().rev();
    if let Some(variable) = known.find(|known| known.name.as_deref() == Some(name)) {
        variable.free = None;
        variable.value = match val.value.cast(variable.class) {
            Ok(Some(value)) => Val { value, ..val },
            _ => val,
        };
    }
}

/// Whether a text may read or write a table itself.
fn reaches_tables(text: &str) -> bool {
    const WORDS: [&str; 6] = ["select", "insert", "update", "delete", "merge", "truncate"];
    tokens(text)
        .iter()
        .any(|token| WORDS.iter().any(|word| token.is(text, word)))
}
