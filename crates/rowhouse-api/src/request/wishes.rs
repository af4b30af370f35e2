//! What a request's headers say about its answer.

use http::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, RANGE};

use super::error::RequestError;
use super::media::{Media, Shape};
use super::preferences::Preferences;
use super::terms::{RowRange, Terms};

const PREFER: HeaderName = HeaderName::from_static("prefer");
const RANGE_UNIT: HeaderName = HeaderName::from_static("range-unit");
const ACCEPT_PROFILE: HeaderName = HeaderName::from_static("accept-profile");
const CONTENT_PROFILE: HeaderName = HeaderName::from_static("content-profile");

/// What a client wishes of the answer besides its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wishes {
    /// The answer's form.
    pub media: Media,
    /// What decides the statement.
    pub terms: Terms,
    /// The schema; the first one where there is none.
    pub profile: Option<String>,
    /// What was preferred.
    pub preferences: Preferences,
}

impl Wishes {
    /// Reads the headers of a request.
    ///
    /// # Errors
    /// [`RequestError::Media`], [`RequestError::Range`], [`RequestError::Preferences`].
    pub fn parse(headers: &HeaderMap) -> Result<Self, RequestError> {
        let rows = texts(headers, &RANGE_UNIT).all(|unit| unit == "items");
        let range = match texts(headers, &RANGE).next() {
            Some(range) if rows => RowRange::parse(range)?,
            _ => None,
        };
        Self::with(headers, range, &ACCEPT_PROFILE)
    }

    /// Reads the headers of a request that comes with content: that names the schema, and a range
    /// means nothing.
    ///
    /// # Errors
    /// [`RequestError::Media`], [`RequestError::Preferences`].
    pub fn of_content(headers: &HeaderMap) -> Result<Self, RequestError> {
        Self::with(headers, None, &CONTENT_PROFILE)
    }

    /// Reads the headers of a call, whose function may have media types of its own: what is refused of `Accept` is
    /// beside it.
    ///
    /// # Errors
    /// As for the others.
    pub fn of_call(
        headers: &HeaderMap,
        posted: bool,
    ) -> Result<(Self, Option<RequestError>), RequestError> {
        let parse = if posted {
            Self::of_content
        } else {
            Self::parse
        };
        match parse(headers) {
            Err(refused @ RequestError::Media(_)) => {
                let mut others = headers.clone();
                others.remove(ACCEPT);
                Ok((parse(&others)?, Some(refused)))
            }
            wishes => Ok((wishes?, None)),
        }
    }

    fn with(
        headers: &HeaderMap,
        range: Option<RowRange>,
        profile: &HeaderName,
    ) -> Result<Self, RequestError> {
        let media = Media::parse(|| texts(headers, &ACCEPT))?;
        let preferences = if headers.contains_key(&PREFER) {
            Preferences::parse(texts(headers, &PREFER))
        } else {
            Preferences::default()
        };
        preferences.check()?;
        let profile = texts(headers, profile).next().map(str::to_owned);
        let terms = Terms {
            count: preferences.count,
            text: media.shape == Shape::Csv,
            zoned: preferences.timezone.is_some(),
            range,
        };
        Ok(Self {
            media,
            terms,
            profile,
            preferences,
        })
    }
}

fn texts<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter();
    values.map(HeaderValue::to_str).filter_map(Result::ok)
}
