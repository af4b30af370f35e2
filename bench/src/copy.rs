//! All rows of a large table: from the server by COPY, and from the service as one answer.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use futures_util::TryStreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::data::{connect, tenant};
use crate::service::Service;

const COLUMNS: &str = "id, title, tenant_id";

/// How long the server's COPY of the tenant's rows takes, over the app role's connection.
pub(crate) async fn server(url: &str) -> Result<Duration> {
    let client = connect(url).await?;
    let set = format!("SET app.current_tenant_id = '{}'", tenant(1));
    client.batch_execute(&set).await?;
    let began = Instant::now();
    let copy = format!("COPY (SELECT {COLUMNS} FROM items) TO STDOUT (FORMAT csv)");
    let rows = client.copy_out(&copy).await?;
    let bytes = rows
        .try_fold(0, |sum, part| async move { Ok(sum + part.len()) })
        .await?;
    ensure!(bytes > 0, "nothing was copied");
    Ok(began.elapsed())
}

/// How long the service takes for the same, and the most memory it had meanwhile, in MiB.
pub(crate) async fn service(service: &Service) -> Result<(Duration, f64)> {
    let mut stream = TcpStream::connect(service.address).await?;
    let request = format!(
        "GET /items?select=id,title,tenant_id HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\
         X-tenant-id: {}\r\nConnection: close\r\n\r\n",
        tenant(1)
    );
    let began = Instant::now();
    stream.write_all(request.as_bytes()).await?;
    let (mut buffer, mut bytes, mut peak) = (vec![0; 256 << 10], 0, 0.0_f64);
    let mut looked = began;
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            break;
        }
        if bytes == 0 && !buffer.starts_with(b"HTTP/1.1 200") {
            bail!("{}", String::from_utf8_lossy(&buffer[..read]));
        }
        bytes += read;
        if looked.elapsed() > Duration::from_millis(20) {
            looked = Instant::now();
            peak = peak.max(service.resident()?);
        }
    }
    ensure!(bytes > 10_000_000, "the answer ended after {bytes} bytes");
    Ok((began.elapsed(), peak))
}
