//! A client that shows what is on the wire.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than anything a test waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// One connection.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    read: Vec<u8>,
    address: SocketAddr,
}

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The connection broke before the body's end.
    pub(crate) cut_off: bool,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} twice: {:?}", self.headers);
        value
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            read: Vec::new(),
            address,
        }
    }

    /// `GET path` in a tenant's name.
    pub(crate) async fn get(&mut self, path: &str, tenant: &str) -> Answer {
        self.ask("GET", path, &[("X-Tenant-Id", tenant)]).await
    }

    /// Any request, with a `Host`.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let host = self.address.to_string();
        let mut all = vec![("Host", host.as_str())];
        all.extend(headers);
        self.ask_bare(method, path, &all).await
    }

    /// Any request, as it is.
    pub(crate) async fn ask_bare(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let lines: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let request = format!("{method} {path} HTTP/1.1\r\n{}\r\n", lines.concat());
        self.send(request.as_bytes()).await;
        self.answer(method == "HEAD").await
    }

    /// Any request, with a `Host` and content.
    pub(crate) async fn ask_with(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        content: &[u8],
    ) -> Answer {
        let length = content.len();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\n",
            self.address
        );
        let lines = headers.iter();
        request.extend(lines.map(|(name, value)| format!("{name}: {value}\r\n")));
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(content);
        self.send(&bytes).await;
        self.answer(method == "HEAD").await
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Reads more; false at the end of the connection.
    async fn more(&mut self) -> bool {
        let read = timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await;
        matches!(read.expect("the service does not answer"), Ok(1..))
    }

    /// Everything until the service closes the connection.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        while self.more().await {}
        std::mem::take(&mut self.read)
    }

    /// The head of the next answer.
    pub(crate) async fn head(&mut self) -> Answer {
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            assert!(
                self.more().await,
                "closed: {:?}",
                String::from_utf8_lossy(&self.read)
            );
        };
        let rest = self.read.split_off(end + 4);
        let head = String::from_utf8(std::mem::replace(&mut self.read, rest)).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap();
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Answer {
            status: status.split(' ').nth(1).unwrap().parse().unwrap(),
            headers,
            body: Vec::new(),
            cut_off: false,
        }
    }

    /// The next answer.
    pub(crate) async fn answer(&mut self, head_only: bool) -> Answer {
        let mut answer = self.head().await;
        if head_only || matches!(answer.status, 204 | 304) {
            return answer;
        }
        if answer.header("transfer-encoding") == Some("chunked") {
            loop {
                match self.chunk().await {
                    Some(chunk) if chunk.is_empty() => break,
                    Some(chunk) => answer.body.extend(chunk),
                    None => {
                        answer.cut_off = true;
                        break;
                    }
                }
            }
        } else {
            let length: usize = answer.header("content-length").unwrap().parse().unwrap();
            match self.take(length).await {
                Some(body) => answer.body = body,
                None => answer.cut_off = true,
            }
        }
        answer
    }

    /// The next chunk of a body; the last one is empty.
    pub(crate) async fn chunk(&mut self) -> Option<Vec<u8>> {
        let line = loop {
            if let Some(end) = self.read.windows(2).position(|two| two == b"\r\n") {
                break self.take(end + 2).await?;
            }
            if !self.more().await {
                return None;
            }
        };
        let line = std::str::from_utf8(&line).unwrap().trim();
        let length = usize::from_str_radix(line, 16).unwrap();
        let mut chunk = self.take(length + 2).await?;
        chunk.truncate(length);
        Some(chunk)
    }

    async fn take(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.read.len() < count {
            if !self.more().await {
                return None;
            }
        }
        let rest = self.read.split_off(count);
        Some(std::mem::replace(&mut self.read, rest))
    }
}
