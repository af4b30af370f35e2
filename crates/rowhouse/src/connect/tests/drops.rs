//! Dropped at any poll, a connect closes its socket.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::AsyncWriteExt;

use super::impostor::{self, welcome};
use crate::connect::establish;

#[tokio::test]
async fn at_every_poll_the_socket_closes() {
    let open = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&open);
    let address = impostor::listen(move |mut socket| {
        let open = Arc::clone(&count);
        async move {
            open.fetch_add(1, Ordering::SeqCst);
            let mut first = [0; 1];
            if socket.peek(&mut first).await.is_ok_and(|read| read > 0) {
                impostor::startup(&mut socket).await;
                // A byte at a time, so that there are many polls to be dropped at.
                for byte in welcome() {
                    if socket.write_all(&[byte]).await.is_err() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_micros(200)).await;
                }
            }
            impostor::hold(socket).await;
            open.fetch_sub(1, Ordering::SeqCst);
        }
    })
    .await;
    let options = impostor::options(address);
    let mut finished = false;
    for polls in 0..1_000 {
        finished = poll_times(establish(&options), polls).await;
        if finished {
            break;
        }
    }
    assert!(finished, "never got as far as a session");
    for _ in 0..500 {
        if open.load(Ordering::SeqCst) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} sockets are still open", open.load(Ordering::SeqCst));
}

/// Polls at most `polls` times and drops the future; whether it was through by then.
async fn poll_times<T>(future: impl Future<Output = T>, polls: usize) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|cx: &mut Context<'_>| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            // The next poll comes when the socket has news, or at once if this was the last.
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
