//! The content of an answer.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::mpsc;
use tower::BoxError;
use tower_http::compression::CompressionBody;

/// The content of an answer: none, whole, or in portions as they come from the database.
#[derive(Default)]
pub struct Body(Content);

#[derive(Default)]
enum Content {
    #[default]
    None,
    /// None, where the head stands for an answer of unknown length.
    Withheld,
    Whole(Bytes),
    Portions(Option<mpsc::Receiver<Portion>>),
    Compressed(Pin<Box<CompressionBody<Body>>>),
}

/// A part of a large answer.
#[derive(Debug)]
pub(super) enum Portion {
    /// More follows.
    More(Bytes),
    /// The end of the answer; without it the answer was cut off.
    Last(Bytes),
}

/// The answer could not be finished; the client sees its connection break.
#[derive(Debug, thiserror::Error)]
#[error("the answer was cut off")]
struct CutOff;

impl Body {
    pub(super) fn whole(bytes: Vec<u8>) -> Self {
        Self(Content::Whole(bytes.into()))
    }

    /// The content, where it is at hand.
    pub(super) fn content(&self) -> Option<Bytes> {
        match &self.0 {
            Content::Whole(bytes) => Some(bytes.clone()),
            Content::None => Some(Bytes::new()),
            _ => None,
        }
    }

    /// Content that others hold too.
    pub(super) fn shared(bytes: Bytes) -> Self {
        Self(Content::Whole(bytes))
    }

    pub(super) fn portions(portions: mpsc::Receiver<Portion>) -> Self {
        Self(Content::Portions(Some(portions)))
    }

    pub(super) fn withheld() -> Self {
        Self(Content::Withheld)
    }

    pub(super) fn compressed(body: CompressionBody<Self>) -> Self {
        Self(Content::Compressed(Box::pin(body)))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Content::None | Content::Withheld => Poll::Ready(None),
            Content::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = Content::None;
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Content::Portions(portions) => {
                let Some(receiver) = portions else {
                    return Poll::Ready(None);
                };
                let frame = match ready!(receiver.poll_recv(context)) {
                    Some(Portion::More(bytes)) => Ok(Frame::data(bytes)),
                    Some(Portion::Last(bytes)) => {
                        *portions = None;
                        Ok(Frame::data(bytes))
                    }
                    None => {
                        *portions = None;
                        Err(CutOff.into())
                    }
                };
                Poll::Ready(Some(frame))
            }
            Content::Compressed(body) => body.as_mut().poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Content::None => true,
            Content::Withheld => false,
            Content::Whole(bytes) => bytes.is_empty(),
            Content::Portions(portions) => portions.is_none(),
            Content::Compressed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::None => SizeHint::with_exact(0),
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Withheld | Content::Portions(_) => SizeHint::default(),
            Content::Compressed(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rows stay out of logs.
        f.write_str(match &self.0 {
            Content::None => "Body(none)",
            Content::Withheld => "Body(withheld)",
            Content::Whole(_) => "Body(whole)",
            Content::Portions(_) => "Body(portions)",
            Content::Compressed(_) => "Body(compressed)",
        })
    }
}
