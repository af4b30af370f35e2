//! The report for people: one line for each relation and command, then the leaks with their statements.

use std::fmt::Write;

use super::ProbeReport;
use crate::Certainty;
use crate::probe::session::State;
use crate::probe::verdict::Verdict;
use crate::report::{Look, one_line};

impl ProbeReport {
    /// The report as text.
    pub fn to_text(&self) -> String {
        self.text(&Look::default())
    }

    /// The same with ANSI styles, for a terminal.
    pub fn to_colored_text(&self) -> String {
        self.text(&Look::colored())
    }

    fn text(&self, look: &Look) -> String {
        let mut text = String::new();
        let detected = &self.audit.detected;
        let _ = writeln!(
            text,
            "app role       {}",
            one_line(&detected.app_roles.join(", "))
        );
        let _ = writeln!(
            text,
            "setting        {}",
            one_line(&detected.settings.join(", "))
        );
        let summary = self.summary();
        let width = summary
            .keys()
            .map(|(object, _)| object.chars().count())
            .max()
            .unwrap_or(0)
            .clamp(8, 60);
        let (bold, aside, bad) = (look.object, look.aside, look.error);
        let heads: Vec<String> = State::ALL
            .iter()
            .map(|state| format!("{:<14}", state.word()))
            .collect();
        let _ = writeln!(
            text,
            "\n{bold}{:<width$}  {:<8}  {}{bold:#}",
            "relation",
            "command",
            heads.join("").trim_end()
        );
        for ((object, command), states) in &summary {
            let _ = write!(
                text,
                "{:<width$}  {:<8}  ",
                one_line(object),
                command.word()
            );
            for state in State::ALL {
                let (word, style) = match states.get(&state) {
                    Some(Verdict::Leaked { .. }) => ("LEAKED", bad),
                    Some(Verdict::Held { .. }) => ("held", anstyle::Style::new()),
                    Some(Verdict::NotExercised { .. }) => ("not exercised", aside),
                    None => ("-", aside),
                };
                let _ = write!(text, "{style}{word:<14}{style:#}");
            }
            text.push('\n');
        }
        self.leaks_text(&mut text, look);
        self.untried_text(&mut text, look);
        let confirmed = self
            .audit
            .findings
            .iter()
            .filter(|finding| finding.certainty == Certainty::Confirmed)
            .count();
        if confirmed > 0 {
            let _ = writeln!(text, "\n{confirmed} finding(s) of the audit are confirmed.");
        }
        let style = if self.leaks().next().is_some() {
            bad
        } else {
            bold
        };
        let _ = write!(text, "\n{style}{}{style:#}", self.verdict());
        text
    }

    fn leaks_text(&self, text: &mut String, look: &Look) {
        let mut said = std::collections::BTreeSet::new();
        for cell in self.leaks() {
            let Verdict::Leaked { seen, statements } = &cell.verdict else {
                continue;
            };
            // One is enough to see it; the table has the rest.
            if !said.insert((&cell.object, cell.command)) {
                continue;
            }
            let _ = writeln!(
                text,
                "\n{0}LEAKED{0:#}  {1} {2}, {3}, as {4}\n        {5}",
                look.error,
                cell.command.word(),
                one_line(&cell.object),
                cell.state.word(),
                one_line(&cell.role),
                one_line(seen)
            );
            for statement in statements {
                let end = if statement.starts_with("--") { "" } else { ";" };
                let _ = writeln!(text, "          {}{end}", one_line(statement));
            }
        }
    }

    fn untried_text(&self, text: &mut String, look: &Look) {
        let mut reasons: std::collections::BTreeMap<&str, std::collections::BTreeSet<String>> =
            std::collections::BTreeMap::new();
        for ((object, command), states) in self.summary() {
            for (state, verdict) in states {
                if let Verdict::NotExercised { why } = verdict {
                    reasons.entry(why).or_default().insert(format!(
                        "{} {object} ({})",
                        command.word(),
                        state.word()
                    ));
                }
            }
        }
        for (why, cells) in reasons {
            let cells: Vec<String> = cells.into_iter().collect();
            let _ = writeln!(
                text,
                "\n{0}not exercised{0:#}  {1}\n        {2}",
                look.aside,
                one_line(why),
                one_line(&cells.join(", "))
            );
        }
        for (table, why) in &self.empty {
            let _ = writeln!(
                text,
                "\n{0}no rows{0:#}  {1}: {2}",
                look.aside,
                one_line(table),
                one_line(why)
            );
        }
        for what in &self.left_out {
            let _ = writeln!(text, "\n{0}left out{0:#}  {1}", look.aside, one_line(what));
        }
    }
}
