//! What is tried as one tenant, and how it is judged: what it was told, against the secrets of the other and against what
//! it is told of things that are not there; and the other's rows, before and after.

use std::collections::BTreeMap;

use hyper::Method;
use serde_json::Value;

use super::client::{Answer, Ask, Client};
use super::party::Party;
use super::report::{Cell, Verdict};
use super::surface::{Resource, Surface};

/// The service, the two tenants and what came out so far.
pub(super) struct Siege<'s> {
    pub(super) client: Client,
    pub(super) surface: &'s Surface,
    pub(super) a: Party,
    pub(super) b: Party,
    /// What only B knows, and where it stands.
    pub(super) secrets: BTreeMap<String, String>,
    /// By path, the column that says whose a row is.
    pub(super) tenant_columns: BTreeMap<String, String>,
    cells: BTreeMap<(String, String, &'static str), Verdict>,
}

/// How far two answers have to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agree {
    /// In all that they say.
    Wholly,
    /// In whether it was done, and why not.
    InOutcome,
    /// In the same; but where keys are counted, that one is taken tells little.
    InOutcomeOfCounted,
    /// Not at all: a value that nobody can guess tells nothing by being there.
    Free,
}

impl<'s> Siege<'s> {
    pub(super) fn new(client: Client, surface: &'s Surface, a: Party, b: Party) -> Self {
        Self {
            client,
            surface,
            a,
            b,
            secrets: BTreeMap::new(),
            tenant_columns: BTreeMap::new(),
            cells: BTreeMap::new(),
        }
    }

    pub(super) fn cells(&self) -> Vec<Cell> {
        let cells = self.cells.iter();
        cells
            .map(|((object, method, attack), verdict)| Cell {
                object: object.clone(),
                method: method.clone(),
                attack,
                verdict: verdict.clone(),
            })
            .collect()
    }

    pub(super) fn note(
        &mut self,
        object: &str,
        method: &str,
        attack: &'static str,
        verdict: Verdict,
    ) {
        let key = (object.to_owned(), method.to_owned(), attack);
        let known = self.cells.remove(&key);
        let worse = match known {
            Some(known) if known.rank() >= verdict.rank() => known,
            _ => verdict,
        };
        self.cells.insert(key, worse);
    }

    /// Asks as A.
    pub(super) async fn as_a(&mut self, ask: &Ask) -> anyhow::Result<Answer> {
        self.client.ask(&self.a.credentials, ask).await
    }

    /// Asks as B.
    pub(super) async fn as_b(&mut self, ask: &Ask) -> anyhow::Result<Answer> {
        self.client.ask(&self.b.credentials, ask).await
    }

    /// All rows of a list, as whom it is asked; `None` where it gives none.
    pub(super) async fn list(
        client: &mut Client,
        surface: &Surface,
        party: &Party,
        resource: &Resource,
    ) -> anyhow::Result<Option<Vec<Value>>> {
        let answer = client
            .ask(&party.credentials, &list_of(surface, resource))
            .await?;
        Ok(answer.rows().filter(|_| answer.is_success()))
    }

    /// What B sees of a list, in an order of its own.
    pub(super) async fn of_b(
        &mut self,
        resource: &Resource,
    ) -> anyhow::Result<Option<Vec<String>>> {
        let rows = Self::list(&mut self.client, self.surface, &self.b, resource).await?;
        Ok(rows.map(|rows| {
            let mut rows: Vec<String> = rows.iter().map(Value::to_string).collect();
            rows.sort();
            rows
        }))
    }

    /// The first secret in an answer that was not in the question.
    pub(super) fn seen(&self, ask: &Ask, answer: &Answer) -> Option<String> {
        let asked = ask.words();
        let told = |text: &str| {
            // In JSON, some letters are written otherwise.
            let written = Value::from(text).to_string();
            let written = written.trim_matches('"');
            answer.body.contains(text)
                || answer.body.contains(written)
                || answer.headers.iter().any(|(_, value)| value.contains(text))
        };
        let found = self
            .secrets
            .iter()
            .find(|(secret, _)| told(secret) && !asked.contains(secret.as_str()));
        found.map(|(secret, place)| {
            format!("the answer holds {secret:?}, which is the other tenant's {place}")
        })
    }

    /// The command that shows it.
    pub(super) fn shown(&self, ask: &Ask) -> String {
        ask.command(&self.client.address, self.a.word)
    }

    /// Asks as A and looks for the other's secrets.
    pub(super) async fn look(
        &mut self,
        object: &str,
        attack: &'static str,
        ask: &Ask,
    ) -> anyhow::Result<Answer> {
        let answer = self.as_a(ask).await?;
        let verdict = match self.seen(ask, &answer) {
            Some(seen) => Verdict::leaked(seen, vec![self.shown(ask)]),
            None => Verdict::held(answer.status),
        };
        self.note(object, ask.method.as_str(), attack, verdict);
        Ok(answer)
    }

    /// Asks once for what is the other's and once for what is nobody's: the answers have to agree, and the other's rows have
    /// to stay as they are.
    pub(super) async fn compare(
        &mut self,
        resource: Option<&Resource>,
        object: &str,
        attack: &'static str,
        (real, decoy): (&Ask, &Ask),
        (value, other): (&str, &str),
        agree: Agree,
    ) -> anyhow::Result<()> {
        let writes = real.method != Method::GET && real.method != Method::HEAD;
        let before = match resource {
            Some(resource) if writes => self.of_b(resource).await?,
            _ => None,
        };
        let told = self.as_a(real).await?;
        let after = match resource {
            Some(resource) if writes => self.of_b(resource).await?,
            _ => None,
        };
        let verdict = if let Some(seen) = self.seen(real, &told) {
            Verdict::leaked(seen, vec![self.shown(real)])
        } else if before != after {
            let seen = changed(before.as_deref(), after.as_deref());
            Verdict::leaked(seen, vec![self.shown(real)])
        } else {
            let blank = self.as_a(decoy).await?;
            let asked = [value, other];
            if outcome(&told, &asked, agree) == outcome(&blank, &asked, agree) {
                Verdict::held(told.status)
            } else if agree == Agree::InOutcomeOfCounted {
                Verdict::Open {
                    why: "whoever adds rows may choose a key that is counted otherwise: it is told which ones another tenant has, and can take \
                          the next ones first"
                        .to_owned(),
                }
            } else if writes || self.again(real, decoy, &asked, agree).await? {
                let seen = format!(
                    "the answer is another one than for what nobody has: {} and {}",
                    line(&told),
                    line(&blank)
                );
                Verdict::leaked(seen, vec![self.shown(real), self.shown(decoy)])
            } else {
                Verdict::NotExercised {
                    why: "its answer is another one each time".to_owned(),
                }
            }
        };
        self.note(object, real.method.as_str(), attack, verdict);
        Ok(())
    }

    /// Whether both answers are what they were, and still differ.
    async fn again(
        &mut self,
        real: &Ask,
        decoy: &Ask,
        asked: &[&str],
        agree: Agree,
    ) -> anyhow::Result<bool> {
        let mut answers = Vec::new();
        for ask in [real, real, decoy, decoy] {
            answers.push(outcome(&self.as_a(ask).await?, asked, agree));
        }
        let [first, second, third, fourth] = &answers[..] else {
            return Ok(false);
        };
        Ok(first == second && third == fourth && first != third)
    }
}

/// The request for all rows.
pub(super) fn list_of(surface: &Surface, resource: &Resource) -> Ask {
    let limit = surface.operators || resource.filters.iter().any(|known| known == "limit");
    let query = if limit { "?limit=1000" } else { "" };
    Ask::get(format!("{}{query}", resource.path))
}

/// What is compared of an answer: without what was asked for, and of errors what kind they are.
pub(super) fn outcome(answer: &Answer, asked: &[&str], agree: Agree) -> String {
    match agree {
        Agree::Free => String::new(),
        Agree::Wholly if answer.is_success() => {
            let headers = ["content-range", "location", "preference-applied"];
            let headers: Vec<String> = headers
                .iter()
                .map(|name| blanked(answer.header(name).unwrap_or_default(), asked))
                .collect();
            let body = match serde_json::from_str(&answer.body) {
                Ok(body) => without(body, asked).to_string(),
                Err(_) => blanked(&answer.body, asked),
            };
            format!("{} {headers:?} {body}", answer.status)
        }
        Agree::Wholly | Agree::InOutcome | Agree::InOutcomeOfCounted => {
            format!("{} {}", answer.status, code(answer))
        }
    }
}

/// The same without the values that were asked for.
fn without(value: Value, asked: &[&str]) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(|one| without(one, asked)).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, one)| (name, without(one, asked)))
            .collect(),
        Value::Number(number) if asked.contains(&number.to_string().as_str()) => Value::Null,
        Value::String(text) => Value::String(blanked(&text, asked)),
        other => other,
    }
}

/// A text without them; what is short could stand in it by chance, unless it is all of it.
fn blanked(text: &str, asked: &[&str]) -> String {
    let mut text = text.to_owned();
    for asked in asked {
        if text == *asked {
            return "…".to_owned();
        }
        text = text.replace(&format!("eq.{}", super::client::encoded(asked)), "eq.…");
        if asked.len() >= 8 {
            text = text.replace(asked, "…");
        }
    }
    text
}

/// The machine's word for an error.
fn code(answer: &Answer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    body.get("code").map(Value::to_string).unwrap_or_default()
}

/// An answer in one line.
fn line(answer: &Answer) -> String {
    let range = answer
        .header("content-range")
        .map_or(String::new(), |range| format!(" ({range})"));
    let body: String = answer.body.chars().take(120).collect();
    format!("{}{range} {body}", answer.status)
}

fn changed(before: Option<&[String]>, after: Option<&[String]>) -> String {
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let gone = before.iter().find(|row| !after.contains(row));
    let new = after.iter().find(|row| !before.contains(row));
    match (gone, new) {
        (Some(gone), Some(new)) => format!("the other tenant's row {gone} became {new}"),
        (Some(gone), None) => format!("the other tenant's row {gone} is gone"),
        (None, Some(new)) => format!("the other tenant has a row that it did not make: {new}"),
        (None, None) => "the other tenant's rows changed".to_owned(),
    }
}
