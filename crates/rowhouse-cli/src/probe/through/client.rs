//! One connection to the service, on which all parties ask in turn: what it remembers of one must not reach the next.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::Verifier;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 64 << 20;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the service is.
#[derive(Debug, Clone)]
pub(super) struct Address {
    tls: bool,
    host: String,
    port: u16,
    /// What stands in front of every path, without a slash at its end.
    prefix: String,
}

impl Address {
    /// Reads `http://host:port/prefix`.
    pub(super) fn parse(url: &str) -> anyhow::Result<Self> {
        let (tls, rest) = match url.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            _ => bail!("{url:?} does not begin with http:// or https://"),
        };
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if rest.contains(['?', '#', '@']) {
            bail!(
                "{url:?} is to be the address alone: credentials go into --tenant-a and --tenant-b"
            );
        }
        let usual = if tls { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (
                host,
                port.parse()
                    .with_context(|| format!("{port:?} is no port"))?,
            ),
            _ => (authority, usual),
        };
        if host.is_empty() {
            bail!("{url:?} names no host");
        }
        Ok(Self {
            tls,
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            prefix: path.trim_end_matches('/').to_owned(),
        })
    }

    fn authority(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        format!("{host}:{}", self.port)
    }

    /// For people.
    pub(super) fn place(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}{}", self.authority(), self.prefix)
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) method: Method,
    /// The path and the query, encoded.
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Value>,
}

impl Ask {
    pub(super) fn new(method: Method, target: impl Into<String>) -> Self {
        Self {
            method,
            target: target.into(),
            headers: Vec::new(),
            body: None,
        }
    }

    pub(super) fn get(target: impl Into<String>) -> Self {
        Self::new(Method::GET, target)
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// All that was said in it.
    pub(super) fn words(&self) -> String {
        let mut words = decoded(&self.target);
        for (_, value) in &self.headers {
            let _ = write!(words, "\n{value}");
        }
        if let Some(body) = &self.body {
            let _ = write!(words, "\n{body}");
        }
        words
    }

    /// The same as a command for a shell, with the credentials as a variable.
    pub(super) fn command(&self, address: &Address, who: &str) -> String {
        let mut command = format!("curl -i -X {} -H \"{who}\"", self.method);
        for (name, value) in &self.headers {
            let _ = write!(command, " -H {}", quoted(&format!("{name}: {value}")));
        }
        if let Some(body) = &self.body {
            let _ = write!(
                command,
                " -H 'Content-Type: application/json' -d {}",
                quoted(&body.to_string())
            );
        }
        let url = format!("{}{}", address.place(), self.target);
        let _ = write!(command, " {}", quoted(&url));
        command
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Names in small letters.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The rows, where the body is a list of objects.
    pub(super) fn rows(&self) -> Option<Vec<Value>> {
        let list: Vec<Value> = serde_json::from_str(&self.body).ok()?;
        list.iter().all(Value::is_object).then_some(list)
    }
}

/// The connection; opened when it is needed, and again when it was closed.
pub(super) struct Client {
    pub(super) address: Address,
    line: Option<SendRequest<Full<Bytes>>>,
    /// How often it asked.
    pub(super) asked: usize,
}

impl Client {
    pub(super) fn new(address: Address) -> Self {
        Self {
            address,
            line: None,
            asked: 0,
        }
    }

    /// Asks with these credentials.
    ///
    /// # Errors
    /// No connection, no HTTP, or no answer in time.
    pub(super) async fn ask(
        &mut self,
        credentials: &[(String, String)],
        ask: &Ask,
    ) -> anyhow::Result<Answer> {
        self.asked += 1;
        // A connection that was kept may have been closed meanwhile: then it never took the request.
        let kept = self.line.as_ref().is_some_and(|line| !line.is_closed());
        match tokio::time::timeout(PATIENCE, self.once(credentials, ask)).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(_)) if kept => {}
            Ok(Err(error)) => return Err(error),
            Err(_) => bail!(
                "{} {}: no answer within {PATIENCE:?}",
                ask.method,
                ask.target
            ),
        }
        self.line = None;
        tokio::time::timeout(PATIENCE, self.once(credentials, ask))
            .await
            .with_context(|| {
                format!(
                    "{} {}: no answer within {PATIENCE:?}",
                    ask.method, ask.target
                )
            })?
    }

    async fn once(
        &mut self,
        credentials: &[(String, String)],
        ask: &Ask,
    ) -> anyhow::Result<Answer> {
        let mut line = match self.line.take() {
            Some(line) if !line.is_closed() => line,
            _ => self.connect().await?,
        };
        line.ready().await?;
        let target = format!("{}{}", self.address.prefix, ask.target);
        let mut request = Request::builder()
            .method(&ask.method)
            .uri(target)
            .header("accept", "application/json")
            .header(
                "user-agent",
                concat!("rowhouse-probe/", env!("CARGO_PKG_VERSION")),
            );
        for (name, value) in credentials.iter().chain(&ask.headers) {
            request = request.header(name, value);
        }
        if !credentials
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            request = request.header("host", self.address.authority());
        }
        let body = ask.body.as_ref().map(Value::to_string);
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = Full::new(Bytes::from(body.unwrap_or_default()));
        let response = line.send_request(request.body(body)?).await?;
        let (head, body) = response.into_parts();
        let read = Limited::new(body, LONGEST).collect().await;
        let body =
            read.map_err(|error| anyhow::anyhow!("{} {}: {error}", ask.method, ask.target))?;
        self.line = Some(line);
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head
                .headers
                .iter()
                .map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                    (name.as_str().to_owned(), value)
                })
                .collect(),
            body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
        })
    }

    async fn connect(&self) -> anyhow::Result<SendRequest<Full<Bytes>>> {
        let address = &self.address;
        let place = || format!("cannot connect to {}", address.place());
        let socket = TcpStream::connect((address.host.as_str(), address.port))
            .await
            .with_context(place)?;
        socket.set_nodelay(true)?;
        if !address.tls {
            return handshake(socket).await;
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let name = ServerName::try_from(address.host.clone())?;
        let connector = TlsConnector::from(Arc::new(config));
        handshake(connector.connect(name, socket).await.with_context(place)?).await
    }
}

async fn handshake<S>(socket: S) -> anyhow::Result<SendRequest<Full<Bytes>>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (line, connection) = Builder::new().handshake(TokioIo::new(socket)).await?;
    tokio::spawn(async move {
        // How it ends is told to whoever asks next.
        let _ = connection.await;
    });
    Ok(line)
}

/// A value as it may stand in a query.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The other way round, as far as it is text.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = text
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, hex) {
            (b'%', Some(value)) => {
                out.push(value);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_a_host_and_a_prefix() {
        let place = |url: &str| Address::parse(url).map(|address| address.place());
        assert_eq!(
            place("http://127.0.0.1:8000/").unwrap(),
            "http://127.0.0.1:8000"
        );
        assert_eq!(
            place("https://api.example.com/v1/").unwrap(),
            "https://api.example.com:443/v1"
        );
        assert_eq!(place("http://[::1]:80").unwrap(), "http://[::1]:80");
        assert_eq!(place("http://[::1]").unwrap(), "http://[::1]:80");
        for bad in [
            "127.0.0.1",
            "ftp://x",
            "http://",
            "http://u:p@x",
            "http://x?y=1",
            "http://x:y",
        ] {
            assert!(place(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_encoded_can_be_read_again() {
        for text in ["a b", "ä,(%)", "eq.1&x=2", ""] {
            assert_eq!(decoded(&encoded(text)), text);
        }
        assert_eq!(decoded("%zz%4"), "%zz%4");
    }
}
