//! `serve` over TLS, with files that change while it runs.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use rcgen::{CertifiedKey, KeyPair};
use rowhouse_local::testing::Database;
use rustix::process::Signal;

use crate::folder::{Folder, Said, said};
use crate::named_database::DEMO;
use crate::service::Service;

fn write(folder: &Folder, pair: &CertifiedKey<KeyPair>) {
    folder.write("key.pem", &pair.signing_key.serialize_pem());
    let key = folder.path().join("key.pem");
    fs::set_permissions(key, Permissions::from_mode(0o600)).unwrap();
    folder.write("cert.pem", &pair.cert.pem());
}

fn pair() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

/// Whether the service shows the certificate that is in the file.
fn shows(service: &Service, authority: &str, folder: &Folder) -> bool {
    let url = format!("https://localhost:{}/healthz", service.address.port());
    let resolve = format!("localhost:{}:127.0.0.1", service.address.port());
    let curl = Command::new("curl")
        .args([
            "--silent",
            "--fail",
            "--max-time",
            "20",
            "--cacert",
            authority,
        ])
        .args(["--resolve", &resolve, &url])
        .current_dir(folder.path())
        .output()
        .unwrap();
    curl.status.success()
}

#[tokio::test]
async fn a_certificate_is_served_and_renewed() {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    write(&folder, &pair());
    folder.write(
        "rowhouse.toml",
        "[serve.tls]\ncertificate = 'cert.pem'\nkey = 'key.pem'\n",
    );
    let url = database.app_url();
    let arguments = ["serve", "--listen", "0", "--database-url", &url];
    let mut service = Service::start(&mut folder.rowhouse(&arguments));
    assert!(
        service.banner.contains("https://127.0.0.1"),
        "{}",
        service.banner
    );
    fs::copy(
        folder.path().join("cert.pem"),
        folder.path().join("old.pem"),
    )
    .unwrap();
    assert!(shows(&service, "old.pem", &folder));

    // A bad one first: the old one stays.
    folder.write("cert.pem", "hunter2");
    service.signal(Signal::HUP);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(shows(&service, "old.pem", &folder));

    write(&folder, &pair());
    let mut renewed = false;
    for _ in 0..100 {
        renewed = shows(&service, "cert.pem", &folder);
        if renewed {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(renewed);
    assert!(!shows(&service, "old.pem", &folder));
    service.signal(Signal::INT);
    assert_eq!(service.end(), Some(0));
    let said = service.said();
    assert!(said.contains("certificate stays as it was"), "{said}");
    assert!(
        said.contains("cert.pem") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_served_with_is_told_at_the_start() {
    let folder = Folder::new();
    let run = |arguments: &[&str]| -> Said {
        let all = [&["serve", "--demo", "--listen", "0"], arguments].concat();
        said(&mut folder.rowhouse(&all))
    };
    let refused = |arguments: &[&str], words: &[&str]| {
        let said = run(arguments);
        assert_eq!(said.code, 2, "{said:?}");
        for word in words {
            assert!(said.err.contains(word), "{said:?}");
        }
    };
    let both = ["--tls-certificate", "cert.pem", "--tls-key", "key.pem"];
    refused(&both, &["cannot read cert.pem", "--tls-certificate"]);
    refused(&both[..2], &["--tls-key"]);
    refused(&both[2..], &["--tls-certificate"]);
    write(&folder, &pair());
    fs::write(folder.path().join("cert.pem"), pair().cert.pem()).unwrap();
    refused(
        &both,
        &["the key in key.pem is not that of the certificate in cert.pem"],
    );
    let key = folder.path().join("key.pem");
    fs::set_permissions(key, Permissions::from_mode(0o644)).unwrap();
    refused(&both, &["key.pem", "other accounts", "chmod 600"]);
    assert!(
        !folder.path().join(".rowhouse").exists(),
        "nothing was begun"
    );
}

#[test]
fn doctor_looks_at_the_certificate() {
    let folder = Folder::new();
    folder.write(
        "rowhouse.toml",
        "[serve.tls]\ncertificate = 'cert.pem'\nkey = 'key.pem'\n",
    );
    let missing = folder.run(&["doctor"]);
    assert!(missing.out.contains("cannot read cert.pem"), "{missing:?}");
    write(&folder, &pair());
    let there = folder.run(&["doctor"]);
    assert!(there.out.contains("belong together"), "{there:?}");
}
