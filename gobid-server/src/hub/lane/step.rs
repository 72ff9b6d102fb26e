//! The steps of a lane: what its core decides on, what its driver does, and what both tell.

use std::collections::HashSet;
use std::sync::Arc;

use gobid_auction::{EntryId, ProductId, Timestamp};
use gobid_store::{Batch, Found, LockMode, Locked, Lookup};

use super::judged::Announcement;
use crate::clock::Moment;
use crate::hub::answer::Answer;

/// What a lane does next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Wait for a command, or until a moment.
    Wait(Option<Moment>),
    /// Open a connection.
    Open,
    /// Begin, and lock the products' rows.
    Lock(Vec<ProductId>, LockMode),
    /// Read what judging needs, with the sessions that are alive at this time.
    Read(Arc<[Lookup]>, Timestamp),
    /// Write.
    Record(Arc<Batch>),
    /// Commit.
    Commit,
    /// Roll back.
    Rollback,
    /// Read which entries stand above these positions.
    EntriesAbove(Vec<(ProductId, i64)>),
}

/// What came of a step.
#[derive(Debug)]
pub(crate) enum Done {
    /// The connection is open.
    Opened,
    /// The rows that could be are locked; the clock was read under the lock. When the lock was
    /// asked for, and when it was had.
    Locked { locked: Locked, now: Timestamp, asked: Moment, had: Moment },
    /// What was read, in the order of the lookups.
    Read(Vec<Found>),
    /// Whether every product stood where it was read.
    Recorded(bool),
    /// It is committed.
    Committed,
    /// It is rolled back.
    RolledBack,
    /// The entries above.
    Entries(HashSet<EntryId>),
    /// The database refused the step; the connection is as good as before.
    Refused,
    /// The connection is gone, or did not answer in time.
    Lost,
}

/// What a lane tells others.
#[derive(Debug)]
pub(crate) enum Output {
    /// The answer to a bid, by the id of its stamp.
    Answer(u64, Answer),
    /// A command of the house is done with.
    Finished(u64),
    /// What happened to a product, now that it is durable.
    Announce(Box<Announcement>),
    /// A close is due at this end, a late bid found.
    Touched(ProductId, Timestamp),
    /// The clock under the lock did not agree with a stamp.
    ClockDisagrees,
    /// A batch of so many commands was committed, or judged to lead to nothing.
    Batch(usize),
    /// Products were set aside, so many.
    SetAside(usize),
    /// The result of a COMMIT was not known; now it is, or never will be.
    Resolved(Option<bool>),
}
