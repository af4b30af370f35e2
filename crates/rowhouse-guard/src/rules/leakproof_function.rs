//! A function that is said to reveal nothing runs before the policies.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "leakproof-function",
    title: "A user's function is marked LEAKPROOF",
    level: Level::Error,
    what: "A function that did not come with the server is marked LEAKPROOF, and the app role may call it or an operator \
           made of it.",
    why: "The planner may run it on rows before the policies have filtered them: an error, a notice or a side effect of \
          the function shows what is hidden.",
    close: "Take the mark away.",
    example: Example {
        object: "public.looks_like(text,text)",
        bad: "CREATE FUNCTION looks_like(a text, b text) RETURNS boolean\n    LANGUAGE plpgsql LEAKPROOF COST 0.0001\n    AS $$ BEGIN RAISE NOTICE '%', a; RETURN a LIKE b; END $$;",
        good: "CREATE FUNCTION looks_like(a text, b text) RETURNS boolean\n    LANGUAGE plpgsql\n    AS $$ BEGIN RETURN a LIKE b; END $$;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let functions = context.catalog.functions.iter();
    for function in functions.filter(|function| function.leakproof && !function.oid.is_builtin()) {
        if function.extension.is_some() || !context.may_execute(function) {
            continue;
        }
        let name = function.qualified_name();
        findings.push(
            RULE.found(&name, "it is marked LEAKPROOF, so it may see rows before the policies have filtered them")
                .exploit(format!("SELECT * FROM a_table WHERE {}(…); -- called with hidden rows", function.name))
                .fix_sql(format!("ALTER FUNCTION {name} NOT LEAKPROOF;")),
        );
    }
}
