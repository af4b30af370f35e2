//! Catalogs of the server that hold values of users' rows.

use rowhouse_catalog::Privilege::Select;

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

/// What ordinary roles are kept from, and what it holds.
const KEPT: [(&str, &str); 4] = [
    ("pg_statistic", "the most common values of every column"),
    ("pg_statistic_ext_data", "the most common combinations of values"),
    ("pg_largeobject", "the contents of all large objects"),
    ("pg_authid", "the passwords of all roles"),
];

pub(super) static RULE: Rule = Rule {
    id: "catalog-readable",
    title: "The service may read catalogs that hold values of rows",
    level: Level::Error,
    what: "An app role was given SELECT on a catalog that the server keeps from ordinary roles: pg_statistic, \
           pg_statistic_ext_data, pg_largeobject or pg_authid.",
    why: "No policy holds there: the planner's statistics quote values of all tenants' rows, and large objects lie side \
          by side. The views over them, such as pg_stats, leave out what policies hide.",
    close: "Revoke it, and read the views over them.",
    example: Example {
        object: "pg_catalog.pg_statistic",
        bad: "GRANT SELECT ON pg_statistic TO app;",
        good: "GRANT SELECT ON pg_stats TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let catalogs = context.catalog.relations.iter().filter(|relation| relation.schema == "pg_catalog");
    for catalog in catalogs {
        let kept = KEPT.iter().find(|(name, _)| *name == catalog.name);
        let Some((_, holds)) = kept else {
            continue;
        };
        let reads = context.personas.iter().any(|persona| persona.privileges(catalog).has(Select));
        if !reads {
            continue;
        }
        let name = catalog.qualified_name();
        findings.push(
            RULE.found(&name, format!("the app role may read it, and it holds {holds}, of all tenants"))
                .exploit(format!("SELECT * FROM {name};"))
                .fix_sql(context.revoke_on_table(catalog, &[Select])),
        );
    }
}
