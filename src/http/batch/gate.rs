//! A gate between a body and the reader of a form.
//!
//! The reader (`multer`) keeps what it is given until the head of a part, or the line before the first part, is
//! complete, and takes all that is there at once: a head that never ends would be kept without limit. So the gate
//! hands out small pieces one at a time, and no more bytes than were allowed for what is being read.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;

/// Bytes handed out at once.
const PIECE_BYTES: usize = 16 * 1024;

/// Bytes within which the next part must begin: its head, the rest of the line before it, and what is handed out
/// beyond them.
const HEAD_BYTES: usize = 4 * PIECE_BYTES;

/// Bytes within which a piece of a part's content must come.
const CONTENT_BYTES: usize = 16 * PIECE_BYTES;

#[derive(Default)]
struct Allowance {
    left: AtomicUsize,
    is_exceeded: AtomicBool,
}

/// The body behind the gate.
pub(super) struct Gate<S> {
    body: Shared<S>,
    rest: Bytes,
    allowance: Arc<Allowance>,
    has_given: bool,
}

/// Says what may pass.
pub(super) struct GateKeeper<S> {
    allowance: Arc<Allowance>,
    body: Shared<S>,
}

/// A body that is read by one at a time: by the reader of the form, and after it by who throws the rest away.
struct Shared<S>(Arc<Mutex<S>>);

impl<S> Shared<S> {
    fn share(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: Stream + Unpin> Stream for Shared<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        // a body is whole between two calls, whoever panicked
        Pin::new(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).poll_next(context)
    }
}

impl<S> Gate<S> {
    /// Puts a gate before a body.
    pub fn before(body: S) -> (Self, GateKeeper<S>) {
        let allowance = Arc::<Allowance>::default();
        let body = Shared(Arc::new(Mutex::new(body)));
        let keeper = GateKeeper { allowance: Arc::clone(&allowance), body: body.share() };
        (Self { body, rest: Bytes::new(), allowance, has_given: false }, keeper)
    }
}

impl<S: Stream + Unpin> GateKeeper<S> {
    /// What has not come yet, without a gate.
    pub fn rest(&self) -> impl Stream<Item = S::Item> + Unpin + use<S> {
        self.body.share()
    }

    /// The head of a part may come.
    pub fn allow_head(&self) {
        self.allowance.left.store(HEAD_BYTES, Ordering::Relaxed);
    }

    /// A piece of content may come.
    pub fn allow_content(&self) {
        self.allowance.left.store(CONTENT_BYTES, Ordering::Relaxed);
    }

    /// Whether more wanted to come than was allowed.
    pub fn is_exceeded(&self) -> bool {
        self.allowance.is_exceeded.load(Ordering::Relaxed)
    }
}

impl<S, E> Stream for Gate<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Into<axum::BoxError>,
{
    type Item = Result<Bytes, axum::BoxError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if std::mem::take(&mut this.has_given) {
            // lets the reader use what it has before it takes more
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if this.rest.is_empty() {
            match Pin::new(&mut this.body).poll_next(context) {
                Poll::Ready(Some(Ok(bytes))) => this.rest = bytes,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error.into()))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE_BYTES));
        let left = this.allowance.left.load(Ordering::Relaxed);
        if piece.len() > left {
            this.allowance.is_exceeded.store(true, Ordering::Relaxed);
            let error = io::Error::new(io::ErrorKind::InvalidData, "more came than was allowed");
            return Poll::Ready(Some(Err(error.into())));
        }
        this.allowance.left.store(left - piece.len(), Ordering::Relaxed);
        this.has_given = true;
        Poll::Ready(Some(Ok(piece)))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::{FromRequest, Multipart, Request};
    use futures_util::stream::repeat_with;
    use futures_util::{StreamExt, stream};
    use proptest::prelude::*;
    use tokio::runtime::Builder;

    use super::*;

    type Pieces = stream::BoxStream<'static, Result<Bytes, axum::BoxError>>;

    async fn form(body: impl Stream<Item = Bytes> + Send + 'static) -> (Multipart, GateKeeper<Pieces>) {
        let (gate, keeper) = Gate::before(body.map(Ok::<Bytes, axum::BoxError>).boxed());
        let request = Request::post("/").header("content-type", "multipart/form-data; boundary=b");
        let request = request.body(Body::from_stream(gate)).unwrap();
        (Multipart::from_request(request, &()).await.unwrap(), keeper)
    }

    /// How many bytes are taken of a body that begins so and never ends, before it is refused.
    fn taken_of_endless(start: &'static str, filling: &'static str) -> usize {
        let taken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&taken);
        let endless = repeat_with(move || {
            count.fetch_add(filling.len() * 1_000, Ordering::Relaxed);
            Bytes::from(filling.repeat(1_000))
        });
        let body = stream::once(async move { Bytes::from_static(start.as_bytes()) }).chain(endless);
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (mut form, keeper) = form(body).await;
            keeper.allow_head();
            assert!(form.next_field().await.is_err());
            assert!(keeper.is_exceeded());
        });
        taken.load(Ordering::Relaxed)
    }

    #[test]
    fn a_head_that_never_ends_is_refused_after_a_few_kilobytes() {
        for (start, filling) in [
            ("--b\r\nContent-Disposition: form-data; name=\"data\"; x=\"", "x"),
            ("--b\r\n", "X-Header: 1\r\n"),
            ("", "no boundary at all\r\n"),
            ("--b", " "),
        ] {
            let taken = taken_of_endless(start, filling);
            assert!(taken <= 2 * HEAD_BYTES, "{start:?}: {taken} bytes were taken");
        }
    }

    proptest! {
        /// Whatever pieces a form comes in, its content passes the gate as it was sent.
        #[test]
        fn content_passes_as_it_was_sent(
            content in prop::collection::vec(any::<u8>(), 0..200_000), pieces in 1usize..70_000
        ) {
            let head = b"--b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n".as_slice();
            let whole = [head, &content, b"\r\n--b--\r\n"].concat();
            let pieces: Vec<Bytes> = whole.chunks(pieces).map(Bytes::copy_from_slice).collect();
            let runtime = Builder::new_current_thread().build().unwrap();
            let read = runtime.block_on(async {
                let (mut form, keeper) = form(stream::iter(pieces)).await;
                keeper.allow_head();
                let mut field = form.next_field().await.unwrap().unwrap();
                let mut read = Vec::new();
                loop {
                    keeper.allow_content();
                    match field.chunk().await.unwrap() {
                        Some(bytes) => read.extend_from_slice(&bytes),
                        None => break read,
                    }
                }
            });
            prop_assert_eq!(read, content);
        }
    }
}
