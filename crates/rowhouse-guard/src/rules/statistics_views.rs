//! Statistics that show values of hidden rows.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "statistics-views-old",
    title: "pg_stats_ext still has its definition from before CVE-2024-4317",
    level: Level::Warning,
    what: "The server was updated, but the repair script was not run in this database.",
    why: "The old views show the most common values of extended statistics to every role, whatever policies hide.",
    close: "As superuser run fix-CVE-2024-4317.sql from the server's share folder in every database.",
    example: Example {
        object: "",
        bad: "",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let views = context.catalog.system_views.iter();
    for view in views.filter(|view| view.name.starts_with("pg_stats_ext")) {
        // The repaired views ask for the owner's rights on the table.
        let repaired = view.definition.contains("pg_has_role") || view.definition.contains("row_security_active");
        if repaired {
            continue;
        }
        findings.push(
            RULE.found(
                format!("database:{}", context.catalog.database.name),
                format!("{} has its old definition, which shows values of rows that policies hide", view.name),
            )
            .part(&view.name)
            .exploit(format!("SELECT most_common_vals FROM {};", view.name)),
        );
    }
}
