//! What the server and others do at the desk's auction.

use gobid_api::RequestId;
use gobid_api::bids::BidResult;
use gobid_api::live::{
    AuctionEvent, BidRejected, EventKind, ProductChange, ServerFrame, Update, You,
};
use gobid_api::problem::{ErrorCode, Facts};
use gobid_api::products::{YourStatus, YourView};

use super::{Desk, at, bid_id, eva, product, row, you};
use crate::app::{Effect, Msg};

impl Desk {
    /// The camera after its end: `sold` to somebody, or `unsold` without a bid.
    pub(crate) fn closed(self, outcome: &str, winner: Option<&str>) -> Self {
        self.closed_for(outcome, winner, "no_bids")
    }

    /// The camera after its end, with the reason that it was not sold for.
    pub(crate) fn closed_for(mut self, outcome: &str, winner: Option<&str>, why: &str) -> Self {
        self.now.server_time = at("20:02:44.600");
        let mut change = self.change();
        change.status = outcome.to_owned();
        let kind = EventKind::AuctionClosed {
            outcome: outcome.to_owned(),
            winner: winner.map(str::to_owned),
            hammer_price: winner.and(change.current_price),
            reason: winner.is_none().then(|| why.to_owned()),
            sealed_bids: None,
            sealed_bid_count: None,
        };
        self.event(kind, change);
        self
    }

    /// How eva stands after a firm bid, as the server says it.
    pub(crate) fn you(&mut self, status: YourStatus) {
        self.you_offer(Some(status), Some("1250.00"), None);
    }

    /// How eva stands, and what she has offered: firmly or sealed, or at most.
    pub(crate) fn you_offer(
        &mut self,
        status: Option<YourStatus>,
        amount: Option<&str>,
        maximum: Option<&str>,
    ) {
        let you = You {
            seq: self.app.watch.seq,
            status,
            amount: amount.map(|amount| amount.parse().unwrap()),
            max_amount: maximum.map(|maximum| maximum.parse().unwrap()),
            alias: status.map(|_| "eva".to_owned()),
        };
        self.frame(ServerFrame::You(you));
    }

    /// `bob_7` bids.
    pub(crate) fn rival_bids(&mut self, amount: &str, minimum: &str) {
        self.bid("bob_7", amount, minimum);
    }

    /// Somebody bids and leads.
    pub(crate) fn bid(&mut self, bidder: &str, amount: &str, minimum: &str) {
        self.bid_effects(bidder, amount, minimum);
    }

    /// `bob_7` bids, and this is to be done.
    pub(crate) fn rival_bids_effects(&mut self, amount: &str, minimum: &str) -> Vec<Effect> {
        self.bid_effects("bob_7", amount, minimum)
    }

    fn bid_effects(&mut self, bidder: &str, amount: &str, minimum: &str) -> Vec<Effect> {
        let seq = self.app.watch.seq + 1;
        let row = row(seq, self.now.server_time, amount, bidder);
        let mut change = self.change();
        change.current_price = Some(amount.parse().unwrap());
        change.minimum_next_bid = Some(minimum.parse().unwrap());
        change.leader = Some(bidder.to_owned());
        change.bid_count = change.bid_count.map(|count| count + 1);
        let kind = EventKind::BidPlaced {
            bids: vec![row],
            leader: Some(bidder.to_owned()),
            current_price: change.current_price,
            extended: false,
            auction_end: change.auction_end,
        };
        self.event_effects(kind, change)
    }

    /// The end moves.
    pub(crate) fn end_moves(&mut self, end: &str) {
        let mut change = self.change();
        change.auction_end = at(end);
        self.event(EventKind::Unknown, change);
    }

    /// An event, and what holds after it.
    pub(crate) fn event(&mut self, kind: EventKind, product: ProductChange) {
        self.event_effects(kind, product);
    }

    fn event_effects(&mut self, kind: EventKind, product: ProductChange) -> Vec<Effect> {
        let seq = self.app.watch.seq + 1;
        let server_time = self.now.server_time;
        let event = AuctionEvent { seq, at: server_time, kind };
        self.frame(ServerFrame::Update(Update {
            seq,
            server_time,
            events: vec![event],
            skipped: 0,
            product,
        }))
    }

    /// The server accepts the bid of this id; the price is then 1,325.00.
    pub(crate) fn accept(&mut self, id: RequestId, amount: &str, leading: Option<bool>) {
        self.accept_at(id, amount, leading, Some("1325.00"));
    }

    /// The server accepts the bid of this id.
    pub(crate) fn accept_at(
        &mut self,
        id: RequestId,
        amount: &str,
        leading: Option<bool>,
        price: Option<&str>,
    ) {
        let seq = self.app.watch.seq + 1;
        self.accept_as((seq, id), amount, leading, price);
    }

    /// The server accepts the bid of this id, by the event of this number.
    pub(crate) fn accept_as(
        &mut self,
        (seq, id): (i64, RequestId),
        amount: &str,
        leading: Option<bool>,
        price: Option<&str>,
    ) {
        let result = BidResult {
            bid_id: bid_id(seq),
            product_id: self.app.watch.product_id,
            seq,
            amount: Some(amount.parse().unwrap()),
            max_amount: None,
            leading,
            current_price: price.map(|price| price.parse().unwrap()),
            minimum_next_bid: Some("1350.00".parse().unwrap()),
            auction_end: at("20:02:44.000"),
            received_at: self.now.server_time,
        };
        self.frame(ServerFrame::BidAccepted { request_id: id, result });
    }

    /// The server tells eva what a side of the sale may know.
    pub(crate) fn learn(&mut self, winner: &str, contact: &str) {
        let mut view = product();
        view.winner = Some(winner.to_owned());
        view.you = Some(YourView { contact: Some(contact.to_owned()), ..you() });
        self.update(Msg::AfterSale(self.app.watch.product_id, eva().user_id, Some(Box::new(view))));
    }

    /// The server refuses a copy of the bid of this id.
    pub(crate) fn refuse(&mut self, id: RequestId, code: ErrorCode, judged: bool) -> Vec<Effect> {
        let facts = Facts {
            judged: Some(judged),
            received_at: Some(self.now.server_time),
            minimum_next_bid: (code == ErrorCode::BidTooLow).then(|| "1325.00".parse().ok()),
            ..Facts::default()
        };
        self.frame(ServerFrame::BidRejected(Box::new(BidRejected {
            request_id: id,
            code,
            detail: "no".to_owned(),
            facts,
        })))
    }

    /// How things stand, as an update says it.
    pub(crate) fn change(&self) -> ProductChange {
        let product = self.app.watch.product.as_ref().unwrap();
        let standing = &product.standing;
        let decimal = |amount: gobid_api::Amount| amount.to_decimal(product.currency);
        ProductChange {
            current_price: standing.price.map(decimal),
            minimum_next_bid: standing.minimum.map(decimal),
            bid_count: standing.bid_count,
            bidder_count: standing.bidder_count,
            leader: standing.leader.clone(),
            auction_end: standing.end,
            status: "open".to_owned(),
            reserve_met: standing.reserve_met,
            buy_now_available: standing.buy_now_available,
        }
    }
}
