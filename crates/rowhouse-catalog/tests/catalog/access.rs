//! The privilege helpers give the server's own answers, for every role and object.

use std::collections::HashSet;

use rowhouse_catalog::{Catalog, Oid, Privilege, Privileges, quote_ident};
use tokio_postgres::Client;

use crate::fixture::read;

/// The (role, object, privilege) for which a condition of SQL holds.
async fn answers(
    client: &Client,
    objects: &[Oid],
    privileges: &[Privilege],
    condition: &str,
) -> HashSet<(Oid, Oid, String)> {
    let objects: Vec<u32> = objects.iter().map(|oid| oid.0).collect();
    let privileges: Vec<&str> = privileges.iter().map(|p| p.keyword()).collect();
    let sql = format!(
        "SELECT r.oid AS role, o AS object, p AS privilege
           FROM pg_roles r, unnest($1::oid[]) o, unnest($2::text[]) p WHERE {condition}"
    );
    let rows = client.query(&sql, &[&objects, &privileges]).await.unwrap();
    let triple =
        |row: &tokio_postgres::Row| (row.get("role"), row.get("object"), row.get("privilege"));
    rows.iter().map(triple).collect()
}

fn computed(
    catalog: &Catalog,
    privileges: &[Privilege],
    mut of: impl FnMut(Oid) -> Vec<(Oid, Privileges)>,
) -> HashSet<(Oid, Oid, String)> {
    let mut found = HashSet::new();
    for role in &catalog.roles {
        for (object, has) in of(role.oid) {
            for privilege in privileges.iter().filter(|&&privilege| has.has(privilege)) {
                found.insert((role.oid, object, privilege.keyword().to_owned()));
            }
        }
    }
    found
}

fn for_tables(catalog: &Catalog) -> Vec<Privilege> {
    use Privilege::{Delete, Insert, Maintain, References, Select, Trigger, Truncate, Update};
    let mut all = vec![
        Select, Insert, Update, Delete, Truncate, References, Trigger,
    ];
    if catalog.server.version.major() >= 17 {
        all.push(Maintain);
    }
    all
}

#[tokio::test]
async fn table_privileges_are_the_servers() {
    let (_db, client, catalog) = read().await;
    let privileges = for_tables(&catalog);
    let oids: Vec<_> = catalog
        .relations
        .iter()
        .map(|relation| relation.oid)
        .collect();
    let server = answers(
        &client,
        &oids,
        &privileges,
        "has_table_privilege(r.oid, o, p)",
    )
    .await;
    let ours = computed(&catalog, &privileges, |role| {
        let access = catalog.as_role(role);
        let relations = catalog.relations.iter();
        relations
            .map(|relation| (relation.oid, access.relation(relation)))
            .collect()
    });
    assert!(server.len() > 200, "something to compare");
    assert_eq!(ours, server);
}

#[tokio::test]
async fn column_privileges_are_the_servers() {
    use Privilege::{Insert, References, Select, Update};
    let (_db, client, catalog) = read().await;
    let privileges = [Select, Insert, Update, References];
    for relation in &catalog.relations {
        for column in &relation.columns {
            let condition = format!("has_column_privilege(r.oid, o, {}::int2, p)", column.number);
            let server = answers(&client, &[relation.oid], &privileges, &condition).await;
            let ours = computed(&catalog, &privileges, |role| {
                vec![(
                    relation.oid,
                    catalog.column_privileges(role, relation, column),
                )]
            });
            assert_eq!(
                ours,
                server,
                "{} {}",
                relation.qualified_name(),
                column.name
            );
        }
    }
    let oids: Vec<_> = catalog
        .relations
        .iter()
        .map(|relation| relation.oid)
        .collect();
    let any = answers(
        &client,
        &oids,
        &privileges,
        "has_any_column_privilege(r.oid, o, p)",
    )
    .await;
    let ours = computed(&catalog, &privileges, |role| {
        let access = catalog.as_role(role);
        let relations = catalog.relations.iter();
        relations
            .map(|relation| (relation.oid, access.any_column(relation)))
            .collect()
    });
    assert_eq!(ours, any);
}

#[tokio::test]
async fn privileges_on_other_objects_are_the_servers() {
    use Privilege::{Connect, Create, Execute, Temporary, Usage};
    let (_db, client, catalog) = read().await;

    let oids: Vec<_> = catalog
        .functions
        .iter()
        .map(|function| function.oid)
        .collect();
    let server = answers(
        &client,
        &oids,
        &[Execute],
        "has_function_privilege(r.oid, o, p)",
    )
    .await;
    let ours = computed(&catalog, &[Execute], |role| {
        let access = catalog.as_role(role);
        let functions = catalog.functions.iter();
        functions
            .map(|function| (function.oid, access.function(function)))
            .collect()
    });
    assert_eq!(ours, server);

    let oids: Vec<_> = catalog.schemas.iter().map(|schema| schema.oid).collect();
    let both = [Usage, Create];
    let server = answers(&client, &oids, &both, "has_schema_privilege(r.oid, o, p)").await;
    let ours = computed(&catalog, &both, |role| {
        let access = catalog.as_role(role);
        let schemas = catalog.schemas.iter();
        schemas
            .map(|schema| (schema.oid, access.schema(&schema.name).unwrap()))
            .collect()
    });
    assert_eq!(ours, server);

    let all = [Connect, Create, Temporary];
    let database = catalog.database.oid;
    let server = answers(
        &client,
        &[database],
        &all,
        "has_database_privilege(r.oid, o, p)",
    )
    .await;
    let ours = computed(&catalog, &all, |role| {
        vec![(database, catalog.as_role(role).database())]
    });
    assert_eq!(ours, server);
}

#[tokio::test]
async fn sequence_privileges_are_the_servers() {
    use Privilege::{Select, Update, Usage};
    let (_db, client, catalog) = read().await;
    let all = [Select, Update, Usage];
    let is_sequence = |relation: &&rowhouse_catalog::Relation| relation.sequence.is_some();
    let sequences: Vec<_> = catalog.relations.iter().filter(is_sequence).collect();
    let oids: Vec<_> = sequences.iter().map(|relation| relation.oid).collect();
    let server = answers(&client, &oids, &all, "has_sequence_privilege(r.oid, o, p)").await;
    let ours = computed(&catalog, &all, |role| {
        let with = |relation: &&rowhouse_catalog::Relation| {
            (relation.oid, catalog.privileges(role, relation))
        };
        sequences.iter().map(with).collect()
    });
    assert_eq!(ours, server);
}

#[tokio::test]
async fn whom_row_security_filters_is_the_servers_answer() {
    let (_db, client, catalog) = read().await;
    let mut filtered = 0;
    for role in &catalog.roles {
        let become_role = format!("SET ROLE {}", quote_ident(&role.name));
        client.batch_execute(&become_role).await.unwrap();
        let access = catalog.as_role(role.oid);
        for relation in catalog
            .relations
            .iter()
            .filter(|relation| relation.is_table())
        {
            let sql = "SELECT row_security_active($1::oid)";
            let active: bool = client
                .query_one(sql, &[&relation.oid.0])
                .await
                .unwrap()
                .get(0);
            let name = relation.qualified_name();
            assert_eq!(access.is_filtered(relation), active, "{} {name}", role.name);
            filtered += i32::from(active);
        }
        client.batch_execute("RESET ROLE").await.unwrap();
    }
    assert!(filtered > 10, "something to compare");
}
