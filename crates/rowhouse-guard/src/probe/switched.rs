//! Sessions in which settings beside the tenant's say something: what the audit's search found to open a table is tried.
//! The tenant's own setting stays as it is, for whoever can set that one is that tenant by design.

use std::collections::BTreeSet;

use rowhouse_catalog::{Oid, Privilege, Relation};

use super::attack::Persona;
use super::fill::{Filler, Values};
use super::session::Session;
use crate::context::Context;
use crate::logic::{Action, Verdict};

/// How many such sessions are tried as one role.
const MOST: usize = 8;

/// A session, and the relations it is said to open.
pub(super) struct Switched {
    pub(super) session: Session,
    pub(super) objects: BTreeSet<String>,
}

pub(super) fn sessions(
    context: &Context<'_>,
    filler: &Filler<'_>,
    persona: &Persona<'_>,
    own: &Session,
) -> Vec<Switched> {
    let mut verdicts = Vec::new();
    for (table, _) in context.tenant_tables() {
        let may = persona.access.any_column(table);
        for (action, privilege) in ACTIONS {
            let verdict = may
                .has(privilege)
                .then(|| context.decider.decide(persona.role.oid, table.oid, action));
            if let Some(verdict) = verdict.flatten() {
                verdicts.push((table.qualified_name(), verdict));
            }
        }
    }
    let tenants = filler
        .model
        .settings
        .iter()
        .map(|setting| setting.name.clone());
    let mut binding: BTreeSet<String> = tenants.collect();
    for (_, verdict) in &verdicts {
        if let Verdict::Proven(proof) = verdict {
            let names = proof.bound_by.iter();
            binding.extend(names.filter_map(|name| Some(name.split(" -> ").next()?.to_owned())));
        }
    }
    let paths: BTreeSet<String> = verdicts
        .iter()
        .filter_map(|(_, verdict)| match verdict {
            Verdict::Proven(proof) => Some(proof.bound_by.iter().cloned()),
            _ => None,
        })
        .flatten()
        .collect();
    let mut offered: Vec<(String, Session)> = Vec::new();
    for (object, verdict) in verdicts {
        let sessions = opening(filler, own, &verdict, &binding, &paths);
        offered.extend(
            sessions
                .into_iter()
                .map(|session| (object.clone(), session)),
        );
    }
    for (table, _) in context.tenant_tables() {
        let name = table.qualified_name();
        offered.extend(forged(filler, own).map(|session| (name.clone(), session)));
        // A secret says who asks, and a setting that needs none is believed beside it.
        if let Some((setting, _)) = crate::rules::plain_beside_secret(context, table) {
            let mut session = own.clone();
            session.say(&setting, &filler.other().id);
            offered.push((name.clone(), session));
        }
        let claims = without_claims(filler, own);
        offered.extend(claims.into_iter().map(|session| (name.clone(), session)));
    }
    let mut found: Vec<Switched> = Vec::new();
    for (object, session) in offered {
        if session != *own {
            match found.iter_mut().find(|known| known.session == session) {
                Some(known) => {
                    known.objects.insert(object.clone());
                }
                None => found.push(Switched {
                    session,
                    objects: BTreeSet::from([object.clone()]),
                }),
            }
        }
    }
    found.truncate(MOST);
    found
}

/// Rows that pass by the audit's search: values by table, as far as they are plain.
pub(super) fn counterexamples(context: &Context<'_>) -> Vec<(Oid, Values)> {
    let mut found = Vec::new();
    for (table, _) in context.tenant_tables() {
        for (action, privilege) in ACTIONS {
            for persona in context.who_may(table, &[privilege]) {
                let verdict = context.decider.decide(persona.role.oid, table.oid, action);
                let Some(Verdict::Refuted(refuted)) = verdict else {
                    continue;
                };
                let given: Values = refuted
                    .given
                    .iter()
                    .filter_map(|condition| plain(table, condition))
                    .collect();
                let row = (table.oid, given);
                if !row.1.is_empty() && !found.contains(&row) {
                    found.push(row);
                }
            }
        }
    }
    found
}

/// The column and the value of `column = 'value'` and `column IS NULL`.
fn plain(table: &Relation, condition: &str) -> Option<(i16, Option<String>)> {
    let named = |name: &str| {
        let name = name.rsplit('.').next().unwrap_or(name).trim_matches('"');
        let column = table.column(name)?;
        column.generated.is_none().then_some(column.number)
    };
    if let Some(name) = condition.strip_suffix(" IS NULL") {
        return Some((named(name)?, None));
    }
    let (name, value) = condition.split_once(" = ")?;
    let text = value
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    let value = match text {
        Some(text) => text.replace("''", "'"),
        None if value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') =>
        {
            value.to_owned()
        }
        None => return None,
    };
    Some((named(name)?, Some(value)))
}

/// Sessions that could open a table of which it was not shown that it holds: the one that the audit's search found, and one
/// in which every setting that no table is tied to says the other tenant's id.
fn opening(
    filler: &Filler<'_>,
    own: &Session,
    verdict: &Verdict,
    binding: &BTreeSet<String>,
    paths: &BTreeSet<String>,
) -> Vec<Session> {
    let mut found = Vec::new();
    if let Verdict::Refuted(refuted) = verdict {
        let mut session = own.clone();
        for (name, value) in &refuted.session {
            let value = value
                .strip_prefix('\'')
                .and_then(|rest| rest.strip_suffix('\''));
            let value = value.map(|value| value.replace("''", "'"));
            if let Some((setting, path)) = name.split_once(" -> ") {
                if !paths.contains(name) {
                    let path: Vec<&str> = path.split(" -> ").collect();
                    session.say_inside(setting, &path, value.as_deref());
                }
                continue;
            }
            if binding.contains(name) {
                continue;
            }
            session.settings.retain(|(known, _)| known != name);
            if let Some(value) = value {
                session.settings.push((name.clone(), value));
            }
        }
        found.push(session);
    }
    if !matches!(verdict, Verdict::Proven(_)) {
        let mut session = own.clone();
        for (name, value) in &mut session.settings {
            if !binding.contains(name) && !value.starts_with('{') {
                value.clone_from(&filler.other().id);
            }
        }
        found.push(session);
    }
    found
}

/// In a sealed database, a session that the service signed, and the other tenant's settings set into it.
fn forged(filler: &Filler<'_>, own: &Session) -> Option<Session> {
    let seal = filler.model.seal.as_ref()?;
    let forged = vec![(seal.setting.clone(), filler.other().id.clone())];
    Some(Session {
        forged,
        ..own.clone()
    })
}

/// Sessions in which one claim is missing, where there are claims that users change themselves: those say the other tenant's id.
fn without_claims(filler: &Filler<'_>, own: &Session) -> Vec<Session> {
    let asked = &filler.words.asked;
    let is_users = |path: &[String]| path.iter().any(|key| key.contains("user_meta"));
    if !asked.iter().any(|asked| is_users(&asked.path)) {
        return Vec::new();
    }
    let given = asked
        .iter()
        .filter(|asked| !asked.path.is_empty() && !is_users(&asked.path));
    let sessions = given.map(|asked| {
        let mut session = own.clone();
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        session.say_inside(&asked.setting, &path, None);
        session
    });
    sessions.collect()
}

const ACTIONS: [(Action, Privilege); 5] = [
    (Action::Read, Privilege::Select),
    (Action::UpdateOld, Privilege::Update),
    (Action::UpdateNew, Privilege::Update),
    (Action::Delete, Privilege::Delete),
    (Action::Insert, Privilege::Insert),
];
