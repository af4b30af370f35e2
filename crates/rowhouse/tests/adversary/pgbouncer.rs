//! A PgBouncer in transaction mode, where it is installed.
#![allow(clippy::print_stdout, reason = "it says where it is not installed")]

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rowhouse_local::testing::Database;

/// One of the test's own.
pub(crate) struct PgBouncer {
    child: Child,
    port: u16,
    /// Major and minor.
    pub(crate) version: (u32, u32),
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
    let data = std::fs::metadata(path).unwrap();
    (data.uid(), data.gid())
}

impl PgBouncer {
    /// With two server connections for everybody, so that clients meet on them; `None` when it is not installed.
    pub(crate) async fn start(database: &Database, settings: &str) -> Option<Self> {
        let Some(program) = program() else {
            println!("skipped: pgbouncer is not installed");
            return None;
        };
        let said = Command::new(&program).arg("--version").output().unwrap();
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
            child: command.spawn().unwrap(),
            port,
            version,
            _folder: folder,
        };
        let until = Instant::now() + Duration::from_mins(1);
        while tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .is_err()
        {
            assert!(Instant::now() < until, "pgbouncer does not listen");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Some(bouncer)
    }

    /// The app role's URL through it.
    pub(crate) fn url(&self, database: &Database) -> String {
        format!(
            "postgresql://rowhouse_app@127.0.0.1:{}/{}?sslmode=disable",
            self.port,
            database.name()
        )
    }
}
