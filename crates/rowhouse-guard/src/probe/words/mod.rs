//! What the database's own texts say is worth trying: values that columns are compared with, and how settings are asked.

mod asked;
mod inexact;
mod inside;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::{Catalog, Function};

use crate::model::text_of;
pub(super) use asked::Asked;
use asked::{asked, helpers};
use inexact::is_inexact;
pub(super) use inside::holding;
use tokens::{Token, tokens};

/// Words for whoever is connected.
const LOGIN: [&str; 4] = ["current_user", "session_user", "current_role", "user"];

/// What all texts of a database say.
#[derive(Debug, Default)]
pub(in crate::probe) struct Words {
    /// Values by the name of the column that they are compared with.
    pub(in crate::probe) compared: BTreeMap<String, BTreeSet<String>>,
    /// The ways into documents by the name of the column that they are in.
    pub(in crate::probe) ways: BTreeMap<String, BTreeSet<Vec<String>>>,
    /// All constants of policies and of the functions that they could call.
    pub(in crate::probe) constants: BTreeSet<String>,
    /// How settings are asked for, the first first.
    pub(in crate::probe) asked: Vec<Asked>,
    /// Something is compared by other ways than being equal: by pattern, in part, without case, by order.
    pub(in crate::probe) inexact: bool,
    /// Columns that are compared with the name of whoever is connected.
    pub(in crate::probe) logins: BTreeSet<String>,
    /// All words: names of columns and tables among them.
    pub(in crate::probe) named: BTreeSet<String>,
    /// What functions marked LEAKPROOF speak of, which they may compare with any text.
    pub(in crate::probe) asked_early: BTreeSet<String>,
    /// The words in functions alone.
    pub(in crate::probe) of_functions: BTreeSet<String>,
}

impl Words {
    pub(in crate::probe) fn read(catalog: &Catalog) -> Self {
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
                    found.inexact |= is_inexact(text);
                }
            }
            found.inexact |= relation.definition.iter().any(|text| is_inexact(text));
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
            if function.leakproof {
                let said = tokens(text).into_iter().filter_map(|token| match token {
                    Token::Text(text) => Some(text),
                    _ => None,
                });
                found.asked_early.extend(said);
            }
            found.inexact |= is_inexact(text);
            let words = tokens(text).into_iter().filter_map(|token| match token {
                Token::Word(word) => Some(word),
                _ => None,
            });
            found.of_functions.extend(words);
        }
        // A tenant that a function works for whoever calls it, and one that a policy names by its number.
        for function in catalog.functions.iter().filter(users) {
            let fixed = function
                .settings
                .iter()
                .filter(|(name, _)| name.contains('.'));
            found
                .constants
                .extend(fixed.map(|(_, value)| value.clone()));
        }
        let settings = catalog.role_settings.iter();
        for setting in settings.filter(|setting| setting.name.contains('.')) {
            found.constants.insert(setting.value.clone());
            found.constants.extend(inside::leaves(&setting.value));
        }
        found
    }

    /// Whether a column says who asks: settings, or the name of the login, are compared with it.
    pub(in crate::probe) fn says_who(&self, column: &str) -> bool {
        let mut asked = self.asked.iter().filter_map(|asked| asked.column.as_ref());
        asked.any(|name| name.eq_ignore_ascii_case(column))
            || self.logins.contains(&column.to_ascii_lowercase())
    }

    /// The values that a text compares a column with.
    pub(in crate::probe) fn values_in(text: &str, column: &str) -> Vec<String> {
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
    pub(in crate::probe) fn first_bound(bound: &str) -> Option<String> {
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
                    if LOGIN.contains(&word.as_str()) {
                        let before = compared_before(&tokens[..at]);
                        let after = || name_after(&tokens[at + 1..]);
                        self.logins.extend(before.or_else(after));
                    }
                    let way = inside::way(&tokens[at + 1..]);
                    if !way.is_empty() {
                        self.ways.entry(word.clone()).or_default().insert(way);
                    }
                    let mut values = compared_with(&tokens[at + 1..]);
                    values.extend(inside::documents(&tokens[at + 1..]));
                    if !values.is_empty() {
                        self.compared
                            .entry(word.clone())
                            .or_default()
                            .extend(values);
                    }
                }
                Token::Text(constant) if constants => {
                    self.constants.insert(constant.clone());
                    if let Some(word) = inside::listed_in(&tokens[at + 1..])
                        .or_else(|| compared_before(&tokens[..at]))
                    {
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
    name_before(before)
}

/// The name behind a comparison that begins here.
fn name_after(rest: &[Token]) -> Option<String> {
    let mut rest = skip(rest, &[")"]).iter();
    let Some(Token::Sign(sign)) = rest.next() else {
        return None;
    };
    if sign != "=" {
        return None;
    }
    match rest.find(|token| !matches!(token, Token::Sign(sign) if sign == "("))? {
        Token::Word(word) => Some(word.clone()),
        _ => None,
    }
}

/// The name that tokens, from the last to the first, begin with, casts and closed brackets aside.
fn name_before<'t>(mut before: impl Iterator<Item = &'t Token>) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_hold_logins_are_read_off_comparisons() {
        let mut words = Words::default();
        for text in [
            "((made_by)::name = CURRENT_USER)",
            "(SESSION_USER = (owner)::text)",
        ] {
            words.note(text, &BTreeMap::new(), true);
        }
        assert_eq!(
            words.logins.into_iter().collect::<Vec<_>>(),
            ["made_by", "owner"]
        );
    }

    #[test]
    fn values_of_columns_are_read_off_comparisons() {
        let found = compared_with(&tokens("status = ANY (ARRAY['a'::text, 'b'::text])")[1..]);
        assert_eq!(found, ["a", "b"]);
        let found = compared_with(&tokens("(status)::text <> 'x''y'::text")[2..]);
        assert_eq!(found, ["x'y"]);
    }
}
