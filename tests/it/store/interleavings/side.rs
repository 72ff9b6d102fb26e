//! What the script asks of either database.

use std::collections::{BTreeSet, HashSet};

use gobid_auction::{EntryId, ProductId, Timestamp, UserId};
use gobid_store::simulated::{Outcome, Statement};
use gobid_store::{BidderRow, Due, History, LogEnd, Lookup, Product, SessionKey, StoredEvent};

use super::scene::Scene;

/// A lane's connection, by the name that the script gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lane(pub(super) char);

pub(super) const A: Lane = Lane('A');
pub(super) const B: Lane = Lane('B');
pub(super) const C: Lane = Lane('C');
pub(super) const D: Lane = Lane('D');
pub(super) const LANES: [Lane; 4] = [A, B, C, D];

/// One of the two databases.
pub(super) trait Side {
    /// Brings in what is there at first.
    async fn set_up(&mut self, scene: &Scene);
    async fn connect(&mut self, lane: Lane);
    async fn start(&mut self, lane: Lane, statement: Statement);
    /// Comes back when the lane's statement waits for another transaction.
    async fn waits(&mut self, lane: Lane);
    /// What came of the lane's statement; awaits it.
    async fn outcome(&mut self, lane: Lane) -> Outcome;
    /// Locks a product and reads under the lock, all in one statement.
    async fn start_in_one(&mut self, lane: Lane, lookup: Lookup);
    async fn outcome_in_one(&mut self, lane: Lane) -> InOne;
    /// The database ends the connection.
    async fn kill(&mut self, lane: Lane);
    /// The client ends the connection, without a word.
    async fn hang_up(&mut self, lane: Lane);
    /// The database is killed and comes up again.
    async fn crash(&mut self);
    async fn end_session(&mut self, key: SessionKey);
    async fn suspend(&mut self, user_id: UserId);
    /// The database's clock.
    async fn clock(&mut self) -> Timestamp;
    /// What rooms, the closer and the sweep of the sessions read.
    async fn committed(&mut self, query: &Query) -> Committed;
}

/// What a statement saw that locked and read in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InOne {
    pub(super) position: i64,
    pub(super) knows_request: bool,
    pub(super) knows_bidder: bool,
    pub(super) clock: Timestamp,
}

/// What is asked about what is committed.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub(super) product_id: ProductId,
    /// The seq and the position above which, and the seq from which downwards, is read.
    pub(super) from: i64,
    pub(super) limit: i64,
    pub(super) bids: Vec<EntryId>,
    pub(super) users: Vec<UserId>,
    pub(super) products: Vec<ProductId>,
    pub(super) sessions: Vec<SessionKey>,
    pub(super) until: Timestamp,
    pub(super) after: Option<(Timestamp, ProductId)>,
}

/// What is committed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Committed {
    pub(super) product: Option<Product>,
    pub(super) events: Vec<StoredEvent>,
    pub(super) bid_events: Vec<StoredEvent>,
    pub(super) history: History,
    pub(super) voided: HashSet<EntryId>,
    pub(super) bidders: Vec<Option<BidderRow>>,
    /// What has no order is put in one.
    pub(super) parts: Vec<(UserId, BidderRow)>,
    pub(super) ends: Vec<LogEnd>,
    pub(super) due: Vec<Due>,
    pub(super) alive: BTreeSet<SessionKey>,
}

impl Committed {
    pub(super) fn sorted(mut self) -> Self {
        self.parts.sort_by_key(|(user_id, _)| *user_id);
        self.ends.sort_by_key(|end| end.product_id);
        self
    }
}
