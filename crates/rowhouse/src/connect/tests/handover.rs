//! A session that we open and a general client takes over.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the client that takes over is what is tested"
)]

use tokio_postgres::{Client, Config, NoTls};

use super::server::Server;
use crate::connect::options::ConnectOptions;
use crate::connect::words::{ChannelBinding, SslMode, TargetSessionAttrs};

async fn taken_over(options: &ConnectOptions) -> Client {
    let session = options
        .hand_over()
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    let mut anybody = Config::new();
    anybody.user("nobody");
    let (client, connection) = anybody.connect_raw(session, NoTls).await.unwrap();
    assert_eq!(connection.parameter("client_encoding"), Some("UTF8"));
    tokio::spawn(connection);
    client
}

async fn user_and_tls(client: &Client) -> (String, bool) {
    let sql = "SELECT current_user::text, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let row = client.query_one(sql, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test]
async fn it_is_the_session_of_the_options() {
    let server = Server::start(&[]).await;
    let bound = server
        .tls("scram", SslMode::VerifyFull)
        .channel_binding(ChannelBinding::Require)
        .target_session_attrs(TargetSessionAttrs::ReadWrite);
    let client = taken_over(&bound).await;
    assert_eq!(user_and_tls(&client).await, ("scram".to_owned(), true));
    // More than any buffer holds, both ways.
    let long = "x".repeat(1 << 20);
    let row = client.query_one("SELECT $1::text", &[&long]).await.unwrap();
    assert_eq!(row.get::<_, &str>(0), long);

    for (options, user) in [
        (server.tcp("md5"), "md5"),
        (server.unix("trusted"), "trusted"),
    ] {
        let client = taken_over(&options).await;
        assert_eq!(user_and_tls(&client).await, (user.to_owned(), false));
    }
    let wrong = server.tcp("scram").password("wrong");
    let error = wrong.hand_over().await.unwrap_err();
    assert!(error.to_string().contains("28P01"), "{error}");
}

#[tokio::test]
async fn its_end_ends_the_session() {
    let server = Server::start(&[]).await;
    let client = taken_over(&server.tls("scram", SslMode::Require)).await;
    user_and_tls(&client).await;
    drop(client);
    let admin = server.cluster.admin().await;
    let sql = "SELECT FROM pg_stat_activity WHERE usename = 'scram'";
    for _ in 0..500 {
        if admin.query(sql, &[]).await.unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the session outlived its client");
}
