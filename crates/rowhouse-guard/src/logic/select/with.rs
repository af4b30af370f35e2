//! Common table expressions.

use std::rc::Rc;

use sqlparser::ast::{Query, SetExpr, Statement};

use crate::logic::frame::Frame;
use crate::logic::names::folded;

/// A frame with the common table expressions of a query in it.
pub(in crate::logic) fn with_tables(query: &Query, mut frame: Frame) -> Frame {
    let Some(with) = &query.with else {
        return frame;
    };
    for cte in &with.cte_tables {
        let name = folded(&cte.alias.name);
        let columns = cte.alias.columns.iter().map(|column| folded(&column.name));
        let columns: Vec<String> = columns.collect();
        if let (true, SetExpr::SetOperation { left, .. }) = (with.recursive, &*cte.query.body) {
            // Inside itself it is what it begins with: a step further shows nothing else.
            let mut first = (*cte.query).clone();
            first.body.clone_from(left);
            frame
                .with
                .push((name.clone(), columns.clone(), Rc::new(first)));
        }
        frame
            .with
            .push((name, columns, Rc::new((*cte.query).clone())));
    }
    frame
}

/// The statement in a query that writes.
pub(in crate::logic) fn written(body: &SetExpr) -> Option<&Statement> {
    match body {
        SetExpr::Insert(writes)
        | SetExpr::Update(writes)
        | SetExpr::Delete(writes)
        | SetExpr::Merge(writes) => Some(writes),
        _ => None,
    }
}

pub(super) fn cte(name: &str, frame: &Frame) -> Option<(Vec<String>, Rc<Query>, Rc<Frame>)> {
    let mut at = Rc::new(frame.clone());
    loop {
        if let Some(index) = at.with.iter().rposition(|(known, ..)| known == name) {
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
