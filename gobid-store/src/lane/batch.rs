//! What the transaction of a lane writes.

use std::fmt;

use gobid_auction::{Amount, Auction, EntryId, Offered, ProductId, State, Timestamp, UserId};

use crate::log::LogEntry;

/// What a transaction writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The entries, in order.
    pub entries: Vec<LogEntry>,
    /// What changed of bidders, each once.
    pub bidders: Vec<BidderChange>,
    /// What changed of products, each once.
    pub products: Vec<ProductChange>,
    /// What changed of products that seldom does, each once.
    pub edits: Vec<Edit>,
    /// Public rows of bids that were struck.
    pub voided: Vec<(ProductId, EntryId)>,
}

/// What changed of a bidder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BidderChange {
    /// The auction.
    pub product_id: ProductId,
    /// The bidder.
    pub user_id: UserId,
    /// The bidder's number; what was given once stays.
    pub number: i64,
    /// The most the bidder has offered that stands.
    pub offer: Option<Offered>,
    /// Whether that is a sealed amount.
    pub is_sealed: bool,
    /// The position of the bidder's last entry; of a sealed amount, its place in the order.
    pub last_position: i64,
}

/// What changed of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductChange {
    /// The product.
    pub product_id: ProductId,
    /// The position that was read under the lock; no other one is written over.
    pub position_read: i64,
    /// The state since.
    pub state: State,
    /// The minimum next bid since, in minor units.
    pub minimum: Option<i64>,
    /// When the next opening or closing is due.
    pub due_at: Option<Timestamp>,
    /// Whether the status or the end is another than the one that was read: a common bid changes
    /// neither, nor what lists are ordered by.
    pub is_rescheduled: bool,
}

/// What changed of a product that seldom does.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// The product.
    pub product_id: ProductId,
    /// The state since.
    pub state: State,
    /// Another description.
    pub description: Option<String>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
}

impl ProductChange {
    /// What changed of a product, from the state that was read under the lock.
    pub fn of(read: &State, auction: &Auction) -> Self {
        let state = auction.state.clone();
        Self {
            product_id: auction.terms.product_id,
            position_read: read.position,
            minimum: auction.minimum_next_bid().map(Amount::minor_units),
            due_at: auction.due_at(),
            is_rescheduled: (read.status, read.auction_end) != (state.status, state.auction_end),
            state,
        }
    }
}

impl BidderChange {
    /// The offer of an auction that is not sealed, in minor units.
    pub(super) fn maximum(&self) -> Option<i64> {
        self.offer.filter(|_| !self.is_sealed).map(|offer| offer.amount().minor_units())
    }

    /// The amount of a sealed auction, in minor units.
    pub(super) fn sealed_amount(&self) -> Option<i64> {
        self.offer.filter(|_| self.is_sealed).map(|offer| offer.amount().minor_units())
    }

    /// Its place among equal ones: that of the entry.
    pub(super) fn sealed_position(&self) -> Option<i64> {
        self.sealed_amount().map(|_| self.last_position)
    }

    /// Whether the offer is no maximum.
    pub(super) fn is_firm(&self) -> bool {
        self.offer.is_none_or(|offer| !offer.is_maximum())
    }
}

impl Edit {
    /// The reserve, in minor units.
    pub(super) fn reserve(&self) -> Option<i64> {
        self.state.reserve.map(Amount::minor_units)
    }
}

/// Writes what seldom changes of a product.
pub(super) const EDIT: &str = "\
update products set reserve_price = $2, reserve_fixed = $3, ended_early = $4, annulled = $5,
    revision = $6, description = coalesce($7, description),
    cancel_reason = coalesce($8, cancel_reason)
where product_id = $1";

/// Without offers and reserves, which no log may hold.
impl fmt::Debug for BidderChange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "BidderChange({} of {})", self.number, self.product_id)
    }
}

impl fmt::Debug for Edit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Edit({})", self.product_id)
    }
}
