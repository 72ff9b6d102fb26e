//! An auction that is open, and the batches that a lane makes for it.

use gobid_auction::{
    Action, After, Amount, Auction, Bid, Command, Event, Offer, Offered, ProductId, UserId,
};
use gobid_store::{
    Batch, BidderChange, Database as Store, LaneConnection, LockMode, LogEntry, NewSession,
    ProductChange, SessionKey,
};
use uuid::Uuid;

use super::super::{amount, at, entry_ids, new_product, opened, sign_up, store};
use crate::support::database::Database;

/// An auction that is open from 10 to 1,000, its seller, and two who bid.
pub(super) struct Scene {
    pub(super) store: Store,
    pub(super) product_id: ProductId,
    pub(super) seller: UserId,
    pub(super) anna: UserId,
    pub(super) bob: UserId,
}

/// A bid as it was judged.
pub(super) struct Judged {
    pub(super) batch: Batch,
    pub(super) entry: LogEntry,
    pub(super) after: Auction,
}

impl Scene {
    pub(super) async fn new(database: &Database) -> Self {
        let store = store(database).await;
        let seller = sign_up(&store, "Sally").await;
        let (product, entry) = opened(new_product(seller, at(1_000)));
        store.create_product(&product, Some(&entry)).await.unwrap();
        let (anna, bob) = (sign_up(&store, "Anna").await, sign_up(&store, "Bob").await);
        Self { store, product_id: product.auction.terms.product_id, seller, anna, bob }
    }

    /// Begins, and gives the auction as it is locked.
    pub(super) async fn lock(&self, lane: &mut LaneConnection) -> Auction {
        let locked = lane.lock(&[self.product_id], LockMode::Wait).await.unwrap();
        let [locked] = locked.auctions.as_slice() else { panic!("{locked:?}") };
        locked.auction.clone()
    }

    /// Records a bid that is accepted, all the way.
    pub(super) async fn bid(
        &self,
        lane: &mut LaneConnection,
        bidder: UserId,
        minor_units: i64,
    ) -> Judged {
        let auction = self.lock(lane).await;
        let judged = self.batch(&auction, bidder, minor_units);
        assert!(lane.record(&judged.batch).await.unwrap());
        lane.commit().await.unwrap();
        judged
    }

    /// Records the close, all the way.
    pub(super) async fn close(&self, lane: &mut LaneConnection) -> Auction {
        let auction = self.lock(lane).await;
        let (batch, after) = judge(&auction, Action::Close(Vec::new()), 2_000);
        assert!(lane.record(&batch).await.unwrap());
        lane.commit().await.unwrap();
        after
    }

    /// What an accepted bid leads to.
    pub(super) fn batch(&self, auction: &Auction, bidder: UserId, minor_units: i64) -> Judged {
        let number = if bidder == self.anna { 1 } else { 2 };
        let number = number.min(auction.state.bidder_count + 1);
        let offer = Offer::Firm(amount(minor_units).to_decimal(auction.terms.currency));
        let bid = Bid {
            bidder,
            number: Some(number),
            sealed: None,
            offer,
            expected_price: None,
            not_after: None,
            cap: None,
        };
        let (mut batch, after) = judge(auction, Action::Bid(bid), 20);
        let [entry] = batch.entries.as_mut_slice() else { panic!("a bid is one event") };
        entry.kind = "bid_placed";
        entry.request_id = Some(Uuid::new_v4());
        entry.request_digest = Some(vec![7; 32]);
        entry.offer = Some(minor_units);
        batch.bidders.push(BidderChange {
            product_id: self.product_id,
            user_id: bidder,
            number,
            offer: Some(Offered::Firm(amount(minor_units))),
            is_sealed: false,
            last_position: entry.position,
        });
        Judged { entry: entry.clone(), batch, after }
    }

    /// A session that begins at 0.
    pub(super) async fn log_in(&self, number: u8, user_id: UserId) {
        let session = NewSession {
            key: SessionKey([number; 32]),
            session_id: Uuid::now_v7(),
            device: None,
            address: None,
            user_id,
            data: String::new(),
            remember: false,
            created_at: at(0),
            expires_at: at(1_000_000),
        };
        assert!(self.store.create_session(&session).await.unwrap());
    }
}

fn judge(auction: &Auction, action: Action, seconds: i64) -> (Batch, Auction) {
    let command = Command { ids: entry_ids(), action };
    let events = auction.judge(&command, at(seconds), at(seconds)).unwrap();
    let mut after = auction.clone();
    let mut entries = Vec::new();
    for event in &events {
        after.apply(event);
        entries.push(entry(&after, event));
    }
    let change = ProductChange::of(&auction.state, &after);
    (Batch { entries, products: vec![change], ..Batch::default() }, after)
}

fn entry(auction: &Auction, event: &Event) -> LogEntry {
    let After { leader, price, minimum, auction_end, .. } = event.after;
    LogEntry {
        product_id: auction.terms.product_id,
        position: event.position,
        seq: event.seq,
        entry_id: event.entry_id,
        kind: "closed",
        actor_id: event.actor,
        request_id: None,
        request_digest: None,
        offer: None,
        seq_after: auction.state.seq,
        leader,
        price: price.map(Amount::minor_units),
        minimum: minimum.map(Amount::minor_units),
        auction_end: auction_end.as_micros(),
        received_at: event.received_at.as_micros(),
        at: event.at.as_micros(),
        public: Some("{}".to_owned()),
        private: None,
    }
}
