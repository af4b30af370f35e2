//! One keep-alive connection of a load.

use std::io::{ErrorKind, Read, Write};
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use memchr::memmem;
use mio::net::TcpStream;
use mio::{Interest, Poll, Token};
use uuid::Uuid;

use super::Load;

/// Where it stands: a request is on its way, or the next one waits for its time.
#[derive(Debug)]
pub(super) struct Client {
    stream: TcpStream,
    requests: Vec<(Uuid, Vec<u8>)>,
    turn: usize,
    /// What is left to be sent, where the socket did not take it at once.
    unsent: Vec<u8>,
    buffer: Vec<u8>,
    filled: usize,
    sent: Instant,
    pausing: Option<Instant>,
    pub(super) latencies: Vec<u32>,
    pub(super) body: usize,
}

impl Client {
    pub(super) fn connect(
        load: &Load,
        requests: Vec<(Uuid, Vec<u8>)>,
        poll: &Poll,
        token: Token,
    ) -> Result<Self> {
        let stream = std::net::TcpStream::connect(load.address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        let both = Interest::READABLE | Interest::WRITABLE;
        poll.registry().register(&mut stream, token, both)?;
        let mut client = Self {
            stream,
            requests,
            turn: 0,
            unsent: Vec::new(),
            buffer: vec![0; 64 * 1024],
            filled: 0,
            sent: Instant::now(),
            pausing: None,
            latencies: Vec::new(),
            body: 0,
        };
        client.ask(load)?;
        Ok(client)
    }

    /// When its next request is to be sent, where it waits for that.
    pub(super) fn wakes(&self) -> Option<Instant> {
        self.pausing
    }

    pub(super) fn wake(&mut self, load: &Load, now: Instant) -> Result<()> {
        if self.pausing.is_some_and(|at| at <= now) {
            self.pausing = None;
            self.ask(load)?;
        }
        Ok(())
    }

    /// Goes on as far as it can; true when it is done.
    pub(super) fn ready(&mut self, load: &Load, end: Instant) -> Result<bool> {
        if !self.unsent.is_empty() {
            let unsent = std::mem::take(&mut self.unsent);
            self.send(&unsent)?;
        }
        loop {
            if self.filled == self.buffer.len() {
                self.buffer.resize(self.filled * 2, 0);
            }
            match self.stream.read(&mut self.buffer[self.filled..]) {
                Ok(0) => bail!("the service closed the connection"),
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error.into()),
            }
            let Some(body) = answered(&self.buffer[..self.filled])? else {
                continue;
            };
            self.body = body;
            self.filled = 0;
            let now = Instant::now();
            let took = (now - self.sent).as_micros();
            self.latencies.push(u32::try_from(took).unwrap_or(u32::MAX));
            if now >= end {
                return Ok(true);
            }
            if load.pause.is_zero() {
                self.ask(load)?;
            } else {
                self.pausing = Some(now + load.pause);
            }
            // What comes next makes the socket readable anew.
            return Ok(false);
        }
    }

    fn ask(&mut self, load: &Load) -> Result<()> {
        let at = self.turn % self.requests.len();
        self.turn += 1;
        self.sent = Instant::now();
        match load.ask.fresh(self.requests[at].0) {
            Some(request) => self.send(&request),
            None => {
                let request = std::mem::take(&mut self.requests[at].1);
                let sent = self.send(&request);
                self.requests[at].1 = request;
                sent
            }
        }
    }

    fn send(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.unsent = bytes.to_vec();
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// The size of the body, once all of an answer is there.
fn answered(bytes: &[u8]) -> Result<Option<usize>> {
    let Some(end) = memmem::find(bytes, b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = &bytes[..end];
    ensure!(
        head.starts_with(b"HTTP/1.1 2"),
        "{}",
        String::from_utf8_lossy(bytes)
    );
    let body = &bytes[end + 4..];
    if head.starts_with(b"HTTP/1.1 204") {
        return Ok(Some(0));
    }
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        if let Some(digits) = value(line, b"content-length: ") {
            let length = std::str::from_utf8(digits)?.trim().parse()?;
            return Ok((body.len() >= length).then_some(length));
        }
        if value(line, b"transfer-encoding: ").is_some() {
            return Ok(body.ends_with(b"0\r\n\r\n").then_some(body.len()));
        }
    }
    bail!(
        "neither a length nor chunks: {}",
        String::from_utf8_lossy(head)
    )
}

fn value<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let (start, value) = line.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then_some(value)
}
