//! A clock that a simulator sets: nothing but it moves the time.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU64};

use super::*;

/// The clocks of one machine.
#[derive(Debug, Default)]
pub(crate) struct Ticks {
    /// The clock that never goes back, in microseconds.
    moment: AtomicU64,
    /// The system's clock, in microseconds.
    system: AtomicI64,
    last_id: Arc<AtomicU64>,
}

impl Ticks {
    /// Clocks that share with others the counter that ids are made of.
    pub(crate) fn new(last_id: Arc<AtomicU64>) -> Arc<Self> {
        Arc::new(Self { last_id, ..Self::default() })
    }

    /// Sets both clocks.
    pub(crate) fn set(&self, moment: Duration, system: Timestamp) {
        self.moment.store(u64::try_from(moment.as_micros()).unwrap(), Relaxed);
        self.system.store(system.as_micros(), Relaxed);
    }

    pub(super) fn moment(&self) -> Moment {
        Moment(Duration::from_micros(self.moment.load(Relaxed)))
    }

    pub(super) fn system_now(&self) -> Timestamp {
        Timestamp::from_micros(self.system.load(Relaxed))
    }

    pub(super) fn new_id(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.last_id.fetch_add(1, Relaxed) + 1))
    }

    pub(super) fn start() -> Instant {
        panic!("a simulator has no timers of tokio's")
    }
}

impl Clock {
    /// A clock of a database that has its own, on a machine whose clocks a simulator sets.
    pub(crate) fn of_simulated_database(ticks: &Arc<Ticks>) -> Self {
        let source = Source::Database(Mutex::default());
        Self(Arc::new(Inner { ticks: super::Ticks::Simulated(Arc::clone(ticks)), source }))
    }
}

impl Moment {
    /// How long it is since the start.
    pub(crate) const fn span(self) -> Duration {
        self.0
    }
}
