//! A database in memory that behaves like PostgreSQL towards lanes and rooms, for simulations of
//! several servers (feature `simulated`).
//!
//! It is deterministic: no threads, no clock, no randomness. Whoever simulates says when a statement
//! reaches the database, and is told what came of it; how long the way there and back takes, and
//! whether an answer arrives at all, is his. So a COMMIT is durable at the moment it is started, and
//! whether its reply gets lost is whether he looks at it.
//!
//! What it has of PostgreSQL is READ COMMITTED as it is: a statement sees what was committed when it
//! started, but for a row that it locks, which it has as it stands once it is locked; row locks are
//! taken one after the other and held until the transaction ends; waits end by a lock timeout, a
//! statement timeout or as a deadlock; who is silent in a transaction loses the connection. What
//! [`LaneConnection`](crate::LaneConnection) sends as several statements is several here, the next
//! one as soon as one is over.
//!
//! The tests play the same scripts on this database and on PostgreSQL and compare what each step
//! gives (`tests/it/store/interleavings.rs`).

mod connection;
mod execution;
mod locks;
mod lookup;
mod operation;
mod reads;
mod tables;
#[cfg(test)]
mod tests;
mod time;
mod transaction;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use gobid_auction::{EntryId, ProductId, Timestamp};

use crate::{Batch, Found, LockMode, Locked, Lookup};
use connection::Connection;
use locks::Locks;
use tables::Tables;

/// A database in memory. See the module's documentation.
///
/// Every `now` is true time, which never goes back: one that is earlier than the last counts as the
/// last. The database's own clock is beside it and may jump.
#[derive(Clone, Debug, Default)]
pub struct SimulatedDatabase {
    options: Options,
    committed: Tables,
    connections: BTreeMap<ConnectionId, Connection>,
    locks: Locks,
    outcomes: Vec<(Timestamp, ConnectionId, Outcome)>,
    now: Option<Timestamp>,
    /// The database's clock minus true time, in microseconds.
    clock_offset: i64,
    last_connection: u64,
    last_transaction: u64,
}

/// How a simulated database is to behave where PostgreSQL leaves it open, and what is to be wrong
/// with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How long it takes until whoever waits for a row that became free goes on. A newcomer may have
    /// it before.
    pub wake_after: Duration,
    /// Wrong on purpose: what is read under a lock is read as of the start of the statement that
    /// locked, as if lock and read were one statement.
    pub lock_and_read_in_one: bool,
    /// Wrong on purpose: the clock that comes with a lock stands beside it in the statement, not
    /// above it. Of a row that nobody changed during the wait it is read before the wait.
    pub clock_beside_the_lock: bool,
}

/// A connection. Ids are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(u64);

/// What a lane asks of the database on its connection: one method of
/// [`LaneConnection`](crate::LaneConnection) each.
#[derive(Clone, Debug)]
pub enum Statement {
    /// Begins a transaction, unless there is one, and locks the products' rows in the order of
    /// their ids. A wait that is to be brief is so for the rest of the transaction.
    Lock(Vec<ProductId>, LockMode),
    /// Reads what judging needs, with the sessions that are alive at this time.
    Read(Arc<[Lookup]>, Timestamp),
    /// Writes a batch.
    Record(Arc<Batch>),
    /// Commits. Of a transaction that was refused a statement it is a rollback, and says nothing of
    /// it.
    Commit,
    /// Rolls back.
    Rollback,
    /// Reads which entries stand above a position of each product's log.
    EntriesAbove(Vec<(ProductId, i64)>),
}

/// What came of a statement. Each statement has one outcome, unless its client has hung up, or its
/// connection was killed by whoever simulates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The rows that could be are locked.
    Locked(Locked),
    /// What was read, in the order of the lookups.
    Read(Vec<Found>),
    /// Whether every product stood where it was read.
    Recorded(bool),
    /// It is committed, or was a transaction that had been refused a statement.
    Committed,
    /// It is rolled back.
    RolledBack,
    /// The entries above.
    Entries(HashSet<EntryId>),
    /// The database refused the statement. The transaction has lost its locks, and until it is
    /// ended everything is refused.
    Refused,
    /// The connection is gone, and with it what was not committed. For a connection that was lost
    /// while nothing was asked on it, the outcome of the next statement.
    Killed,
}

impl SimulatedDatabase {
    /// An empty database, whose clock is right.
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// Opens a connection.
    pub fn connect(&mut self, now: Timestamp) -> ConnectionId {
        let now = self.catch_up(now);
        self.last_connection += 1;
        let id = ConnectionId(self.last_connection);
        self.connections.insert(id, Connection::new(now));
        id
    }

    /// Ends a connection at once, as `pg_terminate_backend` does: what was not committed is rolled
    /// back and its locks are free. A statement that is under way has no outcome any more.
    pub fn kill(&mut self, connection: ConnectionId, now: Timestamp) {
        let now = self.catch_up(now);
        self.outcomes.retain(|(_, of, _)| *of != connection);
        self.end_connection(connection, now);
        self.settle(now);
    }

    /// The client of a connection is gone: no outcome will reach it. A backend that waits does not
    /// notice: the connection ends when its statement does, until when it stays in line.
    pub fn hang_up(&mut self, connection: ConnectionId, now: Timestamp) {
        let now = self.catch_up(now);
        self.outcomes.retain(|(_, of, _)| *of != connection);
        match self.connections.get_mut(&connection) {
            Some(waiting) if waiting.running.is_some() => waiting.client_is_gone = true,
            _ => self.kill(connection, now),
        }
    }

    /// Starts a statement on a connection that is not busy with another one. It may be over at once
    /// or have to wait: [`SimulatedDatabase::advance`] tells.
    pub fn start(&mut self, connection: ConnectionId, statement: Statement, now: Timestamp) {
        let now = self.catch_up(now);
        match self.connections.get(&connection) {
            Some(it) => {
                debug_assert!(it.running.is_none(), "one statement after the other");
                self.run(connection, statement, now);
            }
            None => self.outcomes.push((now, connection, Outcome::Killed)),
        }
        self.settle(now);
    }

    /// When something happens next: an outcome that is there to be taken, or what comes by itself,
    /// such as a timeout. `None` when nothing will.
    pub fn due(&self) -> Option<Timestamp> {
        let outcomes = self.outcomes.iter().map(|(at, ..)| *at);
        outcomes.chain(self.next_event().map(|event| event.at)).min()
    }

    /// Lets time pass, and gives what came of statements since the last call: in the order of time,
    /// at one moment in the order in which it came about.
    pub fn advance(&mut self, now: Timestamp) -> Vec<(ConnectionId, Outcome)> {
        self.catch_up(now);
        let mut outcomes = std::mem::take(&mut self.outcomes);
        outcomes.sort_by_key(|(at, ..)| *at);
        outcomes.into_iter().map(|(_, connection, outcome)| (connection, outcome)).collect()
    }

    /// The database is killed and comes up again: every connection is lost, what was committed is
    /// there.
    pub fn crash(&mut self, now: Timestamp) {
        let now = self.catch_up(now);
        let all: Vec<_> = self.connections.keys().copied().collect();
        for connection in all {
            self.lose(connection, now);
        }
    }

    /// The database's clock jumps by so many microseconds. Its timeouts do not heed it.
    pub fn step_clock(&mut self, by: i64) {
        self.clock_offset = self.clock_offset.saturating_add(by);
    }

    /// What the database's clock says.
    pub fn clock(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_micros(now.as_micros().saturating_add(self.clock_offset))
    }

    /// Whether a connection's statement waits for another transaction.
    pub fn is_waiting(&self, connection: ConnectionId) -> bool {
        let waiting = self.connections.get(&connection).and_then(|it| it.running.as_ref());
        waiting.is_some_and(|running| running.waiting.is_some())
    }
}
