//! What a client wrote, as errors quote it: so much of it that it can be told what is meant, and no
//! more. A key of some megabytes would come back in every member of the document.

use std::borrow::Cow;

use crate::plan::PlanError;
use crate::request::{CallError, ContentError, RequestError};

/// The most characters of one name or text that are quoted.
const MOST: usize = 200;
/// The most names that are listed; functions have no more arguments.
const NAMES: usize = 100;
/// The most bytes of a whole text: a list of names can be long.
const WHOLE: usize = 32 << 10;

/// The beginning of a text, and an ellipsis where it goes on.
pub(crate) fn quoted(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MOST) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

/// A member of the document: long enough for all that we have to say.
pub(super) fn whole(text: &str) -> Cow<'_, str> {
    if text.len() <= WHOLE {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(WHOLE);
    Cow::Owned(format!("{}…", &text[..end]))
}

fn shorten(text: &mut String) {
    if let Cow::Owned(short) = quoted(text) {
        *text = short;
    }
}

/// An error whose texts are short enough to be shown.
pub(super) trait Quoted: Sized {
    /// Shortens what a client wrote.
    fn shorten(&mut self);

    fn quoted(mut self) -> Self {
        self.shorten();
        self
    }
}

impl Quoted for RequestError {
    fn shorten(&mut self) {
        match self {
            Self::Syntax {
                parameter, text, ..
            } => [parameter, text].into_iter().for_each(shorten),
            Self::Count { parameter, value } => [parameter, value].into_iter().for_each(shorten),
            Self::Repeated(text)
            | Self::Media(text)
            | Self::Preferences(text)
            | Self::Encoding(text) => shorten(text),
            Self::NegativeLimit
            | Self::Range
            | Self::Cursor
            | Self::TooLong(_)
            | Self::TooDeep(_)
            | Self::TooManyFilters(_)
            | Self::FiltersTooDeep(_) => {}
        }
    }
}

impl Quoted for ContentError {
    fn shorten(&mut self) {
        match self {
            Self::Malformed { reason: text, .. } | Self::Form(text) | Self::LongName(text) => {
                shorten(text);
            }
            Self::Uneven | Self::UnevenLine { .. } | Self::TooWide => {}
        }
    }
}

impl Quoted for CallError {
    fn shorten(&mut self) {
        match self {
            Self::Request(error) => error.shorten(),
            Self::Media(text) | Self::Malformed { reason: text, .. } => shorten(text),
            Self::TooMany => {}
        }
    }
}

impl Quoted for PlanError {
    fn shorten(&mut self) {
        match self {
            Self::UnknownColumn { column: text, .. }
            | Self::UnknownTarget { column: text, .. }
            | Self::Ambiguous { relation: text, .. }
            | Self::NotToOne { relation: text, .. }
            | Self::UnknownType(text)
            | Self::NotEmbedded(text)
            | Self::EmbeddedFilter(text)
            | Self::PathAfterText(text) => shorten(text),
            Self::UnknownRelation { relation, hint, .. } => {
                shorten(relation);
                hint.iter_mut().for_each(shorten);
            }
            Self::UnknownFunction {
                function, names, ..
            } => {
                shorten(function);
                if names.len() > NAMES {
                    names.truncate(NAMES);
                    names.push("…".to_owned());
                }
                names.iter_mut().for_each(shorten);
            }
            Self::AmbiguousFunction { .. }
            | Self::Aggregates
            | Self::Unnamed
            | Self::Cursor
            | Self::Generated { .. }
            | Self::Denied { .. }
            | Self::Unreadable(_)
            | Self::Unfiltered(_)
            | Self::FilteredInsert
            | Self::PutFilters
            | Self::BoundedPut
            | Self::PutMismatch
            | Self::UnorderedLimit
            | Self::NoKey(_)
            | Self::NoMerge(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_is_left_alone() {
        let long = "é".repeat(MOST);
        assert_eq!(quoted(&long), long);
        assert_eq!(quoted(&format!("{long}é")), format!("{long}…"));
        assert_eq!(whole(&"é".repeat(WHOLE)).len(), WHOLE + "…".len());
    }
}
