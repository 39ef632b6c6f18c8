//! The threads that do heavy work: as many as there are cores, made at start, and never more.
//!
//! The threads that read requests must always be free for the next one, and memory for drawing belongs to a
//! thread: so heavy work goes to these few, through a queue that has an end. Each makes what is bound to a
//! thread and slow to make before it takes its first job.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use metrics::counter;
use tokio::sync::{oneshot, watch};

use super::problem::Problem;

type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads and the queue in front of them.
pub(super) struct Workers {
    queue: SyncSender<Job>,
    /// How many have still to prepare themselves.
    unprepared: watch::Receiver<usize>,
}

impl Workers {
    /// Starts so many threads, before which so many jobs may wait. Each runs `prepare` first.
    pub fn start(threads: usize, waiting: usize, prepare: fn()) -> Self {
        let (queue, jobs) = sync_channel(waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        let (sender, unprepared) = watch::channel(threads);
        let sender = Arc::new(sender);
        for number in 0..threads {
            let (jobs, sender) = (Arc::clone(&jobs), Arc::clone(&sender));
            let work = move || {
                prepare();
                sender.send_modify(|unprepared| *unprepared -= 1);
                drop(sender);
                while let Some(job) = next(&jobs) {
                    job();
                }
            };
            // without threads nothing can be answered, and then nothing is ever ready
            if let Err(error) = thread::Builder::new().name(format!("work-{number}")).spawn(work) {
                tracing::error!("a thread for heavy work cannot be started: {error}");
            }
        }
        Self { queue, unprepared }
    }

    /// Waits until every thread has prepared itself; false where one never will.
    pub async fn are_prepared(&self) -> bool {
        self.unprepared.clone().wait_for(|&unprepared| unprepared == 0).await.is_ok()
    }

    /// Has a thread do this, in turn; 503 where too many wait already. What nobody waits for any more when its
    /// turn comes is not done.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (answer, answered) = oneshot::channel();
        let job = move || {
            if !answer.is_closed() {
                // whoever waited may be gone
                let _ = answer.send(catch_unwind(AssertUnwindSafe(work)));
            }
        };
        self.queue.try_send(Box::new(job)).map_err(|_| {
            counter!("work_refused_total").increment(1);
            Problem::overloaded()
        })?;
        match answered.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) | Err(_) => Err(Problem::internal()),
        }
    }
}

/// The next job; `None` once nobody can bring one any more.
fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    // the lock is held while waiting: the others wait for it instead of the queue
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::mpsc;

    use futures_util::FutureExt;
    use futures_util::future::join_all;

    use super::*;

    fn nothing() {}

    #[tokio::test]
    async fn who_comes_when_too_many_wait_is_sent_away_and_later_served() {
        let workers = Workers::start(1, 3, nothing);
        // nothing ever comes through the gate; it opens when this end is dropped
        let (closed, gate) = mpsc::channel::<()>();
        let (started, has_started) = oneshot::channel();
        let mut busy = Box::pin(workers.run(move || {
            let _ = started.send(());
            let _ = gate.recv();
        }));
        assert!((&mut busy).now_or_never().is_none());
        has_started.await.unwrap();
        let mut waiting = Box::pin(join_all((0..3).map(|_| workers.run(|| ()))));
        assert!((&mut waiting).now_or_never().is_none());
        assert_eq!(workers.run(|| ()).await, Err(Problem::overloaded()));
        drop(closed);
        assert_eq!(busy.await, Ok(()));
        assert!(waiting.await.iter().all(Result::is_ok));
        assert_eq!(workers.run(|| ()).await, Ok(()));
    }

    #[tokio::test]
    async fn a_panic_is_a_fault_of_one_request_and_the_thread_goes_on() {
        let workers = Workers::start(1, 3, nothing);
        let fault: Result<(), Problem> = workers.run(|| std::panic::resume_unwind(Box::new(()))).await;
        assert_eq!(fault, Err(Problem::internal()));
        assert_eq!(workers.run(|| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_not_done() {
        let workers = Workers::start(1, 3, nothing);
        let (closed, gate) = mpsc::channel::<()>();
        let mut busy = Box::pin(workers.run(move || gate.recv().is_err()));
        assert!((&mut busy).now_or_never().is_none());
        let (told, was_told) = mpsc::channel();
        let mut given_up = Box::pin(workers.run(move || told.send(()).unwrap()));
        assert!((&mut given_up).now_or_never().is_none());
        drop(given_up);
        drop(closed);
        busy.await.unwrap();
        workers.run(|| ()).await.unwrap();
        assert!(was_told.recv().is_err(), "it was dropped unsent");
    }

    #[tokio::test]
    async fn there_are_never_more_threads_than_were_started() {
        let workers = Workers::start(2, 100, nothing);
        assert!(workers.are_prepared().await);
        let threads = join_all((0..100).map(|_| workers.run(|| thread::current().id()))).await;
        let threads: HashSet<_> = threads.into_iter().map(Result::unwrap).collect();
        assert!((1..=2).contains(&threads.len()));
    }
}
