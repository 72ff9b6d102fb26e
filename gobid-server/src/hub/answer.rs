//! What a bid asks of the hub, and what the hub answers.

use std::time::Duration;

use gobid_api::bids::BidResult;
use gobid_api::problem::{ErrorCode, Facts, Outcome};
use gobid_auction::{
    Amount, Currency, Decimal, MoneyError, Offer, Rejection, RequestId, Timestamp, UserId,
};
use gobid_store::SessionKey;

/// Who bids, and by which session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The user.
    pub(crate) user_id: UserId,
    /// The session, which must be alive when the bid is judged.
    pub(crate) session: SessionKey,
}

/// A bid, as the edge has read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlaceBid {
    /// What the bid is named by.
    pub(crate) request_id: RequestId,
    /// What is offered.
    pub(crate) offer: Offer,
    /// The current price the bidder wants to bid at, and at no other.
    pub(crate) expected_price: Option<Decimal>,
    /// The moment after which the bid is not judged any more.
    pub(crate) not_after: Option<Timestamp>,
}

/// The answer to a bid.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// It is in the log.
    Accepted {
        /// What became of it.
        result: BidResult,
        /// Whether it had been accepted before, under the same request id.
        repeated: bool,
    },
    /// It was refused.
    Refused(Box<Refusal>),
    /// It could not be judged, or what became of it is not known.
    Unavailable {
        /// Whether it is certain that it was not recorded.
        outcome: Outcome,
        /// How long to wait before repeating it.
        retry_after: Duration,
        /// When it was received.
        received_at: Timestamp,
    },
}

/// Why a bid was refused, in the words of the wire.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    /// The kind of refusal.
    pub(crate) code: ErrorCode,
    /// The same in a sentence.
    pub(crate) detail: String,
    /// What else there is to know; `judged` and `received_at` always.
    pub(crate) facts: Facts,
}

impl Answer {
    /// How long to wait before a bid is repeated that could not be judged.
    pub(crate) const RETRY_AFTER: Duration = Duration::from_millis(500);

    /// It was not recorded, and will not be.
    pub(crate) const fn not_recorded(received_at: Timestamp) -> Self {
        Self::unavailable(Outcome::NotRecorded, received_at)
    }

    /// Nobody knows what became of it.
    pub(crate) const fn unknown(received_at: Timestamp) -> Self {
        Self::unavailable(Outcome::Unknown, received_at)
    }

    const fn unavailable(outcome: Outcome, received_at: Timestamp) -> Self {
        Self::Unavailable { outcome, retry_after: Self::RETRY_AFTER, received_at }
    }

    /// It was judged and refused.
    pub(crate) fn refused(
        code: ErrorCode,
        detail: impl Into<String>,
        received_at: Timestamp,
        facts: Facts,
    ) -> Self {
        let facts = Facts { judged: Some(true), received_at: Some(received_at), ..facts };
        Self::Refused(Box::new(Refusal { code, detail: detail.into(), facts }))
    }

    /// The rules refused it.
    pub(crate) fn rejected(
        rejection: Rejection,
        currency: Currency,
        received_at: Timestamp,
    ) -> Self {
        let (code, detail, facts) = words(rejection, currency);
        Self::refused(code, detail, received_at, facts)
    }
}

/// The code, the sentence and the facts of a rule's refusal.
fn words(rejection: Rejection, currency: Currency) -> (ErrorCode, String, Facts) {
    let decimal = |amount: Amount| amount.to_decimal(currency);
    let none = Facts::default();
    match rejection {
        Rejection::Expired => (
            ErrorCode::Expired,
            "not_after had passed when the bid arrived: it was looked up and not judged".into(),
            none,
        ),
        Rejection::NotAnAmount { field, why } => not_an_amount(field, why),
        Rejection::Closed { auction_end, received_in_time } => (
            ErrorCode::AuctionClosed,
            format!("the auction ended at {auction_end}"),
            Facts {
                auction_end: Some(auction_end),
                received_in_time: Some(received_in_time),
                ..none
            },
        ),
        Rejection::NotOpen { auction_start } => (
            ErrorCode::AuctionNotOpen,
            format!("bidding begins at {auction_start}"),
            Facts { auction_start: Some(auction_start), ..none },
        ),
        Rejection::OwnProduct => {
            (ErrorCode::OwnProduct, "nobody bids on a product of his own".into(), none)
        }
        Rejection::PriceMoved { current_price } => (
            ErrorCode::PriceMoved,
            "the current price is not the expected one: look at it and bid again".into(),
            Facts { current_price: current_price.map(decimal), ..none },
        ),
        Rejection::AlreadyLeading => (ErrorCode::AlreadyLeading, "you lead already".into(), none),
        Rejection::TooLow(low) => {
            let detail = match low.minimum_next_bid {
                Some(minimum) => format!("bid at least {} {currency}", decimal(minimum)),
                None => "no higher bid is possible".into(),
            };
            let facts = Facts {
                minimum_next_bid: low.minimum_next_bid.map(decimal),
                next_bids: Some(low.next_bids.into_iter().map(decimal).collect()),
                current_price: low.current_price.map(decimal),
                ..none
            };
            (ErrorCode::BidTooLow, detail, facts)
        }
        Rejection::NotDue => (ErrorCode::Internal, "nothing was due".into(), none),
    }
}

fn not_an_amount(field: &str, why: MoneyError) -> (ErrorCode, String, Facts) {
    let errors = [(field.to_owned(), vec![why.to_string()])].into();
    let facts = Facts { errors: Some(errors), ..Facts::default() };
    (ErrorCode::ValidationFailed, format!("{field} {why}"), facts)
}
