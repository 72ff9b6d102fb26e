//! The lane's transaction on PostgreSQL: one round trip each to lock, read, record, commit.

mod lookup;
mod more;
mod record;

use std::collections::HashSet;

use gobid_auction::planted::{self, Bug};
use gobid_auction::{Amount, EntryId, ProductId, Timestamp};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection, Row};
use uuid::Uuid;

use self::lookup::{ACCEPTED, LOOK_UP};
use self::record::RECORD;
use super::batch::EDIT;
use super::lookup::{AcceptedRow, FoundColumns, FoundRow, FoundSoFar, People, array, requests};
use super::{Batch, Found, LockMode, Locked, Lookup};
use crate::StoreError;
use crate::database::Postgres;
use crate::product::{AuctionRow, auction_columns};
use crate::sessions::SessionKey;

/// A lane's connection.
#[derive(Debug)]
pub struct Lane {
    connection: PgConnection,
    backend: Backend,
    /// The request ids that the statement with the lock has seen, where that bug is planted.
    known: Vec<Vec<Uuid>>,
}

/// What serves a connection at the other end, told from a later one that has the same number.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Backend {
    pid: i32,
    started: String,
}

/// A statement that locks some products' rows and, above it, reads the clock: beside it, it would be
/// read before the wait. `for update` would make foreign-key checks elsewhere wait. It is prepared by
/// words, so that one message can begin a transaction and run it.
macro_rules! prepare_lock {
    ($name:literal, $order:literal, $skip:literal, $beside:literal) => {
        concat!(
            "prepare ",
            $name,
            " (uuid[]) as select s.*, \
                (extract(epoch from clock_timestamp()) * 1000000)::bigint as clock",
            $beside,
            " from (select ",
            auction_columns!(),
            " from products p where p.product_id = any($1) order by ",
            $order,
            " for no key update",
            $skip,
            ") s"
        )
    };
}

/// What a connection prepares: a lock that waits, and one that skips what is locked.
fn prepare_locks() -> [&'static str; 2] {
    let wait = if planted::is(Bug::LocksInAnyOrder) {
        prepare_lock!("lock", "random()", "", "")
    } else if planted::is(Bug::LookUpWithLock) {
        prepare_lock!(
            "lock",
            "p.product_id",
            "",
            ", array(select l.request_id from auction_log l \
               where l.product_id = s.product_id and l.request_id is not null) as known"
        )
    } else {
        prepare_lock!("lock", "p.product_id", "", "")
    };
    [wait, prepare_lock!("lock_free", "p.product_id", " skip locked", "")]
}

/// The beginning of a transaction and the lock in it, as one message.
fn begin_and_lock(products: &[ProductId], mode: LockMode) -> String {
    let ids: Vec<_> = products.iter().map(ToString::to_string).collect();
    let ids = ids.join(",");
    match mode {
        LockMode::Wait => format!("begin; execute lock('{{{ids}}}')"),
        LockMode::SkipLocked => format!("begin; execute lock_free('{{{ids}}}')"),
        LockMode::Briefly(wait) => {
            let millis = wait.as_millis().max(1);
            format!("begin; set local lock_timeout = {millis}; execute lock('{{{ids}}}')")
        }
    }
}

/// How a lane connects.
pub(crate) fn options(database: &Postgres) -> PgConnectOptions {
    // Who holds a lock and is silent loses it (2 s) before who waits for it gives up (3 s),
    // and a statement ends (5 s) before the lane drops the connection. The planner has no
    // statistics of a young log: it must not take a scan of it for cheaper than the index.
    database.options.clone().application_name("gobid-lane").options([
        ("idle_in_transaction_session_timeout", "2s"),
        ("lock_timeout", "3s"),
        ("statement_timeout", "5s"),
        ("synchronous_commit", if planted::is(Bug::DiskNotAwaited) { "off" } else { "on" }),
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
    ])
}

impl Lane {
    /// Opens a connection. A backend that was lost is ended first: cut off within a statement, it
    /// would hold its locks for as long as it takes its host to notice, which no timeout shortens.
    pub(super) async fn open(
        database: &Postgres,
        lost: Option<&Backend>,
    ) -> Result<Self, StoreError> {
        let mut connection = PgConnection::connect_with(&options(database)).await?;
        if let Some(Backend { pid, started }) = lost {
            sqlx::query(
                "select pg_terminate_backend(pid) from pg_stat_activity \
                 where pid = $1 and backend_start::text = $2",
            )
            .bind(pid)
            .bind(started)
            .execute(&mut connection)
            .await?;
        }
        let backend = sqlx::query_as(
            "select pid, backend_start::text as started from pg_stat_activity \
             where pid = pg_backend_pid()",
        )
        .fetch_one(&mut connection)
        .await?;
        for prepare in prepare_locks() {
            sqlx::raw_sql(prepare).execute(&mut connection).await?;
        }
        Ok(Self { connection, backend, known: Vec::new() })
    }

    pub(super) fn backend(&self) -> Backend {
        self.backend.clone()
    }

    pub(super) async fn lock(
        &mut self,
        products: &[ProductId],
        mode: LockMode,
    ) -> Result<Locked, StoreError> {
        let sql = AssertSqlSafe(begin_and_lock(products, mode));
        let rows = sqlx::raw_sql(sql).fetch_all(&mut self.connection).await?;
        let mut locked = Locked { auctions: Vec::with_capacity(rows.len()), clock: None };
        if planted::is(Bug::LookUpWithLock) {
            self.known = rows.iter().filter_map(|row| row.try_get("known").ok()).collect();
        }
        for row in &rows {
            let auction: AuctionRow = sqlx::FromRow::from_row(row)?;
            locked.auctions.push(auction.try_into()?);
            // Each row's clock was read after that row was locked: the last one after all were.
            let clock = Timestamp::from_micros(row.try_get("clock")?);
            locked.clock = locked.clock.max(Some(clock));
        }
        Ok(locked)
    }

    pub(super) async fn read(
        &mut self,
        lookups: &[Lookup],
        now: Timestamp,
    ) -> Result<Vec<Found>, StoreError> {
        let (people, requests) = (People::of(lookups), requests(lookups));
        let sessions: Vec<Option<&[u8]>> =
            people.each.iter().map(|l| l.session.as_ref().map(SessionKey::as_bytes)).collect();
        let rows: Vec<FoundColumns> = sqlx::query_as(LOOK_UP)
            .bind((0_i64..).zip(&people.each).map(|(n, _)| n).collect::<Vec<_>>())
            .bind(array!(people.each, l => l.product_id))
            .bind(array!(people.each, l => l.user_id))
            .bind(sessions)
            .bind(array!(requests, r => r.0))
            .bind(array!(requests, r => r.1.product_id))
            .bind(array!(requests, r => r.1.user_id))
            .bind(array!(requests, r => r.1.request_id))
            .fetch_all(&mut self.connection)
            .await?;
        let rows = rows.into_iter().map(FoundRow::from).collect();
        let found = FoundSoFar::new(rows, lookups, now)?;
        let accepted = match found.accepted() {
            [] => Vec::new(),
            positions => self.accepted(positions).await?,
        };
        let mut found = found.with(accepted);
        for (found, lookup) in found.iter_mut().zip(lookups) {
            let is_known = |id| self.known.iter().any(|known| known.contains(&id));
            if planted::is(Bug::LookUpWithLock) && !lookup.request_id.is_some_and(is_known) {
                found.accepted = None;
            }
            found.more = more::more(&mut self.connection, lookup).await?;
        }
        Ok(found)
    }

    /// Bids that were accepted, by their places in the logs.
    async fn accepted(
        &mut self,
        positions: &[(ProductId, i64)],
    ) -> Result<Vec<AcceptedRow>, StoreError> {
        let (products, positions): (Vec<_>, Vec<_>) = positions.iter().copied().unzip();
        let query = sqlx::query_as(ACCEPTED).bind(products).bind(positions);
        Ok(query.fetch_all(&mut self.connection).await?)
    }

    pub(super) async fn record(&mut self, batch: &Batch) -> Result<bool, StoreError> {
        self.record_what_is_rare(batch).await?;
        let Batch { entries, bidders, products, .. } = batch;
        let done = sqlx::query(RECORD)
            .bind(array!(entries, e => e.product_id))
            .bind(array!(entries, e => e.position))
            .bind(array!(entries, e => e.seq))
            .bind(array!(entries, e => e.entry_id))
            .bind(array!(entries, e => e.kind))
            .bind(array!(entries, e => e.actor_id))
            .bind(array!(entries, e => e.request_id))
            .bind(array!(entries, e => e.request_digest.as_deref()))
            .bind(array!(entries, e => e.offer))
            .bind(array!(entries, e => e.seq_after))
            .bind(array!(entries, e => e.leader))
            .bind(array!(entries, e => e.price))
            .bind(array!(entries, e => e.minimum))
            .bind(array!(entries, e => e.auction_end))
            .bind(array!(entries, e => e.received_at))
            .bind(array!(entries, e => e.at))
            .bind(array!(entries, e => e.public.as_deref()))
            .bind(array!(entries, e => e.private_json()))
            .bind(array!(bidders, b => b.product_id))
            .bind(array!(bidders, b => b.user_id))
            .bind(array!(bidders, b => b.number))
            .bind(array!(bidders, b => b.maximum()))
            .bind(array!(bidders, b => b.is_firm()))
            .bind(array!(bidders, b => b.sealed_amount()))
            .bind(array!(bidders, b => b.last_position))
            .bind(array!(products, p => p.product_id))
            .bind(array!(products, p => p.position_read))
            .bind(array!(products, p => p.state.status.as_str()))
            .bind(array!(products, p => p.state.position))
            .bind(array!(products, p => p.state.seq))
            .bind(array!(products, p => p.state.leader))
            .bind(array!(products, p => p.state.price.map(Amount::minor_units)))
            .bind(array!(products, p => p.state.maximum.map(Amount::minor_units)))
            .bind(array!(products, p => p.minimum))
            .bind(array!(products, p => p.state.bid_count))
            .bind(array!(products, p => p.state.bidder_count))
            .bind(array!(products, p => p.state.auction_end.as_micros()))
            .bind(array!(products, p => p.due_at.map(Timestamp::as_micros)))
            .bind(array!(products, p => p.state.last_at.as_micros()))
            .bind(array!(bidders, b => b.sealed_position()))
            .execute(&mut self.connection)
            .await?;
        Ok(usize::try_from(done.rows_affected()) == Ok(products.len()))
    }

    /// What few batches have: edits of products, and rows that were struck.
    async fn record_what_is_rare(&mut self, batch: &Batch) -> Result<(), StoreError> {
        for edit in &batch.edits {
            sqlx::query(EDIT)
                .bind(edit.product_id)
                .bind(edit.reserve())
                .bind(edit.state.reserve_fixed)
                .bind(edit.state.ended_early)
                .bind(edit.state.annulled)
                .bind(edit.state.revision)
                .bind(edit.description.as_deref())
                .bind(edit.cancel_reason.as_deref())
                .execute(&mut self.connection)
                .await?;
        }
        if !batch.voided.is_empty() {
            let (products, bids): (Vec<_>, Vec<_>) = batch.voided.iter().copied().unzip();
            sqlx::query(
                "insert into voided_bids (product_id, bid_id) \
                 select * from unnest($1::uuid[], $2::uuid[]) on conflict do nothing",
            )
            .bind(products)
            .bind(bids)
            .execute(&mut self.connection)
            .await?;
        }
        Ok(())
    }

    pub(super) async fn commit(&mut self) -> Result<(), StoreError> {
        sqlx::raw_sql("commit").execute(&mut self.connection).await?;
        Ok(())
    }

    pub(super) async fn rollback(&mut self) -> Result<(), StoreError> {
        sqlx::raw_sql("rollback").execute(&mut self.connection).await?;
        Ok(())
    }

    pub(super) async fn entries_above(
        &mut self,
        positions: &[(ProductId, i64)],
    ) -> Result<HashSet<EntryId>, StoreError> {
        let (products, above): (Vec<_>, Vec<_>) = positions.iter().copied().unzip();
        let entries = sqlx::query_scalar(
            "select l.entry_id from unnest($1::uuid[], $2::bigint[]) as r(product_id, position) \
             join auction_log l on l.product_id = r.product_id and l.position > r.position",
        )
        .bind(products)
        .bind(above)
        .fetch_all(&mut self.connection)
        .await?;
        Ok(entries.into_iter().collect())
    }
}
