//! A trigger that carries rows out of their tenant.

use rowhouse_catalog::Enabled;
use rowhouse_catalog::Privilege::Select;

use crate::context::Context;
use crate::model::{Class, text_of};
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::body_names::inserted_into;

pub(super) static RULE: Rule = Rule {
    id: "trigger-copies-rows",
    title: "A trigger copies tenants' rows to a table that all tenants read",
    level: Level::Error,
    what: "A trigger on a table with tenants' rows writes what it sees to a table without row security that the app role \
           may read.",
    why: "The log, queue or search table shows every tenant what every other wrote.",
    close: "Protect that table too, with the tenant in a column of its own, or take SELECT on it away.",
    example: Example {
        object: "public.changes",
        bad: "CREATE TABLE changes (at timestamptz DEFAULT now(), what text);\nCREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n    SET search_path = pg_catalog, pg_temp\n    AS $$ BEGIN INSERT INTO public.changes (what) VALUES (NEW.title); RETURN NEW; END $$;\nCREATE TRIGGER log_change AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION log_change();\nGRANT SELECT ON changes TO app;",
        good: "CREATE TABLE changes (at timestamptz DEFAULT now(), what text);\nCREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n    SET search_path = pg_catalog, pg_temp\n    AS $$ BEGIN INSERT INTO public.changes (what) VALUES (NEW.title); RETURN NEW; END $$;\nCREATE TRIGGER log_change AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION log_change();",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables() {
        for trigger in table.triggers.iter().filter(|trigger| trigger.enabled != Enabled::Disabled) {
            let Some(function) = context.catalog.function_by_oid(trigger.function) else {
                continue;
            };
            for target in inserted_into(context.catalog, text_of(function)) {
                let open = *context.model.class(target.oid) == Class::Shared && !target.row_security && context.may(target, &[Select]);
                if !open {
                    continue;
                }
                let name = target.qualified_name();
                findings.push(
                    RULE.found(&name, format!("trigger {} copies rows of {} into it, and every tenant reads it", trigger.name, table.qualified_name()))
                        .part(function.qualified_name())
                        .exploit(format!("SELECT * FROM {name};"))
                        .fix_sql(context.revoke_on_table(target, &[Select])),
                );
            }
        }
    }
}
