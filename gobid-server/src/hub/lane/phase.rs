//! Where a lane is in its work: between two steps, it is in one of these phases.

use std::sync::Arc;

use gobid_auction::{EntryId, ProductId, Timestamp};
use gobid_store::{Batch, Locked};

use super::judged::Judged;
use super::plan::Plan;
use super::queue::Attempt;
use crate::clock::Moment;

/// Where a lane is in its work; each phase but the first waits for one step to be done.
#[derive(Debug, Default)]
pub(super) enum Phase {
    #[default]
    Idle,
    Opening,
    Locking(Attempt),
    Reading(Reading),
    Recording(Work),
    Committing(Work),
    RollingBack(After),
    Resolving(Work, Moment, Resolving),
}

impl Phase {
    /// The attempt that is still to be judged, or that failed before its COMMIT.
    pub(super) const fn unjudged(&mut self) -> Option<&mut Attempt> {
        match self {
            Self::Locking(attempt) | Self::RollingBack(After::Retry(attempt)) => Some(attempt),
            _ => None,
        }
    }
}

/// Locked commands whose lookups are being read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) attempt: Attempt,
    pub(super) locked: Locked,
    pub(super) now: Timestamp,
    pub(super) plan: Plan,
}

/// A judged batch.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) attempt: Attempt,
    pub(super) judged: Judged,
    /// What is written, taken out of what was judged.
    pub(super) batch: Arc<Batch>,
}

/// What follows a rollback.
#[derive(Debug)]
pub(super) enum After {
    /// The batch led to nothing that must be written: its answers are true.
    Deliver(Work),
    /// The attempt failed.
    Retry(Attempt),
    /// The entries were looked for, and are there or not.
    Conclude(Work, bool),
    /// Looking for the entries failed: again.
    Resolve(Work, Moment),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Resolving {
    Opening,
    Locking,
    Reading,
}

impl Work {
    pub(super) fn new(attempt: Attempt, mut judged: Judged) -> Self {
        let batch = Arc::new(std::mem::take(&mut judged.batch));
        Self { attempt, judged, batch }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.batch.entries.iter().map(|entry| entry.entry_id)
    }

    pub(super) fn positions_read(&self) -> Vec<(ProductId, i64)> {
        let products = self.batch.products.iter();
        products.map(|product| (product.product_id, product.position_read)).collect()
    }
}
