//! The reasons, in words.

use rowhouse_catalog::Relation;
use rowhouse_guard::why::{Clause, Deed, Exempt, Look, Wall, Way};

use super::ask::{Asked, Holds};
use super::row::{Referrer, Row};
use crate::terminal::{self, BAD, FAINT, GOOD, STRONG};

pub(super) struct Told<'a> {
    pub(super) relation: &'a Relation,
    pub(super) row: &'a Row,
    pub(super) tenant: &'a str,
    pub(super) setting: &'a str,
    pub(super) role: &'a str,
    pub(super) deed: Deed,
    pub(super) way: &'a Way<'a>,
    pub(super) asked: &'a Asked,
    pub(super) blocking: &'a [Referrer],
    pub(super) is_sealed: bool,
}

impl Told<'_> {
    /// Prints all that was looked at, then what decides; whether it can.
    pub(super) fn print(&self) -> bool {
        terminal::line(format!(
            "role      {}\nsetting   {} = {}\nrow       {}",
            self.role,
            self.setting,
            self.tenant,
            self.row
                .condition
                .replacen(" AS t WHERE ", ": ", 1)
                .replace("t.", "")
        ));
        if self.is_sealed {
            terminal::line("seal      taken to be good: conditions are asked as if it were");
        }
        let mut against = Vec::new();
        if !self.way.schema {
            against.push(format!(
                "{} may not use the schema {}",
                self.role, self.relation.schema
            ));
        }
        for &(privilege, held) in &self.way.privileges {
            let word = privilege.keyword();
            terminal::line(format!("grant     {word}: {}", mark(held)));
            if !held {
                against.push(format!(
                    "{} has no {word} on {}",
                    self.role,
                    self.relation.qualified_name()
                ));
            }
        }
        if let Some(exempt) = self.way.exempt {
            terminal::line(format!("policies  not asked: {}", self.exempt(exempt)));
        }
        for wall in &self.way.walls {
            terminal::line(format!("{STRONG}{}{STRONG:#}", look(wall.look, self.deed)));
            self.wall(wall, &mut against);
        }
        for referrer in self.blocking {
            let rows = format!("{} row(s) of {}", referrer.rows, referrer.relation);
            terminal::line(format!(
                "foreign key  {}: {rows} reference it",
                referrer.constraint
            ));
            against.push(format!("{rows} reference it by {}", referrer.constraint));
        }
        let deed = match self.deed {
            Deed::Select => "see this row",
            Deed::Insert => "add a row like this",
            Deed::Update => "change this row",
            Deed::Delete => "delete this row",
        };
        terminal::line("");
        if against.is_empty() {
            let how = match self.way.exempt {
                Some(exempt) => self.exempt(exempt),
                None => "a policy lets it through, and none stands against it".to_owned(),
            };
            terminal::line(format!("{GOOD}{} can {deed}:{GOOD:#} {how}", self.tenant));
            return true;
        }
        terminal::line(format!(
            "{BAD}{} cannot {deed}:{BAD:#} {}",
            self.tenant,
            against.join("; ")
        ));
        false
    }

    fn exempt(&self, exempt: Exempt) -> String {
        let name = self.relation.qualified_name();
        match exempt {
            Exempt::Off => {
                format!("row security is off for {name}, so every tenant's rows are everybody's")
            }
            Exempt::Superuser => format!("{} is a superuser, whom no policy binds", self.role),
            Exempt::Bypasses => format!("{} has BYPASSRLS, so no policy binds it", self.role),
            Exempt::Owner => format!(
                "{} counts as the owner of {name}, where row security is not forced",
                self.role
            ),
        }
    }

    fn wall(&self, wall: &Wall<'_>, against: &mut Vec<String>) {
        let mut open = false;
        for clause in &wall.permissive {
            open |= self.clause(clause);
        }
        if wall.permissive.is_empty() {
            terminal::line("  no permissive policy is for it");
            against.push(format!(
                "no permissive policy of {} is for {} {}",
                self.relation.qualified_name(),
                self.role,
                look(wall.look, self.deed)
            ));
        } else if !open {
            let names: Vec<&str> = wall
                .permissive
                .iter()
                .map(|clause| clause.policy.name.as_str())
                .collect();
            against.push(format!("no permissive policy holds ({})", names.join(", ")));
        }
        for clause in &wall.restrictive {
            if !self.clause(clause) && clause.parts.is_some() {
                against.push(format!(
                    "the restrictive policy {} does not hold",
                    clause.policy.name
                ));
            }
        }
    }

    /// Prints a policy with its conditions; whether it holds.
    fn clause(&self, clause: &Clause<'_>) -> bool {
        let kind = if clause.policy.permissive {
            "permissive"
        } else {
            "restrictive"
        };
        let Some(parts) = &clause.parts else {
            terminal::line(format!(
                "  policy {} ({kind}) has no condition, and opens nothing",
                clause.policy.name
            ));
            return false;
        };
        let holds = parts.iter().all(|part| *self.asked.of(part) == Holds::Yes);
        terminal::line(format!(
            "  policy {} ({kind}): {}",
            clause.policy.name,
            mark(holds)
        ));
        for part in parts {
            let said = match self.asked.of(part) {
                Holds::Yes => "true".to_owned(),
                Holds::No => "false".to_owned(),
                Holds::Unknown => "null, which counts as false".to_owned(),
                Holds::Failed(why) => format!("fails: {why}"),
            };
            terminal::line(format!("    {}  →  {said}", part.sql));
            let columns = part
                .columns
                .iter()
                .map(|column| format!("{column} = {}", self.row.shown(column)));
            let settings = part
                .settings
                .iter()
                .map(|name| match self.asked.setting(name) {
                    None => format!("{name} is not set"),
                    Some("") => format!("{name} is empty"),
                    Some(value) => format!("{name} = {value}"),
                });
            let values: Vec<String> = columns.chain(settings).collect();
            if !values.is_empty() {
                terminal::line(format!("{FAINT}      {}{FAINT:#}", values.join("; ")));
            }
        }
        holds
    }
}

fn look(look: Look, deed: Deed) -> &'static str {
    match (look, deed) {
        (Look::Found, Deed::Select) => "to see it",
        (Look::Found, _) => "to find it (a WHERE needs SELECT's policies)",
        (Look::Taken, Deed::Delete) => "to delete it",
        (Look::Taken, _) => "to change it",
        (Look::Written, _) => "to write it",
    }
}

fn mark(yes: bool) -> String {
    if yes {
        format!("{GOOD}yes{GOOD:#}")
    } else {
        format!("{BAD}no{BAD:#}")
    }
}
