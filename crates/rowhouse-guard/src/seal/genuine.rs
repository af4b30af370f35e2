//! Whether a database's seal is ours, word for word; then it is read as what it does.

use std::borrow::Cow;

use rowhouse_catalog::{Catalog, Function, Oid, Relation, RelationKind, Volatility};

use crate::{Error, Model, Options};

use super::{CLAIM, KEYS, NEW_KEY, SCHEMA, TenantType, literal, tenant_body};

/// A seal that the audit knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seal {
    /// The function that gives the sealed tenant.
    pub(crate) tenant: Oid,
    pub(crate) tenant_type: TenantType,
    /// The setting that it compares.
    pub(crate) setting: String,
    /// The function that gives a sealed claim.
    pub(crate) claim: Oid,
    /// The function that makes keys.
    pub(crate) maker: Oid,
}

/// The table of keys.
pub(crate) fn keys(catalog: &Catalog) -> Option<&Relation> {
    let mut relations = catalog.relations.iter();
    relations.find(|relation| relation.schema == SCHEMA && relation.name == KEYS)
}

/// The function `rowhouse.tenant()`, whatever is in it.
pub(crate) fn function(catalog: &Catalog) -> Option<&Function> {
    named(catalog, "tenant", &[])
}

fn named<'a>(catalog: &'a Catalog, name: &str, types: &[&str]) -> Option<&'a Function> {
    catalog.functions.iter().find(|function| {
        function.schema == SCHEMA && function.name == name && function.input_types == types
    })
}

/// What there is of a seal in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No function `rowhouse.tenant()`, or no table of keys.
    Absent,
    /// The function is not the one that `rowhouse seal init` makes, or is not the owner's of the keys.
    Changed,
    /// As it was made.
    Genuine,
}

/// Whether a database's seal is as it was made.
pub fn state(catalog: &Catalog) -> State {
    match (function(catalog), keys(catalog)) {
        (Some(_), Some(_)) if genuine(catalog).is_some() => State::Genuine,
        (Some(_), Some(_)) => State::Changed,
        _ => State::Absent,
    }
}

/// The seal of a database, when its function is as we make it and belongs to the owner of the keys: what decides is the
/// text, never the name.
pub(crate) fn genuine(catalog: &Catalog) -> Option<Seal> {
    let (function, keys) = (function(catalog)?, keys(catalog)?);
    let tenant_type = TenantType::ALL
        .into_iter()
        .find(|kind| function.result.as_deref() == Some(kind.sql()))?;
    let (_, rest) = function
        .body
        .split_once("tenant pg_catalog.text := pg_catalog.current_setting('")?;
    let (setting, _) = rest.split_once("', true)")?;
    let setting = setting.replace("''", "'");
    let claim = named(catalog, "claim", &["text"])?;
    let maker = named(catalog, "new_seal_key", &["text", "text", "text[]"])?;
    let settings = |function: &Function| -> Vec<String> {
        let settings = function.settings.iter();
        settings
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    };
    let schema = catalog
        .schemas
        .iter()
        .find(|schema| schema.name == SCHEMA)?;
    let as_made = function.body == tenant_body(&setting)
        && checks(function)
        && function.settings.is_empty()
        && claim.body == CLAIM
        && checks(claim)
        && settings(claim) == ["search_path=pg_catalog, pg_temp"]
        && maker.body == NEW_KEY
        && maker.language == "plpgsql"
        && !maker.security_definer
        && settings(maker)
            == [
                "plan_cache_mode=force_generic_plan",
                "search_path=pg_catalog, pg_temp",
            ]
        && keys.kind == RelationKind::Table
        && keys.column("mark").is_some();
    // Whoever owns one of them, or the schema, can put another in its place.
    let owners = [schema.owner, function.owner, claim.owner, maker.owner];
    (as_made && owners.iter().all(|owner| *owner == keys.owner)).then_some(Seal {
        tenant: function.oid,
        tenant_type,
        setting,
        claim: claim.oid,
        maker: maker.oid,
    })
}

/// The setting and the type of tenants that a database is sealed for.
pub fn installed(catalog: &Catalog) -> Option<(String, TenantType)> {
    genuine(catalog).map(|seal| (seal.setting, seal.tenant_type))
}

/// Whether a function is a check as we make them, but for its text.
fn checks(function: &Function) -> bool {
    function.language == "plpgsql"
        && function.security_definer
        && !function.leakproof
        && function.volatility == Volatility::Stable
}

/// A catalog as the audit reads it: the functions of a genuine seal stand for what they give.
#[derive(Debug)]
pub(crate) struct Read<'a> {
    catalog: Cow<'a, Catalog>,
    seal: Option<Seal>,
}

impl<'a> Read<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        let seal = genuine(catalog);
        let Some(known) = &seal else {
            return Self {
                catalog: Cow::Borrowed(catalog),
                seal,
            };
        };
        let mut snapshot = catalog.clone().into_snapshot();
        for function in &mut snapshot.functions {
            let gives = if function.oid == known.tenant {
                format!(
                    "NULLIF(current_setting({}, true), '')::{}",
                    literal(&known.setting),
                    known.tenant_type.sql()
                )
            } else if function.oid == known.claim {
                "current_setting(name, true)".to_owned()
            } else {
                continue;
            };
            function.body = format!("BEGIN RETURN {gives}; END");
            function.security_definer = false;
        }
        Self {
            catalog: Cow::Owned(Catalog::new(snapshot)),
            seal,
        }
    }

    /// What the audit believes about it.
    pub(crate) fn model(&self, options: &Options) -> Result<Model<'_>, Error> {
        Ok(Model {
            seal: self.seal.clone(),
            ..Model::detect(&self.catalog, options)?
        })
    }
}
