//! From the rules' events to the rows of the log and the events of the wire.

mod wire;

use gobid_api::bids::BidResult;
use gobid_auction::{Amount, Auction, Change, Currency, Event, Offer, Offered, UserId};
use gobid_store::{AcceptedBid, LogEntry, OfferKind, Private};

use crate::hub::answer::PlaceBid;
use crate::view::decimal;
pub(crate) use wire::wire_event;

/// The entry of the log. `request` is the bid that the event accepts, with its digest.
pub(crate) fn log_entry(
    auction: &Auction,
    event: &Event,
    public: Option<String>,
    request: Option<(&PlaceBid, &[u8])>,
) -> LogEntry {
    LogEntry {
        product_id: auction.terms.product_id,
        position: event.position,
        seq: event.seq,
        entry_id: event.entry_id,
        kind: kind(&event.change),
        actor_id: event.actor,
        request_id: request.map(|(bid, _)| bid.request_id),
        request_digest: request.map(|(_, digest)| digest.to_vec()),
        offer: offered(&event.change).map(|offer| offer.amount().minor_units()),
        seq_after: event.seq.unwrap_or(auction.state.seq),
        leader: event.after.leader,
        price: event.after.price.map(Amount::minor_units),
        minimum: event.after.minimum.map(Amount::minor_units),
        auction_end: event.after.auction_end.as_micros(),
        received_at: event.received_at.as_micros(),
        at: event.at.as_micros(),
        public,
        private: private(event, auction.state.reserve),
    }
}

/// What an event offers, when it is one of a bidder's.
pub(crate) const fn offered(change: &Change) -> Option<Offered> {
    match change {
        Change::BidPlaced { offer, .. } => Some(*offer),
        Change::Raised { maximum, .. } => Some(Offered::Maximum(*maximum)),
        Change::SealedBidPlaced { amount, .. } => Some(Offered::Firm(*amount)),
        _ => None,
    }
}

/// The number of the bidder whose offer an event is.
pub(crate) const fn number(change: &Change) -> Option<i64> {
    match change {
        Change::BidPlaced { number, .. }
        | Change::Raised { number, .. }
        | Change::SealedBidPlaced { number, .. } => Some(*number),
        _ => None,
    }
}

/// What the public does not see of an event, and a replay or an admin needs. `reserve` is the one
/// in force.
fn private(event: &Event, reserve: Option<Amount>) -> Option<Private> {
    let maximum = event.after.maximum;
    match &event.change {
        Change::BidPlaced { offer, number, bids, .. } => {
            let answer = bids.iter().find(|bid| bid.automatic);
            Some(Private {
                maximum,
                bidder_number: Some(*number),
                offer: OfferKind::of(*offer),
                automatic: answer.map(|bid| (bid.bid_id, bid.bidder)),
                ..Private::default()
            })
        }
        Change::Raised { number, .. } => Some(Private {
            maximum,
            bidder_number: Some(*number),
            offer: OfferKind::Maximum,
            ..Private::default()
        }),
        Change::SealedBidPlaced { number, .. } => {
            Some(Private { bidder_number: Some(*number), ..Private::default() })
        }
        Change::ReserveChanged { before, reserve } => {
            let (reserve_before, reserve) = (*before, *reserve);
            Some(Private { maximum, reserve_before, reserve, ..Private::default() })
        }
        Change::BidsVoided(voided) => Some(Private {
            maximum,
            bidder: Some(voided.bidder),
            bidder_number: Some(voided.number),
            struck: voided.entries.clone(),
            struck_rows: voided.bids.clone(),
            ..Private::default()
        }),
        Change::SealedBidVoided { bidder, number, reason } => Some(Private {
            bidder: Some(*bidder),
            bidder_number: Some(*number),
            reason: Some(reason.clone()),
            ..Private::default()
        }),
        Change::Closed(_) => Some(Private { maximum, reserve, ..Private::default() }),
        _ => None,
    }
}

const fn kind(change: &Change) -> &'static str {
    match change {
        Change::Opened => "opened",
        Change::BidPlaced { .. } => "bid_placed",
        Change::Raised { .. } => "raised",
        Change::SealedBidPlaced { .. } => "sealed_bid_placed",
        Change::DescriptionChanged { .. } => "description_changed",
        Change::ReserveChanged { .. } => "reserve_changed",
        Change::BidsVoided(_) => "bids_voided",
        Change::SealedBidVoided { .. } => "sealed_bid_voided",
        Change::Extended { .. } => "extended",
        Change::Annulled { .. } => "annulled",
        Change::Cancelled { .. } => "cancelled",
        Change::Closed(_) => "closed",
    }
}

/// The kinds of bids, as the first byte of a digest.
const FIRM: u8 = 1;
const MAXIMUM: u8 = 2;
const PURCHASE: u8 = 3;

/// What a bid is about: its kind, minor units and expected price. A repeated request id must be
/// about the same. `None` when an amount is none in the auction's currency.
pub(crate) fn digest(bid: &PlaceBid, currency: Currency) -> Option<Vec<u8>> {
    let minor = |decimal| Amount::from_decimal(decimal, currency).ok().map(Amount::minor_units);
    let expected = bid.expected_price.map_or(Some(0), minor)?;
    let (kind, amount) = match bid.offer {
        Offer::Firm(amount) => (FIRM, minor(amount)?),
        Offer::Maximum(amount) => (MAXIMUM, minor(amount)?),
        Offer::BuyNow => (PURCHASE, 0),
    };
    let mut digest = vec![kind];
    digest.extend(amount.to_be_bytes());
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
pub(crate) fn bid_result(auction: &Auction, bidder: UserId, bid: &AcceptedBid) -> BidResult {
    let (product_id, currency) = (auction.terms.product_id, auction.terms.currency);
    let is_maximum = bid.request_digest.first() == Some(&MAXIMUM);
    let offer = decimal(bid.offer, currency);
    BidResult {
        bid_id: bid.entry_id,
        product_id,
        seq: bid.seq_after,
        amount: offer.filter(|_| !is_maximum),
        max_amount: offer.filter(|_| is_maximum),
        leading: (!auction.terms.format.is_sealed()).then_some(bid.leader == Some(bidder)),
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
