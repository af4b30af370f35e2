//! Somebody who ends our TLS, shows a certificate of their own, and passes on what we say.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::io::AsyncWriteExt;

use crate::connect::clock::Clock;
use crate::connect::establish;
use crate::connect::hosts::Address;
use crate::connect::options::ConnectOptions;
use crate::connect::socket::{self, Protection};
use crate::connect::tls::Tls;
use crate::connect::words::{ChannelBinding, SslMode};

use super::impostor;
use super::server::Server;

/// Listens as the man in the middle between us and `server`.
async fn listen(server: SocketAddr) -> SocketAddr {
    let acceptor = impostor::acceptor(Vec::new());
    let options = Arc::new(ConnectOptions::new());
    let onward = Protection {
        tls: Tls::prepare(&options).unwrap(),
        name: "localhost".to_owned(),
        required: true,
    };
    impostor::listen(move |mut ours| {
        let (acceptor, options, onward) = (acceptor.clone(), Arc::clone(&options), onward.clone());
        async move {
            impostor::startup(&mut ours).await;
            ours.write_all(b"S").await.unwrap();
            let mut ours = acceptor.accept(ours).await.unwrap();
            let clock = Clock::start("server".to_owned(), None);
            let address = Address::Tcp(server);
            let theirs = socket::open(&address, Some(&onward), &options, &clock).await;
            let mut theirs = theirs.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut ours, &mut theirs).await;
        }
    })
    .await
}

#[tokio::test]
async fn channel_binding_notices() {
    let server = Server::start(&[]).await;
    let middle = listen((Ipv4Addr::LOCALHOST, server.port).into()).await;
    let through = |binding| {
        ConnectOptions {
            hosts: ConnectOptions::new().host("127.0.0.1", middle.port()).hosts,
            ..server.tcp("scram")
        }
        .sslmode(SslMode::Require)
        .channel_binding(binding)
    };
    // The password alone proves nothing about who carries it.
    establish(&through(ChannelBinding::Disable)).await.unwrap();
    for binding in [ChannelBinding::Prefer, ChannelBinding::Require] {
        let error = establish(&through(binding)).await.unwrap_err();
        assert!(error.to_string().contains("28000"), "{error}");
        assert!(!error.is_transient());
    }
}
