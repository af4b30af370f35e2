//! A database that takes nobody without TLS: the service's connections and the one that reads catalogs follow the same
//! rules.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rowhouse_local::testing::{PrivateCluster, private_cluster};

use crate::folder::{Folder, said};
use crate::http::{PAWNEE, titles};
use crate::named_database::DEMO;
use crate::service::Service;

const HBA: &str = "
local   all all trust
hostssl all all 127.0.0.1/32 scram-sha-256
";

/// The demo's tables behind TLS, and `root.crt` and `stranger.crt` in the folder.
async fn encrypted(folder: &Folder) -> PrivateCluster {
    let mut cluster = private_cluster(&[]).await;
    let authority = |name: &str| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    };
    let root = authority("ours");
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &root).unwrap();
    cluster.write_file("server.crt", certificate.pem().as_bytes());
    cluster.write_file("server.key", key.serialize_pem().as_bytes());
    folder.write("root.crt", &root.pem());
    folder.write("stranger.crt", &authority("a stranger").pem());
    cluster.write_hba(HBA);
    cluster.set("ssl", "on");
    cluster.restart().await;

    let admin = cluster.admin().await;
    for sql in [
        "CREATE DATABASE house OWNER rowhouse_owner",
        "REVOKE TEMPORARY ON DATABASE house FROM PUBLIC",
    ] {
        admin.batch_execute(sql).await.unwrap();
    }
    let owner = cluster.as_role("rowhouse_owner", "house").await;
    owner.batch_execute(DEMO).await.unwrap();
    cluster
}

fn url(cluster: &PrivateCluster, rest: &str) -> String {
    format!(
        "postgres://rowhouse_app:{}@localhost:{}/house?hostaddr=127.0.0.1&{rest}",
        cluster.password(),
        cluster.port()
    )
}

/// That it is well, and that it is served.
fn serves(folder: &Folder, database: &dyn Fn(&mut Command)) {
    let mut doctor = folder.rowhouse(&["doctor"]);
    database(&mut doctor);
    let doctor = said(&mut doctor);
    assert_eq!(doctor.code, 0, "{doctor:?}");
    assert!(doctor.out.contains("rowhouse_app@"), "{doctor:?}");
    assert!(doctor.out.contains("/items /tenants"), "{doctor:?}");
    let mut serve = folder.rowhouse(&["serve", "--listen", "0"]);
    database(&mut serve);
    let service = Service::start(&mut serve);
    assert_eq!(titles(service.address, PAWNEE).len(), 5);
    service.stop();
}

#[tokio::test]
async fn it_is_served_by_the_rules_of_sslmode() {
    let folder = Folder::new();
    let cluster = encrypted(&folder).await;
    for rest in [
        "sslmode=require",
        "sslmode=require&channel_binding=require&require_auth=scram-sha-256",
        "sslmode=verify-full&sslrootcert=root.crt&channel_binding=require",
    ] {
        let url = url(&cluster, rest);
        serves(&folder, &|command| {
            command.env("DATABASE_URL", &url);
        });
    }
    for (rest, words) in [
        ("sslmode=disable", "pg_hba.conf"),
        (
            "sslmode=verify-full&sslrootcert=stranger.crt",
            "as sslrootcert",
        ),
        ("sslmode=verify-full&sslrootcert=nowhere.crt", "nowhere.crt"),
    ] {
        let url = url(&cluster, rest);
        for arguments in [&["serve", "--listen", "0"][..], &["doctor"]] {
            let refused = said(folder.rowhouse(arguments).env("DATABASE_URL", &url));
            assert_eq!(refused.code, 1, "{refused:?}");
            let text = refused.out + &refused.err;
            assert!(text.contains(words), "{rest}: {text}");
            assert!(!text.contains(cluster.password()), "{text}");
        }
    }
}

#[tokio::test]
async fn passwords_hosts_and_modes_come_from_where_libpq_finds_them() {
    let folder = Folder::new();
    let cluster = encrypted(&folder).await;
    let port = cluster.port();
    let line = format!("localhost:{port}:house:*:{}\n", cluster.password());
    folder.write(".pgpass", &line);
    fs::set_permissions(folder.path().join(".pgpass"), Permissions::from_mode(0o600)).unwrap();
    let url = format!("postgres://127.0.0.1:1,localhost:{port}/house");
    serves(&folder, &|command| {
        command
            .env("DATABASE_URL", &url)
            .env("HOME", folder.path())
            .env("PGUSER", "rowhouse_app")
            .env("PGSSLMODE", "verify-full")
            .env("PGSSLROOTCERT", "root.crt");
    });
}

#[test]
fn the_private_postgresql_is_never_looked_for_elsewhere() {
    let folder = Folder::new();
    let elsewhere = |command: &mut Command| {
        command
            .env("PGHOSTADDR", "127.0.0.1")
            .env("PGREQUIREAUTH", "scram-sha-256");
    };
    for arguments in [
        &["db", "start", "--demo"][..],
        &["db", "psql", "--", "-c", "SELECT 1"],
    ] {
        let mut command = folder.rowhouse(arguments);
        elsewhere(&mut command);
        let ended = said(&mut command);
        assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
    }
    serves(&folder, &elsewhere);
}
