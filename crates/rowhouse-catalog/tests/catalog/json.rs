use rowhouse_catalog::{Catalog, Error, SCHEMA_VERSION};

use crate::fixture::read;

#[tokio::test]
async fn a_snapshot_survives_json_and_reads_the_same_twice() {
    let (_db, mut client, catalog) = read().await;
    let json = catalog.to_json().unwrap();
    let back = Catalog::from_json(&json).unwrap();
    assert_eq!(back, catalog);
    assert_eq!(back.to_json().unwrap(), json);
    // The lookups come back with it.
    assert!(back.relation("Crm", "Order Lines").is_some());
    let again = Catalog::read(&mut client).await.unwrap();
    assert_eq!(again.to_json().unwrap(), json);
}

#[test]
fn a_snapshot_of_another_layout_is_refused_with_both_versions() {
    let newer = SCHEMA_VERSION + 1;
    let error = Catalog::from_json(&format!("{{\"schema_version\": {newer}}}")).unwrap_err();
    assert!(matches!(error, Error::SchemaVersion { found, .. } if found == newer));
    assert!(error.hint().is_some());
    assert!(matches!(Catalog::from_json("[]"), Err(Error::Json(_))));
}
