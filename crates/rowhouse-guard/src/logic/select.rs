//! A row of a query's output: its tables' rows are made up so that its conditions hold.

use std::rc::Rc;

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, Ident, Join, JoinConstraint, JoinOperator,
    Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, SetOperator, Statement,
    TableAlias, TableFactor, TableWithJoins,
};

use rowhouse_catalog::{Relation, RelationKind};

use super::frame::{Frame, Source, Val};
use super::machine::{Eval, Machine, Stop};
use super::names::{bare, folded, parts};
use super::value::Value;
use super::verdict::Action;
use rowhouse_catalog::Privilege;

/// Nothing nests deeper than this: the server would run out of stack.
pub(super) const DEPTH_LIMIT: usize = 24;

/// The output columns of a row, each an expression in the frame beside.
pub(super) type Output = (Vec<(String, Rc<Expr>)>, Rc<Frame>);

impl Machine<'_, '_> {
    /// One row of the query's output, if there is one in some world this run is on the way to.
    pub(super) fn witness(&mut self, query: &Query, frame: &Rc<Frame>) -> Eval<Option<Output>> {
        if frame.depth > DEPTH_LIMIT {
            return Err(Stop::Raised);
        }
        self.pay()?;
        let mut inner = frame.inner();
        if let Some(with) = &query.with {
            for cte in &with.cte_tables {
                let columns = cte.alias.columns.iter().map(|column| folded(&column.name));
                inner.with.push((
                    folded(&cte.alias.name),
                    columns.collect(),
                    Rc::new((*cte.query).clone()),
                ));
            }
        }
        self.witness_of(&query.body, inner)
    }

    fn witness_of(&mut self, body: &SetExpr, frame: Frame) -> Eval<Option<Output>> {
        match body {
            SetExpr::Select(select) => self.select(select, frame),
            SetExpr::Query(query) => self.witness(query, &Rc::new(frame)),
            SetExpr::SetOperation {
                left, op, right, ..
            } => match op {
                SetOperator::Union if self.choices.choose(2) == 1 => {
                    // The names are those of the left side.
                    let found = self.witness_of(right, frame)?;
                    Ok(found.map(|(mut columns, inner)| {
                        for ((name, _), known) in columns.iter_mut().zip(names_of(left)) {
                            *name = known;
                        }
                        (columns, inner)
                    }))
                }
                _ => self.witness_of(left, frame),
            },
            SetExpr::Values(values) if !values.rows.is_empty() => {
                let row = &values.rows[self.choices.choose(values.rows.len())];
                let columns = row.iter().enumerate();
                let columns =
                    columns.map(|(at, expr)| (format!("column{}", at + 1), Rc::new(expr.clone())));
                Ok(Some((columns.collect(), Rc::new(frame))))
            }
            _ => Ok(None),
        }
    }

    fn select(&mut self, select: &Select, mut frame: Frame) -> Eval<Option<Output>> {
        for table in &select.from {
            if !self.add_tables(table, &mut frame)? {
                return Ok(None);
            }
        }
        let frame = Rc::new(frame);
        if let Some(condition) = &select.selection {
            let was = std::mem::replace(&mut self.in_condition, true);
            let holds = self.require(condition, &frame);
            self.in_condition = was;
            if !holds? {
                return Ok(None);
            }
        }
        let columns = self.output_columns(select, &frame);
        Ok(Some((columns, frame)))
    }

    fn output_columns(&self, select: &Select, frame: &Rc<Frame>) -> Vec<(String, Rc<Expr>)> {
        let mut columns = Vec::new();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) => {
                    columns.push((name_of(expr), Rc::new(expr.clone())));
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    columns.push((folded(alias), Rc::new(expr.clone())));
                }
                SelectItem::Wildcard(_) => {
                    for (name, source) in &frame.sources {
                        columns.extend(self.columns_of(name, source));
                    }
                }
                SelectItem::QualifiedWildcard(
                    SelectItemQualifiedWildcardKind::ObjectName(of),
                    _,
                ) => {
                    let wanted = parts(of).pop();
                    for (name, source) in &frame.sources {
                        if Some(name) == wanted.as_ref() {
                            columns.extend(self.columns_of(name, source));
                        }
                    }
                }
                _ => {}
            }
        }
        columns
    }

    fn columns_of(&self, name: &str, source: &Source) -> Vec<(String, Rc<Expr>)> {
        let names: Vec<String> = match source {
            Source::Row(row) => self
                .catalog()
                .relation_by_oid(self.run.rows[*row].relation)
                .map(|table| {
                    table
                        .columns
                        .iter()
                        .map(|column| column.name.clone())
                        .collect()
                })
                .unwrap_or_default(),
            Source::Derived(columns) => columns.iter().map(|(name, ..)| name.clone()).collect(),
            Source::Values(columns) => columns.iter().map(|(name, _)| name.clone()).collect(),
            Source::Nulls | Source::Unknown(_) => Vec::new(),
        };
        let reference = |column: String| {
            let expr = qualified_column(name, &column);
            (column, Rc::new(expr))
        };
        names.into_iter().map(reference).collect()
    }

    /// Adds the tables of one item of FROM; false where its conditions cannot hold.
    pub(super) fn add_tables(&mut self, item: &TableWithJoins, frame: &mut Frame) -> Eval<bool> {
        if !self.add_table(&item.relation, frame)? {
            return Ok(false);
        }
        for join in &item.joins {
            if !self.add_join(join, frame)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn add_join(&mut self, join: &Join, frame: &mut Frame) -> Eval<bool> {
        let (constraint, left_may_miss, right_may_miss) = match &join.join_operator {
            JoinOperator::Join(on)
            | JoinOperator::Inner(on)
            | JoinOperator::CrossJoin(on)
            | JoinOperator::StraightJoin(on) => (on, false, false),
            JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => (on, false, true),
            JoinOperator::Right(on) | JoinOperator::RightOuter(on) => (on, true, false),
            JoinOperator::FullOuter(on) => (on, true, true),
            _ => return Ok(false),
        };
        let before = frame.sources.len();
        let read_before = self.reads.len();
        if right_may_miss && self.choices.choose(2) == 1 {
            // The right side is missing, and so its rows are not read.
            let mut apart = frame.clone();
            let rows = self.run.rows.len();
            self.add_table(&join.relation, &mut apart)?;
            self.run.rows.truncate(rows);
            self.reads.truncate(read_before);
            for (name, _) in apart.sources.drain(before..) {
                frame.sources.push((name, Source::Nulls));
            }
            return Ok(true);
        }
        if !self.add_table(&join.relation, frame)? {
            return Ok(false);
        }
        if left_may_miss && self.choices.choose(2) == 1 {
            for (_, source) in &mut frame.sources[..before] {
                *source = Source::Nulls;
            }
            self.reads.drain(..read_before);
            return Ok(true);
        }
        let was = std::mem::replace(&mut self.in_condition, true);
        let holds = self.joined(constraint, frame, before);
        self.in_condition = was;
        holds
    }

    fn joined(&mut self, constraint: &JoinConstraint, frame: &Frame, before: usize) -> Eval<bool> {
        let frame = Rc::new(frame.clone());
        match constraint {
            JoinConstraint::On(condition) => self.require(condition, &frame),
            JoinConstraint::Using(columns) => {
                for column in columns.iter().filter_map(|column| parts(column).pop()) {
                    let side = |sources: &[(String, Source)]| {
                        let has = |source: &Source| {
                            self.columns_of("", source)
                                .iter()
                                .any(|(name, _)| *name == column)
                        };
                        let found = sources.iter().find(|(_, source)| has(source));
                        found.map(|(name, _)| qualified_column(name, &column))
                    };
                    let (Some(left), Some(right)) = (
                        side(&frame.sources[..before]),
                        side(&frame.sources[before..]),
                    ) else {
                        continue;
                    };
                    let equal = Expr::BinaryOp {
                        left: Box::new(left),
                        op: BinaryOperator::Eq,
                        right: Box::new(right),
                    };
                    if !self.require(&equal, &frame)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            JoinConstraint::Natural | JoinConstraint::None => Ok(true),
        }
    }

    fn add_table(&mut self, factor: &TableFactor, frame: &mut Frame) -> Eval<bool> {
        match factor {
            TableFactor::Table {
                name, alias, args, ..
            } => {
                let name = parts(name);
                match args {
                    Some(args) => self.add_function(&name, &args.args, alias.as_ref(), frame),
                    None => self.add_relation(&name, alias.as_ref(), frame),
                }
            }
            TableFactor::Function {
                name, args, alias, ..
            } => self.add_function(&parts(name), args, alias.as_ref(), frame),
            TableFactor::Derived {
                subquery, alias, ..
            } => {
                let around = Rc::new(frame.clone());
                let Some(output) = self.witness(subquery, &around)? else {
                    return Ok(false);
                };
                let name = alias
                    .as_ref()
                    .map_or(String::new(), |alias| folded(&alias.name));
                let source = derived(output, &renamed(alias.as_ref()));
                frame.sources.push((name, source));
                Ok(true)
            }
            TableFactor::NestedJoin {
                table_with_joins, ..
            } => self.add_tables(table_with_joins, frame),
            TableFactor::UNNEST {
                alias, array_exprs, ..
            } => {
                let alias = alias.as_ref();
                let name = alias.map_or_else(|| "unnest".into(), |alias| folded(&alias.name));
                let source = match array_exprs.as_slice() {
                    [array] => {
                        let around = Rc::new(frame.clone());
                        let list = self.eval(array, &around)?;
                        match self.element(list)? {
                            Some(val) => {
                                let column = renamed(alias).first().cloned();
                                Source::Values(vec![(column.unwrap_or_else(|| name.clone()), val)])
                            }
                            None => return Ok(false),
                        }
                    }
                    _ => Source::Unknown(name.clone()),
                };
                frame.sources.push((name, source));
                Ok(true)
            }
            other => {
                let text = other.to_string();
                frame.sources.push((text.clone(), Source::Unknown(text)));
                Ok(true)
            }
        }
    }

    fn element(&mut self, list: Val) -> Eval<Option<Val>> {
        let list = self.force(list)?;
        Ok(match list.value {
            Value::List(all) if all.is_empty() => None,
            Value::Null => None,
            Value::List(mut all) => {
                let way = self.choices.choose(all.len());
                Some(Val {
                    value: all.swap_remove(way),
                    origin: list.origin,
                })
            }
            _ => Some(list),
        })
    }

    fn add_function(
        &mut self,
        name: &[String],
        args: &[FunctionArg],
        alias: Option<&TableAlias>,
        frame: &mut Frame,
    ) -> Eval<bool> {
        let around = Rc::new(frame.clone());
        let last = name.last().cloned().unwrap_or_default();
        let shown = alias.map_or_else(|| last.clone(), |alias| folded(&alias.name));
        let given: Option<Vec<&Expr>> = args
            .iter()
            .map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))
                | FunctionArg::Named {
                    arg: FunctionArgExpr::Expr(expr),
                    ..
                } => Some(expr),
                _ => None,
            })
            .collect();
        let given = given.unwrap_or_default();
        if last == "unnest" && given.len() == 1 {
            let list = self.eval(given[0], &around)?;
            let Some(val) = self.element(list)? else {
                return Ok(false);
            };
            let column = renamed(alias)
                .first()
                .cloned()
                .unwrap_or_else(|| shown.clone());
            frame
                .sources
                .push((shown, Source::Values(vec![(column, val)])));
            return Ok(true);
        }
        let source = match self.function_named(name, given.len(), &around) {
            Some(function) => {
                let mut values = Vec::new();
                for argument in given {
                    values.push(self.eval(argument, &around)?);
                }
                match self.rows_of(function, values, &around)? {
                    Some(Some(output)) => {
                        let mut names = renamed(alias);
                        if names.is_empty() {
                            names = super::inline::output_names(function, &shown);
                        }
                        derived(output, &names)
                    }
                    Some(None) => return Ok(false),
                    None => Source::Unknown(shown.clone()),
                }
            }
            None => Source::Unknown(shown.clone()),
        };
        frame.sources.push((shown, source));
        Ok(true)
    }

    fn add_relation(
        &mut self,
        name: &[String],
        alias: Option<&TableAlias>,
        frame: &mut Frame,
    ) -> Eval<bool> {
        let last = name.last().cloned().unwrap_or_default();
        let shown = alias.map_or_else(|| last.clone(), |alias| folded(&alias.name));
        if let [single] = name
            && let Some((columns, query, at)) = cte(single, frame)
        {
            let Some(output) = self.witness(&query, &at)? else {
                return Ok(false);
            };
            let mut names = renamed(alias);
            if names.is_empty() {
                names = columns;
            }
            frame.sources.push((shown, derived(output, &names)));
            return Ok(true);
        }
        let Some(relation) = self.relation_named(name, frame.path.as_deref()) else {
            frame.sources.push((shown.clone(), Source::Unknown(shown)));
            return Ok(true);
        };
        let source = if relation.kind == RelationKind::View {
            match self.view(relation, frame)? {
                Some(output) => derived(output, &renamed(alias)),
                None => return Ok(false),
            }
        } else {
            match self.table_row(relation, frame)? {
                Some(row) => Source::Row(row),
                None => return Ok(false),
            }
        };
        frame.sources.push((shown, source));
        Ok(true)
    }

    /// A row of a table that the role can see.
    fn table_row(&mut self, relation: &Relation, frame: &Frame) -> Eval<Option<usize>> {
        let access = self.access(frame.role);
        if !access.any_column(relation).has(Privilege::Select) {
            return Err(Stop::Raised);
        }
        let row = self.run.add_row(relation.oid);
        self.reads.push((row, frame.role, self.in_condition));
        if access.is_filtered(relation)
            && !self.passes(row, Action::Read, frame)?
        {
            return Ok(None);
        }
        Ok(Some(row))
    }

    /// A row of a view, which reads with its owner's rights unless told otherwise.
    pub(super) fn view(&mut self, view: &Relation, frame: &Frame) -> Eval<Option<Output>> {
        let parsed = view
            .definition
            .as_deref()
            .and_then(|text| self.decider.texts.statements(text));
        let Some(Statement::Query(query)) = parsed.as_deref().and_then(|all| all.first()) else {
            return Ok(None);
        };
        let role = if view.security_invoker() {
            frame.user
        } else {
            view.owner
        };
        let inner = Frame {
            depth: frame.depth + 1,
            policies_of: frame.policies_of.clone(),
            role,
            ..Frame::new(frame.user)
        };
        let output = self.witness(query, &Rc::new(inner))?;
        // A view's own names for its columns count, not those of its text.
        Ok(output.map(|(mut columns, inner)| {
            for ((name, _), column) in columns.iter_mut().zip(&view.columns) {
                name.clone_from(&column.name);
            }
            (columns, inner)
        }))
    }

    /// The value of a sub-select in an expression.
    pub(super) fn scalar(&mut self, query: &Query, frame: &Rc<Frame>) -> Eval<Val> {
        let has_tables = match query.body.as_ref() {
            SetExpr::Select(select) => !select.from.is_empty(),
            _ => true,
        };
        if has_tables && self.choices.choose(2) == 1 {
            let counts = match query.body.as_ref() {
                SetExpr::Select(select) => select.projection.first().is_some_and(|item| {
                    matches!(item, SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }
                        if name_of(expr) == "count")
                }),
                _ => false,
            };
            let value = if counts { Value::Int(0) } else { Value::Null };
            return Ok(Val::constant(value));
        }
        match self.witness(query, frame)? {
            Some((columns, inner)) => match columns.first() {
                Some((_, expr)) => self.eval(expr, &inner),
                None => Ok(Val::constant(Value::Null)),
            },
            None if has_tables => Err(Stop::Pruned),
            None => Ok(Val::constant(Value::Null)),
        }
    }
}

fn cte(name: &str, frame: &Frame) -> Option<(Vec<String>, Rc<Query>, Rc<Frame>)> {
    let mut at = Rc::new(frame.clone());
    loop {
        if let Some(index) = at.with.iter().position(|(known, ..)| known == name) {
            let (_, columns, query) = at.with[index].clone();
            // It sees those before it, not itself.
            let mut around = (*at).clone();
            around.with.truncate(index);
            around.sources.clear();
            around.depth = frame.depth + 1;
            return Some((columns, query, Rc::new(around)));
        }
        at = Rc::clone(at.outer.as_ref()?);
    }
}

fn derived((columns, frame): Output, names: &[String]) -> Source {
    let columns = columns.into_iter().enumerate().map(|(at, (name, expr))| {
        let name = names.get(at).cloned().unwrap_or(name);
        (name, expr, Rc::clone(&frame))
    });
    Source::Derived(columns.collect())
}

fn renamed(alias: Option<&TableAlias>) -> Vec<String> {
    let columns = alias.into_iter().flat_map(|alias| &alias.columns);
    columns.map(|column| folded(&column.name)).collect()
}

fn qualified_column(table: &str, column: &str) -> Expr {
    Expr::CompoundIdentifier(vec![
        Ident::with_quote('"', table),
        Ident::with_quote('"', column),
    ])
}

fn names_of(body: &SetExpr) -> Vec<String> {
    match body {
        SetExpr::Select(select) => select
            .projection
            .iter()
            .map(|item| match item {
                SelectItem::UnnamedExpr(expr) => name_of(expr),
                SelectItem::ExprWithAlias { alias, .. } => folded(alias),
                _ => String::new(),
            })
            .collect(),
        SetExpr::SetOperation { left, .. } => names_of(left),
        SetExpr::Query(query) => names_of(&query.body),
        _ => Vec::new(),
    }
}

/// The name the server gives an output column.
fn name_of(expr: &Expr) -> String {
    match bare(expr) {
        Expr::Identifier(ident) => folded(ident),
        Expr::CompoundIdentifier(idents) => idents.last().map(folded).unwrap_or_default(),
        Expr::Function(call) => parts(&call.name).pop().unwrap_or_default(),
        Expr::Cast { expr, .. } => name_of(expr),
        _ => "?column?".into(),
    }
}
