//! From the caller to the scope in which its request runs.

use rowhouse::{Rowhouse, Tenant};
use rowhouse_identity::{Caller, Identity};

use super::failure;
use super::request_id::RequestId;
use crate::problem::Problem;

/// The scope of a caller that may act now: its tenant's, with what is known of the caller for
/// policies to see.
pub(super) async fn scope(
    identity: &Identity,
    house: &Rowhouse,
    caller: &Caller,
    id: &RequestId,
) -> Result<Tenant, Problem> {
    let tenant = house.tenant(caller.tenant.clone());
    identity.check_membership(caller, || tenant.clone()).await?;
    match &caller.settings {
        Some(values) if !values.is_empty() => tenant
            .with_claims(identity.settings().zip(values.iter().cloned()))
            .map_err(|error| failure::of_library(&error, id)),
        _ => Ok(tenant),
    }
}
