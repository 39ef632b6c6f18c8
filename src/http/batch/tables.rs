//! How many tables are taken and answered at once, and how much of them waits on disk.
//!
//! Being sent is cheap and may be slow, so many tables may come at once, some of one client. Answering rows takes
//! cores, so few are answered at a time; a table takes such a turn for a chunk of rows that are there, and gives it
//! back before it waits for its client again.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::fault::Fault;
use super::upload_buffer::{DiskBudget, UploadBuffer};
use crate::config::Limits;
use crate::http::admission::{Admission, Full, Place};
use crate::http::client_address::Client;
use crate::http::problem::Problem;

/// Tables of which a chunk is answered at once: each chunk is answered on all cores.
const TURNS: usize = 8;

/// What all tables share.
pub(in crate::http) struct Tables {
    limits: Limits,
    places: Admission,
    turns: Arc<Semaphore>,
    disk: Arc<DiskBudget>,
}

impl Tables {
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            places: Admission::new(limits.tables, limits.tables_per_client),
            turns: Arc::new(Semaphore::new(TURNS)),
            disk: Arc::new(DiskBudget::new(limits.waiting_mb.saturating_mul(1 << 20))),
        }
    }

    /// A place for a table from its first byte to the last byte of its answer.
    pub fn admit(&self, client: Option<Client>) -> Result<Place, Problem> {
        self.places.admit(client).map_err(|full| match full {
            Full::All => Problem::overloaded(),
            Full::Client => Problem::too_many(),
        })
    }

    /// Waits for the turn to answer rows.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit, Fault> {
        Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Problem::internal().into())
    }

    /// What is sent of a table is kept here.
    pub(super) fn upload_buffer(&self) -> Arc<UploadBuffer> {
        Arc::new(UploadBuffer::new(self.limits.table_mb.saturating_mul(1 << 20), Arc::clone(&self.disk)))
    }

    /// How long a table may take from its first byte to the last byte of its answer.
    pub fn time_of_one(&self) -> Duration {
        Duration::from_secs(self.limits.table_s)
    }
}
