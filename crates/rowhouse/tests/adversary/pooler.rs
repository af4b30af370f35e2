//! Behind PgBouncer in transaction mode: other clients' statements, never.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rowhouse::{Error, Rowhouse};
use rowhouse_local::testing::Database;

use crate::common::{acme, beta, database, house_at, titles};
use crate::polls::guarded;

struct PgBouncer {
    child: Child,
    port: u16,
    version: (u32, u32),
    _folder: tempfile::TempDir,
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    places
        .map(|place| place.join("pgbouncer"))
        .find(|file| file.is_file())
}

/// The uid and gid of the owner of `path`: the account that the database runs under, which PgBouncer may be too.
fn owner(path: &Path) -> (u32, u32) {
    use std::os::unix::fs::MetadataExt;
    let data = std::fs::metadata(path).expect("the socket's folder");
    (data.uid(), data.gid())
}

impl PgBouncer {
    /// With two server connections for everybody, so that clients meet on them; `None` when it is not installed.
    async fn start(database: &Database, settings: &str) -> Option<Self> {
        let Some(program) = program() else {
            println!("skipped: pgbouncer is not installed");
            return None;
        };
        let said = Command::new(&program)
            .arg("--version")
            .output()
            .expect("pgbouncer runs");
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let mut numbers = said
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|part| part.parse().ok());
        let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let users = folder.path().join("users.txt");
        std::fs::write(&users, "\"rowhouse_app\" \"\"\n").unwrap();
        let config = folder.path().join("pgbouncer.ini");
        std::fs::write(
            &config,
            format!(
                "[databases]\n{name} = host={host} port={db_port} dbname={name} user=rowhouse_app\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
                 listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {users}\npool_mode = transaction\n\
                 default_pool_size = 2\nmax_client_conn = 200\nignore_startup_parameters = extra_float_digits\n{settings}\n",
                name = database.name(),
                host = database.socket_dir().display(),
                db_port = database.port(),
                users = users.display(),
            ),
        )
        .unwrap();
        let mut command = Command::new(program);
        command
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if owner(folder.path()).0 == 0 {
            // It refuses to run as root, and the socket's folder lets only the server's account in.
            let (uid, gid) = owner(database.socket_dir());
            command.uid(uid).gid(gid);
        }
        let bouncer = Self {
            child: command.spawn().expect("pgbouncer starts"),
            port,
            version,
            _folder: folder,
        };
        guarded("pgbouncer", async {
            while tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_err()
            {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
        Some(bouncer)
    }

    fn url(&self, database: &Database) -> String {
        format!(
            "postgresql://rowhouse_app@127.0.0.1:{}/{}?sslmode=disable",
            self.port,
            database.name()
        )
    }
}

#[tokio::test]
async fn two_tenants_never_mix_behind_a_transaction_pooler() {
    let database = database().await;
    let Some(bouncer) = PgBouncer::start(&database, "").await else {
        return;
    };
    // Two houses: two clients whose statements would bear the same names.
    let one = house_at(&bouncer.url(&database), 2).await;
    let two = house_at(&bouncer.url(&database), 2).await;
    let mut tasks = tokio::task::JoinSet::new();
    for (house, mine, other) in [(&one, acme(&one), "beta"), (&two, beta(&two), "acme")] {
        for number in 0..4_i64 {
            let (tenant, house) = (mine.clone(), house.clone());
            tasks.spawn(async move {
                for round in 0..40_i64 {
                    // Each house says something else in the same place, so that swapped statements are seen.
                    let sql = format!("SELECT title, $1::int8 + {number} FROM items");
                    let rows = tenant.query(&sql, &[&round]).await.unwrap();
                    assert_eq!(rows.len(), 5);
                    for row in &rows {
                        assert!(!row.get::<&str>(0).starts_with(other));
                        assert_eq!(row.get::<i64>(1), round + number);
                    }
                    let batch = tenant
                        .batch()
                        .add("UPDATE items SET n = n + 1", &[])
                        .unwrap()
                        .add("SELECT count(*) FROM items", &[])
                        .unwrap();
                    let answers = batch.run().await;
                    if let Ok(answers) = &answers {
                        assert_eq!(
                            (
                                answers[0].affected(),
                                answers[1].get(0).unwrap().get::<i64>(0)
                            ),
                            (5, 5)
                        );
                    }
                    if round % 10 == 0 {
                        let mut tx = tenant.begin().await.unwrap();
                        for _ in 0..3 {
                            let seen = tx.query("SELECT title FROM items", &[]).await.unwrap();
                            assert!(
                                seen.iter()
                                    .all(|row| !row.get::<&str>(0).starts_with(other))
                                    && seen.len() == 5
                            );
                        }
                        tx.commit().await.unwrap();
                        let mut stream = tenant
                            .stream("SELECT title FROM items, generate_series(1, 200)", &[])
                            .await
                            .unwrap();
                        let mut count = 0;
                        while let Some(row) = stream.next().await.unwrap() {
                            assert!(!row.get::<&str>(0).starts_with(other));
                            count += 1;
                        }
                        assert_eq!(count, 1_000);
                    }
                }
                drop(house);
            });
        }
    }
    guarded("everybody", async {
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
    })
    .await;
    if bouncer.version < (1, 21) {
        let named = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'rowhouse%'";
        let count: i64 = acme(&one).query_one(named, &[]).await.unwrap().get(0);
        assert_eq!(
            count, 0,
            "names were used behind a pooler that does not keep them apart"
        );
    }
    // A dropped transaction and stream behind a pooler leave nothing either.
    let mut tx = acme(&one).begin().await.unwrap();
    tx.execute("DELETE FROM items", &[]).await.unwrap();
    drop(tx);
    assert_eq!(guarded("the next", titles(&acme(&one))).await.len(), 5);
}

#[tokio::test]
async fn a_pooler_without_names_is_refused_when_names_are_wanted() {
    let database = database().await;
    let Some(bouncer) = PgBouncer::start(&database, "").await else {
        return;
    };
    let house = Rowhouse::builder()
        .allow_unnamed_statements(false)
        .connect(&bouncer.url(&database))
        .await;
    if bouncer.version < (1, 21) {
        let error = house.unwrap_err();
        assert!(
            matches!(error, Error::UnsuitableServer(_)) && error.to_string().contains("1.21"),
            "{error}"
        );
    } else {
        assert_eq!(titles(&acme(&house.unwrap())).await.len(), 5);
    }
}
