//! The items of FROM.

use std::rc::Rc;

use sqlparser::ast::{TableFactor, TableWithJoins};

use super::columns::{derived, renamed};
use crate::logic::frame::{Frame, Source, Val};
use crate::logic::machine::{Eval, Machine};
use crate::logic::names::{folded, parts};
use crate::logic::value::Value;

impl Machine<'_, '_> {
    /// Adds the tables of one item of FROM; false where its conditions cannot hold.
    pub(in crate::logic) fn add_tables(
        &mut self,
        item: &TableWithJoins,
        frame: &mut Frame,
    ) -> Eval<bool> {
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

    pub(super) fn add_table(&mut self, factor: &TableFactor, frame: &mut Frame) -> Eval<bool> {
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
                let Some(output) = self.witness_inside(subquery, &around)? else {
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

    pub(super) fn element(&mut self, list: Val) -> Eval<Option<Val>> {
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
}
