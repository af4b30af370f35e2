//! The content of an answer: the service's, or that of a refusal.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// The body of a [`TenantService`](super::TenantService)'s answer.
#[derive(Debug)]
pub struct TenantBody<B>(Content<B>);

#[derive(Debug)]
enum Content<B> {
    Service(B),
    Refusal(Option<Bytes>),
}

impl<B> TenantBody<B> {
    pub(super) fn service(body: B) -> Self {
        Self(Content::Service(body))
    }

    pub(super) fn refusal(text: String) -> Self {
        Self(Content::Refusal(
            Some(text.into()).filter(|text: &Bytes| !text.is_empty()),
        ))
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for TenantBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match &mut self.0 {
            Content::Service(body) => Pin::new(body).poll_frame(context),
            Content::Refusal(text) => Poll::Ready(text.take().map(|text| Ok(Frame::data(text)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Content::Service(body) => body.is_end_stream(),
            Content::Refusal(text) => text.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::Service(body) => body.size_hint(),
            Content::Refusal(text) => {
                SizeHint::with_exact(text.as_ref().map_or(0, |text| text.len() as u64))
            }
        }
    }
}
