//! Which column of which relation a view's column is.
//!
//! The server notes it in a view's parsed query, for columns that are passed on as they are. The
//! query is kept as a tree in text: `({QUERY … :targetList ({TARGETENTRY :expr {…} :resno 1 …
//! :resorigtbl 16385 :resorigcol 2 …}) …})`.

use serde::{Deserialize, Serialize};

use crate::oid::Oid;

/// A column of a view that is passed on from another relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The number of the view's column.
    pub column: i16,
    /// Where it comes from; that can be a view again.
    pub relation: Oid,
    /// The number it has there.
    pub number: i16,
}

/// Braces around an entry of the outermost query's own list.
const OUTERMOST: usize = 2;

/// Reads the origins from a view's parsed query.
pub(crate) fn origins(tree: &str) -> Vec<Origin> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut entry: Option<Vec<&str>> = None;
    for token in tokens(tree) {
        match token {
            "{" => {
                depth += 1;
                if depth == OUTERMOST {
                    entry = Some(Vec::new());
                }
            }
            "}" => {
                if depth == OUTERMOST {
                    found.extend(entry.take().as_deref().and_then(origin));
                }
                depth = depth.saturating_sub(1);
            }
            token if depth == OUTERMOST => {
                if let Some(words) = &mut entry {
                    words.push(token);
                }
            }
            _ => {}
        }
    }
    found
}

/// The origin that the words of an entry tell, its nested nodes left out.
fn origin(words: &[&str]) -> Option<Origin> {
    if words.first() != Some(&"TARGETENTRY") {
        return None;
    }
    let value = |field: &str| {
        let at = words.iter().position(|word| *word == field)?;
        words.get(at + 1)
    };
    let relation = value(":resorigtbl")?.parse().ok().filter(|&oid| oid != 0)?;
    Some(Origin {
        column: value(":resno")?.parse().ok()?,
        relation: Oid(relation),
        number: value(":resorigcol")?.parse().ok().filter(|&n| n > 0)?,
    })
}

/// Braces and words; a backslash takes the meaning of what follows it.
fn tokens(tree: &str) -> impl Iterator<Item = &str> {
    let mut rest = tree;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\n', '\t', '(', ')']);
        let first = rest.chars().next()?;
        let end = if matches!(first, '{' | '}') {
            1
        } else {
            let mut escaped = false;
            rest.find(|c: char| {
                let ends = !escaped && matches!(c, ' ' | '\n' | '\t' | '(' | ')' | '{' | '}');
                escaped = c == '\\' && !escaped;
                ends
            })
            .unwrap_or(rest.len())
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_outermost_list_counts() {
        let tree = r"({QUERY :rtable ({RTE :subquery {QUERY :targetList ({TARGETENTRY :expr {VAR}
            :resno 1 :resname x :resorigtbl 7 :resorigcol 7 :resjunk false})}}) :targetList (
            {TARGETENTRY :expr {VAR :varno 1} :resno 1 :resname a\}\ b :resorigtbl 16385 :resorigcol 3 :resjunk false}
            {TARGETENTRY :expr {OPEXPR} :resno 2 :resname c :resorigtbl 0 :resorigcol 0 :resjunk false})})";
        let expected = Origin {
            column: 1,
            relation: Oid(16385),
            number: 3,
        };
        assert_eq!(origins(tree), [expected]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = origins(&text);
        }
    }
}
