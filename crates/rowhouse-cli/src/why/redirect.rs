//! Rules and triggers that put something else in a command's place, or may.

use rowhouse_catalog::{Enabled, Function, Relation, Rule, RuleEvent, Timing, Trigger};
use rowhouse_guard::why::Deed;

use super::follow::Following;
use super::level::Level;

/// Whether something stands in the command's place, and so decides; said on the level.
pub(super) fn decides(
    following: &Following<'_>,
    relation: &Relation,
    deed: Deed,
    level: &mut Level,
) -> bool {
    let rules: Vec<&Rule> = rules(relation, deed).filter(|rule| rule.instead).collect();
    for rule in &rules {
        let does_nothing = rule
            .definition
            .trim_end()
            .trim_end_matches(';')
            .ends_with("DO INSTEAD NOTHING");
        let conditional = rule.definition.contains(" WHERE ") && does_nothing;
        if does_nothing && !conditional {
            level
                .against
                .push(format!("the rule {} does nothing in its place", rule.name));
        } else {
            let whose = if relation.security_invoker() {
                level.role.clone()
            } else {
                following.name(relation.owner)
            };
            level.undecided.push(format!(
                "the rule {} runs in its place, with the rights of {whose}: {}",
                rule.name,
                in_one_line(&rule.definition)
            ));
        }
    }
    let mut triggers =
        triggers(relation, deed).filter(|trigger| trigger.timing == Timing::InsteadOf);
    let trigger = triggers.next();
    if let (Some(trigger), true) = (trigger, rules.is_empty()) {
        let function = following.catalog.function_by_oid(trigger.function);
        level.undecided.push(format!(
            "the trigger {} runs {} in its place: what that does, it decides",
            trigger.name,
            called(following, function)
        ));
    }
    !rules.is_empty() || trigger.is_some()
}

/// What runs beside the command, and may refuse or change it; only said.
pub(super) fn besides(
    following: &Following<'_>,
    relation: &Relation,
    deed: Deed,
    level: &mut Level,
) {
    for trigger in triggers(relation, deed).filter(|trigger| trigger.timing != Timing::InsteadOf) {
        let when = if trigger.timing == Timing::Before {
            "before"
        } else {
            "after"
        };
        let function = following.catalog.function_by_oid(trigger.function);
        level.notes.push(format!(
            "the trigger {} runs {} {when} it, and can still refuse or change it",
            trigger.name,
            called(following, function)
        ));
    }
    for rule in rules(relation, deed).filter(|rule| !rule.instead) {
        level.notes.push(format!(
            "the rule {} runs beside it: {}",
            rule.name,
            in_one_line(&rule.definition)
        ));
    }
}

fn called(following: &Following<'_>, function: Option<&Function>) -> String {
    match function {
        Some(function) if function.security_definer => format!(
            "{} with the rights of {}",
            function.qualified_name(),
            following.name(function.owner)
        ),
        Some(function) => format!("{} with the caller's rights", function.qualified_name()),
        None => "a function that is not known".to_owned(),
    }
}

fn rules(relation: &Relation, deed: Deed) -> impl Iterator<Item = &Rule> {
    let event = match deed {
        Deed::Select => RuleEvent::Select,
        Deed::Insert => RuleEvent::Insert,
        Deed::Update => RuleEvent::Update,
        Deed::Delete => RuleEvent::Delete,
    };
    relation
        .rules
        .iter()
        .filter(move |rule| rule.event == event && is_on(rule.enabled))
}

fn triggers(relation: &Relation, deed: Deed) -> impl Iterator<Item = &Trigger> {
    relation.triggers.iter().filter(move |trigger| {
        let fires = match deed {
            Deed::Select => false,
            Deed::Insert => trigger.insert,
            Deed::Update => trigger.update,
            Deed::Delete => trigger.delete,
        };
        fires && is_on(trigger.enabled)
    })
}

fn is_on(enabled: Enabled) -> bool {
    matches!(enabled, Enabled::Origin | Enabled::Always)
}

fn in_one_line(definition: &str) -> String {
    definition.split_whitespace().collect::<Vec<_>>().join(" ")
}
