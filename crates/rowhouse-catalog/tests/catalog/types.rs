use rowhouse_catalog::Shape;

use crate::fixture::{read, relation};

#[tokio::test]
async fn every_shape_of_type_is_read() {
    let (_db, _, catalog) = read().await;
    let lines = relation(&catalog, "Crm", "Order Lines");
    let shape = |column: &str| {
        let oid = lines.column(column).unwrap().type_oid;
        &catalog.type_of(oid).unwrap().shape
    };
    let Shape::Enum { labels } = shape("mood") else {
        panic!("an enum")
    };
    assert_eq!(labels, &["sad", "so-so", "happy"]);
    let Shape::Array { element } = shape("moods") else {
        panic!("an array")
    };
    assert_eq!(
        catalog.type_of(*element).unwrap().qualified_name(),
        "\"Crm\".mood"
    );
    let Shape::Composite { attributes, .. } = shape("addr") else {
        panic!("a composite")
    };
    let fields: Vec<_> = attributes
        .iter()
        .map(|field| field.formatted_type.as_str())
        .collect();
    assert_eq!(fields, ["text", "integer[]", "\"Crm\".mood"]);
    let Shape::Domain(domain) = shape("mail") else {
        panic!("a domain")
    };
    assert_eq!(domain.formatted_base, "character varying(80)");
    assert!(domain.not_null && domain.default.is_some());
    assert_eq!(domain.checks[0].expression, "((VALUE)::text ~ '@'::text)");
    let Shape::Range { subtype } = shape("span") else {
        panic!("a range")
    };
    assert_eq!(
        catalog.type_of(*subtype).unwrap().formatted,
        "double precision"
    );
    assert_eq!(shape("tenant_id"), &Shape::Base);

    let multirange = catalog
        .types
        .iter()
        .find(|t| t.name == "span_multirange")
        .unwrap();
    assert!(matches!(multirange.shape, Shape::Multirange { .. }));
    // The row type of notes is there because a function returns it; that of events is not.
    let row = |name| catalog.type_of(relation(&catalog, "Crm", name).row_type.unwrap());
    assert!(matches!(
        row("notes").unwrap().shape,
        Shape::Composite { .. }
    ));
    assert!(row("events").is_none());
}
