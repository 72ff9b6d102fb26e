//! A lane: the one place where the products that fall to it are changed, one batch at a time.

mod admission;
mod bench;
mod core;
mod deputy;
mod desk;
mod driver;
mod judge;
mod judged;
mod phase;
mod plan;
mod queue;
mod step;
mod teller;

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use gobid_store::Database;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use admission::Admission;
pub(crate) use admission::Place;
pub(crate) use core::Core;
use deputy::Deputy;
use desk::{Desk, Papers, Steps};
use driver::Driver;
pub(crate) use judged::{Announced, Announcement};
#[cfg(test)]
pub(crate) use queue::Queued;
pub(crate) use queue::{OrderTask, Task};
#[cfg(test)]
pub(crate) use step::{Done, Output, Step};
use teller::Teller;

use super::answer::Answer;
use super::closer::Closer;
use super::counters::Counters;
use super::prices::Prices;
use super::rooms::Rooms;
use super::tickets::{Ticket, Tickets};
use crate::clock::Clock;
use crate::shutdown::Tasks;
use crate::thread::Waits;

/// How many bids wait for a lane at most, however fast it is.
const QUEUE: usize = 4096;
/// How many openings and closings wait; the sweep brings back what did not find a place.
const HOUSE_QUEUE: usize = 256;

/// The way into a lane.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    bids: mpsc::Sender<Submission>,
    house: mpsc::Sender<Submission>,
    admission: Admission,
}

/// A command on its way to a lane.
#[derive(Debug)]
pub(crate) struct Submission {
    /// When it was received, and for which product.
    pub(crate) ticket: Ticket,
    /// What is to be done.
    pub(crate) task: Task,
    /// Who waits for the answer.
    pub(crate) reply: Reply,
}

/// Who waits for the answer to a command. Answering never waits, and never fails.
pub(crate) enum Reply {
    /// A request.
    Request(oneshot::Sender<Answer>),
    /// A socket: whatever puts the answer into the place that is reserved for it.
    Socket(Box<dyn FnOnce(Answer, AnsweredBy) + Send>),
    /// The house needs no answer.
    Nobody,
}

/// Who writes an answer to its socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnsweredBy {
    /// Whoever tells it, who has nothing else to do: it saves whoever waits the time in which the
    /// socket's task would wake.
    Teller,
    /// The socket's task.
    Socket,
}

/// What the lanes of a hub share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) database: Database,
    pub(crate) clock: Clock,
    pub(crate) tickets: Arc<Tickets>,
    pub(crate) rooms: Arc<Rooms>,
    pub(crate) closer: Closer,
    pub(crate) counters: Arc<Counters>,
    pub(crate) prices: Arc<Prices>,
    /// The commands that are under way, in all lanes together.
    pub(crate) under_way: Arc<AtomicUsize>,
}

impl Reply {
    /// Answers.
    pub(crate) fn send(self, answer: Answer, by: AnsweredBy) {
        match self {
            // Whoever has gone does not want the answer any more.
            Self::Request(waiting) => drop(waiting.send(answer)),
            Self::Socket(send) => send(answer, by),
            Self::Nobody => {}
        }
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Request(_) => "Request",
            Self::Socket(_) => "Socket",
            Self::Nobody => "Nobody",
        })
    }
}

impl Lane {
    /// Starts a lane, on a thread of its own, and on SQLite another one for its deputy; it ends when its
    /// work is done after the stop has begun.
    pub(crate) fn start(shared: Shared, tasks: &Tasks) -> io::Result<Self> {
        let (bids, bids_taken) = mpsc::channel(QUEUE);
        let (house, house_taken) = mpsc::channel(HOUSE_QUEUE);
        let Shared { database, clock, tickets, rooms, closer, counters, prices, under_way } =
            shared;
        let admission = Admission::new(under_way);
        let stop = tasks.token().clone();
        let desk = Arc::new(Desk::new(Papers {
            core: Core::default(),
            bids: bids_taken,
            house: house_taken,
            clock: clock.clone(),
            tickets,
            teller: Teller::new(clock.clone(), rooms, closer, Arc::clone(&counters), prices),
            counters,
            admission: admission.clone(),
            stop: stop.clone(),
            steps: Steps::default(),
        }));
        let waits = match database {
            Database::Postgres(_) => Waits::ForSockets,
            Database::Sqlite(_) => {
                let deputy = Deputy { desk: Arc::clone(&desk), clock: clock.clone() };
                tasks.spawn_thread("gobid-deputy", Waits::ForTime, deputy.run())?;
                Waits::ForTime
            }
        };
        let driver = Driver { desk, database, clock, stop };
        tasks.spawn_thread("gobid-lane", waits, driver.run())?;
        Ok(Self { bids, house, admission })
    }

    /// Whether the lane's task is there to take commands.
    pub(crate) fn is_alive(&self) -> bool {
        !self.bids.is_closed()
    }

    /// A place for a command, before anything else is done with it; `None` when those before it
    /// already keep the lane busy for a while.
    pub(crate) fn place(&self) -> Option<Place> {
        self.admission.place()
    }

    /// Puts a bid into the lane; when there is no place, it is answered at once.
    pub(crate) fn submit(&self, submission: Submission) {
        if let Err(TrySendError::Full(lost) | TrySendError::Closed(lost)) =
            self.bids.try_send(submission)
        {
            let answer = Answer::not_recorded(lost.ticket.stamp.received_at);
            lost.reply.send(answer, AnsweredBy::Socket);
        }
    }

    /// Puts an opening or a closing into the lane, if there is a place.
    pub(crate) fn submit_house(&self, submission: Submission) {
        // The sweep brings back what found no place.
        let _ = self.house.try_send(submission);
    }
}
