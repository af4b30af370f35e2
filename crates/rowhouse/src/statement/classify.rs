//! What a SQL text may do, decided by its tokens, once per text.
//!
//! A lane is shared by many tenants, so only statements that end with themselves may run on it. The rules err on the
//! side of refusing: a text whose first word is not known is refused by name. What is taken for a read runs with
//! `transaction_read_only = on`, so a wrong guess costs an error (25006), never a write.

use super::tokens::{Token, tokens};

/// What running the statement means for the connection it runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Reads only, and the server is told to enforce it.
    Read,
    /// May write; still whole in itself.
    Write,
    /// Belongs inside an explicit transaction on a connection of its own (DDL, CALL, LOCK, cursors, `SET LOCAL`).
    Transaction,
    /// Goes through the COPY methods of a transaction.
    CopyIn,
    /// As [`Kind::CopyIn`], out of the database.
    CopyOut,
}

/// Why a text is not run at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The offending words, upper case.
    pub(crate) what: String,
    /// The way to do it instead.
    pub(crate) instead: &'static str,
}

const USE_TRANSACTION: &str =
    "use begin(), commit() and savepoint(): transaction control as text loses the tenant";
const SESSION_STATE: &str = "session state outlives the scope; use a local setting (SET LOCAL in a transaction) or the house's configuration";

fn refuse(what: &str, instead: &'static str) -> Result<Kind, Refusal> {
    Err(Refusal {
        what: what.to_owned(),
        instead,
    })
}

/// Classifies `sql`; `reserved` are the settings that only the head may set (the tenant and the claims).
pub(crate) fn classify(sql: &str, reserved: &[String]) -> Result<Kind, Refusal> {
    if sql.contains('\0') {
        return refuse(
            "a NUL character",
            "remove it: PostgreSQL ends the text there",
        );
    }
    let words: Vec<Token<'_>> = tokens(sql).collect();
    let first = words.iter().find(|t| !matches!(t, Token::Symbol('(')));
    let Some(first) = first else {
        return refuse("an empty statement", "pass one SQL statement");
    };
    let mut from_semicolon = words
        .iter()
        .skip_while(|t| !matches!(t, Token::Symbol(';')));
    if from_semicolon.any(|t| !matches!(t, Token::Symbol(';'))) {
        return refuse(
            "several statements in one text",
            "use batch() to send several statements in one round trip",
        );
    }
    let word = |n: usize| words.get(n).map(Token::upper).unwrap_or_default();
    let Token::Word(_) = first else {
        return refuse(
            "a text that does not begin with a SQL keyword",
            "pass one SQL statement",
        );
    };
    match first.upper().as_str() {
        "SELECT" | "VALUES" | "WITH" | "TABLE" => query(&words),
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" => query(&words).map(|_| Kind::Write),
        "EXPLAIN" | "CREATE" | "ALTER" | "DROP" | "TRUNCATE" | "COMMENT" | "GRANT" | "REVOKE"
        | "LOCK" | "CALL" | "DO" | "FETCH" | "MOVE" | "CLOSE" | "NOTIFY" | "REFRESH"
        | "REINDEX" | "ANALYZE" | "ANALYSE" | "IMPORT" | "SECURITY" | "REASSIGN" | "SHOW" => {
            Ok(Kind::Transaction)
        }
        "DECLARE" if has_pair(&words, "WITH", "HOLD") => refuse(
            "DECLARE … WITH HOLD",
            "a held cursor outlives its transaction; declare it without hold, or use stream()",
        ),
        "DECLARE" => Ok(Kind::Transaction),
        "SET" => set(&words, reserved),
        "COPY" => copy(&words),
        "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE" => {
            refuse(&word(0), USE_TRANSACTION)
        }
        "PREPARE" if word(1) == "TRANSACTION" => refuse("PREPARE TRANSACTION", USE_TRANSACTION),
        "PREPARE" | "EXECUTE" | "DEALLOCATE" => refuse(
            &word(0),
            "statements are prepared for you: pass the SQL and its parameters",
        ),
        "LISTEN" | "UNLISTEN" => refuse(
            &word(0),
            "a subscription belongs to no tenant; listen on a connection of your own",
        ),
        "RESET" | "DISCARD" | "LOAD" => refuse(&word(0), SESSION_STATE),
        "VACUUM" | "CLUSTER" | "CHECKPOINT" => refuse(
            &word(0),
            "administration runs as the owner, outside Rowhouse",
        ),
        other => refuse(
            other,
            "only SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, TABLE and WITH run here",
        ),
    }
}

/// SELECT, VALUES, TABLE, WITH and the data-changing statements: whole in themselves unless they have an INTO.
fn query(words: &[Token<'_>]) -> Result<Kind, Refusal> {
    let mut kind = Kind::Read;
    let mut depth = 0_i32;
    // `insert` and `merge` are column labels too (`SELECT 1 AS insert INTO …`), so it counts where they stand: first,
    // first in parentheses, or behind a WITH list, before which no SELECT of the same level can be.
    let mut main_may_follow = words.first().is_some_and(|first| first.upper() == "WITH");
    let mut data_changing = false;
    for (at, token) in words.iter().enumerate() {
        let before = at.checked_sub(1).map(|n| words[n]);
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth -= 1,
            _ => {}
        }
        let Token::Word(_) = token else {
            data_changing = false;
            continue;
        };
        let upper = token.upper();
        let into = upper == "INTO";
        if into && !data_changing {
            return refuse(
                "SELECT … INTO",
                "it makes a table that outlives the scope; use INSERT INTO … SELECT, or CREATE TABLE AS in a transaction",
            );
        }
        let opens = match before {
            None | Some(Token::Symbol('(')) => true,
            Some(Token::Symbol(')')) => depth == 0 && main_may_follow,
            // What SEARCH and CYCLE end with; AS and a dot would make it a name.
            Some(Token::Word(_)) => {
                depth == 0 && main_may_follow && before.is_some_and(|word| word.upper() != "AS")
            }
            Some(_) => false,
        };
        data_changing = opens && matches!(upper.as_str(), "INSERT" | "MERGE");
        if depth == 0
            && matches!(
                upper.as_str(),
                "SELECT" | "VALUES" | "TABLE" | "INSERT" | "UPDATE" | "DELETE" | "MERGE"
            )
        {
            main_may_follow = false;
        }
        match upper.as_str() {
            "INSERT" | "UPDATE" | "DELETE" | "MERGE" => kind = Kind::Write,
            "SHARE" | "KEY" | "NO" if before.is_some_and(|word| word.upper() == "FOR") => {
                kind = Kind::Write;
            }
            _ => {}
        }
    }
    Ok(kind)
}

/// `SET LOCAL name …`, `SET CONSTRAINTS …` and `SET TRANSACTION …` end with the transaction; nothing else does.
fn set(words: &[Token<'_>], reserved: &[String]) -> Result<Kind, Refusal> {
    let word = |n: usize| words.get(n).map(Token::upper).unwrap_or_default();
    match word(1).as_str() {
        "CONSTRAINTS" | "TRANSACTION" => return Ok(Kind::Transaction),
        "LOCAL" => {}
        _ => return refuse("SET", SESSION_STATE),
    }
    let mut name = String::new();
    for token in &words[2..] {
        match token {
            Token::Word(text) if text.eq_ignore_ascii_case("to") => break,
            // A name's parts are joined by dots; a second word is the value (`ROLE x`, `TIME ZONE 'x'`).
            Token::Word(_) | Token::Quoted(_) if !name.is_empty() && !name.ends_with('.') => break,
            Token::Word(text) | Token::Quoted(text) => name.push_str(&text.to_lowercase()),
            Token::Symbol('.') => name.push('.'),
            Token::Symbol('=') => break,
            // `U&"…"` may spell any name, so it is none that can be judged.
            Token::Symbol(_) | Token::Literal => {
                return refuse(
                    "SET LOCAL of a name that cannot be read",
                    "write the setting's name plainly",
                );
            }
        }
    }
    if matches!(name.as_str(), "role" | "row_security")
        || name.starts_with("session")
        || reserved.iter().any(|r| r.eq_ignore_ascii_case(&name))
    {
        return refuse(
            &format!("SET LOCAL {name}"),
            "the scope decides the tenant, its claims and the role",
        );
    }
    Ok(Kind::Transaction)
}

/// `COPY … FROM STDIN` and `COPY … TO STDOUT`; files and programs are the server's own.
fn copy(words: &[Token<'_>]) -> Result<Kind, Refusal> {
    let mut depth = 0_i32;
    for (at, token) in words.iter().enumerate() {
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth -= 1,
            Token::Word(_) if depth == 0 => {
                let next = words.get(at + 1).map(Token::upper).unwrap_or_default();
                match (token.upper().as_str(), next.as_str()) {
                    ("FROM", "STDIN") => return Ok(Kind::CopyIn),
                    ("TO", "STDOUT") => return Ok(Kind::CopyOut),
                    ("FROM" | "TO", _) => break,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    refuse(
        "COPY with a file or program",
        "use COPY … FROM STDIN or TO STDOUT with copy_in() or copy_out()",
    )
}

fn has_pair(words: &[Token<'_>], first: &str, second: &str) -> bool {
    words
        .windows(2)
        .any(|pair| pair[0].upper() == first && pair[1].upper() == second)
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
