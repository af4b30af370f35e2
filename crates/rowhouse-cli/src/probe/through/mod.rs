//! `rowhouse probe --through`: attacks a running service from outside, as one tenant, for what is another's.

mod around;
mod calls;
mod client;
mod keys;
mod party;
mod pooler;
mod reads;
mod report;
mod rows;
mod siege;
mod surface;
mod writes;

use anyhow::Context;
use client::{Address, Ask, Client};
use party::Party;
pub(crate) use report::Outside;
use report::Verdict;
use rowhouse::ConnectOptions;
use siege::{Agree, Siege, list_of};
use surface::Surface;

use crate::failure::Misuse;

/// Who attacks what.
#[derive(Debug, clap::Args)]
pub(crate) struct Through {
    /// Attack this running service, or a pooler at postgres://…, from outside instead of a copy, with two disposable tenants
    #[arg(
        id = "through",
        long = "through",
        value_name = "URL",
        requires_all = ["tenant_a", "tenant_b"]
    )]
    url: Option<String>,
    /// A header that makes a request tenant A's, such as "Authorization: Bearer …", or before a pooler its id; again for another one; @FILE reads them from a file
    #[arg(long, value_name = "HEADER", requires = "through")]
    tenant_a: Vec<String>,
    /// The same for tenant B
    #[arg(long, value_name = "HEADER", requires = "through")]
    tenant_b: Vec<String>,
    /// Where the service describes itself in OpenAPI: a path or a file
    #[arg(
        long,
        value_name = "PATH",
        requires = "through",
        default_value = "/openapi.json"
    )]
    description: String,
    /// Leave out paths that begin so, such as a function that cleans up; again for another one
    #[arg(long, value_name = "PATH", requires = "through")]
    skip: Vec<String>,
}

impl Through {
    /// Whether it is asked for.
    pub(super) fn is_wanted(&self) -> bool {
        self.url.is_some()
    }

    pub(super) async fn run(
        &self,
        setting: &str,
        told: &(dyn Fn(&str) + Sync),
    ) -> anyhow::Result<Outside> {
        let url = self.url.as_deref().unwrap_or_default();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options: ConnectOptions = url.parse()?;
            let tenant = self.tenant_a.first().map_or("", String::as_str);
            return pooler::probe(&options, setting, tenant, told).await;
        }
        let address = Address::parse(url)?;
        let (a, b) = (
            party("TENANT_A", &self.tenant_a)?,
            party("TENANT_B", &self.tenant_b)?,
        );
        if a.credentials == b.credentials {
            return Err(Misuse::new("both tenants have the same credentials")
                .hint("give --tenant-a and --tenant-b those of two tenants that hold nothing of value")
                .into());
        }
        let place = address.place();
        let mut client = Client::new(address);
        told(&format!("reading what {place} offers"));
        let text = describe(&mut client, &a, &self.description).await?;
        let mut surface = Surface::read(&text).map_err(|error| {
            Misuse::new(format!("{} is no description: {error:#}", self.description))
                .hint("name one in OpenAPI 3 or Swagger 2.0 with --description: a path of the service or a file")
        })?;
        let kept = |path: &str| !self.skip.iter().any(|skip| path.starts_with(skip.as_str()));
        surface.resources.retain(|resource| kept(&resource.path));
        surface.functions.retain(|function| kept(&function.path));
        let mut siege = Siege::new(client, &surface, a, b);
        siege.let_in().await?;
        told("making rows for both tenants");
        siege.settle(&text).await?;
        for resource in &surface.resources {
            told(&format!("reading {}", resource.path));
            siege.read(resource).await?;
            siege.around(resource).await?;
        }
        told("calling functions");
        siege.call().await?;
        for resource in &surface.resources {
            told(&format!("writing to {}", resource.path));
            siege.write(resource).await?;
        }
        told("removing what was made");
        let left = siege.tidy().await?;
        Ok(Outside::new(place, siege.client.asked, siege.cells(), left))
    }
}

fn party(word: &'static str, headers: &[String]) -> anyhow::Result<Party> {
    let mut lines = Vec::new();
    for header in headers {
        match header.strip_prefix('@') {
            Some(file) => {
                let text =
                    std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
                lines.extend(
                    text.lines()
                        .filter(|line| !line.trim().is_empty())
                        .map(str::to_owned),
                );
            }
            None => lines.push(header.clone()),
        }
    }
    let credentials = lines
        .iter()
        .map(|line| {
            // What follows the name is a secret, and not said.
            let (name, value) = line.split_once(':').ok_or_else(|| {
                Misuse::new(format!("a header of {word} has no colon"))
                    .hint("write it as \"Name: value\"")
            })?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(Party {
        credentials,
        word,
        ..Party::default()
    })
}

async fn describe(client: &mut Client, a: &Party, place: &str) -> anyhow::Result<String> {
    if std::path::Path::new(place).is_file() {
        return Ok(std::fs::read_to_string(place)?);
    }
    // PostgREST has it at its root.
    let mut statuses = Vec::new();
    for path in [place, "/"] {
        let path = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/{path}")
        };
        let answer = client.ask(&a.credentials, &Ask::get(path.clone())).await?;
        if answer.is_success() && answer.body.trim_start().starts_with('{') {
            return Ok(answer.body);
        }
        statuses.push(format!("{path} answers {}", answer.status));
    }
    Err(Misuse::new(format!(
        "the service does not describe itself: {}",
        statuses.join(", ")
    ))
    .hint("name an OpenAPI description with --description: a path of the service or a file")
    .into())
}

impl Siege<'_> {
    /// Both tenants have to be let in, or nothing that follows says anything.
    async fn let_in(&mut self) -> anyhow::Result<()> {
        let surface = self.surface;
        for party in [&self.a, &self.b] {
            let mut last = None;
            let mut open = false;
            for resource in &surface.resources {
                let answer = self
                    .client
                    .ask(&party.credentials, &list_of(surface, resource))
                    .await?;
                open |= answer.is_success();
                last = Some((resource.path.clone(), answer.status));
                if open {
                    break;
                }
            }
            if !open {
                let why = last.map_or("it lists nothing".to_owned(), |(path, status)| {
                    format!("GET {path} answers {status}")
                });
                return Err(Misuse::new(format!(
                    "the service does not let {} in: {why}",
                    party.word
                ))
                .hint("check the headers and the description")
                .into());
            }
        }
        Ok(())
    }

    /// Rows for both, what A sees before and after B has some, and what only B knows.
    async fn settle(&mut self, description: &str) -> anyhow::Result<()> {
        let surface = self.surface;
        for party in [&mut self.a, &mut self.b] {
            for resource in &surface.resources {
                if let Some(rows) = Self::list(&mut self.client, surface, party, resource).await? {
                    party.at_first.insert(resource.path.clone(), rows.clone());
                    party.rows.insert(resource.path.clone(), rows);
                }
            }
        }
        self.learn(description);
        Self::make(&mut self.client, surface, &mut self.a).await?;
        let first = self.observe().await?;
        let second = self.observe().await?;
        Self::make(&mut self.client, surface, &mut self.b).await?;
        let third = self.observe().await?;
        for (ask, before) in &first {
            let (object, method) = (path_of(ask), ask.method.as_str());
            let later = |told: &[(Ask, String)]| {
                let same = told.iter().find(|(known, _)| known == ask);
                same.map_or(String::new(), |(_, body)| body.clone())
            };
            let (again, after) = (later(&second), later(&third));
            let verdict = if &again != before {
                Verdict::NotExercised {
                    why: "its answer is another one each time".to_owned(),
                }
            } else if &after == before {
                Verdict::Held { status: 200 }
            } else {
                let cut = |text: &str| text.chars().take(200).collect::<String>();
                let seen = format!(
                    "the answer changed when the other tenant got rows: {} became {}",
                    cut(before),
                    cut(&after)
                );
                Verdict::leaked(seen, vec![self.shown(ask)])
            };
            self.note(
                &object,
                method,
                "the same again beside new rows of the other's",
                verdict,
            );
        }
        self.learn(description);
        Ok(())
    }

    /// Who the tenants are, and what is a secret.
    fn learn(&mut self, description: &str) {
        if let Some((a, b, columns)) = party::tenants(self.surface, &self.a, &self.b) {
            (self.a.tenant, self.b.tenant) = (Some(a), Some(b));
            self.tenant_columns = columns;
        }
        self.secrets = party::secrets(self.surface, &self.a, &self.b, description);
    }

    /// What A is told, of all that hangs on more than single rows.
    async fn observe(&mut self) -> anyhow::Result<Vec<(Ask, String)>> {
        let surface = self.surface;
        let mut asks = Vec::new();
        for resource in &surface.resources {
            let list = list_of(surface, resource);
            asks.push(list.clone());
            if surface.operators {
                for count in ["exact", "planned", "estimated"] {
                    asks.push(list.clone().header("Prefer", &format!("count={count}")));
                }
                asks.push(Ask::get(format!("{}?select=count()", resource.path)));
            }
        }
        for function in &surface.functions {
            if function.arguments.is_empty() && function.methods.contains(&"get") {
                asks.push(Ask::get(function.path.clone()));
            }
        }
        let mut told = Vec::new();
        for ask in asks {
            let answer = self.as_a(&ask).await?;
            told.push((ask, siege::outcome(&answer, &[], Agree::Wholly)));
        }
        Ok(told)
    }
}

/// The path that was asked for, without its query.
fn path_of(ask: &Ask) -> String {
    ask.target.split('?').next().unwrap_or_default().to_owned()
}
