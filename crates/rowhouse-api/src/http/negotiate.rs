//! Which aggregate of the database makes the content of an answer: the client says what it accepts, the aggregates what
//! they make.

use http::header::{ACCEPT, HeaderMap, HeaderValue};

use crate::request::{Item, Read, preferred};
use crate::resource::{Handler, Media, Resource, Resources};

/// What is said of a value of any media type, where the database does not say it.
const ANYTHING: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// What the client accepts.
pub(super) fn accepted(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(ACCEPT).iter();
    values.filter_map(|value| value.to_str().ok())
}

/// The aggregate that makes content of the rows that are read of `resource`; none where one of the forms that are built in
/// answers, or nothing.
pub(super) fn negotiate<'r>(
    resources: &'r Resources,
    resource: &'r Resource,
    read: &Read,
    headers: &HeaderMap,
) -> Option<&'r Handler> {
    let select = read.select.as_ref().or(resource.select.as_ref());
    let whole = select.is_none_or(|select| matches!(select.items[..], [Item::Star]));
    let handlers: Vec<&Handler> = resources.handlers(resource, whole).collect();
    if handlers.is_empty() {
        return None;
    }
    let names: Vec<&str> = handlers.iter().map(|h| h.media.name.as_str()).collect();
    preferred(accepted(headers), &names).map(|place| handlers[place])
}

/// The `Content-Type` of a value of this media type.
pub(super) fn content_type(media: &Media) -> HeaderValue {
    match HeaderValue::from_str(&media.name) {
        Ok(name) if !media.is_any() => name,
        _ => ANYTHING,
    }
}
