//! Which function it may be: a wrong one is told at the start, by its name.

use rowhouse::Rowhouse;
use rowhouse_api::config::ApiConfig;
use rowhouse_api::json::ServerFormat;
use rowhouse_api::resource::{BuildError, Exposure, Resources, RowSecurity, Verdict};
use rowhouse_catalog::{Catalog, Function, Relation};
use rowhouse_local::testing::{APP, Database, OWNER};

use super::{SQL, ask, open};
use crate::service::DEMO;

/// An audit that cannot tell about one function.
struct Doubt(&'static str);

impl Exposure for Doubt {
    fn verdict(&self, relation: &Relation) -> Verdict {
        RowSecurity.verdict(relation)
    }

    fn function(&self, function: &Function) -> Verdict {
        if function.name == self.0 {
            return Verdict::Unprotected("it could work as another tenant".into());
        }
        Verdict::Protected
    }

    fn tenant_column(&self, table: &Relation) -> Option<i16> {
        RowSecurity.tenant_column(table)
    }
}

#[tokio::test]
async fn one_that_cannot_be_called_is_named() {
    let database = Database::create(&(DEMO.concat() + SQL)).await;
    let mut owner = database.as_role(OWNER).await;
    let catalog = Box::pin(Catalog::read(&mut owner)).await.unwrap();
    let access = catalog.as_role(catalog.role(APP).unwrap().oid);
    let house = Rowhouse::connect(&database.app_url()).await.unwrap();
    let format = ServerFormat::ask(&house).await.unwrap();
    let build = |config: &str, exposure: &dyn Exposure| {
        let config: ApiConfig = toml::from_str(config).unwrap();
        Resources::build(&catalog, &config, exposure, &access, &format)
    };
    for (name, reason) in [
        ("private.nobody", "there is no such function"),
        ("check_request", "there is no such function"),
        ("", "there is no such function"),
        ("private.takes", "takes arguments"),
        ("private.fixed", "IMMUTABLE"),
        ("private.fires", "no function that a statement can call"),
        ("private.proceeds", "no function that a statement can call"),
        ("private.closed", "may not execute it"),
        ("shut.off", "USAGE on the schema shut"),
        ("private.owned", "`definer`"),
        ("private.other_tenant", "another tenant"),
    ] {
        let config = format!("pre_request = '{name}'");
        let refused = build(&config, &Doubt("other_tenant")).unwrap_err();
        assert!(matches!(refused, BuildError::PreRequest { .. }));
        let said = refused.to_string();
        assert!(
            said.starts_with(&format!("api.pre_request = {name:?}: ")) && said.contains(reason),
            "{said}"
        );
    }
    for config in [
        "pre_request = 'private.check_request'",
        "pre_request = 'private.check_request()'",
        "pre_request = 'whose_writing'",
        "pre_request = 'private.owned'\nfunctions.definer = ['private.owned']",
    ] {
        let resources = build(config, &RowSecurity).unwrap();
        assert!(resources.pre_request().is_some(), "{config}");
    }
    assert_eq!(build("", &RowSecurity).unwrap().pre_request(), None);
}

#[tokio::test]
async fn one_that_runs_as_its_owner_where_it_is_named() {
    let service =
        open("[api]\npre_request = 'private.owned'\n[api.functions]\ndefiner = ['private.owned']")
            .await;
    let answer = ask(&service, "GET", "/items", &[], "").await;
    assert_eq!(answer.header("x-as"), Some(OWNER));
}
