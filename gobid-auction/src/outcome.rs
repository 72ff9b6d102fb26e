//! How an auction ended, and how a bidder stands in it.

use crate::{Amount, Status, UserId};

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
    /// No bid was placed.
    NoBids,
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
    /// Has not bid, or the auction was cancelled.
    None,
}

impl Standing {
    /// The standing of a user who has bid, or has not, in an auction with this status and leader.
    pub fn of(user: UserId, has_bid: bool, status: Status, leader: Option<UserId>) -> Self {
        let leads = leader == Some(user);
        match status {
            _ if !has_bid => Self::None,
            Status::Scheduled | Status::Cancelled => Self::None,
            Status::Open if leads => Self::Leading,
            Status::Open => Self::Outbid,
            Status::Sold if leads => Self::Won,
            Status::Sold | Status::Unsold => Self::Lost,
        }
    }
}
