//! `rowhouse probe --through`: a running service, from outside.

mod leaky;
mod wire;

use leaky::{Mistake, start, start_beside_others};
use rowhouse_local::testing::Database;
use serde_json::Value;

use crate::folder::{Folder, Said};
use crate::http::{PAWNEE, titles};
use crate::named_database::DEMO;
use crate::pgbouncer::PgBouncer;
use crate::service::Service;

const DUNDER: &str = "162be16f-f76d-431a-a213-171838ded9ae";

fn through(url: &str, arguments: &[&str]) -> Said {
    let mut all = vec!["probe", "--through", url];
    all.extend(arguments);
    Folder::new().run(&all)
}

fn report(mistake: Mistake) -> (i32, Value) {
    let url = format!("http://{}", start(mistake));
    let tenants = [
        "--tenant-a",
        "X-Tenant: acme-corporation",
        "--tenant-b",
        "X-Tenant: beta-corporation",
    ];
    let said = through(&url, &[&tenants[..], &["--format", "json"]].concat());
    let report = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"));
    (said.code, report)
}

/// What leaked: method and attack.
fn leaks(report: &Value) -> Vec<String> {
    let cells = report["cells"].as_array().unwrap().iter();
    let leaked = cells.filter(|cell| cell["verdict"] == "leaked");
    leaked
        .map(|cell| {
            format!(
                "{} {}",
                cell["method"].as_str().unwrap(),
                cell["attack"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn a_service_without_a_mistake_holds_and_is_left_as_it_was() {
    let (code, report) = report(Mistake::None);
    assert_eq!((code, leaks(&report)), (0, Vec::new()), "{report:#}");
    assert_eq!(report["left_behind"], serde_json::json!([]), "{report:#}");
    let untried: Vec<&Value> = report["cells"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|cell| cell["verdict"] == "not_exercised")
        .collect();
    assert!(untried.is_empty(), "{untried:#?}");
}

#[test]
fn every_mistake_is_found() {
    let expected = [
        (Mistake::List, "GET a list"),
        (Mistake::All, "PATCH the other's row"),
        (Mistake::Filter, "GET a filter by the other's value"),
        (
            Mistake::Count,
            "GET the same again beside new rows of the other's",
        ),
        (Mistake::Change, "PATCH the other's row"),
        (Mistake::Remove, "DELETE the other's row"),
        (Mistake::Assign, "POST a row of the other tenant"),
        (Mistake::GiveAway, "PATCH a row given away"),
        (Mistake::Collide, "POST a key that the other has"),
        (Mistake::TakeOver, "POST a key that the other has"),
        (Mistake::Refer, "POST a reference to the other's row"),
        (Mistake::Anonymous, "GET no credentials"),
        (Mistake::Tag, "GET the other's ETag"),
        (Mistake::Keep, "GET what is kept of the other's answer"),
        (Mistake::Replay, "POST the other's Idempotency-Key"),
        (Mistake::Function, "POST a call"),
        (Mistake::Tell, "POST a key that the other has"),
    ];
    for (mistake, attack) in expected {
        let (code, report) = report(mistake);
        let leaks = leaks(&report);
        assert_eq!(code, 1, "{mistake:?}: {leaks:?}");
        assert!(
            leaks.iter().any(|leak| leak == attack),
            "{mistake:?} leaked only by {leaks:?}"
        );
    }
}

/// Whatever leaks: a third tenant's rows are nobody's to change, and rows that were there hide nothing.
#[test]
fn a_third_tenants_rows_stay_as_they_are() {
    for mistake in [
        Mistake::All,
        Mistake::Change,
        Mistake::Remove,
        Mistake::GiveAway,
    ] {
        let (address, rows) = start_beside_others(mistake);
        let before = rows();
        let url = format!("http://{address}");
        let tenants = [
            "--tenant-a",
            "X-Tenant: acme-corporation",
            "--tenant-b",
            "X-Tenant: beta-corporation",
        ];
        let said = through(&url, &tenants);
        assert_eq!(said.code, 1, "{mistake:?}: {said:?}");
        assert_eq!(rows(), before, "{mistake:?}: {said:?}");
    }
}

#[test]
fn what_is_only_open_is_said_and_is_no_leak() {
    let cases = [
        (Mistake::Share, "GET", "caches in between", "Vary: x-tenant"),
        (
            Mistake::Choose,
            "POST",
            "a key that the other has",
            "choose a key",
        ),
    ];
    for (mistake, method, attack, words) in cases {
        let (code, report) = report(mistake);
        assert_eq!((code, leaks(&report)), (0, Vec::new()), "{mistake:?}");
        let cells = report["cells"].as_array().unwrap();
        let open = cells.iter().find(|cell| cell["verdict"] == "open").unwrap();
        assert_eq!(
            (open["method"].as_str(), open["attack"].as_str()),
            (Some(method), Some(attack))
        );
        assert!(open["why"].as_str().unwrap().contains(words), "{open}");
    }
}

#[tokio::test]
async fn rowhouse_itself_holds() {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    folder.write("rowhouse.toml", "[identity]\nsources = ['header']\n");
    let url = database.app_url();
    let mut command = folder.rowhouse(&["serve", "--listen", "0", "--database-url", &url]);
    let service = Service::start(&mut command);
    let before = titles(service.address, PAWNEE);
    let (a, b) = (
        format!("X-tenant-id: {PAWNEE}"),
        format!("X-tenant-id: {DUNDER}"),
    );
    let tenants = [
        "--tenant-a",
        &a,
        "--tenant-b",
        &b,
        "--fail-on",
        "unexercised",
    ];
    let said = through(&format!("http://{}", service.address), &tenants);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.out.contains("No attack reached the other tenant"),
        "{said:?}"
    );
    assert!(
        !said.out.contains(PAWNEE),
        "credentials are not repeated: {said:?}"
    );
    assert_eq!(
        titles(service.address, PAWNEE),
        before,
        "what was made is gone again"
    );
    service.stop();
}

#[test]
fn what_is_missing_is_said() {
    let url = format!("http://{}", start(Mistake::None));
    for (arguments, words) in [
        (
            vec![
                "--tenant-a",
                "X-Tenant: acme-corporation",
                "--tenant-b",
                "X-Tenant: acme-corporation",
            ],
            "the same credentials",
        ),
        (
            vec![
                "--tenant-a",
                "X-Tenant: nobody",
                "--tenant-b",
                "X-Tenant: beta-corporation",
            ],
            "does not let TENANT_A in",
        ),
        (
            vec![
                "--tenant-a",
                "acme",
                "--tenant-b",
                "X-Tenant: beta-corporation",
            ],
            "no colon",
        ),
        (
            vec!["--tenant-a", "X-Tenant: acme-corporation"],
            "--tenant-b",
        ),
    ] {
        let said = through(&url, &arguments);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains(words), "{words}: {said:?}");
    }
    let tenants = [
        "--tenant-a",
        "X-Tenant: acme-corporation",
        "--tenant-b",
        "X-Tenant: beta-corporation",
    ];
    let said = through(&url, &[&tenants[..], &["--description", "/notes"]].concat());
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("--description"), "{said:?}");
    for bad in ["127.0.0.1:1", "http://127.0.0.1:1"] {
        let said = through(bad, &tenants);
        assert_eq!(said.code, 2, "{said:?}");
    }
}

/// What a client leaves on a connection is there for the next one, unless the pooler cleans up.
#[tokio::test]
async fn a_pooler_that_cleans_up_holds_and_another_one_does_not() {
    let database = Database::create(DEMO).await;
    let both = [
        "--tenant-a",
        PAWNEE,
        "--tenant-b",
        DUNDER,
        "--format",
        "json",
    ];
    let direct: Value = {
        let said = through(&database.app_url(), &both);
        assert_eq!(said.code, 0, "{said:?}");
        serde_json::from_str(&said.out).unwrap()
    };
    assert_eq!(direct["cells"].as_array().unwrap().len(), 7);
    for (settings, expected) in [
        (
            "server_reset_query = DISCARD ALL\nserver_reset_query_always = 1",
            0,
        ),
        ("", 1),
    ] {
        let Some(pooler) = PgBouncer::start(&database, settings).await else {
            return;
        };
        assert!(pooler.version > (0, 0));
        let said = through(&pooler.url(&database), &both);
        assert_eq!(said.code, expected, "{said:?}");
        let report: Value = serde_json::from_str(&said.out).unwrap();
        let leaks = leaks(&report);
        let of_transactions = "SQL the tenant, set for a transaction".to_owned();
        assert!(!leaks.contains(&of_transactions), "{leaks:?}");
        let of_sessions = "SQL the tenant, set for the session".to_owned();
        assert_eq!(leaks.contains(&of_sessions), expected == 1, "{leaks:?}");
    }
}
