//! `rowhouse token`: tokens for development.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rowhouse::TenantId;
use serde_json::{Map, Value, json};

use crate::config::{Config, File, parse_time};
use crate::failure::Misuse;
use crate::identity::signing_key;
use crate::local::Place;
use crate::terminal;

/// Make a token for development, with a key of the configuration
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  rowhouse token --tenant 7a245486-3fc8-47ec-b303-04fefe7a58ff --demo
  rowhouse token --tenant 7 --subject ada --claim role=editor --expires 8h
  curl -H \"Authorization: Bearer $(rowhouse token --tenant acme)\" http://127.0.0.1:8000/items/

Whoever has a key that signs is any tenant: a service that strangers call is better given public keys only.")]
pub(crate) struct Token {
    /// Whose rows it is for; several make a token whose requests choose
    #[arg(long, value_name = "TENANT", required = true)]
    tenant: Vec<String>,
    /// Who acts
    #[arg(long, default_value = "developer")]
    subject: String,
    /// For how long it is good
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = lifetime)]
    expires: Duration,
    /// One more claim, as JSON or text: name=value
    #[arg(long, value_name = "NAME=VALUE", value_parser = claim)]
    claim: Vec<(String, Value)>,
    /// The key, by its key id [default: the first that can sign]
    #[arg(long)]
    kid: Option<String>,
    /// For the demo
    #[arg(long)]
    demo: bool,
    /// The configuration file [default: rowhouse.toml if there is one]
    #[arg(long, value_name = "FILE", env = "ROWHOUSE_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

impl Token {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let named = self.config.as_deref();
        let named = named.filter(|path| !path.as_os_str().is_empty());
        let config = Config::load(named, self.demo)?;
        let data = self.place.folder(&config);
        let wanted = Wanted {
            tenants: &self.tenant,
            subject: &self.subject,
            lifetime: self.expires,
            kid: self.kid.as_deref(),
            claims: &self.claim,
        };
        let data = data.exists().then_some(&*data);
        terminal::line(wanted.sign(&config.file, data)?);
        Ok(())
    }
}

/// What a token is to say.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) tenants: &'a [String],
    pub(crate) subject: &'a str,
    pub(crate) lifetime: Duration,
    pub(crate) kid: Option<&'a str>,
    pub(crate) claims: &'a [(String, Value)],
}

impl Wanted<'_> {
    /// The token, such that the service of this configuration believes it.
    pub(crate) fn sign(&self, file: &File, data: Option<&Path>) -> anyhow::Result<String> {
        let token = &file.identity.token;
        let (key, issuers) = signing_key(&token.keys, self.kid, data)?;
        let mut claims = Map::new();
        for (name, value) in self.claims {
            claims.insert(name.clone(), value.clone());
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        if let Some(issuer) = issuers.first().or(token.issuer.first()) {
            claims.insert("iss".into(), (**issuer).into());
        }
        if let Some(audience) = token.audience.first() {
            claims.insert("aud".into(), (**audience).into());
        }
        claims.insert("iat".into(), now.into());
        claims.insert("exp".into(), (now + self.lifetime.as_secs()).into());
        token.subject.put(&mut claims, self.subject.into());
        let mut tenants = Vec::new();
        for text in self.tenants {
            let tenant = TenantId::parse(file.tenant_type, text)
                .map_err(|error| Misuse::new(format!("the tenant {text:?} is {error}")))?;
            tenants.push(tenant.as_str().to_owned());
        }
        let tenant = match &*tenants {
            [only] => json!(only),
            several => json!(several),
        };
        token.tenant.put(&mut claims, tenant);
        Ok(key.sign(&claims)?)
    }
}

fn lifetime(text: &str) -> Result<Duration, String> {
    parse_time(text).ok_or_else(|| "write a time as 30min, 8h or 7d".to_owned())
}

fn claim(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or("write it as name=value")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((name.to_owned(), value))
}
