//! The service that should not have been written: every input becomes a part of its SQL, and errors are shown whole.

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Request, StatusCode};
use axum::routing::get;
use rowhouse::{Row, Rowhouse};
use serde::Deserialize;
use tower::ServiceExt as _;

use crate::grounds::{FOREIGN_ROWS, OWN};
use crate::payloads::Payload;

/// Where an input goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Endpoint {
    /// Into a pattern in quotes.
    Search,
    /// In the place of a number.
    Number,
    /// Into a list of numbers.
    List,
    /// Behind ORDER BY.
    Sorted,
    /// Behind LIMIT.
    Limited,
    /// Into a text that is shown again.
    Echo,
    /// Into a dollar-quoted text.
    Dollar,
    /// Into the new title of an UPDATE.
    Rename,
    /// Into the title of an INSERT.
    Add,
    /// Into the condition of a DELETE.
    Remove,
    /// Into the first statement of a transaction; its second reads all items.
    First,
}

impl Endpoint {
    const ALL: [Self; 11] = [
        Self::Search,
        Self::Number,
        Self::List,
        Self::Sorted,
        Self::Limited,
        Self::Echo,
        Self::Dollar,
        Self::Rename,
        Self::Add,
        Self::Remove,
        Self::First,
    ];

    fn path(self) -> String {
        format!("/{self:?}")
    }

    /// The mistake.
    fn sql(self, input: &str) -> String {
        match self {
            Self::Search | Self::First => {
                format!("SELECT n::text, title FROM items WHERE title LIKE '%{input}%'")
            }
            Self::Number => format!("SELECT n::text, title FROM items WHERE n = {input}"),
            Self::List => format!("SELECT n::text, title FROM items WHERE n IN ({input})"),
            Self::Sorted => format!("SELECT n::text, title FROM items ORDER BY {input}"),
            Self::Limited => {
                format!("SELECT n::text, title FROM items ORDER BY n LIMIT {input}")
            }
            Self::Echo => format!("SELECT '{input}'::text, title FROM items"),
            Self::Dollar => {
                format!("SELECT n::text, title FROM items WHERE title = $t${input}$t$")
            }
            Self::Rename => {
                format!("UPDATE items SET title = '{input}' WHERE n = 3 RETURNING n::text, title")
            }
            Self::Add => format!(
                "INSERT INTO items (n, title) VALUES (50, '{input}') RETURNING n::text, title"
            ),
            Self::Remove => {
                format!("DELETE FROM items WHERE title = '{input}' RETURNING n::text, title")
            }
        }
    }
}

#[derive(Deserialize)]
struct Input {
    q: String,
}

/// The service.
#[derive(Debug)]
pub(crate) struct App(Router);

impl App {
    pub(crate) fn new(house: Rowhouse) -> Self {
        let mut router = Router::new();
        for endpoint in Endpoint::ALL {
            let handler = move |State(house): State<Rowhouse>, Query(input): Query<Input>| async move {
                match answer(&house, endpoint, &input.q).await {
                    Ok(text) => (StatusCode::OK, text),
                    Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, shown(&error)),
                }
            };
            router = router.route(&endpoint.path(), get(handler));
        }
        Self(router.with_state(house))
    }

    /// What the service answers its own tenant.
    pub(crate) async fn ask(&self, payload: &Payload) -> Response {
        let query = serde_urlencoded::to_string([("q", &payload.text)]).unwrap();
        let uri = format!("{}?{query}", payload.endpoint.path());
        let request = Request::get(uri).body(Body::empty()).unwrap();
        let response = self.0.clone().oneshot(request).await.unwrap();
        let failed = response.status() != StatusCode::OK;
        let body = axum::body::to_bytes(response.into_body(), 1 << 24)
            .await
            .unwrap();
        Response {
            failed,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

async fn answer(house: &Rowhouse, endpoint: Endpoint, input: &str) -> rowhouse::Result<String> {
    let tenant = house.tenant(OWN);
    let sql = endpoint.sql(input);
    let rows = if endpoint == Endpoint::First {
        let mut tx = tenant.begin().await?;
        let mut rows = tx.query(&*sql, &[]).await?;
        rows.extend(tx.query("SELECT n::text, title FROM items", &[]).await?);
        tx.commit().await?;
        rows
    } else {
        tenant.query(&*sql, &[]).await?
    };
    let text = |row: &Row, at: usize| row.get::<Option<String>>(at).unwrap_or_default();
    let lines = rows
        .iter()
        .map(|row| format!("{}|{}\n", text(row, 0), text(row, 1)));
    Ok(lines.collect())
}

/// Everything there is to an error, as careless services show it.
fn shown(error: &rowhouse::Error) -> String {
    format!("{error} {error:?}")
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) failed: bool,
    pub(crate) body: String,
}

impl Response {
    /// Whether it tells anything of the other tenant's rows, however it is written.
    pub(crate) fn is_foreign(&self) -> bool {
        let secret = "beta-secret";
        // "beta-secret" in hexadecimal digits.
        let hex = "626574612d736563726574".to_owned();
        let forms = [
            secret.to_owned(),
            secret.to_uppercase(),
            secret.chars().rev().collect(),
            hex,
            // base64 of the first nine letters
            "YmV0YS1zZWNy".to_owned(),
            // md5 of "beta-secret 1"
            "3808eec2b40847ec0754bdad0cb98df0".to_owned(),
            format!("{FOREIGN_ROWS} foreign"),
        ];
        forms.iter().any(|form| self.body.contains(form))
    }
}
