//! What of the programs' text does not fit where it is run.

use std::borrow::Cow;

use crate::initdb::SUPERUSER;

/// The roles without the one the copy's server was made with: it stays a superuser, whatever it is in the original.
pub(super) fn without_bootstrap(script: &str) -> String {
    let create = format!("CREATE ROLE {SUPERUSER};");
    let alter = format!("ALTER ROLE {SUPERUSER} WITH ");
    let lines = script
        .lines()
        .filter(|line| *line != create && !line.starts_with(&alter));
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// The schema without making the database and going there: it was made with what this machine has of locales.
pub(super) fn in_this_database(script: &str) -> String {
    // The statement stands on one line in front of everything; a line like it may be in some function's body after it.
    let mut open = ["CREATE DATABASE ", "\\connect "];
    let lines = script.lines().map(|line| {
        let met = open
            .iter_mut()
            .find(|start| !start.is_empty() && line.starts_with(**start));
        match met {
            Some(start) => {
                *start = "";
                Cow::Borrowed("")
            }
            None => Cow::Borrowed(line),
        }
    });
    lines.fold(String::new(), |text, line| text + &line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_first_is_left_out() {
        let script = "SET x = 1;\nCREATE DATABASE a WITH TEMPLATE = template0;\n\\connect a\nCREATE FUNCTION f() AS $$\nCREATE DATABASE b;\n$$;\n";
        let left = in_this_database(script);
        assert!(!left.contains("DATABASE a"));
        assert!(!left.contains("\\connect"));
        assert!(left.contains("DATABASE b"));
    }

    #[test]
    fn the_first_superuser_stays_what_it_is() {
        let script = "CREATE ROLE postgres;\nALTER ROLE postgres WITH NOSUPERUSER;\nCREATE ROLE postgres_exporter;\nGRANT a TO postgres;\n";
        assert_eq!(
            without_bootstrap(script),
            "CREATE ROLE postgres_exporter;\nGRANT a TO postgres;\n"
        );
    }
}
