//! What happens by itself: whoever waits goes on, or has waited too long.

use gobid_auction::Timestamp;

use super::connection::{
    Blocker, Connection, DEADLOCK_TIMEOUT, SILENCE_TIMEOUT, STATEMENT_TIMEOUT,
};
use super::{ConnectionId, SimulatedDatabase};

/// Something that will happen by itself. At one moment the kinds come in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event {
    pub(super) at: Timestamp,
    kind: Kind,
    connection: ConnectionId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// What a statement waited for is over.
    Wake,
    /// A statement looks whether it is in a deadlock.
    CheckForDeadlock,
    /// A statement has waited too long for a lock, or has taken too long.
    GiveUp,
    /// A transaction has been silent for too long.
    EndSilence,
}

impl SimulatedDatabase {
    /// Lets happen what happens until a moment; gives that moment, which is never before the last.
    pub(super) fn catch_up(&mut self, now: Timestamp) -> Timestamp {
        let now = self.now.map_or(now, |last| last.max(now));
        self.settle(now);
        self.now = Some(now);
        now
    }

    pub(super) fn settle(&mut self, until: Timestamp) {
        while let Some(event) = self.next_event().filter(|event| event.at <= until) {
            self.happen(event);
        }
    }

    pub(super) fn next_event(&self) -> Option<Event> {
        let events = self.connections.iter().flat_map(|(id, connection)| {
            let events = connection.events().into_iter().flatten();
            events.map(|(at, kind)| Event { at, kind, connection: *id })
        });
        events.min()
    }

    fn happen(&mut self, event: Event) {
        let Event { at, kind, connection } = event;
        match kind {
            Kind::Wake => self.resume(connection, at),
            Kind::CheckForDeadlock if self.is_in_deadlock(connection) => {
                self.give_up(connection, at);
            }
            Kind::CheckForDeadlock => {
                let waiting = self.connections.get_mut(&connection);
                if let Some(waiting) = waiting.and_then(Connection::waiting_mut) {
                    waiting.is_checked = true;
                }
            }
            Kind::GiveUp => self.give_up(connection, at),
            Kind::EndSilence => self.lose(connection, at),
        }
    }

    /// Whether who is waited for waits himself, and so on, until the first is waited for.
    fn is_in_deadlock(&self, first: ConnectionId) -> bool {
        let mut last = first;
        for _ in &self.connections {
            match self.blocker(last) {
                Some(next) if next == first => return true,
                Some(next) => last = next,
                None => return false,
            }
        }
        false
    }

    fn blocker(&self, who: ConnectionId) -> Option<ConnectionId> {
        let waiting = self.connections.get(&who)?.running.as_ref()?.waiting.as_ref()?;
        if waiting.wakes_at.is_some() {
            return None;
        }
        match waiting.on {
            Blocker::Row(product_id) => self.locks.blocker(product_id, who),
            Blocker::Transaction(transaction) => {
                let holds = |it: &Connection| it.transaction.as_ref().map(|it| it.id);
                let mut all = self.connections.iter();
                all.find(|(_, it)| holds(it) == Some(transaction)).map(|(id, _)| *id)
            }
        }
    }
}

impl Connection {
    /// What will happen on a connection by itself, as things stand.
    fn events(&self) -> [Option<(Timestamp, Kind)>; 3] {
        let Some(running) = &self.running else {
            let is_in_transaction = self.transaction.is_some();
            let ends = self.silent_since.plus(SILENCE_TIMEOUT);
            return [is_in_transaction.then_some((ends, Kind::EndSilence)), None, None];
        };
        let ends = Some((running.started.plus(STATEMENT_TIMEOUT), Kind::GiveUp));
        let Some(waiting) = &running.waiting else { return [ends, None, None] };
        if let Some(wakes_at) = waiting.wakes_at {
            return [Some((wakes_at, Kind::Wake)), ends, None];
        }
        let checks = (waiting.since.plus(DEADLOCK_TIMEOUT), Kind::CheckForDeadlock);
        let lock_timeout = self.transaction.as_ref().map(|it| it.lock_timeout);
        let gives_up = lock_timeout.map(|timeout| (waiting.since.plus(timeout), Kind::GiveUp));
        [(!waiting.is_checked).then_some(checks), gives_up, ends]
    }
}
