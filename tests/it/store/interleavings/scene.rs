//! What is there at first, and the batches that lanes make of it.

use gobid_auction::{Auction, EntryId, Offered, ProductId, RequestId, State, UserId};
use gobid_store::{
    Batch, BidderChange, LogEntry, NewProductRow, NewSession, NewUser, OfferKind, Private,
    ProductChange, SessionKey,
};
use uuid::Uuid;

use crate::store::{amount, at, new_product, new_user, opened};

pub(super) const SELLER: UserId = Uuid::from_u128(0x01);
pub(super) const ADMIN: UserId = Uuid::from_u128(0x02);
pub(super) const ANNA: UserId = Uuid::from_u128(0x03);
pub(super) const BOB: UserId = Uuid::from_u128(0x04);
pub(super) const USERS: [UserId; 4] = [SELLER, ADMIN, ANNA, BOB];

pub(super) const LAMP: ProductId = Uuid::from_u128(0x11);
pub(super) const CHAIR: ProductId = Uuid::from_u128(0x12);
pub(super) const TABLE: ProductId = Uuid::from_u128(0x13);
pub(super) const PRODUCTS: [ProductId; 3] = [LAMP, CHAIR, TABLE];

/// The sessions of Anna, of Bob, and of Anna, which has expired.
pub(super) const SESSIONS: [SessionKey; 3] =
    [SessionKey([1; 32]), SessionKey([2; 32]), SessionKey([3; 32])];

/// What is there at first: two who bid, three auctions that are open.
pub(super) struct Scene {
    pub(super) users: Vec<NewUser>,
    pub(super) sessions: Vec<NewSession>,
    pub(super) products: Vec<(NewProductRow, LogEntry)>,
}

/// A bid that is accepted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bid {
    pub(super) bidder: UserId,
    pub(super) minor_units: i64,
    pub(super) request_id: RequestId,
}

impl Scene {
    pub(super) fn new() -> Self {
        let names = ["Sally", "Ada", "Anna", "Bob"];
        let user = |(user_id, name)| NewUser { user_id, is_admin: name == "Ada", ..new_user(name) };
        let session = |(key, user_id, days): (SessionKey, UserId, i64)| NewSession {
            key,
            session_id: Uuid::now_v7(),
            device: None,
            address: None,
            user_id,
            data: String::new(),
            remember: true,
            created_at: at(0),
            expires_at: at(days * 24 * 60 * 60),
        };
        let [first, second, third] = SESSIONS;
        Self {
            users: USERS.into_iter().zip(names).map(user).collect(),
            sessions: [(first, ANNA, 30), (second, BOB, 30), (third, ANNA, 0)].map(session).into(),
            products: PRODUCTS.map(product).into(),
        }
    }
}

fn product(product_id: ProductId) -> (NewProductRow, LogEntry) {
    let mut product = new_product(SELLER, at(1_000));
    product.auction.terms.product_id = product_id;
    opened(product)
}

/// The request id of a number.
pub(super) const fn request(number: u128) -> RequestId {
    Uuid::from_u128(0x1_0000 + number)
}

/// A bidder's number, in every auction.
pub(super) fn number(bidder: UserId) -> i64 {
    if bidder == ANNA { 1 } else { 2 }
}

/// What a bid leads to.
pub(super) fn batch(auction: &Auction, entry_id: EntryId, bid: Bid) -> Batch {
    let Bid { bidder, minor_units, request_id } = bid;
    let (product_id, offer) = (auction.terms.product_id, amount(minor_units));
    let state = State {
        position: auction.state.position + 1,
        seq: auction.state.seq + 1,
        leader: Some(bidder),
        price: Some(offer),
        maximum: Some(offer),
        bid_count: auction.state.bid_count + 1,
        bidder_count: auction.state.bidder_count.max(number(bidder)),
        last_at: at(20),
        ..auction.state.clone()
    };
    let private = Private {
        maximum: Some(offer),
        bidder_number: Some(number(bidder)),
        offer: OfferKind::Firm,
        ..Private::default()
    };
    let entry = LogEntry {
        entry_id,
        actor_id: Some(bidder),
        request_id: Some(request_id),
        request_digest: Some(vec![7; 32]),
        offer: Some(minor_units),
        public: Some(format!("{{\"type\":\"bid_placed\",\"amount\":{minor_units}}}")),
        private: Some(private),
        ..entry(product_id, "bid_placed", &state)
    };
    let bidder = BidderChange {
        product_id,
        user_id: bidder,
        number: number(bidder),
        offer: Some(Offered::Firm(offer)),
        is_sealed: false,
        last_position: state.position,
    };
    let change = change(auction, state);
    Batch {
        entries: vec![entry],
        bidders: vec![bidder],
        products: vec![change],
        ..Batch::default()
    }
}

/// A public entry of the house, the last one of a state.
pub(super) fn entry(product_id: ProductId, kind: &'static str, state: &State) -> LogEntry {
    LogEntry {
        product_id,
        position: state.position,
        seq: Some(state.seq),
        entry_id: EntryId::from_u128(0),
        kind,
        actor_id: None,
        request_id: None,
        request_digest: None,
        offer: None,
        seq_after: state.seq,
        leader: state.leader,
        price: state.price.map(gobid_auction::Amount::minor_units),
        minimum: None,
        auction_end: state.auction_end.as_micros(),
        received_at: at(20).as_micros(),
        at: state.last_at.as_micros(),
        public: Some(format!("{{\"type\":\"{kind}\"}}")),
        private: None,
    }
}

/// The change of a product from what was read to another state.
pub(super) fn change(auction: &Auction, state: State) -> ProductChange {
    let after = Auction { terms: auction.terms.clone(), state };
    ProductChange::of(&auction.state, &after)
}
