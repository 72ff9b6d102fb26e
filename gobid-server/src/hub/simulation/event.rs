//! What happens when: everything that is on its way, to a server, the database or a client.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use gobid_auction::{ProductId, Timestamp};
use gobid_store::simulated::{ConnectionId, Statement};

use super::client::CopyId;
use super::fault::Fault;
use super::feed::{FeedId, Shown};
use super::link::Reply;
use super::read::{Got, Query, Reader};
use crate::hub::answer::Answer;
use crate::hub::room::Resume;

/// A process of a server: one that was started again is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Process {
    pub(super) server: usize,
    pub(super) life: u32,
}

/// Something that happens.
#[derive(Debug)]
pub(super) enum Event {
    /// In a server's process. It is lost with the process, and waits while that stands still.
    Server(Process, Task),
    /// A lane's statement reaches the database.
    Statement(ConnectionId, Statement),
    /// A lane asks for a connection.
    Connect(Process, Call),
    /// The database learns that a connection's client is gone.
    HangUp(ConnectionId),
    /// A statement that needs no lane's connection reaches the database.
    Query(Process, Query, Reader),
    /// A client sends a request, for the first time or again.
    Send(usize),
    /// A client learns what became of a copy; `None` when all that is known is that the line broke.
    Told(CopyId, Option<Answer>),
    /// A client gives up waiting for the answer to a copy.
    GiveUp(CopyId),
    /// A person does something.
    Act(usize),
    /// A feed's client connects.
    Join(FeedId),
    /// A frame reaches a feed's client, on its connection of this number.
    Frame(FeedId, u32, Shown),
    /// A feed's client learns that its connection is gone.
    FeedLost(FeedId, u32),
    /// A person's session ends in the database, and then the person learns it.
    LoggingOut(usize),
    /// A person logs in again.
    LogIn(usize),
    /// Something goes wrong.
    Fault(Fault),
    /// Nothing goes wrong any more.
    Calm,
    /// It is looked whether everything is done.
    Look,
}

/// A step of a lane that the database was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) lane: usize,
    /// Its number within the lane.
    pub(super) number: u64,
}

/// What a server's process does.
#[derive(Debug)]
pub(super) enum Task {
    /// A lane looks whether there is something to do.
    WakeLane(usize),
    /// A lane is told what came of a step.
    Stepped(Call, Reply),
    /// The frame or body of a command has been read.
    Arrive(CopyId),
    /// The command goes into its lane.
    Submit(CopyId),
    /// The closer looks what is due.
    WakeCloser,
    /// The closer begins a sweep.
    Sweep,
    /// The database's clock is asked.
    Sample,
    /// The rooms are compared with the store.
    CheckPositions,
    /// A room hears how far its log has come.
    Hint(ProductId, i64),
    /// A room looks whether there is something to do.
    WakeRoom(ProductId),
    /// What a query brought; `None` when it failed.
    Got(Reader, Option<Got>),
    /// A feed's client wants to come in, on its connection of this number.
    LetIn(FeedId, u32, Option<Resume>),
    /// A slow socket takes another frame.
    Drain(FeedId),
    /// A feed's client is gone.
    Leave(FeedId, u32),
    /// A product was created on this server.
    Created(ProductId),
}

/// What is to happen, soonest first; of the same moment in the order in which it was noted.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Noted>,
    count: u64,
}

#[derive(Debug)]
struct Noted {
    at: Timestamp,
    place: u64,
    event: Event,
}

impl Agenda {
    pub(super) fn add(&mut self, at: Timestamp, event: Event) {
        self.count += 1;
        self.heap.push(Noted { at, place: self.count, event });
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.heap.peek().map(|noted| noted.at)
    }

    pub(super) fn take(&mut self) -> Option<Event> {
        self.heap.pop().map(|noted| noted.event)
    }
}

impl Ord for Noted {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.place).cmp(&(self.at, self.place))
    }
}

impl PartialOrd for Noted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Noted {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl Eq for Noted {}
