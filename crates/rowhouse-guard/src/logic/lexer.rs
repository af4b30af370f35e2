//! Words, strings and signs of SQL text and of function bodies, by where they stand.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word or number.
    Word,
    /// A quoted name.
    Quoted,
    /// A string, dollar-quoted ones included.
    Text,
    /// Anything else: one character, `:=` or `<<` and `>>`.
    Sign,
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    /// Its text.
    pub(crate) fn of<'s>(&self, source: &'s str) -> &'s str {
        &source[self.start..self.end]
    }

    /// Whether it is this word or sign.
    pub(crate) fn is(&self, source: &str, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Sign) && self.of(source).eq_ignore_ascii_case(word)
    }
}

/// The tokens of a text; comments are left out, and what is not closed ends with the text.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = source[at..].chars().next() {
        let rest = &source[at..];
        let width = letter.len_utf8();
        let (kind, length) = if letter.is_whitespace() {
            at += width;
            continue;
        } else if rest.starts_with("--") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        } else if rest.starts_with("/*") {
            at += comment(rest);
            continue;
        } else if letter == '\'' {
            (Kind::Text, quoted(rest, '\'', false))
        } else if rest.len() > 1 && matches!(letter, 'e' | 'E') && rest[1..].starts_with('\'') {
            (Kind::Text, 1 + quoted(&rest[1..], '\'', true))
        } else if letter == '"' {
            (Kind::Quoted, quoted(rest, '"', false))
        } else if let Some(length) = dollar_quoted(rest) {
            (Kind::Text, length)
        } else if is_of_word(letter) || letter == '$' {
            let length = rest
                .find(|letter: char| !is_of_word(letter) && letter != '$')
                .unwrap_or(rest.len());
            (Kind::Word, length)
        } else if [":=", "<<", ">>"].iter().any(|sign| rest.starts_with(sign)) {
            (Kind::Sign, 2)
        } else {
            (Kind::Sign, width)
        };
        found.push(Token {
            kind,
            start: at,
            end: at + length,
        });
        at += length;
    }
    found
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    let bytes = text.as_bytes();
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    text.len()
}

fn quoted(text: &str, quote: char, escapes: bool) -> usize {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' && escapes {
            letters.next();
        } else if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

fn dollar_quoted(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('$')?;
    let tag = rest.find('$')?;
    let is_tag = rest[..tag].chars().all(is_of_word)
        && !rest.starts_with(|letter: char| letter.is_ascii_digit());
    if !is_tag {
        return None;
    }
    let fence = &text[..tag + 2];
    let body = &text[fence.len()..];
    let end = body
        .find(fence)
        .map_or(text.len(), |end| fence.len() * 2 + end);
    Some(end)
}
