//! Each condition on a policy FOR ALL: the verdict, and whether the server agrees.

use rowhouse_catalog::Catalog;
use rowhouse_local::testing::APP;

use super::fixture::Expected::{Proven, Refuted, Undecided};
use super::fixture::{A, B, Case, Expected, database, is, model, read};
use crate::logic::Decider;

const UUID: &str = "uuid NOT NULL";
const NULLABLE: &str = "uuid NULL";
const INT: &str = "bigint NOT NULL";
const TEXT: &str = "text NOT NULL";

fn case(tenant: &'static str, expected: Expected, using: &'static str) -> Case {
    Case {
        tenant,
        using,
        expected,
    }
}

fn cases() -> Vec<Case> {
    vec![
        // The plain forms.
        case(
            UUID,
            Proven,
            "tenant_id = (SELECT current_setting('app.tenant')::uuid)",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = current_setting('app.tenant')::uuid",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = current_setting('app.tenant', true)::uuid",
        ),
        case(
            UUID,
            Proven,
            "current_setting('app.tenant', true)::uuid = tenant_id",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = (SELECT NULLIF(current_setting('app.tenant', true), '')::uuid)",
        ),
        case(
            UUID,
            Proven,
            "tenant_id::text = current_setting('app.tenant', true)",
        ),
        case(
            UUID,
            Proven,
            "current_setting('app.tenant', true) = tenant_id::text",
        ),
        case(
            UUID,
            Proven,
            "tenant_id::text = NULLIF(current_setting('app.tenant', true), '')",
        ),
        case(
            UUID,
            Proven,
            "tenant_id::varchar = current_setting('app.tenant', true)",
        ),
        case(
            UUID,
            Proven,
            "tenant_id IS NOT DISTINCT FROM NULLIF(current_setting('app.tenant', true), '')::uuid",
        ),
        case(
            UUID,
            Proven,
            "NOT (tenant_id <> current_setting('app.tenant')::uuid)",
        ),
        case(
            UUID,
            Proven,
            "NOT (tenant_id IS DISTINCT FROM NULLIF(current_setting('app.tenant', true), '')::uuid)",
        ),
        case(
            UUID,
            Proven,
            "(tenant_id = current_setting('app.tenant')::uuid) IS TRUE",
        ),
        case(
            UUID,
            Proven,
            "tenant_id IN (current_setting('app.tenant')::uuid)",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = ANY (ARRAY[current_setting('app.tenant')::uuid])",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = ALL (ARRAY[current_setting('app.tenant')::uuid])",
        ),
        case(
            UUID,
            Proven,
            "tenant_id BETWEEN current_setting('app.tenant')::uuid AND current_setting('app.tenant')::uuid",
        ),
        case(
            UUID,
            Proven,
            "tenant_id >= current_setting('app.tenant')::uuid AND tenant_id <= current_setting('app.tenant')::uuid",
        ),
        case(
            UUID,
            Proven,
            "(tenant_id, other_id) = (current_setting('app.tenant')::uuid, other_id)",
        ),
        case(
            UUID,
            Proven,
            "CASE WHEN current_setting('app.tenant', true) ~ '^[0-9a-f-]{36}$' THEN tenant_id = current_setting('app.tenant', true)::uuid ELSE false END",
        ),
        case(
            UUID,
            Proven,
            "CASE WHEN coalesce(current_setting('app.tenant', true), '') = '' THEN false ELSE tenant_id = current_setting('app.tenant')::uuid END",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = CASE WHEN current_setting('app.tenant', true) = '' THEN NULL ELSE current_setting('app.tenant', true)::uuid END",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = current_setting('app.tenant')::uuid AND (is_public OR status = 'draft')",
        ),
        case(
            UUID,
            Proven,
            "(is_public AND tenant_id = current_setting('app.tenant')::uuid) OR (tenant_id = current_setting('app.tenant')::uuid AND status = 'x')",
        ),
        case(
            UUID,
            Proven,
            "current_setting('app.tenant', true) IS NOT NULL AND current_setting('app.tenant', true) <> '' AND tenant_id = current_setting('app.tenant', true)::uuid",
        ),
        case(
            UUID,
            Proven,
            "coalesce(tenant_id = current_setting('app.tenant', true)::uuid, false)",
        ),
        case(
            UUID,
            Proven,
            "coalesce(current_setting('app.tenant', true), '') = tenant_id::text",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = current_setting('app.tenant')::uuid AND created_at < now()",
        ),
        case(UUID, Proven, "false"),
        case(UUID, Proven, "NULL::boolean"),
        case(
            UUID,
            Proven,
            "false OR tenant_id = current_setting('app.tenant')::uuid",
        ),
        case(
            UUID,
            Proven,
            "1 = 2 OR tenant_id = current_setting('app.tenant')::uuid",
        ),
        case(
            NULLABLE,
            Proven,
            "tenant_id = current_setting('app.tenant', true)::uuid",
        ),
        case(
            NULLABLE,
            Proven,
            "tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid",
        ),
        case(
            INT,
            Proven,
            "tenant_id = current_setting('app.tenant')::bigint",
        ),
        case(
            INT,
            Proven,
            "tenant_id = current_setting('app.tenant')::int",
        ),
        case(
            INT,
            Proven,
            "tenant_id = NULLIF(current_setting('app.tenant', true), '')::bigint",
        ),
        case(
            INT,
            Proven,
            "tenant_id::text = current_setting('app.tenant', true)",
        ),
        case(
            INT,
            Proven,
            "tenant_id = (SELECT current_setting('app.tenant')::bigint)",
        ),
        case(
            INT,
            Proven,
            "tenant_id - current_setting('app.tenant')::bigint = 0",
        ),
        case(TEXT, Proven, "tenant_id = current_setting('app.tenant')"),
        case(
            TEXT,
            Proven,
            "tenant_id = current_setting('app.tenant', true)",
        ),
        case(
            TEXT,
            Proven,
            "tenant_id = NULLIF(current_setting('app.tenant', true), '')",
        ),
        case(
            TEXT,
            Proven,
            "tenant_id = (SELECT NULLIF(current_setting('app.tenant', true), ''))",
        ),
        case(
            TEXT,
            Proven,
            "md5(tenant_id) = md5(current_setting('app.tenant', true))",
        ),
        case(
            TEXT,
            Proven,
            "tenant_id = current_setting('app.tenant') AND lower(tenant_id) = lower(current_setting('app.tenant'))",
        ),
        case(
            TEXT,
            Proven,
            "tenant_id = lower(current_setting('app.tenant'))",
        ),
        case(
            TEXT,
            Proven,
            "tenant_id || 'x' = current_setting('app.tenant') || 'x'",
        ),
        case(
            TEXT,
            Proven,
            "tenant_id = split_part(current_setting('app.tenant'), ':', 1)",
        ),
        case(
            TEXT,
            Proven,
            "tenant_id = ANY (string_to_array(current_setting('app.tenant', true), ','))",
        ),
        case(
            "varchar(40) NOT NULL",
            Proven,
            "tenant_id = current_setting('app.tenant', true)",
        ),
        case(
            "citext NOT NULL",
            Proven,
            "tenant_id::text = current_setting('app.tenant', true)",
        ),
        // Claims.
        case(
            UUID,
            Proven,
            "tenant_id = (current_setting('request.jwt.claims', true)::json ->> 'tenant_id')::uuid",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = ((current_setting('request.jwt.claims', true))::jsonb -> 'app_metadata' ->> 'tenant_id')::uuid",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = (current_setting('request.jwt.claims', true)::jsonb #>> '{app_metadata,tenant_id}')::uuid",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = (NULLIF(current_setting('request.jwt.claims', true), '')::json ->> 'tenant_id')::uuid",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = (auth.jwt() ->> 'tenant_id')::uuid",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = ((SELECT auth.jwt()) ->> 'tenant_id')::uuid",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = (auth.jwt() -> 'app_metadata' ->> 'tenant_id')::uuid",
        ),
        case(UUID, Proven, "tenant_id = auth.uid()"),
        case(UUID, Proven, "tenant_id = (SELECT auth.uid())"),
        case(
            UUID,
            Proven,
            "(SELECT auth.jwt() ->> 'tenant_id') = tenant_id::text",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = jsonb_extract_path_text(auth.jwt(), 'app_metadata', 'tenant_id')::uuid",
        ),
        // Helpers.
        case(UUID, Proven, "tenant_id = app.tenant()"),
        case(UUID, Proven, "tenant_id = (SELECT app.tenant())"),
        case(UUID, Proven, "tenant_id = app.tenant_atomic()"),
        case(UUID, Proven, "tenant_id = app.tenant_return()"),
        case(UUID, Proven, "tenant_id = app.tenant_definer()"),
        case(UUID, Proven, "tenant_id = app.tenant_plpgsql()"),
        case(UUID, Proven, "tenant_id = app.tenant_careful()"),
        case(UUID, Proven, "app.allowed(tenant_id)"),
        case(UUID, Proven, "app.allowed_plpgsql(tenant_id)"),
        case(UUID, Refuted, "tenant_id = app.tenant_open()"),
        case(UUID, Refuted, "app.allowed_open(tenant_id)"),
        case(UUID, Refuted, "app.allowed_catch(tenant_id)"),
        case(UUID, Refuted, "app.allowed(other_id)"),
        case(UUID, Undecided, "app.dynamic(tenant_id)"),
        // Constants, and conditions true by construction.
        case(UUID, Refuted, "true"),
        case(UUID, Refuted, "1 = 1"),
        case(UUID, Refuted, "tenant_id = tenant_id"),
        case(UUID, Refuted, "tenant_id IS NOT NULL"),
        case(
            UUID,
            Refuted,
            "current_setting('app.tenant')::uuid = current_setting('app.tenant')::uuid",
        ),
        case(
            UUID,
            Refuted,
            "current_setting('app.tenant', true) IS NOT NULL",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = coalesce(current_setting('app.tenant', true)::uuid, tenant_id)",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = coalesce(NULLIF(current_setting('app.tenant', true), '')::uuid, tenant_id)",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = COALESCE(NULLIF(current_setting('app.tenant', true), ''), 'bbbbbbbb-0000-4000-8000-00000000000b')::uuid",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = 'bbbbbbbb-0000-4000-8000-00000000000b'",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id <> current_setting('app.tenant')::uuid",
        ),
        case(
            UUID,
            Refuted,
            "NOT (tenant_id = current_setting('app.tenant')::uuid)",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id IS DISTINCT FROM current_setting('app.tenant')::uuid",
        ),
        case(
            UUID,
            Refuted,
            "(tenant_id = current_setting('app.tenant')::uuid) IS NOT NULL",
        ),
        case(
            UUID,
            Refuted,
            "(tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid) IS NOT FALSE",
        ),
        case(
            UUID,
            Refuted,
            "(tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid) IS UNKNOWN",
        ),
        case(
            UUID,
            Refuted,
            "coalesce(tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid, true)",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id >= current_setting('app.tenant')::uuid",
        ),
        // OR.
        case(
            UUID,
            Refuted,
            "tenant_id = current_setting('app.tenant')::uuid OR is_public",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = current_setting('app.tenant', true)::uuid OR status = 'published'",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = current_setting('app.tenant')::uuid OR created_at > now() - interval '1 day'",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid OR current_setting('app.tenant', true) IS NULL",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid OR coalesce(current_setting('app.tenant', true), '') = ''",
        ),
        case(
            UUID,
            Refuted,
            "current_setting('app.tenant', true) = '' OR tenant_id = current_setting('app.tenant', true)::uuid",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid OR current_setting('app.is_admin', true) = 'on'",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid OR coalesce(current_setting('app.is_admin', true), 'off')::boolean",
        ),
        case(
            UUID,
            Refuted,
            "status = 'published' OR is_public AND tenant_id = current_setting('app.tenant')::uuid",
        ),
        case(
            UUID,
            Refuted,
            "is_public OR (status = 'x' AND tenant_id = current_setting('app.tenant')::uuid)",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id IN (current_setting('app.tenant')::uuid, 'bbbbbbbb-0000-4000-8000-00000000000b')",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = ANY (ARRAY[current_setting('app.tenant')::uuid, 'bbbbbbbb-0000-4000-8000-00000000000b'::uuid])",
        ),
        case(
            UUID,
            Refuted,
            "CASE WHEN current_setting('app.tenant', true) = '' THEN true ELSE tenant_id = current_setting('app.tenant')::uuid END",
        ),
        case(
            UUID,
            Refuted,
            "CASE WHEN is_public THEN true ELSE tenant_id = current_setting('app.tenant')::uuid END",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = current_setting('app.tenant')::uuid OR (data ->> 'shared')::boolean",
        ),
        case(
            NULLABLE,
            Refuted,
            "tenant_id = current_setting('app.tenant')::uuid OR tenant_id IS NULL",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = current_setting('app.tenant')::uuid OR tenant_id IS NULL",
        ),
        case(
            NULLABLE,
            Refuted,
            "tenant_id IS NOT DISTINCT FROM NULLIF(current_setting('app.tenant', true), '')::uuid",
        ),
        // Something else is compared.
        case(UUID, Refuted, "id = current_setting('app.tenant')::uuid"),
        case(
            UUID,
            Refuted,
            "other_id = current_setting('app.tenant')::uuid",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = current_setting('app.other')::uuid",
        ),
        case(UUID, Refuted, "tenant_id = other_id"),
        case(TEXT, Refuted, "tenant_id = current_user"),
        case(TEXT, Refuted, "tenant_id = session_user"),
        case(TEXT, Refuted, "name = current_setting('app.tenant')"),
        // Loose comparison.
        case(
            TEXT,
            Refuted,
            "lower(tenant_id) = lower(current_setting('app.tenant'))",
        ),
        case(
            TEXT,
            Refuted,
            "upper(tenant_id) = upper(current_setting('app.tenant'))",
        ),
        case(
            TEXT,
            Refuted,
            "tenant_id ILIKE current_setting('app.tenant')",
        ),
        case(
            TEXT,
            Refuted,
            "tenant_id LIKE current_setting('app.tenant') || '%'",
        ),
        case(
            TEXT,
            Refuted,
            "tenant_id LIKE current_setting('app.tenant')",
        ),
        case(
            TEXT,
            Refuted,
            "starts_with(tenant_id, current_setting('app.tenant'))",
        ),
        case(TEXT, Refuted, "tenant_id ^@ current_setting('app.tenant')"),
        case(
            TEXT,
            Refuted,
            "left(tenant_id, 4) = left(current_setting('app.tenant'), 4)",
        ),
        case(
            TEXT,
            Refuted,
            "substr(tenant_id, 1, 4) = substr(current_setting('app.tenant'), 1, 4)",
        ),
        case(
            TEXT,
            Refuted,
            "substring(tenant_id from 1 for 4) = substring(current_setting('app.tenant') from 1 for 4)",
        ),
        case(
            TEXT,
            Refuted,
            "trim(tenant_id) = trim(current_setting('app.tenant'))",
        ),
        case(
            TEXT,
            Refuted,
            "split_part(tenant_id, '-', 1) = current_setting('app.tenant')",
        ),
        case(
            TEXT,
            Refuted,
            "position(current_setting('app.tenant') in tenant_id) > 0",
        ),
        case(
            TEXT,
            Refuted,
            "tenant_id::varchar(4) = current_setting('app.tenant')::varchar(4)",
        ),
        case(
            TEXT,
            Refuted,
            "tenant_id::char(20) = current_setting('app.tenant')::char(20)",
        ),
        case(
            TEXT,
            Refuted,
            "tenant_id::citext = current_setting('app.tenant')::citext",
        ),
        case(
            TEXT,
            Refuted,
            "length(tenant_id) = length(current_setting('app.tenant'))",
        ),
        case(
            UUID,
            Refuted,
            "left(tenant_id::text, 8) = left(current_setting('app.tenant'), 8)",
        ),
        case(
            UUID,
            Refuted,
            "right(tenant_id::text, 4) = right(current_setting('app.tenant'), 4)",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id::text LIKE current_setting('app.tenant', true) || '%'",
        ),
        case(
            INT,
            Refuted,
            "tenant_id % 10 = current_setting('app.tenant')::bigint % 10",
        ),
        case(
            INT,
            Refuted,
            "tenant_id >= current_setting('app.tenant')::bigint",
        ),
        case(
            INT,
            Refuted,
            "abs(tenant_id) = abs(current_setting('app.tenant')::bigint) OR tenant_id = 12",
        ),
        case(
            INT,
            Undecided,
            "hashtext(tenant_id::text) = hashtext(current_setting('app.tenant'))",
        ),
        // Sub-selects.
        case(
            UUID,
            Refuted,
            "EXISTS (SELECT 1 FROM open_parents p WHERE p.id = parent_id)",
        ),
        case(
            UUID,
            Refuted,
            "EXISTS (SELECT 1 FROM parents p WHERE p.id = parent_id)",
        ),
        case(
            UUID,
            Refuted,
            "EXISTS (SELECT 1 FROM tenants t WHERE t.id = current_setting('app.tenant')::uuid)",
        ),
        case(
            UUID,
            Refuted,
            "EXISTS (SELECT 1 FROM parents p WHERE p.tenant_id = tenant_id)",
        ),
        case(
            UUID,
            Proven,
            "tenant_id IN (SELECT p.tenant_id FROM parents p)",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id IN (SELECT p.tenant_id FROM open_parents p)",
        ),
        case(
            UUID,
            Proven,
            "tenant_id IN (SELECT p.tenant_id FROM open_parents p WHERE p.tenant_id = current_setting('app.tenant')::uuid)",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = (SELECT t.id FROM tenants t WHERE t.id = current_setting('app.tenant')::uuid)",
        ),
        // Membership.
        case(
            UUID,
            Proven,
            "tenant_id IN (SELECT m.tenant_id FROM members m WHERE m.user_id = current_setting('app.user', true)::uuid)",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = ANY (SELECT m.tenant_id FROM members m WHERE m.user_id = current_setting('app.user', true)::uuid)",
        ),
        case(
            UUID,
            Proven,
            "tenant_id = ANY (ARRAY(SELECT m.tenant_id FROM members m WHERE m.user_id = auth.uid()))",
        ),
        case(
            UUID,
            Proven,
            "EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = t158.tenant_id AND m.user_id = auth.uid())",
        ),
        case(UUID, Proven, "tenant_id IN (SELECT app.my_tenants())"),
        case(UUID, Proven, "app.is_member(tenant_id)"),
        case(
            UUID,
            Refuted,
            "tenant_id IN (SELECT m.tenant_id FROM open_members m WHERE m.user_id = current_setting('app.user', true)::uuid)",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id IN (SELECT m.tenant_id FROM members m)",
        ),
        case(
            UUID,
            Refuted,
            "EXISTS (SELECT 1 FROM members m WHERE m.user_id = current_setting('app.user', true)::uuid)",
        ),
        case(
            UUID,
            Refuted,
            "tenant_id = current_setting('app.tenant')::uuid OR app.is_admin()",
        ),
        case(UUID, Refuted, "NOT EXISTS (SELECT 1 FROM admins)"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_condition_is_judged_as_it_should_be_and_no_proof_is_false() {
    let mut cases = cases();
    for (at, case) in cases.iter_mut().enumerate() {
        if case.using.contains("t158.") {
            let own = case.using.replace("t158.", &format!("t{at}."));
            case.using = Box::leak(own.into_boxed_str());
        }
    }
    let db = database(&cases).await;
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
