//! What a bid asks of the hub, and what the hub answers.

mod words;

use std::fmt;
use std::time::Duration;

use gobid_api::bids::BidResult;
use gobid_api::problem::{ErrorCode, Facts, Outcome};
use gobid_auction::{Currency, Decimal, Offer, Rejection, RequestId, Timestamp, UserId};
use gobid_store::SessionKey;

use super::rights::Rights;

/// Who commands, and by which session or API token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The user.
    pub(crate) user_id: UserId,
    /// The session or token, which must be alive when the command is judged.
    pub(crate) session: SessionKey,
    /// What the caller may do by it.
    pub(crate) rights: Rights,
}

/// A bid, as the edge has read it.
#[derive(Clone, Copy, PartialEq, Eq)]
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

/// Without the offer, which no log may hold.
impl fmt::Debug for PlaceBid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PlaceBid({})", self.request_id)
    }
}

/// The answer to a bid or an order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// It is in the log.
    Accepted {
        /// What became of it.
        result: BidResult,
        /// Whether it had been accepted before, under the same request id.
        repeated: bool,
    },
    /// What was ordered is in the log, or is so already.
    Done,
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

    /// The rules refused it. `leads` says whether it was the leader's.
    pub(crate) fn rejected(
        rejection: Rejection,
        currency: Currency,
        leads: bool,
        received_at: Timestamp,
    ) -> Self {
        let (code, detail, facts) = words::of(rejection, currency, leads);
        Self::refused(code, detail, received_at, facts)
    }
}

#[cfg(test)]
mod tests {
    use gobid_auction::{Order, ReserveEdit};
    use gobid_store::History;

    use super::*;
    use crate::hub::lane::OrderTask;

    #[test]
    fn what_is_secret_is_not_printed() {
        let amount: Decimal = "1412.37".parse().unwrap();
        let bid = PlaceBid {
            request_id: RequestId::nil(),
            offer: Offer::Maximum(amount),
            expected_price: None,
            not_after: None,
        };
        let reserve = Some(ReserveEdit::Set(amount));
        let order = Order::Edit { description: None, reserve, revision: None };
        let task = OrderTask { order, history: History::default() };
        assert_eq!(format!("{bid:?}"), format!("PlaceBid({})", RequestId::nil()));
        assert_eq!(format!("{task:?}"), "OrderTask(History(0 entries))");
    }
}
