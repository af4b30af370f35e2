//! A policy's condition in pieces that can be asked one by one.

use rowhouse_catalog::Relation;
use sqlparser::ast::{BinaryOperator, Expr};

use crate::logic::expression;

/// A conjunct of a policy's condition, as SQL over the columns of its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The condition.
    pub sql: String,
    /// The columns that are named in it, in the table's order.
    pub columns: Vec<String>,
    /// The settings that it asks for itself.
    pub settings: Vec<String>,
}

/// The conjuncts of a condition; itself, where it is none or cannot be read.
pub(super) fn split(condition: &str, relation: &Relation) -> Vec<Part> {
    let mut conjuncts = Vec::new();
    match expression(condition) {
        Some(tree) => flatten(&tree, &mut conjuncts),
        None => conjuncts.push(condition.to_owned()),
    }
    // One conjunct is shown as PostgreSQL writes it.
    if let [only] = &mut conjuncts[..] {
        condition.clone_into(only);
    }
    conjuncts
        .into_iter()
        .map(|sql| {
            let words = words(&sql);
            let named = |name: &&String| words.contains(name);
            let columns = relation.columns.iter().map(|column| &column.name);
            Part {
                columns: columns.filter(named).cloned().collect(),
                settings: settings(&sql),
                sql,
            }
        })
        .collect()
}

pub(super) fn flatten(tree: &Expr, found: &mut Vec<String>) {
    match tree {
        Expr::Nested(inner) => flatten(inner, found),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            flatten(left, found);
            flatten(right, found);
        }
        other => found.push(other.to_string()),
    }
}

/// The names in a text of SQL, constants aside.
pub(super) fn words(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(start) =
        rest.find(|c: char| c == '\'' || c == '"' || c == '_' || c.is_alphabetic())
    {
        let first = rest[start..].chars().next().unwrap_or_default();
        let after = &rest[start..];
        if first == '\'' || first == '"' {
            let inner = &after[1..];
            let end = inner.find(first).unwrap_or(inner.len());
            if first == '"' {
                found.push(inner[..end].to_owned());
            }
            rest = inner.get(end + 1..).unwrap_or("");
        } else {
            let end = after
                .find(|c: char| c != '_' && c != '$' && !c.is_alphanumeric())
                .unwrap_or(after.len());
            found.push(after[..end].to_owned());
            rest = &after[end..];
        }
    }
    found
}

/// What `current_setting` is asked for by a constant.
pub(super) fn settings(sql: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, call) in sql.match_indices("current_setting('") {
        let inner = &sql[at + call.len()..];
        if let Some((name, _)) = inner.split_once('\'')
            && !found.iter().any(|known| known == name)
        {
            found.push(name.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_settings_are_found_and_constants_are_not() {
        let sql = r#"((tenant_id = (SELECT current_setting('app.tenant'::text, true)::uuid)) OR ("Owner Id" = 'x y'))"#;
        let found = words(sql);
        for name in ["tenant_id", "Owner Id"] {
            assert!(found.contains(&name.to_owned()), "{found:?}");
        }
        assert!(!found.contains(&"y".to_owned()), "{found:?}");
        assert_eq!(settings(sql), ["app.tenant"]);
    }

    #[test]
    fn a_condition_is_split_at_its_ands_only() {
        let mut found = Vec::new();
        flatten(
            &expression("((a = 1) AND ((b = 2) OR (c AND d))) AND e").unwrap(),
            &mut found,
        );
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[2], "e");
    }
}
