//! What servers read without a lane: each statement sees what is committed when it reaches the
//! database.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use gobid_auction::{EntryId, ProductId, Timestamp, UserId};
use gobid_store::simulated::SimulatedDatabase;
use gobid_store::{BidderRow, Due, History, LogEnd, Product, StoreError, StoredEvent};

use super::client::CopyId;
use super::event::{Event, Process, Task};
use super::feed::FeedId;
use super::trace::note;
use super::world::World;
use crate::clock::Moment;
use crate::hub::closer::Page;
use crate::hub::room::{Fetched, Source, Wanted, fetch};

/// A statement.
#[derive(Clone, Debug)]
pub(super) enum Query {
    Clock,
    Due(Page),
    Positions(Vec<ProductId>),
    History(ProductId, i64),
    Bidder(ProductId, UserId),
    Room(ProductId, RoomQuery),
}

/// A statement of a room.
#[derive(Clone, Debug)]
pub(super) enum RoomQuery {
    Product,
    Events { after: i64, limit: i64 },
    BidEvents { from: Option<i64>, limit: i64 },
    Voided(Vec<EntryId>),
    Parts { after: i64, users: Vec<UserId> },
}

/// Whoever asked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reader {
    Sampler { asked: Moment },
    Closer,
    Positions,
    History(CopyId),
    Introducer(FeedId, u32),
    Room(ProductId),
}

/// What a statement brought.
#[derive(Debug)]
pub(super) enum Got {
    Clock(Timestamp),
    Due(Vec<Due>),
    Positions(Vec<LogEnd>),
    History(History),
    Bidder(Option<BidderRow>),
    Room(RoomGot),
}

/// What a statement of a room brought.
#[derive(Debug)]
pub(super) enum RoomGot {
    Product(Option<Box<Product>>),
    Events(Vec<StoredEvent>),
    Voided(HashSet<EntryId>),
    Parts(Vec<(UserId, BidderRow)>),
}

/// How many entries of a log are read at a time for a void: so few that there are several pages.
const HISTORY_PAGE: i64 = 7;

impl World {
    /// A process sends a statement.
    pub(super) fn ask(&mut self, process: Process, query: Query, reader: Reader) {
        let there = self.database_delay();
        self.later(there, Event::Query(process, query, reader));
    }

    /// A statement has reached the database.
    pub(super) fn answer_query(&mut self, process: Process, query: &Query, reader: Reader) {
        let fails = self.is_database_down() || self.fails(self.plan.rates.read_fails);
        let got = if fails { None } else { evaluate(&self.database, self.now, query) };
        if got.is_none() {
            note!(self, "a read of server {} fails: {reader:?}", process.server);
        }
        // A room that waits for long misses much, and the store goes on between its statements.
        let is_slow = matches!(reader, Reader::Room(_)) && !self.is_calm && self.random.one_in(30);
        let held_up = if is_slow { self.random.millis(50, 900) } else { Duration::ZERO };
        let back = self.database_delay() + held_up;
        self.later(back, Event::Server(process, Task::Got(reader, got)));
    }
}

fn evaluate(database: &SimulatedDatabase, now: Timestamp, query: &Query) -> Option<Got> {
    Some(match query {
        Query::Clock => Got::Clock(database.clock(now)),
        Query::Due(page) => Got::Due(database.due_products(page.until, page.after, page.limit)),
        Query::Positions(products) => Got::Positions(database.positions(products)),
        Query::History(id, after) => {
            Got::History(database.history(*id, *after, HISTORY_PAGE).ok()?)
        }
        Query::Bidder(id, user_id) => Got::Bidder(database.bidder(*id, *user_id)),
        Query::Room(id, query) => Got::Room(evaluate_room(database, *id, query)?),
    })
}

fn evaluate_room(
    database: &SimulatedDatabase,
    id: ProductId,
    query: &RoomQuery,
) -> Option<RoomGot> {
    Some(match query {
        RoomQuery::Product => RoomGot::Product(database.product(id).map(Box::new)),
        RoomQuery::Events { after, limit } => {
            RoomGot::Events(database.events(id, *after, *limit).ok()?)
        }
        RoomQuery::BidEvents { from, limit } => {
            RoomGot::Events(database.bid_events(id, *from, *limit).ok()?)
        }
        RoomQuery::Voided(bids) => RoomGot::Voided(database.voided_among(id, bids)),
        RoomQuery::Parts { after, users } => {
            RoomGot::Parts(database.parts_since(id, *after, users))
        }
    })
}

/// A room's reading of the store, statement by statement.
pub(super) struct Reading {
    /// How far the room had come; `None` when it knew nothing.
    pub(super) known: Option<i64>,
    future: Pin<Box<dyn Future<Output = Result<Fetched, StoreError>>>>,
    line: Rc<Line>,
}

/// What the reading asks, and what it is told.
#[derive(Default)]
struct Line {
    asked: Cell<Option<RoomQuery>>,
    /// Nothing yet, or what a statement brought, if it did not fail.
    told: RefCell<Option<Result<RoomGot, StoreError>>>,
}

/// How far a reading has come.
pub(super) enum Progress {
    Asks(RoomQuery),
    /// It is through; `None` when a statement failed.
    Through(Option<Box<Fetched>>),
}

impl Reading {
    pub(super) fn new(wanted: Wanted) -> Self {
        let line = Rc::new(Line::default());
        let source = Rc::clone(&line);
        let known = wanted.known.as_ref().map(|known| known.position);
        Self { known, future: Box::pin(async move { fetch(&*source, &wanted).await }), line }
    }

    /// Tells it what its statement brought.
    pub(super) fn tell(&self, got: Option<RoomGot>) {
        self.line.told.replace(Some(got.ok_or(StoreError::TimedOut)));
    }

    pub(super) fn go_on(&mut self) -> Progress {
        match self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(fetched) => Progress::Through(fetched.ok().map(Box::new)),
            Poll::Pending => Progress::Asks(self.line.asked.take().unwrap()),
        }
    }
}

impl Line {
    async fn ask(&self, query: RoomQuery) -> Result<RoomGot, StoreError> {
        self.asked.set(Some(query));
        let told = poll_fn(|_context| match self.told.take() {
            Some(got) => Poll::Ready(got),
            None => Poll::Pending,
        });
        told.await
    }
}

/// Gives what one kind of statement brings.
macro_rules! ask {
    ($line:expr, $query:expr, $kind:ident) => {
        match $line.ask($query).await? {
            RoomGot::$kind(got) => Ok(got),
            other => panic!("{other:?}"),
        }
    };
}

impl Source for Line {
    async fn product(&self, _id: ProductId) -> Result<Option<Product>, StoreError> {
        let found: Result<_, StoreError> = ask!(self, RoomQuery::Product, Product);
        Ok(found?.map(|product| *product))
    }

    async fn events(
        &self,
        _id: ProductId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        ask!(self, RoomQuery::Events { after, limit }, Events)
    }

    async fn bid_events(
        &self,
        _id: ProductId,
        from: Option<i64>,
        limit: i64,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        ask!(self, RoomQuery::BidEvents { from, limit }, Events)
    }

    async fn voided_among(
        &self,
        _id: ProductId,
        bids: &[EntryId],
    ) -> Result<HashSet<EntryId>, StoreError> {
        ask!(self, RoomQuery::Voided(bids.to_vec()), Voided)
    }

    async fn parts_since(
        &self,
        _id: ProductId,
        after: i64,
        users: &[UserId],
    ) -> Result<Vec<(UserId, BidderRow)>, StoreError> {
        ask!(self, RoomQuery::Parts { after, users: users.to_vec() }, Parts)
    }
}
