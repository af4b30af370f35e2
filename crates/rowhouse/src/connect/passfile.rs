//! `.pgpass`: lines of `host:port:dbname:user:password`.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Whose password is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) dbname: &'a str,
    pub(super) user: &'a str,
}

/// The file looked at when none is given.
pub(super) fn default_path() -> Option<PathBuf> {
    std::env::home_dir().map(|home| home.join(".pgpass"))
}

/// The password in the first line that matches, or why there is none, to be shown to the user.
pub(super) fn look_up(path: &Path, wanted: Entry<'_>) -> Result<String, String> {
    let shown = path.display();
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(format!("there is no password file {shown}"));
        }
        Err(error) => return Err(format!("password file {shown}: {error}")),
    };
    if !metadata.is_file() {
        return Err(format!("password file {shown} is not a plain file"));
    }
    // Others who can read it have the password already, so it must not work either.
    if metadata.mode() & 0o077 != 0 {
        return Err(format!(
            "password file {shown} is ignored because others may access it; chmod 600 it"
        ));
    }
    let text =
        fs::read_to_string(path).map_err(|error| format!("password file {shown}: {error}"))?;
    find(&text, wanted).ok_or_else(|| format!("password file {shown} has no line for this login"))
}

/// The password in the first line of `text` that matches.
pub(super) fn find(text: &str, wanted: Entry<'_>) -> Option<String> {
    let port = wanted.port.to_string();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let mut rest = line;
            for value in [wanted.host, &port, wanted.dbname, wanted.user] {
                let (field, after) = split_field(rest);
                rest = after?;
                if field != "*" && unescape(field) != value {
                    return None;
                }
            }
            let password = unescape(split_field(rest).0);
            (!password.is_empty()).then_some(password)
        })
}

/// Splits at the first colon that no backslash protects; the second half is absent without one.
fn split_field(line: &str) -> (&str, Option<&str>) {
    let mut escaped = false;
    for (at, char) in line.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ':' => return (&line[..at], Some(&line[at + 1..])),
            _ => {}
        }
    }
    (line, None)
}

fn unescape(field: &str) -> String {
    let mut plain = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(char) = chars.next() {
        // A backslash at the very end stands for itself.
        plain.push(if char == '\\' {
            chars.next().unwrap_or(char)
        } else {
            char
        });
    }
    plain
}
