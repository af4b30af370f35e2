//! Privileges that no policy filters.

use rowhouse_catalog::Privilege;
use rowhouse_catalog::Privilege::{References, Trigger, Truncate};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "grants-past-row-security",
    title: "The service may TRUNCATE, REFERENCE or put triggers on tenants' tables",
    level: Level::Error,
    what: "An app role has TRUNCATE, REFERENCES or TRIGGER on a table with tenants' rows; GRANT ALL brings all three.",
    why: "No policy filters them. TRUNCATE removes every tenant's rows, a foreign key of one's own tells whether a key \
          exists, a trigger of one's own sees what others write.",
    close: "Revoke them; grant SELECT, INSERT, UPDATE and DELETE by name.",
    example: Example {
        object: "public.items",
        bad: "GRANT ALL ON items TO app;",
        good: "GRANT SELECT, INSERT, UPDATE, DELETE ON items TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables() {
        let may = context.privileges(table);
        let past: Vec<Privilege> =
            [Truncate, References, Trigger].into_iter().filter(|&privilege| may.has(privilege)).collect();
        let Some(&first) = past.first() else {
            continue;
        };
        let name = table.qualified_name();
        let words: Vec<&str> = past.iter().map(|privilege| privilege.keyword()).collect();
        let exploit = match first {
            Truncate => format!("TRUNCATE {name}; -- rows of all tenants are gone"),
            References => format!("CREATE TABLE mine (id … REFERENCES {name}); -- an insert tells whether a key exists"),
            _ => format!("CREATE TRIGGER spy BEFORE INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION mine();"),
        };
        findings.push(
            RULE.found(&name, format!("the app role has {}, which no policy filters", words.join(", ")))
                .level(if first == Truncate || context.creatable_schema().is_some() { Level::Error } else { Level::Warning })
                .exploit(exploit)
                .fix_sql(context.revoke_on_table(table, &past)),
        );
    }
}
