//! `rowhouse audit` and what belongs to it.

use rowhouse_local::testing::Database;
use serde_json::Value;

use crate::folder::{Folder, Said};
use crate::http::PAWNEE;
use crate::named_database::DEMO;

const OFF: &str = "ALTER TABLE items DISABLE ROW LEVEL SECURITY";

async fn demo_and(sql: &str) -> Database {
    let database = Database::create(DEMO).await;
    let owner = database.as_role("rowhouse_owner").await;
    owner.batch_execute(sql).await.unwrap();
    database
}

fn audit(folder: &Folder, database: &Database, arguments: &[&str]) -> Said {
    let url = database.admin_url();
    let mut all = vec![
        "audit",
        "--database-url",
        &url,
        "--app-role",
        "rowhouse_app",
    ];
    all.extend(arguments);
    folder.run(&all)
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"))
}

#[tokio::test]
async fn the_demo_is_clean_and_a_leak_is_not() {
    let folder = Folder::new();
    let clean = audit(&folder, &demo_and("").await, &[]);
    assert_eq!(clean.code, 0, "{clean:?}");
    let last = clean.out.trim_end().lines().next_back().unwrap();
    assert!(
        last.starts_with("No way from one tenant to another"),
        "{clean:?}"
    );

    let database = demo_and(OFF).await;
    let leak = audit(&folder, &database, &[]);
    assert_eq!(leak.code, 1, "{leak:?}");
    assert!(leak.out.contains("\npublic.items\n"), "{leak:?}");
    let last = leak.out.trim_end().lines().next_back().unwrap();
    assert!(
        last.starts_with("One tenant can reach another's data"),
        "{leak:?}"
    );
    assert!(!leak.out.contains('\x1b'), "no colour where nobody sees it");
    for (level, code) in [("never", 0), ("error", 1), ("note", 1)] {
        let said = audit(&folder, &database, &["--fail-on", level]);
        assert_eq!(said.code, code, "{level}");
    }
    let elsewhere = audit(&folder, &database, &["--schemas", "pg_catalog"]);
    assert_eq!(elsewhere.code, 0, "{elsewhere:?}");
}

#[tokio::test]
async fn what_cannot_be_told_is_two() {
    let folder = Folder::new();
    let database = demo_and("").await;
    let url = database.admin_url();
    folder.write("bad.json", "{}");
    folder.write("future.json", "{\"schema_version\": 99}");
    folder.write("not.json", "nothing");
    for (arguments, words) in [
        (
            &["audit", "--database-url", &url, "--app-role", "webb"][..],
            "\"webb\"",
        ),
        (
            &[
                "audit",
                "--database-url",
                &url,
                "--app-role",
                "rowhouse_app",
                "--tenant-root",
                "x.y",
            ],
            "\"x.y\"",
        ),
        (
            &[
                "audit",
                "--database-url",
                &url,
                "--app-role",
                "rowhouse_app",
                "--schemas",
                "publik",
            ],
            "\"publik\"",
        ),
        (
            &["audit", "--database-url", "postgres://app@127.0.0.1:1/x"],
            "127.0.0.1:1",
        ),
        (&["audit", "--snapshot", "missing.json"], "missing.json"),
        (&["audit", "--snapshot", "bad.json"], "bad.json"),
        (&["audit", "--snapshot", "future.json"], "99"),
        (&["audit", "--snapshot", "not.json"], "not.json"),
        (
            &[
                "audit",
                "--database-url",
                &url,
                "--app-role",
                "rowhouse_app",
                "--baseline",
                "bad.json",
            ],
            "bad.json",
        ),
        (&["audit", "--format", "xml"], "xml"),
        (
            &[
                "audit",
                "--database-url",
                &url,
                "--app-role",
                "rowhouse_app",
                "--live",
            ],
            "--app-url",
        ),
        (&["diff", "missing.json", "bad.json"], "missing.json"),
        (&["explain", "row-security-of"], "row-security-off"),
    ] {
        let said = folder.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?} {said:?}");
        assert!(said.err.contains(words), "{arguments:?} {said:?}");
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = Folder::new();
    let list = folder.run(&["rules"]);
    assert_eq!(list.code, 0);
    for rule in rowhouse_guard::rules() {
        assert!(list.out.contains(rule.id), "{}", rule.id);
        let page = folder.run(&["explain", rule.id]);
        assert_eq!(page.code, 0);
        assert!(page.out.contains(rule.title), "{}", rule.id);
    }
}

#[tokio::test]
async fn a_snapshot_says_what_the_database_says_and_a_diff_what_changed() {
    let folder = Folder::new();
    let database = demo_and("").await;
    let snapshot = |name: &str| {
        let url = database.admin_url();
        let said = folder.run(&["snapshot", "--database-url", &url, "--output", name]);
        assert_eq!(said.code, 0, "{said:?}");
    };
    snapshot("old.json");
    let owner = database.as_role("rowhouse_owner").await;
    owner.batch_execute(OFF).await.unwrap();
    snapshot("new.json");
    let role = ["--app-role", "rowhouse_app"];
    let run = |arguments: &[&str]| folder.run(&[arguments, &role].concat());
    let audited = run(&["audit", "--snapshot", "new.json", "--format", "json"]);
    assert_eq!(audited.code, 1);
    assert_eq!(
        audited.out,
        audit(&folder, &database, &["--format", "json"]).out
    );
    let opens = run(&["diff", "old.json", "new.json"]);
    assert_eq!(opens.code, 1, "{opens:?}");
    assert!(
        opens.out.starts_with("opens   error public.items"),
        "{opens:?}"
    );
    let closes = run(&["diff", "new.json", "old.json"]);
    assert_eq!(closes.code, 0, "{closes:?}");
    assert!(
        closes.out.starts_with("closes  error public.items"),
        "{closes:?}"
    );
    let same = run(&["diff", "old.json", "old.json"]);
    assert_eq!(same.out, "The change opens nothing and closes nothing.\n");
}

#[tokio::test]
async fn what_is_known_or_accepted_is_left_out() {
    let folder = Folder::new();
    let database = demo_and(OFF).await;
    let report = audit(&folder, &database, &["--format", "json"]);
    let finding = json(&report)["findings"][0].clone();
    folder.write("baseline.json", &report.out);
    let said = audit(&folder, &database, &["--baseline", "baseline.json"]);
    assert_eq!(said.code, 0, "{said:?}");
    for (expires, code) in [("2999-01-01", 0), ("2001-01-01", 1)] {
        folder.write(
            "rowhouse.toml",
            &format!(
                "[[audit.exceptions]]\nrule = {}\nobject = {}\nreason = 'a test'\nexpires = '{expires}'\n",
                finding["rule"], finding["object"]
            ),
        );
        let said = audit(&folder, &database, &[]);
        assert_eq!(said.code, code, "{said:?}");
        assert_eq!(said.err.contains("is over"), code == 1, "{said:?}");
    }
}

#[tokio::test]
async fn live_confirms_what_it_saw_and_writes_nothing() {
    let folder = Folder::new();
    let database = demo_and(OFF).await;
    let app = database.app_url();
    let said = audit(
        &folder,
        &database,
        &["--live", "--app-url", &app, "--format", "json"],
    );
    assert_eq!(said.code, 1, "{said:?}");
    let finding = &json(&said)["findings"][0];
    assert_eq!(finding["certainty"], "confirmed", "{finding}");
    let message = finding["message"].as_str().unwrap();
    assert!(message.contains("of other tenants"), "{message}");

    let named = [
        "--live",
        "--app-url",
        &app,
        "--tenants",
        PAWNEE,
        "--format",
        "json",
    ];
    assert_eq!(
        json(&audit(&folder, &database, &named))["findings"][0]["certainty"],
        "confirmed"
    );
    let owner = database.owner_url();
    let wrong = audit(&folder, &database, &["--live", "--app-url", &owner]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(wrong.err.contains("rowhouse_owner"), "{wrong:?}");
}

#[tokio::test]
async fn live_calls_no_volatile_function() {
    let folder = Folder::new();
    let database = demo_and(
        "CREATE FUNCTION note() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN true; END $$;
         CREATE POLICY noted ON items USING (note())",
    )
    .await;
    let app = database.app_url();
    let said = audit(
        &folder,
        &database,
        &["--live", "--app-url", &app, "--format", "json"],
    );
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("volatile"), "{said:?}");
    assert!(!said.out.contains("\"confirmed\""), "{said:?}");
}

#[tokio::test]
async fn sarif_is_what_its_schema_and_code_hosts_want() {
    let folder = Folder::new();
    let database = demo_and(OFF).await;
    let said = audit(&folder, &database, &["--format", "sarif"]);
    assert_eq!(said.code, 1, "{said:?}");
    let log = json(&said);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert!(driver["name"].is_string());
    let rules = driver["rules"].as_array().unwrap();
    let ids: Vec<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
    for rule in rules {
        for text in ["shortDescription", "fullDescription", "help"] {
            assert!(!rule[text]["text"].as_str().unwrap().is_empty(), "{rule}");
        }
        assert!(is_level(&rule["defaultConfiguration"]["level"]), "{rule}");
    }
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        assert!(ids.contains(&&result["ruleId"]), "{result}");
        assert!(is_level(&result["level"]), "{result}");
        assert!(
            !result["message"]["text"].as_str().unwrap().is_empty(),
            "{result}"
        );
        let location = &result["locations"][0];
        let uri = &location["physicalLocation"]["artifactLocation"]["uri"];
        assert!(uri.as_str().unwrap().starts_with("database/"), "{result}");
        assert!(location["logicalLocations"][0]["fullyQualifiedName"].is_string());
        let fingerprints = result["partialFingerprints"].as_object().unwrap();
        assert!(fingerprints.values().all(Value::is_string), "{result}");
    }
}

/// The levels that SARIF knows.
fn is_level(level: &Value) -> bool {
    ["none", "note", "warning", "error"]
        .iter()
        .any(|known| level == known)
}

/// What could not be written was not said: no success, and no panic either.
#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_cannot_be_written_is_none() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rowhouse"))
        .arg("rules")
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("cannot be written"), "{said}");
}
