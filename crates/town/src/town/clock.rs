//! The one clock of the server: what day it is in Viet Nam.
//!
//! A row is in force by dates of Asia/Ho_Chi_Minh, so a town is loaded for a day there, and that day is what
//! `at`, the catalogue and planning answers call today ([`Town::today`](super::Town::today)). Everything that asks which
//! day it is asks here; a test gives a clock of its own and lets midnight pass.

use std::sync::Arc;
use std::time::Duration;

use time::{Date, OffsetDateTime, UtcOffset};

/// Tells the time; cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> OffsetDateTime + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::new(OffsetDateTime::now_utc)
    }

    /// A clock that says what the function says, in any zone.
    pub fn new(now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Now, in Viet Nam (UTC+7, no summer time).
    pub fn now(&self) -> OffsetDateTime {
        let hanoi = UtcOffset::from_hms(7, 0, 0).unwrap_or(UtcOffset::UTC);
        (self.0)().to_offset(hanoi)
    }

    /// The date in Viet Nam.
    pub fn today(&self) -> Date {
        self.now().date()
    }

    /// How long the day still lasts in Viet Nam.
    pub fn until_midnight(&self) -> Duration {
        let now = self.now();
        let passed = now.time() - time::Time::MIDNIGHT;
        Duration::try_from(time::Duration::DAY - passed).unwrap_or_default()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn the_day_begins_in_viet_nam_seven_hours_before_utc() {
        let at = |moment: OffsetDateTime| Clock::new(move || moment);
        let before = at(datetime!(2025-06-30 16:59:59 UTC));
        assert_eq!(before.today(), date!(2025 - 06 - 30));
        assert_eq!(before.until_midnight(), Duration::from_secs(1));
        let after = at(datetime!(2025-06-30 17:00:00 UTC));
        assert_eq!(after.today(), date!(2025 - 07 - 01));
        assert_eq!(after.until_midnight(), Duration::from_secs(24 * 60 * 60));
    }
}
