//! CREATEROLE leads to other roles.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "app-role-creates-roles",
    title: "The service logs in with CREATEROLE",
    level: Level::Error,
    what: "An app role has the attribute CREATEROLE.",
    why: "Up to PostgreSQL 15 it may grant itself any role but superusers, the tables' owner included. From 16 it may do \
          so only with roles it administers, those it made.",
    close: "Take the attribute away.",
    example: Example {
        object: "role:app",
        bad: "ALTER ROLE app CREATEROLE;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let settable_creator = |role: &rowhouse_catalog::Role| {
        let settable = context.catalog.settable_roles(role.oid);
        let mut others = settable.iter().filter_map(|&oid| context.catalog.role_by_oid(oid));
        others.any(|other| other.create_role && !other.superuser)
    };
    for role in context.app_roles().filter(|role| !role.superuser && settable_creator(role)) {
        let name = context.role_name(role.oid);
        let old = context.catalog.server.version.major() < 16;
        let finding = RULE
            .found(
                format!("role:{}", role.name),
                if old {
                    format!("{name} has CREATEROLE, or can become a role that has it: it may grant itself any role that is no superuser")
                } else {
                    format!("{name} has CREATEROLE, or can become a role that has it: it makes roles and decides over those")
                },
            )
            .exploit(format!("GRANT the_owner TO {name}; SET ROLE the_owner;"));
        let finding = if role.create_role {
            finding.fix_sql(format!("ALTER ROLE {name} NOCREATEROLE;"))
        } else {
            finding
        };
        findings.push(if old { finding } else { finding.level(Level::Warning) });
    }
}
