//! The form an answer takes: the header `Accept`.

use super::error::RequestError;

/// The form of an answer with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Media {
    /// What the rows are put into.
    pub shape: Shape,
    /// Members that are null are left out.
    pub without_nulls: bool,
}

/// What rows are put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// A JSON array.
    #[default]
    Array,
    /// One JSON object: there must be exactly one row.
    Object,
    /// Comma-separated lines.
    Csv,
}

impl Media {
    /// The form the client likes best, of those there are; `accept` gives the header's values.
    ///
    /// # Errors
    /// [`RequestError::Media`] when it accepts none of them.
    pub fn parse<'a, I: Iterator<Item = &'a str>>(
        accept: impl Fn() -> I,
    ) -> Result<Self, RequestError> {
        let ranges = || {
            let ranges = accept().flat_map(|value| value.split(',')).map(str::trim);
            ranges.filter(|range| !range.is_empty())
        };
        let mut best: Option<(u16, Self)> = None;
        for range in ranges() {
            // What nearly every client sends.
            if range == "*/*" && best.is_none() {
                return Ok(Self::default());
            }
            let (weight, media) = Self::of_range(range);
            // Of equals the first one wins.
            if let Some(media) = media
                && weight > best.map_or(0, |(weight, _)| weight)
            {
                best = Some((weight, media));
            }
        }
        match best {
            Some((_, media)) => Ok(media),
            None if ranges().next().is_none() => Ok(Self::default()),
            None => Err(RequestError::Media(ranges().collect::<Vec<_>>().join(", "))),
        }
    }

    /// A media range's weight in thousandths, and the form it means.
    fn of_range(range: &str) -> (u16, Option<Self>) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let shape = match name.as_str() {
            "application/json" | "application/*" | "*/*" => Some(Shape::Array),
            "application/vnd.pgrst.array+json" | "application/vnd.pgrst.array" => {
                Some(Shape::Array)
            }
            "application/vnd.pgrst.object+json" | "application/vnd.pgrst.object" => {
                Some(Shape::Object)
            }
            "text/csv" | "text/*" => Some(Shape::Csv),
            _ => None,
        };
        let mut weight = 1000;
        let mut without_nulls = false;
        for parameter in parts {
            match parameter.split_once('=') {
                Some(("q", value)) => weight = thousandths(value),
                Some(("nulls", "stripped")) => without_nulls = name.contains("vnd.pgrst"),
                _ => {}
            }
        }
        let media = shape.map(|shape| Self {
            shape,
            without_nulls,
        });
        (weight, media)
    }

    /// The `Content-Type` of the answer.
    pub fn content_type(self) -> &'static str {
        match (self.shape, self.without_nulls) {
            (Shape::Array, false) => "application/json; charset=utf-8",
            (Shape::Array, true) => {
                "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8"
            }
            (Shape::Object, false) => "application/vnd.pgrst.object+json; charset=utf-8",
            (Shape::Object, true) => {
                "application/vnd.pgrst.object+json;nulls=stripped; charset=utf-8"
            }
            (Shape::Csv, _) => "text/csv; charset=utf-8",
        }
    }
}

/// Which of these media types a client likes best, by its place: of those that one range of `Accept` means, the first.
/// `*/*` among them is whatever is asked for, and a type that is built in stands in for it. None where a form of rows is
/// liked better, or nothing is left to like.
pub fn preferred<'a>(accept: impl Iterator<Item = &'a str>, media: &[&str]) -> Option<usize> {
    let mut best: (u16, Option<usize>) = (0, None);
    let mut is_empty = true;
    let ranges = accept.flat_map(|value| value.split(',')).map(str::trim);
    for range in ranges.filter(|range| !range.is_empty()) {
        is_empty = false;
        let (weight, form) = Media::of_range(range);
        let name = range.split(';').next().unwrap_or_default().trim();
        let place = meant(name, media);
        // Of equals the first one wins.
        if weight > best.0 && (place.is_some() || form.is_some()) {
            best = (weight, place);
        }
    }
    if is_empty {
        return meant("*/*", media);
    }
    best.1
}

/// The first of these media types that a range's name means.
fn meant(name: &str, media: &[&str]) -> Option<usize> {
    let name = match name.to_ascii_lowercase() {
        // Those are ours in any case.
        name if name.starts_with("application/vnd.pgrst.") => return None,
        name if matches!(&*name, "*/*" | "application/*") => "application/json".to_owned(),
        name if name == "text/*" => "text/csv".to_owned(),
        name => name,
    };
    media
        .iter()
        .position(|media| *media == "*/*" || *media == name)
}

/// Whether a client names this media type among those it accepts, and no form of rows that it likes better.
pub fn accepts<'a>(accept: impl Iterator<Item = &'a str>, media: &str) -> bool {
    let (mut own, mut others) = (0, 0);
    for range in accept.flat_map(|value| value.split(',')) {
        let name = range.split(';').next().unwrap_or_default().trim();
        let (weight, form) = Media::of_range(range);
        if name.eq_ignore_ascii_case(media) {
            own = weight;
        } else if form.is_some() && !name.ends_with('*') {
            others = weight.max(others);
        }
    }
    own > 0 && own >= others
}

/// A media range's name in small letters, unless it is not wanted.
pub fn wanted(range: &str) -> Option<String> {
    let name = range.split(';').next().unwrap_or_default().trim();
    (Media::of_range(range).0 > 0 && !name.is_empty()).then(|| name.to_ascii_lowercase())
}

fn thousandths(weight: &str) -> u16 {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    if whole == "1" {
        return 1000;
    }
    let digits = part.bytes().chain(*b"000").take(3);
    digits.fold(0, |sum, digit| {
        sum * 10 + u16::from(digit.wrapping_sub(b'0').min(9))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(accept: &str) -> Result<&'static str, RequestError> {
        Media::parse(|| [accept].into_iter()).map(Media::content_type)
    }

    #[test]
    fn media_types_of_ones_own_before_those_built_in() {
        let some = ["application/vnd.x", "text/csv", "application/json"];
        let of = |accept: &str| preferred([accept].into_iter(), &some);
        for (accept, place) in [
            ("application/vnd.x", Some(0)),
            ("Application/Vnd.X;a=b", Some(0)),
            ("text/csv", Some(1)),
            ("text/*", Some(1)),
            ("", Some(2)),
            ("*/*", Some(2)),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Some(2)),
            ("application/vnd.x;q=0.5, text/csv", Some(1)),
            ("application/vnd.x;q=0, image/png", None),
            ("application/vnd.pgrst.object+json", None),
            ("application/vnd.pgrst.object+json, text/csv;q=0.9", None),
            ("image/png", None),
        ] {
            assert_eq!(of(accept), place, "{accept}");
        }
        assert_eq!(preferred(["a/b"].into_iter(), &["*/*", "a/b"]), Some(0));
        assert_eq!(preferred(["*/*"].into_iter(), &["a/b"]), None);
        let ours = ["application/vnd.pgrst.array"];
        assert_eq!(preferred(ours.into_iter(), &["*/*"]), None);
    }

    #[test]
    fn the_best_that_can_be_had() {
        let json = "application/json; charset=utf-8";
        for accept in [
            "",
            "*/*",
            "application/json",
            "application/*",
            "text/html,application/xhtml+xml,*/*;q=0.8",
            "text/csv;q=0.5, application/json",
            "application/json;nulls=stripped",
        ] {
            assert_eq!(media(accept), Ok(json), "{accept}");
        }
        assert_eq!(media("text/csv"), Ok("text/csv; charset=utf-8"));
        assert_eq!(
            media("application/json;q=0.1, text/csv;q=0.25"),
            Ok("text/csv; charset=utf-8")
        );
        assert_eq!(
            media("application/vnd.pgrst.object+json;nulls=stripped"),
            Ok("application/vnd.pgrst.object+json;nulls=stripped; charset=utf-8")
        );
        for accept in ["text/unknowntype", "application/json;q=0", "image/png"] {
            assert_eq!(media(accept), Err(RequestError::Media(accept.into())));
        }
    }
}
