//! The tenant in a setting, compared in every plain form.

use super::{INT, NULLABLE, TEXT, UUID, case};
use crate::logic::tests::fixture::Case;
use crate::logic::tests::fixture::Expected::{Proven, Refuted};

pub(super) const CASES: &[Case] = &[
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
        Refuted,
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
];
