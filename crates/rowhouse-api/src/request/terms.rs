//! What headers say about the rows of an answer: how they are counted, which of them come.

use super::error::RequestError;

/// What of a request's headers decides its statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// All rows are to be counted, those outside of the page too.
    pub count: bool,
    /// Values come as text, for an answer that is not JSON.
    pub text: bool,
    /// The server prints times, because they are to be in a time zone of the client's.
    pub zoned: bool,
    /// The rows that are wanted.
    pub range: Option<RowRange>,
}

/// Rows by their places, from 0: the header `Range: 0-14`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowRange {
    /// The first one.
    pub first: i64,
    /// The last one; none for all that follow.
    pub last: Option<i64>,
}

impl RowRange {
    /// Reads the header; a range of another unit, such as bytes, is none of ours.
    ///
    /// # Errors
    /// [`RequestError::Range`] where it ends before it begins.
    pub fn parse(value: &str) -> Result<Option<Self>, RequestError> {
        let value = value.strip_prefix("items=").unwrap_or(value);
        let Some((first, last)) = value.split_once('-') else {
            return Ok(None);
        };
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.parse().unwrap_or(i64::MAX))
        };
        let (first, last) = match (number(first), number(last)) {
            (Some(first), Some(last)) => (first, Some(last)),
            (Some(first), None) if last.is_empty() => (first, None),
            _ => return Ok(None),
        };
        if last.is_some_and(|last| last < first) {
            return Err(RequestError::Range);
        }
        Ok(Some(Self { first, last }))
    }
}

impl Terms {
    /// The most rows and those passed over, of what both the header and the query ask.
    pub fn bounds(&self, limit: Option<i64>, offset: Option<i64>) -> (Option<i64>, Option<i64>) {
        let asked = offset.unwrap_or(0);
        let Some(RowRange { first, last }) = self.range else {
            return (limit, offset.filter(|&offset| offset > 0));
        };
        let start = asked.max(first);
        let ends = [
            limit.map(|limit| asked.saturating_add(limit)),
            last.map(|last| last.saturating_add(1)),
        ];
        let end = ends.into_iter().flatten().min();
        let limit = end.map(|end| end.saturating_sub(start).max(0));
        (limit, Some(start).filter(|&start| start > 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_or_left_to_others() {
        let range = |first, last| Ok(Some(RowRange { first, last }));
        assert_eq!(RowRange::parse("0-14"), range(0, Some(14)));
        assert_eq!(RowRange::parse("items=5-"), range(5, None));
        for other in ["bytes=0-1", "", "-5", "a-b", "1"] {
            assert_eq!(RowRange::parse(other), Ok(None), "{other}");
        }
        assert_eq!(RowRange::parse("5-1"), Err(RequestError::Range));
    }

    #[test]
    fn header_and_query_both_bound() {
        let terms = |first, last| Terms {
            range: Some(RowRange { first, last }),
            ..Terms::default()
        };
        assert_eq!(Terms::default().bounds(Some(3), Some(0)), (Some(3), None));
        assert_eq!(
            terms(0, Some(9)).bounds(Some(3), Some(1)),
            (Some(3), Some(1))
        );
        assert_eq!(terms(2, Some(3)).bounds(Some(9), None), (Some(2), Some(2)));
        assert_eq!(terms(5, None).bounds(Some(2), None), (Some(0), Some(5)));
        assert_eq!(
            terms(i64::MAX, None).bounds(None, None),
            (None, Some(i64::MAX))
        );
    }
}
