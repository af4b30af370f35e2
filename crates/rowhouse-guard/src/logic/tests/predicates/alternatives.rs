//! A way around the tenant, by OR and what amounts to it.

use super::{NULLABLE, UUID, case};
use crate::logic::tests::fixture::Case;
use crate::logic::tests::fixture::Expected::{Proven, Refuted};

pub(super) const CASES: &[Case] = &[
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
];
