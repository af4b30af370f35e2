//! Which run-time parameters carry the tenant.

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::{Catalog, Function, Object, Oid};

use super::{Reason, Setting};
use crate::Options;

/// The settings that `current_setting()` is asked for, by how much speaks for each.
pub(super) fn detect(
    catalog: &Catalog,
    options: &Options,
    reasons: &mut Vec<Reason>,
) -> Vec<Setting> {
    let mut votes: BTreeMap<String, u32> = BTreeMap::new();
    let mut count = |text: &str, weight: u32| {
        for name in asked_for(text) {
            *votes.entry(name).or_default() += weight;
        }
    };
    for relation in &catalog.relations {
        for policy in &relation.policies {
            for text in policy.using.iter().chain(&policy.with_check) {
                count(text, 8);
            }
            for helper in helper_functions(catalog, Object::Policy(policy.oid)) {
                count(text_of(helper), 8);
            }
        }
        for column in &relation.columns {
            count(column.default.as_deref().unwrap_or_default(), 4);
        }
        count(relation.definition.as_deref().unwrap_or_default(), 2);
    }
    for function in &catalog.functions {
        count(text_of(function), 1);
    }
    let mut found: Vec<(u32, String)> = votes
        .into_iter()
        .map(|(name, votes)| (weight_of_name(&name) * votes, name))
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let named = options.setting.clone();
    let why = if named.is_some() {
        "named by the options"
    } else {
        "what policies and functions ask for most"
    };
    let Some(first) = named.or_else(|| found.first().map(|(_, name)| name.clone())) else {
        return Vec::new();
    };
    reasons.push(Reason {
        what: "setting",
        is: first.clone(),
        why: why.to_owned(),
    });
    // Claims come as one document or, from older gateways, as one setting each: both are the same source.
    let claims = |name: &String| name.starts_with("request.jwt.") && *name != first;
    let others = found.iter().map(|(_, name)| name.clone()).filter(claims);
    let others: Vec<String> = if first.starts_with("request.jwt.") {
        others.collect()
    } else {
        Vec::new()
    };
    std::iter::once(first)
        .chain(others)
        .map(|name| Setting { name })
        .collect()
}

/// Names that speak of tenants weigh more than those that speak of users and modes.
fn weight_of_name(name: &str) -> u32 {
    const TENANTS: [&str; 13] = [
        "tenant",
        "org",
        "account",
        "workspace",
        "company",
        "customer",
        "team",
        "client",
        "shop",
        "store",
        "school",
        "merchant",
        "jwt",
    ];
    const OTHERS: [&str; 12] = [
        "user", "role", "admin", "bypass", "mode", "lang", "locale", "debug", "skip", "support",
        "internal", "default",
    ];
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match (has(&TENANTS), has(&OTHERS)) {
        (true, false) => 32,
        (true, true) => 4,
        (false, false) => 2,
        (false, true) => 1,
    }
}

/// The names in `current_setting('…'` within a text.
pub(crate) fn asked_for(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let lower = text.to_ascii_lowercase();
    for (at, word) in lower.match_indices("current_setting") {
        let rest = lower[at + word.len()..].trim_start();
        let quoted = rest
            .strip_prefix('(')
            .and_then(|rest| rest.trim_start().strip_prefix('\''));
        if let Some((name, _)) = quoted.and_then(|rest| rest.split_once('\''))
            && name.contains('.')
        {
            found.insert(name.to_owned());
        }
    }
    found
}

/// The body of a function as text.
pub(crate) fn text_of(function: &Function) -> &str {
    function.sql_body.as_deref().unwrap_or(&function.body)
}

/// The users' functions that an object calls, and those that these call, as far as the server's books know; bodies
/// that are text are searched for names.
pub(crate) fn helper_functions(catalog: &Catalog, object: Object) -> Vec<&Function> {
    let mut found: BTreeSet<Oid> = BTreeSet::new();
    let mut open = vec![object];
    while let Some(object) = open.pop() {
        let referenced = catalog.references_of(object).iter().copied();
        let mut next: Vec<Oid> = referenced
            .filter_map(|reference| match reference {
                Object::Function(oid) => Some(oid),
                Object::Operator(oid) => catalog
                    .operators
                    .iter()
                    .find(|operator| operator.oid == oid)
                    .map(|operator| operator.function),
                _ => None,
            })
            .collect();
        if let Object::Function(oid) = object
            && let Some(function) = catalog.function_by_oid(oid)
            && function.sql_body.is_none()
        {
            next.extend(called_by_text(catalog, function));
        }
        for oid in next {
            if found.insert(oid) {
                open.push(Object::Function(oid));
            }
        }
    }
    let functions = found.into_iter();
    functions
        .filter_map(|oid| catalog.function_by_oid(oid))
        .filter(|function| !function.oid.is_builtin())
        .collect()
}

fn called_by_text<'a>(
    catalog: &'a Catalog,
    function: &'a Function,
) -> impl Iterator<Item = Oid> + 'a {
    let is_called = |other: &&Function| {
        other.oid != function.oid
            && !other.oid.is_builtin()
            && other.extension.is_none()
            && function
                .body
                .match_indices(&other.name)
                .any(|(at, name)| is_call(&function.body, at, name.len()))
    };
    let others = catalog.functions.iter().filter(is_called);
    others.map(|other| other.oid)
}

/// Whether the word at this place stands alone and has an opening bracket after it.
fn is_call(body: &str, at: usize, length: usize) -> bool {
    let before = body[..at].chars().next_back();
    let after = body[at + length..].trim_start_matches('"').trim_start();
    !before.is_some_and(|c| c.is_alphanumeric() || c == '_') && after.starts_with('(')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_off_their_calls() {
        let text = "(tenant_id = (current_setting('App.Tenant'::text, true))::uuid) OR current_setting( 'work_mem') = ''";
        assert_eq!(asked_for(text), BTreeSet::from(["app.tenant".to_owned()]));
    }

    #[test]
    fn a_setting_of_tenants_weighs_more_than_a_mode() {
        assert!(weight_of_name("app.current_org") > weight_of_name("app.user_id"));
        assert!(weight_of_name("app.tenant_id") > weight_of_name("app.skip_tenant_check"));
    }
}
