//! Bodies in plpgsql, as far as their statements matter.

use super::lexer::{Kind, Token, tokens};

/// A block with its declarations and exception handlers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// Name, type and default of each variable.
    pub(super) declarations: Vec<(String, String, Option<String>)>,
    pub(super) body: Vec<Statement>,
    pub(super) handlers: Vec<Vec<Statement>>,
}

/// A statement; the SQL in it is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Statement {
    Return(Option<String>),
    ReturnNext(Option<String>),
    ReturnQuery(String),
    /// `RETURN QUERY EXECUTE` and `EXECUTE`.
    Execute(String),
    /// Conditions with what follows each, and what follows otherwise.
    If(Vec<(String, Vec<Statement>)>, Vec<Statement>),
    Assign(String, String),
    /// An SQL statement and the variables it fills.
    Sql(String, Vec<String>, bool),
    /// `RAISE EXCEPTION`; lesser ones are left out.
    Raise,
    Block(Block),
    /// The query or condition of a loop, and its body.
    Loop(String, Vec<Statement>),
    /// Anything else, word for word.
    Other(String),
}

/// The outermost block of a body; none where it cannot be read.
pub(super) fn parse(source: &str) -> Option<Block> {
    let mut parser = Parser {
        source,
        tokens: tokens(source),
        at: 0,
        depth: 0,
    };
    parser.label();
    parser.block()
}

struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl<'s> Parser<'s> {
    fn peek(&self, word: &str) -> bool {
        self.tokens
            .get(self.at)
            .is_some_and(|token| token.is(self.source, word))
    }

    fn peek_next(&self, word: &str) -> bool {
        self.tokens
            .get(self.at + 1)
            .is_some_and(|token| token.is(self.source, word))
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek(word);
        self.at += usize::from(found);
        found
    }

    fn label(&mut self) {
        if self.take("<<") {
            while self.at < self.tokens.len() && !self.take(">>") {
                self.at += 1;
            }
        }
    }

    /// The text up to one of the words outside parentheses, which is not taken.
    fn until(&mut self, words: &[&str]) -> &'s str {
        let first = self.at;
        let mut open = 0;
        let mut cases = 0;
        while let Some(token) = self.tokens.get(self.at) {
            if open == 0 && cases == 0 && words.iter().any(|word| token.is(self.source, word)) {
                break;
            }
            match token.of(self.source) {
                "(" | "[" => open += 1,
                ")" | "]" => open -= 1,
                word if token.kind == Kind::Word && word.eq_ignore_ascii_case("case") => cases += 1,
                word if token.kind == Kind::Word
                    && cases > 0
                    && word.eq_ignore_ascii_case("end") =>
                {
                    cases -= 1;
                }
                _ => {}
            }
            self.at += 1;
        }
        match (self.tokens.get(first), self.tokens[..self.at].last()) {
            (Some(first), Some(last)) if first.start < last.end => {
                &self.source[first.start..last.end]
            }
            _ => "",
        }
    }

    fn block(&mut self) -> Option<Block> {
        self.depth += 1;
        if self.depth > 32 {
            return None;
        }
        let mut block = Block::default();
        if self.take("declare") {
            while self.at < self.tokens.len() && !self.peek("begin") {
                let text = self.until(&[";"]);
                self.take(";");
                block.declarations.extend(declaration(text));
            }
        }
        if !self.take("begin") {
            return None;
        }
        block.body = self.statements(&["end", "exception"])?;
        if self.take("exception") {
            while self.take("when") {
                self.until(&["then"]);
                self.take("then");
                block.handlers.push(self.statements(&["end", "when"])?);
            }
        }
        if !self.take("end") {
            return None;
        }
        self.until(&[";"]);
        self.take(";");
        self.depth -= 1;
        Some(block)
    }

    fn statements(&mut self, ends: &[&str]) -> Option<Vec<Statement>> {
        let mut all = Vec::new();
        while !ends.iter().any(|end| self.peek(end)) {
            if self.at >= self.tokens.len() {
                return None;
            }
            self.label();
            if !self.skip_without_effect() {
                all.push(self.statement()?);
            }
        }
        Some(all)
    }

    /// Skips a statement that does nothing: NULL, and messages that are no errors.
    fn skip_without_effect(&mut self) -> bool {
        let lesser = ["notice", "warning", "info", "log", "debug"];
        let is_message = self.peek("raise") && lesser.iter().any(|level| self.peek_next(level));
        let skips = is_message || self.peek("null") && self.peek_next(";");
        if skips {
            self.until(&[";"]);
            self.take(";");
        }
        skips
    }

    fn statement(&mut self) -> Option<Statement> {
        if self.peek("declare") || self.peek("begin") {
            return Some(Statement::Block(self.block()?));
        }
        if self.take("if") {
            return self.conditional();
        }
        if self.take("case") {
            return self.choice();
        }
        if self.peek("loop") || self.peek("while") || self.peek("for") || self.peek("foreach") {
            self.at += usize::from(!self.peek("loop"));
            let head = self.until(&["loop"]).to_owned();
            self.take("loop");
            let body = self.statements(&["end"])?;
            self.until(&[";"]);
            self.take(";");
            return Some(Statement::Loop(head, body));
        }
        if self.take("return") {
            let statement = if self.peek("query") && self.peek_next("execute") {
                Statement::Execute(self.until(&[";"]).to_owned())
            } else if self.take("query") {
                Statement::ReturnQuery(self.until(&[";"]).to_owned())
            } else {
                let is_next = self.take("next");
                let text = self.until(&[";"]);
                let text = (!text.is_empty()).then(|| text.to_owned());
                if is_next {
                    Statement::ReturnNext(text)
                } else {
                    Statement::Return(text)
                }
            };
            self.take(";");
            return Some(statement);
        }
        if self.take("raise") {
            self.until(&[";"]);
            self.take(";");
            return Some(Statement::Raise);
        }
        if self.peek("execute") {
            let text = self.until(&[";"]).to_owned();
            self.take(";");
            return Some(Statement::Execute(text));
        }
        if self.take("perform") {
            let text = format!("SELECT {}", self.until(&[";"]));
            self.take(";");
            return Some(Statement::Sql(text, Vec::new(), false));
        }
        let is_assignment = self.peek_next(":=")
            || self.peek_next("=")
                && self
                    .tokens
                    .get(self.at)
                    .is_some_and(|token| token.kind != Kind::Sign);
        if is_assignment {
            let name = name(self.tokens[self.at].of(self.source));
            self.at += 2;
            let value = self.until(&[";"]).to_owned();
            self.take(";");
            return Some(Statement::Assign(name, value));
        }
        let statement = self.sql();
        self.take(";");
        Some(statement)
    }

    fn conditional(&mut self) -> Option<Statement> {
        let mut branches = Vec::new();
        loop {
            let condition = self.until(&["then"]).to_owned();
            if !self.take("then") {
                return None;
            }
            let body = self.statements(&["elsif", "elseif", "else", "end"])?;
            branches.push((condition, body));
            if !self.take("elsif") && !self.take("elseif") {
                break;
            }
        }
        let otherwise = if self.take("else") {
            self.statements(&["end"])?
        } else {
            Vec::new()
        };
        self.until(&[";"]);
        self.take(";");
        Some(Statement::If(branches, otherwise))
    }

    /// CASE as a statement; where nothing fits and there is no ELSE, it raises an error.
    fn choice(&mut self) -> Option<Statement> {
        let subject = self.until(&["when"]).to_owned();
        let mut branches = Vec::new();
        while self.take("when") {
            let fits = self.until(&["then"]);
            let condition = if subject.is_empty() {
                fits.to_owned()
            } else {
                format!("({subject}) IN ({fits})")
            };
            if !self.take("then") {
                return None;
            }
            branches.push((condition, self.statements(&["when", "else", "end"])?));
        }
        let otherwise = if self.take("else") {
            self.statements(&["end"])?
        } else {
            vec![Statement::Raise]
        };
        if !self.take("end") || !self.take("case") {
            return None;
        }
        self.until(&[";"]);
        self.take(";");
        Some(Statement::If(branches, otherwise))
    }

    /// An SQL statement, its INTO taken out.
    fn sql(&mut self) -> Statement {
        const SQL: [&str; 10] = [
            "select", "insert", "update", "delete", "with", "merge", "truncate", "set", "reset",
            "call",
        ];
        if !SQL.iter().any(|word| self.peek(word)) {
            return Statement::Other(self.until(&[";"]).to_owned());
        }
        let first = self.at;
        let names_table = self.peek("insert") || self.peek("merge");
        self.until(&[";"]);
        let tokens = &self.tokens[first..self.at];
        let (mut open, mut into) = (0, None);
        for (at, token) in tokens.iter().enumerate() {
            match token.of(self.source) {
                "(" => open += 1,
                ")" => open -= 1,
                _ if open == 0
                    && token.is(self.source, "into")
                    && !(names_table && at == 1)
                    && into.is_none() =>
                {
                    into = Some(at);
                }
                _ => {}
            }
        }
        let text = |tokens: &[Token]| match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => self.source[first.start..last.end].to_owned(),
            _ => String::new(),
        };
        let Some(into) = into else {
            return Statement::Sql(text(tokens), Vec::new(), false);
        };
        let mut at = into + 1;
        let strict = tokens
            .get(at)
            .is_some_and(|token| token.is(self.source, "strict"));
        at += usize::from(strict);
        let mut targets = Vec::new();
        while let Some(token) = tokens.get(at) {
            targets.push(name(token.of(self.source)));
            at += 1;
            while tokens
                .get(at)
                .is_some_and(|token| token.is(self.source, "."))
            {
                at += 2;
            }
            if !tokens
                .get(at)
                .is_some_and(|token| token.is(self.source, ","))
            {
                break;
            }
            at += 1;
        }
        let sql = format!("{} {}", text(&tokens[..into]), text(&tokens[at..]));
        Statement::Sql(sql, targets, strict)
    }
}

fn name(text: &str) -> String {
    match text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
    {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => text.to_lowercase(),
    }
}

/// Name, type and default of `v uuid := …`.
fn declaration(text: &str) -> Option<(String, String, Option<String>)> {
    let all = tokens(text);
    let (first, rest) = all.split_first()?;
    let end = rest
        .iter()
        .position(|token| token.is(text, ":=") || token.is(text, "=") || token.is(text, "default"));
    let rest = match rest.split_first() {
        Some((word, after)) if word.is(text, "constant") => after,
        _ => rest,
    };
    let type_start = rest.first()?.start;
    let default = end.map(|at| all[at + 1]);
    let type_text = &text[type_start..default.map_or(text.len(), |sign| sign.start)];
    let default = default.map(|sign| text[sign.end..].trim().to_owned());
    Some((name(first.of(text)), type_text.trim().to_owned(), default))
}
