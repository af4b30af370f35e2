//! What goes wrong around a seal: the wrong folder, the wrong file, somebody else's objects, a role that was forgotten.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use super::{EXPRESSIONS, Grounds, id};
use crate::folder::said;

/// What was kept is what comes back, whatever form it had; and a policy that never was plain is said.
#[tokio::test]
async fn the_way_back_is_exact() {
    let grounds = Grounds::new(
        "CREATE TABLE notes (tenant_id uuid NOT NULL, body text NOT NULL);
         ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY odd ON notes USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
            WITH CHECK (tenant_id = current_setting('app.current_tenant_id')::uuid AND body <> 'rowhouse.tenant()');",
    )
    .await;
    let owner = grounds.database.as_role("rowhouse_owner").await;
    let before: String = owner.query_one(EXPRESSIONS, &[]).await.unwrap().get(0);
    grounds.well(&["init"]);
    grounds.well(&["policies", "--apply"]);
    grounds.well(&["policies", "--down", "--apply"]);
    let after: String = owner.query_one(EXPRESSIONS, &[]).await.unwrap().get(0);
    assert_eq!(after, before);
    owner.batch_execute("CREATE POLICY born ON notes AS RESTRICTIVE USING (tenant_id = (SELECT rowhouse.tenant()))").await.unwrap();
    let down = grounds.seal(&["policies", "--down"]);
    assert!(
        down.code == 1 && down.err.contains("policy born on public.notes"),
        "{down:?}"
    );
}

#[tokio::test]
async fn nobody_is_locked_out_unawares() {
    let grounds = Grounds::new("").await;
    let worker = grounds.database.unique("worker");
    let admin = grounds.database.admin().await;
    admin
        .batch_execute(&format!(
            "CREATE ROLE {worker} LOGIN; GRANT SELECT ON items TO {worker}"
        ))
        .await
        .unwrap();
    grounds.well(&["init"]);
    let locked = grounds.seal(&["policies", "--apply"]);
    assert!(
        locked.code == 2 && locked.err.contains(&worker),
        "{locked:?}"
    );
    let status = grounds.seal(&["status"]);
    assert!(
        status.code == 1 && status.out.contains(&worker),
        "{status:?}"
    );
    let owner = grounds.database.as_role("rowhouse_owner").await;
    owner
        .batch_execute(&format!("GRANT USAGE ON SCHEMA rowhouse TO {worker}; GRANT EXECUTE ON FUNCTION rowhouse.tenant() TO {worker}"))
        .await
        .unwrap();
    grounds.well(&["policies", "--apply"]);
    admin
        .batch_execute(&format!("DROP OWNED BY {worker}; DROP ROLE {worker}"))
        .await
        .unwrap();
}

/// A command in the wrong folder, or with the wrong file, changes nothing.
#[tokio::test]
async fn the_wrong_configuration_or_file_changes_nothing() {
    let grounds = Grounds::new("").await;
    grounds.well(&["init"]);
    let key = fs::read_to_string(grounds.key_file()).unwrap();
    grounds
        .folder
        .write("other.toml", "setting = \"app.tenant\"");
    for verb in [
        &["init", "--config", "other.toml"][..],
        &["rotate", "--config", "other.toml"],
    ] {
        let said = grounds.seal(verb);
        assert!(
            said.code == 2
                && said
                    .err
                    .contains("is sealed for the setting app.current_tenant_id"),
            "{said:?}"
        );
    }
    grounds.folder.write(
        "foreign.key",
        &format!(
            "rowhouse-seal-1 0000000a {} app.current_tenant_id uuid\n",
            "0".repeat(64)
        ),
    );
    for file in ["other.toml", "foreign.key"] {
        let before = fs::read_to_string(grounds.folder.path().join(file)).unwrap();
        let said = grounds.seal(&["rotate", "--key-file", file]);
        assert_eq!(said.code, 2, "{said:?}");
        assert_eq!(
            fs::read_to_string(grounds.folder.path().join(file)).unwrap(),
            before
        );
    }
    assert_eq!(fs::read_to_string(grounds.key_file()).unwrap(), key);
    grounds.well(&["policies", "--apply"]);
    grounds.well(&["status"]);
}

/// What somebody put there before under our names is not adopted.
#[tokio::test]
async fn what_others_made_is_not_adopted() {
    let grounds = Grounds::new("").await;
    let admin = grounds.database.admin().await;
    admin
        .batch_execute(
            "CREATE SCHEMA rowhouse;
             CREATE FUNCTION rowhouse.new_seal_key(setting text, tenant_type text, claims text[]) RETURNS text LANGUAGE sql AS 'SELECT 1::text';
             ALTER SCHEMA rowhouse OWNER TO rowhouse_app;
             ALTER FUNCTION rowhouse.new_seal_key(text, text, text[]) OWNER TO rowhouse_app",
        )
        .await
        .unwrap();
    let url = grounds.database.admin_url();
    let said = said(&mut grounds.folder.rowhouse(&[
        "seal",
        "init",
        "--admin-url",
        &url,
        "--app-role",
        "rowhouse_app",
    ]));
    assert!(
        said.code == 1 && said.err.contains("belongs to rowhouse_app"),
        "{said:?}"
    );
    assert!(!grounds.key_file().exists());
}

/// A file that could not be read when it changed is read when it can be.
#[tokio::test]
async fn a_file_that_could_not_be_read_is_tried_again() {
    let grounds = Grounds::new("").await;
    grounds.well(&["init"]);
    grounds.well(&["policies", "--apply"]);
    let first = id(&fs::read_to_string(grounds.key_file()).unwrap());
    let service = grounds.start();
    fs::set_permissions(grounds.key_file(), fs::Permissions::from_mode(0o644)).unwrap();
    grounds.well(&["rotate"]);
    fs::set_permissions(grounds.key_file(), fs::Permissions::from_mode(0o644)).unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    fs::set_permissions(grounds.key_file(), fs::Permissions::from_mode(0o600)).unwrap();
    grounds.end(&first, &service).await;
    service.stop();
}
