//! The body of a request whose client must go on sending: one that stops, or drips, is answered with 408.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use thiserror::Error;

use super::pace::Pace;
use crate::config::Limits;

/// Why a body ended early.
#[derive(Debug, Error)]
#[error("the client stopped sending, or sends too slowly")]
pub(super) struct TooSlow;

/// Whether the body of a request was given up because it came too slowly; among the request's extensions.
#[derive(Debug, Clone, Default)]
pub(super) struct BodyState(Arc<AtomicBool>);

impl BodyState {
    /// Whether it was given up.
    pub fn is_too_slow(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A body that is waited for only so long.
pub(super) struct PacedBody {
    body: Incoming,
    pace: Pace,
    state: BodyState,
}

impl PacedBody {
    pub fn new(body: Incoming, limits: &Limits, state: BodyState) -> Self {
        Self { body, pace: Pace::new(limits), state }
    }
}

impl HttpBody for PacedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                this.pace.moved(frame.data_ref().map_or(0, Bytes::len));
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => this.pace.poll_too_slow(context).map(|()| {
                this.state.0.store(true, Ordering::Relaxed);
                Some(Err(TooSlow.into()))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
