//! Where what is put into a text comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use rowhouse_catalog::Function;

use crate::logic::Decider;
use crate::logic::lexer::{Kind, tokens};
use crate::logic::plpgsql::{Block, Statement};
use crate::logic::value::Class;

/// What the callers of a function can say.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// Parameters, and variables that may hold what rows or settings say.
    callers: BTreeSet<String>,
    /// Functions of users: nobody knows what they give.
    functions: BTreeSet<String>,
    parameters: Vec<String>,
    /// What variables are set to.
    assigned: BTreeMap<String, Vec<String>>,
    /// Variables that statements fill.
    filled: BTreeSet<String>,
    /// Parameters whose values hold no words: numbers, uuids and the like.
    plain: BTreeSet<String>,
}

impl Sources {
    pub(super) fn new(
        decider: &Decider<'_>,
        function: &Function,
        parameters: &[(String, Class)],
        block: &Block,
    ) -> Self {
        let functions = decider.model.catalog.functions.iter();
        let users = functions.filter(|other| !other.oid.is_builtin());
        let mut sources = Self {
            callers: names(parameters).collect(),
            functions: users
                .filter(|other| {
                    other.oid != function.oid && function.body.contains(other.name.as_str())
                })
                .map(|other| other.name.to_lowercase())
                .collect(),
            parameters: names(parameters).collect(),
            plain: parameters
                .iter()
                .filter(|(_, class)| matches!(class, Class::Bool | Class::Int | Class::Uuid))
                .map(|(name, _)| name.to_lowercase())
                .collect(),
            ..Self::default()
        };
        sources.block(block);
        sources.callers.extend(sources.filled.iter().cloned());
        // A variable that is set to a caller's is the caller's.
        loop {
            let new: Vec<String> = sources
                .assigned
                .iter()
                .filter(|(name, _)| !sources.callers.contains(*name))
                .filter(|(_, values)| values.iter().any(|value| sources.are_callers(value)))
                .map(|(name, _)| name.clone())
                .collect();
            if new.is_empty() {
                return sources;
            }
            sources.callers.extend(new);
        }
    }

    fn block(&mut self, block: &Block) {
        for (name, _, default) in &block.declarations {
            let values = self.assigned.entry(name.clone()).or_default();
            values.extend(default.clone());
        }
        self.statements(&block.body);
        for handler in &block.handlers {
            self.statements(handler);
        }
    }

    fn statements(&mut self, all: &[Statement]) {
        for statement in all {
            match statement {
                Statement::Assign(name, value) => {
                    let values = self.assigned.entry(name.clone()).or_default();
                    values.push(value.clone());
                }
                Statement::Sql(_, targets, _) => self.filled.extend(targets.iter().cloned()),
                Statement::Execute(text) => self.words(text, "into"),
                Statement::Other(text) => self.words(text, "diagnostics"),
                Statement::If(branches, otherwise) => {
                    for (_, body) in branches {
                        self.statements(body);
                    }
                    self.statements(otherwise);
                }
                Statement::Loop(head, body) => {
                    let all = tokens(head);
                    let end = all.iter().position(|token| token.is(head, "in"));
                    let variables = all.iter().take(end.unwrap_or(0));
                    self.filled
                        .extend(variables.map(|token| token.of(head).to_lowercase()));
                    self.statements(body);
                }
                Statement::Block(block) => self.block(block),
                _ => {}
            }
        }
    }

    /// The variables that are filled after a word.
    fn words(&mut self, text: &str, after: &str) {
        let all = tokens(text);
        let from = all.iter().position(|token| token.is(text, after));
        let filled = from.map_or(&[][..], |from| &all[from + 1..]);
        self.filled
            .extend(filled.iter().map(|token| token.of(text).to_lowercase()));
    }

    /// Whether a caller, a row or a setting has a say in an expression.
    pub(super) fn are_callers(&self, expression: &str) -> bool {
        const SAID: [&str; 5] = ["new", "old", "select", "current_setting", "current_query"];
        let all = tokens(expression);
        all.iter().any(|token| {
            let word = token.of(expression).trim_matches('"').to_lowercase();
            let is_name = matches!(token.kind, Kind::Word | Kind::Quoted);
            is_name
                && (word.starts_with('$')
                    || SAID.contains(&word.as_str())
                    || self.callers.contains(&word)
                    || self.functions.contains(&word))
        })
    }

    /// Whether it is a parameter no words fit into.
    pub(super) fn is_plain(&self, name: &str) -> bool {
        let name = name.trim_matches('"').to_lowercase();
        self.plain.contains(&name)
            && !self.assigned.contains_key(&name)
            && !self.filled.contains(&name)
    }

    /// The value a variable is set to first, and what is later put after it.
    pub(super) fn values(&self, name: &str) -> Option<(String, Vec<String>)> {
        let name = name.trim_matches('"').to_lowercase();
        if self.filled.contains(&name) || self.parameters.contains(&name) {
            return None;
        }
        let (first, later) = self.assigned.get(&name)?.split_first()?;
        let added = later.iter().map(|value| {
            let (own, rest) = value.split_once("||")?;
            let is_own = own.trim().trim_matches('"').to_lowercase() == name;
            is_own.then(|| rest.to_owned())
        });
        Some((first.clone(), added.collect::<Option<_>>()?))
    }

    /// An expression with parameters by number: in the statement a column may have the same name.
    pub(super) fn numbered(&self, expression: &str) -> String {
        let mut text = String::new();
        let mut copied = 0;
        let all = tokens(expression);
        for (at, token) in all.iter().enumerate() {
            let is_field = at > 0 && all[at - 1].is(expression, ".");
            let word = token.of(expression).to_lowercase();
            let number = self.parameters.iter().position(|name| *name == word);
            if let Some(number) = number.filter(|_| token.kind == Kind::Word && !is_field) {
                text.push_str(&expression[copied..token.start]);
                let _ = write!(text, "${}", number + 1);
                copied = token.end;
            }
        }
        text.push_str(&expression[copied..]);
        text
    }
}

fn names(parameters: &[(String, Class)]) -> impl Iterator<Item = String> + '_ {
    parameters.iter().map(|(name, _)| name.to_lowercase())
}
