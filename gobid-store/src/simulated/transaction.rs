//! How transactions and connections begin and end.

use gobid_auction::{ProductId, Timestamp};

use super::connection::{Blocker, Connection, Transaction, Waiting};
use super::tables::Write;
use super::{ConnectionId, Outcome, SimulatedDatabase};
use crate::LockMode;

impl SimulatedDatabase {
    pub(super) fn new_transaction(&mut self, is_begun: bool) -> Transaction {
        self.last_transaction += 1;
        Transaction::new(self.last_transaction, is_begun)
    }

    /// Begins a transaction, unless there is one.
    pub(super) fn begin_transaction(&mut self, connection: &mut Connection, mode: LockMode) {
        if connection.transaction.is_none() {
            connection.transaction = Some(self.new_transaction(true));
        }
        if let Some(transaction) = &mut connection.transaction {
            transaction.set_lock_mode(mode);
        }
    }

    /// Makes what a transaction has written durable, if it has one and was refused nothing.
    pub(super) fn commit(&mut self, id: ConnectionId, connection: &mut Connection, now: Timestamp) {
        if let Some(transaction) = connection.transaction.take() {
            for write in &transaction.writes {
                self.committed.apply(write);
            }
            self.release(id, &transaction, &transaction.writes, now);
        }
    }

    pub(super) fn roll_back(
        &mut self,
        id: ConnectionId,
        connection: &mut Connection,
        now: Timestamp,
    ) {
        if let Some(transaction) = connection.transaction.take() {
            self.release(id, &transaction, &[], now);
        }
    }

    /// Refuses the statement that runs. Nothing is left of its transaction; one that was begun
    /// must still be ended.
    pub(super) fn refuse(&mut self, id: ConnectionId, connection: &mut Connection, now: Timestamp) {
        self.stop_waiting(id, connection, now);
        let ended = connection.transaction.as_ref().map(|it| (it.id, it.is_begun));
        self.roll_back(id, connection, now);
        if let Some((transaction, true)) = ended {
            connection.transaction =
                Some(Transaction { is_aborted: true, ..Transaction::new(transaction, true) });
        }
        self.finish(id, connection, Outcome::Refused, now);
    }

    /// A call is over.
    pub(super) fn finish(
        &mut self,
        id: ConnectionId,
        connection: &mut Connection,
        outcome: Outcome,
        now: Timestamp,
    ) {
        connection.running = None;
        connection.silent_since = now;
        if connection.client_is_gone {
            self.roll_back(id, connection, now);
        } else {
            self.outcomes.push((now, id, outcome));
        }
    }

    /// The database ends a connection: whoever waits for an outcome on it is told.
    pub(super) fn lose(&mut self, id: ConnectionId, now: Timestamp) {
        let connection = self.connections.get(&id);
        if connection.is_some_and(|it| it.running.is_some() && !it.client_is_gone) {
            self.outcomes.push((now, id, Outcome::Killed));
        }
        self.end_connection(id, now);
    }

    pub(super) fn end_connection(&mut self, id: ConnectionId, now: Timestamp) {
        if let Some(mut connection) = self.connections.remove(&id) {
            self.stop_waiting(id, &mut connection, now);
            self.roll_back(id, &mut connection, now);
        }
    }

    fn stop_waiting(&mut self, id: ConnectionId, connection: &mut Connection, now: Timestamp) {
        let waiting = connection.running.take().and_then(|running| running.waiting);
        if let Some(Waiting { on: Blocker::Row(product_id), .. }) = waiting {
            let was_first = self.locks.line(product_id).first() == Some(&id);
            self.locks.leave_line(product_id, id);
            if was_first {
                self.line_moved(product_id, now);
            }
        }
    }

    /// Frees what a transaction held, and wakes those who waited for it.
    fn release(
        &mut self,
        id: ConnectionId,
        transaction: &Transaction,
        committed: &[Write],
        now: Timestamp,
    ) {
        for product_id in self.locks.release(id) {
            let is_new = committed.iter().any(|write| write.changes_row_of(product_id));
            self.row_is_free(product_id, is_new, now);
        }
        let wakes_at = now.plus(self.options.wake_after);
        let others = self.connections.values_mut().filter_map(|other| other.waiting_mut());
        for waiting in others.filter(|it| it.on == Blocker::Transaction(transaction.id)) {
            waiting.wakes_at = Some(wakes_at);
        }
    }

    /// The first in line for a row that became free goes on. When the row is another one since, all
    /// in line turn to that, and their waits begin anew.
    fn row_is_free(&mut self, product_id: ProductId, is_new: bool, now: Timestamp) {
        let wakes_at = now.plus(self.options.wake_after);
        for (place, who) in self.locks.line(product_id).iter().enumerate() {
            let waiting = self.connections.get_mut(who).and_then(Connection::waiting_mut);
            let Some(waiting) = waiting else { continue };
            if is_new {
                *waiting = Waiting::new(waiting.on, wakes_at);
            }
            if place == 0 {
                waiting.wakes_at = Some(wakes_at);
            }
        }
    }

    /// Somebody is first in line who was not: now he waits for the holder.
    pub(super) fn line_moved(&mut self, product_id: ProductId, now: Timestamp) {
        let is_free = self.locks.is_free(product_id);
        let first = self.locks.line(product_id).first();
        let first = first.and_then(|first| self.connections.get_mut(first));
        if let Some(waiting) = first.and_then(Connection::waiting_mut) {
            *waiting = Waiting::new(waiting.on, now);
            waiting.wakes_at = is_free.then(|| now.plus(self.options.wake_after));
        }
    }
}
