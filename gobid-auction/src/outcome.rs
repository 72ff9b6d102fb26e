//! How an auction ended, and how a bidder stands in it.

use crate::{Amount, Auction, SealedBid, Status, UserId};

/// How an auction was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// Whether it was sold.
    pub outcome: Outcome,
    /// Of a sealed auction its best amounts, best first: public from now on.
    pub sealed: Vec<SealedBid>,
}

/// How an auction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Sold to the winner.
    Sold {
        /// Who won.
        winner: UserId,
        /// What the winner pays.
        hammer_price: Amount,
    },
    /// Nobody bought it.
    Unsold(Unsold),
}

/// Why nothing was sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsold {
    /// No bid was placed, or none stands.
    NoBids,
    /// The reserve was not met.
    ReserveNotMet,
}

/// How a user stands in an auction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Would win now.
    Leading,
    /// Has bid, and another leads.
    Outbid,
    /// Won.
    Won,
    /// Has bid and did not win.
    Lost,
    /// Has not bid, or nothing of it stands, or the auction was cancelled.
    None,
}

impl Unsold {
    /// The word for it, on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoBids => "no_bids",
            Self::ReserveNotMet => "reserve_not_met",
        }
    }
}

impl Standing {
    /// How a user of whom a bid stands, or none, stands in an auction. `None` in a sealed auction
    /// that is open: there nobody learns anything (RULES.md §5).
    pub fn of(auction: &Auction, user: UserId, has_bid: bool) -> Option<Self> {
        let leads = auction.state.leader == Some(user);
        Some(match auction.state.status {
            Status::Open if auction.terms.format.is_sealed() => return None,
            _ if !has_bid => Self::None,
            Status::Scheduled | Status::Cancelled => Self::None,
            Status::Open if leads => Self::Leading,
            Status::Open => Self::Outbid,
            Status::Sold if leads => Self::Won,
            Status::Sold | Status::Unsold => Self::Lost,
        })
    }
}
