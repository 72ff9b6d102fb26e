//! Why a command leads to nothing.

use crate::{Amount, Fault, MoneyError, Timestamp};

/// Why a command leads to nothing. RULES.md §4 gives the order in which a bid's are looked for; the
/// first that applies is the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Stamped after its `not_after`.
    Expired,
    /// A value is no amount in the auction's currency.
    NotAnAmount {
        /// The field, as the wire names it.
        field: &'static str,
        /// What is wrong with it.
        why: MoneyError,
    },
    /// The auction has ended, or the command came at or after the end.
    Closed {
        /// The effective end.
        auction_end: Timestamp,
        /// Whether the command was stamped before the end.
        received_in_time: bool,
    },
    /// The auction has not begun.
    NotOpen {
        /// When it begins.
        auction_start: Timestamp,
    },
    /// The bidder is the seller.
    OwnProduct,
    /// The auction's format has no such bid.
    WrongFormat,
    /// More than whoever sent the bid may offer.
    SpendingCap,
    /// There is no buy-now price, or it cannot be paid any more.
    BuyNowUnavailable,
    /// The price is not the one expected.
    PriceMoved {
        /// The current price; `None` while nobody leads.
        current_price: Option<Amount>,
    },
    /// The bidder leads already, and the offer is firm.
    AlreadyLeading,
    /// Less than the minimum next bid.
    TooLow(TooLow),
    /// An opening or a closing whose time has not come, or that is done.
    NotDue,
    /// Neither the seller nor an admin, or the seller of what only an admin may order now.
    Forbidden {
        /// Whether an admin might.
        admin_may: bool,
    },
    /// The product was edited since.
    OtherRevision {
        /// The revision it has.
        revision: i64,
    },
    /// A value that the rules do not allow.
    Invalid(Fault),
    /// The reserve may not be changed, or not so.
    PriceFixed,
    /// There is no such bid, or no bid of that bidder.
    NoSuchBid,
    /// The bid is struck already, or nothing of the bidder's stands.
    AlreadyVoided,
    /// Nothing was sold.
    NoSale,
    /// The sale is annulled already.
    AlreadyAnnulled,
}

/// What would have been enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLow {
    /// The current price; `None` while nobody leads.
    pub current_price: Option<Amount>,
    /// The minimum next bid; `None` where no legal amount is left.
    pub minimum_next_bid: Option<Amount>,
    /// The next four steps above the minimum.
    pub next_bids: Vec<Amount>,
}
