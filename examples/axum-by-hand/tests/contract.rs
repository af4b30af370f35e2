//! The example answers as the demo's contract says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use rowhouse_local::testing::Database;
use serde_json::Value;

const PAWNEE: &str = "7a245486-3fc8-47ec-b303-04fefe7a58ff";
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

struct Example(Child);

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Status and body of one request.
fn get(address: &str, path: &str, tenant: Option<&str>) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let header = tenant.map_or(String::new(), |id| format!("X-tenant-id: {id}\r\n"));
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{header}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

#[tokio::test]
async fn it_answers_as_the_contract_says() {
    let database = Database::create(concat!(
        include_str!("../../../demo/schema.sql"),
        include_str!("../../../demo/seed.sql")
    ))
    .await;
    let mut example = Command::new(env!("CARGO_BIN_EXE_axum-by-hand"))
        .env("DATABASE_URL", database.app_url())
        .env("LISTEN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .spawn()
        .map(Example)
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(example.0.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("http://").unwrap();

    let (status, body) = get(address, "/items/", Some(PAWNEE));
    let items: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, 200);
    let titles: Vec<&str> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap())
        .collect();
    assert_eq!(
        titles,
        [
            "art-fair",
            "bench",
            "concert",
            "drinking-fountain",
            "emergency-kit"
        ]
    );
    assert_eq!(items[0]["id"], "997d0bee-351f-4b09-9dd3-2289da1ce0ba");

    let (status, body) = get(address, "/tenants/", Some(PAWNEE));
    let tenants: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, 200);
    assert_eq!(tenants.as_array().unwrap().len(), 1);
    assert_eq!(tenants[0]["name"], "pawnee-parks-and-rec");
    assert_eq!(tenants[0]["items"], items);

    assert_eq!(
        get(address, "/items/", Some(NOBODY)),
        (200, "[]".to_owned())
    );
    for (tenant, word) in [(None, "missing"), (Some("pawnee"), "uuid")] {
        let (status, body) = get(address, "/items/", tenant);
        assert_eq!(status, 400);
        assert!(
            body.contains("X-tenant-id") && body.contains(word),
            "{body}"
        );
    }
}

#[test]
fn it_stays_short() {
    let lines = include_str!("../src/main.rs").lines().count();
    assert!(lines < 80, "{lines} lines");
}
