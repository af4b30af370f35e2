//! A net under the reading of bodies: tables that stand behind FROM or the like, and that nothing which was understood
//! reaches.

use rowhouse_catalog::{Function, Relation};

use super::Decider;
use super::body::BodyFacts;
use super::lexer::{Kind, tokens};
use crate::model::text_of;

/// What names a table behind it that is read. Writes are statements of their own, which are all read.
const NAMES: [&str; 4] = ["from", "join", "table", "using"];
/// What may stand between.
const BETWEEN: [&str; 3] = ["only", "lateral", "("];

impl Decider<'_> {
    /// Tables with tenants' rows that a function's text names and that are in none of its facts: statements and
    /// expressions of PL/pgSQL stand in more places than are read.
    pub(super) fn unread(&self, function: &Function, facts: &BodyFacts) -> Vec<String> {
        let text = text_of(function);
        let all = tokens(text);
        let mut found = Vec::new();
        for at in 0..all.len() {
            if !NAMES.iter().any(|word| all[at].is(text, word)) {
                continue;
            }
            let skipped = all[at + 1..]
                .iter()
                .take_while(|token| BETWEEN.iter().any(|word| token.is(text, word)))
                .count();
            let mut name = all[at + 1 + skipped..].iter();
            let Some(first) = name.next().filter(|token| token.kind != Kind::Text) else {
                continue;
            };
            let dotted = name.next().is_some_and(|token| token.is(text, "."));
            let second = name.next().filter(|_| dotted);
            let word = |token: &super::lexer::Token| unquoted(token.of(text));
            let means = |relation: &&Relation| match second {
                Some(second) => relation.schema == word(first) && relation.name == word(second),
                None => {
                    relation.name == word(first)
                        && (relation.schema == function.schema || relation.schema == "public")
                }
            };
            let relations = self.model.catalog.relations.iter();
            let missed = relations.filter(means).filter(|relation| {
                self.model.row_owner(relation.oid).is_some()
                    && !facts.uses.iter().any(|used| used.relation == relation.oid)
            });
            found.extend(missed.map(|relation| format!("what it does with {}", relation.name)));
        }
        found.dedup();
        found
    }
}

fn unquoted(word: &str) -> String {
    let quoted = word
        .strip_prefix('"')
        .and_then(|word| word.strip_suffix('"'));
    quoted.map_or_else(
        || word.to_lowercase(),
        |quoted| quoted.replace("\"\"", "\""),
    )
}
