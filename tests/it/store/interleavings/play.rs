//! One playing of a scenario: the verbs that scenarios are written in, and what each step gave.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use gobid_auction::{Auction, EntryId, ProductId, Timestamp};
use gobid_store::simulated::{Outcome, Statement};
use gobid_store::{Batch, Found, LockMode, Locked, Lookup};

use super::scene::{self, Bid, PRODUCTS, SESSIONS, Scene, USERS};
use super::side::{Committed, InOne, LANES, Lane, Query, Side};
use crate::store::at;

/// How long a lane waits that waits briefly.
pub(super) const BRIEFLY: LockMode = LockMode::Briefly(Duration::from_millis(20));

/// One playing of a scenario.
pub(super) struct Play<S> {
    pub(super) side: S,
    /// What each lane has locked last.
    locked: BTreeMap<Lane, Locked>,
    /// The ids of the entries that were made, each once.
    entries: Vec<EntryId>,
    seen: Vec<(String, Seen)>,
}

/// What a step gave.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Outcome(Outcome),
    InOne { position: i64, knows_request: bool, knows_bidder: bool },
    Committed(Box<Committed>),
}

impl<S: Side> Play<S> {
    pub(super) async fn new(mut side: S, scene: &Scene) -> Self {
        side.set_up(scene).await;
        for lane in LANES {
            side.connect(lane).await;
        }
        Self { side, locked: BTreeMap::new(), entries: Vec::new(), seen: Vec::new() }
    }

    /// Does a statement, whose outcome is there soon.
    pub(super) async fn does(&mut self, lane: Lane, statement: Statement) -> Outcome {
        let step = format!("{lane:?} does {statement:?}");
        self.side.start(lane, statement).await;
        self.outcome(lane, step).await
    }

    /// Begins a statement that has to wait for another transaction.
    pub(super) async fn begins(&mut self, lane: Lane, statement: Statement) {
        self.side.start(lane, statement).await;
        self.side.waits(lane).await;
    }

    /// Still waits.
    pub(super) async fn waits(&mut self, lane: Lane) {
        self.side.waits(lane).await;
    }

    /// Awaits the outcome of a statement that had to wait.
    pub(super) async fn ends(&mut self, lane: Lane) -> Outcome {
        self.outcome(lane, format!("{lane:?} goes on")).await
    }

    async fn outcome(&mut self, lane: Lane, step: String) -> Outcome {
        let outcome = self.side.outcome(lane).await;
        let mut seen = outcome.clone();
        if let Outcome::Locked(locked) = &mut seen {
            self.locked.insert(lane, locked.clone());
            // The two have clocks of their own.
            locked.clock = locked.clock.map(|_| at(0));
        }
        self.seen.push((step, Seen::Outcome(seen)));
        outcome
    }

    /// What came of each statement.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.seen.iter().filter_map(|(_step, seen)| match seen {
            Seen::Outcome(outcome) => Some(outcome),
            _ => None,
        })
    }

    /// Begins a transaction and locks products that nobody holds.
    pub(super) async fn locks(&mut self, lane: Lane, products: &[ProductId]) -> Locked {
        self.locks_in(lane, products, LockMode::Wait).await
    }

    pub(super) async fn locks_in(
        &mut self,
        lane: Lane,
        products: &[ProductId],
        mode: LockMode,
    ) -> Locked {
        let outcome = self.does(lane, Statement::Lock(products.to_vec(), mode)).await;
        let Outcome::Locked(locked) = outcome else { panic!("{lane:?}: {outcome:?}") };
        locked
    }

    /// Begins a transaction and has to wait for products that somebody holds.
    pub(super) async fn begins_to_lock(&mut self, lane: Lane, products: &[ProductId]) {
        self.begins(lane, Statement::Lock(products.to_vec(), LockMode::Wait)).await;
    }

    /// Has the lock it had to wait for.
    pub(super) async fn has(&mut self, lane: Lane) -> Locked {
        let outcome = self.ends(lane).await;
        let Outcome::Locked(locked) = outcome else { panic!("{lane:?}: {outcome:?}") };
        locked
    }

    /// Two wait for each other, and one of them has what it waits for since the other was refused.
    /// Which one is a matter of time.
    pub(super) async fn one_is_refused(&mut self, lanes: [Lane; 2]) {
        let mut refused = 0;
        for lane in lanes {
            match self.side.outcome(lane).await {
                Outcome::Refused => refused += 1,
                outcome => assert!(matches!(outcome, Outcome::Locked(_)), "{outcome:?}"),
            }
        }
        assert_eq!(refused, 1);
    }

    /// A product as a lane has locked it.
    pub(super) fn auction(&self, lane: Lane, product_id: ProductId) -> Auction {
        let locked = &self.locked[&lane].auctions;
        let found = locked.iter().find(|it| it.auction.terms.product_id == product_id);
        found.unwrap_or_else(|| panic!("{lane:?} has not locked {product_id}")).auction.clone()
    }

    /// All products as a lane has locked them last.
    pub(super) fn auctions(&self, lane: Lane) -> Vec<Auction> {
        let locked = self.locked.get(&lane).into_iter().flat_map(|locked| &locked.auctions);
        locked.map(|locked| locked.auction.clone()).collect()
    }

    /// The ids of the entries that were made, and of one that never was.
    pub(super) fn entries(&self) -> Vec<EntryId> {
        self.entries.iter().copied().chain([EntryId::nil()]).collect()
    }

    /// An id for an entry.
    pub(super) fn entry_id(&mut self) -> EntryId {
        let number = u128::try_from(self.entries.len()).unwrap();
        let id = EntryId::from_u128(0x100 + number);
        self.entries.push(id);
        id
    }

    /// What a bid leads to, on a product as the lane has locked it.
    pub(super) fn batch(&mut self, lane: Lane, product_id: ProductId, bid: Bid) -> Batch {
        let (auction, entry_id) = (self.auction(lane, product_id), self.entry_id());
        scene::batch(&auction, entry_id, bid)
    }

    pub(super) async fn records(&mut self, lane: Lane, batch: Batch) -> Outcome {
        self.does(lane, Statement::Record(Arc::new(batch))).await
    }

    /// Records a bid on a product that it has locked.
    pub(super) async fn bids(&mut self, lane: Lane, product_id: ProductId, bid: Bid) -> Batch {
        let batch = self.batch(lane, product_id, bid);
        assert_eq!(self.records(lane, batch.clone()).await, Outcome::Recorded(true));
        batch
    }

    pub(super) async fn commits(&mut self, lane: Lane) {
        assert_eq!(self.does(lane, Statement::Commit).await, Outcome::Committed);
    }

    pub(super) async fn rolls_back(&mut self, lane: Lane) {
        assert_eq!(self.does(lane, Statement::Rollback).await, Outcome::RolledBack);
    }

    pub(super) async fn reads(&mut self, lane: Lane, lookup: Lookup) -> Found {
        let outcome = self.does(lane, Statement::Read([lookup].into(), at(20))).await;
        let Outcome::Read(found) = outcome else { panic!("{lane:?}: {outcome:?}") };
        let [found] = found.try_into().unwrap();
        found
    }

    /// Begins to lock and read in one statement, and has to wait.
    pub(super) async fn begins_in_one(&mut self, lane: Lane, lookup: Lookup) {
        self.side.start_in_one(lane, lookup).await;
        self.side.waits(lane).await;
    }

    pub(super) async fn ends_in_one(&mut self, lane: Lane) -> InOne {
        let in_one = self.side.outcome_in_one(lane).await;
        let InOne { position, knows_request, knows_bidder, .. } = in_one;
        let seen = Seen::InOne { position, knows_request, knows_bidder };
        self.seen.push((format!("{lane:?} goes on, in one statement"), seen));
        in_one
    }

    pub(super) async fn clock(&mut self) -> Timestamp {
        self.side.clock().await
    }

    /// Looks at what is committed of a product, and of everything.
    pub(super) async fn looks_at(&mut self, query: &Query) {
        let committed = self.side.committed(query).await;
        self.seen.push((format!("{query:?}"), Seen::Committed(Box::new(committed))));
    }

    /// Everything that can be asked about a product, in pages of so many.
    pub(super) fn all_of(&self, product_id: ProductId, from: i64, limit: i64) -> Query {
        Query {
            product_id,
            from,
            limit,
            bids: self.entries.clone(),
            users: USERS.to_vec(),
            products: PRODUCTS.to_vec(),
            sessions: SESSIONS.to_vec(),
            until: at(1_000_000),
            after: None,
        }
    }
}

/// Whether two playings of a scenario gave the same, and left the same behind.
pub(super) async fn assert_same(mut simulated: Play<impl Side>, mut real: Play<impl Side>) {
    for query in PRODUCTS.map(|product_id| simulated.all_of(product_id, 0, 100)) {
        simulated.looks_at(&query).await;
        real.looks_at(&query).await;
    }
    assert_same_so_far(&simulated, &real);
    assert_eq!(simulated.seen.len(), real.seen.len());
}

/// Whether the steps that the second has made gave what they gave the first.
pub(super) fn assert_same_so_far(simulated: &Play<impl Side>, real: &Play<impl Side>) {
    for ((step, simulated), (same, real)) in simulated.seen.iter().zip(&real.seen) {
        assert_eq!(step, same);
        assert_eq!(simulated, real, "simulated on the left, PostgreSQL on the right: {step}");
    }
}
