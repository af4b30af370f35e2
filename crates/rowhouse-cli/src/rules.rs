//! `rowhouse rules` and `rowhouse explain`: what the audit looks for.

use rowhouse_guard::{rule, rules};

use crate::failure::Misuse;
use crate::terminal::{self, FAINT, STRONG};

/// List what the audit looks for
#[derive(Debug, clap::Args)]
pub(crate) struct Rules {}

/// Say what a rule is about, why it matters and how to close what it finds
#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// The rule's id, as findings and `rowhouse rules` show it
    rule: String,
}

impl Rules {
    pub(crate) fn run() {
        let width = rules().iter().map(|rule| rule.id.len()).max().unwrap_or(0);
        for rule in rules() {
            let level = rule.level.word();
            terminal::line(format!(
                "{STRONG}{:<width$}{STRONG:#}  {level:<7}  {FAINT}{}{FAINT:#}",
                rule.id, rule.title
            ));
        }
    }
}

impl Explain {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let Some(rule) = rule(&self.rule) else {
            let known = rules().iter().map(|rule| rule.id);
            let near = rowhouse_api::resource::nearest(&self.rule, known);
            let misuse = Misuse::new(format!("there is no rule {:?}", self.rule));
            return Err(misuse
                .hint(near.map_or_else(
                    || "rowhouse rules lists them".to_owned(),
                    |near| format!("did you mean {near}?"),
                ))
                .into());
        };
        terminal::line(rule.to_markdown().trim_end());
        Ok(())
    }
}
