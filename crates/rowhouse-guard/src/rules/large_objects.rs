//! Large objects know no tenants.

use rowhouse_catalog::Privilege::{Select, Update};
use rowhouse_catalog::{LargeObject, Relation, RoleSetting};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::setting_default;

pub(super) static RULE: Rule = Rule {
    id: "large-objects-open",
    title: "The service reads large objects of all tenants",
    level: Level::Error,
    what: "There are large objects that the app role owns or was granted, or lo_compat_privileges lets everybody at them.",
    why: "Row security does not know large objects: whoever has the right to one reads it by its number, and numbers \
          are easily counted through.",
    close: "Keep such data in a bytea column of a protected table, and revoke the large objects.",
    example: Example {
        object: "role:app",
        bad: "SELECT lo_create(4711);\nGRANT SELECT ON LARGE OBJECT 4711 TO app;",
        good: "SELECT lo_create(4711);",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    compatible(context, findings);
    for persona in &context.personas {
        let may_use = |object: &&LargeObject| {
            persona.access.by_acl(&object.acl).has_any(&[Select, Update]) || persona.access.owns(object.owner)
        };
        let reached: Vec<&LargeObject> = context.catalog.large_objects.iter().filter(may_use).collect();
        let Some(first) = reached.first() else {
            continue;
        };
        let exploit = format!("SELECT lo_get({});", first.oid);
        let fix = close(context, &reached);
        findings.push(
            RULE.found(
                format!("role:{}", persona.role.name),
                format!("{} can read {} large object(s), whoever's they are: row security does not know them", context.role_name(persona.role.oid), reached.len()),
            )
            .exploit(&exploit)
            .fix_sql(&fix),
        );
        // Where the numbers are kept is where somebody looks who thinks them protected.
        for (table, column) in columns_of_numbers(context) {
            findings.push(
                RULE.found(table.qualified_name(), format!("{column} names large objects, which the app role can read whatever the policies of the table hide"))
                    .part(column)
                    .exploit(&exploit)
                    .fix_sql(&fix),
            );
        }
    }
}

/// `lo_compat_privileges` lets everybody read and write every large object.
fn compatible(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(object) = context.catalog.large_objects.first() else {
        return;
    };
    let is_on = |value: &str| ["on", "true", "yes", "1", "t", "y"].contains(&&*value.to_ascii_lowercase());
    let concerns = |setting: &&RoleSetting| {
        let of_app = setting.role.is_none_or(|role| context.model.app_roles.contains(&role));
        of_app && setting.name.eq_ignore_ascii_case("lo_compat_privileges") && is_on(&setting.value)
    };
    for setting in context.catalog.role_settings.iter().filter(concerns) {
        let (object_name, target) = setting_default::holder(context, setting);
        findings.push(
            RULE.found(object_name, "lo_compat_privileges is on: no rights are asked for when large objects are read or written, whoever's they are")
                .part("lo_compat_privileges")
                .exploit(format!("SELECT lo_get({});", object.oid))
                .fix_sql(format!("ALTER {target} RESET lo_compat_privileges;")),
        );
    }
}

fn close(context: &Context<'_>, reached: &[&LargeObject]) -> String {
    let owner = context.role_name(context.catalog.database.owner);
    let mut lines = Vec::new();
    for object in reached {
        let given = context.grantees(&object.acl, object.owner, &[Select, Update]);
        if !given.is_empty() {
            lines.push(format!("REVOKE ALL ON LARGE OBJECT {} FROM {};", object.oid, given.join(", ")));
        }
        if context.personas.iter().any(|persona| persona.access.owns(object.owner)) {
            lines.push(format!("ALTER LARGE OBJECT {} OWNER TO {owner};", object.oid));
        }
    }
    lines.join("\n")
}

/// Columns of tenants' tables that hold numbers of objects.
fn columns_of_numbers<'a>(context: &Context<'a>) -> Vec<(&'a Relation, &'a str)> {
    let tables = context.tenant_tables();
    let columns = tables.flat_map(|(table, _)| table.columns.iter().map(move |column| (table, column)));
    let numbers = columns.filter(|(_, column)| matches!(column.formatted_type.as_str(), "oid" | "lo"));
    numbers.map(|(table, column)| (table, column.name.as_str())).collect()
}
