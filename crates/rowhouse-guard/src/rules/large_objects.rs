//! Large objects know no tenants.

use rowhouse_catalog::LargeObject;
use rowhouse_catalog::Privilege::{Select, Update};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "large-objects-open",
    title: "The service reads large objects of all tenants",
    level: Level::Error,
    what: "There are large objects that the app role owns or was granted.",
    why: "Row security does not know large objects: whoever has the right to one reads it by its number, and numbers \
          are easily counted through.",
    close: "Keep such data in a bytea column of a protected table, and revoke the large objects.",
    example: Example {
        object: "database:example",
        bad: "SELECT lo_create(4711);\nGRANT SELECT ON LARGE OBJECT 4711 TO app;",
        good: "SELECT lo_create(4711);",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let reached: Vec<&LargeObject> = context
        .catalog
        .large_objects
        .iter()
        .filter(|object| {
            let mut personas = context.personas.iter();
            personas.any(|persona| persona.access.by_acl(&object.acl).has_any(&[Select, Update]) || persona.access.owns(object.owner))
        })
        .collect();
    let Some(first) = reached.first() else {
        return;
    };
    let lines: Vec<String> = reached
        .iter()
        .flat_map(|object| {
            let given = context.grantees(&object.acl, object.owner, &[Select, Update]);
            let revoke = (!given.is_empty()).then(|| format!("REVOKE ALL ON LARGE OBJECT {} FROM {};", object.oid, given.join(", ")));
            let owned = context.personas.iter().any(|persona| persona.access.owns(object.owner));
            let owner = context.role_name(context.catalog.database.owner);
            let hand_over = owned.then(|| format!("ALTER LARGE OBJECT {} OWNER TO {owner};", object.oid));
            [revoke, hand_over]
        })
        .flatten()
        .collect();
    findings.push(
        RULE.found(
            format!("database:{}", context.catalog.database.name),
            format!("the app role can read {} large object(s), whoever's they are: row security does not know them", reached.len()),
        )
        .part("large objects")
        .exploit(format!("SELECT lo_get({});", first.oid))
        .fix_sql(lines.join("\n")),
    );
}
