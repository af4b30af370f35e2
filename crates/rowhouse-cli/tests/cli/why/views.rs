//! Views, followed to the tables under them.

use serde_json::Value;

use super::{A, B, Grounds};

const VIEWS: &str = include_str!("views.sql");
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

impl Grounds {
    /// Every row that is there for anybody, tenant and command: the exit code is what comes of doing it.
    async fn agrees_on(
        &self,
        view: &str,
        rows: &str,
        key: &str,
        change: &str,
        insert: Option<&str>,
    ) {
        let admin = self.database.admin().await;
        let found = admin.query(rows, &[]).await.unwrap();
        assert!(!found.is_empty());
        for row in found {
            let id = row.get::<_, i32>(0).to_string();
            for tenant in [A, B, NOBODY] {
                for deed in ["select", "update", "delete", "insert"] {
                    let statement = match deed {
                        "select" => format!("SELECT FROM {view} WHERE {key} = {id}"),
                        "update" => format!("UPDATE {view} SET {change} WHERE {key} = {id}"),
                        "delete" => format!("DELETE FROM {view} WHERE {key} = {id}"),
                        _ => match insert {
                            None => continue,
                            Some(insert) => {
                                let values = format!("SELECT {insert} FROM tasks WHERE id = {id}");
                                let values: String =
                                    admin.query_one(&values, &[]).await.unwrap().get(0);
                                format!("INSERT INTO {view} {values}")
                            }
                        },
                    };
                    let can = self.can(tenant, &statement).await;
                    let said = self.why(&[view, &id, "--tenant", tenant, "--for", deed]);
                    assert_eq!(
                        said.code,
                        i32::from(!can),
                        "{statement} as {tenant}: {said:?}"
                    );
                }
            }
        }
    }
}

const TASKS: &str = "SELECT id FROM tasks";

#[tokio::test]
async fn a_view_is_followed_with_the_rights_that_count() {
    let grounds = Grounds::new(VIEWS).await;
    let added = "format('(id, title) VALUES (%s, %L)', id + 100, title)";
    grounds
        .agrees_on("of_owner", TASKS, "id", "title = title", Some(added))
        .await;
    let with_tenant = "format('(id, title, done, tenant_id) VALUES (%s, %L, %L, %L)', id + 100, title, done, tenant_id)";
    grounds
        .agrees_on("of_caller", TASKS, "id", "title = title", Some(with_tenant))
        .await;
}

#[tokio::test]
async fn views_on_views_are_followed() {
    let grounds = Grounds::new(VIEWS).await;
    let added = "format('(id, title) VALUES (%s, %L)', id + 100, title)";
    let numbered = "format('(number, title) VALUES (%s, %L)', id + 100, title)";
    grounds
        .agrees_on(
            "open_tasks",
            TASKS,
            "number",
            "title = title",
            Some(numbered),
        )
        .await;
    grounds
        .agrees_on(
            "checked",
            "SELECT id FROM tasks",
            "id",
            "title = title",
            Some(added),
        )
        .await;
    grounds
        .agrees_on("under_owner", TASKS, "id", "title = title", Some(added))
        .await;
    let notes = "SELECT id FROM notes";
    grounds
        .agrees_on("open_notes", notes, "id", "words = words", None)
        .await;
    grounds
        .agrees_on("own_filter", notes, "id", "words = words", None)
        .await;
}

#[tokio::test]
async fn joins_and_unions_are_followed() {
    let grounds = Grounds::new(VIEWS).await;
    grounds
        .agrees_on(
            "with_people",
            "SELECT id FROM tasks WHERE person IS NOT NULL",
            "id",
            "title = title",
            None,
        )
        .await;
    grounds
        .agrees_on("with_people_too", TASKS, "id", "name = name", None)
        .await;
    grounds
        .agrees_on("comma", TASKS, "id", "name = name", None)
        .await;
    grounds
        .agrees_on("both_kinds", TASKS, "id", "title = title", None)
        .await;
    let said = grounds.why(&["with_people", "2", "--tenant", A]);
    for words in [
        "cannot see this row: no permissive policy holds for the row of hidden.people (own)",
        "table hidden.people as p, with the rights of rowhouse_owner, the view's owner",
        "p.id = 2",
    ] {
        assert!(said.out.contains(words), "{words}: {said:?}");
    }
    let said = grounds.why(&["comma", "3", "--tenant", A]);
    assert!(
        said.out
            .contains("no row of hidden.people joins it by p.id = t.person"),
        "{said:?}"
    );
    let said = grounds.why(&["open_tasks", "3", "--tenant", A]);
    assert!(
        said.out
            .contains("public.open_tasks leaves it out: NOT t.done")
            || said
                .out
                .contains("public.open_tasks leaves it out: (NOT done)"),
        "{said:?}"
    );
}

#[tokio::test]
async fn what_no_single_row_decides_is_said() {
    let grounds = Grounds::new(VIEWS).await;
    let said = grounds.why(&["counted", "done=false", "--tenant", A]);
    assert_eq!(said.code, 0, "{said:?}");
    for words in [
        "it has GROUP BY",
        "policy own (permissive): of each row",
        "asked as rowhouse_app, PostgreSQL gives the row",
    ] {
        assert!(said.out.contains(words), "{words}: {said:?}");
    }
    let said = grounds.why(&["counted", "done=false", "--tenant", NOBODY]);
    assert_eq!(said.code, 1, "{said:?}");
    let said = grounds.why(&["counted", "done=false", "--tenant", A, "--for", "delete"]);
    assert!(
        said.code == 1 && said.out.contains("cannot write through public.counted"),
        "{said:?}"
    );
    let said = grounds.why(&["ruled", "1", "--tenant", A, "--for", "delete"]);
    assert!(
        said.code == 1
            && said
                .out
                .contains("the rule nothing does nothing in its place"),
        "{said:?}"
    );
    let said = grounds.why(&["ruled", "1", "--tenant", A, "--for", "update"]);
    assert!(
        said.code == 2
            && said.out.contains(
                "the rule elsewhere runs in its place, with the rights of rowhouse_owner"
            ),
        "{said:?}"
    );
    let said = grounds.why(&["ruled", "1", "--tenant", B, "--for", "update"]);
    assert!(
        said.code == 1,
        "what the tenant does not see, no rule is given: {said:?}"
    );
    for deed in ["update", "insert"] {
        let said = grounds.why(&["triggered", "1", "--tenant", A, "--for", deed]);
        assert!(said.code == 2 && said.out.contains("the trigger decide runs public.decide() with the rights of rowhouse_owner in its place"), "{said:?}");
    }
    let said = grounds.why(&["of_owner", "99", "--tenant", A]);
    assert!(
        said.code == 2
            && said
                .err
                .contains("public.of_owner has no row id = '99', for nobody"),
        "{said:?}"
    );
    let said = grounds.why(&["counted", "7", "--tenant", A]);
    assert!(
        said.code == 2 && said.err.contains("say which columns find the row"),
        "{said:?}"
    );
}

#[tokio::test]
async fn grants_are_looked_at_on_each_level_and_materialized_rows_are_everybodys() {
    let grounds = Grounds::new(VIEWS).await;
    let admin = grounds.database.admin().await;
    admin.batch_execute("ALTER TABLE tasks NO FORCE ROW LEVEL SECURITY; REFRESH MATERIALIZED VIEW kept; ALTER TABLE tasks FORCE ROW LEVEL SECURITY").await.unwrap();
    let said = grounds.why(&["secrets", "1", "--tenant", A]);
    assert!(
        said.code == 1
            && said
                .out
                .contains("rowhouse_app has no SELECT (secret) on public.tasks"),
        "{said:?}"
    );
    let said = grounds.why(&["not_granted", "1", "--tenant", A]);
    assert!(
        said.code == 1
            && said
                .out
                .contains("rowhouse_app has no SELECT on public.not_granted"),
        "{said:?}"
    );
    for view in ["kept", "of_kept"] {
        let said = grounds.why(&[view, "1", "--tenant", B]);
        assert!(
            said.code == 0 && said.out.contains("as they were at the last REFRESH"),
            "{said:?}"
        );
    }
    let said = grounds.why(&["kept", "1", "--tenant", A, "--for", "delete"]);
    assert!(
        said.code == 1 && said.out.contains("which only REFRESH writes"),
        "{said:?}"
    );
}

#[tokio::test]
async fn foreign_keys_say_what_blocks_and_what_goes_with_it() {
    let grounds = Grounds::new(VIEWS).await;
    let said = grounds.why(&["tasks", "1", "--tenant", A, "--for", "delete"]);
    assert!(
        said.code == 1
            && said
                .out
                .contains("1 row(s) of public.notes reference it by notes_task_fkey"),
        "{said:?}"
    );
    let admin = grounds.database.admin().await;
    admin.batch_execute("GRANT USAGE ON SCHEMA hidden TO rowhouse_app; GRANT SELECT, DELETE ON hidden.people TO rowhouse_app").await.unwrap();
    let said = grounds.why(&["hidden.people", "1", "--tenant", A, "--for", "delete"]);
    assert_eq!(said.code, 1, "{said:?}");
    for words in [
        "2 row(s) of public.tasks reference it and are deleted with it, whosever they are",
        "1 row(s) of public.notes reference what would go with it (public.tasks) by notes_task_fkey",
    ] {
        assert!(said.out.contains(words), "{words}: {said:?}");
    }
    admin.batch_execute("SET session_replication_role = replica; UPDATE tasks SET person = 9 WHERE id = 1; RESET session_replication_role").await.unwrap();
    let said = grounds.why(&["tasks", "1", "--tenant", A, "--for", "insert"]);
    assert!(
        said.code == 1
            && said.out.contains(
                "the row of hidden.people that it references is not there by tasks_person_fkey"
            ),
        "{said:?}"
    );
}

#[tokio::test]
async fn the_same_as_json() {
    let grounds = Grounds::new(VIEWS).await;
    let said = grounds.why(&["open_tasks", "4", "--tenant", A, "--format", "json"]);
    assert_eq!(said.code, 1, "{said:?}");
    let json: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["answer"], "no");
    assert_eq!(json["question"]["key"]["number"], "4");
    assert_eq!(json["question"]["command"], "select");
    let view = &json["level"];
    assert_eq!(
        (&view["kind"], &view["rights"]),
        (&"view".into(), &"caller".into())
    );
    assert_eq!(view["conditions"][0]["holds"], "yes");
    let inner = &view["beneath"][0];
    assert_eq!(inner["relation"], "public.of_owner");
    assert_eq!(
        (&inner["role"], &inner["rights"]),
        (&"rowhouse_owner".into(), &"view_owner".into())
    );
    let table = &inner["beneath"][0];
    assert_eq!(
        table["grants"][0]["columns"],
        serde_json::json!(["id", "title", "done"])
    );
    let policy = &table["looks"][0]["policies"][0];
    assert_eq!(
        (&policy["policy"], &policy["holds"]),
        (&"own".into(), &false.into())
    );
    let condition = &policy["conditions"][0];
    assert_eq!(condition["values"]["tenant_id"], B);
    assert_eq!(condition["settings"]["app.current_tenant_id"], A);
    assert_eq!(
        json["reasons"][0],
        "no permissive policy holds for the row of public.tasks (own)"
    );
}
