//! What the body of a function does.

use rowhouse_catalog::{ArgumentMode, Function, Oid};

use super::Decider;
use super::dynamic;
use super::inline::{atomic, search_path};
use super::lexer::{Kind, Token, tokens};
use super::plpgsql::{self, Block, Statement};
use super::query::Use;
use super::statements::Surroundings;
use super::texts_run::{Run, texts_run};
use super::value::Class;

/// What a function does, statement by statement, with its conditions on parameters taken as free.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BodyFacts {
    /// Tables with tenants' rows that it reads or writes.
    pub(crate) uses: Vec<Use>,
    /// The texts of `EXECUTE` statements and calls that run a string.
    pub(crate) dynamic_sql: Vec<String>,
    /// Those of them that callers, rows or settings put words into, or that were not understood.
    pub(crate) given_sql: Vec<String>,
    /// Settings it makes.
    pub(crate) sets: Vec<SetsSetting>,
    /// Functions it calls that are not the server's.
    pub(crate) calls: Vec<Oid>,
    /// Parts that could not be read.
    pub(crate) unreadable: Vec<String>,
}

/// A `set_config(…)`, `SET` or `SET LOCAL` inside a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetsSetting {
    /// The setting, where it is a literal.
    pub(crate) name: Option<String>,
    /// The value, as SQL.
    pub(crate) value: String,
    /// It ends with the transaction; unknown where that is computed.
    pub(crate) local: Option<bool>,
    /// The value hangs on the caller's arguments.
    pub(crate) from_parameter: bool,
}

impl Decider<'_> {
    /// What a function does when `caller` calls it.
    pub(super) fn body_facts(&self, caller: Oid, function: &Function) -> BodyFacts {
        let inputs = function
            .arguments
            .iter()
            .filter(|argument| !matches!(argument.mode, ArgumentMode::Out | ArgumentMode::Table));
        let arguments = inputs.enumerate().map(|(at, argument)| {
            let name = argument.name.clone();
            let class = Class::of(self.model.catalog, argument.type_oid);
            (name.unwrap_or_else(|| format!("${}", at + 1)), class)
        });
        let role = if function.security_definer {
            function.owner
        } else {
            caller
        };
        let surroundings = Surroundings {
            role,
            user: role,
            login: caller,
            path: search_path(function),
            arguments: arguments.collect(),
        };
        let parameters = surroundings.arguments.len();
        let parsed = (function.language == "plpgsql")
            .then(|| plpgsql::parse(&function.body))
            .flatten();
        let dynamic_sql = parsed.as_ref().map(dynamic::texts).unwrap_or_default();
        let written =
            parsed.map(|block| dynamic::write_out(self, function, &surroundings.arguments, &block));
        let (block, given_sql) = written.unzip();
        let mut reader = Reader {
            decider: self,
            surroundings,
            parameters,
            texts: Vec::new(),
            facts: BodyFacts {
                dynamic_sql,
                given_sql: given_sql.unwrap_or_default(),
                ..BodyFacts::default()
            },
        };
        reader.function(function, block.as_ref());
        let mut facts = reader.finish(block.as_ref());
        // Elsewhere policies hold.
        if function.security_definer && function.language == "plpgsql" {
            let unread = self.unread(function, &facts);
            facts.unreadable.extend(unread);
        }
        facts
    }
}

/// Goes through a body.
struct Reader<'d, 'a> {
    decider: &'d Decider<'a>,
    surroundings: Surroundings,
    /// How many of the surroundings' arguments are parameters; variables follow.
    parameters: usize,
    /// The SQL it is made of.
    texts: Vec<String>,
    facts: BodyFacts,
}

impl Reader<'_, '_> {
    /// What the statements reach: along the ways through a body, or, where those are too many, each for itself.
    fn finish(mut self, block: Option<&Block>) -> BodyFacts {
        let ways = block.and_then(|block| {
            self.decider
                .ways_through(block, &self.surroundings, self.parameters)
        });
        for text in &self.texts {
            if ways.is_none() {
                let found = self.decider.facts_within(text, &self.surroundings);
                self.facts.uses.extend(found.uses);
                self.facts.unreadable.extend(found.unreadable);
                continue;
            }
            match self.decider.texts.statements(text) {
                None => self.facts.unreadable.push(text.clone()),
                Some(statements) if self.surroundings.role != self.surroundings.login => {
                    self.facts
                        .unreadable
                        .extend(self.decider.blind(&statements));
                }
                Some(_) => {}
            }
        }
        self.facts
            .uses
            .extend(ways.into_iter().flat_map(|ways| ways.uses));
        self.facts
    }

    fn function(&mut self, function: &Function, block: Option<&Block>) {
        match function.language.as_str() {
            "sql" => {
                let text = function
                    .sql_body
                    .as_deref()
                    .unwrap_or(&function.body)
                    .trim();
                match text.strip_prefix("RETURN ") {
                    Some(expr) if function.sql_body.is_some() => self.expression(expr),
                    _ => self.sql(atomic(text)),
                }
            }
            "plpgsql" => match block {
                Some(block) => self.block(block),
                None => self.facts.unreadable.push(function.body.clone()),
            },
            _ => self.facts.unreadable.push(function.body.clone()),
        }
    }

    fn block(&mut self, block: &Block) {
        self.surroundings
            .arguments
            .push(("found".into(), Class::Bool));
        for (name, data_type, default) in &block.declarations {
            let variable = (name.clone(), Class::named(data_type));
            self.surroundings.arguments.push(variable);
            if let Some(default) = default {
                self.expression(default);
            }
        }
        self.statements(&block.body);
        for handler in &block.handlers {
            self.statements(handler);
        }
    }

    fn statements(&mut self, all: &[Statement]) {
        for statement in all {
            match statement {
                Statement::Return(Some(text))
                | Statement::ReturnNext(Some(text))
                | Statement::Assign(_, text) => self.expression(text),
                Statement::ReturnQuery(text) | Statement::Sql(text, ..) => self.sql(text),
                Statement::If(branches, otherwise) => {
                    for (condition, body) in branches {
                        self.expression(condition);
                        self.statements(body);
                    }
                    self.statements(otherwise);
                }
                Statement::Block(block) => self.block(block),
                Statement::Loop(head, body) => {
                    self.loop_head(head);
                    self.statements(body);
                }
                Statement::Other(text) => self.other(text),
                Statement::Return(None)
                | Statement::ReturnNext(None)
                | Statement::Raise
                | Statement::Execute(_) => {}
            }
        }
    }

    /// `r IN SELECT …`, `r IN EXECUTE …`, `i IN 1..n`, or a condition.
    fn loop_head(&mut self, head: &str) {
        let all = tokens(head);
        let Some(at) = all.iter().position(|token| token.is(head, "in")) else {
            if !head.is_empty() {
                self.expression(head);
            }
            return;
        };
        for variable in &all[..at] {
            let name = variable.of(head).to_lowercase();
            self.surroundings.arguments.push((name, Class::Other));
        }
        match all.get(at + 1) {
            Some(first) if first.is(head, "select") || first.is(head, "with") => {
                self.sql(&head[first.start..]);
            }
            _ => {}
        }
    }

    /// Control of loops and cursors is no SQL of its own.
    fn other(&mut self, text: &str) {
        let all = tokens(text);
        let harmless = [
            "exit", "continue", "get", "close", "fetch", "move", "assert",
        ];
        let is_harmless = harmless
            .iter()
            .any(|word| all.first().is_some_and(|first| first.is(text, word)));
        if !is_harmless {
            self.facts.unreadable.push(text.to_owned());
        }
    }

    fn expression(&mut self, text: &str) {
        self.sql(&format!("SELECT {text}"));
    }

    fn sql(&mut self, text: &str) {
        self.settings(text);
        self.calls(text);
        for run in texts_run(text) {
            match run {
                Run::Statement(inner) => self.sql(&inner),
                Run::Anything(call) => {
                    self.facts.given_sql.push(call.clone());
                    self.facts.dynamic_sql.push(call);
                }
            }
        }
        let first = tokens(text).first().copied();
        if first.is_some_and(|first| first.is(text, "set") || first.is(text, "reset")) {
            return;
        }
        self.texts.push(text.to_owned());
    }

    fn calls(&mut self, text: &str) {
        let all = tokens(text);
        for (at, pair) in all.windows(2).enumerate() {
            if !pair[1].is(text, "(") || !matches!(pair[0].kind, Kind::Word | Kind::Quoted) {
                continue;
            }
            let mut name = vec![unquoted(pair[0].of(text))];
            if at > 1 && all[at - 1].is(text, ".") {
                name.insert(0, unquoted(all[at - 2].of(text)));
            }
            let count = arguments(text, &all[at + 1..]).len();
            let path = self.surroundings.path.as_deref();
            if let Some(function) = self.decider.function_named(&name, count, path)
                && !self.facts.calls.contains(&function.oid)
            {
                self.facts.calls.push(function.oid);
            }
        }
    }

    /// `set_config(…)` wherever it stands, and `SET`.
    fn settings(&mut self, text: &str) {
        let all = tokens(text);
        for (at, token) in all.iter().enumerate() {
            if !token.is(text, "set_config") {
                continue;
            }
            let given = arguments(text, &all[at + 1..]);
            let [name, value, local, ..] = given.as_slice() else {
                continue;
            };
            let literal = |text: &str| {
                let inner = text.strip_prefix('\'')?.split('\'').next()?;
                Some(inner.to_lowercase())
            };
            let local = match local.to_lowercase().as_str() {
                "true" | "'t'" | "'true'" => Some(true),
                "false" | "'f'" | "'false'" => Some(false),
                _ => None,
            };
            self.add_setting(literal(name), value, local);
        }
        let is = |at: usize, word: &str| all.get(at).is_some_and(|token| token.is(text, word));
        if is(0, "set") {
            let local = is(1, "local");
            let first = 1 + usize::from(local || is(1, "session"));
            let end = all
                .iter()
                .position(|token| token.is(text, "=") || token.is(text, "to"));
            if let (Some(name), Some(end)) = (all.get(first), end)
                && end > first
            {
                let name = text[name.start..all[end].start].trim().to_lowercase();
                let value = text[all[end].end..].trim().trim_end_matches(';').to_owned();
                self.add_setting(Some(name), &value, Some(local));
            }
        }
    }

    fn add_setting(&mut self, name: Option<String>, value: &str, local: Option<bool>) {
        let words: Vec<String> = tokens(value)
            .iter()
            .filter(|token| token.kind != Kind::Text)
            .map(|token| token.of(value).to_lowercase())
            .collect();
        // A variable may hold what a parameter said.
        let arguments = self.surroundings.arguments.iter();
        let from_parameter = self.parameters > 0
            && arguments
                .map(|(name, _)| name.to_lowercase())
                .any(|name| words.contains(&name))
            || words.iter().any(|word| word.starts_with('$'));
        self.facts.sets.push(SetsSetting {
            name,
            value: value.to_owned(),
            local,
            from_parameter,
        });
    }
}

fn unquoted(name: &str) -> String {
    match name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
    {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => name.to_lowercase(),
    }
}

/// The arguments of a call whose parenthesis is the first token.
pub(crate) fn arguments(text: &str, all: &[Token]) -> Vec<String> {
    let mut given = Vec::new();
    let (mut open, mut start) = (0, None);
    for token in all {
        let sign = token.of(text);
        let opens = matches!(sign, "(" | "[");
        let closes = matches!(sign, ")" | "]");
        if closes {
            open -= 1;
        }
        if open == 0 && closes || open == 1 && sign == "," {
            if let Some(start) = start.take() {
                let argument: &str = &text[start..token.start];
                given.push(argument.trim().to_owned());
            }
            if open == 0 {
                break;
            }
        } else if open > 0 && start.is_none() {
            start = Some(token.start);
        }
        if opens {
            open += 1;
        }
    }
    given
}
