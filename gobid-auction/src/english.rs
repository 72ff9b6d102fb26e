//! The English auction, RULES.md §4.

use crate::bid::Checked;
use crate::entries::Entries;
use crate::planted::{self, Bug};
use crate::replay::Lead;
use crate::{
    After, Amount, Auction, Change, Offered, PlacedBid, Rejection, Terms, Timestamp, TooLow, life,
};

/// How many steps above the minimum a refusal names.
const STEPS_NAMED: usize = 4;

/// Judges a bid of which only the price is left to look at.
pub(crate) fn judge(entries: &mut Entries, bid: &Checked<'_>) -> Result<(), Rejection> {
    let auction = &entries.auction;
    if let Offered::Purchase(price) = bid.offer {
        return buy(entries, bid, price);
    }
    let current_price = auction.state.price;
    let price = current_price.unwrap_or(auction.terms.baseprice);
    if bid.expected_price.is_some_and(|expected| expected != price) {
        return Err(Rejection::PriceMoved { current_price });
    }
    if auction.state.leader == Some(bid.bid.bidder) {
        return raise(entries, bid);
    }
    if auction.minimum_next_bid().is_none_or(|minimum| bid.offer.amount() < minimum) {
        let (auction_end, moves) = soft_close(auction, bid.received_at);
        if moves && planted::is(Bug::RefusedBidExtends) {
            let after = After { auction_end, ..entries.after() };
            let change = Change::Extended { reason: String::new() };
            entries.add(bid.ids.own, bid.bid.bidder, change, after);
            return Ok(());
        }
        return Err(Rejection::TooLow(too_low(auction)));
    }
    place(entries, bid);
    Ok(())
}

/// A purchase ends the auction at exactly the buy-now price.
fn buy(entries: &mut Entries, bid: &Checked<'_>, price: Amount) -> Result<(), Rejection> {
    let auction = &entries.auction;
    if !auction.buy_now_available() {
        return Err(Rejection::BuyNowUnavailable);
    }
    life::sell_at_once(entries, bid, price);
    Ok(())
}

/// The leader raises his maximum: silently, but where it now meets the reserve.
fn raise(entries: &mut Entries, bid: &Checked<'_>) -> Result<(), Rejection> {
    let auction = &entries.auction;
    let Offered::Maximum(maximum) = bid.offer else { return Err(Rejection::AlreadyLeading) };
    let is_higher = auction.state.maximum.is_none_or(|before| maximum > before);
    if !is_higher && !planted::is(Bug::MaximumLowered) {
        return Err(Rejection::TooLow(too_low(auction)));
    }
    let lead = lead_after(auction, bid);
    if Some(lead.price) != auction.state.price {
        let (auction_end, extended) = soft_close(auction, bid.received_at);
        let change = bid.placed(auction, lead.price, extended);
        let after = after(&auction.terms, lead, auction_end);
        entries.add(bid.ids.own, bid.bid.bidder, change, after);
        return Ok(());
    }
    let change = Change::Raised { maximum, number: bid.number(auction) };
    let mut after = After { maximum: Some(maximum), ..entries.after() };
    if planted::is(Bug::SilentRaiseExtends) {
        after.auction_end = soft_close(auction, bid.received_at).0;
    }
    let add = if planted::is(Bug::LeakInSeq) { Entries::add } else { Entries::add_private };
    add(entries, bid.ids.own, bid.bid.bidder, change, after);
    Ok(())
}

/// A bid that takes the lead, or that the house answers for the leader.
fn place(entries: &mut Entries, bid: &Checked<'_>) {
    let auction = &entries.auction;
    let lead = lead_after(auction, bid);
    let (auction_end, extended) = soft_close(auction, bid.received_at);
    let bids = if lead.leader == bid.bid.bidder {
        vec![bid.row(lead.price)]
    } else {
        let (bid_id, bidder) = (bid.ids.second, lead.leader);
        let answer = PlacedBid { bid_id, bidder, amount: lead.price, automatic: true };
        vec![bid.row(bid.offer.amount()), answer]
    };
    let change =
        Change::BidPlaced { offer: bid.offer, number: bid.number(auction), bids, extended };
    let after = after(&auction.terms, lead, auction_end);
    entries.add(bid.ids.own, bid.bid.bidder, change, after);
}

fn lead_after(auction: &Auction, bid: &Checked<'_>) -> Lead {
    let state = &auction.state;
    Lead::of(auction).resolve(&auction.terms, state.reserve, bid.bid.bidder, bid.offer)
}

/// The end after an accepted bid that moves price or leader, and whether it is a later one.
fn soft_close(auction: &Auction, received_at: Timestamp) -> (Timestamp, bool) {
    let (end, window) = (auction.state.auction_end, auction.terms.soft_close);
    if window.is_zero() || received_at.plus(window) < end {
        return (end, false);
    }
    let moved = received_at.plus(window);
    let hard_end = auction.terms.hard_end.filter(|_| !planted::is(Bug::HardEndPassed));
    let moved = hard_end.map_or(moved, |hard_end| moved.min(hard_end)).max(end);
    (moved, moved > end)
}

fn after(terms: &Terms, lead: Lead, auction_end: Timestamp) -> After {
    After {
        leader: Some(lead.leader),
        price: Some(lead.price),
        maximum: Some(lead.maximum),
        minimum: terms.increment.above(lead.price),
        auction_end,
    }
}

fn too_low(auction: &Auction) -> TooLow {
    let minimum_next_bid = auction.minimum_next_bid();
    let steps = |minimum| auction.terms.increment.steps_above(minimum).take(STEPS_NAMED).collect();
    let named =
        if planted::is(Bug::LeakInRefusal) { auction.state.maximum } else { minimum_next_bid };
    TooLow {
        current_price: auction.state.price,
        minimum_next_bid,
        next_bids: named.map(steps).unwrap_or_default(),
    }
}
