//! Functions of the superuser that the copy gets for the time of the probe, so that within one transaction of the app role
//! it can be seen what an attack did, and what it would have seen if the other tenants had no rows.

use std::fmt::Write;

use rowhouse_catalog::{Grantee, LargeObject, Privilege, Relation, RelationKind};

use super::fill::Filler;
use super::tenants::Tenant;
use super::{owned, sealing};

/// The schema they are in.
pub(super) const SCHEMA: &str = "rowhouse_probe";

/// How many large objects are looked at.
pub(super) const OBJECTS: usize = 8;

/// Runs one statement after the other and gives the errors; nothing fires and no key is checked meanwhile.
const TRY: &str = "
CREATE FUNCTION rowhouse_probe.try(statements text[]) RETURNS TABLE (place int, code text, said text, restriction text, of_column text)
    LANGUAGE plpgsql SET session_replication_role = replica AS $$
BEGIN
    FOR at IN 1 .. cardinality(statements) LOOP
        BEGIN
            EXECUTE statements[at];
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT,
                restriction = CONSTRAINT_NAME, of_column = COLUMN_NAME;
            place := at;
            RETURN NEXT;
        END;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION rowhouse_probe.try FROM PUBLIC;
CREATE FUNCTION rowhouse_probe.without_keys() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
    AS $$ SELECT set_config('session_replication_role', 'replica', true) $$;
";

/// SQL that makes all of them; run as the superuser.
pub(super) fn install(filler: &Filler<'_>) -> String {
    let mut sql = format!(
        "DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}; GRANT USAGE ON SCHEMA {SCHEMA} TO PUBLIC;"
    );
    sql.push_str(TRY);
    sql.extend(sealing::install(filler));
    let tables: Vec<&Relation> = filler.tables();
    let rewound: Vec<String> = sequences(filler)
        .iter()
        .map(|set| format!("PERFORM {set};"))
        .collect();
    let _ = write!(
        sql,
        "CREATE FUNCTION {SCHEMA}.rewind() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
             AS $probe$ BEGIN {} END $probe$;",
        rewound.join(" ")
    );
    let mut foreign = vec![("all".to_owned(), filler.tenants.clone())];
    for place in filler.attackers() {
        filler.attack_as(place);
        foreign.push((others_of(place), filler.others()));
    }
    filler.attack_as(0);
    for (name, foreign) in &foreign {
        let _ = write!(
            sql,
            "CREATE FUNCTION {SCHEMA}.rows_of_{name}() RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
                 AS $probe$ BEGIN RETURN ({}); END $probe$;
             CREATE FUNCTION {SCHEMA}.without_{name}() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
                 SET session_replication_role = replica AS $probe$ BEGIN {} END $probe$;",
            digest(filler, &tables, foreign),
            removal(filler, &tables, foreign)
        );
    }
    sql
}

/// What the functions are called that are about all but one.
pub(super) fn others_of(place: usize) -> String {
    format!("others_of_{place}")
}

/// One line for each table with rows of these, and one for each table that all share: how many, and a hash of them.
fn digest(filler: &Filler<'_>, tables: &[&Relation], foreign: &[Tenant]) -> String {
    let parts: Vec<String> = tables
        .iter()
        .map(|table| {
            let name = table.qualified_name();
            let owned = owned::condition(filler, table, "t", foreign);
            let condition = owned.map_or(String::new(), |owned| format!(" WHERE {owned}"));
            format!(
                "SELECT {} || ' ' || count(*) || ' ' || md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) AS line FROM {} t{condition}",
                crate::seal::literal(&name),
                from(table)
            )
        })
        .collect();
    let counters = filler
        .model
        .catalog
        .relations
        .iter()
        .filter(|r| counts_rows(filler, r));
    let counters = counters.map(|sequence| {
        let name = sequence.qualified_name();
        format!(
            "SELECT {} || ' 1 ' || last_value AS line FROM {name}",
            crate::seal::literal(&name)
        )
    });
    let parts: Vec<String> = parts.into_iter().chain(counters).collect();
    if parts.is_empty() {
        return "SELECT ''".to_owned();
    }
    format!(
        "SELECT string_agg(line, E'\\n' ORDER BY line) FROM ({}) lines",
        parts.join(" UNION ALL ")
    )
}

/// Takes the rows of these away, children first.
fn removal(filler: &Filler<'_>, tables: &[&Relation], foreign: &[Tenant]) -> String {
    let mut sql = String::new();
    for table in tables.iter().rev() {
        if let Some(owned) = owned::condition(filler, table, "t", foreign) {
            let _ = write!(sql, "DELETE FROM {} t WHERE {owned}; ", from(table));
        }
    }
    // What is kept of the rows beside them.
    sql.push_str("DELETE FROM pg_catalog.pg_statistic WHERE starelid >= 16384; DELETE FROM pg_catalog.pg_statistic_ext_data; ");
    for object in large_objects(filler) {
        let _ = write!(
            sql,
            "PERFORM lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata WHERE oid = {}; ",
            object.oid
        );
    }
    for view in materialized(filler) {
        sql.push_str(&refresh(filler, view));
        sql.push(' ');
    }
    sql
}

/// Fills a materialized view as whoever sees all rows does: its owner may be bound by the policies, and no tenant is set.
pub(super) fn refresh(filler: &Filler<'_>, view: &Relation) -> String {
    let name = view.qualified_name();
    let owner = filler.model.catalog.role_by_oid(view.owner);
    let back = owner.map_or(String::new(), |owner| {
        let owner = rowhouse_catalog::quote_ident(&owner.name);
        format!("ALTER MATERIALIZED VIEW {name} OWNER TO {owner};")
    });
    format!(
        "ALTER MATERIALIZED VIEW {name} OWNER TO CURRENT_USER; REFRESH MATERIALIZED VIEW {name}; {back}"
    )
}

/// The large objects that are looked at.
fn large_objects<'a>(filler: &Filler<'a>) -> &'a [LargeObject] {
    let objects = &filler.model.catalog.large_objects;
    &objects[..objects.len().min(OBJECTS)]
}

/// SQL that fills each of them with what is the second tenant's, where a copy does not have them with the same owner and rights.
pub(super) fn fill_large_objects(filler: &Filler<'_>) -> Vec<String> {
    let catalog = filler.model.catalog;
    let name = |oid| {
        let role = catalog.role_by_oid(oid)?;
        Some(rowhouse_catalog::quote_ident(&role.name))
    };
    let mut found = Vec::new();
    for object in large_objects(filler) {
        let oid = object.oid;
        found.push(format!(
            "SELECT lo_create({oid}) WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata WHERE oid = {oid})"
        ));
        found.extend(
            name(object.owner).map(|owner| format!("ALTER LARGE OBJECT {oid} OWNER TO {owner}")),
        );
        for entry in &object.acl.entries {
            let to = match entry.grantee {
                Grantee::Public => Some("PUBLIC".to_owned()),
                Grantee::Role(role) => name(role),
            };
            for (privilege, word) in [(Privilege::Select, "SELECT"), (Privilege::Update, "UPDATE")]
            {
                if let Some(to) = to.as_ref().filter(|_| entry.privileges.has(privilege)) {
                    found.push(format!("GRANT {word} ON LARGE OBJECT {oid} TO {to}"));
                }
            }
        }
        let text = crate::seal::literal(&filler.other().text(0, usize::MAX));
        found.push(format!(
            "SELECT lo_put({oid}, 0, convert_to({text}, 'UTF8'))"
        ));
    }
    found
}

/// Materialized views, those that others read first.
pub(super) fn materialized<'a>(filler: &Filler<'a>) -> Vec<&'a Relation> {
    let views = filler.model.catalog.relations.iter();
    let mut views: Vec<&Relation> = views
        .filter(|relation| relation.kind == RelationKind::MaterializedView && !relation.is_system())
        .collect();
    views.sort_by_key(|view| view.oid);
    views
}

/// Whether a sequence numbers the rows of a table of tenants.
pub(super) fn counts_rows(filler: &Filler<'_>, sequence: &Relation) -> bool {
    let counter = sequence.sequence.as_ref().filter(|_| !sequence.is_system());
    let of = counter.and_then(|counter| counter.owned_by);
    of.is_some_and(|(table, _)| filler.model.row_owner(table).is_some())
}

/// Calls that move all sequences past what was made up.
pub(super) fn sequences(filler: &Filler<'_>) -> Vec<String> {
    let relations = filler.model.catalog.relations.iter();
    relations
        .filter_map(|relation| Some((relation, relation.sequence.as_ref()?)))
        .filter(|(relation, sequence)| !relation.is_system() && sequence.max > 20_000)
        .map(|(relation, _)| {
            format!(
                "setval({}, 20000)",
                crate::seal::literal(&relation.qualified_name())
            )
        })
        .collect()
}

/// The rows of a table and of its partitions, not of tables that inherit from it.
fn from(table: &Relation) -> String {
    let name = table.qualified_name();
    if table.kind == RelationKind::PartitionedTable {
        name
    } else {
        format!("ONLY {name}")
    }
}

/// Whether it is one of ours.
pub(super) fn is_ours(relation: &Relation) -> bool {
    relation.schema == SCHEMA
}
