//! The lexical structure of SQL, as far as it decides what a statement is.
//!
//! After the PostgreSQL manual, chapter 4.1: nested comments, standard strings, escape strings, dollar quotes, quoted
//! identifiers. Rowhouse insists on `standard_conforming_strings = on` at connect, so a backslash escapes in E'' only.

/// One token. Numbers, operators and parameters come as symbols: they never decide anything here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A keyword or unquoted identifier.
    Word(&'a str),
    /// The inside of a quoted identifier.
    Quoted(&'a str),
    /// A string constant of any form.
    Literal,
    /// Any other character.
    Symbol(char),
}

impl Token<'_> {
    /// The word in upper case (ASCII, as PostgreSQL's keywords are); empty for anything else.
    pub(crate) fn upper(&self) -> String {
        match self {
            Self::Word(text) => text.to_ascii_uppercase(),
            _ => String::new(),
        }
    }
}

/// The tokens of `sql`. An unterminated string or comment ends the sequence: the server refuses such a text.
pub(crate) fn tokens(sql: &str) -> impl Iterator<Item = Token<'_>> {
    Lexer { rest: sql }
}

struct Lexer<'a> {
    rest: &'a str,
}

fn starts_word(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn in_word(c: char) -> bool {
    starts_word(c) || c.is_ascii_digit() || c == '$'
}

/// The space of PostgreSQL's scanner; other Unicode spaces are identifier characters to it.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

impl<'a> Lexer<'a> {
    fn skip_space_and_comments(&mut self) {
        loop {
            self.rest = self.rest.trim_start_matches(is_space);
            if let Some(comment) = self.rest.strip_prefix("--") {
                self.rest = comment.find(['\n', '\r']).map_or("", |at| &comment[at..]);
            } else if self.rest.starts_with("/*") {
                self.rest = after_block_comment(self.rest);
            } else {
                return;
            }
        }
    }

    /// Takes a `quote`-delimited constant whose opening quote is the first character of `rest`.
    fn quoted(&mut self, quote: char, backslash_escapes: bool) -> &'a str {
        let body = &self.rest[1..];
        let mut chars = body.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c == '\\' && backslash_escapes {
                chars.next();
            } else if c == quote {
                if chars.peek().is_some_and(|(_, next)| *next == quote) {
                    chars.next();
                } else if let Some(length) =
                    continuation(&body[at + 1..]).filter(|_| backslash_escapes)
                {
                    // `E'a'` newline `'b'` is one constant, and its second part is an escape string too.
                    let resume = at + 1 + length;
                    while chars.next_if(|(next, _)| *next < resume).is_some() {}
                } else {
                    self.rest = &body[at + 1..];
                    return &body[..at];
                }
            }
        }
        self.rest = "";
        body
    }

    /// `$tag$ … $tag$`, when `rest` begins with one.
    fn dollar_quoted(&mut self) -> bool {
        let Some(end) = self.rest[1..].find('$') else {
            return false;
        };
        let tag = &self.rest[..end + 2];
        let name = &tag[1..tag.len() - 1];
        if name.starts_with(|c: char| c.is_ascii_digit())
            || !name.chars().all(|c| in_word(c) && c != '$')
        {
            return false;
        }
        let body = &self.rest[tag.len()..];
        self.rest = body.find(tag).map_or("", |at| &body[at + tag.len()..]);
        true
    }
}

/// The length of what joins two parts of a string constant: white space with a line end in it, then a quote.
fn continuation(text: &str) -> Option<usize> {
    let mut rest = text;
    let mut line_end = false;
    loop {
        let trimmed = rest.trim_start_matches(is_space);
        line_end |= rest[..rest.len() - trimmed.len()].contains(['\n', '\r']);
        rest = trimmed;
        let Some(comment) = rest.strip_prefix("--") else {
            break;
        };
        rest = comment.find(['\n', '\r']).map_or("", |at| &comment[at..]);
    }
    (line_end && rest.starts_with('\'')).then(|| text.len() - rest.len() + 1)
}

fn after_block_comment(text: &str) -> &str {
    let mut depth = 0_u32;
    let mut at = 0;
    let bytes = text.as_bytes();
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => {
                depth += 1;
                at += 2;
            }
            b"*/" => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return &text[at..];
                }
            }
            _ => at += 1,
        }
    }
    ""
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_space_and_comments();
        let first = self.rest.chars().next()?;
        if starts_word(first) {
            let end = self.rest.find(|c| !in_word(c)).unwrap_or(self.rest.len());
            let (word, rest) = self.rest.split_at(end);
            self.rest = rest;
            if rest.starts_with('\'')
                && matches!(word, "E" | "e" | "B" | "b" | "X" | "x" | "N" | "n")
            {
                self.quoted('\'', matches!(word, "E" | "e"));
                return Some(Token::Literal);
            }
            return Some(Token::Word(word));
        }
        match first {
            '\'' => {
                self.quoted('\'', false);
                Some(Token::Literal)
            }
            '"' => Some(Token::Quoted(self.quoted('"', false))),
            '$' if self.dollar_quoted() => Some(Token::Literal),
            // A number ends where letters begin (`1INTO` is two tokens to older servers), so digits go one by one.
            _ => {
                self.rest = &self.rest[first.len_utf8()..];
                Some(Token::Symbol(first))
            }
        }
    }
}
