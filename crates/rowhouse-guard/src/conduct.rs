//! What a function does with tenants' rows, for whoever lets tenants call it.

use std::collections::BTreeSet;

use rowhouse_catalog::Privilege::{Delete, Insert, Select, Update};
use rowhouse_catalog::{Function, Oid};

use crate::context::{Context, Persona};
use crate::isolation::doubt;
use crate::logic::BodyFacts;

/// What a function that works with its caller's rights does with tenants' rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conduct {
    /// The relations with tenants' rows that it uses.
    pub reaches: Vec<Reach>,
    /// It may work as another tenant than its caller's: why.
    pub unbound: Option<String>,
    /// A text that it runs: what that reaches was not looked at.
    pub runs: Option<String>,
}

/// A relation that a function reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The relation.
    pub relation: Oid,
    /// It is reached with the caller's own rights, so what holds for the relation holds here.
    pub as_caller: bool,
    /// Why it was not shown that it stays with the caller's tenant there, where it was not.
    pub doubt: Option<String>,
}

/// The conduct of a function; none where it works as its owner, of which rules tell.
pub(crate) fn conduct(context: &Context<'_>, function: &Function) -> Option<Conduct> {
    if function.security_definer {
        return None;
    }
    let mut conduct = Conduct::default();
    for persona in context.who_calls(function) {
        follow(context, function, persona, &mut conduct);
    }
    Some(conduct)
}

/// What it does, and what those do that it calls with the same rights.
fn follow(context: &Context<'_>, function: &Function, persona: &Persona<'_>, found: &mut Conduct) {
    let caller = persona.role.oid;
    let (mut seen, mut open) = (BTreeSet::from([function.oid]), vec![function]);
    while let Some(function) = open.pop() {
        let facts = context.decider.body(caller, function);
        found.reaches.extend(facts.uses.iter().map(|used| Reach {
            relation: used.relation,
            as_caller: used.role == caller,
            doubt: doubt(&used.verdict),
        }));
        if found.unbound.is_none() {
            let used = context.unasked().used(function);
            let by_use = || used.map(|used| format!("it uses {used}, which sets the tenant"));
            found.unbound = unbound(context, &facts).or_else(by_use);
        }
        if found.runs.is_none() {
            found.runs = facts.dynamic_sql.first().cloned();
        }
        let next = facts.calls.into_iter().filter(|oid| seen.insert(*oid));
        let functions = &context.catalog.functions;
        // What works as its owner is looked at by itself.
        open.extend(next.filter_map(|oid| {
            let mut functions = functions.iter();
            functions.find(|other| other.oid == oid && !other.security_definer)
        }));
    }
}

/// Why it may be another tenant that it works as: it sets the tenant, or it may do anything.
fn unbound(context: &Context<'_>, facts: &BodyFacts) -> Option<String> {
    if let Some(part) = facts.unreadable.first() {
        return Some(format!("the audit does not understand {}", line(part)));
    }
    if let Some(text) = facts.dynamic_sql.iter().find(|text| !is_harmless(text)) {
        return Some(format!(
            "it runs a text that it puts together: {}",
            line(text)
        ));
    }
    let decides = |name: &str| {
        let mut settings = context.model.settings.iter();
        ["role", "row_security", "session_authorization"].contains(&&*name.to_lowercase())
            || settings.any(|setting| setting.name.eq_ignore_ascii_case(name))
    };
    let mut sets = facts.sets.iter();
    let set = sets.find(|set| set.name.as_deref().is_none_or(decides))?;
    Some(match &set.name {
        Some(name) => format!("it sets {name}"),
        None => "it makes a setting whose name it is given".to_owned(),
    })
}

/// A text that is written out, and makes no setting.
fn is_harmless(text: &str) -> bool {
    let mut text = text.trim();
    for word in ["query", "execute"] {
        let (first, rest) = text.split_at_checked(word.len()).unwrap_or((text, ""));
        if first.eq_ignore_ascii_case(word) {
            text = rest.trim_start();
        }
    }
    let inner = text
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''));
    inner.is_some_and(|inner| {
        let lower = inner.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric() && c != '_');
        let speaks = |word| {
            matches!(
                word,
                "set" | "set_config" | "reset" | "do" | "call" | "execute"
            )
        };
        !inner.replace("''", "").contains('\'') && !words.any(speaks)
    })
}

fn line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default()
}

/// Whether the app role reaches a relation at all.
pub(crate) fn is_reachable(context: &Context<'_>, relation: &rowhouse_catalog::Relation) -> bool {
    let any = [Select, Insert, Update, Delete];
    context.who_may(relation, &any).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_that_are_written_out_are_harmless() {
        assert!(is_harmless("'SELECT * FROM items WHERE title = ''x'''"));
        assert!(is_harmless("QUERY EXECUTE 'SELECT 1'"));
        for text in [
            "sql",
            "query execute sql",
            "'SELECT ' || what",
            "'SELECT ' || 'x'",
            "format('SELECT %I', x)",
            "'SELECT set_config(''a'', ''b'', true)'",
            "'SET LOCAL app.t = 1'",
            "E'SELECT 1'",
        ] {
            assert!(!is_harmless(text), "{text}");
        }
    }
}
