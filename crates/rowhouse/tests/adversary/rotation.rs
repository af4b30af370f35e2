//! Passwords that change while the house stands.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rowhouse::{ConnectOptions, Rowhouse};
use rowhouse_local::testing::Database;
use tokio_postgres::Client;

use crate::common::{BETA_TITLES, SCHEMA, beta, titles};

/// Long enough for the busiest machine, and short of for ever.
const TRIES: usize = 600;

/// A login of the test's own, with a password.
async fn login(database: &Database, password: &str) -> (Client, String) {
    let admin = database.admin().await;
    let role = database.unique("rotates");
    let sql = format!("CREATE ROLE {role} LOGIN PASSWORD '{password}' IN ROLE rowhouse_app");
    admin.batch_execute(&sql).await.unwrap();
    (admin, role)
}

fn url(database: &Database, role: &str, password: &str) -> String {
    let (port, name) = (database.port(), database.name());
    format!("postgres://{role}:{password}@127.0.0.1:{port}/{name}")
}

/// Changes the password and ends all sessions, so that what comes now has to know the new one.
async fn rotate(admin: &Client, role: &str, password: &str) {
    // One after the other: until the change is committed, who is sent away may come back with the old password.
    for sql in [
        format!("ALTER ROLE {role} PASSWORD '{password}'"),
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"),
    ] {
        admin.batch_execute(&sql).await.unwrap();
    }
}

/// Waits until a tenant is answered again.
async fn answers(house: &Rowhouse) {
    for _ in 0..TRIES {
        if beta(house).query("SELECT 1", &[]).await.is_ok() {
            assert_eq!(titles(&beta(house)).await, BETA_TITLES);
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no connection with the new password: {:?}", house.trouble());
}

#[tokio::test]
async fn a_new_connection_asks_for_the_password() {
    let database = Database::create(SCHEMA).await;
    let (admin, role) = login(&database, "first").await;
    let kept = Arc::new(Mutex::new("first".to_owned()));
    let asked = Arc::clone(&kept);
    let options: ConnectOptions = url(&database, &role, "").parse().unwrap();
    let options = options.password_with(move || {
        let asked = Arc::clone(&asked);
        async move {
            tokio::task::yield_now().await;
            Ok(asked.lock().unwrap().clone())
        }
    });
    let house = Rowhouse::builder()
        .lanes(1)
        .connect_with(options)
        .await
        .unwrap();
    assert_eq!(titles(&beta(&house)).await, BETA_TITLES);
    rotate(&admin, &role, "second").await;
    "second".clone_into(&mut kept.lock().unwrap());
    answers(&house).await;
    // A transaction has a connection of its own, opened now.
    let transaction = beta(&house).begin().await.unwrap();
    transaction.rollback().await.unwrap();
    house.close().await.unwrap();
}

#[tokio::test]
async fn a_file_is_read_again_even_where_it_is_late() {
    let database = Database::create(SCHEMA).await;
    let (admin, role) = login(&database, "first").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("url");
    std::fs::write(&file, url(&database, &role, "first") + "\n").unwrap();
    let options = ConnectOptions::read(&file).unwrap();
    let house = Rowhouse::builder()
        .lanes(1)
        .connect_with(options)
        .await
        .unwrap();
    assert_eq!(titles(&beta(&house)).await, BETA_TITLES);
    rotate(&admin, &role, "second").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(beta(&house).query("SELECT 1", &[]).await.is_err());
    let trouble = house.trouble().unwrap();
    assert!(
        !trouble.contains("first") && !trouble.contains("second"),
        "{trouble}"
    );
    std::fs::write(&file, url(&database, &role, "second")).unwrap();
    answers(&house).await;
    house.close().await.unwrap();
}
