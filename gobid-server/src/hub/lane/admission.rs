//! How many commands may be under way: no more than their lane gets done in a moment. What is beyond
//! that is refused at once, before it is looked at, and whoever is taken waits no longer than that.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::QUEUE;
use super::queue::BATCH;

/// While so few are under way in all lanes together, none is refused: two full batches.
const FREE: usize = 2 * BATCH;
/// Beyond those a lane takes what it gets done in this time, by how fast it was lately.
const HORIZON: Duration = Duration::from_millis(25);
/// What a lane takes in any case. With that much before it, its next batches show how fast it is: one
/// that had little to do has made small ones.
const LEAST: usize = 64;
/// By how much what was done before counts less with each batch: an eighth.
const FADING: u64 = 8;
/// Commands are counted in parts of this, so that fading loses nothing that matters.
const PARTS: u64 = 1024;

/// How fast a lane works, lately: the commands of its last batches, and the time that it took for
/// them, from the lock to the commit.
#[derive(Debug, Default)]
pub(super) struct Pace {
    parts: u64,
    busy_micros: u64,
}

impl Pace {
    /// An attempt is over that took this long, with which so many commands were done.
    pub(super) fn done(&mut self, commands: usize, busy: Duration) {
        let fade = |sum: u64| sum - sum / FADING;
        let parts = u64::try_from(commands).unwrap_or(u64::MAX).saturating_mul(PARTS);
        let micros = u64::try_from(busy.as_micros()).unwrap_or(u64::MAX);
        self.parts = fade(self.parts).saturating_add(parts);
        self.busy_micros = fade(self.busy_micros).saturating_add(micros);
    }

    /// How many commands the lane takes, once more than a few are under way in all.
    pub(super) fn places(&self) -> usize {
        let horizon = u64::try_from(HORIZON.as_micros()).unwrap_or(u64::MAX);
        let done_in_time = self.parts.saturating_mul(horizon) / PARTS / self.busy_micros.max(1);
        usize::try_from(done_in_time).unwrap_or(usize::MAX).clamp(LEAST, QUEUE)
    }
}

/// Whether another command may come in, where a lane has so many and takes that many.
const fn admits(in_all: usize, in_lane: usize, places: usize) -> bool {
    in_all < FREE || in_lane < places
}

/// The commands that are under way in a lane, from their stamp until their answer is known.
#[derive(Clone, Debug)]
pub(crate) struct Admission(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    in_lane: AtomicUsize,
    places: AtomicUsize,
    /// Under way in all lanes together.
    in_all: Arc<AtomicUsize>,
}

/// The place of a command that is under way; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place(Arc<Counts>);

impl Admission {
    /// The admission to one of the lanes that share the count of what is under way in all.
    pub(super) fn new(in_all: Arc<AtomicUsize>) -> Self {
        let (in_lane, places) = (AtomicUsize::new(0), AtomicUsize::new(QUEUE));
        Self(Arc::new(Counts { in_lane, places, in_all }))
    }

    /// A place for a command, if there is one.
    pub(crate) fn place(&self) -> Option<Place> {
        let Counts { in_lane, places, in_all } = &*self.0;
        // Some that come at the same moment may all find the last place: that does not matter.
        admits(in_all.load(Relaxed), in_lane.load(Relaxed), places.load(Relaxed)).then(|| {
            in_all.fetch_add(1, Relaxed);
            in_lane.fetch_add(1, Relaxed);
            Place(Arc::clone(&self.0))
        })
    }

    /// The lane takes so many from now on.
    pub(super) fn set_places(&self, places: usize) {
        self.0.places.store(places, Relaxed);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.in_all.fetch_sub(1, Relaxed);
        self.0.in_lane.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// A lane that has made so many batches of one kind.
    fn after(batches: usize, commands: usize, busy: Duration) -> Pace {
        let mut pace = Pace::default();
        (0..batches).for_each(|_| pace.done(commands, busy));
        pace
    }

    #[test]
    fn a_lane_takes_what_it_gets_done_in_time() {
        assert_eq!(Pace::default().places(), LEAST);
        for (commands, busy, places) in [
            (1, millis(2), LEAST),     // nobody else was there: it may be far faster
            (64, millis(4), 400),      // 16,000 a second
            (256, millis(8), 800),     // 32,000 a second
            (256, millis(200), LEAST), // a slow disk
            (0, millis(200), LEAST),   // a row that somebody holds
            (256, millis(0), QUEUE),   // no time that could be measured
            (usize::MAX, millis(1), QUEUE),
        ] {
            for batches in [1, 100] {
                assert_eq!(after(batches, commands, busy).places(), places, "{commands} {busy:?}");
            }
        }
    }

    #[test]
    fn a_stall_is_forgotten_soon() {
        let mut pace = after(100, 256, millis(8));
        pace.done(256, millis(1_000));
        assert!(pace.places() < 125, "{}", pace.places());
        (0..40).for_each(|_| pace.done(256, millis(8)));
        assert!(pace.places() > 625, "{}", pace.places());
    }

    #[test]
    fn few_are_never_refused_and_many_as_soon_as_their_lane_is_full() {
        for (in_all, in_lane, places, admitted) in [
            (0, 0, LEAST, true),
            (511, 511, LEAST, true), // 64 bidders with eight bids each in flight
            (512, 512, LEAST, false),
            (512, 512, 640, true),
            (640, 640, 640, false),
            (2_000, 63, LEAST, true), // the other lanes are full, and this one is not
            (2_000, 64, LEAST, false),
        ] {
            assert_eq!(admits(in_all, in_lane, places), admitted, "{in_all} {in_lane} {places}");
        }
    }

    #[test]
    fn a_place_is_given_back() {
        let in_all = Arc::default();
        let (one, other) = (Admission::new(Arc::clone(&in_all)), Admission::new(in_all));
        one.set_places(LEAST);
        let taken: Vec<_> = std::iter::from_fn(|| one.place()).take(10_000).collect();
        assert_eq!(taken.len(), FREE);
        let others: Vec<_> = std::iter::from_fn(|| other.place()).take(1_000).collect();
        assert_eq!(others.len(), 1_000, "another lane has not been measured, and has its places");
        drop(others);
        drop(taken);
        assert_eq!(one.0.in_all.load(Relaxed), 0);
        assert_eq!(one.0.in_lane.load(Relaxed), 0);
    }
}
