//! What stands in the way of a bid.

use std::fmt;

use super::outcome::MOST;

/// What stands in the way of a bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Nothing may be bid in this run.
    ReadOnly,
    /// Nothing is known of the auction yet.
    NothingKnown,
    /// It takes no more bids.
    Over,
    /// It takes no bids yet; says when it will.
    NotStarted(String),
    /// Nobody is logged in.
    NotLoggedIn,
    /// The server has not yet said who is logged in.
    Asking,
    /// It is the seller's own.
    OwnAuction,
    /// A firm bid of the leader is refused.
    Leading,
    /// There is no buy-now price, or it cannot be paid any more.
    NoBuyNow,
    /// No legal amount is left.
    NothingLeft,
    /// What stands in the field is no amount.
    NotAnAmount(gobid_auction::MoneyError),
    /// The terminal is too small to show what would be bid.
    TooSmall,
    /// Too many bids have no answer.
    TooManyUnsettled,
    /// There is no connection.
    NoLine,
    /// The amount is below this minimum.
    BelowMinimum(String),
    /// The amount is below the price of a Dutch auction, which is this.
    BelowPrice(String),
    /// The amount is not above one's own, `own`; the next step is `next`.
    NotAboveOwn {
        /// What stands.
        own: String,
        /// A step above it.
        next: String,
    },
    /// Price or end has just moved.
    JustMoved,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadOnly => out.write_str("read-only: nothing is bid in this run"),
            Self::NothingKnown => out.write_str("nothing is known of this auction yet"),
            Self::Over => out.write_str("the auction is over"),
            Self::NotStarted(start) => write!(out, "bidding opens {start}"),
            Self::NotLoggedIn => out.write_str("not logged in: L logs in"),
            Self::Asking => out.write_str("the server has not yet said who is logged in"),
            Self::OwnAuction => out.write_str("your own auction: sellers do not bid"),
            Self::Leading => out.write_str("you lead already: m sets a hidden maximum"),
            Self::NoBuyNow => out.write_str("it cannot be bought at once, or not any more"),
            Self::NothingLeft => out.write_str("no higher amount can be bid"),
            Self::NotAnAmount(why) => write!(out, "the amount {why}"),
            Self::TooSmall => out.write_str("widen the terminal to bid"),
            Self::TooManyUnsettled => write!(out, "{MOST} bids have no answer yet: wait for one"),
            Self::NoLine => out.write_str("no connection: wait for it, R tries at once"),
            Self::BelowMinimum(minimum) => write!(out, "below the minimum: + sets {minimum}"),
            Self::BelowPrice(price) => write!(out, "below the price: wait, or + sets {price}"),
            Self::NotAboveOwn { own, next } => write!(out, "not above your {own}: + sets {next}"),
            Self::JustMoved => out.write_str("price or end has just moved: look again"),
        }
    }
}
