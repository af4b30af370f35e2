//! What SQL statements let through of each table they reach.

use std::collections::BTreeMap;
use std::rc::Rc;

use rowhouse_catalog::{Oid, Relation};
use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, Expr, FromTable, Insert, Query, Statement, TableFactor,
    TableObject, TableWithJoins, Update, UpdateTableFromKind,
};

use super::Decider;
use super::decide::{Outcome, Tally};
use super::frame::{Frame, Parameter, Source, Val};
use super::machine::{Eval, Machine};
use super::names::{folded, parts};
use super::query::{Context, QueryFacts, Use};
use super::value::{Class, Value};
use super::verdict::Action;
use crate::RowOwner;

/// A table, whose rights it is reached with, what is done, and whether only a condition asks.
type Reached = (Oid, Oid, Action, bool);

/// Where a statement stands.
#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    /// Whose rights tables are reached with.
    pub(super) role: Oid,
    /// Who runs it.
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
struct Found {
    uses: BTreeMap<Reached, Tally>,
    /// The output columns of the first run, and those in which a later run agrees.
    columns: Option<Vec<(String, Option<(Oid, i16)>)>>,
}

impl Found {
    fn add(&mut self, reached: Reached, outcome: Outcome) {
        self.uses.entry(reached).or_default().add(outcome, None);
    }

    fn give_up(&mut self) {
        self.uses.values_mut().for_each(Tally::give_up);
        self.columns = None;
    }

    fn add_columns(&mut self, columns: Vec<(String, Option<(Oid, i16)>)>) {
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

impl Decider<'_> {
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
        for statement in statements.iter() {
            let mut machine = Machine::new(self, surroundings.login);
            machine.cases.classes.extend(self.tenant_classes());
            machine.arguments.clone_from(&surroundings.arguments);
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
    fn take(&mut self, found: Found) {
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
    fn first_frame(&mut self, surroundings: &Surroundings) -> Rc<Frame> {
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
            role: surroundings.role,
            ..Frame::new(surroundings.user)
        })
    }

    fn statement_reaches(
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
            _ => Ok(()),
        }
    }

    fn query_reaches(&mut self, query: &Query, frame: &Rc<Frame>, found: &mut Found) -> Eval<()> {
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
    fn judge_reads(&mut self, found: &mut Found) {
        if !self.run.is_consistent(self.catalog()) {
            return;
        }
        for (row, role, in_condition) in self.reads.clone() {
            let relation = self.run.rows[row].relation;
            if self.owner_of(relation).is_some() {
                let outcome = self.judge(row, role);
                found.add((relation, role, Action::Read, in_condition), outcome);
            }
        }
    }

    fn insert_reaches(
        &mut self,
        insert: &Insert,
        frame: &Rc<Frame>,
        found: &mut Found,
    ) -> Eval<()> {
        let TableObject::TableName(name) = &insert.table else {
            return Ok(());
        };
        let Some(table) = self.relation_named(&parts(name), frame.path.as_deref()) else {
            return Ok(());
        };
        let Some(query) = &insert.source else {
            return Ok(());
        };
        let Some((values, inner)) = self.witness(query, frame)? else {
            return Ok(());
        };
        self.judge_reads(found);
        let names: Vec<String> = if insert.columns.is_empty() {
            table
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect()
        } else {
            let named = insert.columns.iter();
            named.filter_map(|column| parts(column).pop()).collect()
        };
        let given = names
            .iter()
            .zip(values)
            .map(|(name, (_, expr))| (name.clone(), expr));
        let given: Vec<(String, Rc<Expr>)> = given.collect();
        self.judge_new_row(table, &given, &inner, None, Action::Insert, found)
    }

    /// A new row with these values, the others as they were or by default.
    fn judge_new_row(
        &mut self,
        table: &Relation,
        given: &[(String, Rc<Expr>)],
        frame: &Rc<Frame>,
        old: Option<usize>,
        action: Action,
        found: &mut Found,
    ) -> Eval<()> {
        let Some(owner) = self.owner_of(table.oid) else {
            return Ok(());
        };
        let columns = match owner {
            RowOwner::Column(column) => vec![*column],
            RowOwner::Parent { columns, .. } => columns.clone(),
        };
        let row = self.run.add_row(table.oid);
        for number in columns {
            let Some(column) = table.column_at(number) else {
                continue;
            };
            let value = given.iter().find(|(name, _)| *name == column.name);
            let val = match (value, old, &column.default) {
                (Some((_, expr)), ..) if expr.to_string() != "DEFAULT" => self.eval(expr, frame)?,
                (_, Some(old), _) => self.read_column((old, number)),
                (_, None, Some(default)) => match self.decider.texts.expression(default) {
                    Some(expr) => self.eval(&expr, &Rc::new(Frame::new(frame.role)))?,
                    None => continue,
                },
                (_, None, None) => Val::constant(Value::Null),
            };
            if !self.take((row, number), val)? {
                return Ok(());
            }
        }
        let access = self.access(frame.role);
        if access.is_filtered(table) && !self.passes(row, action, frame)? {
            return Ok(());
        }
        if self.run.is_consistent(self.catalog()) {
            let outcome = self.judge(row, frame.role);
            found.add((table.oid, frame.role, action, false), outcome);
        }
        Ok(())
    }

    /// The table's row a statement changes, if its conditions hold.
    fn target(
        &mut self,
        item: &TableWithJoins,
        action: Action,
        frame: &mut Frame,
    ) -> Eval<Option<usize>> {
        let TableFactor::Table { name, alias, .. } = &item.relation else {
            return Ok(None);
        };
        let name = parts(name);
        let Some(table) = self.relation_named(&name, frame.path.as_deref()) else {
            return Ok(None);
        };
        let row = self.run.add_row(table.oid);
        let access = self.access(frame.role);
        if access.is_filtered(table) && !self.passes(row, action, frame)? {
            return Ok(None);
        }
        let shown = match alias {
            Some(alias) => folded(&alias.name),
            None => table.name.clone(),
        };
        frame.sources.push((shown, Source::Row(row)));
        Ok(Some(row))
    }

    fn conditions(
        &mut self,
        tables: &[TableWithJoins],
        selection: Option<&Expr>,
        frame: &mut Frame,
    ) -> Eval<bool> {
        for table in tables {
            if !self.add_tables(table, frame)? {
                return Ok(false);
            }
        }
        let Some(condition) = selection else {
            return Ok(true);
        };
        self.in_condition = true;
        let holds = self.require(condition, &Rc::new(frame.clone()));
        self.in_condition = false;
        holds
    }

    fn judge_old_row(&mut self, row: usize, role: Oid, action: Action, found: &mut Found) {
        let relation = self.run.rows[row].relation;
        if self.owner_of(relation).is_some() && self.run.is_consistent(self.catalog()) {
            let outcome = self.judge(row, role);
            found.add((relation, role, action, false), outcome);
        }
    }

    fn update_reaches(&mut self, update: &Update, mut frame: Frame, found: &mut Found) -> Eval<()> {
        let Some(row) = self.target(&update.table, Action::UpdateOld, &mut frame)? else {
            return Ok(());
        };
        let from = match &update.from {
            Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) => {
                from.as_slice()
            }
            None => &[],
        };
        if !self.conditions(from, update.selection.as_ref(), &mut frame)? {
            return Ok(());
        }
        self.judge_reads(found);
        self.judge_old_row(row, frame.role, Action::UpdateOld, found);
        let Some(table) = self.catalog().relation_by_oid(self.run.rows[row].relation) else {
            return Ok(());
        };
        let given = assigned(&update.assignments);
        let frame = Rc::new(frame);
        self.judge_new_row(table, &given, &frame, Some(row), Action::UpdateNew, found)
    }

    fn delete_reaches(&mut self, delete: &Delete, mut frame: Frame, found: &mut Found) -> Eval<()> {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        let Some(item) = from.first() else {
            return Ok(());
        };
        let Some(row) = self.target(item, Action::Delete, &mut frame)? else {
            return Ok(());
        };
        let using = delete.using.as_deref().unwrap_or_default();
        if !self.conditions(using, delete.selection.as_ref(), &mut frame)? {
            return Ok(());
        }
        self.judge_reads(found);
        self.judge_old_row(row, frame.role, Action::Delete, found);
        Ok(())
    }

    /// Gives a column a value; where that is not understood, it stays open.
    fn take(&mut self, place: (usize, i16), val: Val) -> Eval<bool> {
        let val = self.force(val)?;
        if val.value == Value::Null {
            let nullable = self.is_nullable(place);
            if nullable {
                self.run.set(place, Value::Null);
            }
            return Ok(nullable);
        }
        self.require_place(place, val, false)
    }
}

fn assigned(assignments: &[Assignment]) -> Vec<(String, Rc<Expr>)> {
    let one = |assignment: &Assignment| match &assignment.target {
        AssignmentTarget::ColumnName(name) => {
            Some((parts(name).pop()?, Rc::new(assignment.value.clone())))
        }
        AssignmentTarget::Tuple(_) => None,
    };
    assignments.iter().filter_map(one).collect()
}
