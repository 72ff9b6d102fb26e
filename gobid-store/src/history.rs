//! What is read of a log afterwards: every entry for admins, which bids were struck, and the amounts
//! of a sealed auction once it is closed.

use std::collections::HashSet;
use std::fmt;

use gobid_auction::{Amount, EntryId, ProductId, RequestId, Timestamp, UserId};
use uuid::Uuid;

use crate::database::{leasing, reading};
use crate::error::corrupt;
use crate::{Database, Private, StoreError, hex};

/// An entry of the log, whole.
#[derive(Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Its place in the log.
    pub position: i64,
    /// Its number among the events; `None` for an entry that the public does not see.
    pub seq: Option<i64>,
    /// Its id; of a bid, the bid's.
    pub entry_id: EntryId,
    /// What happened, as the column `kind` lists.
    pub kind: String,
    /// Whose command it was, and his name; `None` for the house.
    pub actor: Option<(UserId, String)>,
    /// What the command was named by.
    pub request_id: Option<RequestId>,
    /// When the command was received.
    pub received_at: Timestamp,
    /// When it was judged.
    pub at: Timestamp,
    /// Who leads, or won, since.
    pub leader: Option<UserId>,
    /// The current price since.
    pub price: Option<Amount>,
    /// The effective end since.
    pub auction_end: Timestamp,
    /// What a bid offered. Secret, unless it was firm and not sealed.
    pub offer: Option<Amount>,
    /// The event, as the wire has it; `None` for an entry that the public does not see.
    pub public: Option<String>,
    /// What else is secret of it.
    pub private: Private,
}

/// Without what is secret.
impl fmt::Debug for LogLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "LogLine({} {})", self.position, self.kind)
    }
}

/// An amount of a sealed auction that is closed: public since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedAmount {
    /// The bid's id.
    pub bid_id: EntryId,
    /// The seq of the closing, the event that made it public.
    pub seq: i64,
    /// When that was: as of every row of an event, it is the event's time.
    pub at: Timestamp,
    /// The bidder's name.
    pub user_name: String,
    /// The bidder's number in this auction.
    pub number: i64,
    /// The amount.
    pub amount: Amount,
}

pub(crate) const LOG_LINES: &str = "\
    select l.position, l.seq, l.entry_id, l.kind, l.actor_id, u.user_name, l.request_id, \
        l.received_at, l.at, l.leader, l.price, l.auction_end, l.offer, l.public, l.private \
    from auction_log l left join users u on u.user_id = l.actor_id \
    where l.product_id = $1 and l.position > $2 order by l.position limit $3";

/// Best first; of two equal amounts the earlier one is the better. Without a closing it has no row;
/// after one comes an annulment at most.
pub(crate) const SEALED_AMOUNTS: &str = "\
    select l.entry_id, u.user_name, b.number, b.sealed_amount, c.seq, c.at \
    from (select user_id, number, sealed_amount, sealed_position from auction_bidders \
        where product_id = $1 and sealed_amount is not null \
        order by sealed_amount desc, sealed_position limit $2 offset $3) b \
    cross join (select seq, at, kind from auction_log \
        where product_id = $1 and seq is not null order by seq desc limit 2) c \
    join auction_log l on l.product_id = $1 and l.position = b.sealed_position \
    join users u on u.user_id = b.user_id \
    where c.kind = 'closed' \
    order by b.sealed_amount desc, b.sealed_position";

impl Database {
    /// The entries of a log above a position, oldest first, whole: for admins alone.
    pub async fn log_lines(
        &self,
        product_id: ProductId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<LogLine>, StoreError> {
        let rows: Vec<LogRow> = reading!(self, |connection| {
            sqlx::query_as(LOG_LINES)
                .bind(product_id)
                .bind(after)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(LogLine::try_from).collect()
    }

    /// Which of some bids of an auction were struck, automatic answers included.
    pub async fn voided_among(
        &self,
        product_id: ProductId,
        bid_ids: &[EntryId],
    ) -> Result<HashSet<EntryId>, StoreError> {
        let voided: Vec<Uuid> = match self {
            Self::Postgres(database) => {
                const SQL: &str =
                    "select bid_id from voided_bids where product_id = $1 and bid_id = any($2)";
                leasing!(&database.pool, |connection| {
                    let query = sqlx::query_scalar(SQL).bind(product_id).bind(bid_ids);
                    query.fetch_all(connection).await?
                })
            }
            Self::Sqlite(database) => {
                const SQL: &str = "select bid_id from voided_bids where product_id = $1 \
                     and bid_id in (select unhex(value) from json_each($2))";
                let ids = hex::json(bid_ids.iter().map(|id| id.as_bytes().as_slice()));
                leasing!(&database.readers, |connection| {
                    let query = sqlx::query_scalar(SQL).bind(product_id).bind(ids);
                    query.fetch_all(connection).await?
                })
            }
        };
        Ok(voided.into_iter().collect())
    }

    /// The amounts that stood when a sealed auction was closed, best first, from a rank on, which is
    /// 0 for the best. None before the close.
    pub async fn sealed_amounts(
        &self,
        product_id: ProductId,
        from_rank: i64,
        limit: i64,
    ) -> Result<Vec<SealedAmount>, StoreError> {
        let rows: Vec<SealedRow> = reading!(self, |connection| {
            sqlx::query_as(SEALED_AMOUNTS)
                .bind(product_id)
                .bind(limit)
                .bind(from_rank)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

/// A row of [`LOG_LINES`].
#[derive(sqlx::FromRow)]
struct LogRow {
    position: i64,
    seq: Option<i64>,
    entry_id: Uuid,
    kind: String,
    actor_id: Option<Uuid>,
    user_name: Option<String>,
    request_id: Option<Uuid>,
    received_at: i64,
    at: i64,
    leader: Option<Uuid>,
    price: Option<i64>,
    auction_end: i64,
    offer: Option<i64>,
    public: Option<String>,
    private: Option<String>,
}

impl TryFrom<LogRow> for LogLine {
    type Error = StoreError;

    fn try_from(row: LogRow) -> Result<Self, StoreError> {
        let private = row.private.as_deref().map(serde_json::from_str).transpose();
        let private = private.map_err(|why| corrupt("auction_log", why))?;
        Ok(Self {
            position: row.position,
            seq: row.seq,
            entry_id: row.entry_id,
            kind: row.kind,
            actor: row.actor_id.zip(row.user_name),
            request_id: row.request_id,
            received_at: Timestamp::from_micros(row.received_at),
            at: Timestamp::from_micros(row.at),
            leader: row.leader,
            price: row.price.map(|price| amount("auction_log", price)).transpose()?,
            auction_end: Timestamp::from_micros(row.auction_end),
            offer: row.offer.map(|offer| amount("auction_log", offer)).transpose()?,
            public: row.public,
            private: private.unwrap_or_default(),
        })
    }
}

/// A row of [`SEALED_AMOUNTS`].
#[derive(sqlx::FromRow)]
struct SealedRow {
    entry_id: Uuid,
    user_name: String,
    number: i64,
    sealed_amount: i64,
    seq: i64,
    at: i64,
}

impl TryFrom<SealedRow> for SealedAmount {
    type Error = StoreError;

    fn try_from(row: SealedRow) -> Result<Self, StoreError> {
        Ok(Self {
            bid_id: row.entry_id,
            seq: row.seq,
            at: Timestamp::from_micros(row.at),
            user_name: row.user_name,
            number: row.number,
            amount: amount("auction_bidders", row.sealed_amount)?,
        })
    }
}

fn amount(table: &'static str, minor_units: i64) -> Result<Amount, StoreError> {
    Amount::new(minor_units).ok_or_else(|| corrupt(table, "an amount is none"))
}
