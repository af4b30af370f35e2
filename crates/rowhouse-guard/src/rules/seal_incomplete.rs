//! A sealed database that still believes the bare setting somewhere.

use rowhouse_catalog::{Catalog, Function, Object, Policy, Relation, RelationKind, quote_ident};

use crate::context::Context;
use crate::model::{helper_functions, text_of};
use crate::rule::{Example, Rule};
use crate::seal::{Rewrite, Seal, rewrite};
use crate::{Finding, Level};

use super::table_open::FILTERED;

pub(super) static RULE: Rule = Rule {
    id: "seal-incomplete",
    title: "Not everything in a sealed database asks for the seal",
    level: Level::Warning,
    what: "Some policies believe the sealed tenant, and another policy, a view or a SECURITY DEFINER function that the app \
           role reaches believes the bare setting.",
    why: "Whoever gets SQL into a statement can set the setting to another tenant: the seal keeps what asks for it, and this \
          is a way past.",
    close: "Compare with (SELECT rowhouse.tenant()); `rowhouse seal policies` writes the change.",
    example: Example {
        object: "public.items",
        bad: "-- rowhouse seal init\nALTER POLICY tenant_isolation ON tenants USING (id = (SELECT rowhouse.tenant()));",
        good: "-- rowhouse seal init\nALTER POLICY tenant_isolation ON tenants USING (id = (SELECT rowhouse.tenant()));\nALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT rowhouse.tenant()));",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(seal) = &context.model.seal else { return };
    let catalog = context.catalog;
    let tables = || catalog.relations.iter().filter(|table| context.may(table, &FILTERED));
    let is_sealed = |policy: &Policy| catalog.references_of(Object::Policy(policy.oid)).contains(&Object::Function(seal.tenant));
    if !catalog.relations.iter().any(|table| table.policies.iter().any(is_sealed)) {
        return;
    }
    for table in tables() {
        for policy in table.policies.iter().filter(|policy| policy_is_plain(catalog, policy, seal)) {
            findings.push(of_policy(table, policy, seal));
        }
        let reads = || {
            let own = is_plain(table.definition.as_deref().unwrap_or_default(), seal);
            own || helps_plain(catalog, Object::Relation(table.oid), seal)
        };
        if table.kind == RelationKind::View && !table.security_invoker() && reads() {
            let name = table.qualified_name();
            findings.push(
                RULE.found(&name, format!("it filters by the bare setting {}, and reads as its owner", seal.setting))
                    .exploit(injected(seal, &name))
                    .fix_words("write the view again with (SELECT rowhouse.tenant()), or make it security_invoker"),
            );
        }
    }
    for (function, _) in context.set_off() {
        if function.security_definer && (is_plain(text_of(function), seal) || helps_plain(catalog, Object::Function(function.oid), seal)) {
            findings.push(of_function(function, seal));
        }
    }
}

/// Whether a text may read the tenant's bare setting: every call of `current_setting` that is not plainly for another
/// one counts.
fn is_plain(text: &str, seal: &Seal) -> bool {
    let lower = text.to_ascii_lowercase();
    let wanted = seal.setting.to_ascii_lowercase();
    let calls = lower.match_indices("current_setting").filter(|(at, word)| {
        let rest = lower[at + word.len()..].trim_start_matches('"').trim_start();
        rest.strip_prefix('(').is_some_and(|arguments| constant(arguments).is_none_or(|name| name == wanted))
    });
    calls.count() > 0 || lower.contains(&format!("show {wanted}"))
}

/// The first argument, where it is a constant and nothing else.
fn constant(arguments: &str) -> Option<&str> {
    let (name, rest) = arguments.trim_start().strip_prefix('\'')?.split_once('\'')?;
    let rest = rest.strip_prefix("::text").unwrap_or(rest).trim_start();
    rest.starts_with([',', ')']).then_some(name)
}

/// Whether a function that the object calls, through however many others, may read the bare setting.
fn helps_plain(catalog: &Catalog, object: Object, seal: &Seal) -> bool {
    let helpers = helper_functions(catalog, object).into_iter();
    let mut others = helpers.filter(|helper| helper.oid != seal.tenant && helper.oid != seal.claim);
    others.any(|helper| is_plain(text_of(helper), seal))
}

fn policy_is_plain(catalog: &Catalog, policy: &Policy, seal: &Seal) -> bool {
    let own = policy.using.iter().chain(&policy.with_check).any(|text| is_plain(text, seal));
    own || helps_plain(catalog, Object::Policy(policy.oid), seal)
}

fn injected(seal: &Seal, name: &str) -> String {
    format!("… UNION ALL SELECT set_config('{}', 'another tenant', true) UNION ALL SELECT … FROM {name}", seal.setting)
}

fn of_policy(table: &Relation, policy: &Policy, seal: &Seal) -> Finding {
    let name = table.qualified_name();
    let found = RULE
        .found(&name, format!("policy {} believes the bare setting {}, which injected SQL can set", quote_ident(&policy.name), seal.setting))
        .part(&policy.name)
        .exploit(injected(seal, &name));
    match rewrite(table, policy, seal) {
        Rewrite::Sql { up, .. } => found.fix_sql(up),
        Rewrite::ByHand { .. } => found,
    }
}

fn of_function(function: &Function, seal: &Seal) -> Finding {
    let name = function.qualified_name();
    RULE.found(&name, format!("it runs as its owner and believes the bare setting {}", seal.setting))
        .exploit(injected(seal, &name))
        .fix_words("ask for rowhouse.tenant() instead of the setting")
}
