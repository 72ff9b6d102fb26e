//! The lane's transaction on SQLite: the whole file is locked, so the turn comes first.

use std::collections::HashSet;
use std::sync::Arc;

use gobid_auction::{EntryId, ProductId, Timestamp};
use serde_json::{Value, json};
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::batch::edit;
use super::found::{FoundRow, found, found_columns_and_joins, read_more};
use super::{Batch, Found, LockMode, Locked, Lookup};
use crate::database::Sqlite;
use crate::product::{AuctionRow, auction_columns};
use crate::sessions::IDLE_LIMIT;
use crate::{StoreError, hex};

/// A lane's connection.
#[derive(Debug)]
pub struct Lane {
    connection: SqliteConnection,
    turns: Arc<Semaphore>,
    /// Held from the begin of a transaction to its end.
    turn: Option<OwnedSemaphorePermit>,
}

impl Lane {
    pub(super) async fn open(database: &Sqlite) -> Result<Self, StoreError> {
        let connection = SqliteConnection::connect_with(&database.options).await?;
        Ok(Self { connection, turns: Arc::clone(&database.turn), turn: None })
    }

    pub(super) async fn lock(
        &mut self,
        products: &[ProductId],
        _mode: LockMode,
    ) -> Result<Locked, StoreError> {
        const SQL: &str = concat!(
            "select ",
            auction_columns!(),
            " from json_each($1) r join products p on p.product_id = unhex(r.value) \
              order by p.product_id"
        );
        // One that was held since a transaction that failed would keep this one waiting for ever.
        self.turn = None;
        self.turn = Arc::clone(&self.turns).acquire_owned().await.ok();
        sqlx::query("begin immediate").execute(&mut self.connection).await?;
        let rows: Vec<AuctionRow> = sqlx::query_as(SQL)
            .bind(json(products.iter().map(|id| json!(id_hex(*id)))))
            .fetch_all(&mut self.connection)
            .await?;
        let auctions = rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
        Ok(Locked { auctions, clock: None })
    }

    pub(super) async fn read(
        &mut self,
        lookups: &[Lookup],
        now: Timestamp,
    ) -> Result<Vec<Found>, StoreError> {
        const SQL: &str = found_columns_and_joins!(
            "(select key as n, unhex(value ->> 0) as product_id, unhex(value ->> 1) as user_id, \
                unhex(value ->> 2) as request_id, unhex(value ->> 3) as session_key \
              from json_each($1)) c"
        );
        let row = |l: &Lookup| {
            let session = l.session.as_ref().map(|key| hex::hex(key.as_bytes()));
            json!([id_hex(l.product_id), id_hex(l.user_id), l.request_id.map(id_hex), session])
        };
        let rows: Vec<FoundRow> = sqlx::query_as(SQL)
            .bind(json(lookups.iter().map(row)))
            .bind(now.as_micros())
            .bind(now.minus(IDLE_LIMIT).as_micros())
            .fetch_all(&mut self.connection)
            .await?;
        let mut found = found(rows, lookups)?;
        for (found, lookup) in found.iter_mut().zip(lookups) {
            found.more = read_more!(self.connection, lookup);
        }
        Ok(found)
    }

    pub(super) async fn record(&mut self, batch: &Batch) -> Result<bool, StoreError> {
        for edit in &batch.edits {
            edit!(self.connection, edit);
        }
        if !batch.voided.is_empty() {
            sqlx::query(INSERT_VOIDED)
                .bind(json(batch.voided.iter().map(|(id, bid)| json!([id_hex(*id), id_hex(*bid)]))))
                .execute(&mut self.connection)
                .await?;
        }
        sqlx::query(INSERT_ENTRIES).bind(entries_json(batch)).execute(&mut self.connection).await?;
        if !batch.bidders.is_empty() {
            sqlx::query(UPSERT_BIDDERS)
                .bind(bidders_json(batch))
                .execute(&mut self.connection)
                .await?;
        }
        let done = sqlx::query(UPDATE_PRODUCTS)
            .bind(products_json(batch))
            .execute(&mut self.connection)
            .await?;
        Ok(usize::try_from(done.rows_affected()) == Ok(batch.products.len()))
    }

    pub(super) async fn commit(&mut self) -> Result<(), StoreError> {
        sqlx::query("commit").execute(&mut self.connection).await?;
        self.turn = None;
        Ok(())
    }

    pub(super) async fn rollback(&mut self) -> Result<(), StoreError> {
        let rolled_back = sqlx::query("rollback").execute(&mut self.connection).await;
        // It fails where nothing has begun: there the turn must not be kept from the others either.
        self.turn = None;
        rolled_back?;
        Ok(())
    }

    pub(super) async fn entries_above(
        &mut self,
        positions: &[(ProductId, i64)],
    ) -> Result<HashSet<EntryId>, StoreError> {
        let entries = sqlx::query_scalar(
            "select l.entry_id from json_each($1) r join auction_log l \
                on l.product_id = unhex(r.value ->> 0) and l.position > (r.value ->> 1)",
        )
        .bind(json(positions.iter().map(|(id, position)| json!([id_hex(*id), position]))))
        .fetch_all(&mut self.connection)
        .await?;
        Ok(entries.into_iter().collect())
    }
}

fn entries_json(batch: &Batch) -> String {
    json(batch.entries.iter().map(|e| {
        json!([
            id_hex(e.product_id),
            e.position,
            e.seq,
            id_hex(e.entry_id),
            e.kind,
            e.actor_id.map(id_hex),
            e.request_id.map(id_hex),
            e.request_digest.as_deref().map(hex::hex),
            e.offer,
            e.seq_after,
            e.leader.map(id_hex),
            e.price,
            e.minimum,
            e.auction_end,
            e.received_at,
            e.at,
            e.public,
            e.private_json(),
        ])
    }))
}

fn bidders_json(batch: &Batch) -> String {
    json(batch.bidders.iter().map(|b| {
        json!([
            id_hex(b.product_id),
            id_hex(b.user_id),
            b.number,
            b.maximum(),
            b.is_firm(),
            b.sealed_amount(),
            b.last_position,
        ])
    }))
}

fn products_json(batch: &Batch) -> String {
    json(batch.products.iter().map(|p| {
        let state = &p.state;
        json!([
            id_hex(p.product_id),
            p.position_read,
            state.status.as_str(),
            state.position,
            state.seq,
            state.leader.map(id_hex),
            state.price,
            state.maximum,
            p.minimum,
            state.bid_count,
            state.bidder_count,
            state.auction_end.as_micros(),
            p.due_at.map(Timestamp::as_micros),
            state.last_at.as_micros(),
        ])
    }))
}

fn json(rows: impl Iterator<Item = Value>) -> String {
    Value::Array(rows.collect()).to_string()
}

fn id_hex(id: Uuid) -> String {
    id.simple().to_string()
}

const INSERT_ENTRIES: &str = "
insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, request_id,
    request_digest, offer, seq_after, leader, price, minimum, auction_end, received_at, at, public,
    private)
select unhex(value ->> 0), value ->> 1, value ->> 2, unhex(value ->> 3), value ->> 4,
    unhex(value ->> 5), unhex(value ->> 6), unhex(value ->> 7), value ->> 8, value ->> 9,
    unhex(value ->> 10), value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15,
    value ->> 16, value ->> 17
from json_each($1)";

const UPSERT_BIDDERS: &str = "
insert into auction_bidders (product_id, user_id, number, maximum, firm, sealed_amount,
    last_position)
select unhex(value ->> 0), unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4, value ->> 5,
    value ->> 6
from json_each($1) where true
on conflict (product_id, user_id) do update
set maximum = excluded.maximum, firm = excluded.firm, sealed_amount = excluded.sealed_amount,
    last_position = excluded.last_position";

const INSERT_VOIDED: &str = "
insert into voided_bids (product_id, bid_id)
select unhex(value ->> 0), unhex(value ->> 1) from json_each($1) where true
on conflict do nothing";

const UPDATE_PRODUCTS: &str = "
update products
set status = n.value ->> 2, position = n.value ->> 3, seq = n.value ->> 4,
    leader_id = unhex(n.value ->> 5), price = n.value ->> 6, maximum = n.value ->> 7,
    minimum = n.value ->> 8, bid_count = n.value ->> 9, bidder_count = n.value ->> 10,
    auction_end = n.value ->> 11, due_at = n.value ->> 12, last_at = n.value ->> 13
from json_each($1) n
where product_id = unhex(n.value ->> 0) and position = (n.value ->> 1)";
