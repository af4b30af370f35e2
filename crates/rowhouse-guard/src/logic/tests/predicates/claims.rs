//! The tenant in the claims of a token.

use super::{UUID, case};
use crate::logic::tests::fixture::Case;
use crate::logic::tests::fixture::Expected::Proven;

pub(super) const CASES: &[Case] = &[
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
];
