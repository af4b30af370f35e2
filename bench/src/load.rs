//! HTTP load: keep-alive clients, each sending its next request when the last was answered.
//!
//! One thread and one event loop, since whatever the load costs is taken from what is measured on a machine of two cores.

mod client;

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use mio::{Events, Poll, Token};

use crate::data::tenant;
use client::Client;

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
    /// Runs it on a thread of its own.
    pub(crate) async fn run(&self) -> Result<Measured> {
        let load = self.clone();
        tokio::task::spawn_blocking(move || load.drive()).await?
    }

    fn drive(&self) -> Result<Measured> {
        let mut poll = Poll::new()?;
        let mut clients = Vec::new();
        for number in 0..self.clients {
            let requests = self.requests(number as u64);
            clients.push(Client::connect(self, requests, &poll, Token(number))?);
        }
        let mut events = Events::with_capacity(1024);
        let began = Instant::now();
        let end = began + self.time;
        let mut open = clients.len();
        // Nobody waits for ever for an answer.
        let patience = self.time + Duration::from_secs(30);
        while open > 0 {
            let waking = clients.iter().filter_map(Client::wakes).min();
            let wait = waking.map_or(Duration::from_secs(1), |at| {
                at.saturating_duration_since(Instant::now())
            });
            poll.poll(&mut events, Some(wait))?;
            for event in &events {
                open -= usize::from(clients[event.token().0].ready(self, end)?);
            }
            if waking.is_some() {
                for client in &mut clients {
                    client.wake(self, Instant::now())?;
                }
            }
            ensure!(began.elapsed() < patience, "a request is not answered");
        }
        let longest = began.elapsed();
        let mut latencies: Vec<u32> = clients
            .iter_mut()
            .flat_map(|client| std::mem::take(&mut client.latencies))
            .collect();
        ensure!(!latencies.is_empty(), "no request was answered");
        latencies.sort_unstable();
        let at = |share: f64| {
            f64::from(latencies[((latencies.len() - 1) as f64 * share) as usize]) / 1e3
        };
        Ok(Measured {
            per_second: latencies.len() as f64 / longest.as_secs_f64(),
            p50: at(0.5),
            p99: at(0.99),
            body: clients.last().map_or(0, |client| client.body),
        })
    }

    /// A client's tenants and, where every request is the same, what is sent for each.
    fn requests(&self, client: u64) -> Vec<(uuid::Uuid, Vec<u8>)> {
        let span = self.tenants.end() - self.tenants.start() + 1;
        (0..span.min(256))
            .map(|n| {
                let id = tenant(self.tenants.start() + (n * 7919 + client * 104_729) % span);
                (id, self.ask.request(id, 0))
            })
            .collect()
    }
}

/// Counts requests that write, of all loads of the process.
static SERIAL: AtomicU64 = AtomicU64::new(1);

impl Ask {
    /// What is sent next, where it is not the same every time.
    fn fresh(&self, tenant: uuid::Uuid) -> Option<Vec<u8>> {
        match self {
            Self::Get(_) => None,
            Self::Write(..) => Some(self.request(tenant, SERIAL.fetch_add(1, Ordering::Relaxed))),
        }
    }

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
