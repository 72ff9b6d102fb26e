//! What the hub counts, to be told when it stops.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::time::Duration;

use tracing::info;

/// Counts since the start.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    batches: AtomicUsize,
    commands: AtomicUsize,
    largest_batch: AtomicUsize,
    /// Locks that were waited for.
    pub(crate) lock_waits: AtomicUsize,
    /// Products that were set aside.
    pub(crate) set_aside: AtomicUsize,
    commits_found: AtomicUsize,
    commits_absent: AtomicUsize,
    commits_unknown: AtomicUsize,
    /// Closes that waited for a ticket.
    pub(crate) closes_held_back: AtomicUsize,
    /// Commands that were refused because their lane had enough to do.
    pub(crate) refused_full: AtomicUsize,
    lock: Steps,
    read: Steps,
    record: Steps,
    commit: Steps,
    others: Steps,
}

/// Steps of one kind: how many, and how long they took together.
#[derive(Debug, Default)]
struct Steps {
    count: AtomicU64,
    micros: AtomicU64,
}

/// The kinds of steps of a lane, as far as they are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepKind {
    /// Beginning a transaction and locking rows.
    Lock,
    /// Reading under the lock.
    Read,
    /// Writing.
    Record,
    /// Committing.
    Commit,
    /// Any other.
    Other,
}

impl Steps {
    fn add(&self, took: Duration) {
        self.count.fetch_add(1, Relaxed);
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }

    /// How many, and how long one took on average, in microseconds.
    fn told(&self) -> String {
        let count = self.count.load(Relaxed);
        let micros = self.micros.load(Relaxed).checked_div(count).unwrap_or_default();
        format!("{count} of {micros} µs")
    }
}

impl Counters {
    /// A batch was judged.
    pub(crate) fn batch(&self, size: usize) {
        self.batches.fetch_add(1, Relaxed);
        self.commands.fetch_add(size, Relaxed);
        self.largest_batch.fetch_max(size, Relaxed);
    }

    /// A step was done, that took so long.
    pub(crate) fn step(&self, kind: StepKind, took: Duration) {
        let steps = match kind {
            StepKind::Lock => &self.lock,
            StepKind::Read => &self.read,
            StepKind::Record => &self.record,
            StepKind::Commit => &self.commit,
            StepKind::Other => &self.others,
        };
        steps.add(took);
    }

    /// The result of a COMMIT was looked for.
    pub(crate) fn resolved(&self, there: Option<bool>) {
        let counter = match there {
            Some(true) => &self.commits_found,
            Some(false) => &self.commits_absent,
            None => &self.commits_unknown,
        };
        counter.fetch_add(1, Relaxed);
    }

    /// Logs them all.
    pub(crate) fn log(&self) {
        let count = |counter: &AtomicUsize| counter.load(Relaxed);
        info!(
            batches = count(&self.batches),
            commands = count(&self.commands),
            largest_batch = count(&self.largest_batch),
            lock_waits = count(&self.lock_waits),
            set_aside = count(&self.set_aside),
            commits_found = count(&self.commits_found),
            commits_absent = count(&self.commits_absent),
            commits_unknown = count(&self.commits_unknown),
            closes_held_back = count(&self.closes_held_back),
            refused_full = count(&self.refused_full),
            locks = self.lock.told(),
            reads = self.read.told(),
            records = self.record.told(),
            commits = self.commit.told(),
            other_steps = self.others.told(),
            "what the hub counted",
        );
    }
}
