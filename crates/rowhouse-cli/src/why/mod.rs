//! `rowhouse why`: says why a tenant can or cannot see or change a row.

mod added;
mod ask;
mod document;
mod follow;
mod level;
mod made;
mod redirect;
mod references;
mod row;
mod told;
mod views;
mod witness;

use std::process::ExitCode;

use rowhouse::ConnectOptions;
use rowhouse_catalog::{Catalog, Relation, RelationKind, quote_ident};
use rowhouse_guard::why::{Deed, has_policies};
use rowhouse_guard::{Model, Options};

use crate::administration::Administration;
use crate::audit::{Known, cannot_tell};
use crate::config::Config;
use crate::failure::Misuse;
use crate::local;
use crate::target::Target;
use crate::terminal;
use ask::Asked;
use document::Question;
use follow::Following;
use level::{Answer, Level};
use row::{Eyes, Key, Row};
use views::Errand;

/// Say why a tenant can or cannot see or change a row; exit code 0 if it can, 1 if it cannot, 2 if it cannot be told
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The row is read as the owner of the tables (admin_url), or as a role that sees all rows; conditions of policies are asked as
the service's role (database_url), one by one, in transactions that are read-only and rolled back. Nothing is changed. A view is
followed to the tables under it; where a view's owner's rights count, conditions are asked as that role, by SET ROLE.

Examples:
  rowhouse why items 997d0bee-351f-4b09-9dd3-2289da1ce0ba --tenant 7a245486-3fc8-47ec-b303-04fefe7a58ff
  rowhouse why sales.\"Order Lines\" order_id=7,line=2 --tenant 12 --for update
  rowhouse why open_tickets 22222222-0000-4000-8000-000000000003 --tenant 7a24… --format json")]
pub(crate) struct WhyArguments {
    /// The table or view, with its schema where that is not public; quoted as in SQL
    table: String,
    /// The row's key; of several columns, or where a view shows no key, as a=1,b=2
    key: String,
    /// The tenant in whose name it is asked
    #[arg(long, value_name = "TENANT")]
    tenant: String,
    /// A further setting that policies ask for, such as a claim; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// What is to be done with the row
    #[arg(long = "for", value_enum, default_value_t, value_name = "COMMAND")]
    deed: Command,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    known: Known,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Command {
    /// Seeing it
    #[default]
    Select,
    /// Adding one like it
    Insert,
    /// Changing it
    Update,
    /// Deleting it
    Delete,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

impl Command {
    fn word(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl From<Command> for Deed {
    fn from(command: Command) -> Self {
        match command {
            Command::Select => Self::Select,
            Command::Insert => Self::Insert,
            Command::Update => Self::Update,
            Command::Delete => Self::Delete,
        }
    }
}

impl WhyArguments {
    pub(crate) async fn run(self) -> ExitCode {
        match Box::pin(self.answer()).await {
            Ok(Answer::Yes) => ExitCode::SUCCESS,
            Ok(Answer::No) => ExitCode::from(1),
            Ok(Answer::Unknown) => ExitCode::from(2),
            Err(error) => cannot_tell(&error),
        }
    }

    async fn answer(&self) -> anyhow::Result<Answer> {
        let config = self.target.config(false)?;
        let (owner, service) = self.entrances(&config)?;
        let mut owner = Administration::connect(&owner).await?;
        let catalog = owner.catalog().await?;
        let relation = find(&catalog, &self.table)?;
        let key = row::key(&catalog, relation, &self.key)?;
        let mut app = Asked::enter(&owner, &service).await?;
        let Some(role) = catalog.role(&app.role) else {
            return Err(Misuse::new(format!("there is no role {}", app.role)).into());
        };
        let options = Options {
            app_roles: vec![app.role.clone()],
            ..self.known.options(&config)
        };
        let model = Model::detect(&catalog, &options)
            .map_err(|error| Misuse::new(error.to_string()).hint(error.hint()))?;
        let setting = model.settings.first().map(|setting| setting.name.as_str());
        let Some(setting) = setting else {
            return Err(Misuse::new("no setting that carries the tenant was found")
                .hint("name it with --setting")
                .into());
        };
        let sealed = rowhouse_guard::seal::installed(&catalog);
        let is_sealed = sealed.is_some();
        let set = self.set(setting)?;
        app.in_the_name(set.clone(), sealed);
        let following = Following {
            catalog: &catalog,
            eyes: Eyes {
                connection: &owner,
                set,
            },
            app: &app,
            caller: role.oid,
        };
        let deed = Deed::from(self.deed);
        let level = self.level(&following, relation, &key, deed).await?;
        let (mut answer, mut reasons) = level.answer();
        // The reasons are ours; the answer is PostgreSQL's, where asking it changes nothing.
        if deed == Deed::Select && !is_sealed {
            let from = format!(
                "{} AS t WHERE {}",
                relation.qualified_name(),
                row::condition("t.", &key)
            );
            let sees = app.sees(&from).await?;
            if answer == Answer::Unknown {
                answer = if sees { Answer::Yes } else { Answer::No };
                let gives = if sees {
                    "gives the row"
                } else {
                    "gives no such row"
                };
                reasons.push(format!("asked as {}, PostgreSQL {gives}", app.role));
            } else if sees != (answer == Answer::Yes) {
                anyhow::bail!(
                    "PostgreSQL itself says otherwise: something decides here that is not looked at"
                );
            }
        }
        let question = Question {
            relation: relation.qualified_name(),
            key: &key,
            command: self.deed.word(),
            tenant: &self.tenant,
            setting,
            role: &app.role,
        };
        match self.format {
            Format::Text => told::print(&question, deed, is_sealed, &level, (answer, &reasons)),
            Format::Json => terminal::line(document::json(
                question,
                (answer, &reasons),
                is_sealed,
                &level,
            )?),
        }
        Ok(answer)
    }

    /// Everything on the way to the row.
    async fn level(
        &self,
        following: &Following<'_>,
        relation: &Relation,
        key: &Key,
        deed: Deed,
    ) -> anyhow::Result<Level> {
        let place = following.top();
        if relation.kind == RelationKind::View {
            let errand = Errand {
                deed,
                key: key.clone(),
                given: relation
                    .columns
                    .iter()
                    .filter(|column| column.updatable)
                    .map(|column| column.number)
                    .collect(),
                checked: false,
                depth: 0,
            };
            return following.view(relation, place, errand).await;
        }
        if relation.kind == RelationKind::Sequence {
            return Err(Misuse::new(format!(
                "{} is a sequence, which has no rows of tenants",
                relation.qualified_name()
            ))
            .into());
        }
        let row = Row::find(&following.eyes, relation, key).await?;
        if has_policies(relation) {
            following.table(relation, &place, &row, deed).await
        } else {
            Ok(following.bare(relation, &place, Some(&row), deed))
        }
    }

    /// The tenant, and what was named beside it.
    fn set(&self, setting: &str) -> Result<Vec<(String, String)>, Misuse> {
        let mut set = vec![(setting.to_owned(), self.tenant.clone())];
        for pair in &self.settings {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(Misuse::new(format!("--set {pair}: it is NAME=VALUE")));
            };
            set.push((name.to_owned(), value.to_owned()));
        }
        Ok(set)
    }

    /// Who sees all rows, and the service's role.
    fn entrances(&self, config: &Config) -> anyhow::Result<(ConnectOptions, ConnectOptions)> {
        let service = self.target.service(config)?;
        let owner = self.target.owner(config)?;
        match (owner, service) {
            (Some(owner), Some(service)) => Ok((owner.options()?, service.options()?)),
            (None, None) => {
                let server = local::running(&self.target.data(config))?;
                let entrance = |role| {
                    local::options(&server.socket_dir, server.port, role, local::DATABASE)
                };
                Ok((entrance(local::SUPERUSER), entrance(local::APP)))
            }
            (None, Some(_)) => Err(Misuse::new("the row has to be read by who sees all rows, and admin_url is not configured")
                .hint("name such a role: --admin-url postgres://owner@db/app, or admin_url in rowhouse.toml")
                .into()),
            (Some(_), None) => Err(Misuse::new("policies have to be asked as the service's role, and database_url is not configured")
                .hint("name it: --database-url postgres://app@db/app, or database_url in rowhouse.toml")
                .into()),
        }
    }
}

/// A table by its name as it stands in SQL.
fn find<'a>(catalog: &'a Catalog, named: &str) -> Result<&'a Relation, Misuse> {
    let mut found = catalog.relations.iter().filter(|relation| {
        let name = quote_ident(&relation.name);
        relation.qualified_name() == named
            || format!("{}.{}", relation.schema, relation.name) == named
            || (!relation.is_system() && (name == named || relation.name == named))
    });
    let Some(first) = found.next() else {
        return Err(Misuse::new(format!("there is no table {named}"))
            .hint("write it as in SQL, with its schema and quotes where it needs them"));
    };
    if let Some(second) = found.next() {
        return Err(Misuse::new(format!(
            "{named} is {} and {}",
            first.qualified_name(),
            second.qualified_name()
        ))
        .hint("write it with its schema"));
    }
    Ok(first)
}
