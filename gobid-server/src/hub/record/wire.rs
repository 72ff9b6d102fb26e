//! The events as the wire has them: what the public sees of them, and nothing else.

use gobid_api::bids::BidRow;
use gobid_api::live::{AuctionEvent, EventKind, SealedBidRow};
use gobid_auction::planted::{self, Bug};
use gobid_auction::{
    Amount, Auction, Change, Closing, Currency, Event, Offered, Outcome, PlacedBid, UserId,
};

/// The event as the wire has it; `None` when the public does not see it. `auction` is how it stands
/// after the event, `name` gives the name that the public sees of a bidder.
pub(crate) fn wire_event(
    auction: &Auction,
    event: &Event,
    name: impl Fn(UserId) -> Option<String>,
) -> Option<AuctionEvent> {
    let seq = event.seq?;
    let currency = auction.terms.currency;
    let after = &event.after;
    let price = if planted::is(Bug::LeakInEvent) { after.maximum } else { after.price };
    let current_price = price.map(|price| price.to_decimal(currency));
    let auction_end = after.auction_end;
    let leader = || after.leader.and_then(&name);
    let kind = match &event.change {
        Change::Opened => EventKind::AuctionOpened,
        Change::BidPlaced { bids, extended, .. } => EventKind::BidPlaced {
            bids: bids.iter().map(|bid| row(event, seq, bid, currency, &name)).collect(),
            leader: leader(),
            current_price,
            extended: *extended,
            auction_end,
        },
        Change::DescriptionChanged { description } => EventKind::DescriptionChanged {
            description: description.clone(),
            revision: auction.state.revision,
        },
        Change::ReserveChanged { .. } => {
            EventKind::ReserveChanged { reserve_met: auction.reserve_met(), current_price }
        }
        Change::BidsVoided(voided) => EventKind::BidsVoided {
            bid_ids: voided.bids.clone(),
            reason: voided.reason.clone(),
            leader: leader(),
            current_price,
            bid_count: auction.state.bid_count,
        },
        Change::Extended { reason } => {
            EventKind::AuctionExtended { auction_end, reason: reason.clone() }
        }
        Change::Annulled { reason } => EventKind::SaleAnnulled { reason: reason.clone() },
        Change::Cancelled { reason } => EventKind::AuctionCancelled { reason: reason.clone() },
        Change::Closed(closing) => closed(auction, closing, &name),
        Change::Raised { .. } if planted::is(Bug::LeakInSeq) => {
            EventKind::ReserveChanged { reserve_met: auction.reserve_met(), current_price }
        }
        Change::Raised { .. } | Change::SealedBidPlaced { .. } | Change::SealedBidVoided { .. } => {
            return None;
        }
    };
    Some(AuctionEvent { seq, at: event.at, kind })
}

fn row(
    event: &Event,
    seq: i64,
    bid: &PlacedBid,
    currency: Currency,
    name: impl Fn(UserId) -> Option<String>,
) -> BidRow {
    let is_maximum =
        || matches!(&event.change, Change::BidPlaced { offer: Offered::Maximum(_), .. });
    BidRow {
        bid_id: bid.bid_id,
        seq,
        at: event.at,
        bidder: name(bid.bidder).unwrap_or_default(),
        amount: bid.amount.to_decimal(currency),
        automatic: bid.automatic || planted::is(Bug::LeakInRow) && is_maximum(),
        voided: false,
    }
}

fn closed(
    auction: &Auction,
    closing: &Closing,
    name: impl Fn(UserId) -> Option<String>,
) -> EventKind {
    let decimal = |amount: Amount| amount.to_decimal(auction.terms.currency);
    let sealed = auction.terms.format.is_sealed();
    let sealed_bids = closing.sealed.iter().map(|bid| SealedBidRow {
        bid_id: bid.bid_id,
        bidder: name(bid.bidder).unwrap_or_default(),
        amount: decimal(bid.amount),
    });
    let (outcome, winner, hammer_price, reason) = match closing.outcome {
        Outcome::Sold { winner, hammer_price } => {
            ("sold", name(winner), Some(decimal(hammer_price)), None)
        }
        Outcome::Unsold(why) => ("unsold", None, None, Some(why.as_str().to_owned())),
    };
    EventKind::AuctionClosed {
        outcome: outcome.to_owned(),
        winner,
        hammer_price,
        reason,
        sealed_bids: sealed.then(|| sealed_bids.collect()),
        sealed_bid_count: sealed.then_some(auction.state.bid_count),
    }
}
