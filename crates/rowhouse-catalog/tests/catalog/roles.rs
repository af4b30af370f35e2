use std::collections::BTreeSet;

use rowhouse_catalog::{Catalog, Oid};
use tokio_postgres::Client;

use crate::fixture::read;

async fn has_role(client: &Client, how: &str) -> BTreeSet<(Oid, Oid)> {
    let sql = "SELECT a.oid AS role, b.oid AS of FROM pg_roles a, pg_roles b
                WHERE pg_has_role(a.oid, b.oid, $1)";
    let rows = client.query(sql, &[&how]).await.unwrap();
    rows.iter()
        .map(|row| (row.get("role"), row.get("of")))
        .collect()
}

fn pairs(catalog: &Catalog, of: impl Fn(Oid) -> BTreeSet<Oid>) -> BTreeSet<(Oid, Oid)> {
    let roles = catalog.roles.iter().map(|role| role.oid);
    roles
        .flat_map(|role| of(role).into_iter().map(move |of| (role, of)))
        .collect()
}

#[tokio::test]
async fn memberships_are_closed_over_as_the_server_does() {
    let (_db, client, catalog) = read().await;
    let member = has_role(&client, "MEMBER").await;
    assert_eq!(pairs(&catalog, |role| catalog.member_of(role)), member);
    let usage = has_role(&client, "USAGE").await;
    assert_eq!(pairs(&catalog, |role| catalog.inherited_roles(role)), usage);
    let admin = has_role(&client, "MEMBER WITH ADMIN OPTION").await;
    assert_eq!(
        pairs(&catalog, |role| catalog.administered_roles(role)),
        admin
    );
    if catalog.server.version.major() >= 16 {
        let set = has_role(&client, "SET").await;
        assert_eq!(pairs(&catalog, |role| catalog.settable_roles(role)), set);
    } else {
        // On 15 whoever is a member may SET ROLE.
        assert_eq!(pairs(&catalog, |role| catalog.settable_roles(role)), member);
    }
}

#[tokio::test]
async fn what_a_role_can_become_counts_into_its_reach() {
    let (_db, _, catalog) = read().await;
    let oid = |name| catalog.role(name).unwrap().oid;
    let roles = catalog.effective_roles(oid("cat_noinherit"));
    assert_eq!(roles.administered, BTreeSet::from([oid("cat_group")]));
    assert!(roles.settable.contains(&oid("cat_bypass")));
    assert!(roles.reachable.contains(&oid("cat_bypass")));
    // Not inherited itself, but inherited by one it can become.
    assert!(!roles.inherited.contains(&oid("cat_inner")));
    assert!(roles.reachable.contains(&oid("cat_inner")));
}

#[tokio::test]
async fn attributes_and_settings_are_read() {
    let (_db, _, catalog) = read().await;
    let role = |name| catalog.role(name).unwrap();
    assert!(role("cat_bypass").bypass_rls && !role("cat_bypass").login);
    assert!(role("cat_super").superuser && role("cat_app").login);
    assert!(!role("cat_noinherit").inherit);
    assert_eq!(catalog.database.owner, role("cat_owner").oid);

    let for_app =
        |setting: &&rowhouse_catalog::RoleSetting| setting.role == Some(role("cat_app").oid);
    let flavour = catalog.role_settings.iter().find(for_app).unwrap();
    assert_eq!(
        (flavour.name.as_str(), flavour.value.as_str()),
        ("app.flavour", "a=b, c")
    );
    assert!(!flavour.in_database);
    let tenant = catalog
        .role_settings
        .iter()
        .find(|s| s.name == "app.tenant_id")
        .unwrap();
    assert!(tenant.in_database && tenant.role.is_none() && tenant.value.is_empty());
    let path = catalog
        .parameters
        .iter()
        .find(|p| p.name == "search_path")
        .unwrap();
    assert_eq!(
        path.value.as_deref(),
        Some("\"$user\", public"),
        "not the reader's own"
    );
    assert!(
        catalog
            .parameter_privileges
            .iter()
            .any(|p| p.name == "log_statement")
    );
    assert!(catalog.unseen.is_empty());
}
