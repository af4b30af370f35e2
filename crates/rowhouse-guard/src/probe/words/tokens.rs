//! SQL text as words, texts, casts and signs.

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Text(String),
    Cast(String),
    Sign(String),
}

pub(super) fn tokens(source: &str) -> Vec<Token> {
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
            // Columns are looked for without regard to case.
            found.push(Token::Word(text.to_ascii_lowercase()));
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
