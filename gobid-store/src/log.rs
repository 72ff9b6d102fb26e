//! The log of an auction, and what is read of it.

use std::fmt;

use gobid_auction::{Amount, EntryId, Offered, ProductId, RequestId, Timestamp, UserId};
use uuid::Uuid;

use crate::database::{leasing, reading};
use crate::error::corrupt;
use crate::{Database, Private, StoreError, hex};

/// An entry of the log as it is written: money in minor units, times in microseconds since 1970.
#[derive(Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Whose log.
    pub product_id: ProductId,
    /// Its place in the log: 1, 2, 3, … over all entries.
    pub position: i64,
    /// Its number among the events that the public sees.
    pub seq: Option<i64>,
    /// Its id; of a bid, the bid's.
    pub entry_id: EntryId,
    /// What happened, as the column `kind` lists.
    pub kind: &'static str,
    /// Whose command it was; `None` for the house.
    pub actor_id: Option<UserId>,
    /// What the command was named by.
    pub request_id: Option<RequestId>,
    /// The digest of what the command said.
    pub request_digest: Option<Vec<u8>>,
    /// What a bid offered.
    pub offer: Option<i64>,
    /// The number of the last event, this one included.
    pub seq_after: i64,
    /// Who leads, or won, since.
    pub leader: Option<UserId>,
    /// The current price since.
    pub price: Option<i64>,
    /// The minimum next bid since.
    pub minimum: Option<i64>,
    /// The effective end since.
    pub auction_end: i64,
    /// When the command was received.
    pub received_at: i64,
    /// When it was judged.
    pub at: i64,
    /// The event, as the wire has it.
    pub public: Option<String>,
    /// What the public does not see and a replay needs.
    pub private: Option<Private>,
}

/// Without the offer, nor the digest that has it, which no log may hold.
impl fmt::Debug for LogEntry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "LogEntry({} {} {})", self.position, self.kind, self.entry_id)
    }
}

/// An entry of the log that the public sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its id; of a bid, the bid's.
    pub entry_id: EntryId,
    /// Its place in the log.
    pub position: i64,
    /// Its number among the events.
    pub seq: i64,
    /// What happened, as the column `kind` lists.
    pub kind: String,
    /// Whose command it was; `None` for the house. Not for the public.
    pub actor_id: Option<UserId>,
    /// When it was judged.
    pub at: Timestamp,
    /// The event, as the wire has it.
    pub public: String,
}

/// A user who has bid in an auction.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BidderRow {
    /// The number behind the alias, in order of first bids.
    pub number: i64,
    /// The most that the user has offered, as far as it stands; of a sealed auction the amount, as
    /// a firm offer. Secret.
    pub offer: Option<Offered>,
    /// The position of the last entry that changed this.
    pub last_position: i64,
}

/// Without the offer, which no log may hold.
impl fmt::Debug for BidderRow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "BidderRow({})", self.number)
    }
}

/// How far a log has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEnd {
    /// Whose log.
    pub product_id: ProductId,
    /// The position of the last entry; 0 before the first.
    pub position: i64,
    /// The seq of the last event; 0 before the first.
    pub seq: i64,
}

/// Appends one entry over a connection, in its transaction.
macro_rules! append {
    ($connection:expr, $entry:expr) => {{
        let entry: &$crate::LogEntry = $entry;
        sqlx::query(
            "insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, \
                request_id, request_digest, offer, seq_after, leader, price, minimum, \
                auction_end, received_at, at, public, private) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
                $18)",
        )
        .bind(entry.product_id)
        .bind(entry.position)
        .bind(entry.seq)
        .bind(entry.entry_id)
        .bind(entry.kind)
        .bind(entry.actor_id)
        .bind(entry.request_id)
        .bind(entry.request_digest.as_deref())
        .bind(entry.offer)
        .bind(entry.seq_after)
        .bind(entry.leader)
        .bind(entry.price)
        .bind(entry.minimum)
        .bind(entry.auction_end)
        .bind(entry.received_at)
        .bind(entry.at)
        .bind(entry.public.as_deref())
        .bind(entry.private_json())
        .execute(&mut *$connection)
        .await?;
    }};
}

pub(crate) use append;

macro_rules! event_columns {
    () => {
        "select l.entry_id, l.position, l.seq, l.kind, l.actor_id, l.at, l.public \
         from auction_log l "
    };
}

/// What is selected of those who have bid in an auction $1; more conditions follow.
macro_rules! bidder_columns {
    () => {
        "select user_id, number, coalesce(sealed_amount, maximum) as offer, firm, last_position \
         from auction_bidders where product_id = $1 "
    };
}

pub(crate) const EVENTS: &str =
    concat!(event_columns!(), "where l.product_id = $1 and l.seq > $2 order by l.seq limit $3");
pub(crate) const BID_EVENTS: &str = concat!(
    event_columns!(),
    "where l.product_id = $1 and l.seq <= $2 and l.kind = 'bid_placed' \
     order by l.seq desc limit $3"
);

impl Database {
    /// The events of an auction above a seq, oldest first.
    pub async fn events(
        &self,
        product_id: ProductId,
        after_seq: i64,
        limit: i64,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let rows: Vec<EventRow> = reading!(self, |connection| {
            sqlx::query_as(EVENTS)
                .bind(product_id)
                .bind(after_seq)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(StoredEvent::try_from).collect()
    }

    /// The events of an auction that placed bids, newest first, from a seq (that event included)
    /// downwards.
    pub async fn bid_events(
        &self,
        product_id: ProductId,
        from_seq: Option<i64>,
        limit: i64,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let rows: Vec<EventRow> = reading!(self, |connection| {
            sqlx::query_as(BID_EVENTS)
                .bind(product_id)
                .bind(from_seq.unwrap_or(i64::MAX))
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(StoredEvent::try_from).collect()
    }

    /// How a user has taken part in an auction; `None` without a bid.
    pub async fn bidder(
        &self,
        product_id: ProductId,
        user_id: UserId,
    ) -> Result<Option<BidderRow>, StoreError> {
        const SQL: &str = concat!(bidder_columns!(), "and user_id = $2");
        let row: Option<BidderColumns> = reading!(self, |connection| {
            sqlx::query_as(SQL).bind(product_id).bind(user_id).fetch_optional(connection).await?
        });
        row.map(BidderRow::try_from).transpose()
    }

    /// How some users have taken part in an auction, as far as that changed above a position of its
    /// log; in no order.
    pub async fn parts_since(
        &self,
        product_id: ProductId,
        after: i64,
        user_ids: &[UserId],
    ) -> Result<Vec<(UserId, BidderRow)>, StoreError> {
        let rows: Vec<BidderColumns> = match self {
            Self::Postgres(database) => {
                const SQL: &str =
                    concat!(bidder_columns!(), "and last_position > $2 and user_id = any($3)");
                leasing!(&database.pool, |connection| {
                    let query = sqlx::query_as(SQL).bind(product_id).bind(after);
                    query.bind(user_ids).fetch_all(connection).await?
                })
            }
            Self::Sqlite(database) => {
                const SQL: &str = concat!(
                    bidder_columns!(),
                    "and last_position > $2 \
                     and user_id in (select unhex(value) from json_each($3))"
                );
                let ids = hex::json(user_ids.iter().map(|id| id.as_bytes().as_slice()));
                leasing!(&database.readers, |connection| {
                    let query = sqlx::query_as(SQL).bind(product_id).bind(after);
                    query.bind(ids).fetch_all(connection).await?
                })
            }
        };
        rows.into_iter().map(|row| Ok((row.user_id, row.try_into()?))).collect()
    }

    /// How far the logs of some products have come, in no order. A product that does not exist has
    /// none.
    pub async fn positions(&self, product_ids: &[ProductId]) -> Result<Vec<LogEnd>, StoreError> {
        let rows: Vec<(Uuid, i64, i64)> = match self {
            Self::Postgres(database) => {
                const SQL: &str =
                    "select product_id, position, seq from products where product_id = any($1)";
                leasing!(&database.pool, |connection| {
                    sqlx::query_as(SQL).bind(product_ids).fetch_all(connection).await?
                })
            }
            Self::Sqlite(database) => {
                const SQL: &str = "select product_id, position, seq from products \
                     where product_id in (select unhex(value) from json_each($1))";
                let ids = hex::json(product_ids.iter().map(|id| id.as_bytes().as_slice()));
                leasing!(&database.readers, |connection| {
                    sqlx::query_as(SQL).bind(ids).fetch_all(connection).await?
                })
            }
        };
        let ends = rows.into_iter().map(|(product_id, position, seq)| LogEnd {
            product_id,
            position,
            seq,
        });
        Ok(ends.collect())
    }
}

/// A row of [`bidder_columns`].
#[derive(sqlx::FromRow)]
struct BidderColumns {
    user_id: Uuid,
    number: i64,
    offer: Option<i64>,
    firm: bool,
    last_position: i64,
}

impl TryFrom<BidderColumns> for BidderRow {
    type Error = StoreError;

    fn try_from(row: BidderColumns) -> Result<Self, StoreError> {
        let offer = row.offer.map(|minor_units| offered(minor_units, row.firm)).transpose()?;
        Ok(Self { number: row.number, offer, last_position: row.last_position })
    }
}

/// The most that a bidder has offered, as his row has it.
pub(crate) fn offered(minor_units: i64, firm: bool) -> Result<Offered, StoreError> {
    let amount = Amount::new(minor_units)
        .ok_or_else(|| corrupt("auction_bidders", "an offer is no amount"))?;
    Ok(if firm { Offered::Firm(amount) } else { Offered::Maximum(amount) })
}

impl LogEntry {
    /// The secret part as the column has it.
    pub(crate) fn private_json(&self) -> Option<String> {
        serde_json::to_string(self.private.as_ref()?).ok()
    }
}

#[derive(sqlx::FromRow)]
struct EventRow {
    entry_id: Uuid,
    position: i64,
    seq: i64,
    kind: String,
    actor_id: Option<Uuid>,
    at: i64,
    public: Option<String>,
}

impl TryFrom<EventRow> for StoredEvent {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        let public = row
            .public
            .ok_or_else(|| corrupt("auction_log", "an entry with a seq has no public part"))?;
        Ok(Self {
            entry_id: row.entry_id,
            position: row.position,
            seq: row.seq,
            kind: row.kind,
            actor_id: row.actor_id,
            at: Timestamp::from_micros(row.at),
            public,
        })
    }
}
