//! Values read the same whether we print them or the server does, whatever its settings.

use rowhouse_local::testing::APP;
use serde_json::Value;

use crate::service::{PAWNEE, Service, Setup};

const SQL: &str = "
CREATE TABLE things (
    id int PRIMARY KEY, at timestamptz, lasts interval, bytes bytea, ratio float8, place point, day date,
    tenant_id uuid NOT NULL);
INSERT INTO things VALUES
    (1, '2024-07-01 12:00+00', '1 mon 2 days 03:04:05.6', '\\x0041ff', 0.1::float8 + 0.2, '(0.1,1e-7)', '2024-02-29',
     '7a245486-3fc8-47ec-b303-04fefe7a58ff');
ALTER TABLE things ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON things USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT ON things TO rowhouse_app;";

#[tokio::test]
async fn unusual_settings_are_followed() {
    let settings: [&'static [&'static str]; 3] = [
        &[],
        &["TimeZone = 'Etc/UTC'"],
        &[
            "TimeZone = 'Europe/Berlin'",
            "IntervalStyle = 'iso_8601'",
            "DateStyle = 'German'",
            "bytea_output = 'escape'",
            "extra_float_digits = 0",
        ],
    ];
    for settings in settings {
        let setup = Setup {
            sql: SQL.into(),
            config: "",
            settings,
            ..Setup::default()
        };
        let service = Service::start(setup).await;
        let ours = service.client().await.get("/things", PAWNEE).await.json();
        let app = service.database.as_role(APP).await;
        let tenant = format!("SET app.current_tenant_id = '{PAWNEE}'");
        app.batch_execute(&tenant).await.unwrap();
        let theirs: Value = app
            .query_one("SELECT json_agg(t) FROM things t", &[])
            .await
            .unwrap()
            .get(0);
        assert_eq!(ours.to_string(), theirs.to_string(), "{settings:?}");
    }
}
