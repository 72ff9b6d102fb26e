//! The transaction of a lane: lock, read, record, commit.
//!
//! A lane owns one connection, and nothing cancels what it does on it; that to SQLite works in the
//! thread that awaits it, which stands still meanwhile. The lock is a statement of its own: in READ
//! COMMITTED a statement that waits for a lock sees everything but the locked row as of its start, so
//! what is read under the lock is read by a later statement.

mod batch;
mod found;
mod lookup;
mod postgres;
mod sqlite;

use std::collections::HashSet;
use std::time::Duration;

use gobid_auction::planted::{self, Bug};
use gobid_auction::{Auction, EntryId, ProductId, Timestamp};

use crate::product::AuctionRow;
use crate::{Database, StoreError};
pub use batch::{Batch, BidderChange, Edit, ProductChange};
pub use found::{AcceptedBid, Found, Lookup, More, NamedSealedBid, Wants};
pub use postgres::Backend;
pub(crate) use postgres::options as lane_options;
pub(crate) use sqlite::durability as sqlite_durability;

/// A lane's connection, and its transaction.
#[derive(Debug)]
pub enum LaneConnection {
    /// To a PostgreSQL server.
    Postgres(postgres::Lane),
    /// To an SQLite file.
    Sqlite(sqlite::Lane),
}

/// How to wait for rows that another transaction has locked. SQLite locks the whole file and
/// always waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockMode {
    /// Until the connection's lock timeout, 3 s.
    Wait,
    /// Not at all: what is locked is left out.
    SkipLocked,
    /// For this long.
    Briefly(Duration),
}

/// What the lock brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The auctions that were locked, as they stand; one that is not here is not there, or was
    /// left out.
    pub auctions: Vec<LockedAuction>,
    /// The database's clock once all were locked; `None` where the system's is its clock, and
    /// where nothing was locked.
    pub clock: Option<Timestamp>,
}

/// An auction whose row is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedAuction {
    /// As it stands.
    pub auction: Auction,
    /// Whether its bidders appear by number.
    pub anonymous_bidders: bool,
}

impl Locked {
    /// Whether a product was locked.
    pub fn has(&self, product_id: ProductId) -> bool {
        self.auctions.iter().any(|locked| locked.auction.terms.product_id == product_id)
    }
}

impl LaneConnection {
    /// Opens a connection of its own.
    pub async fn open(database: &Database) -> Result<Self, StoreError> {
        Self::open_instead(database, None).await
    }

    /// Opens a connection instead of one that was lost, whose backend is ended: it must not hold
    /// the locks that are wanted next.
    pub async fn open_instead(
        database: &Database,
        lost: Option<&Backend>,
    ) -> Result<Self, StoreError> {
        match database {
            Database::Postgres(database) => {
                postgres::Lane::open(database, lost).await.map(Self::Postgres)
            }
            Database::Sqlite(database) => sqlite::Lane::open(database).map(Self::Sqlite),
        }
    }

    /// What serves the connection; nothing where the database is a file.
    pub fn backend(&self) -> Option<Backend> {
        match self {
            Self::Postgres(lane) => Some(lane.backend()),
            Self::Sqlite(_) => None,
        }
    }

    /// Begins a transaction and locks the products' rows, in the order of their ids.
    pub async fn lock(
        &mut self,
        products: &[ProductId],
        mode: LockMode,
    ) -> Result<Locked, StoreError> {
        match self {
            Self::Postgres(lane) => lane.lock(products, mode).await,
            Self::Sqlite(lane) => lane.lock(products).await,
        }
    }

    /// Reads under the lock what judging needs. `now` says which sessions are alive.
    pub async fn read(
        &mut self,
        lookups: &[Lookup],
        now: Timestamp,
    ) -> Result<Vec<Found>, StoreError> {
        match self {
            Self::Postgres(lane) => lane.read(lookups, now).await,
            Self::Sqlite(lane) => lane.read(lookups, now),
        }
    }

    /// Writes a batch. `false` when a product's position was not the one that was read: then
    /// nothing of it may be committed.
    pub async fn record(&mut self, batch: &Batch) -> Result<bool, StoreError> {
        if planted::is(Bug::BiddersNotWritten) {
            let batch = Batch { bidders: Vec::new(), ..batch.clone() };
            return self.record_all(&batch).await;
        }
        self.record_all(batch).await
    }

    async fn record_all(&mut self, batch: &Batch) -> Result<bool, StoreError> {
        match self {
            Self::Postgres(lane) => lane.record(batch).await,
            Self::Sqlite(lane) => lane.record(batch),
        }
    }

    /// Commits. An error says nothing about whether it was committed.
    pub async fn commit(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Postgres(lane) => lane.commit().await,
            Self::Sqlite(lane) => lane.commit(),
        }
    }

    /// Rolls back.
    pub async fn rollback(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Postgres(lane) => lane.rollback().await,
            Self::Sqlite(lane) => lane.rollback(),
        }
    }

    /// Which entries stand above a position of each product's log. Proves something only under
    /// the products' locks.
    pub async fn entries_above(
        &mut self,
        positions: &[(ProductId, i64)],
    ) -> Result<HashSet<EntryId>, StoreError> {
        match self {
            Self::Postgres(lane) => lane.entries_above(positions).await,
            Self::Sqlite(lane) => lane.entries_above(positions),
        }
    }
}

impl TryFrom<AuctionRow> for LockedAuction {
    type Error = StoreError;

    fn try_from(row: AuctionRow) -> Result<Self, StoreError> {
        let anonymous_bidders = row.anonymous_bidders;
        Ok(Self { auction: row.try_into()?, anonymous_bidders })
    }
}
