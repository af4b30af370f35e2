//! What a text is put together from.

use super::sources::Sources;
use crate::logic::lexer::{Kind, Token, tokens};

/// How deep texts may be made of texts.
const DEPTH: usize = 8;

/// A part of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Written out.
    Text(String),
    /// One of some that are written out.
    OneOf(Vec<String>),
    /// Put after the rest, or not.
    Perhaps(Vec<Piece>),
    /// Quoted as a value: `%L`, `quote_literal(…)`.
    Value(String),
    /// Quoted as a name: `%I`, `quote_ident(…)`.
    Name(String),
    /// As it comes.
    Raw(String),
}

impl Piece {
    /// What of it is written out.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// The same, for reading the statement's words.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::OneOf(all) => format!(" {} ", all.join(" ")),
            _ => "x".to_owned(),
        }
    }
}

/// What the pieces come to, with each of those that are perhaps there and without; the last way has them all.
pub(super) fn alternatives(all: &[Piece]) -> Vec<Vec<Piece>> {
    let mut ways = vec![Vec::new()];
    for piece in all {
        let Piece::Perhaps(inner) = piece else {
            for way in &mut ways {
                way.push(piece.clone());
            }
            continue;
        };
        // Many more would not be tried anyway.
        let without = if ways.len() <= 16 {
            ways.clone()
        } else {
            Vec::new()
        };
        let inner = alternatives(inner);
        let with = ways
            .iter()
            .flat_map(|way| inner.iter().map(move |inner| [&way[..], inner].concat()));
        ways = without.into_iter().chain(with).collect();
    }
    ways
}

/// The pieces of a text; none where its syntax was not understood.
pub(super) fn pieces(expression: &str, sources: &Sources, depth: usize) -> Option<Vec<Piece>> {
    if depth > DEPTH {
        return None;
    }
    let mut all = Vec::new();
    for operand in separated(expression, "||") {
        all.extend(operand_pieces(operand, sources, depth + 1)?);
    }
    Some(all)
}

fn operand_pieces(operand: &str, sources: &Sources, depth: usize) -> Option<Vec<Piece>> {
    let operand = without_cast(operand);
    let all = tokens(operand);
    if let [only] = all[..] {
        return Some(match only.kind {
            Kind::Text => vec![Piece::Text(literal(operand)?)],
            _ => match sources.values(operand) {
                Some((first, added)) => {
                    let mut all = pieces(&first, sources, depth)?;
                    for text in added {
                        all.push(Piece::Perhaps(pieces(&text, sources, depth)?));
                    }
                    all
                }
                None if sources.is_plain(operand) => vec![Piece::Value(operand.to_owned())],
                None => vec![Piece::Raw(operand.to_owned())],
            },
        });
    }
    if let Some(inner) = enclosed(operand, &all, 0) {
        return pieces(inner, sources, depth);
    }
    if let Some(options) = choice(operand, &all) {
        return Some(vec![Piece::OneOf(options)]);
    }
    let called = all
        .first()
        .filter(|first| first.kind == Kind::Word)
        .and_then(|first| {
            Some((
                first.of(operand).to_lowercase(),
                enclosed(operand, &all, 1)?,
            ))
        });
    match called.as_ref().map(|(name, inner)| (name.as_str(), *inner)) {
        Some(("format", inner)) => formatted(&separated(inner, ","), sources, depth),
        Some(("concat", inner)) => {
            let mut all = Vec::new();
            for argument in separated(inner, ",") {
                all.extend(pieces(argument, sources, depth)?);
            }
            Some(all)
        }
        Some(("quote_ident", inner)) => Some(named(inner)),
        Some(("quote_literal" | "quote_nullable", inner)) => {
            Some(vec![Piece::Value(inner.to_owned())])
        }
        _ => Some(vec![Piece::Raw(operand.to_owned())]),
    }
}

/// A name that is written out is no less plain for being quoted.
fn named(of: &str) -> Vec<Piece> {
    let bare = without_cast(of);
    let is_literal = matches!(tokens(bare)[..], [only] if only.kind == Kind::Text);
    vec![match literal(bare).filter(|_| is_literal) {
        Some(name) => Piece::Text(format!("\"{}\"", name.replace('"', "\"\""))),
        None => Piece::Name(of.to_owned()),
    }]
}

fn formatted(given: &[&str], sources: &Sources, depth: usize) -> Option<Vec<Piece>> {
    let (format, arguments) = given.split_first()?;
    let format = match &pieces(format, sources, depth)?[..] {
        [Piece::Text(text)] => text.clone(),
        _ => return None,
    };
    let (mut all, mut plain) = (Vec::new(), String::new());
    let (mut rest, mut next) = (format.as_str(), 0);
    while let Some(at) = rest.find('%') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            plain.push('%');
            rest = after;
            continue;
        }
        if let Some((number, after)) = rest.split_once('$')
            && let Ok(number) = number.parse::<usize>()
        {
            next = number.checked_sub(1)?;
            rest = after;
        }
        let argument = *arguments.get(next)?;
        next += 1;
        all.push(Piece::Text(std::mem::take(&mut plain)));
        match rest.chars().next()? {
            'I' => all.extend(named(argument)),
            'L' => all.push(Piece::Value(argument.to_owned())),
            's' => all.extend(pieces(argument, sources, depth)?),
            _ => return None,
        }
        rest = &rest[1..];
    }
    plain.push_str(rest);
    all.push(Piece::Text(plain));
    Some(all)
}

/// The results of `CASE … END` where all are written out.
fn choice(operand: &str, all: &[Token]) -> Option<Vec<String>> {
    let ends = all.last()?.is(operand, "end");
    if !all.first()?.is(operand, "case") || !ends {
        return None;
    }
    let mut options = Vec::new();
    let mut has_else = false;
    for (at, token) in all.iter().enumerate() {
        let is_else = token.is(operand, "else");
        if is_else || token.is(operand, "then") {
            let result = all.get(at + 1).filter(|result| result.kind == Kind::Text)?;
            options.push(literal(result.of(operand))?);
            has_else |= is_else;
            let next = all.get(at + 2)?;
            let closes = ["when", "else", "end"]
                .iter()
                .any(|word| next.is(operand, word));
            if !closes {
                return None;
            }
        } else if at > 0 && token.is(operand, "case") {
            return None;
        }
    }
    // Without ELSE it may be null, and then the whole text is: that fails.
    (has_else || !options.is_empty()).then_some(options)
}

/// What is inside the parentheses that begin with the token at `at` and end with the last one.
fn enclosed<'t>(text: &'t str, all: &[Token], at: usize) -> Option<&'t str> {
    let first = all.get(at).filter(|first| first.is(text, "("))?;
    let mut open = 0;
    for (index, token) in all.iter().enumerate().skip(at) {
        match token.of(text) {
            "(" => open += 1,
            ")" => open -= 1,
            _ => {}
        }
        if open == 0 {
            let is_last = index + 1 == all.len();
            return is_last.then(|| text[first.end..token.start].trim());
        }
    }
    None
}

/// A text without `::text` and the like after it.
fn without_cast(text: &str) -> &str {
    let text = text.trim();
    let all = tokens(text);
    let cast = all.windows(2).position(|pair| {
        pair[0].is(text, ":") && pair[1].is(text, ":") && pair[0].end == pair[1].start
    });
    match cast {
        // Only a type follows.
        Some(at) if at == 1 && all.len() <= at + 4 => text[..all[at].start].trim(),
        _ => text,
    }
}

/// What a string constant says; none where it has escapes of its own.
pub(in crate::logic) fn literal(text: &str) -> Option<String> {
    if let Some(inner) = text
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''))
    {
        return Some(inner.replace("''", "'"));
    }
    let tag = text.strip_prefix('$')?.split('$').next()?;
    let mark = format!("${tag}$");
    let inner = text.strip_prefix(&mark)?.strip_suffix(&mark)?;
    Some(inner.to_owned())
}

/// The parts between commas, or between `||`, outside of parentheses and CASE.
pub(super) fn separated<'t>(text: &'t str, by: &str) -> Vec<&'t str> {
    let all = tokens(text);
    let (mut parts, mut start, mut open) = (Vec::new(), 0, 0);
    let mut skip = 0;
    for (at, token) in all.iter().enumerate() {
        if at < skip {
            continue;
        }
        let sign = token.of(text);
        match sign {
            "(" | "[" => open += 1,
            ")" | "]" => open -= 1,
            _ if token.is(text, "case") => open += 1,
            _ if token.is(text, "end") => open -= 1,
            _ => {}
        }
        let double = by == "||"
            && sign == "|"
            && all
                .get(at + 1)
                .is_some_and(|next| next.of(text) == "|" && next.start == token.end);
        if open == 0 && (sign == by || double) {
            let width = if double { 2 } else { 1 };
            parts.push(text[start..token.start].trim());
            start = all[at + width - 1].end;
            skip = at + width;
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart_outside_of_parentheses() {
        let text = "'a || b' || f(x || y) || CASE WHEN t THEN 'p' || 'q' END";
        assert_eq!(separated(text, "||").len(), 3);
        assert_eq!(separated("a, f(b, c), 'd, e'", ",").len(), 3);
    }

    #[test]
    fn formats_say_what_is_quoted() {
        let sources = Sources::default();
        let found = pieces(
            "format('A %I B %L C %s D %2$L 100%%', 'n', v, w)",
            &sources,
            0,
        );
        let words = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(
            found.as_deref(),
            Some(
                &[
                    words("A "),
                    words("\"n\""),
                    words(" B "),
                    Piece::Value("v".into()),
                    words(" C "),
                    Piece::Raw("w".into()),
                    words(" D "),
                    Piece::Value("v".into()),
                    words(" 100%"),
                ][..]
            )
        );
    }

    #[test]
    fn constants_to_choose_from_are_no_callers() {
        let sources = Sources::default();
        let found = pieces("CASE WHEN d THEN 'DESC' ELSE 'ASC' END", &sources, 0);
        assert_eq!(
            found,
            Some(vec![Piece::OneOf(vec!["DESC".into(), "ASC".into()])])
        );
        let found = pieces("CASE WHEN d THEN e ELSE 'ASC' END", &sources, 0);
        assert!(matches!(found.as_deref(), Some([Piece::Raw(_)])));
    }
}
