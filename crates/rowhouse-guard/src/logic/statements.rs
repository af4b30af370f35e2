//! What SQL statements let through of each table they reach.

use std::collections::BTreeMap;
use std::rc::Rc;

use rowhouse_catalog::Oid;
use sqlparser::ast::{Expr, Query, Statement};

use super::Decider;
use super::decide::Tally;
use super::frame::{Frame, Parameter, Val};
use super::judge::Outcome;
use super::machine::{Eval, Machine};
use super::query::{Context, QueryFacts, Use};
use super::select::{with_tables, written};
use super::value::{Class, Value};
use super::verdict::Action;
use crate::RowOwner;

/// A table, whose rights it is reached with, what is done, and whether only a condition asks.
type Reached = (Oid, Oid, Action, bool);

/// Output columns, each with the column it hands on unchanged.
type Columns = Vec<(String, Option<(Oid, i16)>)>;

/// Where a statement stands.
#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    /// Whose rights tables are reached with.
    pub(super) role: Oid,
    /// The current user.
    pub(super) user: Oid,
    /// Who is logged in.
    pub(super) login: Oid,
    /// As that of a frame.
    pub(super) path: Option<Vec<String>>,
    /// Parameters and variables nobody knows.
    pub(super) arguments: Vec<(String, Class)>,
}

/// What all runs of a statement come to.
#[derive(Default)]
pub(super) struct Found {
    uses: BTreeMap<Reached, Tally>,
    /// The output columns of the first run, and those in which a later run agrees.
    columns: Option<Columns>,
}

impl Found {
    pub(super) fn add(&mut self, reached: Reached, outcome: Outcome) {
        self.uses.entry(reached).or_default().add(outcome, None);
    }

    fn give_up(&mut self) {
        self.uses.values_mut().for_each(Tally::give_up);
        self.columns = None;
    }

    fn add_columns(&mut self, columns: Columns) {
        match &mut self.columns {
            None => self.columns = Some(columns),
            Some(known) => {
                for ((_, known), (_, now)) in known.iter_mut().zip(columns) {
                    if *known != now {
                        *known = None;
                    }
                }
            }
        }
    }
}

impl<'a> Decider<'a> {
    /// The facts about one statement or several.
    pub(super) fn facts(&self, role: Oid, sql: &str, context: &Context) -> QueryFacts {
        let arguments = context.parameters.iter().enumerate();
        let arguments = arguments.map(|(at, (name, oid))| {
            let name = name.clone().unwrap_or_else(|| format!("${}", at + 1));
            (name, Class::of(self.model.catalog, *oid))
        });
        let surroundings = Surroundings {
            role,
            user: context.invoker.unwrap_or(role),
            login: context.invoker.unwrap_or(role),
            path: (!context.search_path.is_empty()).then(|| context.search_path.clone()),
            arguments: arguments.collect(),
        };
        self.facts_within(sql, &surroundings)
    }

    /// The same, with variables beside the parameters.
    pub(super) fn facts_within(&self, sql: &str, surroundings: &Surroundings) -> QueryFacts {
        let mut facts = QueryFacts::default();
        let Some(statements) = self.texts.statements(sql) else {
            facts.unreadable.push(sql.to_owned());
            return facts;
        };
        if surroundings.role != surroundings.login {
            facts.unreadable.extend(self.blind(&statements));
        }
        for statement in statements.iter() {
            let mut machine = self.statement_machine(surroundings);
            let (mut found, complete) = machine.search(|machine, found: &mut Found| {
                let frame = machine.first_frame(surroundings);
                machine.statement_reaches(statement, frame, found)
            });
            if !complete {
                found.give_up();
                facts.unreadable.push(statement.to_string());
            }
            facts.take(found);
        }
        facts
    }

    pub(super) fn statement_machine<'d>(&'d self, surroundings: &Surroundings) -> Machine<'d, 'a> {
        let mut machine = Machine::new(self, surroundings.login);
        machine.cases.classes.extend(self.tenant_classes());
        machine.arguments.clone_from(&surroundings.arguments);
        machine
    }

    fn tenant_classes(&self) -> Vec<Class> {
        let root = self.model.root.and_then(|root| self.key_class(root));
        root.into_iter().collect()
    }

    fn key_class(&self, relation: Oid) -> Option<Class> {
        let owner = super::machine::owner_of(self.model.classes.get(&relation)?)?;
        let RowOwner::Column(column) = owner else {
            return None;
        };
        let catalog = self.model.catalog;
        Some(super::machine::class_of_column(catalog, relation, *column))
    }
}

impl QueryFacts {
    pub(super) fn take(&mut self, found: Found) {
        for ((relation, role, action, in_condition), tally) in found.uses {
            self.uses.push(Use {
                relation,
                role,
                action,
                verdict: tally.verdict(),
                in_condition,
            });
        }
        self.columns = found.columns.unwrap_or_default();
    }
}

impl Machine<'_, '_> {
    /// The frame a statement begins in: parameters nobody knows.
    pub(super) fn first_frame(&mut self, surroundings: &Surroundings) -> Rc<Frame> {
        let arguments = self.run.add_arguments();
        let parameters = self.arguments.iter().enumerate();
        let parameters = parameters.map(|(at, (name, class))| Parameter {
            name: Some(name.clone()),
            class: *class,
            value: Val::constant(Value::Null),
            free: Some((arguments, at as i16)),
        });
        Rc::new(Frame {
            parameters: parameters.collect(),
            path: surroundings.path.clone(),
            user: surroundings.user,
            ..Frame::new(surroundings.role)
        })
    }

    pub(super) fn statement_reaches(
        &mut self,
        statement: &Statement,
        frame: Rc<Frame>,
        found: &mut Found,
    ) -> Eval<()> {
        match statement {
            Statement::Query(query) => self.query_reaches(query, &frame, found),
            Statement::Insert(insert) => self.insert_reaches(insert, &frame, found),
            Statement::Update(update) => self.update_reaches(update, (*frame).clone(), found),
            Statement::Delete(delete) => self.delete_reaches(delete, (*frame).clone(), found),
            Statement::Merge(merge) => self.merge_reaches(merge, (*frame).clone(), found),
            Statement::Truncate(truncate) => {
                self.truncate_reaches(truncate, &frame, found);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn query_reaches(&mut self, query: &Query, frame: &Rc<Frame>, found: &mut Found) -> Eval<()> {
        let around = Rc::new(with_tables(query, (**frame).clone()));
        let in_with = query.with.iter().flat_map(|with| &with.cte_tables);
        let mut writes = in_with.filter_map(|cte| written(&cte.query.body));
        if let Some(writes) = writes.find(|_| self.choices.choose(2) == 1) {
            return self.statement_reaches(writes, around, found);
        }
        if let Some(writes) = written(&query.body) {
            return self.statement_reaches(writes, around, found);
        }
        let Some((columns, inner)) = self.witness(query, frame)? else {
            return Ok(());
        };
        let base = |machine: &Self, expr: &Expr| {
            let (row, column) = machine.place(expr, &inner)?;
            let relation = machine.run.rows[row].relation;
            (!machine.run.rows[row].is_of_arguments()).then_some((relation, column))
        };
        found.add_columns(
            columns
                .iter()
                .map(|(name, expr)| (name.clone(), base(self, expr)))
                .collect(),
        );
        for (_, expr) in &columns {
            // Sub-selects in the output read as well.
            if expr.to_string().to_uppercase().contains("SELECT") {
                self.eval(expr, &inner)?;
            }
        }
        self.judge_reads(found);
        Ok(())
    }

    /// Whose rows the statement read.
    pub(super) fn judge_reads(&mut self, found: &mut Found) {
        if !self.is_consistent() {
            return;
        }
        for (row, role, in_condition) in self.reads.clone() {
            let relation = self.run.rows[row].relation;
            if self.owner_of(relation).is_some() {
                let outcome = self.judge(row, role, Action::Read);
                found.add((relation, role, Action::Read, in_condition), outcome);
            }
        }
    }
}
