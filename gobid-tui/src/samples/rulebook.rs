//! What admins, sellers and the other formats do at the desk's auction.

use gobid_api::live::{EventKind, SealedBidRow};

use super::{Desk, at, bid_id, row};

impl Desk {
    /// `bob_7` bids, and the house answers for the leader.
    pub(crate) fn rival_is_answered(&mut self, amount: &str, answer: &str, minimum: &str) {
        let (seq, now) = (self.app.watch.seq + 1, self.now.server_time);
        let mut change = self.change();
        let leader = change.leader.clone().unwrap();
        let mut answered = row(seq + 100, now, answer, &leader);
        answered.automatic = true;
        change.current_price = Some(answer.parse().unwrap());
        change.minimum_next_bid = Some(minimum.parse().unwrap());
        change.bid_count = change.bid_count.map(|count| count + 1);
        let kind = EventKind::BidPlaced {
            bids: vec![row(seq, now, amount, "bob_7"), answered],
            leader: Some(leader),
            current_price: change.current_price,
            extended: false,
            auction_end: change.auction_end,
        };
        self.event(kind, change);
    }

    /// `bob_7` bids late, and the end moves.
    pub(crate) fn rival_extends(&mut self, amount: &str, end: &str) {
        let (seq, now) = (self.app.watch.seq + 1, self.now.server_time);
        let mut change = self.change();
        change.current_price = Some(amount.parse().unwrap());
        change.minimum_next_bid = Some("1300.00".parse().unwrap());
        change.leader = Some("bob_7".to_owned());
        change.bid_count = change.bid_count.map(|count| count + 1);
        change.auction_end = at(end);
        let kind = EventKind::BidPlaced {
            bids: vec![row(seq, now, amount, "bob_7")],
            leader: change.leader.clone(),
            current_price: change.current_price,
            extended: true,
            auction_end: change.auction_end,
        };
        self.event(kind, change);
    }

    /// The seller changes the reserve.
    pub(crate) fn reserve_changes(&mut self, reserve_met: Option<bool>) {
        let mut change = self.change();
        change.reserve_met = reserve_met;
        let current_price = change.current_price;
        self.event(EventKind::ReserveChanged { reserve_met, current_price }, change);
    }

    /// The seller changes the description.
    pub(crate) fn describe(&mut self, description: &str) {
        let change = self.change();
        let description = description.to_owned();
        self.event(EventKind::DescriptionChanged { description, revision: 2 }, change);
    }

    /// An admin moves the end.
    pub(crate) fn admin_extends(&mut self, end: &str, reason: &str) {
        let mut change = self.change();
        change.auction_end = at(end);
        let kind = EventKind::AuctionExtended { auction_end: at(end), reason: reason.to_owned() };
        self.event(kind, change);
    }

    /// An admin voids the newest bid: the one before it leads at its amount.
    pub(crate) fn void_newest(&mut self, reason: &str) {
        let standing: Vec<_> = self.app.watch.bids.iter().filter(|bid| !bid.voided).collect();
        let (newest, before) = (standing[0].id, standing[1].clone());
        let mut change = self.change();
        let amount = before.amount.to_decimal("USD".parse().unwrap());
        change.current_price = Some(amount);
        change.minimum_next_bid = Some("1275.00".parse().unwrap());
        change.leader = Some(before.bidder);
        change.bid_count = change.bid_count.map(|count| count - 1);
        let kind = EventKind::BidsVoided {
            bid_ids: vec![newest],
            reason: reason.to_owned(),
            leader: change.leader.clone(),
            current_price: change.current_price,
            bid_count: change.bid_count.unwrap(),
        };
        self.event(kind, change);
    }

    /// An admin calls the auction off.
    pub(crate) fn cancelled(mut self, reason: &str) -> Self {
        let mut change = self.change();
        change.status = "cancelled".to_owned();
        change.auction_end = self.now.server_time;
        change.minimum_next_bid = None;
        self.event(EventKind::AuctionCancelled { reason: reason.to_owned() }, change);
        self
    }

    /// An admin annuls the sale.
    pub(crate) fn annul(&mut self, reason: &str) {
        let mut change = self.change();
        change.status = "sold".to_owned();
        self.event(EventKind::SaleAnnulled { reason: reason.to_owned() }, change);
    }

    /// Somebody accepts the price of the Dutch auction, or buys at once, which ends it.
    pub(crate) fn sold_at_once(&mut self, bidder: &str, amount: &str) {
        let now = self.now.server_time;
        let mut change = self.change();
        change.current_price = Some(amount.parse().unwrap());
        change.minimum_next_bid = None;
        change.leader = Some(bidder.to_owned());
        (change.bid_count, change.bidder_count) = (Some(1), Some(1));
        change.auction_end = now;
        let placed = EventKind::BidPlaced {
            bids: vec![row(self.app.watch.seq + 1, now, amount, bidder)],
            leader: change.leader.clone(),
            current_price: change.current_price,
            extended: false,
            auction_end: now,
        };
        self.event(placed, change.clone());
        change.status = "sold".to_owned();
        let closed = EventKind::AuctionClosed {
            outcome: "sold".to_owned(),
            winner: Some(bidder.to_owned()),
            hammer_price: change.current_price,
            reason: None,
            sealed_bids: None,
            sealed_bid_count: None,
        };
        self.event(closed, change);
    }

    /// The sealed auction is closed: these are the amounts, best first, and the hammer price.
    pub(crate) fn unsealed(mut self, bids: &[(&str, &str)], hammer_price: &str) -> Self {
        self.now.server_time = at("20:02:44.600");
        let rows = (1..).zip(bids).map(|(number, (bidder, amount))| SealedBidRow {
            bid_id: bid_id(number),
            bidder: (*bidder).to_owned(),
            amount: amount.parse().unwrap(),
        });
        let rows: Vec<_> = rows.collect();
        let count = i64::try_from(rows.len()).unwrap();
        let mut change = self.change();
        change.status = "sold".to_owned();
        change.current_price = Some(hammer_price.parse().unwrap());
        change.minimum_next_bid = None;
        change.leader = Some(bids[0].0.to_owned());
        (change.bid_count, change.bidder_count) = (Some(count), Some(count));
        let kind = EventKind::AuctionClosed {
            outcome: "sold".to_owned(),
            winner: change.leader.clone(),
            hammer_price: change.current_price,
            reason: None,
            sealed_bids: Some(rows),
            sealed_bid_count: Some(count),
        };
        self.event(kind, change);
        self
    }
}
