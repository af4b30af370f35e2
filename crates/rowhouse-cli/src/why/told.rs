//! The reasons, in words.

use rowhouse_guard::why::Deed;

use super::document::Question;
use super::level::{Answer, Condition, Holds, Kind, Level, PolicySaid, Rights};
use super::row::{condition, shown};
use crate::terminal::{self, BAD, FAINT, GOOD, STRONG, WARN};

/// Prints all that was looked at, then what decides.
pub(super) fn print(
    question: &Question<'_>,
    deed: Deed,
    is_sealed: bool,
    level: &Level,
    (answer, reasons): (Answer, &[String]),
) {
    terminal::line(format!(
        "role      {}\nsetting   {} = {}\nrow       {}: {}",
        question.role,
        question.setting,
        question.tenant,
        question.relation,
        condition("", question.key)
    ));
    if is_sealed {
        terminal::line("seal      taken to be good: conditions are asked as if it were");
    }
    one(level, 0);
    let deed = match deed {
        Deed::Select => "see this row",
        Deed::Insert => "add a row like this",
        Deed::Update => "change this row",
        Deed::Delete => "delete this row",
    };
    terminal::line("");
    let tenant = question.tenant;
    let reasons = reasons.join("; ");
    terminal::line(match answer {
        Answer::Yes => format!(
            "{GOOD}{tenant} can {deed}:{GOOD:#} {}",
            open(level, &reasons)
        ),
        Answer::No => format!("{BAD}{tenant} cannot {deed}:{BAD:#} {reasons}"),
        Answer::Unknown => {
            format!("{WARN}whether {tenant} can {deed} cannot be told:{WARN:#} {reasons}")
        }
    });
}

/// Why nothing stands against it.
fn open(level: &Level, reasons: &str) -> String {
    if !reasons.is_empty() {
        return reasons.to_owned();
    }
    let mut exempt = Vec::new();
    exemptions(level, &mut exempt);
    if exempt.is_empty() {
        "a policy lets it through, and none stands against it".to_owned()
    } else {
        exempt.join("; ")
    }
}

fn exemptions(level: &Level, found: &mut Vec<String>) {
    let notes = level
        .notes
        .iter()
        .filter(|_| matches!(level.kind, Kind::MaterializedView | Kind::ForeignTable))
        .map(|note| format!("{}: {note}", level.relation));
    for why in level.exempt.iter().cloned().chain(notes) {
        if !found.contains(&why) {
            found.push(why);
        }
    }
    for level in &level.beneath {
        exemptions(level, found);
    }
}

fn one(level: &Level, depth: usize) {
    let pad = "  ".repeat(depth);
    let say = |text: String| terminal::line(format!("{pad}{text}"));
    if depth > 0 {
        let alias = level
            .alias
            .as_ref()
            .map_or(String::new(), |alias| format!(" as {alias}"));
        let whose = match level.rights {
            Rights::Caller => format!("with the rights of {}, which asks", level.role),
            Rights::ViewOwner => format!("with the rights of {}, the view's owner", level.role),
        };
        if level.kind == Kind::Branch {
            say(format!("{STRONG}one of several{STRONG:#}"));
        } else {
            say(format!(
                "{STRONG}{} {}{alias}{STRONG:#}, {whose}",
                kind(level.kind),
                level.relation
            ));
        }
    }
    for grant in &level.grants {
        let of = if grant.columns.is_empty() {
            String::new()
        } else {
            format!(" ({})", grant.columns.join(", "))
        };
        say(format!(
            "grant     {}{of}: {}",
            grant.privilege,
            mark(grant.held)
        ));
    }
    if let Some(exempt) = &level.exempt {
        say(format!("policies  not asked: {exempt}"));
    }
    for note in &level.notes {
        say(format!("note      {note}"));
    }
    if !level.conditions.is_empty() {
        say(format!("{STRONG}to be in the view{STRONG:#}"));
        for condition in &level.conditions {
            asked(condition, &format!("{pad}  "));
        }
    }
    for look in &level.looks {
        say(format!("{STRONG}{}{STRONG:#}", look.heading));
        if !look.policies.iter().any(|policy| policy.permissive) {
            say("  no permissive policy is for it".to_owned());
        }
        for policy in &look.policies {
            clause(policy, &pad);
        }
    }
    for key in &level.foreign_keys {
        say(format!("foreign key  {}: {}", key.name, key.what));
    }
    for beneath in &level.beneath {
        one(beneath, depth + 1);
    }
}

fn clause(policy: &PolicySaid, pad: &str) {
    let name = &policy.policy;
    let kind = if policy.permissive {
        "permissive"
    } else {
        "restrictive"
    };
    let Some(conditions) = &policy.conditions else {
        terminal::line(format!(
            "{pad}  policy {name} ({kind}) has no condition, and opens nothing"
        ));
        return;
    };
    let holds = policy.holds.map_or_else(|| "of each row".to_owned(), mark);
    terminal::line(format!("{pad}  policy {name} ({kind}): {holds}"));
    for condition in conditions {
        asked(condition, &format!("{pad}    "));
    }
}

fn asked(condition: &Condition, pad: &str) {
    let said = match condition.holds {
        Holds::Yes => "  →  true".to_owned(),
        Holds::No => "  →  false".to_owned(),
        Holds::Null => "  →  null, which counts as false".to_owned(),
        Holds::Failed => format!(
            "  →  fails: {}",
            condition.error.as_deref().unwrap_or_default()
        ),
        Holds::NotAsked => String::new(),
    };
    terminal::line(format!("{pad}{}{said}", condition.sql));
    let columns = condition
        .values
        .iter()
        .map(|(column, value)| format!("{column} = {}", shown(value)));
    let settings = condition
        .settings
        .iter()
        .map(|(name, value)| match value.as_str() {
            None => format!("{name} is not set"),
            Some("") => format!("{name} is empty"),
            Some(value) => format!("{name} = {value}"),
        });
    let values: Vec<String> = columns.chain(settings).collect();
    if !values.is_empty() {
        terminal::line(format!("{pad}{FAINT}  {}{FAINT:#}", values.join("; ")));
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Table => "table",
        Kind::View | Kind::Branch => "view",
        Kind::MaterializedView => "materialized view",
        Kind::ForeignTable => "foreign table",
        Kind::Other => "from",
    }
}

fn mark(yes: bool) -> String {
    if yes {
        format!("{GOOD}yes{GOOD:#}")
    } else {
        format!("{BAD}no{BAD:#}")
    }
}
