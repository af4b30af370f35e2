//! What the database's own texts say is worth trying: values that columns are compared with, and how settings are asked.

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::{Catalog, Function};

use crate::model::text_of;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Cast(String),
    Sign(String),
}

/// How a setting is asked for somewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Asked {
    /// The setting.
    pub(super) setting: String,
    /// The way inside, where it holds a JSON document.
    pub(super) path: Vec<String>,
    /// What it is made into.
    pub(super) cast: Option<String>,
    /// Its text is taken apart first.
    pub(super) is_split: bool,
    /// The column it is compared with.
    pub(super) column: Option<String>,
}

/// What all texts of a database say.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Values by the name of the column that they are compared with.
    pub(super) compared: BTreeMap<String, BTreeSet<String>>,
    /// All constants of policies and of the functions that they could call.
    pub(super) constants: BTreeSet<String>,
    /// How settings are asked for, the first first.
    pub(super) asked: Vec<Asked>,
    /// All words: names of columns and tables among them.
    pub(super) named: BTreeSet<String>,
    /// The words in functions alone.
    pub(super) of_functions: BTreeSet<String>,
}

impl Words {
    pub(super) fn read(catalog: &Catalog) -> Self {
        let mut found = Self::default();
        let users =
            |function: &&Function| !function.oid.is_builtin() && function.extension.is_none();
        let functions: Vec<&Function> = catalog.functions.iter().filter(users).collect();
        let helpers = helpers(&functions);
        let relations = catalog.relations.iter().filter(|r| !r.is_system());
        for relation in relations {
            for policy in &relation.policies {
                for text in policy.using.iter().chain(&policy.with_check) {
                    found.note(text, &helpers, true);
                }
            }
            for text in relation
                .columns
                .iter()
                .filter_map(|column| column.default.as_ref())
                .chain(&relation.definition)
                .chain(relation.checks.iter().map(|check| &check.expression))
                .chain(
                    relation
                        .indexes
                        .iter()
                        .filter_map(|index| index.predicate.as_ref()),
                )
            {
                found.note(text, &helpers, false);
            }
        }
        for function in functions {
            let text = text_of(function);
            found.note(text, &helpers, true);
            let words = tokens(text).into_iter().filter_map(|token| match token {
                Token::Word(word) => Some(word),
                _ => None,
            });
            found.of_functions.extend(words);
        }
        found.constants.extend(
            catalog
                .role_settings
                .iter()
                .filter(|setting| setting.name.contains('.'))
                .map(|setting| setting.value.clone()),
        );
        found
    }

    /// The values that a text compares a column with.
    pub(super) fn values_in(text: &str, column: &str) -> Vec<String> {
        let tokens = tokens(text);
        let column = column.to_ascii_lowercase();
        let mut found = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            if matches!(token, Token::Word(word) if *word == column) {
                found.extend(compared_with(&tokens[at + 1..]));
            }
        }
        found
    }

    /// A value that is within the bounds of a partition: its lower one, or the first of a list.
    pub(super) fn first_bound(bound: &str) -> Option<String> {
        let tokens = tokens(bound);
        let mut rest = tokens
            .iter()
            .skip_while(|token| !matches!(token, Token::Sign(sign) if sign == "("));
        match rest.nth(1)? {
            Token::Text(text) => Some(text.clone()),
            Token::Word(word) if word.starts_with(|c: char| c.is_ascii_digit()) => {
                Some(word.clone())
            }
            _ => None,
        }
    }

    fn note(&mut self, text: &str, helpers: &BTreeMap<String, Vec<Asked>>, constants: bool) {
        let tokens = tokens(text);
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Word(word) => {
                    self.named.insert(word.clone());
                    let values = compared_with(&tokens[at + 1..]);
                    if !values.is_empty() {
                        self.compared
                            .entry(word.clone())
                            .or_default()
                            .extend(values);
                    }
                }
                Token::Text(constant) if constants => {
                    self.constants.insert(constant.clone());
                    if let Some(word) = compared_before(&tokens[..at]) {
                        self.compared
                            .entry(word)
                            .or_default()
                            .insert(constant.clone());
                    }
                }
                _ => {}
            }
        }
        for asked in asked(&tokens, helpers) {
            if !self.asked.contains(&asked) {
                self.asked.push(asked);
            }
        }
    }
}

/// How functions that only hand a setting on ask for it, by their names.
fn helpers(functions: &[&Function]) -> BTreeMap<String, Vec<Asked>> {
    let mut known: BTreeMap<String, Vec<Asked>> = BTreeMap::new();
    // One that calls another: as deep as that goes.
    for _ in 0..4 {
        for function in functions {
            let found = asked(&tokens(text_of(function)), &known);
            if !found.is_empty() {
                known.insert(function.name.clone(), found);
            }
        }
    }
    known
}

/// The values after a comparison that begins here.
fn compared_with(mut rest: &[Token]) -> Vec<String> {
    rest = skip(rest, &[")"]);
    let compares = match rest.first() {
        Some(Token::Sign(sign)) => matches!(
            sign.as_str(),
            "=" | "<>" | "!=" | "~~" | "<" | ">" | "<=" | ">=" | "@>" | "&&" | "~" | "~~*" | ":="
        ),
        Some(Token::Word(word)) => matches!(word.as_str(), "in" | "like" | "is" | "ilike"),
        _ => false,
    };
    if !compares {
        return Vec::new();
    }
    rest = &rest[1..];
    while let Some(token) = rest.first() {
        let passes = match token {
            Token::Sign(sign) => matches!(sign.as_str(), "(" | "["),
            Token::Word(word) => {
                matches!(
                    word.as_str(),
                    "any" | "all" | "array" | "not" | "distinct" | "from"
                )
            }
            _ => false,
        };
        if !passes {
            break;
        }
        rest = &rest[1..];
    }
    let mut found = Vec::new();
    for token in rest {
        match token {
            Token::Text(text) => found.push(text.clone()),
            Token::Word(word) if word.starts_with(|c: char| c.is_ascii_digit()) => {
                found.push(word.clone());
            }
            Token::Cast(_) => {}
            Token::Sign(sign) if sign == "," || sign == ")" && found.is_empty() => {}
            _ => break,
        }
    }
    found
}

/// The name in front of a comparison with what comes after, in the other order.
fn compared_before(before: &[Token]) -> Option<String> {
    let mut before = before.iter().rev();
    loop {
        match before.next()? {
            Token::Sign(sign) if sign == "(" => {}
            Token::Sign(sign) if sign == "=" => break,
            _ => return None,
        }
    }
    before.find_map(|token| match token {
        Token::Word(word) => Some(Some(word.clone())),
        Token::Cast(_) => None,
        Token::Sign(sign) if sign == ")" => None,
        _ => Some(None),
    })?
}

fn skip<'t>(mut rest: &'t [Token], signs: &[&str]) -> &'t [Token] {
    while let Some(token) = rest.first() {
        let passes = match token {
            Token::Cast(_) => true,
            Token::Sign(sign) => signs.contains(&sign.as_str()),
            _ => false,
        };
        if !passes {
            break;
        }
        rest = &rest[1..];
    }
    rest
}

/// Where a text asks for settings, itself or by calling one of `helpers`.
fn asked(tokens: &[Token], helpers: &BTreeMap<String, Vec<Asked>>) -> Vec<Asked> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let Token::Word(word) = &tokens[at] else {
            continue;
        };
        let is_call = matches!(tokens.get(at + 1), Some(Token::Sign(sign)) if sign == "(");
        if !is_call {
            continue;
        }
        let mut rest = &tokens[at + 2..];
        let origins: Vec<Asked> = if word == "current_setting" {
            let Some(Token::Text(name)) = rest.first() else {
                continue;
            };
            if !name.contains('.') {
                continue;
            }
            rest = &rest[1..];
            vec![Asked {
                setting: name.to_ascii_lowercase(),
                path: Vec::new(),
                cast: None,
                column: None,
                is_split: at >= 2
                    && matches!(&tokens[at - 2], Token::Word(word) if word == "string_to_array"),
            }]
        } else if let Some(known) = helpers.get(word) {
            known.clone()
        } else {
            continue;
        };
        let (path, cast, rest) = way_inside(rest);
        let column = compared_before_call(&tokens[..at]).or_else(|| name_after(rest));
        for mut origin in origins {
            origin.path.extend(path.iter().cloned());
            origin.cast = cast.clone().or(origin.cast);
            // What the helper itself compares it with comes first: a token there, a tenant here.
            origin.column = origin.column.or_else(|| column.clone());
            found.push(origin);
        }
    }
    found
}

/// The way into a document, and the last cast, after an expression that begins inside its brackets.
fn way_inside(mut rest: &[Token]) -> (Vec<String>, Option<String>, &[Token]) {
    let (mut path, mut cast) = (Vec::new(), None);
    while let Some(token) = rest.first() {
        match token {
            Token::Cast(to) => {
                if to != "text" || cast.is_none() {
                    cast = Some(to.clone());
                }
            }
            Token::Sign(sign) if matches!(sign.as_str(), ")" | ",") => {}
            // An alias that the server wrote: `(SELECT f() AS f)`.
            Token::Word(word) if word == "as" => {
                if matches!(rest.get(1), Some(Token::Word(_))) {
                    rest = &rest[1..];
                }
            }
            Token::Word(word) if matches!(word.as_str(), "true" | "false") => {}
            Token::Text(text) if text.is_empty() => {}
            Token::Sign(sign) if matches!(sign.as_str(), "->" | "->>") => {
                match rest.get(1) {
                    Some(Token::Text(key)) => path.push(key.clone()),
                    _ => break,
                }
                cast = None;
                rest = &rest[1..];
                if matches!(rest.get(1), Some(Token::Cast(_))) {
                    rest = &rest[1..];
                }
            }
            Token::Sign(sign) if matches!(sign.as_str(), "#>" | "#>>") => {
                match rest.get(1) {
                    Some(Token::Text(keys)) => path.extend(
                        keys.trim_matches(['{', '}'])
                            .split(',')
                            .map(|key| key.trim().to_owned()),
                    ),
                    _ => break,
                }
                cast = None;
                rest = &rest[1..];
                if matches!(rest.get(1), Some(Token::Cast(_))) {
                    rest = &rest[1..];
                }
            }
            _ => break,
        }
        rest = &rest[1..];
    }
    (path, cast, rest)
}

/// The column in front of `= (SELECT NULLIF(…`.
fn compared_before_call(before: &[Token]) -> Option<String> {
    let mut before = before.iter().rev();
    loop {
        match before.next()? {
            Token::Sign(sign) if matches!(sign.as_str(), "(" | ".") => {}
            Token::Sign(sign) if sign == "=" => break,
            Token::Word(word) if word != "and" && word != "or" && word != "where" => {}
            _ => return None,
        }
    }
    before.find_map(|token| match token {
        Token::Word(word) => Some(Some(word.clone())),
        Token::Cast(_) => None,
        Token::Sign(sign) if sign == ")" => None,
        _ => Some(None),
    })?
}

fn name_after(rest: &[Token]) -> Option<String> {
    let (Some(Token::Sign(sign)), true) = (rest.first(), rest.len() > 1) else {
        return None;
    };
    if sign != "=" {
        return None;
    }
    let mut last = None;
    for token in &rest[1..] {
        match token {
            Token::Sign(sign) if matches!(sign.as_str(), "(" | ".") => {}
            Token::Word(word) => last = Some(word.clone()),
            _ => break,
        }
    }
    last
}

fn tokens(source: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut letters = source.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let rest = &source[at..];
        if letter.is_whitespace() {
            continue;
        }
        let mut take = |length: usize| {
            let end = at + length;
            while letters.next_if(|(place, _)| *place < end).is_some() {}
        };
        if rest.starts_with("--") {
            take(rest.find('\n').unwrap_or(rest.len()));
        } else if letter == '\'' {
            let (text, length) = quoted(rest, '\'');
            take(length);
            found.push(Token::Text(text));
        } else if letter == '"' {
            let (text, length) = quoted(rest, '"');
            take(length);
            found.push(Token::Word(text));
        } else if rest.starts_with("::") {
            let length = cast_length(rest);
            take(length);
            found.push(Token::Cast(
                rest[2..length].trim().trim_matches('"').to_owned(),
            ));
        } else if is_word(letter) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            take(length);
            found.push(Token::Word(rest[..length].to_ascii_lowercase()));
        } else if is_operator(letter) {
            let length = rest.find(|c| !is_operator(c)).unwrap_or(rest.len());
            take(length);
            found.push(Token::Sign(rest[..length].to_owned()));
        } else {
            found.push(Token::Sign(letter.to_string()));
        }
    }
    found
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn is_operator(letter: char) -> bool {
    "=<>!~@&#|-+*/%^:?".contains(letter)
}

/// What is between two such quotes, and how long it is with them.
fn quoted(source: &str, quote: char) -> (String, usize) {
    let mut text = String::new();
    let mut letters = source.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != quote {
            text.push(letter);
        } else if letters.next_if(|(_, next)| *next == quote).is_some() {
            text.push(quote);
        } else {
            return (text, at + 1);
        }
    }
    (text, source.len())
}

/// How long a cast is, with names of types that are several words.
fn cast_length(source: &str) -> usize {
    const LONG: [&str; 4] = [
        "character varying",
        "double precision",
        "timestamp with time zone",
        "timestamp without time zone",
    ];
    let rest = &source[2..];
    let word = LONG
        .iter()
        .find(|long| rest.starts_with(**long))
        .map_or_else(
            || {
                rest.find(|c| !is_word(c) && c != '.' && c != '"')
                    .unwrap_or(rest.len())
            },
            |long| long.len(),
        );
    let mut end = 2 + word;
    if source[end..].starts_with('(')
        && let Some(close) = source[end..].find(')')
    {
        end += close + 1;
    }
    while source[end..].starts_with("[]") {
        end += 2;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(text: &str) -> Asked {
        asked(&tokens(text), &BTreeMap::new()).remove(0)
    }

    #[test]
    fn a_claim_is_followed_into_its_document() {
        let text = "(org_id = ((((current_setting('request.jwt.claims'::text, true))::jsonb -> 'app_metadata'::text) ->> 'org_id'::text))::uuid)";
        let found = asks(text);
        assert_eq!(found.path, ["app_metadata", "org_id"]);
        assert_eq!(found.cast.as_deref(), Some("uuid"));
        assert_eq!(found.column.as_deref(), Some("org_id"));
    }

    #[test]
    fn a_setting_behind_a_sub_select_is_compared_with_its_column() {
        let text = "(tenant_id = ( SELECT (NULLIF(current_setting('app.t'::text, true), ''::text))::integer AS \"nullif\"))";
        let found = asks(text);
        assert_eq!(found.column.as_deref(), Some("tenant_id"));
        assert_eq!(found.cast.as_deref(), Some("integer"));
    }

    #[test]
    fn values_of_columns_are_read_off_comparisons() {
        let found = compared_with(&tokens("status = ANY (ARRAY['a'::text, 'b'::text])")[1..]);
        assert_eq!(found, ["a", "b"]);
        let found = compared_with(&tokens("(status)::text <> 'x''y'::text")[2..]);
        assert_eq!(found, ["x'y"]);
    }
}
