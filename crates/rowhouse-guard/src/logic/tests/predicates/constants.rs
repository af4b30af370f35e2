//! Conditions that are true by construction, or whatever the tenant is.

use super::{INT, TEXT, UUID, case};
use crate::logic::tests::fixture::Case;
use crate::logic::tests::fixture::Expected::{Proven, Refuted};

pub(super) const CASES: &[Case] = &[
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
    // Nobody is called nothing.
    case(
        TEXT,
        Proven,
        "tenant_id = coalesce(current_setting('app.tenant', true), '')",
    ),
    case(
        TEXT,
        Refuted,
        "tenant_id = '' OR tenant_id = current_setting('app.tenant', true)",
    ),
    case(
        INT,
        Proven,
        "tenant_id = coalesce(NULLIF(current_setting('app.tenant', true), ''), '-1')::bigint",
    ),
    case(
        INT,
        Refuted,
        "tenant_id = coalesce(NULLIF(current_setting('app.tenant', true), ''), '2')::bigint",
    ),
    case(
        INT,
        Refuted,
        "tenant_id <= 0 OR tenant_id = current_setting('app.tenant')::bigint",
    ),
];
