//! Tokens and API keys, from the commands that make them to the service that takes them.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use rowhouse_local::testing::Database;

use crate::folder::{Folder, Said, said};
use crate::http::{Answer, PAWNEE, receive};
use crate::named_database::DEMO;
use crate::service::Service;

const DUNDER: &str = "162be16f-f76d-431a-a213-171838ded9ae";

/// `GET /items/` with these headers.
fn ask(address: SocketAddr, headers: &[(&str, &str)]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let lines = lines.concat();
    let request =
        format!("GET /items/ HTTP/1.1\r\nHost: {address}\r\n{lines}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    receive(stream)
}

fn bearer(said: &Said) -> String {
    assert_eq!(said.code, 0, "{said:?}");
    format!("Bearer {}", said.out.trim())
}

#[test]
fn the_demo_takes_the_token_it_shows_and_others_by_its_secret() {
    let folder = Folder::new();
    let service = Service::demo(&folder);
    let (_, shown) = service.banner.split_once("Authorization: ").unwrap();
    let (shown, _) = shown.split_once('"').unwrap();
    let items = ask(service.address, &[("Authorization", shown)]);
    assert_eq!(items.status, 200);
    assert_eq!(items.json[0]["tenant_id"], PAWNEE);
    let made = folder.run(&["token", "--demo", "--tenant", DUNDER, "--expires", "5min"]);
    let items = ask(service.address, &[("Authorization", &bearer(&made))]);
    assert_eq!(items.json[0]["tenant_id"], DUNDER);
    // Both at once must agree.
    let both = [("Authorization", shown), ("X-Tenant-Id", DUNDER)];
    assert_eq!(ask(service.address, &both).status, 403);
    // Another demo has another secret.
    let other = Folder::new();
    std::fs::create_dir(other.path().join(".rowhouse")).unwrap();
    let foreign = other.run(&["token", "--demo", "--tenant", DUNDER]);
    let refused = ask(service.address, &[("Authorization", &bearer(&foreign))]);
    assert_eq!(refused.status, 401);
    service.stop();
}

#[test]
fn what_cannot_sign_says_so() {
    let folder = Folder::new();
    for (config, words) in [
        ("", ["there is no key", "secret_file"]),
        (
            "[[identity.token.keys]]\njwks_url = 'https://issuer.example/keys'\n",
            ["ask the issuer", "secret_file"],
        ),
        (
            "[[identity.token.keys]]\nsecret_env = 'NOT_THERE'\n",
            ["NOT_THERE", "secret_env"],
        ),
        (
            "[[identity.token.keys]]\ndevelopment = true\n",
            ["private PostgreSQL", "secret_file"],
        ),
        (
            "[[identity.token.keys]]\nsecret_file = 'short'\n",
            ["32 bytes", "key 1"],
        ),
    ] {
        folder.write("rowhouse.toml", config);
        folder.write("short", "hunter2");
        let said = folder.run(&["token", "--tenant", PAWNEE]);
        assert_eq!(said.code, 2, "{config}: {said:?}");
        for word in words {
            assert!(said.err.contains(word), "{config}: {said:?}");
        }
        assert!(!said.err.contains("hunter2"), "{said:?}");
    }
}

#[test]
fn a_configuration_that_would_let_strangers_in_is_refused() {
    let folder = Folder::new();
    folder.write("secret", "a secret of thirty-two bytes or so\n");
    for (config, words) in [
        (
            "[identity]\nsources = ['token']",
            "no key to check them with",
        ),
        ("[identity]\nsources = []", "at least one source"),
        ("[identity]\nsources = ['header', 'header']", "named once"),
        (
            "[identity]\nsources = ['cookie']",
            "unknown variant `cookie`",
        ),
        ("[identity]\ntrusted_proxies = ['10.0.0.1/8']", "10.0.0.1/8"),
        (
            "[serve]\ntrust_header = true\n[identity]\ntrusted_proxies = ['10.0.0.0/8']",
            "trusted_proxies",
        ),
        ("[identity]\nmembership = 'may_act'", "may_act"),
        (
            "[identity.claims]\n'app.x' = 'a..b'",
            "not a path to a claim",
        ),
        ("[identity.token]\ntenant = ''", "not a path to a claim"),
        (
            "[[identity.token.keys]]\nalgorithms = ['none']\nsecret_file = 'secret'",
            "\"none\" is not one of",
        ),
        (
            "[[identity.token.keys]]\nalgorithms = ['RS256']\nsecret_file = 'secret'",
            "RS256 is not for a secret",
        ),
        (
            "[[identity.token.keys]]\nalgorithms = ['HS512']\nsecret_file = 'secret'",
            "64 bytes",
        ),
        (
            "[[identity.token.keys]]\nsecret_file = 'nowhere'",
            "nowhere",
        ),
        (
            "[[identity.token.keys]]\nsecret_file = 'secret'\npublic_key = 'x'",
            "exactly one of",
        ),
        ("[[identity.token.keys]]\nkid = 'x'", "exactly one of"),
        (
            "[[identity.token.keys]]\npublic_key = 'secret'",
            "not a public key",
        ),
        (
            "[[identity.token.keys]]\njwks_file = 'secret'",
            "not a set of keys",
        ),
        (
            "[[identity.token.keys]]\njwks_url = 'http://issuer.example/keys'",
            "use https",
        ),
    ] {
        folder.write("rowhouse.toml", config);
        let said = folder.run(&[
            "serve",
            "--listen",
            "0",
            "--database-url",
            "postgres://a@127.0.0.1:1/a",
        ]);
        assert_eq!(said.code, 2, "{config}: {said:?}");
        assert!(said.err.contains(words), "{config}: {said:?}");
        assert!(!said.err.contains("thirty-two"), "{said:?}");
    }
}

#[tokio::test]
async fn a_token_by_a_secret_of_the_environment_is_taken_anywhere() {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    folder.write(
        "rowhouse.toml",
        "[identity.token]\nissuer = 'me'\naudience = 'api'\ntenant = 'app_metadata.tenant'\n\
         [[identity.token.keys]]\nsecret_env = 'TOKEN_SECRET'\nalgorithms = ['HS256']\nkid = 'a'\n\
         [identity.claims]\n'app.user_id' = 'sub'\n'request.jwt.claims' = '*'\n",
    );
    let secret = "a secret of thirty-two bytes or so";
    let with_secret = |arguments: &[&str]| {
        let mut command = folder.rowhouse(arguments);
        command.env("TOKEN_SECRET", secret);
        command
    };
    // Nobody's header is believed, so it may listen anywhere.
    let mut serve = with_secret(&["serve", "--listen", "0.0.0.0:0"]);
    let service = Service::start(serve.env("DATABASE_URL", database.app_url()));
    let address = SocketAddr::from(([127, 0, 0, 1], service.address.port()));
    let made = said(&mut with_secret(&[
        "token",
        "--tenant",
        PAWNEE,
        "--claim",
        "role=\"x\"",
    ]));
    let token = bearer(&made);
    assert_eq!(ask(address, &[("Authorization", &token)]).status, 200);
    let header = ask(address, &[("X-Tenant-Id", PAWNEE)]);
    assert_eq!(header.status, 401);
    assert!(
        header.head.contains("www-authenticate: bearer\r\n"),
        "{header:?}"
    );
    assert!(!service.banner.contains(secret) && !service.banner.contains("X-tenant-id"));
    service.stop();
}

const KEYS: &str = "[identity]\nsources = ['api-key']\napi_key_ttl = '300ms'\n";

#[tokio::test]
async fn an_api_key_is_made_used_and_revoked() {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    folder.write("rowhouse.toml", KEYS);
    let keys = |arguments: &[&str]| {
        let mut command = folder.rowhouse(&["keys"]);
        command.args(arguments);
        command.env("ROWHOUSE_ADMIN_URL", database.owner_url());
        said(command.env("DATABASE_URL", database.app_url()))
    };
    assert_eq!(keys(&["list"]).code, 1);
    let made = keys(&["create", "--tenant", PAWNEE, "--name", "import"]);
    assert_eq!(made.code, 0, "{made:?}");
    let key = made.out.trim();
    assert!(
        key.starts_with("rh_") && !made.err.contains(key),
        "{made:?}"
    );
    let mut serve = folder.rowhouse(&["serve", "--listen", "0"]);
    let mut service = Service::start(serve.env("DATABASE_URL", database.app_url()));
    let address = service.address;
    for headers in [
        [("X-API-Key", key)],
        [("Authorization", &*format!("Bearer {key}"))],
    ] {
        let items = ask(address, &headers);
        assert_eq!(items.status, 200, "{items:?}");
        assert_eq!(items.json[0]["tenant_id"], PAWNEE);
        assert!(
            items
                .head
                .contains("vary: authorization, x-api-key, accept-encoding")
        );
    }
    let end = if key.ends_with('0') { '1' } else { '0' };
    let wrong = format!("{}{end}", &key[..key.len() - 1]);
    for wrong in [&*wrong, "rh_", "x"] {
        let refused = ask(address, &[("X-API-Key", wrong)]);
        assert_eq!(refused.status, 401, "{wrong}");
        assert_eq!(refused.json["type"], "urn:rowhouse:problem:invalid-api-key");
    }
    let listed = keys(&["list"]);
    let (_, rest) = key.split_once('_').unwrap();
    let (id, secret) = rest.split_once('_').unwrap();
    assert!(
        listed.out.contains(&format!("{id}  {PAWNEE}")),
        "{listed:?}"
    );
    assert!(listed.out.contains("good  import") && !listed.out.contains(secret));

    let revoked = keys(&["revoke", id]);
    assert_eq!(revoked.code, 0, "{revoked:?}");
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(ask(address, &[("X-API-Key", key)]).status, 401);
    assert!(keys(&["list"]).out.contains("revoked"));
    assert_eq!(keys(&["revoke", "000000000000"]).code, 1);
    // One that is made for a moment is over by itself.
    let short = keys(&["create", "--tenant", DUNDER, "--expires", "2s"]);
    let short = short.out.trim();
    let items = ask(address, &[("X-API-Key", short)]);
    assert_eq!(
        (items.status, &*items.json[0]["tenant_id"].to_string()),
        (200, &*format!("\"{DUNDER}\""))
    );
    tokio::time::sleep(Duration::from_millis(2050)).await;
    assert_eq!(ask(address, &[("X-API-Key", short)]).status, 401);

    // The app role may ask for a hash, and see nothing of the table.
    let app = database.as_role("rowhouse_app").await;
    for sql in [
        "SELECT * FROM rowhouse.api_keys",
        "SELECT hash FROM rowhouse.api_keys",
        "INSERT INTO rowhouse.api_keys (id, tenant, hash, name) VALUES ('x', 'x', '', '')",
        "UPDATE rowhouse.api_keys SET revoked_at = NULL",
        "CREATE TABLE rowhouse.x ()",
    ] {
        assert!(app.batch_execute(sql).await.is_err(), "{sql}");
    }
    let nothing = app
        .query("SELECT * FROM rowhouse.api_key('')", &[])
        .await
        .unwrap();
    assert!(nothing.is_empty());
    let stranger = "DO $$ BEGIN CREATE ROLE rowhouse_stranger_of_keys; EXCEPTION WHEN duplicate_object THEN NULL; END $$";
    let admin = database.as_role("postgres").await;
    admin.batch_execute(stranger).await.unwrap();
    let may = "SELECT has_function_privilege('rowhouse_stranger_of_keys', 'rowhouse.api_key(text)', 'EXECUTE')";
    assert!(!admin.query_one(may, &[]).await.unwrap().get::<_, bool>(0));
    admin
        .batch_execute("DROP ROLE rowhouse_stranger_of_keys")
        .await
        .unwrap();
    service.signal(rustix::process::Signal::INT);
    assert_eq!(service.end(), Some(0));
    assert!(!service.said().contains(secret));
}

#[tokio::test]
async fn the_audit_finds_nothing_in_a_database_with_keys() {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    let mut command = folder.rowhouse(&["keys", "create", "--tenant", PAWNEE]);
    command.env("ROWHOUSE_ADMIN_URL", database.owner_url());
    let made = said(command.env("DATABASE_URL", database.app_url()));
    assert_eq!(made.code, 0, "{made:?}");
    let url = database.owner_url();
    let arguments = [
        "audit",
        "--database-url",
        &url,
        "--app-role",
        "rowhouse_app",
    ];
    let audit = || folder.run(&arguments);
    let clean = audit();
    assert_eq!(clean.code, 0, "{clean:?}");
    // Another function in its place is another matter.
    let owner = database.as_role("rowhouse_owner").await;
    let wider = "CREATE OR REPLACE FUNCTION rowhouse.api_key(key_hash text)
        RETURNS TABLE (id text, tenant text, expires_at timestamptz) LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
        AS $$ SELECT k.id, k.tenant, k.expires_at FROM rowhouse.api_keys AS k $$";
    owner.batch_execute(wider).await.unwrap();
    let found = audit();
    assert_eq!(found.code, 1, "{found:?}");
    assert!(found.out.contains("definer-function-opens"), "{found:?}");
}

#[test]
fn keys_are_the_owners_to_make() {
    let folder = Folder::new();
    let said = folder.run(&["keys", "list"]);
    assert_eq!(said.code, 1, "{said:?}");
    folder.write(
        "rowhouse.toml",
        "database_url = 'postgres://app@127.0.0.1:1/app'\n",
    );
    let said = folder.run(&["keys", "create", "--tenant", PAWNEE]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("--admin-url"), "{said:?}");
}
