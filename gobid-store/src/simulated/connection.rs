//! A connection, its transaction, and the statement that runs on it.

use std::collections::VecDeque;
use std::time::Duration;

use gobid_auction::planted::{self, Bug};
use gobid_auction::{ProductId, Timestamp};

use super::Outcome;
use super::tables::{Tables, Write};
use crate::{Batch, LockMode};

/// How long a statement waits for one lock, and how long it takes at most; how long a transaction
/// may be silent: what a lane's connection is opened with.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(3);
pub(super) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
pub(super) const SILENCE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a statement waits for a lock before it looks whether it is in a deadlock, which it does
/// once: PostgreSQL's own setting.
pub(super) const DEADLOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection that is open.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) transaction: Option<Transaction>,
    pub(super) running: Option<Running>,
    /// Since when nothing has run on it.
    pub(super) silent_since: Timestamp,
    /// Whether nobody is there any more to take an outcome.
    pub(super) client_is_gone: bool,
}

/// A transaction.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) id: u64,
    /// Whether it was begun, and must be ended; any other one ends with its statement.
    pub(super) is_begun: bool,
    /// Whether it was refused a statement: nothing is left of it, but it must be ended.
    pub(super) is_aborted: bool,
    pub(super) lock_timeout: Duration,
    /// What it has written, in order.
    pub(super) writes: Vec<Write>,
    /// The same rows alone, to find keys in.
    pub(super) rows: Tables,
    /// What the next read sees, where lock and read are one statement.
    pub(super) read_as_of: Option<Tables>,
}

/// What runs on a connection: the statements that are left of a call, the first of which has begun.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub(super) statements: VecDeque<VecDeque<Operation>>,
    /// What its outcome will be, as far as that is known.
    pub(super) outcome: Outcome,
    /// What was committed when the statement began.
    pub(super) snapshot: Tables,
    pub(super) started: Timestamp,
    /// How much the transaction had written when the statement began.
    pub(super) writes_before: usize,
    /// The clock when the row that is to be locked was reached.
    pub(super) reached: Option<Timestamp>,
    pub(super) waiting: Option<Waiting>,
}

/// A part of a statement. It is done at once, or has to wait for another transaction.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    /// Locks a row, unless it is held and may be skipped.
    Lock { product_id: ProductId, may_skip: bool },
    /// Writes a row.
    Write(Write),
}

/// A wait.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) on: Blocker,
    pub(super) since: Timestamp,
    /// Whether it has been looked whether this is a deadlock.
    pub(super) is_checked: bool,
    /// When it goes on, once it may.
    pub(super) wakes_at: Option<Timestamp>,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocker {
    /// The lock on the row of a product.
    Row(ProductId),
    /// The end of a transaction that has written a row with the same key.
    Transaction(u64),
}

impl Connection {
    pub(super) const fn new(now: Timestamp) -> Self {
        Self { transaction: None, running: None, silent_since: now, client_is_gone: false }
    }

    /// The wait of the statement that runs.
    pub(super) fn waiting_mut(&mut self) -> Option<&mut Waiting> {
        self.running.as_mut().and_then(|running| running.waiting.as_mut())
    }

    /// What the transaction has written.
    pub(super) fn writes(&self) -> &[Write] {
        self.transaction.as_ref().map_or(&[], |transaction| transaction.writes.as_slice())
    }
}

impl Transaction {
    pub(super) fn new(id: u64, is_begun: bool) -> Self {
        Self {
            id,
            is_begun,
            is_aborted: false,
            lock_timeout: LOCK_TIMEOUT,
            writes: Vec::new(),
            rows: Tables::default(),
            read_as_of: None,
        }
    }

    /// Another statement that locks begins.
    pub(super) fn set_lock_mode(&mut self, mode: LockMode) {
        if let LockMode::Briefly(wait) = mode {
            self.lock_timeout = wait.max(Duration::from_millis(1));
        }
    }

    pub(super) fn write(&mut self, write: Write) {
        self.rows.apply(&write);
        self.writes.push(write);
    }

    /// The last position of a product that it has written.
    pub(super) fn position(&self, product_id: ProductId) -> Option<i64> {
        let mut changes = self.writes.iter().rev();
        changes.find_map(|write| match write {
            Write::Product(change) if change.product_id == product_id => {
                Some(change.state.position)
            }
            _ => None,
        })
    }
}

impl Running {
    pub(super) fn new(
        statements: impl IntoIterator<Item = VecDeque<Operation>>,
        outcome: Outcome,
    ) -> Self {
        Self {
            statements: statements.into_iter().collect(),
            outcome,
            snapshot: Tables::default(),
            started: Timestamp::from_micros(0),
            writes_before: 0,
            reached: None,
            waiting: None,
        }
    }
}

impl Waiting {
    pub(super) const fn new(on: Blocker, since: Timestamp) -> Self {
        Self { on, since, is_checked: false, wakes_at: None }
    }
}

/// The statements that write a batch: each edit, the rows that were struck, and everything else,
/// where products come first.
pub(super) fn statements(batch: &Batch) -> Vec<VecDeque<Operation>> {
    let one = |write: Write| Operation::Write(write);
    let edits = batch.edits.iter().cloned().map(|edit| VecDeque::from([one(Write::Edit(edit))]));
    let voided = batch.voided.iter().map(|(id, bid)| one(Write::Voided(*id, *bid)));
    let products = batch.products.iter().cloned().map(Write::Product);
    let entries = batch.entries.iter().cloned().map(|entry| Write::Entry(entry.into()));
    let bidders = batch.bidders.iter().filter(|_| !planted::is(Bug::BiddersNotWritten));
    let bidders = bidders.copied().map(Write::Bidder);
    let rest = products.chain(entries).chain(bidders).map(one).collect();
    edits.chain([voided.collect(), rest]).collect()
}
