//! The parts of a statement: a row that is locked, a row that is written.

use gobid_auction::{ProductId, Timestamp};

use super::connection::{Blocker, Connection, Operation, Running};
use super::tables::{Tables, Write};
use super::{ConnectionId, Outcome, SimulatedDatabase};
use crate::{BidderChange, LockedAuction, ProductChange};

/// What came of a part of a statement.
pub(super) enum Attempt {
    Done,
    /// It does not apply to any row.
    Skipped,
    Blocked(Blocker),
    Failed,
}

impl SimulatedDatabase {
    pub(super) fn attempt(
        &mut self,
        id: ConnectionId,
        connection: &mut Connection,
        running: &mut Running,
        operation: &Operation,
        now: Timestamp,
    ) -> Attempt {
        let write = match operation {
            Operation::Lock { product_id, may_skip } => {
                running.reached.get_or_insert(self.clock(now));
                let attempt = self.have_row(id, running, *product_id, now);
                return match attempt {
                    Attempt::Done => self.lock(connection, running, *product_id, now),
                    Attempt::Blocked(_) if *may_skip => Attempt::Skipped,
                    attempt => attempt,
                };
            }
            Operation::Write(write) => write,
        };
        let attempt = match write {
            Write::Product(change) => self.guard(id, connection, running, change, now),
            Write::Edit(edit) => self.have_row(id, running, edit.product_id, now),
            Write::Bidder(change) => self.have_bidder(connection, running, change),
            Write::Entry(_) | Write::Voided(..) => self.have_key(connection, write),
        };
        if let (Attempt::Done, Some(transaction)) = (&attempt, &mut connection.transaction) {
            transaction.write(write.clone());
        }
        attempt
    }

    /// Takes the lock on a row that the statement sees.
    fn have_row(
        &mut self,
        id: ConnectionId,
        running: &Running,
        product_id: ProductId,
        now: Timestamp,
    ) -> Attempt {
        if !running.snapshot.products.contains_key(&product_id) {
            return Attempt::Skipped;
        }
        let was_first = self.locks.line(product_id).first() == Some(&id);
        if !self.locks.take(product_id, id) {
            return Attempt::Blocked(Blocker::Row(product_id));
        }
        if was_first {
            self.line_moved(product_id, now);
        }
        Attempt::Done
    }

    /// Reads a row that is locked, as it stands now, and the clock above it.
    fn lock(
        &self,
        connection: &Connection,
        running: &mut Running,
        product_id: ProductId,
        now: Timestamp,
    ) -> Attempt {
        let tables = self.committed.with(connection.writes());
        let Some(row) = tables.products.get(&product_id) else { return Attempt::Skipped };
        // Whoever waits for a row that is another one then evaluates the statement for it anew.
        let is_new = self.committed.is_newer(&running.snapshot, product_id);
        let reached = running.reached.take().filter(|_| self.options.clock_beside_the_lock);
        let clock = reached.filter(|_| !is_new).unwrap_or(self.clock(now));
        if let Outcome::Locked(locked) = &mut running.outcome {
            locked.auctions.push(LockedAuction {
                auction: row.product.auction.clone(),
                anonymous_bidders: row.product.anonymous_bidders,
            });
            locked.clock = locked.clock.max(Some(clock));
        }
        Attempt::Done
    }

    /// Takes the lock on a product whose position is the one that was read: before the wait for it
    /// and after.
    fn guard(
        &mut self,
        id: ConnectionId,
        connection: &Connection,
        running: &mut Running,
        change: &ProductChange,
        now: Timestamp,
    ) -> Attempt {
        let product_id = change.product_id;
        let stands_in = |tables: &Tables| {
            let own = connection.transaction.as_ref().and_then(|it| it.position(product_id));
            let row = tables.products.get(&product_id);
            own.or(row.map(|row| row.position())) == Some(change.position_read)
        };
        let mut written = connection.writes().iter().skip(running.writes_before);
        let is_written = written
            .any(|write| matches!(write, Write::Product(other) if other.product_id == product_id));
        let mut attempt = Attempt::Skipped;
        if !is_written && stands_in(&running.snapshot) {
            attempt = self.have_row(id, running, product_id, now);
        }
        if matches!(attempt, Attempt::Done) && !stands_in(&self.committed) {
            attempt = Attempt::Skipped;
        }
        if matches!(attempt, Attempt::Skipped) {
            running.outcome = Outcome::Recorded(false);
        }
        attempt
    }

    /// Whether a bidder's row can be written: a new one, or over the one that is there.
    fn have_bidder(
        &self,
        connection: &Connection,
        running: &Running,
        change: &BidderChange,
    ) -> Attempt {
        let mut written = connection.writes().iter().skip(running.writes_before);
        let twice = written.any(|write| {
            matches!(write, Write::Bidder(other)
                if (other.product_id, other.user_id) == (change.product_id, change.user_id))
        });
        if twice { Attempt::Failed } else { self.have_key(connection, &Write::Bidder(*change)) }
    }

    /// Whether a row can be written as far as unique indexes go: beside what is committed, beside
    /// what the transaction itself has written, and beside what others are about to commit.
    fn have_key(&self, connection: &Connection, write: &Write) -> Attempt {
        let own = connection.transaction.iter().map(|transaction| &transaction.rows);
        let standing = || own.clone().chain([&self.committed]);
        let is_there = standing().any(|tables| tables.has_row_of(write));
        let has_rival = standing().any(|tables| tables.has_rival_of(write));
        let is_refused = match write {
            Write::Entry(_) => is_there || has_rival,
            // What is written over a bidder's row leaves his number alone.
            _ => has_rival && !is_there,
        };
        if is_refused {
            return Attempt::Failed;
        }
        let others = self.connections.values().filter_map(|other| other.transaction.as_ref());
        let mut rivals =
            others.filter(|it| it.rows.has_row_of(write) || it.rows.has_rival_of(write));
        if let Some(rival) = rivals.next() {
            return Attempt::Blocked(Blocker::Transaction(rival.id));
        }
        let is_settled = is_there && matches!(write, Write::Voided(..));
        if is_settled { Attempt::Skipped } else { Attempt::Done }
    }
}
