//! A real PostgreSQL with a way of authenticating for each role, and TLS of our own making.

use std::fs::{self, Permissions};
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rowhouse_local::testing::{PrivateCluster, private_cluster};
use tempfile::TempDir;

use crate::connect::options::{ConnectOptions, RootCert};
use crate::connect::words::SslMode;

/// The role's name is the method it has to use. `certified` shows a certificate.
const HBA: &str = "
local     all all        trust
hostssl   all certified  127.0.0.1/32 cert
hostssl   all tls_only   127.0.0.1/32 scram-sha-256
hostnossl all plain_only 127.0.0.1/32 scram-sha-256
host      all scram      127.0.0.1/32 scram-sha-256
host      all md5        127.0.0.1/32 md5
host      all clear      127.0.0.1/32 password
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

/// A cluster of one test, and the files its clients need.
pub(super) struct Server {
    pub(super) cluster: PrivateCluster,
    files: TempDir,
    pub(super) port: u16,
}

impl Server {
    /// Starts one with these settings beside those for TLS.
    pub(super) async fn start(settings: &[(&str, &str)]) -> Self {
        let mut cluster = private_cluster(&[]).await;
        cluster.admin().await.batch_execute(ROLES).await.unwrap();
        let server = Self {
            files: tempfile::tempdir().unwrap(),
            port: cluster.port(),
            cluster: {
                cluster.write_hba(HBA);
                cluster.set("ssl", "on");
                cluster.set("ssl_ca_file", "root.crt");
                for (name, value) in settings {
                    cluster.set(name, value);
                }
                cluster
            },
        };
        server.make_certificates();
        server.restarted().await
    }

    async fn restarted(mut self) -> Self {
        self.cluster.restart().await;
        self
    }

    /// An authority, the server's certificate for `localhost`, one for a client, and a stranger.
    fn make_certificates(&self) {
        let authority = |name: &str| {
            let mut params = CertificateParams::new(Vec::new()).unwrap();
            params.distinguished_name.push(DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
        };
        let root = authority("ours");
        let issue = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
            params.distinguished_name.push(DnType::CommonName, name);
            let certificate = params.signed_by(&key, &root).unwrap();
            (certificate.pem(), key.serialize_pem())
        };
        let (certificate, key) = issue("localhost");
        self.cluster
            .write_file("server.crt", certificate.as_bytes());
        self.cluster.write_file("server.key", key.as_bytes());
        self.cluster.write_file("root.crt", root.pem().as_bytes());
        self.write("server.crt", &certificate);
        self.write("root.crt", &root.pem());
        self.write("other.crt", &authority("a stranger").pem());
        let (certificate, key) = issue("certified");
        self.write("certified.crt", &certificate);
        self.write("certified.key", &key);
    }

    /// A file of the clients: `root.crt`, `other.crt`, `server.crt`, `certified.crt` and `.key`.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    /// Writes a file that only we can read.
    pub(super) fn write(&self, name: &str, contents: &str) -> PathBuf {
        let path = self.file(name);
        fs::write(&path, contents).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        path
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
            .host(self.cluster.socket_dir().to_str().unwrap(), self.port)
            .user(user)
            .dbname("postgres")
    }
}
