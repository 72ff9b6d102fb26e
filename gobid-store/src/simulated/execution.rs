//! How a statement runs: part by part, until it is over or has to wait.

use std::collections::{BTreeSet, VecDeque};
use std::mem;

use gobid_auction::{ProductId, Timestamp};

use super::connection::{Blocker, Connection, Operation, Running, Waiting, statements};
use super::operation::Attempt;
use super::tables::Tables;
use super::{ConnectionId, Outcome, SimulatedDatabase, Statement};
use crate::{LockMode, Locked};

impl SimulatedDatabase {
    /// Begins a call, and goes on with it as far as it gets.
    pub(super) fn run(&mut self, id: ConnectionId, statement: Statement, now: Timestamp) {
        let Some(mut connection) = self.connections.remove(&id) else { return };
        let is_aborted = connection.transaction.as_ref().is_some_and(|it| it.is_aborted);
        let outcome = match statement {
            Statement::Commit => {
                self.commit(id, &mut connection, now);
                Some(Outcome::Committed)
            }
            Statement::Rollback => {
                self.roll_back(id, &mut connection, now);
                Some(Outcome::RolledBack)
            }
            _ if is_aborted => Some(Outcome::Refused),
            Statement::Read(lookups, at) => {
                let tables = self.view(&mut connection);
                let found = lookups.iter().map(|lookup| tables.found(lookup, at));
                // A row that is not what it must be is noticed by the client, not by the database.
                let found: Result<_, _> = found.collect();
                Some(found.map_or_else(|_| Outcome::Refused, Outcome::Read))
            }
            Statement::EntriesAbove(positions) => {
                Some(Outcome::Entries(self.view(&mut connection).entries_above(&positions)))
            }
            Statement::Lock(products, mode) => {
                self.begin_transaction(&mut connection, mode);
                self.run_all(id, &mut connection, locking(&products, mode), now);
                None
            }
            Statement::Record(batch) => {
                let writing = Running::new(statements(&batch), Outcome::Recorded(true));
                self.run_all(id, &mut connection, writing, now);
                None
            }
        };
        if let Some(outcome) = outcome {
            self.finish(id, &mut connection, outcome, now);
        }
        self.put_back(id, connection);
    }

    /// Goes on with what waited on a connection.
    pub(super) fn resume(&mut self, id: ConnectionId, now: Timestamp) {
        let Some(mut connection) = self.connections.remove(&id) else { return };
        if let Some(running) = &mut connection.running {
            running.waiting = None;
        }
        self.go_on(id, &mut connection, now);
        self.put_back(id, connection);
    }

    /// Refuses what waits on a connection.
    pub(super) fn give_up(&mut self, id: ConnectionId, now: Timestamp) {
        let Some(mut connection) = self.connections.remove(&id) else { return };
        self.refuse(id, &mut connection, now);
        self.put_back(id, connection);
    }

    /// A connection that nobody is at any more ends with its statement.
    fn put_back(&mut self, id: ConnectionId, connection: Connection) {
        if connection.running.is_some() || !connection.client_is_gone {
            self.connections.insert(id, connection);
        }
    }

    /// What a statement sees that begins now.
    fn view(&self, connection: &mut Connection) -> Tables {
        let as_of = connection.transaction.as_mut().and_then(|it| it.read_as_of.take());
        as_of.as_ref().unwrap_or(&self.committed).with(connection.writes())
    }

    fn run_all(
        &mut self,
        id: ConnectionId,
        connection: &mut Connection,
        running: Running,
        now: Timestamp,
    ) {
        connection.running = Some(running);
        self.begin_statement(connection, now);
        self.go_on(id, connection, now);
    }

    fn begin_statement(&mut self, connection: &mut Connection, now: Timestamp) {
        if connection.transaction.is_none() {
            connection.transaction = Some(self.new_transaction(false));
        }
        let writes_before = connection.writes().len();
        if let Some(running) = &mut connection.running {
            running.snapshot = self.committed.clone();
            running.started = now;
            running.writes_before = writes_before;
        }
    }

    /// Ends a statement: outside of a transaction it is one by itself.
    fn end_statement(
        &mut self,
        id: ConnectionId,
        connection: &mut Connection,
        mut running: Running,
        now: Timestamp,
    ) {
        if self.options.lock_and_read_in_one
            && matches!(running.outcome, Outcome::Locked(_))
            && let Some(transaction) = &mut connection.transaction
        {
            transaction.read_as_of = Some(mem::take(&mut running.snapshot));
        }
        if connection.transaction.as_ref().is_some_and(|it| !it.is_begun) {
            self.commit(id, connection, now);
        }
        let goes_on = !running.statements.is_empty();
        connection.running = Some(running);
        if goes_on {
            self.begin_statement(connection, now);
        }
    }

    fn go_on(&mut self, id: ConnectionId, connection: &mut Connection, now: Timestamp) {
        while let Some(mut running) = connection.running.take() {
            let Some(statement) = running.statements.front() else {
                self.finish(id, connection, running.outcome, now);
                return;
            };
            let Some(operation) = statement.front().cloned() else {
                running.statements.pop_front();
                self.end_statement(id, connection, running, now);
                continue;
            };
            let attempt = self.attempt(id, connection, &mut running, &operation, now);
            if matches!(attempt, Attempt::Done | Attempt::Skipped) {
                running.statements.front_mut().map(VecDeque::pop_front);
            }
            connection.running = Some(running);
            match attempt {
                Attempt::Done | Attempt::Skipped => {}
                Attempt::Blocked(on) => return self.wait(id, connection, on, now),
                Attempt::Failed => return self.refuse(id, connection, now),
            }
        }
    }

    fn wait(&mut self, id: ConnectionId, connection: &mut Connection, on: Blocker, now: Timestamp) {
        if let Blocker::Row(product_id) = on {
            self.locks.join_line(product_id, id);
        }
        if let Some(running) = &mut connection.running {
            running.waiting = Some(Waiting::new(on, now));
        }
    }
}

fn locking(products: &[ProductId], mode: LockMode) -> Running {
    let may_skip = mode == LockMode::SkipLocked;
    let products: BTreeSet<_> = products.iter().copied().collect();
    let locks = products.into_iter().map(|product_id| Operation::Lock { product_id, may_skip });
    let locked = Locked { auctions: Vec::new(), clock: None };
    Running::new([locks.collect()], Outcome::Locked(locked))
}
