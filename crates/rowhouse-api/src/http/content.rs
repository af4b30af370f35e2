//! The content of a request: read whole, but no more of it than is allowed, and no longer.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http_body::Body;
use tokio::time::{Instant, timeout_at};

use super::options::ApiOptions;
use super::request_id::RequestId;
use crate::problem::{Kind, Problem};

/// What was announced is believed up to here; more is made room for when it comes.
const BELIEVED: u64 = 64 << 10;

/// Reads the content of a request.
pub(super) async fn read<B>(
    content: B,
    options: &ApiOptions,
    id: &RequestId,
) -> Result<Bytes, Problem>
where
    B: Body<Error: fmt::Display>,
{
    let most = options.content_bytes;
    if content.size_hint().lower() > most {
        return Err(Problem::content_too_large(most));
    }
    let mut content = pin!(content);
    let room = content.size_hint().lower().min(BELIEVED);
    let mut read = BytesMut::with_capacity(usize::try_from(room).unwrap_or_default());
    let began = Instant::now();
    loop {
        // Whoever sends a byte now and then gets no further than at the least rate.
        let earned = read.len() as f64 / f64::from(options.content_rate.get());
        let within = options.content_within + Duration::from_secs_f64(earned);
        let next = poll_fn(|context| content.as_mut().poll_frame(context));
        let Ok(frame) = timeout_at(began + within, next).await else {
            let seconds = within.as_secs_f32();
            let detail = format!("the content did not come within {seconds} s");
            return Err(Problem::new(Kind::ContentTimeout, detail));
        };
        let Some(frame) = frame else {
            return Ok(read.freeze());
        };
        let frame = frame.map_err(|error| {
            tracing::info!(target: "rowhouse::http", request_id = id.as_str(), %error, "the content of a request broke off");
            Problem::new(Kind::InvalidContent, "the content of the request broke off")
                .hint("send as many bytes as Content-Length says, or whole chunks")
        })?;
        // Trailers say nothing that is asked for.
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        if (read.len() + data.remaining()) as u64 > most {
            return Err(Problem::content_too_large(most));
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            let length = chunk.len();
            read.extend_from_slice(chunk);
            data.advance(length);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use http::header::HeaderMap;
    use http_body::Frame;

    use super::super::request_id::RequestIds;
    use super::*;

    /// Frames as they come; behind the last one the end, or nothing any more.
    struct Script(VecDeque<Result<Frame<Bytes>, &'static str>>, bool);

    impl Body for Script {
        type Data = Bytes;
        type Error = &'static str;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
            match self.0.pop_front() {
                None if self.1 => Poll::Pending,
                frame => Poll::Ready(frame),
            }
        }
    }

    async fn read_all(
        frames: Vec<Result<&'static str, &'static str>>,
        stuck: bool,
    ) -> Result<Bytes, Problem> {
        let frames = frames
            .into_iter()
            .map(|frame| frame.map(|data| Frame::data(Bytes::from_static(data.as_bytes()))));
        let options = ApiOptions {
            content_bytes: 8,
            content_within: Duration::from_millis(20),
            ..ApiOptions::default()
        };
        let id = RequestIds::new().of(&HeaderMap::new());
        read(Script(frames.collect(), stuck), &options, &id).await
    }

    #[tokio::test]
    async fn chunks_are_put_together_up_to_the_limit() {
        let whole = read_all(vec![Ok("[1,"), Ok(""), Ok("2,3]")], false).await;
        assert_eq!(whole.unwrap(), "[1,2,3]");
        let exactly = read_all(vec![Ok("1234"), Ok("5678")], false).await;
        assert_eq!(exactly.unwrap(), "12345678");
        let more = read_all(vec![Ok("12345678"), Ok("9")], false).await;
        assert_eq!(more.unwrap_err().status(), 413);
    }

    #[tokio::test]
    async fn what_breaks_off_or_never_ends_is_refused() {
        let broken = read_all(vec![Ok("[1"), Err("gone")], false).await;
        assert_eq!(broken.unwrap_err().status(), 400);
        let stuck = read_all(vec![Ok("[1")], true).await;
        assert_eq!(stuck.unwrap_err().status(), 408);
    }
}
