//! What the hub counts, to be told when it stops.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

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
}

impl Counters {
    /// A batch was judged.
    pub(crate) fn batch(&self, size: usize) {
        self.batches.fetch_add(1, Relaxed);
        self.commands.fetch_add(size, Relaxed);
        self.largest_batch.fetch_max(size, Relaxed);
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
            "what the hub counted",
        );
    }
}
