//! The English auction, RULES.md §4.

use crate::{
    After, Amount, Auction, Bid, Change, Decimal, EntryIds, Event, PlacedBid, Rejection, Timestamp,
    TooLow,
};

/// How many steps above the minimum a refusal names.
const STEPS_NAMED: usize = 4;

/// Judges a bid, in the order of refusals that RULES.md §4 gives.
pub(crate) fn judge(
    auction: &Auction,
    bid: &Bid,
    ids: EntryIds,
    received_at: Timestamp,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    if bid.not_after.is_some_and(|limit| received_at > limit) {
        return Err(Rejection::Expired);
    }
    let offer = amount(auction, "amount", bid.offer.decimal())?;
    let expected =
        bid.expected_price.map(|price| amount(auction, "expected_price", price)).transpose()?;
    in_time(auction, received_at)?;

    if bid.bidder == auction.terms.seller_id {
        return Err(Rejection::OwnProduct);
    }
    let current_price = auction.state.price;
    if expected.is_some_and(|price| price != current_price.unwrap_or(auction.terms.baseprice)) {
        return Err(Rejection::PriceMoved { current_price });
    }
    if auction.state.leader == Some(bid.bidder) {
        return Err(Rejection::AlreadyLeading);
    }
    if auction.minimum_next_bid().is_none_or(|minimum| offer < minimum) {
        return Err(Rejection::TooLow(too_low(auction)));
    }

    let opening = auction.opening_before(ids.opening, received_at, now);
    let opened = auction.with(opening.as_ref());
    let placed = place(&opened, bid, offer, ids, received_at, now);
    Ok(opening.into_iter().chain([placed]).collect())
}

/// The event of a firm bid that takes the lead.
fn place(
    auction: &Auction,
    bid: &Bid,
    offer: Amount,
    ids: EntryIds,
    received_at: Timestamp,
    now: Timestamp,
) -> Event {
    let row = PlacedBid { bid_id: ids.own, bidder: bid.bidder, amount: offer, automatic: false };
    let change = Change::BidPlaced {
        offer,
        number: bid.number.unwrap_or(auction.state.bidder_count + 1),
        bids: vec![row],
        extended: false,
    };
    let after = After {
        leader: Some(bid.bidder),
        price: Some(offer),
        maximum: Some(offer),
        minimum: auction.terms.increment.above(offer),
        auction_end: auction.state.auction_end,
    };
    auction.next_event(ids.own, Some(bid.bidder), received_at, now, change, after)
}

fn amount(auction: &Auction, field: &'static str, value: Decimal) -> Result<Amount, Rejection> {
    Amount::from_decimal(value, auction.terms.currency)
        .map_err(|why| Rejection::NotAnAmount { field, why })
}

/// Ended, early, late: in this order.
fn in_time(auction: &Auction, received_at: Timestamp) -> Result<(), Rejection> {
    let auction_end = auction.state.auction_end;
    let auction_start = auction.terms.auction_start;
    let closed = |received_in_time| Rejection::Closed { auction_end, received_in_time };
    if auction.state.status.is_over() {
        return Err(closed(received_at < auction_end));
    }
    if auction.terms.starts_later && received_at < auction_start {
        return Err(Rejection::NotOpen { auction_start });
    }
    if received_at >= auction_end {
        return Err(closed(false));
    }
    Ok(())
}

fn too_low(auction: &Auction) -> TooLow {
    let minimum_next_bid = auction.minimum_next_bid();
    let steps = |minimum| auction.terms.increment.steps_above(minimum).take(STEPS_NAMED).collect();
    TooLow {
        current_price: auction.state.price,
        minimum_next_bid,
        next_bids: minimum_next_bid.map(steps).unwrap_or_default(),
    }
}
