//! The one file of the server that reads the clock.
//!
//! Everything is dated by the database's time: on PostgreSQL that is a monotonic clock and an
//! offset, measured once a second and with every lock; on SQLite it is the system's clock.

#[cfg(test)]
pub(crate) mod simulated;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use gobid_auction::{EntryIds, Timestamp};
use uuid::Uuid;

/// How many samples the offset is chosen from: the one with the shortest round trip counts.
const SAMPLES: usize = 8;
/// A sample that took longer says too little about the offset.
const SLOWEST_SAMPLE: Duration = Duration::from_millis(50);
/// With an offset older than this neither bids nor closes are judged.
const FRESHNESS: Duration = Duration::from_secs(5);
/// How far the database's clock may be from where the stamp says it must be.
const TOLERANCE: Duration = Duration::from_millis(50);

/// The clock; every clone is the same one.
#[derive(Clone, Debug)]
pub(crate) struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    ticks: Ticks,
    source: Source,
}

/// Where the moments come from.
#[derive(Debug)]
enum Ticks {
    /// The machine's clock, from the start of this process.
    Machine(Instant),
    /// A simulator.
    #[cfg(test)]
    Simulated(Arc<simulated::Ticks>),
}

#[derive(Debug)]
enum Source {
    /// The system's clock is the database's.
    System,
    /// The database has a clock of its own; these are the samples of it, newest last.
    Database(Mutex<Samples>),
}

#[derive(Debug, Default)]
struct Samples {
    newest_last: VecDeque<Sample>,
    /// A clock jumped, or the machine slept: these samples end with the next one.
    distrusted: bool,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    /// Database time minus monotonic time, in microseconds.
    offset: i64,
    round_trip: Duration,
    taken: Moment,
}

/// A moment of this process, by a clock that never goes back: the span since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(Duration);

impl Moment {
    #[cfg(test)]
    pub(crate) const fn from_millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }

    /// The span since an earlier moment; zero when `earlier` is not earlier.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// The moment a span later.
    pub(crate) fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span))
    }

    /// Whole milliseconds since the start of this process.
    pub(crate) fn as_millis(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }

    fn micros(self) -> i64 {
        i64::try_from(self.0.as_micros()).unwrap_or(i64::MAX)
    }
}

impl Clock {
    /// The clock of a database whose clock is the system's.
    pub(crate) fn system() -> Self {
        Self::new(Source::System)
    }

    /// The clock of a database that has its own; it is not fresh before the first sample.
    pub(crate) fn of_database() -> Self {
        Self::new(Source::Database(Mutex::default()))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn new(source: Source) -> Self {
        Self(Arc::new(Inner { ticks: Ticks::Machine(Instant::now()), source }))
    }

    /// The database's time.
    pub(crate) fn now(&self) -> Timestamp {
        match &self.0.source {
            Source::System => self.0.ticks.system_now(),
            Source::Database(samples) => {
                let sample = best(&locked(samples));
                sample.map_or_else(
                    || self.0.ticks.system_now(),
                    |sample| Timestamp::from_micros(sample.offset + self.moment().micros()),
                )
            }
        }
    }

    /// This moment, by the clock that never goes back.
    pub(crate) fn moment(&self) -> Moment {
        self.0.ticks.moment()
    }

    /// A moment as tokio's timers count.
    pub(crate) fn instant(&self, moment: Moment) -> tokio::time::Instant {
        tokio::time::Instant::from_std(self.0.ticks.start() + moment.0)
    }

    /// Ids for the entries that a command may lead to. They carry the time.
    pub(crate) fn entry_ids(&self) -> EntryIds {
        let [opening, own, second] = [(); 3].map(|()| self.0.ticks.new_id());
        EntryIds { opening, own, second }
    }

    /// What the database said its time is, when it was asked and when it had answered.
    pub(crate) fn sample(&self, asked: Moment, answered: Moment, database: Timestamp) {
        let Source::Database(samples) = &self.0.source else {
            return;
        };
        let round_trip = answered.since(asked);
        if round_trip > SLOWEST_SAMPLE {
            return;
        }
        let middle = asked.plus(round_trip / 2);
        let offset = database.as_micros() - middle.micros();
        let mut samples = locked(samples);
        if std::mem::take(&mut samples.distrusted) {
            samples.newest_last.clear();
        }
        samples.newest_last.push_back(Sample { offset, round_trip, taken: answered });
        if samples.newest_last.len() > SAMPLES {
            samples.newest_last.pop_front();
        }
    }

    /// Whether the offset is fresh enough to judge by.
    pub(crate) fn is_fresh(&self) -> bool {
        match &self.0.source {
            Source::System => true,
            Source::Database(samples) => {
                let samples = locked(samples);
                let newest = samples.newest_last.back().filter(|_| !samples.distrusted);
                newest.is_some_and(|sample| self.moment().since(sample.taken) <= FRESHNESS)
            }
        }
    }

    /// A clock jumped, or the machine slept: the clock is not fresh before the next sample, which
    /// begins anew.
    pub(crate) fn distrust(&self) {
        if let Source::Database(samples) = &self.0.source {
            locked(samples).distrusted = true;
        }
    }
}

impl Ticks {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn moment(&self) -> Moment {
        match self {
            Self::Machine(start) => Moment(Instant::now().saturating_duration_since(*start)),
            #[cfg(test)]
            Self::Simulated(ticks) => ticks.moment(),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn system_now(&self) -> Timestamp {
        match self {
            Self::Machine(_) => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            #[cfg(test)]
            Self::Simulated(ticks) => ticks.system_now(),
        }
    }

    fn new_id(&self) -> Uuid {
        match self {
            Self::Machine(_) => Uuid::now_v7(),
            #[cfg(test)]
            Self::Simulated(ticks) => ticks.new_id(),
        }
    }

    fn start(&self) -> Instant {
        match self {
            Self::Machine(start) => *start,
            #[cfg(test)]
            Self::Simulated(_) => simulated::Ticks::start(),
        }
    }
}

/// Whether the database's clock, read under a lock that was asked for and had at these moments,
/// lies where a stamp says it must.
pub(crate) fn agrees(
    received_at: Timestamp,
    stamped: Moment,
    asked: Moment,
    had: Moment,
    database: Timestamp,
) -> bool {
    let earliest = received_at.plus(asked.since(stamped)).minus(TOLERANCE);
    let latest = received_at.plus(had.since(stamped)).plus(TOLERANCE);
    earliest <= database && database <= latest
}

fn best(samples: &Samples) -> Option<Sample> {
    samples.newest_last.iter().copied().min_by_key(|sample| sample.round_trip)
}

fn locked(samples: &Mutex<Samples>) -> MutexGuard<'_, Samples> {
    samples.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_micros(millis * 1000)
    }

    #[test]
    fn the_sample_with_the_shortest_round_trip_counts() {
        let clock = Clock::of_database();
        assert!(!clock.is_fresh());
        let (asked, fast, slow) = (Moment(Duration::ZERO), 2, 40);
        clock.sample(asked, Moment::from_millis(fast), at(1_001));
        clock.sample(asked, Moment::from_millis(slow), at(5_020));
        clock.sample(asked, Moment::from_millis(51), at(9_000));
        let Source::Database(samples) = &clock.0.source else { panic!("not a database's clock") };
        assert_eq!(best(&locked(samples)).unwrap().offset, 1_000_000);
        assert_eq!(locked(samples).newest_last.len(), 2);
        assert!(clock.is_fresh());

        clock.distrust();
        assert!(!clock.is_fresh());
        let before = clock.now();
        assert!(before >= at(1_000) && before < at(60_000), "{before}: the offset holds till then");
        clock.sample(asked, Moment::from_millis(30), at(7_015));
        assert!(clock.is_fresh());
        assert_eq!(best(&locked(samples)).unwrap().offset, 7_000_000);
    }

    #[test]
    fn the_clock_under_the_lock_must_agree_with_the_stamp() {
        let (stamped, asked, had) =
            (Moment::from_millis(100), Moment::from_millis(110), Moment::from_millis(1_000));
        let agrees = |database| agrees(at(50_000), stamped, asked, had, at(database));
        assert!(!agrees(49_959));
        assert!(agrees(49_960));
        assert!(agrees(50_900));
        assert!(agrees(50_950));
        assert!(!agrees(50_951));
    }
}
