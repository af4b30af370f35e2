//! A function that changes who the tenant is.

use std::collections::BTreeSet;

use rowhouse_catalog::Function;

use crate::context::Context;
use crate::protect::is_recorder;
use crate::model::text_of;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "function-sets-tenant",
    title: "A function sets the tenant for the session, or for its own reading",
    level: Level::Error,
    what: "A function that the app role can set off sets the tenant beyond the transaction, or sets it itself and then \
           works on tenants' tables. Or policies find the tenant in a row that is kept by the number of the server's process.",
    why: "A setting of the session stays on a pooled connection: the next request works as that tenant. And a function \
          that takes the tenant from its caller and then reads hands out whichever tenant is asked for.",
    close: "Set it once for each transaction, from the application, with set_config(…, …, true).",
    example: Example {
        object: "public.enter(uuid)",
        bad: "CREATE FUNCTION enter(tenant uuid) RETURNS void LANGUAGE plpgsql\n    AS $$ BEGIN PERFORM set_config('app.current_tenant_id', tenant::text, false); END $$;",
        good: "CREATE FUNCTION enter(tenant uuid) RETURNS void LANGUAGE plpgsql\n    AS $$ BEGIN PERFORM set_config('app.current_tenant_id', tenant::text, true); END $$;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    by_process(context, findings);
    for (function, persona) in context.set_off() {
        let facts = context.decider.body(persona.role.oid, function);
        let tenant = facts.sets.iter().filter(|set| set.name.as_deref().is_some_and(|name| is_tenant(context, name)));
        let sets = tenant;
        let why = if let Some((name, value)) = fixed(context, function) {
            format!("it runs with {name} set to {value}: whoever calls it works as that tenant")
        } else if sets.clone().any(|set| set.local == Some(false))
            || facts.dynamic_sql.iter().any(|text| sets_session(context, text))
        {
            "it sets the tenant for the whole session: on a pooled connection the next request works as that tenant".to_owned()
        } else if sets.clone().any(|set| set.from_parameter) && !facts.uses.is_empty() {
            "it works on tenants' tables as whichever tenant its caller names".to_owned()
        } else if sets.clone().any(|set| names_one(&set.value)) && !facts.uses.is_empty() {
            "it works on tenants' tables as a tenant that it names itself, whoever calls it".to_owned()
        } else {
            continue;
        };
        findings.push(
            RULE.found(function.qualified_name(), why)
                .exploit(format!("SELECT {}(…);", function.name)),
        );
    }
}

/// Helpers of policies that find the tenant by the process of the server alone, which outlives the request.
fn by_process(context: &Context<'_>, findings: &mut Vec<Finding>) {
    const OF_TRANSACTION: [&str; 4] = ["pg_current_xact_id", "txid_current", "xact_start", "transaction_timestamp"];
    let mut seen = BTreeSet::new();
    for function in context.model.session_helpers() {
        let text = text_of(function).to_lowercase();
        if is_recorder(function) || OF_TRANSACTION.iter().any(|word| text.contains(word)) || !seen.insert(function.oid) {
            continue;
        }
        findings.push(
            RULE.found(function.qualified_name(), "it finds the tenant by the server's process, which a pooled connection shares with the next request: a request that does not say its tenant works as the last one's")
                .exploit(format!("SELECT {}(); -- in a transaction that has not said its tenant yet", function.name)),
        );
    }
}

/// A tenant that is written out.
fn names_one(value: &str) -> bool {
    value.trim_start().strip_prefix('\'').is_some_and(|rest| !rest.starts_with('\''))
}

fn is_tenant(context: &Context<'_>, name: &str) -> bool {
    let mut settings = context.model.settings.iter();
    settings.any(|setting| setting.name.eq_ignore_ascii_case(name))
}

/// A `SET` of the tenant that is put together as text, without `LOCAL`.
fn sets_session(context: &Context<'_>, text: &str) -> bool {
    let text = text.to_lowercase();
    let names = context.model.settings.iter().map(|setting| setting.name.to_lowercase());
    names.into_iter().any(|name| {
        text.contains(&format!("set {name}")) || text.contains(&format!("set session {name}"))
    })
}

/// The tenant that the function's own definition sets.
fn fixed<'f>(context: &Context<'_>, function: &'f Function) -> Option<(&'f str, &'f str)> {
    let mut settings = function.settings.iter();
    let (name, value) = settings.find(|(name, value)| is_tenant(context, name) && !value.is_empty())?;
    Some((name, value))
}
