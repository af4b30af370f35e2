//! Which columns carry the tenant, by name.

use std::collections::BTreeMap;

use rowhouse_catalog::{Catalog, Oid, quote_ident};

use super::compared::compared_columns;
use super::settings::{asked_for, helper_functions, text_of};
use super::{Reason, Setting};
use crate::Options;

/// Words for a tenant, in order of how rarely they mean something else.
pub(super) const TENANT_WORDS: [&str; 22] = [
    "tenant",
    "organization",
    "organisation",
    "org",
    "workspace",
    "account",
    "company",
    "customer",
    "team",
    "client",
    "merchant",
    "shop",
    "store",
    "school",
    "clinic",
    "firm",
    "site",
    "business",
    "partner",
    "agency",
    "practice",
    "realm",
];

/// How much speaks for each column name.
#[derive(Debug, Default)]
pub(super) struct Votes {
    /// Columns that policies compare with the setting, by name, without the key columns of a root.
    pub(super) compared: BTreeMap<String, u32>,
    /// Tables whose primary key a policy compares with the setting.
    pub(super) keyed: Vec<Oid>,
}

impl Votes {
    /// Looks at what policies compare with the setting.
    pub(super) fn count(catalog: &Catalog, _options: &Options, settings: &[Setting]) -> Self {
        let mut votes = Self::default();
        for relation in catalog.relations.iter().filter(|r| !r.policies.is_empty()) {
            let mut compared: Vec<String> = Vec::new();
            for policy in &relation.policies {
                let texts = policy.using.iter().chain(&policy.with_check);
                let helpers =
                    helper_functions(catalog, rowhouse_catalog::Object::Policy(policy.oid));
                let sources: Vec<String> = helpers
                    .iter()
                    .filter(|helper| carries(text_of(helper), settings))
                    .map(|helper| format!("{}(", quote_ident(&helper.name)))
                    .collect();
                let carries = |text: &str| {
                    carries(text, settings) || sources.iter().any(|call| text.contains(call))
                };
                for text in texts {
                    compared.extend(compared_columns(relation, text, &carries));
                }
            }
            compared.sort_unstable();
            compared.dedup();
            let key = relation.primary_key.as_ref();
            for name in compared {
                let number = relation.column(&name).map(|column| column.number);
                if key.is_some_and(|key| number.is_some_and(|n| key.columns == [n])) {
                    votes.keyed.push(relation.oid);
                } else {
                    *votes.compared.entry(name).or_default() += 1;
                }
            }
        }
        votes
    }

    /// The names of tenant columns, the most telling first.
    pub(super) fn names(
        &self,
        catalog: &Catalog,
        root: Option<Oid>,
        options: &Options,
        reasons: &mut Vec<Reason>,
    ) -> Vec<String> {
        if let Some(name) = &options.tenant_column {
            reasons.push(reason(name, "named by the options"));
            return vec![name.clone()];
        }
        let mut votes: BTreeMap<&str, u32> = BTreeMap::new();
        for (name, &count) in &self.compared {
            let weight = if tenant_word(name).is_some() { 8 } else { 2 };
            *votes.entry(name).or_default() += weight * count;
        }
        for key in root
            .into_iter()
            .flat_map(|root| catalog.foreign_keys_to(root))
        {
            if let ([column], Some(table)) =
                (&key.columns[..], catalog.relation_by_oid(key.relation))
                && let Some(column) = table.column_at(*column)
            {
                *votes.entry(&column.name).or_default() += 4;
            }
        }
        // Without any policy or key left, names alone must do.
        if votes.is_empty() {
            for relation in catalog.relations.iter().filter(|r| r.is_table()) {
                for column in &relation.columns {
                    if let Some(at) = tenant_word(&column.name) {
                        let weight = (TENANT_WORDS.len() - at) as u32;
                        *votes.entry(&column.name).or_default() += weight;
                    }
                }
            }
        }
        let mut names: Vec<(u32, &str)> = votes.into_iter().map(|(name, n)| (n, name)).collect();
        names.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let Some(&(_, first)) = names.first() else {
            return Vec::new();
        };
        reasons.push(reason(
            first,
            "policies compare it with the setting, or it references the tenants",
        ));
        let alike = names.iter().skip(1).filter(|(_, name)| {
            squeezed(name) == squeezed(first)
                || is_organization(name) && is_organization(first)
                || self.compared.contains_key(*name) && tenant_word(name).is_some()
        });
        std::iter::once(first)
            .chain(alike.map(|&(_, name)| name))
            .map(str::to_owned)
            .collect()
    }
}

/// One word, long, short or in another spelling.
fn is_organization(name: &str) -> bool {
    tenant_word(name).is_some_and(|at| TENANT_WORDS[at].starts_with("org"))
}

fn reason(name: &str, why: &str) -> Reason {
    Reason {
        what: "tenant column",
        is: name.to_owned(),
        why: why.to_owned(),
    }
}

fn carries(text: &str, settings: &[Setting]) -> bool {
    let asked = asked_for(text);
    settings
        .iter()
        .any(|setting| asked.contains(&setting.name.to_ascii_lowercase()))
}

/// A name without case, underscores and the endings of keys: `"TenantID"` and `tenant_id` are alike.
pub(super) fn squeezed(name: &str) -> String {
    let mut name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    for ending in ["uuid", "guid", "id", "key", "code", "ref", "no"] {
        if let Some(rest) = name.strip_suffix(ending)
            && !rest.is_empty()
        {
            name = rest.to_owned();
            break;
        }
    }
    name
}

/// Which of the words for a tenant a column is named after.
pub(super) fn tenant_word(name: &str) -> Option<usize> {
    let squeezed = squeezed(name);
    let bare = squeezed
        .strip_prefix("owner")
        .or_else(|| squeezed.strip_prefix("current"))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(&squeezed);
    // The bare word is a name or a number more often than a reference: `account`, `company`.
    let is_reference = name.len() > bare.len() || bare == "tenant" || bare == "org";
    TENANT_WORDS
        .iter()
        .position(|word| *word == bare)
        .filter(|_| is_reference)
        // `tenant_region`, `owning_tenant`: no other word is as clear.
        .or_else(|| squeezed.contains(TENANT_WORDS[0]).then_some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_whatever_their_case() {
        assert_eq!(squeezed("TenantID"), squeezed("tenant_id"));
        assert!(tenant_word("tenantId").is_some() && tenant_word("org_uuid").is_some());
        assert!(tenant_word("company").is_none() && tenant_word("title").is_none());
    }
}
