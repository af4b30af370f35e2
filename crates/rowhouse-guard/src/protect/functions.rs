//! Functions as they are declared, never their bodies: the `search_path` of those that work as their owner, and helpers that are
//! said never to change.

use std::collections::BTreeSet;

use rowhouse_catalog::{Function, Object, Oid, Volatility, quote_ident, quote_literal};

use super::draft::Draft;
use super::plan::{Lock, Phase, Work};
use super::schemas;
use crate::context::Context;
use crate::rules::unqualified_relations;
use crate::{Error, Finding};

pub(super) fn mend(draft: &mut Draft<'_>, finding: &Finding) -> Result<(), Error> {
    let mut functions = draft.then().functions.iter();
    let named = functions.find(|function| function.qualified_name() == finding.object);
    let Some(function) = named.cloned() else {
        return Ok(());
    };
    if !draft.wishes.tables.is_empty() || !is_ours(draft, &function) {
        return Ok(());
    }
    if finding.rule == "helper-immutable" {
        mark_stable(draft, &function);
        return Ok(());
    }
    for schema in draft.look(|context| unused(context, &function))? {
        schemas::take(draft, &schema)?;
    }
    match draft.look(|context| path(context, &function))? {
        Ok(path) => fix_path(draft, &function, &path),
        Err(why) => draft.leave(&function.qualified_name(), why),
    }
    Ok(())
}

fn is_ours(draft: &mut Draft<'_>, function: &Function) -> bool {
    let runner = draft.now.as_role(draft.now.server.current_user);
    let why = if function.extension.is_some() {
        "it came with an extension, which would undo a change of it".to_owned()
    } else if runner.owns(function.owner) {
        return true;
    } else {
        let owner = draft.now.role_by_oid(function.owner);
        let owner = owner.map_or_else(|| function.owner.to_string(), |role| role.name.clone());
        format!("it belongs to {owner}: run `rowhouse protect` as that role")
    };
    draft.leave(&function.qualified_name(), why);
    false
}

/// Schemas of a function's path in which the service may create and has made nothing so far: it loses that, and the function
/// finds what it found.
fn unused(context: &Context<'_>, function: &Function) -> Vec<String> {
    let catalog = context.catalog;
    let was = function
        .settings
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("search_path"));
    let listed = was.into_iter().flat_map(|(_, path)| path.split(','));
    let listed = listed.map(|schema| schema.trim().trim_matches('"'));
    let is_its = |owner: Oid| {
        let mut personas = context.personas.iter();
        personas.any(|persona| persona.access.owns(owner))
    };
    let runner = catalog.as_role(catalog.server.current_user);
    let takes = |schema: &&str| {
        let known = catalog.schemas.iter().find(|known| known.name == **schema);
        let made = catalog
            .relations
            .iter()
            .map(|relation| (&relation.schema, relation.owner))
            .chain(
                catalog
                    .functions
                    .iter()
                    .map(|made| (&made.schema, made.owner)),
            );
        let mut made = made.filter(|(of, _)| *of == *schema);
        context.may_create_in(schema)
            && known.is_some_and(|known| runner.owns(known.owner) && !is_its(known.owner))
            && !made.any(|(_, owner)| is_its(owner))
    };
    listed.filter(takes).map(str::to_owned).collect()
}

/// The schemas, in order, in which a function finds what it found before and nothing of the service's; or why there are none.
fn path(context: &Context<'_>, function: &Function) -> Result<String, String> {
    let catalog = context.catalog;
    let names = unqualified_relations(catalog, function);
    let held_by = |name: &String| -> BTreeSet<&str> {
        let bare = name.trim_matches('"');
        let relations = catalog.relations.iter();
        let found = relations.filter(|relation| {
            relation.name == bare || !name.starts_with('"') && relation.name == bare.to_lowercase()
        });
        found.map(|relation| relation.schema.as_str()).collect()
    };
    let was = function
        .settings
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("search_path"));
    let mut schemas: Vec<String> = Vec::new();
    if let Some((_, path)) = was {
        let listed = path
            .split(',')
            .map(|schema| schema.trim().trim_matches('"'));
        for schema in listed.filter(|schema| !schema.is_empty() && *schema != "pg_temp") {
            if !context.may_create_in(schema) {
                schemas.push(schema.to_owned());
            } else if *schema == function.schema || holds_anything(context, schema) {
                return Err(format!(
                    "its search_path holds {schema}, in which the service may create, and it may need what is in there: take CREATE on it from the service, or {schema} out of the path"
                ));
            }
        }
    } else {
        // The caller's path was anything: what the names mean has to be the same whatever it was.
        let extensions = catalog
            .extensions
            .iter()
            .map(|extension| extension.schema.as_str());
        let likely = [function.schema.as_str(), "public"]
            .into_iter()
            .chain(extensions);
        for schema in likely {
            let known = catalog.schemas.iter().any(|known| known.name == schema);
            let listed = schemas.iter().any(|listed| listed == schema) || schema == "pg_catalog";
            if known && !listed && !context.may_create_in(schema) {
                schemas.push(schema.to_owned());
            }
        }
        if let Some(name) = names.iter().find(|name| held_by(name).len() > 1) {
            return Err(format!(
                "{name} is in several schemas, and which one it means hangs on who calls it: write it with its schema"
            ));
        }
    }
    let missing = names.iter().find(|name| {
        let held = held_by(name);
        !schemas.iter().any(|schema| held.contains(schema.as_str()))
    });
    if let Some(name) = missing {
        return Err(format!(
            "it looks up {name}, which is in none of the schemas that its search_path could safely have: write it with its schema"
        ));
    }
    let mut path: Vec<String> = schemas.iter().map(|schema| quote_ident(schema)).collect();
    path.push("pg_temp".into());
    if was.is_none() {
        path.insert(0, "pg_catalog".into());
    }
    Ok(path.join(", "))
}

/// Whether a schema holds something that a function could look up.
fn holds_anything(context: &Context<'_>, schema: &str) -> bool {
    let catalog = context.catalog;
    catalog
        .relations
        .iter()
        .any(|relation| relation.schema == schema)
        || catalog
            .functions
            .iter()
            .any(|function| function.schema == schema)
        || catalog.types.iter().any(|known| known.schema == schema)
}

fn fix_path(draft: &mut Draft<'_>, function: &Function, path: &str) {
    let name = function.qualified_name();
    let was = function
        .settings
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("search_path"))
        .map(|(_, path)| path.clone());
    if was.as_deref() == Some(path) {
        return;
    }
    let back = match was.as_deref() {
        None => format!("ALTER ROUTINE {name} RESET search_path"),
        Some("" | "\"\"") => format!("ALTER ROUTINE {name} SET search_path = ''"),
        Some(was) => format!("ALTER ROUTINE {name} SET search_path = {was}"),
    };
    draft.step(
        Phase::Privileges,
        &name,
        format!("{name}: it finds what it names in trusted schemas alone"),
        Work::together(
            vec![format!("ALTER ROUTINE {name} SET search_path = {path}")],
            Lock::None,
            "",
        ),
        Some(Work::together(vec![back], Lock::None, "")),
    );
    let (oid, path) = (function.oid, path.to_owned());
    draft.change(|snapshot| {
        for function in snapshot
            .functions
            .iter_mut()
            .filter(|function| function.oid == oid)
        {
            function
                .settings
                .retain(|name, _| !name.eq_ignore_ascii_case("search_path"));
            function.settings.insert("search_path".into(), path.clone());
        }
    });
}

fn mark_stable(draft: &mut Draft<'_>, function: &Function) {
    let name = function.qualified_name();
    let users = draft
        .then()
        .referrers_of(Object::Function(function.oid))
        .iter();
    let stored = |user: &&Object| matches!(user, Object::Index(_) | Object::Column(..));
    if users.clone().any(|user| stored(&user)) {
        draft.leave(
            &name,
            "an index or a stored column is computed by it, which PostgreSQL lets only immutable functions do: give them another one",
        );
        return;
    }
    let mark = |word: &str| {
        Work::together(
            vec![format!("ALTER FUNCTION {name} {word}")],
            Lock::None,
            "",
        )
    };
    let is = |word: char| {
        format!(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_proc WHERE oid = {}::regprocedure AND provolatile = '{word}')",
            quote_literal(&name)
        )
    };
    draft.step(
        Phase::Privileges,
        &name,
        format!("{name}: plans are not kept with one tenant in them"),
        mark("STABLE").unless(is('s')),
        Some(mark("IMMUTABLE").unless(is('i'))),
    );
    let oid = function.oid;
    draft.change(|snapshot| {
        for function in snapshot
            .functions
            .iter_mut()
            .filter(|function| function.oid == oid)
        {
            function.volatility = Volatility::Stable;
        }
    });
}
