//! A real PostgreSQL with a way of authenticating for each role, and TLS of our own making.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;

use crate::connect::options::{ConnectOptions, RootCert};
use crate::connect::words::SslMode;

/// The role's name is the method it has to use. `certified` shows a certificate.
const HBA: &str = "
local   all all         trust
hostssl all certified   127.0.0.1/32 cert
hostssl all tls_only    127.0.0.1/32 scram-sha-256
hostnossl all plain_only 127.0.0.1/32 scram-sha-256
host    all scram       127.0.0.1/32 scram-sha-256
host    all md5         127.0.0.1/32 md5
host    all clear       127.0.0.1/32 password
";

const ROLES: &str = "
CREATE ROLE scram LOGIN PASSWORD 'secret';
CREATE ROLE clear LOGIN PASSWORD 'secret';
CREATE ROLE tls_only LOGIN PASSWORD 'secret';
CREATE ROLE plain_only LOGIN PASSWORD 'secret';
CREATE ROLE trusted LOGIN;
CREATE ROLE certified LOGIN;
SET password_encryption = 'md5';
CREATE ROLE md5 LOGIN PASSWORD 'secret';
";

/// A cluster in a folder that goes away with it.
pub(super) struct Server {
    folder: TempDir,
    postmaster: Child,
    pub(super) port: u16,
}

impl Server {
    /// Starts one; `settings` are lines of `postgresql.conf`.
    pub(super) fn start(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let owner = Owner::of(folder.path());
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        fs::set_permissions(&data, Permissions::from_mode(0o700)).unwrap();
        owner.give(&data);
        let initdb = owner
            .command("initdb")
            .args([
                "--no-sync",
                "-A",
                "trust",
                "-U",
                "boss",
                "-E",
                "UTF8",
                "--locale=C",
                "-D",
            ])
            .arg(&data)
            .output()
            .unwrap();
        assert!(
            initdb.status.success(),
            "{}",
            String::from_utf8_lossy(&initdb.stderr)
        );
        make_certificates(folder.path(), &data, &owner);
        fs::write(data.join("pg_hba.conf"), HBA).unwrap();
        // Somebody else may take the port before the server does.
        for _ in 0..5 {
            if let Some((postmaster, port)) = run(&owner, folder.path(), settings) {
                let server = Self {
                    folder,
                    postmaster,
                    port,
                };
                server.sql(ROLES);
                return server;
            }
        }
        panic!("{}", fs::read_to_string(folder.path().join("log")).unwrap());
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file beside the data: `root.crt`, `other.crt`, `certified.crt`, `certified.key`.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs statements as the superuser.
    pub(super) fn sql(&self, statements: &str) -> String {
        let output = Command::new(bindir().join("psql"))
            .args([
                "-X",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "boss",
                "-d",
                "postgres",
                "-c",
                statements,
            ])
            .env("PGOPTIONS", "-c default_transaction_read_only=off")
            .arg("-h")
            .arg(self.data())
            .args(["-p", &self.port.to_string()])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// As `user` over TCP, without TLS.
    pub(super) fn tcp(&self, user: &str) -> ConnectOptions {
        ConnectOptions::new()
            .host_at("localhost", Ipv4Addr::LOCALHOST.into(), self.port)
            .user(user)
            .password("secret")
            .dbname("postgres")
            .passfile("/nonexistent")
            .sslmode(SslMode::Disable)
    }

    /// As `user` over TCP, with TLS and our own authority.
    pub(super) fn tls(&self, user: &str, mode: SslMode) -> ConnectOptions {
        self.tcp(user)
            .sslmode(mode)
            .sslrootcert(RootCert::File(self.file("root.crt")))
    }

    /// As `user` over the unix socket.
    pub(super) fn unix(&self, user: &str) -> ConnectOptions {
        ConnectOptions::new()
            .host(self.data().to_str().unwrap(), self.port)
            .user(user)
            .dbname("postgres")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its backends see the postmaster go and follow.
        let _ = self.postmaster.kill();
        let _ = self.postmaster.wait();
    }
}

/// Starts the postmaster on a free port and waits until it is ready.
fn run(owner: &Owner, folder: &Path, settings: &str) -> Option<(Child, u16)> {
    let port = free_port();
    let data = folder.join("data");
    let conf = format!(
        "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\n\
         fsync = off\nssl = on\nssl_ca_file = 'root.crt'\n{settings}\n",
        data.display()
    );
    fs::write(data.join("postgresql.conf"), conf).unwrap();
    let log = fs::File::create(folder.join("log")).unwrap();
    let mut postmaster = owner
        .command("postgres")
        .arg("-D")
        .arg(&data)
        .stderr(log)
        .spawn()
        .unwrap();
    let status = data.join("postmaster.pid");
    for _ in 0..1_000 {
        if fs::read_to_string(&status).is_ok_and(|text| text.contains("ready")) {
            return Some((postmaster, port));
        }
        if postmaster.try_wait().unwrap().is_some() {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = postmaster.kill();
    let _ = postmaster.wait();
    None
}

/// PostgreSQL refuses to run as root, so as root it runs as `postgres`.
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn of(folder: &Path) -> Self {
        if fs::metadata(folder).unwrap().uid() != 0 {
            return Self(None);
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap();
        let line = passwd
            .lines()
            .find(|line| line.starts_with("postgres:"))
            .unwrap();
        let ids: Vec<&str> = line.split(':').collect();
        Self(Some((ids[2].parse().unwrap(), ids[3].parse().unwrap())))
    }

    fn give(&self, path: &Path) {
        if let Some((uid, gid)) = self.0 {
            chown(path, Some(uid), Some(gid)).unwrap();
        }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(bindir().join(program));
        command
            .env_clear()
            .env("LC_ALL", "C")
            .current_dir("/")
            .stdin(Stdio::null());
        if let Some((uid, gid)) = self.0 {
            command.uid(uid).gid(gid);
        }
        command
    }
}

fn bindir() -> PathBuf {
    if let Some(chosen) = std::env::var_os("PG_BINDIR") {
        return chosen.into();
    }
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    fs::read_dir("/usr/lib/postgresql")
        .expect("PostgreSQL, or PG_BINDIR")
        .map(|entry| entry.unwrap().path())
        .max_by_key(version)
        .unwrap()
        .join("bin")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// An authority, the server's certificate for `localhost`, one for a client, and a stranger.
fn make_certificates(folder: &Path, data: &Path, owner: &Owner) {
    let authority = |name: &str| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    };
    let root = authority("ours");
    let issue = |name: &str, dir: &Path, file: &str| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.signed_by(&key, &root).unwrap();
        fs::write(dir.join(format!("{file}.crt")), certificate.pem()).unwrap();
        let key_file = dir.join(format!("{file}.key"));
        fs::write(&key_file, key.serialize_pem()).unwrap();
        fs::set_permissions(&key_file, Permissions::from_mode(0o600)).unwrap();
        key_file
    };
    owner.give(&issue("localhost", data, "server"));
    issue("certified", folder, "certified");
    fs::write(folder.join("root.crt"), root.pem()).unwrap();
    fs::write(data.join("root.crt"), root.pem()).unwrap();
    fs::write(folder.join("other.crt"), authority("a stranger").pem()).unwrap();
}
