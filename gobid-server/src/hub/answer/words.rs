//! The words of the wire for what the rules refuse.

use gobid_api::problem::{ErrorCode, Facts};
use gobid_auction::{Amount, Currency, Rejection, Timestamp, TooLow};

/// The code, the sentence and the facts of a rule's refusal. `leads` says whether it is the leader
/// who is refused.
pub(super) fn of(
    rejection: Rejection,
    currency: Currency,
    leads: bool,
) -> (ErrorCode, String, Facts) {
    let decimal = |amount: Amount| amount.to_decimal(currency);
    let plain = |code, detail: &str| (code, detail.to_owned(), Facts::default());
    match rejection {
        Rejection::Expired => plain(
            ErrorCode::Expired,
            "not_after had passed when the bid arrived: it was looked up and not judged",
        ),
        Rejection::NotAnAmount { field, why } => not_valid(field, &why.to_string()),
        Rejection::Invalid(fault) => not_valid(fault.field, fault.why),
        Rejection::Closed { auction_end, received_in_time } => {
            closed(auction_end, received_in_time)
        }
        Rejection::NotOpen { auction_start } => (
            ErrorCode::AuctionNotOpen,
            format!("bidding begins at {auction_start}"),
            Facts { auction_start: Some(auction_start), ..Facts::default() },
        ),
        Rejection::OwnProduct => plain(ErrorCode::OwnProduct, "nobody bids on his own product"),
        Rejection::WrongFormat => plain(
            ErrorCode::WrongFormat,
            "maxima, purchases and expected prices are for english auctions alone: send an amount",
        ),
        Rejection::SpendingCap => {
            plain(ErrorCode::SpendingCap, "the token may not offer as much in this currency")
        }
        Rejection::BuyNowUnavailable => plain(
            ErrorCode::BuyNowUnavailable,
            "there is no buy-now price, or bidding has gone past it: place a bid",
        ),
        Rejection::PriceMoved { current_price } => (
            ErrorCode::PriceMoved,
            "the current price is not the expected one: look at it and bid again".to_owned(),
            Facts { current_price: Some(current_price.map(decimal)), ..Facts::default() },
        ),
        Rejection::AlreadyLeading => plain(
            ErrorCode::AlreadyLeading,
            "you lead already: to go on leading, send a higher maximum (max_amount)",
        ),
        Rejection::TooLow(low) => too_low(low, currency, leads),
        Rejection::NotDue => plain(ErrorCode::Internal, "nothing was due"),
        rejection => of_order(&rejection),
    }
}

/// The same of an order.
fn of_order(rejection: &Rejection) -> (ErrorCode, String, Facts) {
    let mut facts = Facts::default();
    let (code, detail) = match rejection {
        Rejection::Forbidden { admin_may: false } => {
            (ErrorCode::Forbidden, "only the seller may do this")
        }
        Rejection::Forbidden { .. } => (
            ErrorCode::Forbidden,
            "only an admin may do this; a seller cancels his own auction until its first bid, and no \
             sealed one that is open",
        ),
        Rejection::OtherRevision { revision } => {
            facts.revision = Some(*revision);
            let why = "the product was edited since: read it again, and send its revision";
            (ErrorCode::PreconditionFailed, why)
        }
        Rejection::PriceFixed => (
            ErrorCode::PriceFixed,
            "after the first bid a reserve may be lowered or removed once; that of an open sealed \
             auction may not be changed",
        ),
        Rejection::NoSuchBid => {
            (ErrorCode::NotFound, "there is no public bid of this id, or none of this bidder")
        }
        Rejection::AlreadyVoided => (ErrorCode::AlreadyExists, "it is struck already"),
        Rejection::NoSale => (ErrorCode::NotFound, "there is no sale to annul"),
        Rejection::AlreadyAnnulled => (ErrorCode::AlreadyExists, "the sale is annulled already"),
        _ => (ErrorCode::Internal, "refused"),
    };
    (code, detail.to_owned(), facts)
}

fn closed(auction_end: Timestamp, received_in_time: bool) -> (ErrorCode, String, Facts) {
    let facts = Facts {
        auction_end: Some(auction_end),
        received_in_time: Some(received_in_time),
        ..Facts::default()
    };
    (ErrorCode::AuctionClosed, format!("the auction ended at {auction_end}"), facts)
}

fn too_low(low: TooLow, currency: Currency, leads: bool) -> (ErrorCode, String, Facts) {
    let decimal = |amount: Amount| amount.to_decimal(currency);
    let detail = match low.minimum_next_bid {
        _ if leads => {
            "you lead already, and a maximum never goes down: send one above the one you have"
                .to_owned()
        }
        Some(minimum) => format!("bid at least {} {currency}", decimal(minimum)),
        None => "no higher bid is possible".to_owned(),
    };
    let facts = Facts {
        minimum_next_bid: Some(low.minimum_next_bid.map(decimal)),
        next_bids: Some(low.next_bids.into_iter().map(decimal).collect()),
        current_price: Some(low.current_price.map(decimal)),
        ..Facts::default()
    };
    (ErrorCode::BidTooLow, detail, facts)
}

fn not_valid(field: &str, why: &str) -> (ErrorCode, String, Facts) {
    let errors = [(field.to_owned(), vec![why.to_owned()])].into();
    let facts = Facts { errors: Some(errors), ..Facts::default() };
    (ErrorCode::ValidationFailed, format!("{field} {why}"), facts)
}
