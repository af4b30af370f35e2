//! What observed tables have recorded: found in the server's log, put together by statement.
//!
//! [`protect`](crate::protect) with [`Aim::Observed`](crate::protect::Aim::Observed) makes the policies that record.

mod line;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

use line::Record;

/// Statements that a wall would have stopped, as logs have it.
#[derive(Debug, Clone, Default)]
pub struct Observations {
    found: BTreeMap<Key, Observation>,
    /// How often a session had said it, at last: it says a count, not each time.
    sessions: HashMap<(Key, String), u64>,
    /// Which records were read: a server may write one into several files.
    read: HashSet<(String, String)>,
}

type Key = (String, String, String, String);

/// One statement on one table, for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observation {
    /// At least so often.
    pub times: u64,
    /// When at last, in UTC.
    pub last: String,
    /// As whom.
    pub roles: BTreeSet<String>,
    /// What the sessions called themselves.
    pub applications: BTreeSet<String>,
}

impl Observations {
    /// Looks at a line of a log, whatever its form: plain, CSV or JSON.
    pub fn read(&mut self, line: &str) {
        let Some(record) = Record::of(line) else {
            return;
        };
        if !self
            .read
            .insert((record.session.clone(), record.at.clone()))
        {
            return;
        }
        let key = (
            record.database,
            record.table,
            record.reason,
            record.statement,
        );
        let before = self
            .sessions
            .insert((key.clone(), record.session), record.times);
        let entry = self.found.entry(key).or_default();
        // A lower count than before is another session of the same number, or one that began anew after a rollback.
        let known = before.filter(|&before| before < record.times);
        entry.times += record.times - known.unwrap_or(0);
        if record.at > entry.last {
            entry.last = record.at;
        }
        entry.roles.insert(record.role);
        if !record.application.is_empty() {
            entry.applications.insert(record.application);
        }
    }

    /// How many statements there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Leaves out what other databases have recorded.
    pub fn only(&mut self, database: &str) {
        self.found.retain(|(of, ..), _| of == database);
    }

    /// By table, and there the most frequent first.
    pub fn to_text(&self) -> String {
        let mut tables: BTreeMap<(&str, &str), Vec<(&Key, &Observation)>> = BTreeMap::new();
        for (key, found) in &self.found {
            tables
                .entry((&key.0, &key.1))
                .or_default()
                .push((key, found));
        }
        let mut text = String::new();
        let several = self
            .found
            .keys()
            .map(|key| &key.0)
            .collect::<BTreeSet<_>>()
            .len()
            > 1;
        for ((database, table), mut entries) in tables {
            if several {
                let _ = writeln!(text, "{} in {}", plain(table), plain(database));
            } else {
                let _ = writeln!(text, "{}", plain(table));
            }
            entries.sort_by_key(|(_, found)| std::cmp::Reverse(found.times));
            for ((_, _, reason, statement), found) in entries {
                let command = command(statement);
                let _ = writeln!(
                    text,
                    "  {command}: {}; {} {}, last {}{}{}",
                    meaning(reason),
                    found.times,
                    if found.times == 1 { "time" } else { "times" },
                    plain(found.last.split('.').next().unwrap_or_default()),
                    named(", as ", &found.roles),
                    named(", by ", &found.applications)
                );
                let _ = writeln!(text, "      {}", plain(statement));
            }
            text.push('\n');
        }
        text
    }
}

fn meaning(reason: &str) -> &'static str {
    match reason {
        "no tenant" => "came without a tenant: it would fail, or find nothing",
        "rows lost" => "met rows of others, which it would not see",
        _ => "wrote a row for another tenant, which would be refused",
    }
}

/// The command of a statement, as far as its first word says it.
fn command(statement: &str) -> String {
    let word = statement.split_whitespace().next().unwrap_or_default();
    let letters = word.chars().filter(char::is_ascii_alphabetic);
    letters.collect::<String>().to_uppercase()
}

fn named(before: &str, names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<String> = names.iter().map(|name| plain(name)).collect();
    format!("{before}{}", names.join(", "))
}

/// Without what would move the cursor or colour the terminal: clients have written this.
fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { '?' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Observations;

    fn record(nth: u64, times: u64, session: &str) -> String {
        format!(
            r#"2026-01-01 10:00:00 UTC [7] WARNING:  rowhouse observe: {{"database" : "app", "table" : "public.items", "reason" : "rows lost", "times" : {times}, "session" : "{session}", "role" : "app", "application" : "shop\u001b[2J", "at" : "2026-01-01T10:00:0{times}.{nth}Z", "statement" : "SELECT \"a\" FROM items WHERE x = ?"}}"#
        )
    }

    #[test]
    fn counts_are_of_sessions() {
        let mut seen = Observations::default();
        let records = [(1, "1.1"), (2, "1.1"), (4, "1.1"), (1, "1.1"), (2, "2.1")];
        let lines = (0..)
            .zip(records)
            .map(|(nth, (times, session))| record(nth, times, session));
        // The same once more, as another file has it.
        for line in lines.clone().chain(lines) {
            seen.read(&line);
        }
        let text = seen.to_text();
        assert_eq!(seen.len(), 1);
        assert!(
            text.contains("7 times, last 2026-01-01T10:00:04, as app, by shop?[2J"),
            "{text}"
        );
        assert!(
            text.contains("      SELECT \"a\" FROM items WHERE x = ?\n"),
            "{text}"
        );
    }

    #[test]
    fn every_form_of_log_is_read() {
        let plain = record(0, 1, "1.1");
        let message = plain.split_once("WARNING:  ").unwrap().1;
        let csv = format!(
            "2026-01-01,\"app\",\"app\",1,WARNING,01000,\"{}\",,,\"CONTEXT\"",
            message.replace('"', "\"\"")
        );
        let json =
            serde_json::json!({"error_severity": "WARNING", "message": message, "user": "app"})
                .to_string();
        for line in [plain.as_str(), &csv, &json] {
            let mut seen = Observations::default();
            seen.read(line);
            assert!(seen.to_text().contains("SELECT \"a\" FROM items"), "{line}");
        }
        let mut seen = Observations::default();
        for line in [
            "",
            "rowhouse observe: ",
            "rowhouse observe: {",
            "rowhouse observe: {\"table\" : 1}",
        ] {
            seen.read(line);
        }
        assert!(seen.is_empty());
    }
}
