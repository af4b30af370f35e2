//! Attacks past the policies of a table: by who owns it, by plans that are kept for the next tenant, and by functions that are asked
//! before the policies.

use rowhouse_catalog::{Function, Object, Privilege, Relation, quote_ident};

use super::{Attack, Persona, Tells, functions, made, relations, tables};
use crate::RowOwner;
use crate::context::Context;
use crate::model::helper_functions;
use crate::probe::fill::{self, Filler};
use crate::probe::session::Session;
use crate::probe::verdict::Command;

/// The name of what is prepared.
const PLAN: &str = "rowhouse_plan";

pub(super) fn plan(
    context: &Context<'_>,
    filler: &Filler<'_>,
    persona: &Persona<'_>,
    attacks: &mut Vec<Attack>,
) {
    attacks.extend(replaced_helpers(context, filler, persona));
    dropped_helpers(context, persona, attacks);
    for table in relations(context).filter(|relation| relation.is_table()) {
        if table.row_security && persona.access.owns(table.owner) && !persona.role.superuser {
            let name = table.qualified_name();
            attacks.push(Attack {
                first: format!("ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"),
                ..Attack::new(
                    &name,
                    Command::Select,
                    "a SELECT after the owner switched row security off",
                    tables::read(persona, table).sql,
                )
            });
        }
    }
    early_calls(context, persona, attacks);
}

/// Calls of functions marked LEAKPROOF on rows that a policy hides.
pub(super) fn early_calls(context: &Context<'_>, persona: &Persona<'_>, attacks: &mut Vec<Attack>) {
    for function in functions::functions(context, persona).filter(|function| function.leakproof) {
        early(context, persona, function, attacks);
    }
}

/// A function that policies ask may be replaced by who owns it: by one that says the other tenant.
fn replaced_helpers(
    context: &Context<'_>,
    filler: &Filler<'_>,
    persona: &Persona<'_>,
) -> Vec<Attack> {
    let mut attacks = Vec::new();
    let relations: Vec<&Relation> = filtered(context, persona).collect();
    let users = context.catalog.functions.iter().filter(|function| {
        !function.oid.is_builtin() && function.arguments.is_empty() && !function.set_returning
    });
    for function in users.filter(|function| persona.access.owns(function.owner)) {
        let (name, other) = (function.qualified_name(), filler.other());
        let value = fill::made_up(context.catalog, function.returns, other, 0);
        let Some(result) = function
            .result
            .as_deref()
            .filter(|_| !persona.role.superuser)
        else {
            continue;
        };
        let said = crate::seal::literal(&format!(
            "SELECT {}::{result}",
            crate::seal::literal(&value)
        ));
        let mut ways = vec![format!(
            "CREATE OR REPLACE FUNCTION {name} RETURNS {result} LANGUAGE sql STABLE AS {said}"
        )];
        // Or what it calls, where it is looked for first.
        if let Some(schema) = made::creatable(context, persona) {
            let id = crate::seal::literal(&format!("SELECT {}", crate::seal::literal(&other.id)));
            let asked = rowhouse_catalog::qualified(schema, "current_setting");
            ways.push(format!(
                "CREATE FUNCTION {asked}(text) RETURNS text LANGUAGE sql AS {id}; CREATE FUNCTION {asked}(text, boolean) RETURNS text LANGUAGE sql AS {id}; ALTER FUNCTION {name} SET search_path = {}, pg_catalog",
                quote_ident(schema)
            ));
        }
        for relation in relations
            .iter()
            .filter(|relation| asks(context, relation, function))
        {
            for way in &ways {
                attacks.push(Attack {
                    first: way.clone(),
                    ..Attack::new(
                        &name,
                        Command::Call,
                        "a SELECT after its owner replaced what policies ask",
                        tables::read(persona, relation).sql,
                    )
                });
            }
        }
    }
    attacks
}

/// A function that policies ask may be dropped by who owns its schema, and the policies with it.
fn dropped_helpers(context: &Context<'_>, persona: &Persona<'_>, attacks: &mut Vec<Attack>) {
    for relation in filtered(context, persona).filter(|_| !persona.role.superuser) {
        let policies = relation.policies.iter();
        let helpers = policies
            .flat_map(|policy| helper_functions(context.catalog, Object::Policy(policy.oid)));
        for function in helpers {
            let mut schemas = context.catalog.schemas.iter();
            let may_drop = schemas
                .any(|schema| schema.name == function.schema && persona.access.owns(schema.owner));
            if may_drop {
                let name = function.qualified_name();
                attacks.push(Attack {
                    first: format!("DROP FUNCTION {name} CASCADE"),
                    ..Attack::new(
                        &name,
                        Command::Call,
                        "a SELECT after what policies ask was dropped with them",
                        tables::read(persona, relation).sql,
                    )
                });
            }
        }
    }
}

/// Whether the policies of a relation call a function, however deep.
pub(super) fn asks(context: &Context<'_>, relation: &Relation, function: &Function) -> bool {
    relation.policies.iter().any(|policy| {
        let called = helper_functions(context.catalog, Object::Policy(policy.oid));
        called.iter().any(|called| called.oid == function.oid)
    })
}

/// The relations with policies that the role may read.
pub(super) fn filtered<'a>(
    context: &Context<'a>,
    persona: &Persona<'_>,
) -> impl Iterator<Item = &'a Relation> {
    relations(context).filter(|relation| {
        !relation.policies.is_empty()
            && persona.access.any_column(relation).has(Privilege::Select)
            && persona.enters(&relation.schema)
    })
}

/// The same statement for one tenant after the other, by a plan that is kept: what was worked out when it was made stays.
pub(in crate::probe) fn kept_plans(
    context: &Context<'_>,
    persona: &Persona<'_>,
    own: &Session,
    other: &Session,
) -> Vec<Attack> {
    let (own, other) = (own.sql(None), other.sql(None));
    if own.is_empty() || other.is_empty() {
        return Vec::new();
    }
    filtered(context, persona)
        .map(|relation| {
            let read = tables::read(persona, relation).sql;
            Attack {
                first: format!(
                    "DEALLOCATE ALL; SET LOCAL plan_cache_mode = force_generic_plan; PREPARE {PLAN} AS {read}; {other}; EXECUTE {PLAN}; {own}"
                ),
                ..Attack::new(
                    relation.qualified_name(),
                    Command::Select,
                    "a SELECT by a plan that was made for another tenant",
                    format!("EXECUTE {PLAN}"),
                )
            }
        })
        .collect()
}

/// A function marked LEAKPROOF is asked about rows that the policies hide: what it says of values that are not one's own tells
/// that they are there.
fn early(
    context: &Context<'_>,
    persona: &Persona<'_>,
    function: &Function,
    attacks: &mut Vec<Attack>,
) {
    let [argument] = &function.arguments[..] else {
        return;
    };
    let hidden = relations(context).filter(|relation| {
        relation.is_table()
            && relation.row_security
            && matches!(
                context.model.row_owner(relation.oid),
                Some(RowOwner::Column(_) | RowOwner::Parent { .. })
            )
    });
    for table in hidden {
        for column in table.columns.iter().filter(|column| {
            column.type_oid == argument.type_oid
                && persona.access.column(table, column).has(Privilege::Select)
        }) {
            attacks.push(Attack {
                first: "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off".to_owned(),
                tells: Tells::Refusal,
                ..Attack::new(
                    function.qualified_name(),
                    Command::Call,
                    "a call on rows that a policy hides",
                    asked(table, &quote_ident(&column.name), &column.formatted_type, function),
                )
            });
        }
    }
}

/// Asks the function about all values of a column but one's own.
fn asked(table: &Relation, column: &str, of_type: &str, function: &Function) -> String {
    let table = table.qualified_name();
    let called = rowhouse_catalog::qualified(&function.schema, &function.name);
    let question = format!(
        "SELECT count(*) FROM {table} WHERE CASE WHEN {column} <> ALL (%L::{of_type}[]) THEN {called}({column}) IS NOT NULL ELSE true END"
    );
    let question = crate::seal::literal(&question);
    format!(
        "DO $probe$ DECLARE own {of_type}[]; BEGIN SELECT array_agg({column}) INTO own FROM {table} WHERE {column} IS NOT NULL; EXECUTE format({question}, own); END $probe$"
    )
}
