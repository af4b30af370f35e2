//! What is answered to a write.

use std::fmt::Write;

use http::header::{HeaderMap, HeaderValue, LOCATION};
use http::{Response, StatusCode, Uri};
use rowhouse::Rows;

use super::body::Body;
use super::headers;
use super::page::Page;
use super::plans::Ready;
use super::request_id::RequestId;
use super::run::Outcome;
use super::write::resolved;
use super::writer::{Writer, number};
use crate::plan::{Form, Verb};
use crate::request::{self, Returning, Wishes};
use crate::resource::Current;

/// A write that was done.
#[derive(Debug)]
pub(super) struct Done<'a> {
    pub(super) verb: Verb,
    pub(super) ready: &'a Ready,
    pub(super) wishes: &'a Wishes,
    pub(super) uri: &'a Uri,
    pub(super) vary: &'a HeaderValue,
    pub(super) id: &'a RequestId,
    pub(super) current: &'a Current,
    pub(super) returning: Returning,
    /// There is something by which rows can be there already.
    pub(super) resolves: bool,
    /// The client may say whether it stays.
    pub(super) tx: bool,
}

/// How many rows there were.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    rows: i64,
    updates: Option<i64>,
}

impl Done<'_> {
    /// The answer.
    pub(super) fn answer(&self, outcome: &Outcome) -> Response<Body> {
        let mut response = Response::new(Body::default());
        headers::reserve(response.headers_mut());
        let Some(rows) = &outcome.rows else {
            return self.unshown(outcome.zoned);
        };
        let count = match self.returning {
            Returning::Representation => {
                let media = self.wishes.media;
                let mut out = self.ready.buffer();
                let mut writer = Writer::new(media, Form::Rows);
                writer.begin(&mut out, self.ready);
                if writer.write(&mut out, self.ready, rows, self.id).is_err() {
                    self.current.mark_stale();
                    return self.unshown(outcome.zoned);
                }
                writer.finish(&mut out);
                self.ready.note_answer(out.len());
                headers::written(response.headers_mut(), media, out.len());
                if let Some(profile) = &self.ready.profile {
                    let head = response.headers_mut();
                    head.insert(headers::CONTENT_PROFILE, profile.clone());
                }
                *response.body_mut() = Body::whole(out);
                Count {
                    rows: writer.total.unwrap_or_default(),
                    updates: writer.updates,
                }
            }
            Returning::Minimal | Returning::HeadersOnly => self.counted(rows),
        };
        *response.status_mut() = self.status(count, self.returning);
        let head = response.headers_mut();
        if self.returning == Returning::HeadersOnly
            && self.verb == Verb::Insert
            && count.rows == 1
            && let Some(location) = self.location(rows)
        {
            head.insert(LOCATION, location);
        }
        self.head(head, Some(count), outcome.zoned, self.returning);
        response
    }

    /// It was written, so this is no failure, after which a client would try again; but its rows
    /// cannot be had any more.
    fn unshown(&self, zoned: bool) -> Response<Body> {
        let mut response = Response::new(Body::default());
        *response.status_mut() = self.status(Count::default(), Returning::Minimal);
        self.head(response.headers_mut(), None, zoned, Returning::Minimal);
        response
    }

    fn counted(&self, rows: &Rows) -> Count {
        if !self.ready.plan.counted {
            return Count {
                rows: i64::try_from(rows.affected()).unwrap_or(i64::MAX),
                updates: None,
            };
        }
        let Some(mut values) = rows.values().next() else {
            return Count::default();
        };
        Count {
            rows: number(values.next().flatten()).unwrap_or_default(),
            updates: if self.ready.plan.updates {
                number(values.next().flatten())
            } else {
                None
            },
        }
    }

    fn status(&self, count: Count, returning: Returning) -> StatusCode {
        let inserted = count.updates.is_none_or(|updates| count.rows > updates);
        let answers = returning == Returning::Representation;
        match self.verb {
            Verb::Insert | Verb::Replace if !answers && self.verb == Verb::Replace => {
                StatusCode::NO_CONTENT
            }
            Verb::Insert | Verb::Replace if inserted => StatusCode::CREATED,
            Verb::Insert | Verb::Replace => StatusCode::OK,
            Verb::Update | Verb::Delete if answers => StatusCode::OK,
            Verb::Update | Verb::Delete => StatusCode::NO_CONTENT,
        }
    }

    /// What every answer to a write says.
    fn head(&self, head: &mut HeaderMap, count: Option<Count>, zoned: bool, returning: Returning) {
        headers::nothing_kept(head);
        head.insert(http::header::VARY, self.vary.clone());
        let preferences = &self.wishes.preferences;
        let total = count.map(|count| count.rows).filter(|_| preferences.count);
        let rows = match (self.verb, count) {
            (Verb::Update, Some(count)) => count.rows,
            _ => 0,
        };
        let page = Page {
            offset: 0,
            rows,
            total,
        };
        if self.verb != Verb::Replace {
            page.write(head);
        }
        let said = returning != self.returning || preferences.returning.is_some();
        let applied = preferences.applied_to(request::Done {
            returning: said.then_some(returning),
            resolution: resolved(self.verb, preferences.resolution) && self.resolves,
            defaults: matches!(self.verb, Verb::Insert | Verb::Update),
            tx: self.tx,
            max_affected: preferences.strict && matches!(self.verb, Verb::Update | Verb::Delete),
            zoned,
        });
        if let Some(applied) = applied
            && let Ok(applied) = HeaderValue::try_from(applied)
        {
            head.insert(headers::PREFERENCE_APPLIED, applied);
        }
    }

    /// Where the one row is that was inserted.
    fn location(&self, rows: &Rows) -> Option<HeaderValue> {
        let plan = &self.ready.plan;
        let mut values = rows.values().next()?;
        let before = 2 + usize::from(plan.updates);
        let mut location = self.uri.path().trim_end_matches('/').to_owned();
        if plan.columns.is_empty() {
            return None;
        }
        for _ in 0..before {
            values.next()?;
        }
        for (index, column) in plan.columns.iter().enumerate() {
            location.push(if index == 0 { '?' } else { '&' });
            escape(&mut location, &column.name());
            match values.next()? {
                None => location.push_str("=is.null"),
                Some(value) => {
                    location.push_str("=eq.");
                    escape(&mut location, std::str::from_utf8(value).ok()?);
                }
            }
        }
        HeaderValue::try_from(location).ok()
    }
}

/// Writes text as a part of a query string.
fn escape(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_end_a_value_is_escaped() {
        let mut out = String::new();
        escape(&mut out, "a b&c=é\r\n");
        assert_eq!(out, "a%20b%26c%3D%C3%A9%0D%0A");
    }
}
