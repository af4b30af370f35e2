//! What is left for somebody to decide, and why no step does it.

use crate::{Finding, Level};

use super::plan::Plan;

/// A finding that stays, and why.
#[derive(Debug, Clone)]
pub struct Decision<'a> {
    /// What the audit will still find, with what closes it.
    pub finding: &'a Finding,
    /// Why no step does that, and what has to be decided.
    pub why: String,
}

impl Plan {
    /// What the audit will still find, errors and warnings, each with why it is left.
    pub fn decisions(&self) -> Vec<Decision<'_>> {
        let serious = self
            .after
            .iter()
            .filter(|finding| finding.level > Level::Note);
        serious
            .map(|finding| {
                let own = self.left_of(finding);
                let why = if own.is_empty() {
                    reason(finding.rule).to_owned()
                } else {
                    own.join("; ")
                };
                Decision { finding, why }
            })
            .collect()
    }

    /// What was left as it is and is no finding's.
    pub fn left_beside(&self) -> impl Iterator<Item = &(String, String)> {
        let decisions = self.decisions();
        self.left.iter().filter(move |(object, _)| {
            !decisions
                .iter()
                .any(|decision| concerns(object, decision.finding))
        })
    }

    fn left_of(&self, finding: &Finding) -> Vec<&str> {
        // What no step is for is not left because of what hindered another step on the same object.
        if !is_tried(finding.rule) {
            return Vec::new();
        }
        let left = self
            .left
            .iter()
            .filter(|(object, _)| concerns(object, finding));
        left.map(|(_, why)| why.as_str()).collect()
    }
}

fn concerns(object: &str, finding: &Finding) -> bool {
    object == finding.object
        || object
            .strip_prefix(&finding.object)
            .is_some_and(|rest| rest.starts_with([' ', '.', ':']))
}

/// Whether there is a step for findings of this rule, so that something hindered it.
fn is_tried(rule: &str) -> bool {
    matches!(reason_of(rule), None | Some((true, _)))
}

/// Why no step closes what a rule finds, in general.
pub(super) fn reason(rule: &str) -> &'static str {
    reason_of(rule).map_or(
        "no step is known for it: see what closes it, and decide",
        |(_, why)| why,
    )
}

/// Whether there are steps for a rule's findings, and why one stays.
fn reason_of(rule: &str) -> Option<(bool, &'static str)> {
    const ROLES: &str = "it is about what a role may be, which other work may rest on, and is often only a superuser's to change: decide which login serves requests, and give it no more than that needs";
    const OWNERS: &str = "a new owner loses or gains every right on it, migrations included: decide which role is to own it, one that no login of the service can become";
    const SERVER: &str = "it is the server's, outside this database or only a superuser's: decide with who runs the server";
    const BODIES: &str = "only who knows what the function is for can say whether it may do that: with the caller's rights it may fail, without EXECUTE the service may miss it, and a body is not rewritten here. Decide between the three";
    const MEANING: &str = "what tells the tenant is wrong here, and only who knows how requests say theirs can right it: a wall built on it would be as wrong";
    const HELPERS: &str = "policies rest on a function whose body decides, and bodies are not rewritten here: mend it, and run `rowhouse protect` again";
    const SEAL: &str = "the seal is installed and mended by `rowhouse seal`, which knows its keys";
    const ROWS: &str = "the key cannot begin with the tenant without a change of the table, or without holding up writes for as long as an index takes: decide whether the value has to be one over all tenants, and when there is time";
    const STEPS: &str = "the step for it does not fit here";
    Some(match rule {
        "app-role-becomes-exempt"
        | "app-role-bypasses-rls"
        | "app-role-creates-roles"
        | "app-role-predefined"
        | "app-role-replicates"
        | "app-role-sets-parameters"
        | "app-role-superuser" => (false, ROLES),
        "app-role-owns" | "helper-replaceable" => (false, OWNERS),
        "catalog-readable"
        | "server-function-granted"
        | "server-version"
        | "other-sessions-shown"
        | "statistics-views-old" => (false, SERVER),
        rule if rule.starts_with("CVE-") => (false, SERVER),
        "definer-function-opens" | "definer-dynamic-sql" | "function-sets-tenant" => {
            (false, BODIES)
        }
        "tenant-set-unasked" => (
            false,
            "what is set off there is the application's logic: decide whose rows it is to meet, and take the setting out of it",
        ),
        "claim-of-the-user" | "part-of-tenant-key" | "key-can-be-chosen" => (false, MEANING),
        "helper-fails-open" | "policy-trusts-writable-table" => (false, HELPERS),
        "seal-changed" | "seal-incomplete" | "seal-keys-readable" => (false, SEAL),
        "unique-without-tenant" | "reference-without-tenant" => (true, ROWS),
        "exclusion-without-tenant" => (
            false,
            "an exclusion constraint cannot be built beside writes, and needs the extension btree_gist: decide when the table may stand still for as long as its index takes",
        ),
        "setting-default" => (
            false,
            "whatever forgets its tenant works as that one today, and would fail without it; taking it away needs the owner of the database or who made the role. Decide once nothing relies on it",
        ),
        "large-objects-open" => (
            false,
            "the service would reach none of its own large objects any more: move them into a bytea column of a protected table first, then revoke them",
        ),
        "leakproof-function" => (
            false,
            "only a superuser could mark it LEAKPROOF again, so there would be no way back: decide whether its owner can vouch for it, else take the mark away",
        ),
        "foreign-table-open" => (
            false,
            "no policy holds for a foreign table: decide whether the service needs it, and give it a view that filters by the tenant",
        ),
        "rule-opens-table" => (
            false,
            "what a rule does in a command's place is the application's logic: decide whether it is needed, and put a trigger in its place that works with the caller's rights",
        ),
        "helper-search-path" => (
            false,
            "a search_path of its own keeps PostgreSQL from putting the helper into the policies' conditions: decide whether to qualify the names in its body or to set one",
        ),
        "trigger-copies-rows" => (
            true,
            "the service reads that table by a right that is not its owner's to take",
        ),
        "helper-immutable"
        | "definer-search-path"
        | "schema-create"
        | "row-security-off"
        | "policies-dormant"
        | "row-security-not-forced"
        | "policy-shows-others"
        | "policy-writes-others"
        | "policy-undecided"
        | "shared-table-writable"
        | "parent-opens-children"
        | "grants-past-row-security"
        | "view-opens-table"
        | "view-without-barrier"
        | "view-without-check-option"
        | "materialized-view-open"
        | "default-privileges-public"
        | "tenant-not-indexed"
        | "sequence-readable" => (true, STEPS),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::reason_of;
    use crate::Level;

    #[test]
    fn every_rule_that_can_be_serious_has_a_reason() {
        for rule in crate::rules() {
            assert!(
                rule.level == Level::Note || reason_of(rule.id).is_some(),
                "{}",
                rule.id
            );
        }
    }
}
