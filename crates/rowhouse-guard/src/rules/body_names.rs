//! The tables that the text of a function's body names.

use rowhouse_catalog::{Catalog, Function, Relation};

/// Names of tables and views that stand in the body without a schema.
pub(crate) fn unqualified_relations(catalog: &Catalog, function: &Function) -> Vec<String> {
    let words = words(&function.body);
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let after_keyword = at > 0
            && ["from", "join", "into", "update", "only", "table", ","]
                .contains(&words[at - 1].to_ascii_lowercase().as_str());
        let qualified = words.get(at + 1).is_some_and(|next| next == ".");
        let called = words.get(at + 1).is_some_and(|next| next == "(")
            && !words[at - at.min(1)].eq_ignore_ascii_case("into");
        if after_keyword && !qualified && !called && relation_named(catalog, word).is_some() {
            found.push(word.clone());
        }
    }
    found
}

/// The tables that the body inserts into.
pub(super) fn inserted_into<'a>(catalog: &'a Catalog, body: &str) -> Vec<&'a Relation> {
    let words = words(body);
    let mut found = Vec::new();
    for at in 0..words.len().saturating_sub(2) {
        if !words[at].eq_ignore_ascii_case("insert") || !words[at + 1].eq_ignore_ascii_case("into")
        {
            continue;
        }
        let first = &words[at + 2];
        let table = match (words.get(at + 3).map(String::as_str), words.get(at + 4)) {
            (Some("."), Some(name)) => catalog.relations.iter().find(|relation| {
                is_spelled(first, &relation.schema) && is_spelled(name, &relation.name)
            }),
            _ => relation_named(catalog, first),
        };
        found.extend(table);
    }
    found
}

fn relation_named<'a>(catalog: &'a Catalog, word: &str) -> Option<&'a Relation> {
    catalog
        .relations
        .iter()
        .find(|relation| is_spelled(word, &relation.name))
}

/// Whether a word of the text, quoted or not, is this name.
fn is_spelled(word: &str, name: &str) -> bool {
    match word
        .strip_prefix('"')
        .and_then(|word| word.strip_suffix('"'))
    {
        Some(quoted) => quoted == name,
        None => word.to_lowercase() == name,
    }
}

/// Identifiers, quoted ones with their quotes, and single signs; comments and literals are left out.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("--") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
        } else if first == '\'' || first == '"' {
            let end = rest[1..].find(first).map_or(rest.len(), |end| end + 2);
            if first == '"' {
                found.push(rest[..end].to_owned());
            }
            rest = &rest[end..];
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
                .unwrap_or(rest.len());
            found.push(rest[..end].to_owned());
            rest = &rest[end..];
        } else {
            if !first.is_whitespace() {
                found.push(first.to_string());
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_no_words() {
        let found = words("SELECT a.\"B\" -- from x\nFROM /* y */ t WHERE c = 'from z'");
        assert_eq!(found.join(" "), "SELECT a . \"B\" FROM t WHERE c =");
    }
}
