//! The script on the simulated database.

use std::collections::BTreeMap;
use std::time::Duration;

use gobid_auction::{Auction, ProductId, Timestamp, UserId};
use gobid_store::simulated::{ConnectionId, Options, Outcome, SimulatedDatabase, Statement};
use gobid_store::{LockMode, Lookup, SessionKey};

use super::scene::Scene;
use super::side::{Committed, InOne, Lane, Query, Side};
use crate::store::at;

/// How much time passes with each thing that the script does.
const STEP: Duration = Duration::from_millis(1);

pub(super) struct Simulated {
    database: SimulatedDatabase,
    lanes: BTreeMap<Lane, ConnectionId>,
    outcomes: Vec<(ConnectionId, Outcome)>,
    in_one: BTreeMap<Lane, Lookup>,
    now: Timestamp,
}

impl Simulated {
    pub(super) fn new(options: Options) -> Self {
        Self {
            database: SimulatedDatabase::new(options),
            lanes: BTreeMap::new(),
            outcomes: Vec::new(),
            in_one: BTreeMap::new(),
            now: at(20),
        }
    }

    /// Whether a statement would have to wait.
    pub(super) fn would_wait(&self, lane: Lane, statement: &Statement) -> bool {
        let mut database = self.database.clone();
        database.start(self.lanes[&lane], statement.clone(), self.now);
        database.is_waiting(self.lanes[&lane])
    }

    pub(super) fn is_waiting(&self, lane: Lane) -> bool {
        self.database.is_waiting(self.lanes[&lane])
    }

    /// A product as it is committed.
    pub(super) fn auction(&self, product_id: ProductId) -> Auction {
        self.database.product(product_id).unwrap().auction
    }

    fn step(&mut self) -> Timestamp {
        self.now = self.now.plus(STEP);
        self.now
    }
}

impl Side for Simulated {
    async fn set_up(&mut self, scene: &Scene) {
        scene.users.iter().for_each(|user| self.database.create_user(user));
        scene.sessions.iter().for_each(|session| self.database.create_session(session));
        for (product, entry) in &scene.products {
            self.database.create_product(product, Some(entry));
        }
    }

    async fn connect(&mut self, lane: Lane) {
        let now = self.step();
        self.lanes.insert(lane, self.database.connect(now));
    }

    async fn start(&mut self, lane: Lane, statement: Statement) {
        let now = self.step();
        self.database.start(self.lanes[&lane], statement, now);
    }

    async fn waits(&mut self, lane: Lane) {
        let now = self.step();
        self.outcomes.extend(self.database.advance(now));
        assert!(self.is_waiting(lane), "{lane:?} does not wait");
    }

    async fn outcome(&mut self, lane: Lane) -> Outcome {
        let connection = self.lanes[&lane];
        self.step();
        loop {
            self.outcomes.extend(self.database.advance(self.now));
            let place = self.outcomes.iter().position(|(of, _)| *of == connection);
            if let Some(place) = place {
                return self.outcomes.remove(place).1;
            }
            let due = self.database.due();
            self.now = due.unwrap_or_else(|| panic!("nothing comes of what {lane:?} asked"));
        }
    }

    async fn start_in_one(&mut self, lane: Lane, lookup: Lookup) {
        let lock = Statement::Lock(vec![lookup.product_id], LockMode::Wait);
        self.in_one.insert(lane, lookup);
        self.start(lane, lock).await;
    }

    async fn outcome_in_one(&mut self, lane: Lane) -> InOne {
        let Outcome::Locked(locked) = self.outcome(lane).await else { panic!("not locked") };
        let lookup = self.in_one[&lane].clone();
        self.start(lane, Statement::Read([lookup].into(), at(20))).await;
        let Outcome::Read(found) = self.outcome(lane).await else { panic!("not read") };
        // The one statement was a transaction by itself.
        self.start(lane, Statement::Rollback).await;
        self.outcome(lane).await;
        InOne {
            position: locked.auctions[0].auction.state.position,
            knows_request: found[0].accepted.is_some(),
            knows_bidder: found[0].number.is_some(),
            clock: locked.clock.unwrap(),
        }
    }

    async fn kill(&mut self, lane: Lane) {
        let now = self.step();
        self.database.kill(self.lanes[&lane], now);
    }

    async fn hang_up(&mut self, lane: Lane) {
        let now = self.step();
        self.database.hang_up(self.lanes[&lane], now);
    }

    async fn crash(&mut self) {
        let now = self.step();
        self.database.crash(now);
    }

    async fn end_session(&mut self, key: SessionKey) {
        assert!(self.database.end_session(key));
    }

    async fn suspend(&mut self, user_id: UserId) {
        self.database.suspend(user_id);
    }

    async fn clock(&mut self) -> Timestamp {
        let now = self.step();
        self.database.clock(now)
    }

    async fn committed(&mut self, query: &Query) -> Committed {
        let database = &self.database;
        let Query { product_id, from, limit, .. } = *query;
        let committed = Committed {
            product: database.product(product_id),
            events: database.events(product_id, from, limit).unwrap(),
            bid_events: database.bid_events(product_id, Some(from + limit), limit).unwrap(),
            history: database.history(product_id, from, limit).unwrap(),
            voided: database.voided_among(product_id, &query.bids),
            bidders: query.users.iter().map(|id| database.bidder(product_id, *id)).collect(),
            parts: database.parts_since(product_id, from, &query.users),
            ends: database.positions(&query.products),
            due: database.due_products(query.until, query.after, limit),
            alive: database.sessions_alive(&query.sessions, at(20)).into_iter().collect(),
        };
        committed.sorted()
    }
}
