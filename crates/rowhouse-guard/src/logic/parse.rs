//! SQL text as trees, each text parsed once.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use sqlparser::ast::{Expr, Query, Statement};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::lexer::{self, tokens};

/// How deep SQL may nest before it counts as unreadable.
const RECURSION_LIMIT: usize = 120;

/// What was parsed so far; none where a text cannot be read.
#[derive(Debug, Default)]
pub(super) struct Texts {
    expressions: RefCell<HashMap<String, Option<Rc<Expr>>>>,
    statements: RefCell<HashMap<String, Option<Rc<Vec<Statement>>>>>,
}

impl Texts {
    /// An expression, such as that of a policy.
    pub(super) fn expression(&self, sql: &str) -> Option<Rc<Expr>> {
        if let Some(known) = self.expressions.borrow().get(sql) {
            return known.clone();
        }
        let parsed = expression(sql).map(Rc::new);
        self.expressions
            .borrow_mut()
            .insert(sql.to_owned(), parsed.clone());
        parsed
    }

    /// Statements, such as those of a function in SQL or a view's query.
    pub(super) fn statements(&self, sql: &str) -> Option<Rc<Vec<Statement>>> {
        if let Some(known) = self.statements.borrow().get(sql) {
            return known.clone();
        }
        let parsed = parser(&readable(sql))
            .and_then(|mut parser| parser.parse_statements().ok())
            .map(Rc::new);
        self.statements
            .borrow_mut()
            .insert(sql.to_owned(), parsed.clone());
        parsed
    }
}

/// A query as a tree; none where it cannot be read.
pub(crate) fn query_of(sql: &str) -> Option<Query> {
    let statements = parser(&readable(sql))?.parse_statements().ok()?;
    statements
        .into_iter()
        .find_map(|statement| match statement {
            Statement::Query(query) => Some(*query),
            _ => None,
        })
}

/// An expression as a tree; none where it cannot be read.
pub(crate) fn expression(sql: &str) -> Option<Expr> {
    let text = readable(sql);
    let mut parser = parser(&text)?;
    let expression = parser.parse_expr().ok()?;
    (parser.peek_token().token == Token::EOF).then_some(expression)
}

fn parser(sql: &str) -> Option<Parser<'_>> {
    Parser::new(&PostgreSqlDialect {})
        .with_recursion_limit(RECURSION_LIMIT)
        .try_with_sql(sql)
        .ok()
}

/// The same SQL without what the parser does not know: `TRIM(BOTH FROM x)`, `VARIADIC`, `SELECT WHERE …`, and the signs of
/// an operator that is not the server's, which are put in quotes.
fn readable(sql: &str) -> Cow<'_, str> {
    let known = ["TRIM(", "VARIADIC", "OPERATOR("];
    if !known.iter().any(|word| sql.contains(word)) && !selects_nothing(sql) {
        return Cow::Borrowed(sql);
    }
    let all = tokens(sql);
    let mut text = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(token) = all.get(at) {
        let follows =
            |step: usize, word: &str| all.get(at + step).is_some_and(|next| next.is(sql, word));
        let sides = [
            ("both", "btrim("),
            ("leading", "ltrim("),
            ("trailing", "rtrim("),
        ];
        let side = sides
            .into_iter()
            .find(|(side, _)| follows(1, "(") && follows(2, side) && follows(3, "from"));
        let operator = (token.is(sql, "operator") && follows(1, "("))
            .then(|| quoted_operator(sql, &all[at..]))
            .flatten();
        let (written, taken) = match side {
            Some((_, call)) if token.is(sql, "trim") => (call.into(), 4),
            _ if token.is(sql, "variadic") => (String::new(), 1),
            _ if token.is(sql, "select") && ends_a_list(&sql[token.end..]) => {
                ("SELECT NULL".into(), 1)
            }
            _ if let Some(found) = operator => found,
            _ => {
                at += 1;
                continue;
            }
        };
        text.push_str(&sql[copied..token.start]);
        text.push_str(&written);
        copied = all[at + taken - 1].end;
        at += taken;
    }
    text.push_str(&sql[copied..]);
    Cow::Owned(text)
}

/// `OPERATOR(schema.===)` with its signs in quotes, and how many tokens that takes; none where it is one sign, which
/// can be read.
fn quoted_operator(sql: &str, from: &[lexer::Token]) -> Option<(String, usize)> {
    let end = from.iter().position(|token| token.is(sql, ")"))?;
    let dot = from[..end].iter().rposition(|token| token.is(sql, "."))?;
    let signs = &from[dot + 1..end];
    let (first, last) = (signs.first()?, signs.last()?);
    let signs = &sql[first.start..last.end];
    (signs.len() > 1).then(|| {
        let before = &sql[from[0].start..from[dot].end];
        (format!("{before}\"{signs}\")"), end + 1)
    })
}

/// Whether a query may have no columns at all, at a glance.
fn selects_nothing(sql: &str) -> bool {
    const SELECT: &[u8] = b"select";
    let starts = sql.as_bytes().windows(SELECT.len()).enumerate();
    starts
        .filter(|(_, word)| word.eq_ignore_ascii_case(SELECT))
        .any(|(at, _)| ends_a_list(&sql[at + SELECT.len()..]))
}

/// Whether the text goes on with what follows the columns of a query. An empty list before `FROM` the parser knows.
fn ends_a_list(rest: &str) -> bool {
    let rest = rest.trim_start();
    // Up to the end of the word: order_lines.id is a column.
    let word = rest
        .split(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '_' | '$'))
        .next();
    let word = word.unwrap_or_default();
    let ends = [
        "where",
        "group",
        "having",
        "order",
        "limit",
        "union",
        "intersect",
        "except",
    ];
    rest.is_empty()
        || rest.starts_with([')', ';'])
        || ends.iter().any(|end| word.eq_ignore_ascii_case(end))
}
