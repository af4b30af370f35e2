//! Attacks with what the attacker makes first: a cheap function that sees what a view without a barrier filters out, a table for the
//! lines of a file.

use rowhouse_catalog::{Privilege, RelationKind, quote_ident};

use super::{Attack, Persona, Tells, Untried, relations};
use crate::context::Context;
use crate::probe::fill::Filler;
use crate::probe::verdict::Command;

/// A function that costs less than any filter and writes down what it is asked about.
const PEEK: &str = "CREATE TEMP TABLE rowhouse_seen (line text); CREATE FUNCTION pg_temp.rowhouse_peek(line anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN INSERT INTO pg_temp.rowhouse_seen VALUES (line::text); RETURN true; END $$";
/// How many columns of a view are looked at.
const PEEKED: usize = 6;
/// Roles that reach past the database, and why what they may is not tried.
const POWERS: [(&str, &str); 2] = [
    (
        "pg_execute_server_program",
        "it may run programs on the server",
    ),
    ("pg_write_server_files", "it may write files of the server"),
];

pub(super) fn plan(
    context: &Context<'_>,
    filler: &Filler<'_>,
    persona: &Persona<'_>,
    attacks: &mut Vec<Attack>,
) {
    references(context, filler, persona, attacks);
    for view in relations(context).filter(|relation| relation.kind == RelationKind::View) {
        let reads = persona.access.any_column(view).has(Privilege::Select);
        if view.security_barrier() || !reads || !persona.enters(&view.schema) {
            continue;
        }
        let name = view.qualified_name();
        // How often a constant is asked about tells how many rows there are, with any table and by design: so each line counts once.
        // A cast would cost more than the filter, so that would come first.
        let may = |column: &&rowhouse_catalog::Column| {
            persona.access.column(view, column).has(Privilege::Select)
        };
        let peeks = view.columns.iter().filter(may).take(PEEKED);
        let peeks =
            peeks.map(|column| format!("pg_temp.rowhouse_peek({})", quote_ident(&column.name)));
        let peeks: Vec<String> = peeks.collect();
        attacks.push(Attack {
            first: PEEK.to_owned(),
            ..Attack::new(
                &name,
                Command::Select,
                "a SELECT with a function that sees what the view filters out",
                format!(
                    "SELECT count(*) FROM {name} WHERE {}; SELECT DISTINCT line FROM pg_temp.rowhouse_seen",
                    peeks.join(" AND ")
                ),
            )
        });
    }
    let is = |name: &str| {
        let role = context.catalog.role(name);
        role.is_some_and(|role| persona.access.roles().contains(&role.oid))
    };
    let object = format!("role:{}", persona.role.name);
    if is("pg_read_server_files") && !persona.role.superuser {
        attacks.push(Attack {
            first: "CREATE TEMP TABLE rowhouse_lines (line text)".to_owned(),
            tells: Tells::Success("it reads files of the server, where all tenants' rows lie"),
            ..Attack::new(
                &object,
                Command::Select,
                "a COPY from a file of the server",
                "COPY pg_temp.rowhouse_lines FROM 'PG_VERSION'",
            )
        });
    }
    for (power, why) in POWERS {
        if is(power) && !persona.role.superuser {
            attacks.push(Attack {
                untried: Some(Untried::Outside(why)),
                ..Attack::new(&object, Command::Call, "a COPY", "")
            });
        }
    }
}

/// A schema in which the role may make what it likes.
pub(super) fn creatable<'a>(context: &Context<'a>, persona: &Persona<'_>) -> Option<&'a str> {
    let schemas = context.catalog.schemas.iter();
    let mut schemas = schemas.filter(|schema| {
        let may = persona.access.schema(&schema.name);
        may.is_some_and(|may| may.has(Privilege::Create) && may.has(Privilege::Usage))
    });
    Some(schemas.next()?.name.as_str())
}

/// A foreign key of one's own to another's table, where the role may make one: it tells whether a row is there.
fn references(
    context: &Context<'_>,
    filler: &Filler<'_>,
    persona: &Persona<'_>,
    attacks: &mut Vec<Attack>,
) {
    let Some(schema) = creatable(context, persona) else {
        return;
    };
    let guess = rowhouse_catalog::qualified(schema, "rowhouse_guess");
    for (table, _) in context.tenant_tables() {
        // That a tenant is there is no secret.
        if !table.is_table() || filler.model.root == Some(table.oid) {
            continue;
        }
        for key in table.primary_key.iter().chain(&table.unique) {
            let columns: Option<Vec<_>> = key
                .columns
                .iter()
                .map(|&number| table.column_at(number))
                .collect();
            let Some(columns) = columns else { continue };
            let may = columns.iter().all(|column| {
                persona
                    .access
                    .column(table, column)
                    .has(Privilege::References)
            });
            if !may {
                continue;
            }
            let names: Vec<String> = columns
                .iter()
                .map(|column| quote_ident(&column.name))
                .collect();
            let made = columns
                .iter()
                .map(|column| format!("{} {}", quote_ident(&column.name), column.formatted_type));
            let made: Vec<String> = made.collect();
            let values = columns.iter().map(|column| {
                crate::seal::literal(&filler.value(table, filler.other(), 0, column))
            });
            let values: Vec<String> = values.collect();
            let (name, names) = (table.qualified_name(), names.join(", "));
            attacks.push(Attack {
                first: format!(
                    "CREATE TABLE {guess} ({}, FOREIGN KEY ({names}) REFERENCES {name} ({names}))",
                    made.join(", ")
                ),
                ..Attack::new(
                    &name,
                    Command::Insert,
                    "a foreign key of its own to another tenant's row",
                    format!("INSERT INTO {guess} VALUES ({})", values.join(", ")),
                )
            });
        }
    }
}
