//! The report for people: grouped by object, the worst first, and a last line that says how it stands.

use std::fmt::Write;

use super::Report;
use crate::{Finding, Fix, Level};

impl Report {
    /// The report as text.
    pub fn to_text(&self) -> String {
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
                .map(|reason| format!("  ({})", reason.why))
                .unwrap_or_default();
            let _ = writeln!(text, "{what:<14} {is}{why}");
        }
        let mut object = "";
        for finding in &self.findings {
            if finding.object != object {
                object = &finding.object;
                let _ = writeln!(text, "\n{object}");
            }
            write_finding(&mut text, finding);
        }
        let _ = write!(text, "\n{}", self.verdict());
        text
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

fn write_finding(text: &mut String, finding: &Finding) {
    let _ = writeln!(
        text,
        "  {:<8}{} [{}, {}]",
        finding.level.word(),
        finding.message,
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
        let _ = writeln!(text, "          {label:<6}{line}");
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
