//! A function that finds what the caller put in its way.

use rowhouse_catalog::{Function, Privilege, quote_ident};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::body_names::unqualified_relations;

pub(super) static RULE: Rule = Rule {
    id: "definer-search-path",
    title: "A SECURITY DEFINER function looks names up where the service can put things",
    level: Level::Error,
    what: "A SECURITY DEFINER function that the app role can set off names tables without their schema, and its \
           search_path is the caller's, holds a schema in which the app role may create or that it may make, or leaves pg_temp to come first.",
    why: "The app role makes a table, view or function of that name, perhaps a temporary one: the function uses it, with \
          its owner's rights.",
    close: "SET search_path on the function to trusted schemas with pg_temp at the end, and write names with their schema.",
    example: Example {
        object: "public.tenant_name()",
        bad: "CREATE FUNCTION tenant_name() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER\n    AS $$ SELECT name FROM tenants WHERE id = current_setting('app.current_tenant_id')::uuid $$;",
        good: "CREATE FUNCTION tenant_name() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER\n    SET search_path = pg_catalog, public, pg_temp\n    AS $$ SELECT name FROM tenants WHERE id = current_setting('app.current_tenant_id')::uuid $$;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (function, _) in context.set_off() {
        // A body that was parsed when it was made looks nothing up any more.
        if !function.security_definer || function.sql_body.is_some() || function.body.is_empty() {
            continue;
        }
        let Some((why, level)) = weakness(context, function) else {
            continue;
        };
        let name = function.qualified_name();
        findings.push(
            RULE.found(&name, why)
                .level(level)
                .exploit(format!("CREATE TEMP TABLE … (…); SET search_path = …; SELECT {}(…);", function.name))
                .fix_sql(fix(context, function)),
        );
    }
}

/// A fixed `search_path`, and nobody of the service's who can put something into the schema that stays in it.
fn fix(context: &Context<'_>, function: &Function) -> String {
    let mut lines = Vec::new();
    let schema = context.catalog.schemas.iter().find(|schema| schema.name == function.schema);
    if let Some(schema) = schema.filter(|schema| context.may_create_in(&schema.name)) {
        let from = context.grantees(&schema.acl, schema.owner, &[Privilege::Create]);
        // Whoever owns the schema makes in it what they like.
        if from.is_empty() || context.personas.iter().any(|persona| persona.access.owns(schema.owner)) {
            return String::new();
        }
        lines.push(format!("REVOKE CREATE ON SCHEMA {} FROM {};", quote_ident(&schema.name), from.join(", ")));
    }
    let name = function.qualified_name();
    lines.push(format!("ALTER ROUTINE {name} SET search_path = pg_catalog, {}, pg_temp;", quote_ident(&function.schema)));
    lines.join("\n")
}

/// What the app role could put before what the function means.
pub(super) fn weakness(context: &Context<'_>, function: &Function) -> Option<(String, Level)> {
    let names = unqualified_relations(context.catalog, function);
    let Some(path) = function.settings.iter().find(|(name, _)| name.eq_ignore_ascii_case("search_path")) else {
        if let Some(name) = names.first() {
            return Some((format!("it looks {name} up in the caller's search_path, with its owner's rights"), Level::Error));
        }
        let schema = context.catalog.schemas.iter().find(|schema| context.may_create_in(&schema.name))?;
        return Some((format!("its search_path is the caller's, who can put operators and functions into {}", schema.name), Level::Warning));
    };
    let schemas: Vec<&str> = path.1.split(',').map(|schema| schema.trim().trim_matches('"')).collect();
    if let Some(schema) = schemas.iter().find(|schema| context.may_create_in(schema)) {
        return Some((format!("its search_path holds {schema}, in which the app role can make objects"), Level::Error));
    }
    if let Some(schema) = schema_to_make(context, function, &schemas) {
        return Some((format!("its search_path holds \"$user\", and the app role can make the schema {schema}"), Level::Error));
    }
    let first = names.first()?;
    let temporary_first = !schemas.contains(&"pg_temp") || schemas.first() == Some(&"pg_temp");
    (temporary_first && context.may_create_temporary())
        .then(|| (format!("it looks {first} up in pg_temp before its search_path, where the app role can make a table of that name"), Level::Warning))
}

/// The schema that `$user` stands for in a function of a role, where nobody made it yet and the app role can.
fn schema_to_make<'c>(context: &Context<'c>, function: &Function, schemas: &[&str]) -> Option<&'c str> {
    let owner = context.catalog.role_by_oid(function.owner)?;
    let is_there = context.catalog.schemas.iter().any(|schema| schema.name == owner.name);
    let to_make = function.security_definer && schemas.contains(&"$user") && !is_there && context.may_create_schemas();
    to_make.then_some(owner.name.as_str())
}
