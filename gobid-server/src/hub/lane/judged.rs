//! What a batch leads to: what is written, answered and announced.

use gobid_api::live::AuctionEvent;
use gobid_auction::{Auction, ProductId, Timestamp, UserId};
use gobid_store::{Batch, Bidder, BidderRow};

use crate::hub::answer::Answer;

/// What a batch leads to, once it is committed.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// What is written; nothing when there are no entries.
    pub(crate) batch: Batch,
    /// The answers, each to the command whose stamp has this id.
    pub(crate) answers: Vec<(u64, Verdict)>,
    /// Openings and closings that are done, or not due.
    pub(crate) done: Vec<u64>,
    /// What the rooms are told.
    pub(crate) announcements: Vec<Announcement>,
    /// Auctions whose end has passed, and that a late bid touched.
    pub(crate) touched: Vec<(ProductId, Timestamp)>,
}

/// An answer, and what it holds on to.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// It is true whatever becomes of the transaction.
    Settled(Answer),
    /// An acceptance that this transaction records.
    Recorded(Answer),
    /// A refusal that was judged by what this transaction records.
    Judged(Answer),
}

/// What happened to a product, for its room.
#[derive(Clone, Debug)]
pub(crate) struct Announcement {
    /// The product.
    pub(crate) product_id: ProductId,
    /// The position that was read under the lock.
    pub(crate) position_read: i64,
    /// The auction since.
    pub(crate) auction: Auction,
    /// Who leads since.
    pub(crate) leader: Option<Bidder>,
    /// What everybody sees of it, oldest first; nothing when it is nobody else's business.
    pub(crate) events: Vec<Announced>,
    /// How those whose parts changed have taken part since.
    pub(crate) parts: Vec<(UserId, BidderRow)>,
    /// Another description.
    pub(crate) description: Option<String>,
    /// Why it was cancelled.
    pub(crate) cancel_reason: Option<String>,
}

/// An event, in both of its forms.
#[derive(Clone, Debug)]
pub(crate) struct Announced {
    /// The event.
    pub(crate) event: AuctionEvent,
    /// The same as the wire has it.
    pub(crate) json: String,
}
