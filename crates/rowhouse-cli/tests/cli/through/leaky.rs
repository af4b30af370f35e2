//! A small service that keeps its tenants apart by itself, and can be told to make one mistake that such services make.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::wire::{DESCRIPTION, Request, read};

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    None,
    /// The list is everybody's.
    List,
    /// Everything is everybody's.
    All,
    /// Whoever filters by a value is not asked who he is.
    Filter,
    /// The total counts everybody's rows.
    Count,
    /// Rows are changed by their id alone.
    Change,
    /// Rows are removed by their id alone.
    Remove,
    /// The tenant is taken from what is sent.
    Assign,
    /// A row can be given away.
    GiveAway,
    /// Titles are unique over all tenants.
    Collide,
    /// Ids are, and whoever adds rows may choose them.
    Choose,
    /// An upsert takes the row over.
    TakeOver,
    /// A reference may lead to another tenant's row.
    Refer,
    /// Without a tenant it is the first one's turn.
    Anonymous,
    /// The tag of an answer is the number of its rows.
    Tag,
    /// Answers are kept by their address.
    Keep,
    /// The answer to a request with a key is kept by the key.
    Replay,
    /// A function looks at all rows.
    Function,
    /// An error says what is there already.
    Tell,
    /// Nothing keeps caches in between from sharing.
    Share,
}

#[derive(Debug, Clone)]
struct Row {
    id: i64,
    tenant: String,
    title: String,
    parent: Option<i64>,
}

impl Row {
    fn meets(&self, equals: &dyn Fn(&str) -> Option<String>) -> bool {
        let members = [
            ("id", self.id.to_string()),
            ("tenant_id", self.tenant.clone()),
            ("title", self.title.clone()),
            (
                "parent",
                self.parent
                    .map(|parent| parent.to_string())
                    .unwrap_or_default(),
            ),
        ];
        members
            .iter()
            .all(|(name, value)| equals(name).is_none_or(|asked| asked == *value))
    }
}

#[derive(Debug, Default)]
struct State {
    rows: Vec<Row>,
    next: i64,
    kept: BTreeMap<String, String>,
    replies: BTreeMap<String, String>,
}

struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// Starts it; it ends with the test's process.
pub(crate) fn start(mistake: Mistake) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let state = Arc::new(Mutex::new(State {
        next: 1,
        ..State::default()
    }));
    serve_on(listener, mistake, &state);
    address
}

/// The same, with rows of a third tenant's; they are given back at any time.
pub(crate) fn start_beside_others(mistake: Mistake) -> (SocketAddr, impl Fn() -> Vec<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let others = (1..5).map(|id| Row {
        id,
        tenant: "third-corporation".to_owned(),
        title: format!("a row of the third, number {id}"),
        parent: None,
    });
    let state = Arc::new(Mutex::new(State {
        rows: others.collect(),
        next: if mistake == Mistake::All { 5 } else { 1 },
        ..State::default()
    }));
    serve_on(listener, mistake, &state);
    let rows = move || {
        let state = state.lock().unwrap();
        let third = state
            .rows
            .iter()
            .filter(|row| row.tenant == "third-corporation");
        third.map(|row| format!("{row:?}")).collect()
    };
    (address, rows)
}

fn serve_on(listener: TcpListener, mistake: Mistake, state: &Arc<Mutex<State>>) {
    let state = Arc::clone(state);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let state = Arc::clone(&state);
            std::thread::spawn(move || serve(stream.unwrap(), mistake, &state));
        }
    });
}

fn serve(stream: TcpStream, mistake: Mistake, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(request) = read(&mut reader) {
        let reply = answer(&request, mistake, &mut state.lock().unwrap());
        let mut text = format!(
            "HTTP/1.1 {} OK\r\nContent-Length: {}\r\n",
            reply.status,
            reply.body.len()
        );
        if mistake != Mistake::Share {
            text.push_str("Vary: X-Tenant\r\n");
        }
        for (name, value) in &reply.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text.push_str("\r\n");
        if request.method != "HEAD" {
            text.push_str(&reply.body);
        }
        if stream.write_all(text.as_bytes()).is_err() {
            break;
        }
    }
}

fn reply(status: u16, body: &Value) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        body: body.to_string(),
    }
}

fn error(status: u16, code: &str, details: String) -> Reply {
    reply(status, &json!({"code": code, "details": details}))
}

fn shown(rows: &[Row]) -> Value {
    let rows = rows.iter().map(|row| {
        json!({"id": row.id, "tenant_id": row.tenant, "title": row.title, "parent": row.parent})
    });
    Value::Array(rows.collect())
}

fn answer(request: &Request, mistake: Mistake, state: &mut State) -> Reply {
    if request.target == "/openapi.json" {
        return Reply {
            status: 200,
            headers: Vec::new(),
            body: DESCRIPTION.to_owned(),
        };
    }
    let tenant = match request.headers.get("x-tenant").map(String::as_str) {
        Some(tenant @ ("acme-corporation" | "beta-corporation")) => tenant.to_owned(),
        _ if mistake == Mistake::Anonymous => "acme-corporation".to_owned(),
        _ => return error(401, "no-tenant", String::new()),
    };
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let equals = |name: &str| -> Option<String> {
        let prefix = format!("{name}=eq.");
        query
            .split('&')
            .find_map(|part| part.strip_prefix(&prefix))
            .map(str::to_owned)
    };
    match (request.method.as_str(), path) {
        ("GET" | "HEAD", "/notes") => list(request, &tenant, query, &equals, mistake, state),
        ("POST", "/notes") => add(request, &tenant, mistake, state),
        ("PATCH", "/notes") => {
            if equals("id").is_none() {
                return error(400, "no-filter", String::new());
            }
            let mut changed = Vec::new();
            for row in &mut state.rows {
                let own = row.tenant == tenant || matches!(mistake, Mistake::Change | Mistake::All);
                if own && row.meets(&equals) {
                    if let Some(title) = request.body["title"].as_str() {
                        title.clone_into(&mut row.title);
                    }
                    if let Some(other) = request.body["tenant_id"]
                        .as_str()
                        .filter(|_| mistake == Mistake::GiveAway)
                    {
                        other.clone_into(&mut row.tenant);
                    }
                    changed.push(row.clone());
                }
            }
            reply(200, &shown(&changed))
        }
        ("DELETE", "/notes") => {
            let meets = |row: &Row| {
                let own = row.tenant == tenant || matches!(mistake, Mistake::Remove | Mistake::All);
                own && query.contains("=eq.") && row.meets(&equals)
            };
            let (gone, kept): (Vec<Row>, Vec<Row>) = state.rows.drain(..).partition(meets);
            state.rows = kept;
            reply(200, &shown(&gone))
        }
        ("POST", "/rpc/titled") => {
            let id = request.body["id"].as_i64();
            let found = state.rows.iter().find(|row| {
                Some(row.id) == id && (row.tenant == tenant || mistake == Mistake::Function)
            });
            reply(200, &json!(found.map(|row| &row.title)))
        }
        _ => error(404, "no-path", String::new()),
    }
}

fn list(
    request: &Request,
    tenant: &str,
    query: &str,
    equals: &dyn Fn(&str) -> Option<String>,
    mistake: Mistake,
    state: &mut State,
) -> Reply {
    if mistake == Mistake::Keep
        && let Some(body) = state.kept.get(&request.target)
    {
        return Reply {
            status: 200,
            headers: Vec::new(),
            body: body.clone(),
        };
    }
    let filtered = equals("id").is_some() || equals("title").is_some();
    let everybody =
        matches!(mistake, Mistake::List | Mistake::All) || (mistake == Mistake::Filter && filtered);
    let rows: Vec<Row> = state
        .rows
        .iter()
        .filter(|row| everybody || row.tenant == tenant)
        .filter(|row| row.meets(equals))
        .cloned()
        .collect();
    let total = if mistake == Mistake::Count {
        state.rows.len()
    } else {
        rows.len()
    };
    let mut reply = reply(200, &shown(&rows));
    if request
        .headers
        .get("prefer")
        .is_some_and(|prefer| prefer.contains("count=exact"))
    {
        reply.headers.push(("Content-Range", format!("*/{total}")));
    }
    let tag = if mistake == Mistake::Tag {
        format!("\"{}\"", rows.len())
    } else {
        format!("\"{tenant} {query} {}\"", reply.body.len())
    };
    if request.headers.get("if-none-match") == Some(&tag) {
        reply.status = 304;
        reply.body.clear();
    }
    reply.headers.push(("ETag", tag));
    if mistake == Mistake::Keep && query.contains("limit") && state.rows.len() > 3 {
        state
            .kept
            .insert(request.target.clone(), reply.body.clone());
    }
    reply
}

fn add(request: &Request, tenant: &str, mistake: Mistake, state: &mut State) -> Reply {
    let key = request.headers.get("idempotency-key").map(|key| {
        if mistake == Mistake::Replay {
            key.clone()
        } else {
            format!("{tenant} {key} {}", request.body)
        }
    });
    if let Some(body) = key.as_ref().and_then(|key| state.replies.get(key)) {
        return Reply {
            status: 201,
            headers: Vec::new(),
            body: body.clone(),
        };
    }
    let Some(title) = request.body["title"].as_str() else {
        return error(400, "no-title", String::new());
    };
    let parent = request.body["parent"].as_i64();
    let own = |row: &&Row| row.tenant == tenant || mistake == Mistake::Refer;
    if parent.is_some_and(|parent| !state.rows.iter().filter(own).any(|row| row.id == parent)) {
        return error(409, "23503", String::new());
    }
    let id = request.body["id"].as_i64().unwrap_or(state.next);
    let alone =
        |row: &Row| row.tenant == tenant || matches!(mistake, Mistake::Choose | Mistake::TakeOver);
    let titled = |row: &Row| mistake == Mistake::Collide && row.title == title;
    if state.rows.iter().any(titled) {
        return error(409, "23505", String::new());
    }
    if let Some(taken) = state.rows.iter_mut().find(|row| row.id == id && alone(row)) {
        if mistake == Mistake::TakeOver {
            title.clone_into(&mut taken.title);
            return reply(200, &json!([]));
        }
        return error(409, "23505", String::new());
    }
    if mistake == Mistake::Tell
        && let Some(last) = state.rows.iter().rev().find(|row| row.tenant != tenant)
        && request.body["id"].is_i64()
    {
        return error(409, "23505", format!("near {}", last.title));
    }
    let assigned = request.body["tenant_id"]
        .as_str()
        .filter(|_| mistake == Mistake::Assign);
    let row = Row {
        id,
        tenant: assigned.unwrap_or(tenant).to_owned(),
        title: title.to_owned(),
        parent,
    };
    state.next = state.next.max(id.min(500)) + 1;
    state.rows.push(row.clone());
    let reply = reply(201, &shown(&[row]));
    if let Some(key) = key {
        state.replies.insert(key, reply.body.clone());
    }
    reply
}
