//! The lane's transaction on SQLite: the whole file is locked, so the turn comes first.

mod rows;

use std::collections::HashSet;
use std::sync::Arc;

use gobid_auction::{EntryId, ProductId, Timestamp};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use self::rows::MOST_ROWS;
use super::batch::edit;
use super::found::read_more;
use super::lookup::{AcceptedRow, FoundRow, FoundSoFar, People, accepted_sql, requests};
use super::{Batch, Found, LockMode, Locked, Lookup};
use crate::StoreError;
use crate::database::Sqlite;
use crate::product::AuctionRow;
use crate::sessions::IDLE_LIMIT;

/// How many statements stay prepared: one with many rows takes up to a megabyte.
const STATEMENTS: usize = 32;

/// What a transaction over many products changes has place in this cache; SQLite's own has 2 MiB. By
/// its sign it is no number of pages.
const CACHE_KIBIBYTES: &str = "-16384";

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
        let options = database.options.clone().pragma("cache_size", CACHE_KIBIBYTES);
        let options = options.statement_cache_capacity(STATEMENTS).row_buffer_size(MOST_ROWS);
        let connection = SqliteConnection::connect_with(&options).await?;
        Ok(Self { connection, turns: Arc::clone(&database.turn), turn: None })
    }

    pub(super) async fn lock(
        &mut self,
        products: &[ProductId],
        _mode: LockMode,
    ) -> Result<Locked, StoreError> {
        // One that was held since a transaction that failed would keep this one waiting for ever.
        self.turn = None;
        self.turn = Arc::clone(&self.turns).acquire_owned().await.ok();
        let mut locked = Locked { auctions: Vec::with_capacity(products.len()), clock: None };
        let mut begin = "begin immediate; ";
        // Where nothing is to be locked, a transaction begins all the same.
        let nothing = products.is_empty().then_some(products);
        for some in products.chunks(MOST_ROWS).chain(nothing) {
            let sql = format!("{begin}{}", rows::lock_sql(some.len()));
            let query = rows::bind_products(sqlx::query_as(AssertSqlSafe(sql)), some);
            let rows: Vec<AuctionRow> = query.fetch_all(&mut self.connection).await?;
            for row in rows {
                locked.auctions.push(row.try_into()?);
            }
            begin = "";
        }
        Ok(locked)
    }

    pub(super) async fn read(
        &mut self,
        lookups: &[Lookup],
        now: Timestamp,
    ) -> Result<Vec<Found>, StoreError> {
        let mut found = Vec::with_capacity(lookups.len());
        for some in lookups.chunks(MOST_ROWS) {
            found.append(&mut self.read_some(some, now).await?);
        }
        for (found, lookup) in found.iter_mut().zip(lookups) {
            found.more = read_more!(self.connection, lookup);
        }
        Ok(found)
    }

    async fn read_some(
        &mut self,
        lookups: &[Lookup],
        now: Timestamp,
    ) -> Result<Vec<Found>, StoreError> {
        let (people, requests) = (People::of(lookups), requests(lookups));
        let sql = rows::read_sql(people.each.len(), requests.len());
        let query = rows::bind_people(sqlx::query_as(AssertSqlSafe(sql)), &people.each);
        let query = query.bind(now.as_micros()).bind(now.minus(IDLE_LIMIT).as_micros());
        let query = rows::bind_requests(query, &requests);
        let rows: Vec<FoundRow> = query.fetch_all(&mut self.connection).await?;
        let found = FoundSoFar::new(rows, lookups, &people)?;
        let accepted = if found.has_accepted() {
            self.accepted(positions_json(found.accepted())).await?
        } else {
            Vec::new()
        };
        Ok(found.with(accepted))
    }

    /// Bids that were accepted, by their places in the logs.
    async fn accepted(&mut self, positions: String) -> Result<Vec<AcceptedRow>, StoreError> {
        const SQL: &str = accepted_sql!(
            "(select unhex(value ->> 0) as product_id, value ->> 1 as position \
              from json_each($1)) c"
        );
        Ok(sqlx::query_as(SQL).bind(positions).fetch_all(&mut self.connection).await?)
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
        let sql = rows::record_sql(batch);
        let query = rows::bind_batch(sqlx::query(AssertSqlSafe(sql)), batch);
        let done = query.execute(&mut self.connection).await?;
        // The log and the bidders have as many rows as were given, or it fails: what is missing is a
        // product whose position was not the one read.
        let rows = batch.entries.len() + batch.bidders.len() + batch.products.len();
        Ok(usize::try_from(done.rows_affected()) == Ok(rows))
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
        .bind(positions_json(positions.iter().copied()))
        .fetch_all(&mut self.connection)
        .await?;
        Ok(entries.into_iter().collect())
    }
}

fn positions_json(positions: impl Iterator<Item = (ProductId, i64)>) -> String {
    json(positions.map(|(product_id, position)| json!([id_hex(product_id), position])))
}

fn json(rows: impl Iterator<Item = Value>) -> String {
    Value::Array(rows.collect()).to_string()
}

fn id_hex(id: Uuid) -> String {
    id.simple().to_string()
}

const INSERT_VOIDED: &str = "
insert into voided_bids (product_id, bid_id)
select unhex(value ->> 0), unhex(value ->> 1) from json_each($1) where true
on conflict do nothing";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::MIGRATIONS;

    #[tokio::test]
    async fn people_and_requests_are_looked_up_by_their_keys() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        MIGRATIONS.run(&mut connection).await.unwrap();
        let explain = AssertSqlSafe(format!("explain query plan {}", rows::read_sql(2, 2)));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explain).fetch_all(&mut connection).await.unwrap();
        let steps: Vec<_> = plan.into_iter().map(|(.., step)| step).collect();
        let by_request =
            "INDEX auction_log_by_request (request_id=? AND product_id=? AND actor_id=?)";
        assert!(steps.iter().any(|step| step.contains(by_request)), "{steps:#?}");
        // What was given is gone through, and no table.
        let tables = ["u", "s", "b", "l"].map(|table| format!("SCAN {table} "));
        let scans =
            |step: &String| tables.iter().any(|table| format!("{step} ").starts_with(table));
        assert!(!steps.iter().any(scans), "{steps:#?}");
    }
}
