//! A connection whose client must take what is written: one that reads nothing would hold the answer in memory for
//! ever. What it sends meanwhile counts as a sign of life, because many clients read only after they have sent all.
//!
//! What `hyper` refuses by itself passes here on its way out, and is written in full (see [`super::refusal`]).
//!
//! Reading has no deadline here: the head of a request has one in `hyper`, the body in [`super::paced_body`].

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::pace::Pace;
use super::refusal;

/// A connection that ends when its client takes nothing.
pub(super) struct TimedStream {
    stream: TcpStream,
    pace: Pace,
    /// What is still to be written of a refusal, in the place of what `hyper` wrote.
    refusal: Bytes,
}

impl TimedStream {
    pub fn new(stream: TcpStream, pace: Pace) -> Self {
        Self { stream, pace, refusal: Bytes::new() }
    }

    /// Writes a refusal in full where these bytes are a bare one; then they count as written.
    fn poll_refuse(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Option<io::Result<usize>>> {
        if self.refusal.is_empty() {
            let Some(refusal) = refusal::in_full(bytes) else { return Poll::Ready(None) };
            self.refusal = refusal;
        }
        while !self.refusal.is_empty() {
            let written = Pin::new(&mut self.stream).poll_write(context, &self.refusal);
            match ready!(self.watch(context, written)) {
                Ok(0) => return Poll::Ready(Some(Err(io::ErrorKind::WriteZero.into()))),
                Ok(count) => self.refusal.advance(count),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        Poll::Ready(Some(Ok(bytes.len())))
    }

    fn watch(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.pace.moved(bytes);
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(error) => Poll::Ready(error),
            Poll::Pending => {
                self.pace.poll_too_slow(context).map(|()| Err(io::Error::from(io::ErrorKind::TimedOut)))
            }
        }
    }
}

impl AsyncRead for TimedStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        let came = buffer.filled().len() - before;
        if came > 0 {
            this.pace.moved(came);
        }
        read
    }
}

impl AsyncWrite for TimedStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(refused) = ready!(this.poll_refuse(context, bytes)) {
            return Poll::Ready(refused);
        }
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.watch(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let first = pieces.first().map_or(&[][..], |piece| piece);
        if let Some(refused) = ready!(this.poll_refuse(context, first)) {
            return Poll::Ready(refused);
        }
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, pieces);
        this.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
