//! Why a command leads to nothing.

use crate::{Amount, MoneyError, Timestamp};

/// Why a command leads to nothing. RULES.md §4 gives the order in which they are looked for; the
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
