//! Which of all rows an answer holds: `Content-Range`, its status, and the way to the next page.

use http::header::{CONTENT_RANGE, HeaderMap, HeaderValue, LINK};
use http::{StatusCode, Uri};

use crate::problem::Problem;

/// The place of an answer's rows among all of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// How many rows were passed over.
    pub(super) offset: i64,
    pub(super) rows: i64,
    /// How many there are, where they were counted.
    pub(super) total: Option<i64>,
}

impl Page {
    /// The status: part of the rows, or all; `PostgREST` calls an answer whole unless it counted.
    pub(super) fn status(self) -> Result<StatusCode, Problem> {
        match self.total {
            Some(total) if self.offset > total => Err(Problem::out_of_range(self.offset, total)),
            Some(total) if self.rows < total => Ok(StatusCode::PARTIAL_CONTENT),
            _ => Ok(StatusCode::OK),
        }
    }

    /// No row of so many.
    pub(super) fn none_of(total: i64) -> Self {
        Self {
            offset: 0,
            rows: 0,
            total: Some(total),
        }
    }

    /// `Content-Range: 0-14/52`.
    pub(super) fn write(self, headers: &mut HeaderMap) {
        let mut text = Vec::with_capacity(24);
        let mut number = itoa::Buffer::new();
        if self.rows > 0 {
            text.extend_from_slice(number.format(self.offset).as_bytes());
            text.push(b'-');
            let last = self.offset.saturating_add(self.rows - 1);
            text.extend_from_slice(number.format(last).as_bytes());
        } else {
            text.push(b'*');
        }
        text.push(b'/');
        match self.total {
            Some(total) => text.extend_from_slice(number.format(total).as_bytes()),
            None => text.push(b'*'),
        }
        // Digits and signs are always a value.
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(CONTENT_RANGE, value);
        }
    }
}

/// `Link: <…>; rel="next"`: the same request, from behind the last row on. A limit that came from
/// elsewhere, such as the header `Range`, comes along.
pub(super) fn link(headers: &mut HeaderMap, uri: &Uri, limit: i64, cursor: &str) {
    let query = uri.query().unwrap_or_default().split('&');
    // A filter of a column of that name has a full stop.
    let others = query.filter(|pair| {
        let is_cursor = pair.strip_prefix("cursor=");
        !pair.is_empty() && is_cursor.is_none_or(|value| value.contains('.'))
    });
    let mut query: String = others.flat_map(|pair| [pair, "&"]).collect();
    if !query.split('&').any(|pair| pair.starts_with("limit=")) {
        query.push_str("limit=");
        query.push_str(itoa::Buffer::new().format(limit));
        query.push('&');
    }
    let link = format!("<{}?{query}cursor={cursor}>; rel=\"next\"", uri.path());
    if let Ok(value) = HeaderValue::try_from(link) {
        headers.insert(LINK, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(offset: i64, rows: i64, total: Option<i64>) -> (Option<u16>, String) {
        let page = Page {
            offset,
            rows,
            total,
        };
        let mut headers = HeaderMap::new();
        page.write(&mut headers);
        let status = page.status().ok().map(|status| status.as_u16());
        (status, headers[CONTENT_RANGE].to_str().unwrap().to_owned())
    }

    #[test]
    fn pages_say_where_they_are() {
        assert_eq!(page(0, 15, None), (Some(200), "0-14/*".into()));
        assert_eq!(page(0, 0, None), (Some(200), "*/*".into()));
        assert_eq!(page(0, 0, Some(0)), (Some(200), "*/0".into()));
        assert_eq!(page(3, 2, Some(9)), (Some(206), "3-4/9".into()));
        assert_eq!(page(0, 9, Some(9)), (Some(200), "0-8/9".into()));
        assert_eq!(page(9, 0, Some(9)), (Some(206), "*/9".into()));
        assert_eq!(page(10, 0, Some(9)).0, None);
    }

    #[test]
    fn a_link_keeps_the_request() {
        let linked = |uri: &'static str| {
            let mut headers = HeaderMap::new();
            link(&mut headers, &Uri::from_static(uri), 2, "AX");
            headers[LINK].to_str().unwrap().to_owned()
        };
        assert_eq!(
            linked("/a/?order=b&limit=2"),
            "</a/?order=b&limit=2&cursor=AX>; rel=\"next\""
        );
        // The page was bounded by a header, which a client need not send again.
        assert_eq!(
            linked("/a?cursor=BB&items.limit=9"),
            "</a?items.limit=9&limit=2&cursor=AX>; rel=\"next\""
        );
    }
}
