//! Whose request it is.

use std::sync::Arc;

use http::HeaderName;
use http::request::Parts;

use super::rejection::TenantRejection;
use crate::tenant_id::{TenantId, TenantType};

/// Says who the tenant of a request is. Closures from a request's head to the tenant do, and [`TenantHeader`].
///
/// ```
/// use http::request::Parts;
/// use rowhouse::TenantId;
/// use rowhouse::tower::{TenantLayer, TenantRejection};
///
/// /// Put into the request by what verifies its token, further out.
/// #[derive(Clone)]
/// struct Claims {
///     tenant: uuid::Uuid,
/// }
///
/// # fn layer(house: rowhouse::Rowhouse) {
/// let layer = TenantLayer::new(house, |parts: &Parts| {
///     let claims: Option<&Claims> = parts.extensions.get();
///     let claims = claims.ok_or_else(|| TenantRejection::unauthorized("the request has no token"))?;
///     Ok(TenantId::from(claims.tenant))
/// });
/// # let _ = layer;
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say who the tenant of a request is",
    label = "not a source of tenants",
    note = "give `TenantHeader::new(\"x-tenant-id\", house.tenant_type())`, or a closure \
            `|parts: &http::request::Parts| -> Result<TenantId, TenantRejection>`, or implement `TenantSource`"
)]
pub trait TenantSource: Clone + Send + Sync + 'static {
    /// The tenant, from the request's head.
    ///
    /// # Errors
    /// It names none, or one that it may not: what the client is told.
    fn tenant(
        &self,
        parts: &Parts,
    ) -> impl Future<Output = Result<TenantId, TenantRejection>> + Send;
}

impl<F> TenantSource for F
where
    F: Fn(&Parts) -> Result<TenantId, TenantRejection> + Clone + Send + Sync + 'static,
{
    async fn tenant(&self, parts: &Parts) -> Result<TenantId, TenantRejection> {
        self(parts)
    }
}

/// A header with the tenant's id. Whoever can send it can be anybody: it is for services behind a gateway that sets the
/// header itself, and for development.
#[derive(Debug, Clone)]
pub struct TenantHeader {
    spelling: Arc<str>,
    name: Option<HeaderName>,
    kind: TenantType,
}

impl TenantHeader {
    /// A header of this name, with ids of the house's [type](crate::Rowhouse::tenant_type). A name that cannot be a
    /// header's is in no request: all of them are refused.
    pub fn new(name: &str, kind: TenantType) -> Self {
        Self {
            spelling: name.into(),
            name: name.parse().ok(),
            kind,
        }
    }
}

impl TenantSource for TenantHeader {
    async fn tenant(&self, parts: &Parts) -> Result<TenantId, TenantRejection> {
        let header = &*self.spelling;
        let mut values = self
            .name
            .iter()
            .flat_map(|name| parts.headers.get_all(name));
        let value = match (values.next(), values.next()) {
            (None, _) => {
                let detail = format!("the header {header} is missing");
                return Err(TenantRejection::missing(detail));
            }
            (Some(_), Some(_)) => {
                let detail = format!("the header {header} is there more than once");
                return Err(TenantRejection::invalid(detail));
            }
            (Some(value), None) => value,
        };
        let text = value
            .to_str()
            .map_err(|_| TenantRejection::invalid(format!("the header {header} is not text")))?;
        TenantId::parse(self.kind, text)
            .map_err(|error| TenantRejection::invalid(format!("the header {header}: {error}")))
    }
}
