//! A function that runs text it is given.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "definer-dynamic-sql",
    title: "A SECURITY DEFINER function builds SQL from its arguments",
    level: Level::Error,
    what: "A SECURITY DEFINER function that the app role can set off runs a string put together from what it is given.",
    why: "What is put in runs with the owner's rights: any table, any tenant. quote_ident and %I keep the syntax safe and \
          still let the caller choose the table. Where only values and names of columns are put in, the statement is judged \
          as if it were written out.",
    close: "Write the statement out, and hand values over with USING.",
    example: Example {
        object: "public.find_items(text)",
        bad: "CREATE FUNCTION find_items(search text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER\n    SET search_path = pg_catalog, pg_temp\n    AS $$ BEGIN RETURN QUERY EXECUTE\n        'SELECT title FROM public.items WHERE tenant_id = current_setting(''app.current_tenant_id'')::uuid AND title LIKE ''' || search || ''''; END $$;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (function, persona) in context.set_off() {
        if !function.security_definer {
            continue;
        }
        let facts = context.decider.body(persona.role.oid, function);
        let built = facts.given_sql.first();
        let Some(built) = built else {
            continue;
        };
        let name = function.qualified_name();
        findings.push(
            RULE.found(&name, format!("it runs a string it puts together, with the rights of {}: {built}", context.role_name(function.owner)))
                .exploit(format!("SELECT * FROM {}('… UNION SELECT …');", function.name))
                .fix_sql(format!("ALTER ROUTINE {name} SECURITY INVOKER;")),
        );
    }
}
