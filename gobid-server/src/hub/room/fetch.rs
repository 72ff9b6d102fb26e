//! What a room reads of the store.

use std::collections::HashSet;

use gobid_auction::{EntryId, ProductId, UserId};
use gobid_store::{BidderRow, Database, Product, StoreError, StoredEvent};

use super::ring::EVENTS;
use super::view::{BIDS, rows_of};

/// What a room wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Of which product.
    pub(crate) product_id: ProductId,
    /// What it knows: how far the log and its events have come. `None` for nothing.
    pub(crate) known: Option<Known>,
}

/// How far a room has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// The position of the last entry.
    pub(crate) position: i64,
    /// The seq of the last event.
    pub(crate) seq: i64,
    /// Those whose parts the room must know.
    pub(crate) members: Vec<UserId>,
}

/// What the store says.
#[derive(Clone, Debug)]
pub(crate) struct Fetched {
    /// The product, when there is one.
    pub(crate) product: Option<Product>,
    /// The newest events that the room does not know, oldest first; no more than it keeps.
    pub(crate) events: Vec<StoredEvent>,
    /// For a room that knows nothing the newest events that placed bids, newest first.
    pub(crate) bid_events: Vec<StoredEvent>,
    /// Which of their rows are struck.
    pub(crate) voided: HashSet<EntryId>,
    /// How members have taken part, as far as that changed.
    pub(crate) parts: Vec<(UserId, BidderRow)>,
}

/// What a room reads from: the store, or a simulator's.
pub(crate) trait Source {
    /// See [`Database::product`].
    async fn product(&self, id: ProductId) -> Result<Option<Product>, StoreError>;
    /// See [`Database::events`].
    async fn events(&self, id: ProductId, after: i64, limit: i64) -> Events;
    /// See [`Database::bid_events`].
    async fn bid_events(&self, id: ProductId, from: Option<i64>, limit: i64) -> Events;
    /// See [`Database::voided_among`].
    async fn voided_among(
        &self,
        id: ProductId,
        bids: &[EntryId],
    ) -> Result<HashSet<EntryId>, StoreError>;
    /// See [`Database::parts_since`].
    async fn parts_since(&self, id: ProductId, after: i64, users: &[UserId]) -> Parts;
}

/// Reads what a room wants to know.
pub(crate) async fn fetch(database: &impl Source, wanted: &Wanted) -> Result<Fetched, StoreError> {
    let product_id = wanted.product_id;
    let mut fetched = Fetched {
        product: database.product(product_id).await?,
        events: Vec::new(),
        bid_events: Vec::new(),
        voided: HashSet::new(),
        parts: Vec::new(),
    };
    let Some(product) = &fetched.product else { return Ok(fetched) };
    let seq = product.auction.state.seq;
    let ring = i64::try_from(EVENTS).unwrap_or(i64::MAX);
    let known_seq = wanted.known.as_ref().map_or(0, |known| known.seq);
    let mut events = database.events(product_id, known_seq.max(seq - ring), ring).await?;
    events.retain(|event| event.seq <= seq);
    fetched.events = events;
    match &wanted.known {
        None => {
            let bids = i64::try_from(BIDS).unwrap_or(i64::MAX);
            fetched.bid_events = database.bid_events(product_id, Some(seq), bids).await?;
            let rows: Vec<_> = fetched.bid_events.iter().flat_map(rows_of).collect();
            let ids: Vec<_> = rows.iter().map(|row| row.bid_id).collect();
            fetched.voided = database.voided_among(product_id, &ids).await?;
        }
        Some(Known { position, members, .. }) if !members.is_empty() => {
            fetched.parts = database.parts_since(product_id, *position, members).await?;
        }
        Some(_) => {}
    }
    Ok(fetched)
}

type Events = Result<Vec<StoredEvent>, StoreError>;
type Parts = Result<Vec<(UserId, BidderRow)>, StoreError>;

impl Source for Database {
    async fn product(&self, id: ProductId) -> Result<Option<Product>, StoreError> {
        self.product(id).await
    }

    async fn events(&self, id: ProductId, after: i64, limit: i64) -> Events {
        self.events(id, after, limit).await
    }

    async fn bid_events(&self, id: ProductId, from: Option<i64>, limit: i64) -> Events {
        self.bid_events(id, from, limit).await
    }

    async fn voided_among(
        &self,
        id: ProductId,
        bids: &[EntryId],
    ) -> Result<HashSet<EntryId>, StoreError> {
        self.voided_among(id, bids).await
    }

    async fn parts_since(&self, id: ProductId, after: i64, users: &[UserId]) -> Parts {
        self.parts_since(id, after, users).await
    }
}
