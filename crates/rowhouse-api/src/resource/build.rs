//! From the catalog to what is served.

use std::collections::{HashMap, HashSet};

use rowhouse_catalog::{Access, Catalog, Oid, Privilege, Relation, RelationKind, quote_ident};

use super::functions::Source;
use super::keys::Keys;
use super::representation::Representations;
use super::types::Types;
use super::{Column, Exposure, May, Resource, Resources, Verdict, Writing, reserved};
use crate::config::{ApiConfig, ResourceConfig};
use crate::json::ServerFormat;

/// A configuration that does not fit the database; for whoever runs the service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The configuration speaks of a relation that is not there.
    #[error("{key} = {name:?}: there is no such relation in the served schemas")]
    UnknownRelation {
        /// The key in the configuration.
        key: &'static str,
        /// What it names.
        name: String,
    },
    /// The configuration speaks of a function that is not there.
    #[error("{key} = {name:?}: there is no such function in the served schemas")]
    UnknownFunction {
        /// The key in the configuration.
        key: &'static str,
        /// What it names.
        name: String,
    },
    /// The function that is to be called before each request cannot be.
    #[error("api.pre_request = {name:?}: {reason}")]
    PreRequest {
        /// What the configuration names.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A relation has a name that the service keeps for itself.
    #[error(
        "{relation} cannot be served as /{name}: the service keeps that path for itself; \
         set `name` in [api.resource.{name}]"
    )]
    Reserved {
        /// The relation.
        relation: String,
        /// The name it would have.
        name: String,
    },
    /// Two relations would have the same name.
    #[error(
        "{first} and {second} would both be served as /{name}; give one of them another `name`"
    )]
    SameName {
        /// The name.
        name: String,
        /// The relation that has it.
        first: String,
        /// The relation that would have it too.
        second: String,
    },
    /// A configured `select` or `order` does not fit its relation.
    #[error("[api.resource.{name}]: {source}")]
    Default {
        /// The resource.
        name: String,
        /// What does not fit.
        source: Box<crate::plan::PlanError>,
    },
}

/// A relation or function that is not served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// `schema.relation`, or `schema.function(types)`.
    pub relation: String,
    /// Why.
    pub reason: String,
    /// Whether one tenant could read another's rows through it.
    pub open: bool,
}

impl Resources {
    /// Keeps what may be served, and finds the links between it. `access` is the app role's.
    ///
    /// # Errors
    /// [`BuildError`] where the configuration does not fit the database.
    pub fn build(
        catalog: &Catalog,
        config: &ApiConfig,
        exposure: &dyn Exposure,
        access: &Access<'_>,
        format: &ServerFormat,
    ) -> Result<Self, BuildError> {
        check_names(catalog, config)?;
        let source = Source {
            catalog,
            config,
            exposure,
            access,
        };
        let mut types = Types::new(catalog, format);
        let mut representations = Representations::find(&source);
        let mut served = Self {
            list: Vec::new(),
            schemas: config
                .schemas
                .iter()
                .map(|schema| (schema.clone(), HashMap::new()))
                .collect(),
            pre_request: super::pre_request::call(&source)?,
            aggregates: config.aggregates,
            described: config.describe,
            functions: Vec::new(),
            by_name: HashMap::new(),
            handlers: Vec::new(),
            ending: config.tx,
            withheld: Vec::new(),
            casts: types.casts(&config.schemas, exposure),
            closed_casts: closed_casts(&source),
            format: format.clone(),
        };
        let mut places = HashMap::new();
        for schema in &config.schemas {
            for relation in catalog.relations.iter().filter(|r| r.schema == *schema) {
                let settings = settings(relation, config);
                if !is_servable(relation) || settings.is_some_and(|settings| settings.hidden) {
                    continue;
                }
                let shared = config.declares_shared(relation);
                let (reason, open) = match exposure.verdict(relation) {
                    Verdict::Open(reason) => (Some(reason), true),
                    Verdict::Unprotected(reason) if !shared => (Some(reason), false),
                    Verdict::Unprotected(_) | Verdict::Protected => (None, false),
                };
                if let Some(reason) = reason {
                    let relation = relation.qualified_name();
                    served.withheld.push(Withheld {
                        relation,
                        reason,
                        open,
                    });
                    continue;
                }
                let keys = Keys::of(&source, relation);
                let (types, representations) = (&mut types, &mut representations);
                let writing =
                    Writing::of(&source, relation, &keys, settings, shared, representations);
                let resource = Resource {
                    shared,
                    writing,
                    ..resource(relation, &keys, settings, access, types, representations)
                };
                if resource.columns.is_empty() && resource.writing.insert != May::Yes {
                    let reason = "the app role may neither read it nor insert rows".into();
                    served.withheld.push(Withheld {
                        relation: resource.sql,
                        reason,
                        open: false,
                    });
                    continue;
                }
                if served.add(resource, config)? {
                    places.insert(relation.oid, (served.list.len() - 1, relation));
                }
            }
        }
        served.link(&source, &places);
        served.compute(&source, &mut types, &mut representations, &places);
        served.withheld.extend(representations.unused());
        let by_relation = places.iter().map(|(&oid, &(place, _))| (oid, place));
        let by_relation = by_relation.collect();
        served.handle(&source, &by_relation);
        served.call(&source, &mut types, &by_relation)?;
        for resource in &served.list {
            crate::plan::check_defaults(&served, resource).map_err(|source| {
                BuildError::Default {
                    name: resource.name.clone(),
                    source: Box::new(source),
                }
            })?;
        }
        Ok(served)
    }

    /// Whether the resource was added: of two with one name in a schema the first one is, unless
    /// somebody asked for the name.
    fn add(&mut self, resource: Resource, config: &ApiConfig) -> Result<bool, BuildError> {
        let name = resource.name.clone();
        if reserved(&name) {
            return Err(BuildError::Reserved {
                relation: resource.sql,
                name,
            });
        }
        if let Some(first) = self.get_in(&resource.schema, &name) {
            let first = first.sql.clone();
            if config
                .resource
                .values()
                .any(|settings| settings.name.as_ref() == Some(&name))
            {
                return Err(BuildError::SameName {
                    name,
                    first,
                    second: resource.sql,
                });
            }
            let reason = format!("{first} is served as /{name} already");
            self.withheld.push(Withheld {
                relation: resource.sql,
                reason,
                open: false,
            });
            return Ok(false);
        }
        let place = self.list.len();
        let schemas = self.schemas.iter_mut();
        for (_, places) in schemas.filter(|(schema, _)| *schema == resource.schema) {
            places.insert(name.clone(), place);
        }
        self.list.push(resource);
        Ok(true)
    }
}

/// Casts by functions that tenants may not call; what runs as its owner is called by its own name only.
fn closed_casts(source: &Source<'_, '_>) -> HashSet<(Oid, Oid)> {
    let catalog = source.catalog;
    let is_closed = |oid: Oid| {
        let function = catalog.function_by_oid(oid);
        let is_theirs = function.is_some_and(|function| function.extension.is_some());
        let may_be_called = function.is_some_and(|function| {
            !function.security_definer && source.exposure.function(function) == Verdict::Protected
        });
        !oid.is_builtin() && !is_theirs && !may_be_called
    };
    let casts = catalog.casts.iter();
    casts
        .filter(|cast| cast.function.is_some_and(is_closed))
        .map(|cast| (cast.source, cast.target))
        .collect()
}

/// Every relation that the configuration names must be there.
fn check_names(catalog: &Catalog, config: &ApiConfig) -> Result<(), BuildError> {
    let known = |name: &String| {
        let mut candidates = catalog
            .relations
            .iter()
            .filter(|r| config.schemas.contains(&r.schema) && is_servable(r));
        candidates.any(|relation| names(relation, name))
    };
    let check = |key, name: &String| {
        if known(name) {
            Ok(())
        } else {
            Err(BuildError::UnknownRelation {
                key,
                name: name.clone(),
            })
        }
    };
    config
        .shared
        .iter()
        .try_for_each(|name| check("api.shared", name))?;
    config
        .resource
        .keys()
        .try_for_each(|name| check("api.resource", name))
}

fn settings<'a>(relation: &Relation, config: &'a ApiConfig) -> Option<&'a ResourceConfig> {
    config
        .resource
        .iter()
        .find(|(name, _)| names(relation, name))
        .map(|(_, settings)| settings)
}

/// Whether a name of the configuration, `name` or `schema.name`, means the relation.
pub(crate) fn names(relation: &Relation, name: &str) -> bool {
    name == relation.name
        || name
            .split_once('.')
            .is_some_and(|(schema, name)| schema == relation.schema && name == relation.name)
}

/// Partitions are reached through their parent; sequences have no rows.
fn is_servable(relation: &Relation) -> bool {
    relation.kind != RelationKind::Sequence && !relation.is_partition
}

fn resource(
    relation: &Relation,
    keys: &Keys,
    settings: Option<&ResourceConfig>,
    access: &Access<'_>,
    types: &mut Types<'_>,
    representations: &mut Representations,
) -> Resource {
    let readable = relation
        .columns
        .iter()
        .filter(|column| access.column(relation, column).has(Privilege::Select));
    let columns: Vec<(i16, Column)> = readable
        .map(|column| {
            let ty = types.get(column.type_oid);
            let decoder = types.decoder(ty.as_ref());
            let sql = quote_ident(&column.name);
            (
                column.number,
                Column {
                    name: column.name.clone(),
                    sql,
                    ty,
                    decoder,
                    not_null: column.not_null,
                    shown: column.formatted_type.clone(),
                    comment: column.comment.clone(),
                    function: None,
                    representation: representations.of(column.type_oid),
                },
            )
        })
        .collect();
    let place = |number: &i16| columns.iter().position(|(other, _)| other == number);
    let key = keys.read.iter().map(place);
    Resource {
        name: settings
            .and_then(|settings| settings.name.clone())
            .unwrap_or_else(|| relation.name.clone()),
        schema: relation.schema.clone(),
        sql: relation.qualified_name(),
        relation: relation.name.clone(),
        shared: false,
        key: key.collect::<Option<_>>().unwrap_or_default(),
        columns: columns.into_iter().map(|(_, column)| column).collect(),
        links: Vec::new(),
        computed: Vec::new(),
        select: settings.and_then(|settings| settings.select.clone()),
        order: settings.and_then(|settings| settings.order.clone()),
        comment: relation.comment.clone(),
        writing: Writing::default(),
        handlers: Vec::new(),
    }
}
