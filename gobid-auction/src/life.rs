//! How an auction opens and closes, and when a command comes in time (RULES.md §3, §7).

use crate::bid::Checked;
use crate::entries::{Entries, is_opening_due};
use crate::planted::{self, Bug};
use crate::{
    After, Amount, Auction, Change, Closing, EntryIds, Event, Outcome, Rejection, SealedBid,
    Timestamp, Unsold, sealed,
};

/// The opening of an auction whose start has come.
pub(crate) fn open(
    auction: &Auction,
    ids: EntryIds,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    if !is_opening_due(auction, now) {
        return Err(Rejection::NotDue);
    }
    let ids = EntryIds { opening: ids.own, ..ids };
    Ok(Entries::of(auction, ids, now, now).finish())
}

/// The closing of an auction whose end has settled; before it the opening of one that never opened.
pub(crate) fn close(
    auction: &Auction,
    best: &[SealedBid],
    ids: EntryIds,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let ended = auction.due_at().is_none() && !planted::is(Bug::ClosedTwice);
    if ended || now < Auction::settled(auction.state.auction_end) {
        return Err(Rejection::NotDue);
    }
    let mut entries = Entries::of(auction, ids, now, now);
    let after = After { minimum: None, ..entries.after() };
    let (outcome, after) = if auction.terms.format.is_sealed() {
        sealed::outcome(auction, best, after)
    } else {
        (rising_outcome(auction), after)
    };
    let sealed = best.to_vec();
    entries.add_of_house(ids.own, Change::Closed(Closing { outcome, sealed }), after);
    Ok(entries.finish())
}

/// Who has bought an auction that was not sealed.
fn rising_outcome(auction: &Auction) -> Outcome {
    match (auction.state.leader, auction.state.price) {
        (Some(_), Some(_)) if auction.reserve_met() == Some(false) => {
            Outcome::Unsold(Unsold::ReserveNotMet)
        }
        (Some(winner), Some(hammer_price)) => Outcome::Sold { winner, hammer_price },
        _ => Outcome::Unsold(Unsold::NoBids),
    }
}

/// A bid that takes the product at a price: it ends the auction, and the closing follows at once.
pub(crate) fn sell_at_once(entries: &mut Entries, bid: &Checked<'_>, price: Amount) {
    let winner = bid.bid.bidder;
    let change = bid.placed(&entries.auction, price, false);
    let after = After {
        leader: Some(winner),
        price: Some(price),
        maximum: Some(price),
        minimum: None,
        auction_end: entries.at(),
    };
    entries.add(bid.ids.own, winner, change, after);
    let outcome = Outcome::Sold { winner, hammer_price: price };
    let closing = Change::Closed(Closing { outcome, sealed: Vec::new() });
    entries.add_of_house(bid.ids.second, closing, after);
}

/// Ended, early, late: in this order.
pub(crate) fn in_time(auction: &Auction, received_at: Timestamp) -> Result<(), Rejection> {
    not_ended(auction, received_at)?;
    let auction_start = auction.terms.auction_start;
    if auction.terms.starts_later && received_at < auction_start {
        return Err(Rejection::NotOpen { auction_start });
    }
    not_late(auction, received_at)
}

/// Neither ended nor late: an order may come before the start.
pub(crate) fn not_over(auction: &Auction, received_at: Timestamp) -> Result<(), Rejection> {
    not_ended(auction, received_at)?;
    not_late(auction, received_at)
}

fn not_ended(auction: &Auction, received_at: Timestamp) -> Result<(), Rejection> {
    let auction_end = auction.state.auction_end;
    if auction.state.status.is_over() {
        let received_in_time = received_at < auction_end && !auction.state.ended_early;
        return Err(Rejection::Closed { auction_end, received_in_time });
    }
    Ok(())
}

fn not_late(auction: &Auction, received_at: Timestamp) -> Result<(), Rejection> {
    let auction_end = auction.state.auction_end;
    let is_at_end = received_at == auction_end && !planted::is(Bug::EndIsInTime);
    if received_at > auction_end || is_at_end {
        return Err(Rejection::Closed { auction_end, received_in_time: false });
    }
    Ok(())
}
