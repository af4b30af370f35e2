//! The `[api]` part of `rowhouse.toml`.
//!
//! Defaults of a resource are parsed while the file is read, so that a mistake in one is reported
//! with its key and line; whether its columns exist is seen when the catalog is
//! ([`Resources::build`](crate::resource::Resources::build)).

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use rowhouse_catalog::{Function, Relation};
use rowhouse_identity::Origins;
use serde::{Deserialize, Deserializer, de};

use crate::request::{Bounds, Order, Select};
use crate::resource::{names, reserved};

/// How deep relations may be embedded in the configuration's own selects.
const CONFIGURED_DEPTH: usize = 16;

/// What is served, and how.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ApiConfig {
    /// The schemas whose relations are served. The first is for requests that name none; the
    /// others are named by `Accept-Profile`.
    #[serde(deserialize_with = "some_schemas")]
    pub schemas: Vec<String>,
    /// Relations without row security that every tenant may read, as `name` or `schema.name`.
    pub shared: Vec<String>,
    /// Whether clients may aggregate: `price.avg()`. It lets them read all of a tenant's rows at
    /// once, for an answer of one.
    pub aggregates: bool,
    /// Other sites whose pages may use the service: `https://app.example`. None unless said; `*`
    /// for all.
    #[serde(deserialize_with = "origins")]
    pub cors_origins: Origins,
    /// A function without arguments that is called before the statement of each request, in its
    /// transaction: `schema.name`.
    pub pre_request: Option<String>,
    /// Whether `/openapi.json` and `/docs` are there. They name what is served, to whoever reaches
    /// the service.
    pub describe: bool,
    /// Which functions are served at `/rpc/{name}`, beside those that are without being named.
    pub functions: FunctionsConfig,
    /// Whether what is written stays, and whether clients may have it otherwise.
    pub tx: Ending,
    /// How much a client may ask.
    pub limits: Limits,
    /// Settings of single relations, by `name` or `schema.name`.
    pub resource: BTreeMap<String, ResourceConfig>,
}

/// Which functions are served. Each is named as `name`, `schema.name` or `schema.name(types)`; the
/// first two mean all functions of that name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FunctionsConfig {
    /// Functions that run as their owner (`SECURITY DEFINER`) and are served all the same. Policies
    /// may not bind them, so what they do about tenants is theirs alone.
    pub definer: Vec<String>,
    /// Functions of which the audit cannot tell that they keep tenants apart, and that are served
    /// all the same; not where it found that they do not.
    pub trusted: Vec<String>,
    /// Functions that are not served.
    pub hidden: Vec<String>,
}

impl FunctionsConfig {
    /// Whether it names a function that runs as its owner. One of a schema that is not among those `served` has to be
    /// named with it: a bare name means what is served.
    pub(crate) fn allows_definer(&self, function: &Function, served: &[String]) -> bool {
        let is_served = served.contains(&function.schema);
        let mut names = self.definer.iter();
        names.any(|name| is_called(function, name) && (is_served || *name != function.name))
    }

    /// Whether the configuration vouches for the function.
    pub fn trusts(&self, function: &Function) -> bool {
        self.trusted.iter().any(|name| is_called(function, name))
    }

    pub(crate) fn hides(&self, function: &Function) -> bool {
        self.hidden.iter().any(|name| is_called(function, name))
    }
}

/// Whether a name of the configuration means the function.
pub(crate) fn is_called(function: &Function, name: &str) -> bool {
    let of_schema =
        |(schema, name): (&str, &str)| schema == function.schema && name == function.name;
    name == function.name
        || name.split_once('.').is_some_and(of_schema)
        || name == function.qualified_name()
}

/// Settings of one relation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResourceConfig {
    /// Its name in URLs, where it is not the relation's.
    #[serde(deserialize_with = "url_name")]
    pub name: Option<String>,
    /// What a request without `select` gets; every column where absent.
    #[serde(deserialize_with = "select")]
    pub select: Option<Select>,
    /// The order of a request without `order`; by primary key where absent.
    #[serde(deserialize_with = "order")]
    pub order: Option<Order>,
    /// Not served at all.
    pub hidden: bool,
    /// `PATCH` and `DELETE` without a filter are allowed: they meet all rows of the tenant.
    pub unfiltered: bool,
}

/// What becomes of what is written: `Prefer: tx=…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// It stays.
    #[default]
    Commit,
    /// It stays, unless the client prefers otherwise.
    CommitAllowOverride,
    /// Nothing stays: for trying requests out.
    Rollback,
    /// Nothing stays, unless the client prefers otherwise.
    RollbackAllowOverride,
}

impl Ending {
    /// Whether clients may choose.
    pub fn is_free(self) -> bool {
        matches!(
            self,
            Self::CommitAllowOverride | Self::RollbackAllowOverride
        )
    }

    /// Whether it stays when nobody prefers anything.
    pub fn commits(self) -> bool {
        matches!(self, Self::Commit | Self::CommitAllowOverride)
    }
}

/// How much a client may ask.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The query string, in bytes.
    pub query_bytes: usize,
    /// The content of a request, in bytes.
    pub content_bytes: u64,
    /// How deep relations may be embedded.
    pub embed_depth: usize,
    /// How many filters there may be.
    pub filters: usize,
    /// How deep `and` and `or` may be nested.
    pub filter_depth: usize,
    /// Rows of an answer, and of each list embedded in it, at most; no bound where absent, since
    /// answers are streamed.
    pub rows: Option<u32>,
    /// Plans kept for requests seen before.
    pub plans: NonZeroUsize,
}

impl ApiConfig {
    /// Whether every tenant may read the relation.
    pub fn declares_shared(&self, relation: &Relation) -> bool {
        self.shared.iter().any(|name| names(relation, name))
    }
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            schemas: vec!["public".into()],
            shared: Vec::new(),
            aggregates: false,
            cors_origins: Origins::default(),
            pre_request: None,
            describe: true,
            functions: FunctionsConfig::default(),
            tx: Ending::default(),
            limits: Limits::default(),
            resource: BTreeMap::new(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        const PLANS: NonZeroUsize = NonZeroUsize::new(1024).unwrap();
        Self {
            query_bytes: 8192,
            content_bytes: 8 << 20,
            embed_depth: 8,
            filters: 128,
            filter_depth: 16,
            rows: None,
            plans: PLANS,
        }
    }
}

impl Limits {
    /// What the request grammar is held to.
    pub fn bounds(&self) -> Bounds {
        Bounds {
            query_bytes: self.query_bytes,
            depth: self.embed_depth,
            filters: self.filters,
            filter_depth: self.filter_depth,
        }
    }
}

fn some_schemas<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let schemas = Vec::deserialize(deserializer)?;
    if schemas.is_empty() {
        return Err(de::Error::custom("at least one schema is needed"));
    }
    Ok(schemas)
}

fn origins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Origins, D::Error> {
    let origins = Vec::<String>::deserialize(deserializer)?;
    Origins::new(origins.iter().map(String::as_str)).map_err(de::Error::custom)
}

fn url_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(deserializer)?;
    if reserved(&name) {
        return Err(de::Error::custom(format!(
            "{name:?} is a path of the service itself"
        )));
    }
    if name.is_empty() || name.contains('/') {
        return Err(de::Error::custom(
            "a name in URLs is not empty and has no slash",
        ));
    }
    Ok(Some(name))
}

fn select<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Select>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Select::parse("select", &text, CONFIGURED_DEPTH)
        .map(Some)
        .map_err(de::Error::custom)
}

fn order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Order>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Order::parse("order", &text)
        .map(Some)
        .map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        toml::from_str::<ApiConfig>(text).unwrap_err().to_string()
    }

    #[test]
    fn an_empty_table_is_the_default() {
        assert_eq!(
            toml::from_str::<ApiConfig>("").unwrap(),
            ApiConfig::default()
        );
    }

    #[test]
    fn a_resource_is_configured_by_name() {
        let text = "schemas = ['app']\n[resource.tenants]\nselect = '*,items(*)'\norder = 'name'";
        let config: ApiConfig = toml::from_str(text).unwrap();
        let tenants = &config.resource["tenants"];
        assert_eq!(tenants.select.as_ref().unwrap().to_string(), "*,items(*)");
        assert_eq!(tenants.order.as_ref().unwrap().to_string(), "name");
        assert!(!tenants.hidden);
    }

    #[test]
    fn mistakes_are_named_with_their_line_and_key() {
        let error = refused("[resource.tenants]\nselect = 'items(id'");
        assert!(
            error.contains("line 2") && error.contains("select = 'items(id'"),
            "{error}"
        );
        assert!(
            error.contains("select, character 9: found the end"),
            "{error}"
        );
        let error = refused("shared = []\nshemas = ['public']");
        assert!(
            error.contains("line 2") && error.contains("unknown field `shemas`"),
            "{error}"
        );
        let error = refused("[resource.docs]\nname = 'docs'");
        assert!(
            error.contains("\"docs\" is a path of the service itself"),
            "{error}"
        );
        let error = refused("aggregates = true\ncors_origins = ['app.example']");
        assert!(
            error.contains("line 2") && error.contains("\"app.example\" is not an origin"),
            "{error}"
        );
        assert!(refused("schemas = []").contains("at least one schema"));
        assert!(refused("[limits]\nplans = 0").contains("line 2"));
    }
}
