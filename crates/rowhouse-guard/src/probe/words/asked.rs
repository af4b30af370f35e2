//! How texts ask for settings: inside which document, made into what, compared with which column.

use std::collections::BTreeMap;

use rowhouse_catalog::Function;

use super::tokens::{Token, tokens};
use crate::model::text_of;

/// How a setting is asked for somewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::probe) struct Asked {
    /// The setting.
    pub(in crate::probe) setting: String,
    /// The way inside, where it holds a JSON document.
    pub(in crate::probe) path: Vec<String>,
    /// What it is made into.
    pub(in crate::probe) cast: Option<String>,
    /// Its text is taken apart first.
    pub(in crate::probe) is_split: bool,
    /// The column it is compared with.
    pub(in crate::probe) column: Option<String>,
    /// The constants it is compared with.
    pub(in crate::probe) constants: Vec<String>,
}

/// A step of a way that the caller of a helper names.
const NAMED_BY_CALLER: &str = "";

/// How functions that only hand a setting on ask for it, by their names.
pub(super) fn helpers(functions: &[&Function]) -> BTreeMap<String, Vec<Asked>> {
    let mut known: BTreeMap<String, Vec<Asked>> = BTreeMap::new();
    // One that calls another: as deep as that goes.
    for _ in 0..4 {
        for function in functions {
            let found = asked_by_callers(&tokens(text_of(function)), &known);
            if !found.is_empty() {
                known.insert(function.name.clone(), found);
            }
        }
    }
    known
}

/// Where a text asks for settings, itself or by calling one of `helpers`.
pub(super) fn asked(tokens: &[Token], helpers: &BTreeMap<String, Vec<Asked>>) -> Vec<Asked> {
    let mut found = asked_by_callers(tokens, helpers);
    for asked in &mut found {
        let known = asked.path.iter().position(|step| step == NAMED_BY_CALLER);
        asked.path.truncate(known.unwrap_or(asked.path.len()));
    }
    found
}

/// The same, with steps that only a caller knows.
fn asked_by_callers(tokens: &[Token], helpers: &BTreeMap<String, Vec<Asked>>) -> Vec<Asked> {
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
        // A claim of a sealed database is asked for by its name too.
        let of_seal = word == "claim"
            && at >= 2
            && matches!(&tokens[at - 2], Token::Word(schema) if schema == crate::seal::SCHEMA);
        let origins: Vec<Asked> = if word == "current_setting" || of_seal {
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
                constants: Vec::new(),
                is_split: at >= 2
                    && matches!(&tokens[at - 2], Token::Word(word) if word == "string_to_array"),
            }]
        } else if let Some(known) = helpers.get(word) {
            let mut known = known.clone();
            if let Some(Token::Text(name)) = rest.first() {
                let mut steps = known.iter_mut().flat_map(|asked| &mut asked.path);
                if let Some(step) = steps.find(|step| *step == NAMED_BY_CALLER) {
                    step.clone_from(name);
                    rest = &rest[1..];
                    if matches!(rest.first(), Some(Token::Cast(_))) {
                        rest = &rest[1..];
                    }
                }
            }
            known
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
            origin.constants.extend(super::compared_with(rest));
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
                    Some(Token::Word(_)) => path.push(NAMED_BY_CALLER.to_owned()),
                    Some(Token::Sign(sign)) if sign == "$" => {
                        path.push(NAMED_BY_CALLER.to_owned());
                        rest = &rest[1..];
                    }
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
    super::name_before(before)
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
}
