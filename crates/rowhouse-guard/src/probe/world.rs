//! Functions of the superuser that the copy gets for the time of the probe, so that within one transaction of the app role
//! it can be seen what an attack did, and what it would have seen if the other tenants had no rows.

use std::fmt::Write;

use rowhouse_catalog::{Relation, RelationKind};

use super::fill::Filler;
use super::owned;
use super::tenants::Tenant;

/// The schema they are in.
pub(super) const SCHEMA: &str = "rowhouse_probe";

/// Runs one statement after the other and gives the errors; nothing fires and no key is checked meanwhile.
const TRY: &str = "
CREATE FUNCTION rowhouse_probe.try(statements text[]) RETURNS TABLE (place int, code text, said text, restriction text, of_column text)
    LANGUAGE plpgsql SET session_replication_role = replica AS $$
BEGIN
    FOR place IN 1 .. cardinality(statements) LOOP
        BEGIN
            EXECUTE statements[place];
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT,
                restriction = CONSTRAINT_NAME, of_column = COLUMN_NAME;
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
    let tables: Vec<&Relation> = filler.tables();
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
    for view in materialized(filler) {
        let _ = write!(sql, "REFRESH MATERIALIZED VIEW {}; ", view.qualified_name());
    }
    sql
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

/// Statements that move all sequences past what was made up.
pub(super) fn sequences(filler: &Filler<'_>) -> Vec<String> {
    let relations = filler.model.catalog.relations.iter();
    relations
        .filter_map(|relation| Some((relation, relation.sequence.as_ref()?)))
        .filter(|(relation, sequence)| !relation.is_system() && sequence.max > 20_000)
        .map(|(relation, _)| {
            format!(
                "SELECT setval({}, 20000)",
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
