//! What the tests of the rules share: the people, the terms, and an auction with its log.

pub(crate) mod public;
pub(crate) mod random;
pub(crate) mod sale;
pub(crate) mod script;
pub(crate) mod told;

use std::time::Duration;

use gobid_auction::{
    Actor, Amount, Bid, Decimal, Dutch, Format, Increment, Offer, Order, Rejection, ReserveEdit,
    Terms, Timestamp, TooLow, UserId, VoidTarget,
};
use uuid::Uuid;

pub(crate) use sale::Sale;

pub(crate) const A: UserId = Uuid::from_u128(0xA);
pub(crate) const B: UserId = Uuid::from_u128(0xB);
pub(crate) const C: UserId = Uuid::from_u128(0xC);
pub(crate) const D: UserId = Uuid::from_u128(0xD);
pub(crate) const SELLER: Actor = Actor { user_id: Uuid::from_u128(0x5E11), is_admin: false };
pub(crate) const ADMIN: Actor = Actor { user_id: Uuid::from_u128(0xAD), is_admin: true };
pub(crate) const STRANGER: Actor = Actor { user_id: D, is_admin: false };

/// Times of the tests are microseconds, like those of the rules.
pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const CREATED: i64 = 100 * SECOND;
pub(crate) const START: i64 = 1_000 * SECOND;
/// When a command comes in a test that is not about times.
pub(crate) const SOON: i64 = START + SECOND;
pub(crate) const END: i64 = START + 3_600 * SECOND;
/// The first moment at which a close is judged.
pub(crate) const SETTLED: i64 = END + 250_000;

pub(crate) const fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn amount(minor: i64) -> Amount {
    Amount::new(minor).unwrap()
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The amount that a text means in US dollars.
pub(crate) fn usd(text: &str) -> Amount {
    Amount::from_decimal(decimal(text), "USD".parse().unwrap()).unwrap()
}

/// The amounts of texts separated by spaces.
pub(crate) fn amounts(texts: &str) -> Vec<Amount> {
    texts.split_whitespace().map(usd).collect()
}

/// From 100.00 dollars in steps of 10.00, with nothing that may be left out; a Dutch auction falls
/// by 10.00 each minute down to 50.00.
pub(crate) fn terms(format: Format) -> Terms {
    let is_english = format == Format::English;
    let dutch = Dutch { floor: usd("50"), step: usd("10"), tick_seconds: 60 };
    Terms {
        product_id: Uuid::from_u128(7),
        seller_id: SELLER.user_id,
        format,
        currency: "USD".parse().unwrap(),
        baseprice: usd("100"),
        increment: if is_english { Increment::flat(usd("10")) } else { Increment::DEFAULT },
        buy_now_price: None,
        soft_close: Duration::ZERO,
        hard_end: None,
        dutch: (format == Format::Dutch).then_some(dutch),
        auction_start: at(START),
        starts_later: true,
    }
}

pub(crate) fn english() -> Terms {
    terms(Format::English)
}

fn bid(bidder: UserId, offer: Offer) -> Bid {
    let (number, sealed, expected_price, not_after, cap) = (None, None, None, None, None);
    Bid { bidder, number, sealed, offer, expected_price, not_after, cap }
}

pub(crate) fn firm(bidder: UserId, text: &str) -> Bid {
    bid(bidder, Offer::Firm(decimal(text)))
}

pub(crate) fn maximum(bidder: UserId, text: &str) -> Bid {
    bid(bidder, Offer::Maximum(decimal(text)))
}

pub(crate) fn purchase(bidder: UserId) -> Bid {
    bid(bidder, Offer::BuyNow)
}

pub(crate) fn description(text: &str) -> Order {
    Order::Edit { description: Some(text.to_owned()), reserve: None, revision: None }
}

/// An edit of the reserve alone: `none` removes it.
pub(crate) fn reserve(text: &str) -> Order {
    let edit = match text {
        "none" => ReserveEdit::Remove,
        amount => ReserveEdit::Set(decimal(amount)),
    };
    Order::Edit { description: None, reserve: Some(edit), revision: None }
}

pub(crate) fn cancel() -> Order {
    Order::Cancel { reason: reason() }
}

pub(crate) fn extend(auction_end: i64) -> Order {
    Order::Extend { auction_end: at(auction_end), reason: reason() }
}

pub(crate) fn annul() -> Order {
    Order::Annul { reason: reason() }
}

pub(crate) fn void(bid_id: Uuid) -> Order {
    Order::Void { target: VoidTarget::Bid(bid_id), reason: reason(), log: Vec::new() }
}

pub(crate) fn void_bidder(user_id: UserId) -> Order {
    let target = VoidTarget::Bidder { user_id, sealed: None, number: None };
    Order::Void { target, reason: reason(), log: Vec::new() }
}

pub(crate) fn reason() -> String {
    "as agreed".to_owned()
}

pub(crate) fn closed(auction_end: i64, received_in_time: bool) -> Rejection {
    Rejection::Closed { auction_end: at(auction_end), received_in_time }
}

/// A refusal that names a price and a minimum (none where the text is empty), and these steps.
pub(crate) fn too_low(price: &str, minimum: &str, next_bids: &str) -> Rejection {
    let named = |text: &str| (!text.is_empty()).then(|| usd(text));
    Rejection::TooLow(TooLow {
        current_price: named(price),
        minimum_next_bid: named(minimum),
        next_bids: amounts(next_bids),
    })
}

/// The code of a refusal on the wire.
pub(crate) const fn code(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::Expired => "expired",
        Rejection::NotAnAmount { .. } | Rejection::Invalid(_) => "validation_failed",
        Rejection::Closed { .. } => "auction_closed",
        Rejection::NotOpen { .. } => "auction_not_open",
        Rejection::OwnProduct => "own_product",
        Rejection::WrongFormat => "wrong_format",
        Rejection::SpendingCap => "spending_cap",
        Rejection::BuyNowUnavailable => "buy_now_unavailable",
        Rejection::PriceMoved { .. } => "price_moved",
        Rejection::AlreadyLeading => "already_leading",
        Rejection::TooLow(_) => "bid_too_low",
        Rejection::NotDue => "not_due",
        Rejection::Forbidden { .. } => "forbidden",
        Rejection::OtherRevision { .. } => "precondition_failed",
        Rejection::PriceFixed => "price_fixed",
        Rejection::NoSuchBid | Rejection::NoSale => "not_found",
        Rejection::AlreadyVoided | Rejection::AlreadyAnnulled => "already_exists",
    }
}
