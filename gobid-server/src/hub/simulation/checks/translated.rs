//! The engine's words in the model's: they share no type.

use std::collections::BTreeMap;

use gobid_api::live::{AuctionEvent, EventKind};
use gobid_auction::{
    Amount, Decimal, EntryId, Format, Offer, Order, ReserveEdit, Timestamp, UserId, VoidTarget,
};
use gobid_store::{LogEntry, NewProductRow};

use super::Ledger;
use super::reference::{self, View};
use crate::hub::answer::PlaceBid;

pub(super) fn user(user: UserId) -> u64 {
    u64::try_from(user.as_u128()).unwrap()
}

pub(super) fn terms(product: &NewProductRow) -> reference::Terms {
    let (terms, state) = (&product.auction.terms, &product.auction.state);
    let rungs = terms.increment.rungs().iter();
    reference::Terms {
        format: match terms.format {
            Format::English => reference::Format::English,
            Format::SealedFirstPrice => reference::Format::SealedFirst,
            Format::SealedSecondPrice => reference::Format::SealedSecond,
            Format::Dutch => reference::Format::Dutch,
        },
        digits: terms.currency.digits().into(),
        baseprice: terms.baseprice.minor_units(),
        ladder: rungs.map(|rung| (rung.from, rung.step.minor_units())).collect(),
        reserve: state.reserve.map(Amount::minor_units),
        buy_now: terms.buy_now_price.map(Amount::minor_units),
        soft_close_micros: i64::try_from(terms.soft_close.as_micros()).unwrap(),
        hard_end: terms.hard_end.map(Timestamp::as_micros),
        dutch: terms.dutch.map(|dutch| reference::Dutch {
            floor: dutch.floor.minor_units(),
            step: dutch.step.minor_units(),
            tick_micros: i64::from(dutch.tick_seconds) * 1_000_000,
        }),
        start: terms.auction_start.as_micros(),
        starts_later: terms.starts_later,
        end: state.auction_end.as_micros(),
        seller: user(terms.seller_id),
        created_at: product.created_at.as_micros(),
    }
}

pub(super) fn bid(bid: &PlaceBid, bidder: UserId) -> reference::Order {
    reference::Order::Bid(reference::Bid {
        bidder: user(bidder),
        request: user(bid.request_id),
        offer: match bid.offer {
            Offer::Firm(value) => reference::Offer::Firm(decimal(value)),
            Offer::Maximum(value) => reference::Offer::Maximum(decimal(value)),
            Offer::BuyNow => reference::Offer::BuyNow,
        },
        expected: bid.expected_price.map(decimal),
        not_after: bid.not_after.map(Timestamp::as_micros),
        cap: None,
    })
}

/// Bids go by the model's ids.
pub(super) fn order(
    order: &Order,
    by: UserId,
    admin: bool,
    bid_ids: &BTreeMap<EntryId, u64>,
) -> reference::Order {
    let by = user(by);
    match order {
        Order::Edit { description, reserve, revision } => reference::Order::Edit {
            by,
            description: description.clone(),
            reserve: reserve.map(|edit| match edit {
                ReserveEdit::Set(value) => Some(decimal(value)),
                ReserveEdit::Remove => None,
            }),
            revision: *revision,
        },
        Order::Cancel { .. } => reference::Order::Cancel { by, admin },
        Order::Extend { auction_end, .. } => {
            reference::Order::Extend { end: auction_end.as_micros(), admin }
        }
        Order::Annul { .. } => reference::Order::Annul { admin },
        Order::Void { target: VoidTarget::Bid(bid_id), .. } => {
            let bid = bid_ids.get(bid_id).copied().unwrap_or(u64::MAX);
            reference::Order::VoidBid { bid, admin }
        }
        Order::Void { target: VoidTarget::Bidder { user_id, .. }, .. } => {
            reference::Order::VoidBidder { bidder: user(*user_id), admin }
        }
    }
}

/// What the house has done, by the last entry it led to.
pub(super) fn of_house(kind: &str) -> reference::Order {
    if kind == "closed" { reference::Order::Close } else { reference::Order::Open }
}

fn decimal(value: Decimal) -> reference::Decimal {
    let (digits, scale) = value.parts();
    reference::Decimal { digits, scale: scale.into() }
}

/// The type of an event on the wire, by the kind of its entry; `None` when nobody else sees it.
fn word(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "opened" => "auction_opened",
        "bid_placed" => "bid_placed",
        "description_changed" => "description_changed",
        "reserve_changed" => "reserve_changed",
        "bids_voided" => "bids_voided",
        "extended" => "auction_extended",
        "annulled" => "sale_annulled",
        "cancelled" => "auction_cancelled",
        "closed" => "auction_closed",
        _ => return None,
    })
}

/// What the public sees of an entry is what the model shows of it.
pub(super) fn shows_as(entry: &LogEntry, view: &View, ledger: &Ledger) -> Result<(), String> {
    let shown = view.events.iter().find(|event| event.position == entry.position);
    let (Some(shown), Some(public)) = (shown, &entry.public) else {
        let nobody_sees_it = shown.is_none() && entry.public.is_none() && entry.seq.is_none();
        return nobody_sees_it.then_some(()).ok_or_else(|| format!("who sees {entry:?}?"));
    };
    let event: AuctionEvent = serde_json::from_str(public).map_err(|why| why.to_string())?;
    let rows = match &event.kind {
        EventKind::BidPlaced { bids, extended, .. } if *extended == shown.extended => {
            bids.iter().map(|row| row.bid_id).collect()
        }
        EventKind::BidPlaced { .. } => return Err(format!("has {public} moved the end?")),
        EventKind::BidsVoided { bid_ids, .. } => bid_ids.clone(),
        _ => Vec::new(),
    };
    let rows: Vec<_> = rows.iter().map(|id| ledger.bid_ids.get(id).copied()).collect();
    let expected: Vec<_> = shown.rows.iter().copied().map(Some).collect();
    let same = word(entry.kind) == Some(shown.kind) && rows == expected && entry.at == shown.at;
    if same { Ok(()) } else { Err(format!("{public} is to be {shown:?}")) }
}
