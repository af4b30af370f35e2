//! A database with a table for each policy under test.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rowhouse_catalog::{Catalog, Oid};
use rowhouse_local::testing::{APP, Database};

use crate::logic::{Action, Decider, Verdict};
use crate::{Class, Model, RowOwner, Setting};

/// What the verdict should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    Proven,
    Refuted,
    Undecided,
}

/// A policy's condition on a table of tenants of this type, which it may name as `{table}`.
pub(super) struct Case {
    pub(super) tenant: &'static str,
    pub(super) using: &'static str,
    pub(super) expected: Expected,
}

pub(super) const A: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
pub(super) const B: &str = "bbbbbbbb-0000-4000-8000-00000000000b";

/// The tenants rows are made for, as SQL.
fn tenants(data_type: &str) -> Vec<String> {
    let texts: &[&str] = match data_type.split(' ').next().unwrap() {
        "uuid" => &[
            A,
            B,
            "aaaaaaaa-0000-4000-8000-00000000000c",
            "caaaaaaa-0000-4000-8000-00000000000a",
        ],
        "bigint" | "integer" => &["1", "2", "11", "12"],
        _ => &["acme", "blue", "Acme", "acme2", "acme ", "acm_", "acme-1"],
    };
    let mut all: Vec<String> = texts.iter().map(|text| format!("'{text}'")).collect();
    if data_type.ends_with(" NULL") && !data_type.ends_with("NOT NULL") {
        all.push("NULL".into());
    }
    all
}

/// The schema all cases share, then a table `t0`, `t1`, … for each.
pub(super) async fn database(cases: &[Case]) -> Database {
    let mut sql = include_str!("shared.sql").to_owned();
    for (at, case) in cases.iter().enumerate() {
        let tenant = case.tenant;
        let using = case.using.replace("{table}", &format!("t{at}"));
        let values = tenants(tenant);
        writeln!(
            sql,
            "CREATE TABLE t{at} (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id {tenant},
                 other_id {tenant}, parent_id uuid REFERENCES parents, is_public boolean NOT NULL, status text,
                 created_at timestamptz NOT NULL DEFAULT now(), name text, data jsonb);
             INSERT INTO t{at} (tenant_id, other_id, is_public, status, name, data)
             SELECT t.v::{base}, t.v::{base}, p.v, s.v, 'x', '{{}}'
               FROM (VALUES {rows}) t (v), (VALUES (true), (false)) p (v),
                    (VALUES ('draft'), ('published'), (NULL)) s (v);
             ALTER TABLE t{at} ENABLE ROW LEVEL SECURITY;
             ALTER TABLE t{at} FORCE ROW LEVEL SECURITY;
             CREATE POLICY p ON t{at} USING ({using});
             GRANT SELECT, INSERT, UPDATE, DELETE ON t{at} TO rowhouse_app;",
            base = tenant.trim_end_matches(" NOT NULL").trim_end_matches(" NULL"),
            rows = values.iter().map(|v| format!("({v})")).collect::<Vec<_>>().join(", "),
        )
        .unwrap();
    }
    Database::create_with_superuser(&sql, "").await
}

/// Whose a table's rows are: by `tenant_id`, where it has one; by `id` for `tenants`; by `parents` for the rest.
pub(super) fn model<'a>(catalog: &'a Catalog, settings: &[&str]) -> Model<'a> {
    let mut classes = BTreeMap::new();
    for relation in catalog
        .relations
        .iter()
        .filter(|relation| !relation.is_system())
    {
        let class = if let Some(column) = relation.column("tenant_id") {
            Class::Tenant(RowOwner::Column(column.number))
        } else if relation.name == "tenants" {
            Class::Root(RowOwner::Column(1))
        } else if let Some(key) = relation.foreign_keys.first() {
            Class::Child(RowOwner::Parent {
                columns: key.columns.clone(),
                parent: key.referenced,
                parent_columns: key.referenced_columns.clone(),
            })
        } else {
            Class::Shared
        };
        classes.insert(relation.oid, class);
    }
    let settings = settings.iter().map(|name| Setting {
        name: (*name).to_owned(),
    });
    Model {
        app_roles: vec![app(catalog)],
        settings: settings.collect(),
        root: catalog.relation("public", "tenants").map(|root| root.oid),
        classes,
        ..Model::detect(catalog, &options()).unwrap()
    }
}

fn options() -> crate::Options {
    crate::Options {
        app_roles: vec![APP.to_owned()],
        ..crate::Options::default()
    }
}

pub(super) fn app(catalog: &Catalog) -> Oid {
    catalog.role(APP).unwrap().oid
}

pub(super) fn is(verdict: &Verdict) -> Expected {
    match verdict {
        Verdict::Proven(_) => Expected::Proven,
        Verdict::Refuted(_) => Expected::Refuted,
        Verdict::Undecided(_) => Expected::Undecided,
    }
}

pub(super) fn read(decider: &Decider<'_>, catalog: &Catalog, table: &str) -> Verdict {
    let relation = catalog.relation("public", table).unwrap();
    decider
        .decide(app(catalog), relation.oid, Action::Read)
        .unwrap()
}
