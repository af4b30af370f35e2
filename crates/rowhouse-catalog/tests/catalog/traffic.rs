use rowhouse_catalog::{DefaultFor, Grantee, Object, Privilege};

use crate::fixture::{read, relation};

#[tokio::test]
async fn ways_out_of_the_database_are_read() {
    let (_db, _, catalog) = read().await;
    let [all, rows, schema] = &catalog.publications[..] else {
        panic!("three publications")
    };
    assert!(all.all_tables && all.insert && !all.update);
    let notes = relation(&catalog, "Crm", "notes");
    assert_eq!(rows.tables[0].relation, notes.oid);
    assert_eq!(rows.tables[0].columns, [1, 2, 5]);
    assert_eq!(rows.tables[0].filter.as_deref(), Some("(id > 3)"));
    let api = catalog
        .schemas
        .iter()
        .find(|schema| schema.name == "api")
        .unwrap();
    assert_eq!(schema.schemas, [api.oid]);

    let [server] = &catalog.foreign_servers[..] else {
        panic!("one server")
    };
    assert_eq!(
        (server.wrapper.as_str(), server.options["host"].as_str()),
        ("cat_wrapper", "elsewhere")
    );
    assert_eq!(catalog.user_mappings[0].user, Grantee::Public);
    let afar = relation(&catalog, "Crm", "afar");
    assert_eq!(afar.foreign.as_ref().unwrap().options["table_name"], "far");
    assert_eq!(afar.updatable, None);
    assert!(
        !catalog.to_json().unwrap().contains("secret"),
        "no login leaves the server"
    );
}

#[tokio::test]
async fn large_objects_and_default_privileges_are_read() {
    let (_db, _, catalog) = read().await;
    let [object] = &catalog.large_objects[..] else {
        panic!("one large object")
    };
    assert_eq!(catalog.large_object_count.unwrap().granted, 1);
    let app = Grantee::Role(catalog.role("cat_app").unwrap().oid);
    assert!(object.acl.given_to(app).has(Privilege::Select));

    let owner = catalog.role("cat_owner").unwrap().oid;
    let tables = |objects| {
        let mut found = catalog.default_privileges.iter();
        found
            .find(|default| default.objects == objects && default.role == owner)
            .unwrap()
    };
    assert!(tables(DefaultFor::Tables).schema.is_some());
    assert!(
        tables(DefaultFor::Tables)
            .acl
            .given_to(app)
            .has(Privilege::Select)
    );
    assert!(tables(DefaultFor::Functions).acl.public().is_empty());
}

#[tokio::test]
async fn defaults_checks_and_indexes_lead_to_the_functions_they_call() {
    let (_db, _, catalog) = read().await;
    let scratch = relation(&catalog, "Crm", "scratch");
    let boom = catalog.functions_named("public", "boom").next().unwrap();
    let callers = catalog.referrers_of(Object::Function(boom.oid));
    assert!(callers.contains(&Object::Column(scratch.oid, 1)));
    assert!(callers.contains(&Object::Constraint(scratch.checks[0].oid)));
    assert!(callers.contains(&Object::Index(scratch.indexes[0].oid)));
}
