//! The engine's words in the model's: they share no type.

use std::collections::BTreeMap;

use gobid_auction::{
    Action, Change, Currency, Decimal, EntryId, Format, Offer, Order, Rejection, ReserveEdit,
    Timestamp, UserId, VoidTarget,
};

use crate::reference::{self, Answer, Refused};
use crate::support::told::Told;
use crate::support::{END, Sale, code};

pub(crate) fn user(user: UserId) -> u64 {
    u64::try_from(user.as_u128()).unwrap()
}

pub(crate) fn terms(sale: &Sale) -> reference::Terms {
    let (terms, state) = (&sale.auction.terms, &sale.auction.state);
    let rungs = terms.increment.rungs().iter();
    let created_at = sale.log.first().map_or(state.last_at, |opening| opening.at);
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
        reserve: state.reserve.map(gobid_auction::Amount::minor_units),
        buy_now: terms.buy_now_price.map(gobid_auction::Amount::minor_units),
        soft_close_micros: i64::try_from(terms.soft_close.as_micros()).unwrap(),
        hard_end: terms.hard_end.map(Timestamp::as_micros),
        dutch: terms.dutch.map(|dutch| reference::Dutch {
            floor: dutch.floor.minor_units(),
            step: dutch.step.minor_units(),
            tick_micros: i64::from(dutch.tick_seconds) * crate::support::SECOND,
        }),
        start: terms.auction_start.as_micros(),
        starts_later: terms.starts_later,
        end: END,
        seller: user(terms.seller_id),
        created_at: created_at.as_micros(),
    }
}

/// A command; bids go by the model's ids.
pub(crate) fn order(
    told: &Told,
    ids: &BTreeMap<EntryId, u64>,
    currency: Currency,
) -> reference::Order {
    let (actor, order) = match &told.action {
        Action::Bid(bid) => return reference::Order::Bid(bid_of(told, bid, currency)),
        Action::Open => return reference::Order::Open,
        Action::Close(_) => return reference::Order::Close,
        Action::Order(actor, order) => (actor, order),
    };
    let (by, admin) = (user(actor.user_id), actor.is_admin);
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
            let bid = ids.get(bid_id).copied().unwrap_or(u64::MAX);
            reference::Order::VoidBid { bid, admin }
        }
        Order::Void { target: VoidTarget::Bidder { user_id, .. }, .. } => {
            reference::Order::VoidBidder { bidder: user(*user_id), admin }
        }
    }
}

fn bid_of(told: &Told, bid: &gobid_auction::Bid, currency: Currency) -> reference::Bid {
    reference::Bid {
        bidder: user(bid.bidder),
        request: told.request,
        offer: match bid.offer {
            Offer::Firm(value) => reference::Offer::Firm(decimal(value)),
            Offer::Maximum(value) => reference::Offer::Maximum(decimal(value)),
            Offer::BuyNow => reference::Offer::BuyNow,
        },
        expected: bid.expected_price.map(decimal),
        not_after: bid.not_after.map(Timestamp::as_micros),
        cap: bid.cap.map(|cap| (cap.max_offer.minor_units(), cap.currency == currency)),
    }
}

fn decimal(value: Decimal) -> reference::Decimal {
    let (digits, scale) = value.parts();
    reference::Decimal { digits, scale: scale.into() }
}

/// A refusal, with the facts that its code comes with.
pub(crate) fn refused(rejection: &Rejection) -> Answer {
    let mut refused = Refused { code: code(rejection), ..Refused::default() };
    match rejection {
        Rejection::NotDue => return Answer::NotDue,
        Rejection::TooLow(low) => {
            refused.minimum = low.minimum_next_bid.map(gobid_auction::Amount::minor_units);
            refused.price = low.current_price.map(gobid_auction::Amount::minor_units);
            refused.next = low.next_bids.iter().map(|step| step.minor_units()).collect();
        }
        Rejection::PriceMoved { current_price } => {
            refused.price = current_price.map(gobid_auction::Amount::minor_units);
        }
        Rejection::OtherRevision { revision } => refused.revision = Some(*revision),
        Rejection::Closed { auction_end, received_in_time } => {
            refused.end = Some(auction_end.as_micros());
            refused.received_in_time = Some(*received_in_time);
        }
        Rejection::NotOpen { auction_start } => refused.start = Some(auction_start.as_micros()),
        Rejection::NotAnAmount { field, .. } => refused.field = Some(field),
        Rejection::Invalid(fault) => refused.field = Some(fault.field),
        _ => {}
    }
    Answer::Refused(refused)
}

/// The type of an event on the wire.
pub(crate) const fn kind(change: &Change) -> &'static str {
    match change {
        Change::Opened => "auction_opened",
        Change::BidPlaced { .. } => "bid_placed",
        Change::Raised { .. } | Change::SealedBidPlaced { .. } | Change::SealedBidVoided { .. } => {
            "private"
        }
        Change::DescriptionChanged { .. } => "description_changed",
        Change::ReserveChanged { .. } => "reserve_changed",
        Change::BidsVoided(_) => "bids_voided",
        Change::Extended { .. } => "auction_extended",
        Change::Annulled { .. } => "sale_annulled",
        Change::Cancelled { .. } => "auction_cancelled",
        Change::Closed(_) => "auction_closed",
    }
}
