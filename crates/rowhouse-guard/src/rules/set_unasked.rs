//! Code that statements set off without naming it, and that sets the tenant.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "tenant-set-unasked",
    title: "A view, trigger, default or check sets the tenant in the middle of a statement",
    level: Level::Error,
    what: "What a statement sets off without naming it sets the tenant: the query of a view, a trigger, a default, a check, an \
           index, a rule, or the check of a domain. A look-up of the tenant that policies themselves call is none of these.",
    why: "What is left of the statement, and of the transaction, works as that tenant: rows are read, checked and written as \
          another tenant than the request's, and no application sees it happen.",
    close: "Take the setting out of there. Only whoever begins a transaction says whose it is; what must look at another \
            tenant's rows is a function that says so, and that the app role may not call.",
    example: Example {
        object: "public.items",
        bad: "CREATE FUNCTION as_row() RETURNS trigger LANGUAGE plpgsql\n    AS $$ BEGIN PERFORM set_config('app.current_tenant_id', NEW.tenant_id::text, true); RETURN NEW; END $$;\nCREATE TRIGGER as_row BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION as_row();",
        good: "CREATE FUNCTION as_row() RETURNS trigger LANGUAGE plpgsql\n    AS $$ BEGIN NEW.tenant_id := current_setting('app.current_tenant_id')::uuid; RETURN NEW; END $$;\nCREATE TRIGGER as_row BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION as_row();",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for site in &context.unasked().sites {
        let by = if site.by == "set_config" { "calls set_config for the tenant's setting".to_owned() } else { format!("sets off {}, which sets the tenant", site.by) };
        findings.push(
            RULE.found(&site.object, format!("{} {by}: the rest of the statement works as that tenant", site.part))
                .part(&site.part)
                .exploit(&site.statement),
        );
    }
}
