//! `EXECUTE`: text that a body puts together, taken as the statement it becomes.
//!
//! What is quoted as a value stands for the value, what the server itself says is no caller's, and of what is chosen
//! among constants each is tried. A text that a caller can put words into stays what it is: anything at all.

mod pieces;
mod sources;

use std::fmt::Write;

use rowhouse_catalog::Function;

use super::Decider;
use super::lexer::{Kind, tokens};
use super::plpgsql::{Block, Statement};
use super::value::Class;
use pieces::{Piece, alternatives, pieces};
use sources::Sources;

pub(super) use pieces::literal;

/// More statements than this are not made of one text.
const WAYS: usize = 16;

/// What stands where the name of a column is only known at run time.
const HOLE: &str = "\"?\"";

/// The block with its texts written out, and the texts that could become anything.
pub(super) fn write_out(
    decider: &Decider<'_>,
    function: &Function,
    parameters: &[(String, Class)],
    block: &Block,
) -> (Block, Vec<String>) {
    if texts(block).is_empty() {
        return (block.clone(), Vec::new());
    }
    let mut writer = Writer {
        decider,
        sources: Sources::new(decider, function, parameters, block),
        given: Vec::new(),
    };
    let block = writer.block(block);
    (block, writer.given)
}

/// The texts of a block that are run.
pub(super) fn texts(block: &Block) -> Vec<String> {
    let mut found = Vec::new();
    let parts = block.handlers.iter().chain([&block.body]);
    parts.for_each(|part| texts_of(part, &mut found));
    found
}

fn texts_of(all: &[Statement], found: &mut Vec<String>) {
    for statement in all {
        match statement {
            Statement::Execute(text) => found.push(text.clone()),
            Statement::If(branches, otherwise) => {
                for (_, body) in branches {
                    texts_of(body, found);
                }
                texts_of(otherwise, found);
            }
            Statement::Block(block) => found.extend(texts(block)),
            Statement::Loop(head, body) => {
                found.extend(run_by(head).map(|(_, text)| text.to_owned()));
                texts_of(body, found);
            }
            _ => {}
        }
    }
}

/// The variables and the text of `r IN EXECUTE text`.
fn run_by(head: &str) -> Option<(&str, &str)> {
    let all = tokens(head);
    let at = all.iter().position(|token| token.is(head, "in"))?;
    let first = all.get(at + 1).filter(|first| first.is(head, "execute"))?;
    Some(head.split_at(first.start))
}

struct Writer<'d, 'a> {
    decider: &'d Decider<'a>,
    sources: Sources,
    given: Vec<String>,
}

/// The parts of `EXECUTE … INTO … USING …`.
struct Execute {
    text: String,
    targets: Vec<String>,
    using: Vec<String>,
}

impl Writer<'_, '_> {
    fn block(&mut self, block: &Block) -> Block {
        Block {
            declarations: block.declarations.clone(),
            body: self.statements(&block.body),
            handlers: block
                .handlers
                .iter()
                .map(|handler| self.statements(handler))
                .collect(),
        }
    }

    fn statements(&mut self, all: &[Statement]) -> Vec<Statement> {
        all.iter()
            .flat_map(|statement| self.statement(statement))
            .collect()
    }

    fn statement(&mut self, statement: &Statement) -> Vec<Statement> {
        match statement {
            Statement::Execute(text) => {
                let execute = execute(text);
                let Some(ways) = self.ways(&execute) else {
                    self.given.push(text.clone());
                    return Vec::new();
                };
                let ways = ways.into_iter();
                ways.map(|sql| Statement::Sql(sql, execute.targets.clone(), false))
                    .collect()
            }
            Statement::Loop(head, body) => {
                let body = self.statements(body);
                let Some((variables, text)) = run_by(head) else {
                    return vec![Statement::Loop(head.clone(), body)];
                };
                match self.ways(&execute(text)) {
                    Some(ways) => ways
                        .into_iter()
                        .map(|sql| Statement::Loop(format!("{variables}{sql}"), body.clone()))
                        .collect(),
                    None => {
                        self.given.push(text.to_owned());
                        vec![Statement::Loop(format!("{variables}1"), body)]
                    }
                }
            }
            Statement::If(branches, otherwise) => vec![Statement::If(
                branches
                    .iter()
                    .map(|(condition, body)| (condition.clone(), self.statements(body)))
                    .collect(),
                self.statements(otherwise),
            )],
            Statement::Block(block) => vec![Statement::Block(self.block(block))],
            other => vec![other.clone()],
        }
    }

    /// The statements a text can become; none where that is anybody's guess. What only changes the shape of the database
    /// or adds to a log, and is worded by no caller, becomes nothing.
    fn ways(&self, execute: &Execute) -> Option<Vec<String>> {
        let ways = alternatives(&pieces(&execute.text, &self.sources, 0)?);
        let all = ways.last().filter(|_| ways.len() <= WAYS)?;
        let written: String = all.iter().map(Piece::written).collect();
        let is_callers = |piece: &Piece| match piece {
            Piece::Raw(of) | Piece::Name(of) => self.sources.are_callers(of),
            _ => false,
        };
        let is_own = !all.iter().any(is_callers);
        if changes_shape(&written) {
            return is_own.then(Vec::new);
        }
        let written_out = ways.iter().map(|way| self.written_out(way, execute));
        let written_out: Option<Vec<Vec<String>>> = written_out.collect();
        written_out
            .map(|ways| ways.concat())
            .or_else(|| (is_own && only_adds(&written)).then(Vec::new))
    }

    fn written_out(&self, all: &[Piece], execute: &Execute) -> Option<Vec<String>> {
        let mut ways = vec![String::new()];
        for (at, piece) in all.iter().enumerate() {
            let options = match piece {
                Piece::Text(text) => vec![text.clone()],
                Piece::OneOf(options) => options.clone(),
                Piece::Value(of) => vec![format!("({})", self.sources.numbered(of))],
                Piece::Name(_) => {
                    let next = all.get(at + 1).map_or("", |next| next.text());
                    let is_column = ways.iter().all(|way| names_a_column(way, next));
                    vec![is_column.then(|| HOLE.to_owned())?]
                }
                Piece::Raw(_) | Piece::Perhaps(_) => return None,
            };
            ways = ways
                .iter()
                .flat_map(|way| options.iter().map(move |option| format!("{way}{option}")))
                .collect();
            if ways.len() > WAYS {
                return None;
            }
        }
        let ways: Vec<String> = ways
            .iter()
            .map(|way| placed(way, execute, &self.sources))
            .collect();
        let is_read = |way: &String| {
            let first = tokens(way).first().copied();
            let sets = first.is_some_and(|first| first.is(way, "set") || first.is(way, "reset"));
            sets || self.decider.texts.statements(way).is_some()
        };
        if ways.iter().all(is_read) {
            return Some(ways);
        }
        let is_literal = all.iter().all(|piece| matches!(piece, Piece::Text(_)));
        is_literal.then(Vec::new)
    }
}

/// Whether a statement makes, changes or drops objects, and neither reads rows nor opens anything.
fn changes_shape(text: &str) -> bool {
    const FIRST: [&str; 9] = [
        "create", "alter", "drop", "comment", "analyze", "refresh", "reindex", "vacuum", "cluster",
    ];
    const OPENS: [&str; 11] = [
        "select",
        "grant",
        "disable",
        "force",
        "owner",
        "policy",
        "function",
        "procedure",
        "role",
        "user",
        "view",
    ];
    let all = tokens(text);
    let is = |words: &[&str], at: usize| words.iter().any(|word| all[at].is(text, word));
    !all.is_empty() && is(&FIRST, 0) && !(0..all.len()).any(|at| is(&OPENS, at))
}

/// Whether a statement adds a row of values that are handed over, and reads no table: what triggers that serve many
/// tables do for their logs.
fn only_adds(text: &str) -> bool {
    const READS: [&str; 5] = ["from", "join", "update", "returning", "table"];
    let all = tokens(text);
    let is = |word: &str| all.iter().any(|token| token.is(text, word));
    all.first().is_some_and(|first| first.is(text, "insert")) && !READS.iter().any(|word| is(word))
}

/// Whether a name after this text, and before what follows, can only be a column's.
fn names_a_column(before: &str, after: &str) -> bool {
    const CLAUSES: [&str; 16] = [
        "select",
        "from",
        "where",
        "by",
        "having",
        "on",
        "set",
        "returning",
        "join",
        "into",
        "update",
        "using",
        "table",
        "only",
        "call",
        "limit",
    ];
    const OF_COLUMNS: [&str; 7] = ["select", "where", "by", "having", "on", "set", "returning"];
    let all = tokens(before);
    let follows = after.trim_start();
    let is_part = follows.starts_with(['.', '(']) || before.trim_end().ends_with('.');
    let clause = all
        .iter()
        .rev()
        .find_map(|token| CLAUSES.into_iter().find(|word| token.is(before, word)));
    !is_part && clause.is_some_and(|clause| OF_COLUMNS.contains(&clause))
}

/// With what `USING` hands over in the place of `$1` and so on.
fn placed(text: &str, execute: &Execute, sources: &Sources) -> String {
    let mut placed = String::new();
    let mut copied = 0;
    for token in tokens(text) {
        let number = token
            .of(text)
            .strip_prefix('$')
            .filter(|_| token.kind == Kind::Word && !execute.using.is_empty())
            .and_then(|number| number.parse::<usize>().ok());
        let given = number.and_then(|number| execute.using.get(number.checked_sub(1)?));
        if let Some(given) = given {
            placed.push_str(&text[copied..token.start]);
            let _ = write!(placed, "({})", sources.numbered(given));
            copied = token.end;
        }
    }
    placed.push_str(&text[copied..]);
    placed
}

/// `EXECUTE text INTO targets USING values`, and `QUERY EXECUTE text USING values`.
fn execute(statement: &str) -> Execute {
    let all = tokens(statement);
    let begins = all
        .iter()
        .position(|token| token.is(statement, "execute"))
        .map_or(0, |at| at + 1);
    let (mut open, mut marks) = (0, Vec::new());
    for (at, token) in all.iter().enumerate().skip(begins) {
        match token.of(statement) {
            "(" | "[" => open += 1,
            ")" | "]" => open -= 1,
            _ if open == 0 && (token.is(statement, "into") || token.is(statement, "using")) => {
                marks.push(at);
            }
            _ => {}
        }
    }
    let part = |from: usize, to: usize| match (all.get(from), all.get(to.wrapping_sub(1))) {
        (Some(first), Some(last)) if first.start < last.end => &statement[first.start..last.end],
        _ => "",
    };
    let end_of = |at: usize| {
        let mut later = marks.iter().copied().filter(|&mark| mark > at);
        later.next().unwrap_or(all.len())
    };
    let after = |word: &str| {
        let mark = marks.iter().find(|&&at| all[at].is(statement, word));
        mark.map_or("", |&at| part(at + 1, end_of(at)))
    };
    let targets = pieces::separated(after("into"), ",");
    let targets = targets.into_iter().map(|target| {
        let strict = target.strip_prefix("STRICT ").unwrap_or(target);
        strict
            .strip_prefix("strict ")
            .unwrap_or(strict)
            .trim()
            .to_lowercase()
    });
    Execute {
        text: part(begins, end_of(begins.saturating_sub(1))).to_owned(),
        targets: targets.filter(|target| !target.is_empty()).collect(),
        using: pieces::separated(after("using"), ",")
            .into_iter()
            .map(str::to_owned)
            .collect(),
    }
}
