//! What the black-box tests stand on: a private PostgreSQL + PostGIS cluster, the real binary as a
//! running server, and the folder of real data.
//!
//! Every file in `tests/` says `mod support;` and gets its own copy, so a cluster belongs to one
//! test process and ends with it. All calls block, so they work in `#[test]` and `#[tokio::test]`.

// Each test binary compiles this module for itself and none of them uses all of it.
#![allow(dead_code, unused_imports)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod cluster;
mod database;
mod dice;
mod server;
mod tiles;
mod two_wards;
mod watchdog;

use std::path::PathBuf;

pub use cluster::{Cluster, free_port};
pub use database::Database;
pub use dice::Dice;
pub use server::{Reply, Server};
pub use tiles::tile_at;
pub use two_wards::{TwoWards, import, migrated, street_line};
pub use watchdog::Watchdog;

/// The folder of real data named by `$BANDOSO_TEST_DATA`. Tests that need it are `#[ignore]`d with that reason;
/// `scripts/test` includes them where the folder is named.
pub fn test_data() -> PathBuf {
    let folder = std::env::var_os("BANDOSO_TEST_DATA").map(PathBuf::from);
    let folder = folder.expect("BANDOSO_TEST_DATA names the folder of real data");
    assert!(folder.is_dir(), "BANDOSO_TEST_DATA names {}, which is not a folder", folder.display());
    folder
}

/// Runs a future to its end on a thread of its own, whether or not the caller is in a runtime.
/// (A closure that makes the future, because sqlx's futures over `&mut PgConnection` are not `Send`.)
pub fn block_on<F: Future>(make: impl FnOnce() -> F + Send) -> F::Output
where
    F::Output: Send,
{
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(make())
        });
        match thread.join() {
            Ok(output) => output,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
