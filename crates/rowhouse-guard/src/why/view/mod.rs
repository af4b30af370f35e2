//! A view's query in pieces that can be asked one by one: what it reads, and which conditions a row has to meet.

mod from;
mod loosened;
mod simple;

use rowhouse_catalog::{Catalog, Oid, Relation};
use sqlparser::ast::{Select, SelectItem, SetExpr, SetOperator};

use super::part::{self, Part, words};
use crate::logic::query_of;
use from::Reader;

/// What a view's query is made of.
#[derive(Debug, Clone)]
pub enum Query {
    /// One SELECT, or several put together by UNION, of which each row of the view is a row of at least one.
    Rows(Vec<Branch>),
    /// Its rows are not rows of what it reads, or cannot be taken apart; with why.
    Made(&'static str),
}

/// One SELECT of a view.
#[derive(Debug, Clone)]
pub struct Branch {
    /// What it reads, in order.
    pub items: Vec<Item>,
    /// What its rows have to meet: WHERE, and ON of inner joins.
    pub conditions: Vec<Condition>,
    /// The view's columns: name and expression.
    pub columns: Vec<(String, String)>,
    /// FROM, with views under it written out.
    pub from: String,
    /// What of WHERE joins what is read, as SQL; what only filters is left out.
    pub joining: Vec<String>,
    /// WHERE, whole.
    pub filter: Option<String>,
}

/// Something that a SELECT reads.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its name in the query, as SQL.
    pub alias: String,
    /// Its columns' names in the query, as SQL in parentheses, where they are others.
    pub renamed: String,
    /// The relation; none for functions and sub-selects.
    pub relation: Option<Oid>,
    /// What it is, as SQL.
    pub what: String,
    /// An outer join: the row is there without it.
    pub optional: bool,
}

/// A condition of a view, and what it looks at.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The condition, its columns and settings.
    pub part: Part,
    /// The items it names, by their place.
    pub items: Vec<usize>,
}

/// The view's query; none where it is no view.
pub fn query(catalog: &Catalog, view: &Relation) -> Query {
    let Some(tree) = view.definition.as_deref().and_then(query_of) else {
        return Query::Made("its query cannot be read");
    };
    if let Err(why) = simple::around(&tree) {
        return Query::Made(why);
    }
    let mut selects = Vec::new();
    if let Err(why) = branches(&tree.body, &mut selects) {
        return Query::Made(why);
    }
    let mut found = Vec::new();
    for select in selects {
        match branch(catalog, view, select) {
            Ok(branch) => found.push(branch),
            Err(why) => return Query::Made(why),
        }
    }
    Query::Rows(found)
}

/// The view's query with views under it written out, so that it reads tables alone; none where that cannot be done.
pub fn written_out(catalog: &Catalog, view: &Relation) -> Option<String> {
    let mut tree = query_of(view.definition.as_deref()?)?;
    loosened::write_out(catalog, &mut tree, false, 0)?;
    Some(tree.to_string())
}

fn branches<'a>(body: &'a SetExpr, found: &mut Vec<&'a Select>) -> Result<(), &'static str> {
    match body {
        SetExpr::Select(select) => {
            simple::select(select)?;
            found.push(select);
            Ok(())
        }
        SetExpr::Query(query) => {
            simple::around(query)?;
            branches(&query.body, found)
        }
        SetExpr::SetOperation {
            left,
            op: SetOperator::Union,
            right,
            ..
        } => {
            branches(left, found)?;
            branches(right, found)
        }
        SetExpr::SetOperation { .. } => Err("it has INTERSECT or EXCEPT"),
        _ => Err("it is no SELECT"),
    }
}

fn branch(catalog: &Catalog, view: &Relation, select: &Select) -> Result<Branch, &'static str> {
    let mut reader = Reader {
        catalog,
        items: Vec::new(),
        conditions: Vec::new(),
    };
    for from in &select.from {
        reader.joined(from, false)?;
    }
    let Reader {
        items, conditions, ..
    } = reader;
    let aliases: Vec<String> = items.iter().map(|item| item.0.clone()).collect();
    let items: Vec<Item> = items.into_iter().map(|item| item.1).collect();
    let columns: Vec<(&str, Vec<&str>)> = items
        .iter()
        .map(|item| {
            let relation = item.relation.and_then(|oid| catalog.relation_by_oid(oid));
            let columns = relation.into_iter().flat_map(|relation| &relation.columns);
            (
                item.alias.as_str(),
                columns.map(|column| column.name.as_str()).collect(),
            )
        })
        .collect();
    let met = |sql: String| {
        let words = words(&sql);
        let named = |at: &usize| words.contains(&aliases[*at]) || items.len() == 1;
        let items: Vec<usize> = (0..items.len()).filter(named).collect();
        let among = items.iter().flat_map(|&at| columns[at].1.iter().copied());
        let columns = among
            .filter(|name| words.iter().any(|word| word == name))
            .map(str::to_owned);
        let mut columns: Vec<String> = columns.collect();
        columns.dedup();
        Condition {
            part: Part {
                columns,
                settings: part::settings(&sql),
                sql,
            },
            items,
        }
    };
    let mut all: Vec<Condition> = conditions.into_iter().map(met).collect();
    let mut joining = Vec::new();
    if let Some(selection) = &select.selection {
        let mut conjuncts = Vec::new();
        part::flatten(selection, &mut conjuncts);
        for condition in conjuncts.into_iter().map(met) {
            if condition.items.len() > 1 {
                joining.push(condition.part.sql.clone());
            }
            all.push(condition);
        }
    }
    let names = view.columns.iter().map(|column| column.name.clone());
    let expressions: Option<Vec<String>> = select.projection.iter().map(expression).collect();
    let expressions = expressions.ok_or("its columns cannot be told apart")?;
    if expressions.len() != view.columns.len() {
        return Err("its columns cannot be told apart");
    }
    let mut from = select.from.clone();
    loosened::tables(catalog, &mut from, true, 0).ok_or("a view under it cannot be read")?;
    let from: Vec<String> = from.iter().map(ToString::to_string).collect();
    Ok(Branch {
        items,
        conditions: all,
        columns: names.zip(expressions).collect(),
        from: from.join(", "),
        joining,
        filter: select.selection.as_ref().map(ToString::to_string),
    })
}

fn expression(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
            Some(expr.to_string())
        }
        _ => None,
    }
}
