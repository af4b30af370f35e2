//! The report for people: grouped by object, the worst first, and a last line that says how it stands.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::Report;
use crate::{Finding, Fix, Level};

/// How the parts of the text look.
#[derive(Default)]
pub(crate) struct Look {
    pub(crate) object: Style,
    pub(crate) error: Style,
    warning: Style,
    pub(crate) aside: Style,
}

impl Look {
    pub(crate) fn colored() -> Self {
        Self {
            object: Style::new().bold(),
            error: AnsiColor::Red.on_default().bold(),
            warning: AnsiColor::Yellow.on_default(),
            aside: Style::new().dimmed(),
        }
    }

    fn of(&self, level: Level) -> Style {
        match level {
            Level::Error => self.error,
            Level::Warning => self.warning,
            Level::Note => self.aside,
        }
    }
}

impl Report {
    /// The report as text.
    pub fn to_text(&self) -> String {
        self.text(&Look::default())
    }

    /// The same with ANSI styles, for a terminal.
    pub fn to_colored_text(&self) -> String {
        self.text(&Look::colored())
    }

    fn text(&self, look: &Look) -> String {
        let aside = look.aside;
        let mut text = String::new();
        let detected = &self.detected;
        for (what, is) in [
            ("app role", detected.app_roles.join(", ")),
            ("setting", detected.settings.join(", ")),
            (
                "tenant root",
                detected.tenant_root.clone().unwrap_or_default(),
            ),
            ("tenant column", detected.tenant_columns.join(", ")),
        ] {
            let is = if is.is_empty() {
                "none found".to_owned()
            } else {
                is
            };
            let reason = detected.reasons.iter().find(|reason| reason.what == what);
            let why = reason
                .map(|reason| format!("  {aside}({}){aside:#}", reason.why))
                .unwrap_or_default();
            let _ = writeln!(text, "{what:<14} {}{why}", one_line(&is));
        }
        let others = detected.reasons.iter();
        for other in others.filter(|reason| reason.what == "other login") {
            let (is, why) = (one_line(&other.is), &other.why);
            let _ = writeln!(text, "{:<14} {is}  {aside}({why}){aside:#}", other.what);
        }
        for (object, findings) in self.by_object() {
            let _ = writeln!(text, "\n{0}{1}{0:#}", look.object, one_line(object));
            for finding in findings {
                write_finding(&mut text, finding, look);
            }
        }
        let serious = self.worst().filter(|worst| *worst > Level::Note);
        let style = serious.map_or(look.object, |level| look.of(level));
        let _ = write!(text, "\n{style}{}{style:#}", self.verdict());
        text
    }

    /// Each object with what was found on it, the one with the worst first.
    fn by_object(&self) -> Vec<(&str, Vec<&Finding>)> {
        let mut groups: Vec<(&str, Vec<&Finding>)> = Vec::new();
        let mut places = HashMap::new();
        for finding in &self.findings {
            let object = finding.object.as_str();
            let place = *places.entry(object).or_insert_with(|| {
                groups.push((object, Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push(finding);
        }
        groups
    }

    /// How it stands, in one line.
    pub fn verdict(&self) -> String {
        let (errors, warnings) = (self.count(Level::Error), self.count(Level::Warning));
        let notes = match self.count(Level::Note) {
            0 => String::new(),
            1 => ", 1 note".to_owned(),
            notes => format!(", {notes} notes"),
        };
        match (errors, warnings) {
            (0, 0) => format!("No way from one tenant to another was found{notes}."),
            (0, _) => format!(
                "No open way from one tenant to another was found, but {} hold by little{notes}.",
                counted(warnings, "thing", "things")
            ),
            _ => format!(
                "One tenant can reach another's data: {}, {}{notes}.",
                counted(errors, "error", "errors"),
                counted(warnings, "warning", "warnings")
            ),
        }
    }
}

fn write_finding(text: &mut String, finding: &Finding, look: &Look) {
    let (level, aside) = (look.of(finding.level), look.aside);
    let _ = writeln!(
        text,
        "  {level}{:<8}{level:#}{} {aside}[{}, {}]{aside:#}",
        finding.level.word(),
        one_line(&finding.message),
        finding.rule,
        finding.certainty.word()
    );
    if !finding.exploit.is_empty() && finding.level > Level::Note {
        indented(text, "how", &finding.exploit);
    }
    match &finding.fix {
        Fix::Sql(fix) | Fix::Words(fix) => indented(text, "close", fix),
    }
}

fn indented(text: &mut String, label: &str, lines: &str) {
    for (at, line) in lines.lines().enumerate() {
        let label = if at == 0 { label } else { "" };
        let _ = writeln!(text, "          {label:<6}{}", one_line(line));
    }
}

/// Names and policies are the database's: what in them would move a terminal's cursor, break the line or turn the order
/// of characters is written out.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let acts = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    Cow::Owned(line)
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Certainty;

    fn finding(level: Level, object: &str, message: &str) -> Finding {
        Finding {
            rule: "table-open",
            level,
            certainty: Certainty::Likely,
            object: object.to_owned(),
            part: String::new(),
            message: message.to_owned(),
            exploit: "SELECT 1\nFROM \"a\u{7}\"".to_owned(),
            fix: Fix::Words("close it".to_owned()),
        }
    }

    #[test]
    fn an_object_is_named_once_and_what_it_is_called_stays_on_its_line() {
        let report = Report {
            findings: vec![
                finding(
                    Level::Error,
                    "public.\"a\u{1b}[2Jb\"",
                    "one\nNo way was found",
                ),
                finding(Level::Error, "public.c", "two"),
                finding(Level::Warning, "public.\"a\u{1b}[2Jb\"", "three\u{202e}"),
            ],
            ..Report::default()
        };
        let text = report.to_text();
        let objects: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("public."))
            .collect();
        assert_eq!(objects, ["public.\"a\\u{1b}[2Jb\"", "public.c"]);
        assert!(text.contains("error   one\\nNo way was found"), "{text}");
        assert!(text.contains("three\\u{202e}"), "{text}");
        assert!(
            text.contains("how   SELECT 1\n                FROM \"a\\u{7}\""),
            "{text}"
        );
    }
}
