//! `rowhouse doctor` on what is well and on what is not.

use rowhouse_local::testing::Database;

use crate::folder::{Folder, Said};
use crate::named_database::DEMO;

fn examine(url: &str, config: Option<&str>) -> Said {
    let folder = Folder::new();
    if let Some(text) = config {
        folder.write("rowhouse.toml", text);
    }
    folder.run(&["doctor", "--database-url", url])
}

/// The line that says `words`, with its mark.
fn line<'a>(said: &'a Said, words: &str) -> &'a str {
    let found = said.out.lines().find(|line| line.contains(words));
    found.unwrap_or_else(|| panic!("{words:?} is not in\n{}", said.out))
}

#[tokio::test]
async fn a_sound_database_is_well() {
    let database = Database::create(DEMO).await;
    let said = examine(
        &database.app_url(),
        Some(include_str!("../../../../demo/rowhouse.toml")),
    );
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.out
            .lines()
            .rev()
            .nth(1)
            .unwrap()
            .contains("/items /tenants"),
        "{said:?}"
    );
    assert!(said.out.ends_with("all is well\n"), "{said:?}");
    for what in [
        "configuration",
        "programs",
        "server",
        "pooler",
        "role",
        "temporary",
        "setting",
        "tenants",
    ] {
        assert!(line(&said, what).starts_with("ok"), "{said:?}");
    }
}

#[tokio::test]
async fn dangerous_roles_fail_with_the_way_out() {
    let database = Database::create(DEMO).await;
    let owner = examine(&database.owner_url(), None);
    assert_eq!(owner.code, 1);
    assert!(line(&owner, "owns").starts_with("fail"), "{owner:?}");
    assert!(owner.out.contains("REASSIGN OWNED"), "{owner:?}");
    assert!(
        line(&owner, "app-role-owns").starts_with("fail"),
        "the audit says so too: {owner:?}"
    );
    let admin = examine(&database.admin_url(), None);
    assert_eq!(admin.code, 1);
    assert!(line(&admin, "SUPERUSER").starts_with("fail"), "{admin:?}");
}

#[tokio::test]
async fn what_is_withheld_is_told_with_the_reason() {
    let database = Database::create_with_superuser(
        "",
        "CREATE TABLE open (id int);
         CREATE TABLE unforced (id int, tenant_id uuid NOT NULL);
         CREATE POLICY t ON unforced USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
         ALTER TABLE unforced ENABLE ROW LEVEL SECURITY;
         CREATE TABLE countries (code text);
         GRANT SELECT ON open, unforced, countries TO rowhouse_app;",
    )
    .await;
    let said = examine(&database.app_url(), Some("[api]\nshared = ['countries']\n"));
    assert_eq!(said.code, 0, "{said:?}");
    assert!(line(&said, "public.open: no tenant's rows").starts_with("warn"));
    assert!(
        line(
            &said,
            "public.unforced: row security is enabled, but not forced"
        )
        .starts_with("warn")
    );
    assert!(line(&said, "/countries").starts_with("ok"));
    assert!(said.out.contains("`shared` in [api]"), "{said:?}");
}

#[tokio::test]
async fn a_default_of_the_setting_and_temporary_tables_are_told() {
    let database = Database::create(DEMO).await;
    let admin = database.admin().await;
    let name = database.name();
    admin
        .batch_execute(&format!(
            "ALTER DATABASE \"{name}\" SET app.current_tenant_id = 'x';
             GRANT TEMPORARY ON DATABASE \"{name}\" TO rowhouse_app"
        ))
        .await
        .unwrap();
    let said = examine(&database.app_url(), None);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(line(&said, "app.current_tenant_id has a default").starts_with("fail"));
    assert!(said.out.contains("RESET app.current_tenant_id"), "{said:?}");
    assert!(line(&said, "temporary tables").starts_with("warn"));
    assert!(said.out.contains("REVOKE TEMPORARY"), "{said:?}");
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let nothing = examine("postgres://app@127.0.0.1:1/app", None);
    assert_eq!(nothing.code, 1);
    assert!(
        line(&nothing, "127.0.0.1:1").starts_with("fail"),
        "{nothing:?}"
    );
    let mistaken = examine("", Some("lsten = 1\n"));
    assert_eq!(mistaken.code, 1);
    assert!(
        line(&mistaken, "`lsten`").starts_with("fail"),
        "{mistaken:?}"
    );
    let folder = Folder::new();
    let said = folder.run(&["doctor"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("rowhouse db start"), "{said:?}");

    let database = Database::create(DEMO).await;
    let config = "tenant_root = 'public.customers'\nadmin_url = 'postgres://x@127.0.0.1:1/x'\n";
    let said = examine(&database.app_url(), Some(config));
    assert_eq!(said.code, 1);
    assert!(
        line(&said, "public.customers").starts_with("fail"),
        "{said:?}"
    );
    assert!(line(&said, "admin_url").starts_with("fail"), "{said:?}");
}
