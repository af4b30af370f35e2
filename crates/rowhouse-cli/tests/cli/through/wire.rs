//! What goes over the wire: the requests as they come, and what the service says of itself.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;

use serde_json::Value;

pub(super) const DESCRIPTION: &str = r##"{"openapi":"3.1.0","paths":{
 "/notes":{"get":{"parameters":[{"name":"select","in":"query"},{"name":"limit","in":"query"}],"responses":{"200":{"content":{"application/json":{"schema":
   {"type":"array","items":{"$ref":"#/components/schemas/note"}}}}}}},
  "post":{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/new"}}}}},"patch":{},"delete":{}},
 "/rpc/titled":{"post":{"requestBody":{"content":{"application/json":{"schema":{"properties":{"id":{"type":"integer"}}}}}}}}},
 "components":{"schemas":{
  "note":{"properties":{"id":{"type":"integer"},"tenant_id":{"type":"string"},"title":{"type":"string"},"parent":{"type":["integer","null"]}}},
  "new":{"required":["title"],"properties":{"id":{"type":"integer"},"title":{"type":"string"},
   "parent":{"type":["integer","null"],"description":"<fk table='notes' column='id'/>"}}}}}}"##;

/// The request, as far as it is looked at.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Value,
}

pub(super) fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut parts = line.split_whitespace();
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        // Of two, the first.
        headers
            .entry(name.to_lowercase())
            .or_insert(value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        method,
        target,
        headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    })
}
