//! How fast a client sends or takes: it may not be silent for long, nor dawdle for longer.
//!
//! Only time spent waiting for the client counts: a server that is busy does not make its clients slow. A client is
//! too slow when it is silent for `silent`, or when over `silent` of waiting fewer bytes moved than the least rate
//! asks for. As long as nothing has to be waited for, this costs two additions.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::Limits;

/// Bytes against time waited; the clock is the caller's.
struct Account {
    silent: Duration,
    /// Bytes that must move while `silent` is waited.
    least_bytes: u64,
    waiting_since: Option<Instant>,
    /// Time waited, and bytes moved, since it was last judged.
    waited: Duration,
    moved: u64,
    is_too_slow: bool,
}

impl Account {
    fn moved(&mut self, bytes: usize, now: impl FnOnce() -> Instant) {
        self.moved += bytes as u64;
        let Some(since) = self.waiting_since.take() else { return };
        self.waited += now().saturating_duration_since(since);
        if self.waited >= self.silent {
            self.is_too_slow |= self.moved < self.least_bytes;
            self.waited = Duration::ZERO;
            self.moved = 0;
        }
    }

    /// Until when the client may still be silent; `None` where it is too slow.
    fn waits(&mut self, now: Instant) -> Option<Instant> {
        let deadline = *self.waiting_since.get_or_insert(now) + self.silent;
        (!self.is_too_slow && now < deadline).then_some(deadline)
    }
}

/// The pace of one client in one direction.
pub(super) struct Pace {
    account: Account,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    pub fn new(limits: &Limits) -> Self {
        let account = Account {
            silent: limits.silent(),
            least_bytes: limits.bytes_per_silence(),
            waiting_since: None,
            waited: Duration::ZERO,
            moved: 0,
            is_too_slow: false,
        };
        Self { account, timer: None }
    }

    /// Bytes came or went.
    pub fn moved(&mut self, bytes: usize) {
        self.account.moved(bytes, Instant::now);
    }

    /// Nothing moves at the moment; ready when the client is too slow.
    pub fn poll_too_slow(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.account.waits(Instant::now()) else { return Poll::Ready(()) };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        while timer.as_mut().poll(context).is_ready() {
            // it was set for an earlier wait, or this one is over
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client that must not be silent for ten seconds, nor move less than 1,000 bytes in ten seconds of waiting.
    struct Client {
        account: Account,
        now: Instant,
    }

    impl Client {
        fn new() -> Self {
            let limits = Limits { silent_s: 10, bytes_per_s: 100, ..Limits::default() };
            Self { account: Pace::new(&limits).account, now: Instant::now() }
        }

        /// Waits so long, then so many bytes move; whether the client was too slow meanwhile.
        fn waits(&mut self, seconds: u64, bytes: usize) -> bool {
            let before = self.account.waits(self.now).is_none();
            self.now += Duration::from_secs(seconds);
            let after = self.account.waits(self.now).is_none();
            self.account.moved(bytes, || self.now);
            before || after
        }
    }

    #[test]
    fn silence_is_too_slow_and_a_little_of_it_is_not() {
        let mut client = Client::new();
        assert!(!client.waits(9, 2_000));
        assert!(!client.waits(9, 2_000));
        assert!(client.waits(10, 0));
    }

    #[test]
    fn a_byte_now_and_then_is_too_slow() {
        let mut client = Client::new();
        assert!(!client.waits(6, 1));
        assert!(!client.waits(6, 1));
        assert!(client.waits(1, 1), "two bytes in twelve seconds");
    }

    #[test]
    fn time_in_which_nobody_waits_does_not_count() {
        let mut client = Client::new();
        for _ in 0..10 {
            client.now += Duration::from_secs(60);
            client.account.moved(1, || client.now);
        }
        assert!(!client.waits(1, 1));
    }
}
