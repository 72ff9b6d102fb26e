//! The transaction of a lane: lock, read, record, commit.
//!
//! A lane owns one connection, and nothing cancels what it does on it. The lock is a statement of
//! its own: in READ COMMITTED a statement that waits for a lock sees everything but the locked row
//! as of its start, so what is read under the lock is read by a later statement.

mod postgres;
mod sqlite;

use std::collections::HashSet;
use std::time::Duration;

use gobid_auction::{Auction, EntryId, ProductId, RequestId, State, Timestamp, UserId};
use uuid::Uuid;

use crate::error::corrupt;
use crate::log::LogEntry;
use crate::product::AuctionRow;
use crate::sessions::SessionKey;
use crate::{Database, StoreError};

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

/// What is to be read under the lock of one user of one auction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The auction.
    pub product_id: ProductId,
    /// The user.
    pub user_id: UserId,
    /// The bid that may have been accepted already.
    pub request_id: Option<RequestId>,
    /// The session that must be alive.
    pub session: Option<SessionKey>,
}

/// What was read under the lock, in the order of the lookups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The user's name; `None` when there is no such user.
    pub user_name: Option<String>,
    /// Whether the user is suspended.
    pub is_suspended: bool,
    /// Whether the session is alive, and this user's.
    pub session_alive: bool,
    /// The user's number in this auction.
    pub number: Option<i64>,
    /// The bid that was accepted under this request id.
    pub accepted: Option<AcceptedBid>,
}

/// A bid that was accepted, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AcceptedBid {
    /// The bid's id.
    pub entry_id: EntryId,
    /// What it was about: its kind, minor units and expected price.
    pub request_digest: Vec<u8>,
    /// What was offered, in minor units.
    pub offer: Option<i64>,
    /// The number of the last event after it.
    pub seq_after: i64,
    /// Who led after it.
    pub leader: Option<UserId>,
    /// The price after it, in minor units.
    pub price: Option<i64>,
    /// The minimum next bid after it, in minor units.
    pub minimum: Option<i64>,
    /// The effective end after it, in microseconds.
    pub auction_end: i64,
    /// When it was received, in microseconds.
    pub received_at: i64,
}

/// What a transaction writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The entries, in order.
    pub entries: Vec<LogEntry>,
    /// What changed of bidders, each once.
    pub bidders: Vec<BidderChange>,
    /// What changed of products, each once.
    pub products: Vec<ProductChange>,
}

/// What changed of a bidder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BidderChange {
    /// The auction.
    pub product_id: ProductId,
    /// The bidder.
    pub user_id: UserId,
    /// The bidder's number; what was given once stays.
    pub number: i64,
    /// The most the bidder has offered, in minor units.
    pub maximum: i64,
    /// The position of the bidder's last entry.
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
}

/// Runs one method on whichever connection it is.
macro_rules! each {
    ($self:expr, $lane:ident => $call:expr) => {
        match $self {
            LaneConnection::Postgres($lane) => $call,
            LaneConnection::Sqlite($lane) => $call,
        }
    };
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
        match database {
            Database::Postgres(database) => {
                postgres::Lane::open(database).await.map(Self::Postgres)
            }
            Database::Sqlite(database) => sqlite::Lane::open(database).await.map(Self::Sqlite),
        }
    }

    /// Begins a transaction and locks the products' rows, in the order of their ids.
    pub async fn lock(
        &mut self,
        products: &[ProductId],
        mode: LockMode,
    ) -> Result<Locked, StoreError> {
        each!(self, lane => lane.lock(products, mode).await)
    }

    /// Reads under the lock what judging needs. `now` says which sessions are alive.
    pub async fn read(
        &mut self,
        lookups: &[Lookup],
        now: Timestamp,
    ) -> Result<Vec<Found>, StoreError> {
        each!(self, lane => lane.read(lookups, now).await)
    }

    /// Writes a batch. `false` when a product's position was not the one that was read: then
    /// nothing of it may be committed.
    pub async fn record(&mut self, batch: &Batch) -> Result<bool, StoreError> {
        each!(self, lane => lane.record(batch).await)
    }

    /// Commits. An error says nothing about whether it was committed.
    pub async fn commit(&mut self) -> Result<(), StoreError> {
        each!(self, lane => lane.commit().await)
    }

    /// Rolls back.
    pub async fn rollback(&mut self) -> Result<(), StoreError> {
        each!(self, lane => lane.rollback().await)
    }

    /// Which entries stand above a position of each product's log. Proves something only under
    /// the products' locks.
    pub async fn entries_above(
        &mut self,
        positions: &[(ProductId, i64)],
    ) -> Result<HashSet<EntryId>, StoreError> {
        each!(self, lane => lane.entries_above(positions).await)
    }
}

/// A row of the lookup statement.
#[derive(sqlx::FromRow)]
struct FoundRow {
    user_name: Option<String>,
    is_suspended: bool,
    session_alive: bool,
    number: Option<i64>,
    entry_id: Option<Uuid>,
    request_digest: Option<Vec<u8>>,
    offer: Option<i64>,
    seq_after: Option<i64>,
    leader: Option<Uuid>,
    price: Option<i64>,
    minimum: Option<i64>,
    auction_end: Option<i64>,
    received_at: Option<i64>,
}

/// What the lookup statement selects, and from where beside its list `c` of lookups.
macro_rules! found_columns_and_joins {
    ($lookups:literal) => {
        concat!(
            "select u.user_name, u.suspended_at is not null as is_suspended, \
                s.session_key is not null as session_alive, b.number, \
                l.entry_id, l.request_digest, l.offer, l.seq_after, l.leader, l.price, \
                l.minimum, l.auction_end, l.received_at from ",
            $lookups,
            " left join users u on u.user_id = c.user_id \
              left join sessions s on s.session_key = c.session_key \
                and s.user_id = c.user_id and s.expires_at > $2 \
                and (s.remember or s.last_seen_at > $3) \
              left join auction_bidders b \
                on b.product_id = c.product_id and b.user_id = c.user_id \
              left join auction_log l on l.product_id = c.product_id \
                and l.actor_id = c.user_id and l.request_id = c.request_id \
                and l.request_id is not null \
              order by c.n"
        )
    };
}

pub(crate) use found_columns_and_joins;

impl From<FoundRow> for Found {
    fn from(row: FoundRow) -> Self {
        let accepted = match (row.entry_id, row.request_digest) {
            (Some(entry_id), Some(request_digest)) => Some(AcceptedBid {
                entry_id,
                request_digest,
                offer: row.offer,
                seq_after: row.seq_after.unwrap_or_default(),
                leader: row.leader,
                price: row.price,
                minimum: row.minimum,
                auction_end: row.auction_end.unwrap_or_default(),
                received_at: row.received_at.unwrap_or_default(),
            }),
            _ => None,
        };
        Self {
            user_name: row.user_name,
            is_suspended: row.is_suspended,
            session_alive: row.session_alive,
            number: row.number,
            accepted,
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

/// Every lookup has its row.
fn found(rows: Vec<FoundRow>, lookups: &[Lookup]) -> Result<Vec<Found>, StoreError> {
    if rows.len() == lookups.len() {
        Ok(rows.into_iter().map(Found::from).collect())
    } else {
        Err(corrupt("auction_log", "a request id stands there twice"))
    }
}
