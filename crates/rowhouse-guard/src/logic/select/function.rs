//! Functions in FROM.

use std::rc::Rc;

use sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, TableAlias};

use super::columns::{derived, renamed};
use crate::logic::frame::{Frame, Source};
use crate::logic::inline::{Returned, output_names};
use crate::logic::machine::{Eval, Machine};
use crate::logic::names::folded;

impl Machine<'_, '_> {
    pub(super) fn add_function(
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
            let array = self.eval(given[0], &around)?;
            let Some(val) = self.element(array)? else {
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
                    Returned::Row(output) => {
                        let mut names = renamed(alias);
                        if names.is_empty() {
                            names = output_names(function, &shown);
                        }
                        derived(output, &names)
                    }
                    Returned::NoRow => return Ok(false),
                    Returned::Unknown => Source::Unknown(shown.clone()),
                }
            }
            None => Source::Unknown(shown.clone()),
        };
        frame.sources.push((shown, source));
        Ok(true)
    }
}
