//! Midnight in Viet Nam: what a server does when its day ends.
//!
//! The clock is looked at when midnight is due and once a minute besides, because a machine may sleep or have
//! its clock set. Where other rows are in force on the new day the town is loaded again; until that succeeds the old
//! day is served, and said to be, and it is tried again after a minute, then after twice as long, up to half an hour.

use std::time::{Duration, Instant};

use crate::town::{Clock, NewDay, Town};

/// How often the clock is looked at at least.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How long after a load that failed the next is tried, at first and at last.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 60);

/// Watches over the day that is served.
#[derive(Debug)]
pub(super) struct DayWatch {
    clock: Clock,
    /// When loading may be tried again after it failed, and the pause after the next failure.
    retry: Option<(Instant, Duration)>,
}

impl DayWatch {
    /// A watch by this clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, retry: None }
    }

    /// How long nothing has to be looked at.
    pub fn pause(&self) -> Duration {
        LOOK_EVERY.min(self.clock.until_midnight())
    }

    /// Moves the town's day on if it can; whether it has to be loaded again for a new day now.
    pub fn must_load(&self, town: &Town) -> bool {
        let served = town.today();
        match town.go_on_to(self.clock.today()) {
            NewDay::Same => false,
            NewDay::SameRows => {
                tracing::info!("{served} is over: the same rows are in force on {}", town.today());
                false
            }
            NewDay::OtherRows => self.retry.is_none_or(|(at, _)| at <= Instant::now()),
        }
    }

    /// Notes that a town was loaded.
    pub fn loaded(&mut self) {
        self.retry = None;
    }

    /// Notes that the town of a new day could not be loaded.
    pub fn failed(&mut self) {
        let pause = self.retry.map_or(FIRST_PAUSE, |(_, pause)| pause);
        tracing::warn!(seconds = pause.as_secs(), "the rows of the new day are tried again");
        self.retry = Some((Instant::now() + pause, (pause * 2).min(LONGEST_PAUSE)));
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{ConnectOptions, Connection};
    use time::OffsetDateTime;
    use time::macros::{date, datetime};

    use super::super::load::load;
    use super::*;
    use crate::config::{Config, SourceText};
    use crate::demo::{RECORDED_AT, TownOptions, write_town};
    use crate::schema::SchemaWriter;

    /// A small town of which parcel 1 ends and parcel 2 begins on 2 March 2030.
    async fn make_town(file: &Path) {
        let mut writer = SchemaWriter::geopackage(file, RECORDED_AT).await.unwrap();
        let options = TownOptions { parcels: 1000, ..TownOptions::default() };
        write_town(&options, &mut writer, |_| {}).await.unwrap();
        writer.commit().await.unwrap();
        let mut connection = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
        for (column, place) in [("valid_to", 0), ("valid_from", 1)] {
            let parcel = format!("(SELECT parcel_id FROM parcel ORDER BY parcel_id LIMIT 1 OFFSET {place})");
            let sql = format!("UPDATE parcel SET {column} = '2030-03-02' WHERE parcel_id = {parcel}");
            let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
            assert_eq!(done.rows_affected(), 1);
        }
        connection.close().await.unwrap();
    }

    fn ids(town: &Town) -> Vec<u64> {
        let mut ids: Vec<u64> = town.snapshot().layer("parcels").unwrap().all().map(|row| row.id()).collect();
        ids.sort_unstable();
        ids
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn at_midnight_in_viet_nam_rows_come_into_force_and_end_and_the_day_is_one_everywhere() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("town.gpkg");
        make_town(&file).await;
        let config = Config { source: Some(SourceText(file.display().to_string())), ..Config::default() };
        let now = Arc::new(Mutex::new(datetime!(2030-03-01 16:59:30 UTC)));
        let clock = Clock::new({
            let now = Arc::clone(&now);
            move || *now.lock().unwrap()
        });
        let pass_to = |moment: OffsetDateTime| *now.lock().unwrap() = moment;
        let mut watch = DayWatch::new(clock.clone());

        let first = load(&config, &clock).await.unwrap();
        assert_eq!((first.today(), watch.pause()), (date!(2030 - 03 - 01), Duration::from_secs(30)));
        assert!(!watch.must_load(&first));
        pass_to(datetime!(2030-03-01 17:00:00 UTC));
        assert!(watch.must_load(&first));
        assert_eq!(first.today(), date!(2030 - 03 - 01), "the day is that of the rows that are served");
        watch.failed();
        assert!(!watch.must_load(&first), "a source that does not answer is left alone for a while");

        let second = load(&config, &clock).await.unwrap();
        watch.loaded();
        assert_eq!(second.today(), date!(2030 - 03 - 02));
        let (before, after) = (ids(&first), ids(&second));
        let gone: Vec<_> = before.iter().filter(|id| !after.contains(id)).collect();
        let come: Vec<_> = after.iter().filter(|id| !before.contains(id)).collect();
        assert_eq!((gone.len(), come.len()), (1, 1), "{gone:?} {come:?}");
        let parcels =
            |town: &Town| town.map().iter().find(|layer| layer.name() == "parcels").cloned().unwrap();
        assert_ne!(parcels(&first).version(), parcels(&second).version());

        pass_to(datetime!(2030-03-02 17:00:00 UTC));
        assert!(!watch.must_load(&second), "nothing changes on 3 March");
        assert_eq!(second.today(), date!(2030 - 03 - 03));
        let layer = parcels(&second);
        assert_eq!(layer.epoch(date!(2030 - 03 - 02), second.today()), None);
        assert!(layer.epoch(date!(2030 - 03 - 01), second.today()).is_some(), "another day than today");
    }
}
