//! The live bid hub: from the stamp of a bid to its answer and to every watcher's screen.
//!
//! stamp → lane → lock → read → judge → record → announce. What is a bid's way is told in
//! `ARCHITECTURE.md`; each stop is a file here.

mod answer;
mod closer;
mod counters;
mod lane;
mod outbox;
mod prices;
mod record;
mod rights;
mod room;
mod rooms;
#[cfg(test)]
mod simulation;
mod sockets;
mod tickets;

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use gobid_auction::{Auction, Order, ProductId, UserId};
use gobid_store::{Database, History, SessionKey, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::warn;

use crate::clock::Clock;
use crate::shutdown::Tasks;
pub(crate) use answer::{Answer, Caller, PlaceBid, Refusal};
use closer::Closer;
use counters::Counters;
pub(crate) use lane::AnsweredBy;
use lane::{Lane, OrderTask, Reply, Shared, Submission, Task};
pub(crate) use outbox::{AnswerPlace, Delivery, Ending, Outbox, Outgoing, ReaderEnd, Wire};
use prices::Prices;
pub(crate) use record::first_entry;
pub(crate) use rights::{ON_BEHALF, Rights};
pub(crate) use room::{Frame, JoinError, Joined, Member, Resume};
use rooms::Rooms;
use sockets::Sockets;
pub(crate) use sockets::{Full, OpenSocket, Place};
pub(crate) use tickets::Ticket;
use tickets::Tickets;

/// How often the database's clock is asked.
const SAMPLE_EVERY: Duration = Duration::from_secs(1);
/// How often it is asked at the start.
const FIRST_SAMPLES: usize = 8;
/// How many closes wait to be tried again, once no ticket holds them back.
const RELEASED: usize = 1024;
/// How many entries of a log are read at a time for a void.
const HISTORY_PAGE: i64 = 2000;
/// How many commands may be under way in all.
const MOST_TICKETS: usize = 32_768;

/// The hub; every clone is the same one.
#[derive(Clone, Debug)]
pub(crate) struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    database: Database,
    clock: Clock,
    lanes: Vec<Lane>,
    tickets: Arc<Tickets>,
    rooms: Arc<Rooms>,
    sockets: Arc<Sockets>,
    closer: Closer,
    counters: Arc<Counters>,
}

/// What a hub is started with.
#[derive(Clone, Debug)]
pub(crate) struct HubConfig {
    /// The epoch of the database, which every resume names.
    pub(crate) epoch: String,
    /// The most sockets in all.
    pub(crate) max_sockets: usize,
    /// The most sockets of one user.
    pub(crate) max_sockets_per_user: usize,
}

impl Hub {
    /// The clock of a database, measured before anything is dated by it. On a slow line no sample
    /// may be good enough: then the server starts, and is not ready until one is.
    pub(crate) async fn clock_of(database: &Database) -> Result<Clock, StoreError> {
        let clock = match database {
            Database::Postgres(_) => Clock::of_database(),
            Database::Sqlite(_) => Clock::system(),
        };
        for _ in 0..FIRST_SAMPLES {
            sample(database, &clock).await?;
        }
        Ok(clock)
    }

    /// Starts the hub's tasks; it fails when a lane's thread cannot be started.
    pub(crate) fn start(
        config: &HubConfig,
        database: Database,
        clock: Clock,
        tasks: &Tasks,
    ) -> io::Result<Self> {
        let (released, released_taken) = mpsc::channel(RELEASED);
        let tickets = Tickets::new(clock.clone(), MOST_TICKETS, released);
        let rooms =
            Rooms::new(database.clone(), clock.clone(), config.epoch.clone(), tasks.clone());
        let (closer, notes) = Closer::new();
        let counters = Arc::new(Counters::default());
        let prices = Arc::new(Prices::default());
        prices.start(&database, tasks);
        let shared = Shared {
            database: database.clone(),
            clock: clock.clone(),
            tickets: Arc::clone(&tickets),
            rooms: Arc::clone(&rooms),
            closer: closer.clone(),
            counters: Arc::clone(&counters),
            prices: Arc::clone(&prices),
            under_way: Arc::default(),
        };
        let lanes: Vec<_> = (0..database.lanes())
            .map(|_| Lane::start(shared.clone(), tasks))
            .collect::<io::Result<_>>()?;
        let closer_needs = (database.clone(), clock.clone(), Arc::clone(&tickets));
        closer.start(notes, released_taken, closer_needs, lanes.clone(), tasks);
        let sockets = Sockets::new(config.max_sockets, config.max_sockets_per_user);
        until_stop(tasks, Arc::clone(&rooms).check_positions());
        until_stop(tasks, Arc::clone(&sockets).watch_sessions(database.clone(), clock.clone()));
        tasks.spawn(Arc::clone(&sockets).end_all_at(tasks.token().clone()));
        until_stop(tasks, sample_for_ever(database.clone(), clock.clone()));
        let inner = Inner { database, clock, lanes, tickets, rooms, sockets, closer, counters };
        Ok(Self(Arc::new(inner)))
    }

    /// Stamps a bid: to be called when all of it has been read, before anything is looked up.
    /// When more is under way than its lane gets done in a moment, the answer says that it was not
    /// recorded.
    pub(crate) fn stamp(&self, product_id: ProductId) -> Result<Ticket, Box<Answer>> {
        let place = self.lane(product_id).and_then(Lane::place);
        if place.is_none() {
            self.0.counters.refused_full.fetch_add(1, Relaxed);
        }
        let ticket =
            place.and_then(|place| Some(self.0.tickets.stamp(product_id)?.with_place(place)));
        ticket.ok_or_else(|| Box::new(Answer::not_recorded(self.0.clock.now())))
    }

    /// Places a bid, and waits for the answer.
    pub(crate) async fn place(&self, ticket: Ticket, caller: Caller, bid: PlaceBid) -> Answer {
        let received_at = ticket.stamp.received_at;
        let (reply, answer) = oneshot::channel();
        self.submit(ticket, Task::Bid(caller, bid), Reply::Request(reply));
        // A lane answers whatever it takes; what it dropped it has not judged.
        answer.await.unwrap_or(Answer::not_recorded(received_at))
    }

    /// Places a bid, whose answer is given to `reply`. That must not wait.
    pub(crate) fn place_then(
        &self,
        ticket: Ticket,
        caller: Caller,
        bid: PlaceBid,
        reply: impl FnOnce(Answer, AnsweredBy) + Send + 'static,
    ) {
        self.submit(ticket, Task::Bid(caller, bid), Reply::Socket(Box::new(reply)));
    }

    /// Carries out what a seller or an admin orders, and waits for the answer.
    pub(crate) async fn order(&self, mut ticket: Ticket, caller: Caller, order: Order) -> Answer {
        let received_at = ticket.stamp.received_at;
        let history = match &order {
            Order::Void { .. } => match self.history(&ticket).await {
                Ok(history) => {
                    ticket.enter();
                    history
                }
                Err(error) => {
                    warn!(%error, "the log for a void could not be read");
                    return Answer::not_recorded(received_at);
                }
            },
            _ => History::default(),
        };
        let (reply, answer) = oneshot::channel();
        let task = Task::Order(caller, Arc::new(OrderTask { order, history }));
        self.submit(ticket, task, Reply::Request(reply));
        answer.await.unwrap_or(Answer::not_recorded(received_at))
    }

    /// The log for a void, a page at a time and outside the lane, which reads what came since under
    /// the lock. Meanwhile the void holds back no close.
    async fn history(&self, ticket: &Ticket) -> Result<History, StoreError> {
        ticket.hold_nothing_back();
        let mut history = History::default();
        loop {
            let after = history.until;
            let page = self.0.database.history(ticket.product_id, after, HISTORY_PAGE).await?;
            if page.until == after {
                return Ok(history);
            }
            history.append(page);
        }
    }

    fn submit(&self, ticket: Ticket, task: Task, reply: Reply) {
        if let Some(lane) = self.lane(ticket.product_id) {
            lane.submit(Submission { ticket, task, reply });
        }
    }

    fn lane(&self, product_id: ProductId) -> Option<&Lane> {
        self.0.lanes.get(lane_of(product_id, self.0.lanes.len()))
    }

    /// Lets a watcher into the room of a product. The first frame comes before the place is given;
    /// one who is logged in is told how he stands.
    pub(crate) async fn join(
        &self,
        product_id: ProductId,
        member: Option<Member>,
        resume: Option<Resume>,
        outbox: &Outbox,
    ) -> Result<Joined, JoinError> {
        let user_id = member.as_ref().map(|member| member.user_id);
        let joined = self.0.rooms.join(product_id, member, resume, outbox.room_end()).await?;
        if let Some(user_id) = user_id {
            let bidder = self.0.database.bidder(product_id, user_id).await;
            joined
                .introduce(bidder.map_err(|error| {
                    warn!(%error, "a watcher's part could not be read");
                    JoinError::Busy
                })?)
                .await;
        }
        Ok(joined)
    }

    /// Takes a place for a socket.
    pub(crate) fn open_socket(
        &self,
        caller: Option<(Caller, OpenSocket)>,
        outbox: &Outbox,
    ) -> Result<Place, Full> {
        self.0.sockets.open(caller, outbox.ender())
    }

    /// The sockets of a user that are open on this server, by their sessions, oldest first.
    pub(crate) fn sockets_of(&self, user_id: UserId) -> Vec<(SessionKey, OpenSocket)> {
        self.0.sockets.of(user_id)
    }

    /// A user was suspended: his sockets on this server close at once.
    pub(crate) fn user_suspended(&self, user_id: UserId) {
        self.0.sockets.end_user(user_id);
    }

    /// A session of a user has ended: its sockets on this server close at once.
    pub(crate) fn session_ended(&self, user_id: UserId, key: SessionKey) {
        self.0.sockets.end_session(user_id, key);
    }

    /// A session is about to end, since its user puts another in its place: its sockets on this
    /// server close once he knows that one.
    pub(crate) fn session_replaced(&self, key: SessionKey) {
        self.0.sockets.spare(key, self.0.clock.moment());
    }

    /// A product was created: its opening or closing may be due soon.
    pub(crate) fn product_created(&self, auction: &Auction) {
        self.0.closer.changed(auction.terms.product_id, auction);
    }

    /// Whether bids and closes can be judged: the clock is fresh, every lane takes commands, and the
    /// closer makes progress.
    pub(crate) fn is_ready(&self) -> bool {
        let closer_is_alive = self.0.closer.is_alive(self.0.clock.now());
        self.0.clock.is_fresh() && self.0.lanes.iter().all(Lane::is_alive) && closer_is_alive
    }

    /// Logs what the hub counted.
    pub(crate) fn log_counters(&self) {
        self.0.counters.log();
    }
}

/// Which of so many lanes a product falls to.
fn lane_of(product_id: ProductId, lanes: usize) -> usize {
    // The low bits of a version 7 id are random.
    let (_, low) = product_id.as_u64_pair();
    usize::try_from(low).map_or(0, |low| low.checked_rem(lanes).unwrap_or(0))
}

/// Runs a task until the stop begins.
fn until_stop(tasks: &Tasks, task: impl Future<Output = ()> + Send + 'static) {
    let stop = tasks.token().clone();
    tasks.spawn(async move { stop.run_until_cancelled(task).await });
}

async fn sample_for_ever(database: Database, clock: Clock) {
    let mut ticks = interval(SAMPLE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // One that takes longer would not count, and the next one may have another connection.
        match timeout(SAMPLE_EVERY, sample(&database, &clock)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!(%error, "the database's clock could not be read"),
            Err(_elapsed) => warn!("the database's clock was not read in time"),
        }
    }
}

async fn sample(database: &Database, clock: &Clock) -> Result<(), StoreError> {
    let asked = clock.moment();
    if let Some(time) = database.clock().await? {
        clock.sample(asked, clock.moment(), gobid_auction::Timestamp::from_micros(time));
    }
    Ok(())
}
