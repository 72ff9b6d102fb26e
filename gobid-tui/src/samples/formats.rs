//! Auctions of every kind, as their snapshots tell them.

use gobid_api::Decimal;
use gobid_api::live::Snapshot;
use gobid_api::products::DutchView;

use super::{Desk, at, eva, snapshot};
use crate::app::Msg;

fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The camera, before anybody has bid.
fn untouched() -> Snapshot {
    let mut first = snapshot();
    first.bids.clear();
    first.product.current_price = None;
    first.product.minimum_next_bid = Some(amount("900.00"));
    first.product.leader = None;
    first.product.bid_count = Some(0);
    first.product.bidder_count = Some(0);
    first
}

/// The camera, and it can be bought at once.
pub(crate) fn buy_now() -> Snapshot {
    let mut first = untouched();
    first.product.buy_now_price = Some(amount("1600.00"));
    first.product.buy_now_available = true;
    first
}

/// The camera with a reserve.
pub(crate) fn reserve(is_met: bool) -> Snapshot {
    let mut first = snapshot();
    first.product.reserve_met = Some(is_met);
    first
}

/// The camera with an end that late bids move.
pub(crate) fn soft_close() -> Snapshot {
    let mut first = snapshot();
    first.product.soft_close_seconds = 120;
    first.product.hard_end = Some(at("20:30:00.000"));
    first
}

/// The camera, whose bidders are known by numbers alone: the newest is `Bidder 12`, who leads.
pub(crate) fn anonymous() -> Snapshot {
    let mut first = snapshot();
    first.product.anonymous_bidders = true;
    first.product.leader = Some("Bidder 12".to_owned());
    for (number, bid) in [12, 11, 3, 10, 9, 2, 1, 115, 14].into_iter().zip(&mut first.bids) {
        bid.bidder = format!("Bidder {number}");
    }
    first
}

/// The camera in a sealed auction.
pub(crate) fn sealed() -> Snapshot {
    let mut first = untouched();
    first.seq = 1;
    first.product.format = "sealed_second_price".to_owned();
    first.product.bid_count = None;
    first.product.bidder_count = None;
    first
}

/// The camera for a falling price: 100.00 at 20:01:30, by 5.00 every 10 s to 40.00; 85.00 now, and
/// 80.00 in 4 s.
pub(crate) fn dutch() -> Snapshot {
    let mut first = untouched();
    first.seq = 1;
    first.product.format = "dutch".to_owned();
    first.product.baseprice = amount("100.00");
    first.product.dutch =
        Some(DutchView { floor: amount("40.00"), step: amount("5.00"), tick_seconds: 10 });
    first.product.auction_start = at("20:01:30.000");
    first.product.auction_end = at("20:05:00.000");
    first.product.original_end = at("20:05:00.000");
    first.product.current_price = Some(amount("85.00"));
    first.product.minimum_next_bid = Some(amount("85.00"));
    first
}

impl Desk {
    /// An auction, and eva is logged in.
    pub(crate) fn eva_at(snapshot: Snapshot) -> Self {
        let mut desk = Self::at(snapshot);
        desk.update(Msg::Identified(Some(eva())));
        desk
    }
}
