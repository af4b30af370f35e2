//! The description at `/openapi.json`, made once for each edition of the resources.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use foldhash::quality::FixedState;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, VARY};
use http::request::Parts;
use http::{Response, StatusCode};
use rowhouse::TenantType;
use rowhouse_identity::Identity;

use super::body::Body;
use super::request_id::hex;
use super::{etag, headers};
use crate::description::{About, document};
use crate::problem::Problem;
use crate::request::{RequestError, wanted};
use crate::resource::{Current, Resources};

const OPENAPI: HeaderValue = HeaderValue::from_static("application/openapi+json; charset=utf-8");
/// It is the same for everybody, and asked about before it is used again.
const KEPT: HeaderValue = HeaderValue::from_static("no-cache");
const BY: HeaderValue = HeaderValue::from_static("accept, accept-encoding, accept-profile");

/// The descriptions of one worker, by schema.
pub(super) struct Descriptions(Mutex<Known>);

#[derive(Default)]
struct Known {
    edition: u64,
    by_schema: HashMap<String, Arc<Description>>,
}

struct Description {
    content: Bytes,
    tag: HeaderValue,
}

/// What the description is called in an answer at `/`: as `OpenAPI`, unless the client asks for JSON by its name.
///
/// # Errors
/// [`RequestError::Media`] where it wants something else.
fn media(headers: &HeaderMap) -> Result<HeaderValue, RequestError> {
    let values = headers.get_all(ACCEPT).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let ranges: Vec<&str> = values
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .collect();
    let names = || ranges.iter().filter_map(|range| wanted(range));
    let any = ["application/openapi+json", "application/*", "*/*"];
    if ranges.is_empty() || names().any(|name| any.contains(&name.as_str())) {
        Ok(OPENAPI)
    } else if names().any(|name| name == "application/json") {
        Ok(headers::JSON)
    } else {
        Err(RequestError::Media(ranges.join(", ")))
    }
}

impl Descriptions {
    pub(super) fn new() -> Self {
        Self(Mutex::default())
    }

    /// The description of the schema that the headers name.
    pub(super) fn answer(
        &self,
        current: &Current,
        identity: &Identity,
        tenant: TenantType,
        content_bytes: u64,
        request: &Parts,
    ) -> Result<Response<Body>, Problem> {
        // By its own name it is what it is.
        let media = if request.uri.path() == "/" {
            media(&request.headers)?
        } else {
            headers::JSON
        };
        let request = &request.headers;
        let edition = current.edition();
        let resources = current.get();
        let named = request.get("accept-profile");
        let named = named.and_then(|value| value.to_str().ok());
        let schema = named.unwrap_or(resources.default_schema());
        if !resources.schemas().any(|served| served == schema) {
            return Err(Problem::unknown_schema(schema, resources.schemas()));
        }
        let about = About {
            schema,
            identity,
            tenant,
            content_bytes,
        };
        let description = self.get(edition, &resources, &about);
        let mut response = Response::new(Body::default());
        let head = response.headers_mut();
        head.insert(CACHE_CONTROL, KEPT);
        head.insert(VARY, BY);
        head.insert(ETAG, description.tag.clone());
        if etag::is_known(request, &description.tag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return Ok(response);
        }
        head.insert(CONTENT_TYPE, media);
        headers::length(head, description.content.len());
        *response.body_mut() = Body::shared(description.content.clone());
        Ok(response)
    }

    fn get(&self, edition: u64, resources: &Resources, about: &About<'_>) -> Arc<Description> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.edition != edition {
            known.by_schema.clear();
            known.edition = edition;
        }
        if let Some(description) = known.by_schema.get(about.schema) {
            return Arc::clone(description);
        }
        let content = document(resources, about).to_string();
        let mut hasher = FixedState::with_seed(0).build_hasher();
        hasher.write(content.as_bytes());
        let mut tag = *b"W/\"................\"";
        tag[3..19].copy_from_slice(&hex(hasher.finish()));
        let description = Arc::new(Description {
            content: content.into(),
            // Hexadecimal digits in quotes are always a value.
            tag: HeaderValue::from_bytes(&tag).unwrap_or(HeaderValue::from_static("W/\"\"")),
        });
        known
            .by_schema
            .insert(about.schema.to_owned(), Arc::clone(&description));
        description
    }
}

impl fmt::Debug for Descriptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Descriptions").finish_non_exhaustive()
    }
}
