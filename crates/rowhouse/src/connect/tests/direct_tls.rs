//! `sslnegotiation=direct`, at a TLS server that is not PostgreSQL, since 15 cannot do it.

use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::connect::establish;
use crate::connect::options::ConnectOptions;
use crate::connect::stream::Stream;
use crate::connect::words::{SslMode, SslNegotiation};

use super::impostor;

async fn connect(protocols: Vec<Vec<u8>>) -> Result<bool, String> {
    let acceptor = impostor::acceptor(protocols);
    let address = impostor::listen(move |socket| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(socket).await else {
                return;
            };
            let Ok(length) = stream.read_i32().await else {
                return;
            };
            stream
                .read_exact(&mut vec![0; length as usize - 4])
                .await
                .unwrap();
            stream.write_all(&impostor::welcome()).await.unwrap();
            let _ = stream.read_u8().await;
        }
    })
    .await;
    let options = ConnectOptions::new()
        .host_at("localhost", Ipv4Addr::LOCALHOST.into(), address.port())
        .user("app")
        .sslmode(SslMode::Require)
        .sslnegotiation(SslNegotiation::Direct);
    match establish(&options).await {
        Ok(connected) => Ok(matches!(connected.stream, Stream::Tls(_))),
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test]
async fn the_handshake_comes_first() {
    assert_eq!(connect(vec![b"postgresql".to_vec()]).await, Ok(true));
}

/// Without the protocol's name, the other end may be any TLS server.
#[tokio::test]
async fn the_other_end_must_name_the_protocol() {
    let error = connect(Vec::new()).await.unwrap_err();
    assert!(error.contains("sslnegotiation=direct"), "{error}");
}
