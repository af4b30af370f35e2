//! Each condition on a policy FOR ALL: the verdict, and whether the server agrees.

mod alternatives;
mod claims;
mod columns;
mod constants;
mod functions;
mod lists;
mod membership;
mod settings;
mod text;

use rowhouse_catalog::Catalog;
use rowhouse_local::testing::APP;

use super::fixture::{A, B, Case, Expected, database, is, model, read};
use crate::logic::Decider;

const UUID: &str = "uuid NOT NULL";
const NULLABLE: &str = "uuid NULL";
const INT: &str = "bigint NOT NULL";
const TEXT: &str = "text NOT NULL";

const fn case(tenant: &'static str, expected: Expected, using: &'static str) -> Case {
    Case {
        tenant,
        using,
        expected,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenant_in_a_setting() {
    check(settings::CASES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenant_in_a_claim() {
    check(claims::CASES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenant_from_a_function() {
    check(functions::CASES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_that_are_always_true() {
    check(constants::CASES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_around_the_tenant() {
    check(alternatives::CASES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn something_else_compared() {
    check(columns::CASES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_and_case() {
    check(text::CASES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_tenants() {
    check(lists::CASES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn membership() {
    check(membership::CASES).await;
}

/// Each is judged as it should be, and nothing is proven that the server shows to be wrong.
async fn check(cases: &[Case]) {
    let db = database(cases).await;
    let mut admin = db.admin().await;
    let catalog = Catalog::read(&mut admin).await.unwrap();
    let model = model(&catalog, &["app.tenant", "request.jwt.claims"]);
    let decider = Decider::new(&model);
    let app = db.as_role(APP).await;
    let mut wrong = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let verdict = read(&decider, &catalog, &format!("t{at}"));
        if is(&verdict) != case.expected {
            wrong.push(format!("t{at} {}: {verdict:?}", case.using));
        }
        let seen = foreign_rows(&app, at).await;
        if verdict.is_proven() && !seen.is_empty() {
            wrong.push(format!("t{at} {}: proven, but {seen:?}", case.using));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The rows of others that the app role sees, by what the setting says.
pub(super) async fn foreign_rows(
    app: &tokio_postgres::Client,
    table: usize,
) -> Vec<(String, String)> {
    let settings = [
        "", A, B, "1", "2", "12", "acme", "Acme", "acm_", "acme ", "nonsense",
    ];
    let mut seen = Vec::new();
    for setting in settings {
        let claims = format!(
            r#"{{"sub":"{setting}","tenant_id":"{setting}","app_metadata":{{"tenant_id":"{setting}"}}}}"#
        );
        let set = format!(
            "SELECT set_config('app.tenant', '{setting}', false), set_config('app.user', '{setting}', false),
                    set_config('request.jwt.claims', '{claims}', false)"
        );
        app.batch_execute(&set).await.unwrap();
        let rows = app
            .query(
                &format!("SELECT DISTINCT tenant_id::text FROM t{table}"),
                &[],
            )
            .await;
        for row in rows.unwrap_or_default() {
            let tenant: Option<String> = row.get(0);
            // A policy may read the setting without regard to case.
            if tenant.as_deref() != Some(setting) && tenant != Some(setting.to_lowercase()) {
                seen.push((setting.to_owned(), format!("{tenant:?}")));
            }
        }
    }
    seen
}
