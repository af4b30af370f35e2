//! Sub-selects in places whose value no run of a statement asks for: in LIMIT, in VALUES, in a FILTER, a window or the
//! arguments of a function in FROM. They read rows all the same.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Function, FunctionArguments, ObjectName, Query, SetExpr, Statement, TableFactor, Visit,
    Visitor, visit_relations,
};

use super::Decider;
use super::names::parts;

impl Decider<'_> {
    /// Such sub-selects that read tenants' rows, as SQL.
    pub(super) fn blind(&self, statements: &[Statement]) -> Vec<String> {
        let mut search = Search {
            reads: &|name| self.holds_tenants(name),
            found: Vec::new(),
        };
        for statement in statements {
            let _ = statement.visit(&mut search);
        }
        search.found
    }

    fn holds_tenants(&self, name: &ObjectName) -> bool {
        let name = parts(name);
        let Some((last, schema)) = name.split_last() else {
            return false;
        };
        let mut relations = self.model.catalog.relations.iter();
        relations.any(|relation| {
            relation.name == *last
                && schema
                    .last()
                    .is_none_or(|schema| relation.schema == *schema)
                && self.model.row_owner(relation.oid).is_some()
        })
    }
}

struct Search<'s> {
    reads: &'s dyn Fn(&ObjectName) -> bool,
    found: Vec<String>,
}

impl Search<'_> {
    /// Notes the queries within a part.
    fn within<T: Visit>(&mut self, part: &T) {
        let mut queries = Queries::default();
        let _ = part.visit(&mut queries);
        let reads = self.reads;
        self.found.extend(queries.0.into_iter().filter_map(|query| {
            let names = |name: &ObjectName| {
                if reads(name) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            visit_relations(&query, names)
                .is_break()
                .then(|| query.to_string())
        }));
    }
}

impl Visitor for Search<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.within(&query.limit_clause);
        self.within(&query.fetch);
        self.within(&query.order_by);
        if let SetExpr::Values(values) = query.body.as_ref() {
            self.within(values);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(Function {
                filter,
                over,
                within_group,
                args,
                ..
            }) => {
                self.within(filter);
                self.within(over);
                self.within(within_group);
                if let FunctionArguments::List(list) = args {
                    self.within(&list.clauses);
                }
            }
            Expr::CompoundFieldAccess { root, access_chain } => {
                self.within(root);
                self.within(access_chain);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table {
                args: Some(args), ..
            } => self.within(args),
            TableFactor::Function { args, .. } => self.within(args),
            TableFactor::TableFunction { expr, .. } => self.within(expr),
            TableFactor::UNNEST { array_exprs, .. } => self.within(array_exprs),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// The queries within something.
#[derive(Default)]
struct Queries(Vec<Query>);

impl Visitor for Queries {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.0.push(query.clone());
        ControlFlow::Continue(())
    }
}
