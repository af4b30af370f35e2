//! HTTP load: keep-alive clients, each sending its next request when the last was answered.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::data::tenant;

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    /// A path.
    Get(String),
    /// A method, a path and the content, which a number that never comes twice makes anew for each request.
    Write(&'static str, String, fn(u64) -> String),
}

/// What a load gave.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(crate) struct Measured {
    /// Requests that went well, per second.
    pub(crate) per_second: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    /// Milliseconds.
    pub(crate) p99: f64,
    /// Bytes of one body, to see that the same was answered.
    pub(crate) body: usize,
}

/// A load on one address.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) ask: Ask,
    pub(crate) clients: usize,
    /// Tenants to rotate over, as a range of numbers.
    pub(crate) tenants: std::ops::RangeInclusive<u64>,
    pub(crate) time: Duration,
    /// A pause between requests, for a light load.
    pub(crate) pause: Duration,
}

impl Load {
    /// Runs it on a thread of its own, which costs as little of the machine as it can.
    pub(crate) async fn run(&self) -> Result<Measured> {
        let load = self.clone();
        tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(load.drive())
        })
        .await?
    }

    async fn drive(&self) -> Result<Measured> {
        let mut clients = Vec::new();
        for number in 0..self.clients {
            clients.push(tokio::task::spawn(self.clone().client(number as u64)));
        }
        let (mut latencies, mut body) = (Vec::new(), 0);
        let mut longest = Duration::ZERO;
        for client in clients {
            let (took, size, elapsed) = client.await??;
            latencies.extend(took);
            body = size;
            longest = longest.max(elapsed);
        }
        ensure!(!latencies.is_empty(), "no request was answered");
        latencies.sort_unstable();
        let at = |share: f64| {
            f64::from(latencies[((latencies.len() - 1) as f64 * share) as usize]) / 1e3
        };
        let per_second = latencies.len() as f64 / longest.as_secs_f64();
        Ok(Measured {
            per_second,
            p50: at(0.5),
            p99: at(0.99),
            body,
        })
    }

    async fn client(self, number: u64) -> Result<(Vec<u32>, usize, Duration)> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let span = self.tenants.end() - self.tenants.start() + 1;
        let tenants: Vec<uuid::Uuid> = (0..span.min(256))
            .map(|n| tenant(self.tenants.start() + (n * 7919 + number * 104_729) % span))
            .collect();
        // What is the same every time is made once.
        let prepared: Vec<Vec<u8>> = tenants.iter().map(|id| self.ask.request(*id, 0)).collect();
        let mut buffer = Vec::with_capacity(64 * 1024);
        let (mut latencies, mut size) = (Vec::new(), 0);
        let began = Instant::now();
        let mut sent = began;
        for turn in 0_usize.. {
            let at = turn % tenants.len();
            if let Ask::Get(_) = self.ask {
                stream.write_all(&prepared[at]).await?;
            } else {
                let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
                stream
                    .write_all(&self.ask.request(tenants[at], serial))
                    .await?;
            }
            size = answer(&mut stream, &mut buffer).await?;
            let now = Instant::now();
            latencies.push(u32::try_from((now - sent).as_micros()).unwrap_or(u32::MAX));
            if now - began >= self.time {
                break;
            }
            if self.pause > Duration::ZERO {
                tokio::time::sleep(self.pause).await;
                sent = Instant::now();
            } else {
                sent = now;
            }
        }
        Ok((latencies, size, began.elapsed()))
    }
}

/// Counts requests that write, of all loads of the process.
static SERIAL: AtomicU64 = AtomicU64::new(1);

impl Ask {
    fn request(&self, tenant: uuid::Uuid, serial: u64) -> Vec<u8> {
        let (method, path, content) = match self {
            Self::Get(path) => ("GET", path, None),
            Self::Write(method, path, content) => (*method, path, Some(content(serial))),
        };
        // A service that knows no tenants filters by the same id instead.
        let path = path.replace("{tenant}", &tenant.to_string());
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-tenant-id: {tenant}\r\n");
        if let Some(content) = content {
            let content = content.replace("{tenant}", &tenant.to_string());
            let _ = write!(
                request,
                "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{content}",
                content.len()
            );
        } else {
            request += "\r\n";
        }
        request.into_bytes()
    }
}

/// Reads one answer and returns the size of its body.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<usize> {
    buffer.clear();
    let head = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        ensure!(
            stream.read_buf(buffer).await? > 0,
            "the service closed the connection"
        );
    };
    ensure!(
        buffer.starts_with(b"HTTP/1.1 2"),
        "{}",
        String::from_utf8_lossy(buffer)
    );
    if buffer.starts_with(b"HTTP/1.1 204") {
        return Ok(0);
    }
    let Some(length) = content_length(&buffer[..head]) else {
        return chunks(stream, buffer, head).await;
    };
    while buffer.len() < head + length {
        ensure!(
            stream.read_buf(buffer).await? > 0,
            "the service closed the connection"
        );
    }
    Ok(length)
}

/// Reads a body in chunks.
async fn chunks(stream: &mut TcpStream, buffer: &mut Vec<u8>, head: usize) -> Result<usize> {
    ensure!(
        buffer[..head]
            .windows(7)
            .any(|window| window.eq_ignore_ascii_case(b"chunked")),
        "neither a length nor chunks: {}",
        String::from_utf8_lossy(&buffer[..head])
    );
    while !buffer.ends_with(b"\r\n0\r\n\r\n") {
        ensure!(
            stream.read_buf(buffer).await? > 0,
            "the service closed the connection"
        );
    }
    Ok(buffer.len() - head)
}

fn content_length(head: &[u8]) -> Option<usize> {
    let name = b"\r\ncontent-length: ";
    let at = head
        .windows(name.len())
        .position(|window| window.eq_ignore_ascii_case(name))?
        + name.len();
    let digits = head[at..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0')))
}
