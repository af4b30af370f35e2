//! One request over TCP, with nothing in between.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;

pub(crate) const PAWNEE: &str = "7a245486-3fc8-47ec-b303-04fefe7a58ff";

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) json: Value,
}

/// Sends a GET and does not wait.
pub(crate) fn send(address: SocketAddr, path: &str, tenant: Option<&str>) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let header = tenant.map_or(String::new(), |id| format!("X-tenant-id: {id}\r\n"));
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{header}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

/// Waits for the answer.
pub(crate) fn receive(mut stream: TcpStream) -> Answer {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no answer: {answer:?}"));
    Answer {
        status: head[9..12].parse().unwrap(),
        head: head.to_lowercase(),
        json: serde_json::from_str(body).unwrap(),
    }
}

pub(crate) fn get(address: SocketAddr, path: &str, tenant: Option<&str>) -> Answer {
    receive(send(address, path, tenant))
}

/// Sends content, and waits for the answer.
pub(crate) fn post(address: SocketAddr, path: &str, tenant: &str, content: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nX-tenant-id: {tenant}\r\n\
         Prefer: return=representation\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{content}",
        content.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    receive(stream)
}

/// The titles of `/items/`.
pub(crate) fn titles(address: SocketAddr, tenant: &str) -> Vec<String> {
    let answer = get(address, "/items/", Some(tenant));
    assert_eq!(answer.status, 200, "{answer:?}");
    let items = answer.json.as_array().unwrap();
    items
        .iter()
        .map(|item| item["title"].as_str().unwrap().to_owned())
        .collect()
}
