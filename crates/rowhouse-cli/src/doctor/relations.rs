//! Which relations would be served, and which not.

use rowhouse_api::json::ServerFormat;
use rowhouse_api::resource::{Resources, Withheld};
use rowhouse_catalog::Catalog;

use super::check::Check;
use crate::config::File;
use crate::serve::Audited;

pub(super) fn checks(audited: &Audited, file: &File) -> Vec<Check> {
    let catalog = &audited.catalog;
    let mut checks = tenants(catalog, file);
    checks.extend(without_column(catalog, file));
    let verdicts = match audited.verdicts(file) {
        Ok(verdicts) => verdicts,
        Err(error) => {
            checks.push(Check::failed("audit", &error.into()));
            return checks;
        }
    };
    if let Err(refusal) = verdicts.refuse() {
        checks.push(Check::failed("audit", &refusal.into()));
        return checks;
    }
    let access = catalog.as_role(audited.role);
    // The format decides how values are written, not which relations are served.
    let format = ServerFormat::default();
    match Resources::build(catalog, &file.api, &verdicts, &access, &format) {
        Ok(resources) => {
            checks.extend(served(&resources));
            checks.extend(resources.withheld().iter().map(|withheld| {
                Check::warn(
                    "withheld",
                    format!("{}: {}", withheld.relation, withheld.reason),
                    mend(withheld),
                )
            }));
        }
        Err(error) => checks.push(Check::failed("served", &error.into())),
    }
    checks
}

fn served(resources: &Resources) -> Vec<Check> {
    let list = |shared: bool| {
        let names = resources
            .iter()
            .filter(|resource| resource.shared == shared);
        names
            .map(|resource| format!("/{}", resource.name))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (own, shared) = (list(false), list(true));
    if own.is_empty() && shared.is_empty() {
        return vec![Check::warn(
            "served",
            "nothing: no relation keeps tenants apart",
            "make tables with row security as the owner: see demo/schema.sql, or `rowhouse serve --demo`",
        )];
    }
    let mut checks = Vec::new();
    if !own.is_empty() {
        checks.push(Check::ok("served", own));
    }
    if !shared.is_empty() {
        checks.push(Check::ok(
            "shared",
            format!("{shared}, the same rows for every tenant"),
        ));
    }
    checks
}

fn mend(withheld: &Withheld) -> String {
    if withheld.reason.contains("may not read") {
        format!(
            "GRANT SELECT ON {} TO the service's role, or leave it",
            withheld.relation
        )
    } else if withheld.open {
        "`rowhouse audit` shows the SQL that closes it".into()
    } else {
        "add it to `shared` in [api] if all tenants may read it, or leave it".into()
    }
}

/// Tables that are protected and lack the tenant column are worth a look: their policies use something else.
fn without_column(catalog: &Catalog, file: &File) -> Vec<Check> {
    let Some(column) = &file.tenant_column else {
        return Vec::new();
    };
    let root = file.tenant_root.as_deref();
    catalog
        .relations
        .iter()
        .filter(|relation| file.api.schemas.contains(&relation.schema))
        .filter(|relation| relation.row_security && relation.column(column).is_none())
        .filter(|relation| root != Some(format!("{}.{}", relation.schema, relation.name).as_str()))
        .map(|relation| {
            let name = relation.qualified_name();
            Check::warn(
                "tenants",
                format!("{name} has row security and no column {column}"),
                "see that its policies reach the tenant another way",
            )
        })
        .collect()
}

/// What the file says about tenants must be there.
fn tenants(catalog: &Catalog, file: &File) -> Vec<Check> {
    const WHAT: &str = "tenants";
    let Some(root) = &file.tenant_root else {
        return Vec::new();
    };
    let (schema, name) = root.split_once('.').unwrap_or(("public", root));
    let found = catalog.relation(schema, name).is_some();
    vec![if found {
        Check::ok(WHAT, format!("their table is {root}"))
    } else {
        Check::fail(
            WHAT,
            format!("tenant_root = {root:?}: there is no such table"),
            "mend tenant_root in the configuration, or make the table",
        )
    }]
}
