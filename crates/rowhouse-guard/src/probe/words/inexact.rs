//! Ways to compare by which two ids are one.

use super::tokens::{Token, tokens};

const WORDS: [&str; 37] = [
    "like",
    "ilike",
    "similar",
    "between",
    "left",
    "right",
    "substr",
    "substring",
    "lower",
    "upper",
    "initcap",
    "trim",
    "btrim",
    "ltrim",
    "rtrim",
    "strpos",
    "position",
    "starts_with",
    "split_part",
    "regexp_replace",
    "regexp_match",
    "regexp_matches",
    "regexp_like",
    "regexp_split_to_array",
    "replace",
    "translate",
    "string_to_array",
    "string_to_table",
    "overlay",
    "concat",
    "format",
    "md5",
    "hashtext",
    "sha256",
    "unaccent",
    "collate",
    "lpad",
];
const SIGNS: [&str; 16] = [
    "~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "<", ">", "<=", ">=", "%", "/", "&", "||", "^@",
];
const CASTS: [&str; 12] = [
    "character varying",
    "varchar",
    "character",
    "char",
    "bpchar",
    "name",
    "citext",
    "smallint",
    "real",
    "double precision",
    "bit",
    "bit varying",
];

/// Whether a text compares by such a way: by a function, an operator, a cast that cuts off or pads.
pub(super) fn is_inexact(text: &str) -> bool {
    tokens(text).iter().any(|token| match token {
        Token::Word(word) => WORDS.contains(&word.as_str()),
        Token::Sign(sign) => SIGNS.contains(&sign.as_str()),
        Token::Cast(cast) => {
            let name = cast.split(['(', '[']).next().unwrap_or_default();
            // As long as it likes, it is a text.
            let is_whole = name == "character varying" || name == "varchar";
            CASTS.contains(&name) && (cast.contains('(') || !is_whole)
        }
        Token::Text(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cuts_off_is_inexact_and_equality_is_not() {
        for exact in [
            "(tenant_id = ( SELECT (NULLIF(current_setting('app.t'::text, true), ''::text))::integer AS \"nullif\"))",
            "((slug)::text = (a.slug)::character varying)",
        ] {
            assert!(!is_inexact(exact), "{exact}");
        }
        for inexact in [
            "((slug)::character varying(4) = 'a')",
            "(slug ~~ (s || '%'))",
            "(lower(slug) = lower(s))",
            "((slug)::name = s)",
        ] {
            assert!(is_inexact(inexact), "{inexact}");
        }
    }
}
