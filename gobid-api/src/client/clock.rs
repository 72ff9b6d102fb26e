//! Time as a client knows it: the machine's two clocks, and the server's, reckoned from them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::Timestamp;

/// How many of the newest samples are kept: one of them has the shortest round trip.
const SAMPLES: usize = 8;

/// The wire cuts a time off after its milliseconds: half of one is missing on average.
const CUT_OFF: Duration = Duration::from_micros(500);

/// How much further the time of day has moved than the monotonic clock when the machine slept.
const SLEEP: Duration = Duration::from_secs(3);

/// The machine's time of day, which people may set wrong and which may jump.
#[expect(clippy::disallowed_methods, reason = "this is the clock that others ask")]
pub fn local_time() -> Timestamp {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_micros(0).plus(since_1970.unwrap_or_default())
}

/// The monotonic clock, which measures spans and stands still while the machine sleeps.
#[expect(clippy::disallowed_methods, reason = "this is the clock that others ask")]
pub(crate) fn monotonic() -> Instant {
    Instant::now()
}

/// The server's clock, as well as it is known here.
///
/// It runs on the machine's monotonic clock, so that a wrong time of day does no harm, and is set
/// by the answer that took the shortest round trip of the last eight. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct ServerClock {
    samples: Arc<Mutex<Samples>>,
}

impl ServerClock {
    /// The server's time now; the machine's time of day while no answer has told another.
    pub fn now(&self) -> Timestamp {
        let best = self.read(Samples::best);
        best.map_or_else(local_time, |sample| sample.reckon(monotonic()))
    }

    /// How far [`now`](Self::now) may be off, either way; `None` while no answer has set it.
    pub fn uncertainty(&self) -> Option<Duration> {
        self.read(Samples::best).map(Sample::uncertainty)
    }

    /// Takes note of a time that the server put into an answer which has just arrived; `asked` is
    /// when it was asked for. Answers with the round trip.
    pub(crate) fn observe(&self, asked: Instant, server_time: Timestamp) -> Duration {
        let sample = Sample::new(asked, monotonic(), server_time);
        self.write(|samples| samples.add(sample));
        sample.round_trip
    }

    /// Forgets all samples: after a sleep of the machine they are of another time.
    pub(crate) fn forget(&self) {
        self.write(|samples| samples.0.clear());
    }

    fn read<T>(&self, look: impl FnOnce(&Samples) -> T) -> T {
        look(&self.samples.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, change: impl FnOnce(&mut Samples)) {
        change(&mut self.samples.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[derive(Debug, Default)]
struct Samples(VecDeque<Sample>);

/// What the server's clock showed at a moment of the monotonic one.
#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Instant,
    server_time: Timestamp,
    round_trip: Duration,
}

impl Samples {
    fn add(&mut self, sample: Sample) {
        if self.0.len() >= SAMPLES {
            self.0.pop_front();
        }
        self.0.push_back(sample);
    }

    fn best(&self) -> Option<Sample> {
        self.0.iter().min_by_key(|sample| sample.round_trip).copied()
    }
}

impl Sample {
    /// The server read its clock somewhere between question and answer: in the middle, as far as
    /// anybody knows.
    fn new(asked: Instant, answered: Instant, server_time: Timestamp) -> Self {
        let round_trip = answered.saturating_duration_since(asked);
        Self { at: asked + round_trip / 2, server_time: server_time.plus(CUT_OFF), round_trip }
    }

    fn reckon(self, now: Instant) -> Timestamp {
        self.server_time.plus(now.saturating_duration_since(self.at))
    }

    fn uncertainty(self) -> Duration {
        self.round_trip / 2 + CUT_OFF
    }
}

/// Notices that the machine has slept: every connection is then suspect.
pub(crate) struct SleepWatch {
    monotonic: Instant,
    local: Timestamp,
}

impl SleepWatch {
    pub(crate) fn start() -> Self {
        Self { monotonic: monotonic(), local: local_time() }
    }

    /// Whether the machine has slept since this was last asked.
    pub(crate) fn has_slept(&mut self) -> bool {
        let now = Self::start();
        let slept = is_sleep(
            now.monotonic.saturating_duration_since(self.monotonic),
            now.local.since(self.local),
        );
        *self = now;
        slept
    }
}

fn is_sleep(monotonic: Duration, local: Duration) -> bool {
    local > monotonic + SLEEP
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    #[test]
    fn the_shortest_round_trip_of_the_last_eight_sets_the_clock() {
        let start = monotonic();
        let mut samples = Samples::default();
        let mut add = |second: u32, round_trip: u32, server_seconds: i64| {
            let asked = start + Duration::from_secs(second.into());
            let server_time = Timestamp::from_micros(server_seconds * 1_000_000);
            samples.add(Sample::new(asked, asked + MILLISECOND * round_trip, server_time));
            samples.best().unwrap()
        };
        assert_eq!(add(0, 40, 1_000).round_trip, MILLISECOND * 40);
        assert_eq!(add(2, 10, 1_002).round_trip, MILLISECOND * 10);
        for second in 2..9 {
            assert_eq!(add(second * 2, 30, 5_000).round_trip, MILLISECOND * 10, "{second}");
        }
        assert_eq!(add(20, 30, 5_000).round_trip, MILLISECOND * 30, "the short one is too old");
    }

    #[test]
    fn a_sample_is_taken_in_the_middle_of_its_round_trip() {
        let asked = monotonic();
        let sample = Sample::new(asked, asked + MILLISECOND * 20, Timestamp::from_micros(0));
        assert_eq!(sample.reckon(asked + MILLISECOND * 110).as_micros(), 100_500);
        assert_eq!(sample.uncertainty(), Duration::from_micros(10_500));
    }

    #[test]
    fn a_sleep_is_a_time_of_day_that_ran_ahead() {
        let second = Duration::from_secs(1);
        assert!(!is_sleep(second, second * 3));
        assert!(is_sleep(second, second * 60));
        assert!(!is_sleep(second * 60, Duration::ZERO), "the time of day was set back");
    }

    #[test]
    fn without_an_answer_the_time_of_day_has_to_do() {
        let clock = ServerClock::default();
        assert_eq!(clock.uncertainty(), None);
        assert!(clock.now() >= Timestamp::from_micros(1_700_000_000_000_000));
        clock.observe(monotonic(), Timestamp::from_micros(5_000_000));
        assert!(clock.uncertainty().is_some());
        assert!(clock.now() < Timestamp::from_micros(3_600_000_000));
        clock.forget();
        assert_eq!(clock.uncertainty(), None);
    }
}
