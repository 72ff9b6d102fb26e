//! From the rules' events to the rows of the log and the events of the wire.

use gobid_api::bids::{BidResult, BidRow};
use gobid_api::live::{AuctionEvent, EventKind};
use gobid_auction::{Amount, Auction, Change, Currency, Event, Outcome, ProductId, Unsold, UserId};
use gobid_store::{AcceptedBid, LogEntry};
use serde::Serialize;

use crate::hub::answer::PlaceBid;
use crate::view::decimal;

/// What the public does not see of an entry, and a replay needs.
#[derive(Serialize)]
struct Private {
    maximum: Amount,
    bidder_number: i64,
}

/// The event as the wire has it. `name` gives the name that the public sees of a bidder.
pub(crate) fn wire_event(
    auction: &Auction,
    event: &Event,
    name: impl Fn(UserId) -> Option<String>,
) -> Option<AuctionEvent> {
    let seq = event.seq?;
    let decimal = |amount: Amount| amount.to_decimal(auction.terms.currency);
    let kind = match &event.change {
        Change::Opened => EventKind::AuctionOpened,
        Change::BidPlaced { bids, extended, .. } => {
            let row = |bid: &gobid_auction::PlacedBid| BidRow {
                bid_id: bid.bid_id,
                seq,
                at: event.at,
                bidder: name(bid.bidder).unwrap_or_default(),
                amount: decimal(bid.amount),
                automatic: bid.automatic,
                voided: false,
            };
            EventKind::BidPlaced {
                bids: bids.iter().map(row).collect(),
                leader: event.after.leader.and_then(&name),
                current_price: event.after.price.map(decimal),
                extended: *extended,
                auction_end: event.after.auction_end,
            }
        }
        Change::Closed(Outcome::Sold { winner, hammer_price }) => EventKind::AuctionClosed {
            outcome: "sold".to_owned(),
            winner: name(*winner),
            hammer_price: Some(decimal(*hammer_price)),
            reason: None,
        },
        Change::Closed(Outcome::Unsold(Unsold::NoBids)) => EventKind::AuctionClosed {
            outcome: "unsold".to_owned(),
            winner: None,
            hammer_price: None,
            reason: Some("no_bids".to_owned()),
        },
    };
    Some(AuctionEvent { seq, at: event.at, kind })
}

/// The entry of the log. `request` is the bid that the event accepts, with its digest.
pub(crate) fn log_entry(
    auction: &Auction,
    event: &Event,
    public: Option<String>,
    request: Option<(&PlaceBid, &[u8])>,
) -> LogEntry {
    let (offer, private) = match &event.change {
        Change::BidPlaced { offer, number, .. } => {
            let private =
                Private { maximum: event.after.maximum.unwrap_or(*offer), bidder_number: *number };
            (Some(offer.minor_units()), serde_json::to_string(&private).ok())
        }
        Change::Opened | Change::Closed(_) => (None, None),
    };
    LogEntry {
        product_id: auction.terms.product_id,
        position: event.position,
        seq: event.seq,
        entry_id: event.entry_id,
        kind: kind(&event.change),
        actor_id: event.actor,
        request_id: request.map(|(bid, _)| bid.request_id),
        request_digest: request.map(|(_, digest)| digest.to_vec()),
        offer,
        seq_after: event.seq.unwrap_or(auction.state.seq),
        leader: event.after.leader,
        price: event.after.price.map(Amount::minor_units),
        minimum: event.after.minimum.map(Amount::minor_units),
        auction_end: event.after.auction_end.as_micros(),
        received_at: event.received_at.as_micros(),
        at: event.at.as_micros(),
        public,
        private,
    }
}

const fn kind(change: &Change) -> &'static str {
    match change {
        Change::Opened => "opened",
        Change::BidPlaced { .. } => "bid_placed",
        Change::Closed(_) => "closed",
    }
}

/// What a bid is about: its kind, minor units and expected price. A repeated request id must be
/// about the same. `None` when an amount is none in the auction's currency.
pub(crate) fn digest(bid: &PlaceBid, currency: Currency) -> Option<Vec<u8>> {
    const FIRM: u8 = 1;
    let minor = |decimal| Amount::from_decimal(decimal, currency).ok().map(Amount::minor_units);
    let expected = bid.expected_price.map_or(Some(0), minor)?;
    let gobid_auction::Offer::Firm(amount) = bid.offer;
    let mut digest = vec![FIRM];
    digest.extend(minor(amount)?.to_be_bytes());
    digest.extend(expected.to_be_bytes());
    Some(digest)
}

/// An entry that was just written, as a look-up would find it.
pub(crate) fn accepted(entry: &LogEntry) -> AcceptedBid {
    AcceptedBid {
        entry_id: entry.entry_id,
        request_digest: entry.request_digest.clone().unwrap_or_default(),
        offer: entry.offer,
        seq_after: entry.seq_after,
        leader: entry.leader,
        price: entry.price,
        minimum: entry.minimum,
        auction_end: entry.auction_end,
        received_at: entry.received_at,
    }
}

/// The answer to a bid that the log holds: the same for every repetition.
pub(crate) fn bid_result(
    product_id: ProductId,
    bidder: UserId,
    bid: &AcceptedBid,
    currency: Currency,
) -> BidResult {
    BidResult {
        bid_id: bid.entry_id,
        product_id,
        seq: bid.seq_after,
        amount: decimal(bid.offer, currency),
        leading: Some(bid.leader == Some(bidder)),
        current_price: decimal(bid.price, currency),
        minimum_next_bid: decimal(bid.minimum, currency),
        auction_end: gobid_auction::Timestamp::from_micros(bid.auction_end),
        received_at: gobid_auction::Timestamp::from_micros(bid.received_at),
    }
}

/// The opening of an auction that starts at once, applied to it: the first entry of its log.
/// `None` when it starts later.
pub(crate) fn first_entry(
    auction: &mut Auction,
    ids: gobid_auction::EntryIds,
    now: gobid_auction::Timestamp,
) -> Option<LogEntry> {
    let command = gobid_auction::Command { ids, action: gobid_auction::Action::Open };
    let event = auction.judge(&command, now, now).ok()?.into_iter().next()?;
    let public = serde_json::to_string(&wire_event(auction, &event, |_| None)?).ok();
    let entry = log_entry(auction, &event, public, None);
    auction.apply(&event);
    Some(entry)
}
